package webhooks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
)

const (
	// attempts are made with a pause before each but the first, that doubles
	// from firstPause.
	attempts   = 8
	firstPause = 250 * time.Millisecond
	batch      = 100
)

// cursor is a place in a journal, as long as the epoch is the same.
type cursor struct{ epoch, seq uint64 }

// run delivers until the context ends or the sandbox does.
func (h *hook) run(ctx context.Context, at cursor) {
	defer h.stop()
	for ctx.Err() == nil && !h.sandbox.Gone() {
		changed := h.sandbox.Changed()
		if epoch := h.sandbox.Epoch(); epoch != at.epoch {
			at = cursor{epoch, h.sandbox.Began()}
		}
		events, _, err := h.sandbox.Journal(at.seq, batch)
		if err != nil || h.sandbox.Epoch() != at.epoch {
			continue
		}
		for _, e := range events {
			at.seq = e.Seq
			if h.wants(e) {
				h.deliver(ctx, e, at)
			}
		}
		if len(events) == batch {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

func (h *hook) wants(e qualif.Event) bool {
	return len(h.Kinds) == 0 || slices.ContainsFunc(h.Kinds, func(kind string) bool { return strings.EqualFold(kind, string(e.Payload.Kind())) })
}

// deliver sends an event until it is taken, or gives it up.
func (h *hook) deliver(ctx context.Context, e qualif.Event, at cursor) {
	h.begin(e)
	body, err := json.Marshal(e)
	for attempt := range attempts {
		if attempt > 0 {
			h.sandbox.Pause(ctx, firstPause<<(attempt-1))
		}
		if err = h.send(ctx, e, at, body); err == nil || ctx.Err() != nil {
			break
		}
		h.note(Trying, err)
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		h.note(GivenUp, err)
	default:
		h.note(Taken, nil)
	}
}

// begin notes a delivery; the oldest makes room.
func (h *hook) begin(e qualif.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.Deliveries) == remembered {
		h.Deliveries = slices.Delete(h.Deliveries, 0, 1)
	}
	h.Deliveries = append(h.Deliveries, Delivery{Event: e.Seq, Kind: string(e.Payload.Kind()), At: e.At, Outcome: Trying})
}

// note tells what came of an attempt; giving up is none.
func (h *hook) note(outcome Outcome, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	last := &h.Deliveries[len(h.Deliveries)-1]
	last.Outcome, last.Error, h.LastError = outcome, "", ""
	if err != nil {
		last.Error, h.LastError = err.Error(), err.Error()
	}
	switch outcome {
	case Taken:
		h.Sent++
		last.Attempts++
	case GivenUp:
		h.Dropped++
	default:
		last.Attempts++
	}
}

func (h *hook) send(ctx context.Context, e qualif.Event, at cursor, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "chorus-qualif")
	request.Header.Set("X-Sandbox", h.sandbox.Name())
	request.Header.Set("X-Sandbox-Event", fmt.Sprintf("%d-%d", at.epoch, at.seq))
	request.Header.Set("X-Sandbox-Signature", Sign(h.Secret, e.At, body))
	response, err := h.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // lets the connection be used again
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered %s", h.URL, response.Status)
	}
	return nil
}

// Sign is the value of X-Sandbox-Signature: "t=<seconds>,v1=<hex>", where t is
// the event's instant on the sandbox's clock, in seconds since 1970, and v1 the
// HMAC-SHA256, under the secret, of t, a dot and the body.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

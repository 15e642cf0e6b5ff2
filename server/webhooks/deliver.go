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
	body, err := json.Marshal(e)
	for attempt := range attempts {
		if attempt > 0 {
			h.sandbox.Pause(ctx, firstPause<<(attempt-1))
		}
		if err = h.send(ctx, e, at, body); err == nil || ctx.Err() != nil {
			break
		}
		h.note(err, 0, 0)
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		h.note(err, 0, 1)
	default:
		h.note(nil, 1, 0)
	}
}

func (h *hook) note(err error, sent, dropped uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.LastError = ""
	if err != nil {
		h.LastError = err.Error()
	}
	h.Sent += sent
	h.Dropped += dropped
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

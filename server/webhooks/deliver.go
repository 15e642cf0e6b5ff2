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
	d := Delivery{ID: fmt.Sprintf("%d-%d", at.epoch, at.seq), Event: e.Seq, Kind: string(e.Payload.Kind()), At: e.At, Outcome: Trying, event: e}
	h.begin(d)
	for attempt := range attempts {
		began := h.sandbox.WallNow()
		err := h.send(ctx, d)
		if ctx.Err() != nil {
			return
		}
		pause := firstPause << attempt
		told := h.note(d.ID, func(d *Delivery) {
			d.attempted(began, err)
			switch {
			case err == nil:
				d.Outcome = Taken
				h.Sent++
			case attempt == attempts-1:
				d.Outcome = GivenUp
				h.Dropped++
			default:
				d.NextAttempt = h.sandbox.WallNow().Add(pause)
			}
		})
		if told.Outcome != Trying {
			return
		}
		if h.sandbox.Pause(ctx, pause); ctx.Err() != nil {
			return
		}
	}
}

// begin notes a delivery; the oldest makes room.
func (h *hook) begin(d Delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.Deliveries) == remembered {
		h.Deliveries = slices.Delete(h.Deliveries, 0, 1)
	}
	h.Deliveries = append(h.Deliveries, d)
}

// note tells what came of an attempt, and gives the delivery as it is then; one
// that made room since is noted nowhere but in the webhook's counts.
func (h *hook) note(id string, change func(*Delivery)) Delivery {
	h.mu.Lock()
	defer h.mu.Unlock()
	d := &Delivery{Outcome: Trying}
	if i := h.find(id); i >= 0 {
		d = &h.Deliveries[i]
	}
	change(d)
	h.LastError = d.Error
	return *d
}

// find is the place of a delivery, -1 when there is none; the lock is held.
func (h *hook) find(id string) int {
	return slices.IndexFunc(h.Deliveries, func(d Delivery) bool { return d.ID == id })
}

func (d *Delivery) attempted(at time.Time, err error) {
	d.Attempts++
	d.LastAttempt, d.NextAttempt, d.Error = at, time.Time{}, ""
	if d.FirstAttempt.IsZero() {
		d.FirstAttempt = at
	}
	if err != nil {
		d.Error = err.Error()
	}
}

// again sends a delivery that has ended once more, as it was: also one that a
// restoration took out of the journal since. An event that was taken stays so.
func (h *hook) again(ctx context.Context, id string) (Delivery, error) {
	h.mu.Lock()
	i := h.find(id)
	if i < 0 {
		h.mu.Unlock()
		return Delivery{}, ErrNoDelivery
	}
	d := h.Deliveries[i]
	h.mu.Unlock()
	if d.Outcome == Trying {
		return Delivery{}, ErrTrying
	}
	began := h.sandbox.WallNow()
	err := h.send(ctx, d)
	return h.note(id, func(noted *Delivery) {
		if noted.ID == "" {
			*noted = d
		}
		noted.attempted(began, err)
		if err == nil && noted.Outcome == GivenUp {
			noted.Outcome = Taken
			h.Dropped--
			h.Sent++
		}
	}), nil
}

func (h *hook) send(ctx context.Context, d Delivery) error {
	body, err := json.Marshal(d.event)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "chorus-qualif")
	request.Header.Set("X-Sandbox", h.sandbox.Name())
	request.Header.Set("X-Sandbox-Event", d.ID)
	request.Header.Set("X-Sandbox-Signature", Sign(h.Secret, d.At, body))
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

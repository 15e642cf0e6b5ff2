package client

import (
	"context"
	"time"
)

// Webhook is an address to which a sandbox's events are sent.
type Webhook struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	// Secret is what signs the events; Kinds bounds which are sent.
	Secret string   `json:"secret"`
	Kinds  []string `json:"kinds"`
	// Sent is how many events were taken, Dropped how many were given up, and
	// LastError why the last attempt failed.
	Sent      int64  `json:"sent"`
	Dropped   int64  `json:"dropped"`
	LastError string `json:"lastError"`
}

// WebhookSpec asks for a webhook; what is empty has the default.
type WebhookSpec struct {
	URL string `json:"url"`
	// Secret follows from the sandbox's seed when empty.
	Secret string   `json:"secret,omitempty"`
	Kinds  []string `json:"kinds,omitempty"`
}

// Webhooks lists the sandbox's webhooks.
func (s *Sandbox) Webhooks(ctx context.Context) ([]Webhook, error) {
	list, err := ask[struct {
		Webhooks []Webhook `json:"webhooks"`
	}](ctx, s.c, s.get(nil, "webhooks"))
	return list.Webhooks, err
}

// PutWebhook has the events that come from now on sent to an address; a webhook
// of that name is replaced.
func (s *Sandbox) PutWebhook(ctx context.Context, name string, spec WebhookSpec) (Webhook, error) {
	return ask[Webhook](ctx, s.c, s.put(spec, "webhooks", name))
}

// DeleteWebhook stops a webhook; one that does not exist is no error.
func (s *Sandbox) DeleteWebhook(ctx context.Context, name string) error {
	return s.c.do(ctx, s.delete("webhooks", name))
}

// WebhookDelivery is an event on its way to a webhook, or at its end.
type WebhookDelivery struct {
	// ID is what the receiver reads in X-Sandbox-Event.
	ID string `json:"id"`
	// Event is the place of the event in the journal, At its instant on the
	// sandbox's clock.
	Event int64     `json:"event"`
	Kind  string    `json:"kind"`
	At    time.Time `json:"at"`
	// Outcome is trying, taken or given-up.
	Outcome  string `json:"outcome"`
	Attempts int    `json:"attempts"`
	// The instants of attempts are those of the server's machine; zero for an
	// attempt that was or will not be made.
	FirstAttemptAt time.Time `json:"firstAttemptAt,omitzero"`
	LastAttemptAt  time.Time `json:"lastAttemptAt,omitzero"`
	NextAttemptAt  time.Time `json:"nextAttemptAt,omitzero"`
	// LastError is why the last attempt failed; empty when it did not.
	LastError string `json:"lastError"`
}

// WebhookDeliveries lists the latest 100 deliveries of a webhook, the oldest
// first: those of an outcome, or all when it is empty.
func (s *Sandbox) WebhookDeliveries(ctx context.Context, name, outcome string) ([]WebhookDelivery, error) {
	list, err := ask[struct {
		Deliveries []WebhookDelivery `json:"deliveries"`
	}](ctx, s.c, s.get(values("outcome", outcome), "webhooks", name, "deliveries"))
	return list.Deliveries, err
}

// Redeliver sends a delivery that has ended once more, at once, and tells what
// came of it: a receiver that refuses again is no error, but a LastError.
func (s *Sandbox) Redeliver(ctx context.Context, name, delivery string) (WebhookDelivery, error) {
	return ask[WebhookDelivery](ctx, s.c, s.post(nil, "webhooks", name, "deliveries", delivery, "redeliver"))
}

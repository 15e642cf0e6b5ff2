package control

import (
	"fmt"
	"strings"
	"time"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type webhooks struct {
	Remote remote `embed:""`

	List       webhooksList       `cmd:"" help:"List the webhooks of the sandbox, with what became of their events." example:"webhooks list"`
	Put        webhooksPut        `cmd:"" help:"Have the events that come from now on sent to an address, signed; a webhook of that name is replaced." example:"webhooks put ci https://ci.example.fr/events; webhooks put ci https://ci.example.fr/events --kind MailQueued --kind PasswordReset"`
	Deliveries webhooksDeliveries `cmd:"" help:"List what was sent to a webhook: how often each event was tried, when, and why it was refused." example:"webhooks deliveries ci; webhooks deliveries ci --outcome given-up"`
	Redeliver  webhooksRedeliver  `cmd:"" help:"Send a delivery once more, now. Exit code 1 when the receiver refuses it again." example:"webhooks redeliver ci 1-44"`
	Delete     webhooksDelete     `cmd:"" help:"Stop webhooks; one that does not exist is no error." example:"webhooks delete ci"`
}

type webhooksList struct{}

// Run implements the command.
func (webhooksList) Run(r *Run, g *webhooks) error {
	return talk(r, &g.Remote, func(s *session) ([]client.Webhook, error) { return s.sandbox.Webhooks(s.Context) }, listWebhooks)
}

func listWebhooks(s *session, all []client.Webhook) error {
	t := table.New("WEBHOOK", "URL", "KINDS", "TAKEN", "GIVEN UP", "SECRET", "LAST ERROR")
	for _, h := range all {
		kinds := "all"
		if len(h.Kinds) > 0 {
			kinds = strings.Join(h.Kinds, ",")
		}
		t.Add(h.Name, h.URL, kinds, h.Sent, h.Dropped, h.Secret, h.LastError)
	}
	return s.print(t, "no webhooks")
}

type webhooksPut struct {
	Name   string   `arg:"" help:"Name of the webhook." placeholder:"NAME" complete:"webhook"`
	URL    string   `arg:"" help:"Address that takes the events, each as a POST. A private one must have been allowed when the server was started (--webhook-private)." placeholder:"URL"`
	Kind   []string `help:"Only events of this kind; repeatable. [all]" placeholder:"KIND" complete:"event"`
	Secret string   `help:"What signs the events. [one that follows from the sandbox's seed]" placeholder:"TEXT"`
}

// Run implements the command.
func (c *webhooksPut) Run(r *Run, g *webhooks) error {
	spec := client.WebhookSpec{URL: c.URL, Kinds: c.Kind, Secret: c.Secret}
	return talk(r, &g.Remote, func(s *session) (client.Webhook, error) { return s.sandbox.PutWebhook(s.Context, c.Name, spec) },
		func(s *session, h client.Webhook) error { return listWebhooks(s, []client.Webhook{h}) })
}

type webhooksDeliveries struct {
	Webhook string `arg:"" help:"Name of the webhook." placeholder:"NAME" complete:"webhook"`
	Outcome string `help:"Only those on their way (trying), taken, or given-up. [all]" placeholder:"OUTCOME" complete:"outcome"`
}

// Run implements the command.
func (c *webhooksDeliveries) Run(r *Run, g *webhooks) error {
	return talk(r, &g.Remote, func(s *session) ([]client.WebhookDelivery, error) {
		return s.sandbox.WebhookDeliveries(s.Context, c.Webhook, c.Outcome)
	}, listDeliveries)
}

func listDeliveries(s *session, all []client.WebhookDelivery) error {
	t := table.New("DELIVERY", "EVENT", "AT", "OUTCOME", "ATTEMPTS", "LAST ATTEMPT", "NEXT ATTEMPT", "LAST ERROR")
	styles := map[string]table.Style{"taken": table.Good, "trying": table.Warn, "given-up": table.Bad}
	for _, d := range all {
		t.Add(d.ID, fmt.Sprintf("#%d %s", d.Event, d.Kind), moment(d.At), table.Cell{Text: d.Outcome, Style: styles[d.Outcome]}, d.Attempts,
			instantOf(d.LastAttemptAt), instantOf(d.NextAttemptAt), d.LastError)
	}
	return s.print(t, "no deliveries")
}

// instantOf writes an instant of the machine's clock, where milliseconds count.
func instantOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format("2006-01-02T15:04:05.000Z07:00")
}

type webhooksRedeliver struct {
	Webhook  string `arg:"" help:"Name of the webhook." placeholder:"NAME" complete:"webhook"`
	Delivery string `arg:"" help:"The delivery, by the identifier that the list shows and that the receiver reads in X-Sandbox-Event." placeholder:"ID" complete:"delivery"`
}

// Run implements the command.
func (c *webhooksRedeliver) Run(r *Run, g *webhooks) error {
	var told client.WebhookDelivery
	err := talk(r, &g.Remote, func(s *session) (d client.WebhookDelivery, err error) {
		told, err = s.sandbox.Redeliver(s.Context, c.Webhook, c.Delivery)
		return told, err
	}, func(s *session, d client.WebhookDelivery) error {
		return listDeliveries(s, []client.WebhookDelivery{d})
	})
	if err == nil && told.LastError != "" {
		return &Failure{Refused, fmt.Errorf("the receiver does not take it: %s", table.Clean(told.LastError))}
	}
	return err
}

type webhooksDelete struct {
	Names []string `arg:"" name:"name" help:"The webhooks." placeholder:"NAME" complete:"webhook"`
}

// Run implements the command.
func (c *webhooksDelete) Run(r *Run, g *webhooks) error {
	return talk(r, &g.Remote, func(s *session) (nothing, error) {
		for _, name := range c.Names {
			if err := s.sandbox.DeleteWebhook(s.Context, name); err != nil {
				return nothing{}, err
			}
		}
		return nothing{}, nil
	}, say("deleted: %s", strings.Join(c.Names, ", ")))
}

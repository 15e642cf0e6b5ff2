package mailbox

import (
	"strconv"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/mailbox/reading"
	"chorus-qualif/server/qualif"
)

// mailView is a captured mail in the control API.
type mailView struct {
	ID     string `json:"id"`
	Cursor string `json:"cursor"`
	// Notification is the id among the sandbox's notifications, null for
	// anybody else's mail.
	Notification *string          `json:"notification"`
	MessageID    *string          `json:"messageId"`
	Event        *string          `json:"event"`
	From         string           `json:"from"`
	To           []string         `json:"to"`
	Subject      string           `json:"subject"`
	ReceivedAt   string           `json:"receivedAt"`
	Size         int              `json:"size"`
	Text         *string          `json:"text"`
	HTML         *string          `json:"html"`
	Links        []reading.Link   `json:"links"`
	Attachments  []attachmentView `json:"attachments"`
}

type attachmentView struct {
	Number      int     `json:"number"`
	Name        *string `json:"name"`
	ContentType string  `json:"contentType"`
	Size        int     `json:"size"`
}

// orNull is null in JSON when empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func cursorText(seq uint64) string { return strconv.FormatUint(seq, 10) }

func viewMail(mail *inbox.Mail) mailView {
	message := reading.Read(mail.Raw)
	view := mailView{
		ID: mail.ID, Cursor: cursorText(mail.Seq), Notification: orNull(notificationOf(mail)), MessageID: orNull(mail.MessageID),
		Event: orNull(mail.Event), From: mail.From, To: mail.To, Subject: mail.Subject, ReceivedAt: qualif.FormatInstant(mail.At),
		Size: len(mail.Raw), Text: orNull(message.Text), HTML: orNull(message.HTML), Links: message.Links(), Attachments: []attachmentView{},
	}
	for n, a := range message.Attachments {
		view.Attachments = append(view.Attachments, attachmentView{n, orNull(a.Name), a.ContentType, len(a.Content)})
	}
	return view
}

// nearView is a mail that came near to what was waited for.
type nearView struct {
	ID      string   `json:"id"`
	Cursor  string   `json:"cursor"`
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Event   *string  `json:"event"`
	Met     []string `json:"met"`
	Missed  []string `json:"missed"`
}

func viewNearest(nearest []Near) []nearView {
	views := make([]nearView, len(nearest))
	for i, n := range nearest {
		views[i] = nearView{n.Mail.ID, cursorText(n.Mail.Seq), n.Mail.To, n.Mail.Subject, orNull(n.Mail.Event), n.Met, n.Missed}
	}
	return views
}

// deliveryView is what became of a notification.
type deliveryView struct {
	ID       string       `json:"id"`
	State    outbox.State `json:"state"`
	Attempts int          `json:"attempts"`
	Words    *string      `json:"words"`
	// RetryIn is how long until the next attempt, on the machine's clock.
	RetryIn *string `json:"retryIn"`
}

func viewDelivery(d outbox.Delivery, now time.Time) deliveryView {
	view := deliveryView{d.Mail.ID, d.State, d.Attempts, orNull(d.Words), nil}
	if !d.Next.IsZero() {
		wait := clock.Span{Exact: d.Next.Sub(now)}.String()
		view.RetryIn = &wait
	}
	return view
}

func viewDeliveries(all []outbox.Delivery, now time.Time) []deliveryView {
	views := make([]deliveryView, len(all))
	for i, d := range all {
		views[i] = viewDelivery(d, now)
	}
	return views
}

// advanceView is the clock advance that would bring a mail.
type advanceView struct {
	By      string          `json:"by"`
	To      string          `json:"to"`
	Kind    qualif.MailKind `json:"kind"`
	Subject string          `json:"subject"`
}

func viewAdvance(a *Advance) *advanceView {
	if a == nil {
		return nil
	}
	return &advanceView{a.By.String(), qualif.FormatInstant(a.To), a.Mail.Kind, a.Mail.Subject}
}

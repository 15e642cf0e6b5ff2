package client

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// MailQuery chooses notifications; what is zero is not asked.
type MailQuery struct {
	// To is the recipient, Subject a part of the subject, Kind what it is
	// about.
	To, Subject, Kind string
	// After is the identifier of a mail: only later ones.
	After string
	// Limit is how many at most: 100 when 0, 1000 at most.
	Limit int
}

// MailPage is a page of notifications in the order of sending; Next is what to
// give as After for the next page, and empty on the last.
type MailPage struct {
	Mails []Mail `json:"mails"`
	Next  string `json:"next"`
}

// Mail is a notification that the platform sends.
type Mail struct {
	ID string `json:"id"`
	// Kind is what it is about.
	Kind     string    `json:"kind"`
	To       string    `json:"to"`
	Subject  string    `json:"subject"`
	QueuedAt time.Time `json:"queuedAt"`
	// State is queued, sent or failed, after so many Attempts; Words are what
	// the mail server said last.
	State    string `json:"state"`
	Attempts int    `json:"attempts"`
	Words    string `json:"words"`
	// Login is the technical account it is about.
	Login     string `json:"login"`
	SIRET     string `json:"siret"`
	Structure string `json:"structure"`

	EffectiveAt       time.Time `json:"effectiveAt,omitzero"`
	PasswordExpiresAt time.Time `json:"passwordExpiresAt,omitzero"`
	ReactivableUntil  time.Time `json:"reactivableUntil,omitzero"`

	Text string `json:"text"`
	HTML string `json:"html"`
}

// CapturedMail is a mail that arrived, decoded; mail of anybody, not only
// notifications.
type CapturedMail struct {
	// ID is MailHog's; Cursor is its place in the order of arrival.
	ID     string `json:"id"`
	Cursor string `json:"cursor"`
	// Notification is its id among the notifications, when it is one.
	Notification string `json:"notification"`
	MessageID    string `json:"messageId"`
	// Event is the header X-Chorus-Event.
	Event string `json:"event"`
	// From and To are those of the envelope.
	From        string           `json:"from"`
	To          []string         `json:"to"`
	Subject     string           `json:"subject"`
	ReceivedAt  time.Time        `json:"receivedAt"`
	Size        int64            `json:"size"`
	Text        string           `json:"text"`
	HTML        string           `json:"html"`
	Links       []MailLink       `json:"links"`
	Attachments []MailAttachment `json:"attachments"`
}

// MailLink is a link of a mail; Text is what a reader clicks on.
type MailLink struct {
	URL  string `json:"url"`
	Text string `json:"text"`
}

// MailAttachment is what is attached to a mail; Number is from 0, Size in bytes.
type MailAttachment struct {
	Number      int    `json:"number"`
	Name        string `json:"name"`
	ContentType string `json:"contentType"`
	Size        int64  `json:"size"`
}

// MailDelivery is what became of a notification.
type MailDelivery struct {
	ID string `json:"id"`
	// State is queued, sent or failed.
	State    string `json:"state"`
	Attempts int    `json:"attempts"`
	Words    string `json:"words"`
	// RetryIn is how long until the next attempt, in real time; empty when
	// none is due.
	RetryIn string `json:"retryIn"`
}

// MailWait is what a mail must be: each text is a part of what it is compared
// with, regardless of case; nothing at all is any mail.
type MailWait struct {
	To      string `json:"to,omitempty"`
	Subject string `json:"subject,omitempty"`
	// Event is part of the header X-Chorus-Event.
	Event string `json:"event,omitempty"`
	// Text is part of the text, or of what the HTML shows.
	Text string `json:"text,omitempty"`
	// After is a Cursor: only later mail counts.
	After string `json:"after,omitempty"`
	// Timeout is real time: 10s when empty, 5m at most.
	Timeout string `json:"timeout,omitempty"`
}

// MailMissing is what was there instead of a mail that was waited for.
type MailMissing struct {
	// Cursor is what to give as After to wait for later mail only.
	Cursor  string     `json:"cursor"`
	Nearest []NearMail `json:"nearest"`
	// Undelivered are the notifications that fit and did not arrive.
	Undelivered []MailDelivery `json:"undelivered"`
	// Advance is the advance of the clock that would bring such a mail; nil
	// when none would.
	Advance *MailAdvance `json:"advance"`
}

// NearMail is a mail that meets some of the criteria.
type NearMail struct {
	ID      string   `json:"id"`
	Cursor  string   `json:"cursor"`
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Event   string   `json:"event"`
	// Met and Missed name the criteria.
	Met    []string `json:"met"`
	Missed []string `json:"missed"`
}

// MailAdvance is an advance of the clock that would bring a mail.
type MailAdvance struct {
	// By is how far, ISO 8601, days counted on the calendar of Paris as
	// [Span] does; To is the instant that it leads to.
	By      string    `json:"by"`
	To      time.Time `json:"to"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject"`
}

// MailMissing tells what was there instead of a mail that was waited for; false
// for other errors.
func (e *Error) MailMissing() (m MailMissing, ok bool) {
	ok = e.Status == http.StatusRequestTimeout && json.Unmarshal(e.Body, &m) == nil
	return m, ok && m.Cursor != ""
}

// Mails lists the notifications.
func (s *Sandbox) Mails(ctx context.Context, q MailQuery) (MailPage, error) {
	query := values("to", q.To, "subject", q.Subject, "kind", q.Kind, "after", q.After, "limit", number(q.Limit))
	return ask[MailPage](ctx, s.c, s.get(query, "mails"))
}

// WaitMail waits for a mail that arrives, at once when it is there already; its
// Cursor is what to give as After to wait for a later one. When none came in
// time the *[Error] tells with [Error.MailMissing] what was there.
func (s *Sandbox) WaitMail(ctx context.Context, w MailWait) (CapturedMail, error) {
	answer, err := ask[struct {
		Mail CapturedMail `json:"mail"`
	}](ctx, s.c, s.post(w, "mails", "wait"))
	return answer.Mail, err
}

// Latest stands for the newest mail where an identifier is asked.
const Latest = "latest"

// Mail shows a captured mail by its id, the id of a notification, its
// Message-ID, or [Latest].
func (s *Sandbox) Mail(ctx context.Context, id string) (CapturedMail, error) {
	return ask[CapturedMail](ctx, s.c, s.get(nil, "mails", id))
}

// MailRaw downloads a captured mail as it travelled.
func (s *Sandbox) MailRaw(ctx context.Context, id string) ([]byte, error) {
	return ask[[]byte](ctx, s.c, s.get(nil, "mails", id, "raw"))
}

// MailText is the plain text of a captured mail, decoded.
func (s *Sandbox) MailText(ctx context.Context, id string) (string, error) {
	text, err := ask[[]byte](ctx, s.c, s.get(nil, "mails", id, "text"))
	return string(text), err
}

// MailHTML is the HTML of a captured mail, decoded.
func (s *Sandbox) MailHTML(ctx context.Context, id string) (string, error) {
	text, err := ask[[]byte](ctx, s.c, s.get(nil, "mails", id, "html"))
	return string(text), err
}

// MailLinks lists the links of a captured mail, in the order of reading.
func (s *Sandbox) MailLinks(ctx context.Context, id string) ([]MailLink, error) {
	list, err := ask[struct {
		Links []MailLink `json:"links"`
	}](ctx, s.c, s.get(nil, "mails", id, "links"))
	return list.Links, err
}

// MailAttachment downloads what is attached to a captured mail, decoded; number
// is from 0.
func (s *Sandbox) MailAttachment(ctx context.Context, id string, number int) ([]byte, error) {
	return ask[[]byte](ctx, s.c, s.get(nil, "mails", id, "attachments", strconv.Itoa(number)))
}

// MailDelivery tells what became of a notification.
func (s *Sandbox) MailDelivery(ctx context.Context, id string) (MailDelivery, error) {
	return ask[MailDelivery](ctx, s.c, s.get(nil, "mails", id, "delivery"))
}

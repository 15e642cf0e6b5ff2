// Package mailbox makes the platform's notifications real mail: it composes
// them, sends them over SMTP, catches them (and anybody's mail) in a bounded
// store, and shows them with MailHog's own page and API. Mail belongs to a
// sandbox; nobody sees another sandbox's.
package mailbox

package mailbox

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/mailbox/reading"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/wire"
)

// How long a wait lasts when it does not say, and at most.
const (
	defaultWait = 10 * time.Second
	longestWait = 5 * time.Minute
)

// RegisterAdmin adds the mail operations of the control API that read what was
// captured and wait for it. Register what guards the listener before, and let
// Use come before the first call.
func (m *Mailbox) RegisterAdmin(contract *wire.Contract, engine *gin.Engine) {
	for operation, answer := range map[string]func(*inbox.Mail, *gin.Context) wire.Reply{
		"getMail": func(mail *inbox.Mail, _ *gin.Context) wire.Reply { return wire.JSON(http.StatusOK, viewMail(mail)) },
		"getMailRaw": func(mail *inbox.Mail, _ *gin.Context) wire.Reply {
			return content("message/rfc822", []byte(mail.Raw))
		},
		"getMailText":       mailText,
		"getMailHtml":       mailHTML,
		"getMailLinks":      mailLinks,
		"getMailAttachment": mailAttachment,
	} {
		contract.Handle(engine, operation, func(g *gin.Context, _ []byte) wire.Reply {
			if refusal, ok := m.known(g); !ok {
				return refusal
			}
			mail, ok := m.Get(g.Param("name"), g.Param("id"))
			if !ok {
				return m.noMail(g.Param("name"), g.Param("id"))
			}
			return answer(mail, g)
		})
	}
	contract.Handle(engine, "getMailDelivery", m.getDelivery)
	contract.Handle(engine, "waitForMail", m.waitForMail)
}

// known refuses a sandbox that is not there; where sandboxes come about by being
// named, it does.
func (m *Mailbox) known(g *gin.Context) (wire.Reply, bool) {
	name := g.Param("name")
	m.mu.RLock()
	registry := m.registry
	m.mu.RUnlock()
	if _, err := registry.Resolve(name); err != nil {
		return wire.Refuse(http.StatusNotFound, "sandbox-unknown", "no sandbox is called "+name+"; PUT /__admin/v1/sandboxes/"+name+" creates it"), false
	}
	return wire.Reply{}, true
}

// noMail tells why there is no such mail, when a notification has the name.
func (m *Mailbox) noMail(sandbox, id string) wire.Reply {
	d, ok := m.outbox.Delivery(sandbox, id)
	if !ok {
		return wire.Refuse(http.StatusNotFound, "mail-unknown", "sandbox "+sandbox+" has no mail "+id)
	}
	return wire.Refuse(http.StatusNotFound, "mail-not-arrived", "notification "+id+" "+standing(d))
}

// standing tells in words where a notification is.
func standing(d outbox.Delivery) string {
	text := fmt.Sprintf("is %s after %d attempts", d.State, d.Attempts)
	if d.State == outbox.Sent {
		text = "was sent, and is no longer kept"
	}
	if d.Words != "" {
		text += "; the last answer was: " + d.Words
	}
	return text
}

func content(kind string, body []byte) wire.Reply {
	if len(body) == 0 {
		return wire.Reply{Status: http.StatusNoContent}
	}
	// What others wrote is shown on the listener that controls everything:
	// it may not act.
	return wire.Reply{Status: http.StatusOK, Raw: body, ContentType: kind, Header: http.Header{
		"Content-Security-Policy": {"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"},
		"X-Content-Type-Options":  {"nosniff"},
	}}
}

func mailText(mail *inbox.Mail, _ *gin.Context) wire.Reply {
	text := reading.Read(mail.Raw).Text
	if text == "" {
		return wire.Refuse(http.StatusNotFound, "mail-part-unknown", "the mail has no plain text")
	}
	return content("text/plain; charset=utf-8", []byte(text))
}

func mailHTML(mail *inbox.Mail, _ *gin.Context) wire.Reply {
	html := reading.Read(mail.Raw).HTML
	if html == "" {
		return wire.Refuse(http.StatusNotFound, "mail-part-unknown", "the mail has no HTML")
	}
	return content("text/html; charset=utf-8", []byte(html))
}

func mailLinks(mail *inbox.Mail, _ *gin.Context) wire.Reply {
	return wire.JSON(http.StatusOK, struct {
		Links []reading.Link `json:"links"`
	}{reading.Read(mail.Raw).Links()})
}

func mailAttachment(mail *inbox.Mail, g *gin.Context) wire.Reply {
	all := reading.Read(mail.Raw).Attachments
	n, err := strconv.Atoi(g.Param("number"))
	if err != nil || n < 0 || n >= len(all) {
		return wire.Refuse(http.StatusNotFound, "mail-part-unknown", fmt.Sprintf("the mail has %d attachments; the first is 0", len(all)))
	}
	name := all[n].Name
	if name == "" {
		name = "attachment-" + strconv.Itoa(n)
	}
	reply := content("application/octet-stream", all[n].Content)
	if reply.Header == nil {
		reply.Header = http.Header{}
	}
	reply.Header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return reply
}

func (m *Mailbox) getDelivery(g *gin.Context, _ []byte) wire.Reply {
	if refusal, ok := m.known(g); !ok {
		return refusal
	}
	name, id := g.Param("name"), g.Param("id")
	if mail, ok := m.Get(name, id); ok {
		if own := notificationOf(mail); own != "" {
			id = own
		}
	}
	d, ok := m.outbox.Delivery(name, id)
	if !ok {
		return wire.Refuse(http.StatusNotFound, "mail-unknown", "sandbox "+name+" has sent no notification "+id+", or not lately")
	}
	return wire.JSON(http.StatusOK, viewDelivery(d, m.o.Wall.Now()))
}

// waitForMail answers a wait; it ends with its caller, and with EndWaits.
func (m *Mailbox) waitForMail(g *gin.Context, body []byte) wire.Reply {
	if refusal, ok := m.known(g); !ok {
		return refusal
	}
	criteria, patience, refusal := readWait(body)
	if refusal != nil {
		return *refusal
	}
	ctx, cancel := context.WithCancel(g.Request.Context())
	defer cancel()
	defer m.o.Wall.AfterFunc(patience, cancel)()
	defer context.AfterFunc(m.waits, cancel)()
	w := m.Wait(ctx, g.Param("name"), criteria)
	if w.Mail != nil {
		return wire.JSON(http.StatusOK, struct {
			Mail   mailView `json:"mail"`
			Cursor string   `json:"cursor"`
		}{viewMail(w.Mail), cursorText(w.Cursor)})
	}
	return m.waitedInVain(g.Param("name"), w)
}

// readWait reads what to wait for; the contract has checked its form.
func readWait(body []byte) (c Criteria, patience time.Duration, refusal *wire.Reply) {
	given := struct {
		To, Subject, Event, Text string
		After, Timeout           *string
	}{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &given); err != nil {
			r := wire.Refuse(http.StatusBadRequest, "invalid-request", err.Error())
			return c, 0, &r
		}
	}
	c = Criteria{To: given.To, Subject: given.Subject, Event: given.Event, Text: given.Text}
	refuse := func(field, detail string) (Criteria, time.Duration, *wire.Reply) {
		r := wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid-" + field, Field: field, Detail: detail})
		return c, 0, &r
	}
	if given.After != nil {
		after, err := strconv.ParseUint(*given.After, 10, 64)
		if err != nil {
			return refuse("after", "after: want the cursor of an earlier answer")
		}
		c.After = after
	}
	patience = defaultWait
	if given.Timeout != nil {
		span, err := clock.ParseSpan(*given.Timeout)
		if err != nil {
			return refuse("timeout", err.Error())
		}
		if patience = span.Exact; span.Years+span.Months+span.Days > 0 || patience > longestWait {
			return refuse("timeout", "timeout: want 5m at most")
		}
	}
	return c, patience, nil
}

// waitProblem is the answer to a wait that nothing came of.
type waitProblem struct {
	wire.Problem
	Cursor      string         `json:"cursor"`
	Nearest     []nearView     `json:"nearest"`
	Undelivered []deliveryView `json:"undelivered"`
	Advance     *advanceView   `json:"advance"`
}

func (m *Mailbox) waitedInVain(sandbox string, w Waited) wire.Reply {
	detail := "no such mail came to sandbox " + sandbox
	if len(w.Nearest) > 0 {
		near := w.Nearest[0]
		detail += fmt.Sprintf("; the nearest, %q to %v, misses %v", near.Mail.Subject, near.Mail.To, near.Missed)
	}
	if len(w.Undelivered) > 0 {
		detail += "; notification " + w.Undelivered[0].Mail.ID + " " + standing(w.Undelivered[0])
	}
	if w.Advance != nil {
		detail += "; it comes when the clock is advanced to " + qualif.FormatInstant(w.Advance.To)
	}
	reply := wire.Reject(wire.Problem{Status: http.StatusRequestTimeout, Code: "mail-not-found", Detail: detail})
	reply.Body = waitProblem{
		reply.Body.(wire.Problem), cursorText(w.Cursor), viewNearest(w.Nearest),
		viewDeliveries(w.Undelivered, m.o.Wall.Now()), viewAdvance(w.Advance),
	}
	return reply
}

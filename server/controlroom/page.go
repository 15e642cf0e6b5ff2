package controlroom

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// page is a sandbox as its page shows it: every part is of one instant.
type page struct {
	Name, Profile, DataSet string
	Seed                   int64
	Switches               []pair
	Base                   string
	Query                  query
	FormToken              string
	IsDefault              bool
	PortalURL, MailURL     string

	Clock       *clockPart
	Timeline    *timelinePart
	Accounts    *accountsPart
	Mails       *mailsPart
	Events      *eventsPart
	Calls       *callsPart
	Faults      *faultsPart
	Credentials *credentialsPart
}

// clockPart is the clock and what it will do next.
type clockPart struct {
	Now     time.Time
	Mode    clock.Mode
	Rate    float64
	Running bool
	// Local is the present as the field of a date takes it.
	Local string
	Next  *dueRow
}

// partNames are the parts that follow the sandbox live, in the page's order.
var partNames = []string{"clock", "timeline", "accounts", "mails", "calls", "faults", "events", "credentials"}

const localLayout = "2006-01-02T15:04:05"

// assemble reads a sandbox for its page.
func (v *visit) assemble(sb *sandboxes.Sandbox) (*page, error) {
	r := v.room
	base := "/sandboxes/" + sb.Name()
	p := &page{
		Name: sb.Name(), Base: base, Query: newQuery(base, v.g.Request.URL.Query()), FormToken: r.formToken(v.cookie),
		IsDefault: sb.Name() == sandboxes.Default, PortalURL: r.o.PlatformURL() + "/aife_qual/connexion?sandbox=" + sb.Name(), MailURL: r.o.MailURL(),
	}
	h, err := r.histories.of(sb)
	if err != nil {
		return nil, err
	}
	calls := r.o.Requests.Of(sb).All()
	p.Clock = newClockPart(sb.Clock())
	var mails []*qualif.Mail
	h.mu.Lock()
	defer h.mu.Unlock()
	sb.Read(func(view sandboxes.View) {
		p.Clock.Now, p.Seed, p.Profile, p.DataSet = view.Present, view.Seed, view.Profile.Name, view.Data().Name
		p.Clock.Local = view.Present.In(qualif.Paris).Format(localLayout)
		for key, value := range view.Switches {
			p.Switches = append(p.Switches, pair{key, value})
		}
		p.accounts(view, h)
		p.timeline(view, h, calls)
		p.credentials(r, view)
		mails = view.Mails()
	})
	slices.SortFunc(p.Switches, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	p.mails(r, h, mails)
	p.calls(r, sb, calls)
	p.faults(r, sb)
	if err := p.events(sb, h); err != nil {
		return nil, err
	}
	return p, nil
}

func newClockPart(reading sandboxes.Reading) *clockPart {
	c := &clockPart{Now: reading.Now, Mode: reading.Mode, Rate: reading.Rate, Running: reading.Mode != clock.Frozen}
	if d := reading.Next; d != nil {
		c.Next = &dueRow{d.At, words(d.At.Sub(reading.Now)), happening(d.Kind), d.Subject, d.Cause, qualif.FormatInstant(d.At)}
	}
	return c
}

func (r *Room) sandboxPage(v *visit, sb *sandboxes.Sandbox) {
	p, err := v.assemble(sb)
	if err != nil {
		v.problem(http.StatusInternalServerError, v.told(err).Text)
		return
	}
	v.show(http.StatusOK, "sandbox", p.Name, p)
}

// sandboxParts answers with the parts that changed, for the script of the page.
func (r *Room) sandboxParts(v *visit, sb *sandboxes.Sandbox) {
	p, err := v.assemble(sb)
	if err != nil {
		v.problem(http.StatusInternalServerError, v.told(err).Text)
		return
	}
	var wanted []string
	for _, name := range strings.Split(v.g.Query("names"), ",") {
		if slices.Contains(partNames, name) && !slices.Contains(wanted, name) {
			wanted = append(wanted, name)
		}
	}
	v.write(http.StatusOK, "sandbox", "parts", struct {
		Wanted []string
		Page   *page
	}{wanted, p})
}

// errForm is a form that lacks something; the text is for the person.
type errForm string

func (e errForm) Error() string { return string(e) }

// formError is what is wrong with a form, or what the sandbox refused.
func (v *visit) formError(err error) notice {
	var form errForm
	if errors.As(err, &form) {
		return notice{Text: string(form)}
	}
	return v.told(err)
}

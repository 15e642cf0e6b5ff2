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

// page is a sandbox as one of its screens shows it: every part is of one
// instant. The parts that the screen does not have are nil.
type page struct {
	Name, Profile, DataSet string
	Seed                   int64
	Switches               []pair
	Base                   string
	Query                  query
	FormToken              string
	IsDefault              bool
	PortalURL, MailURL     string
	// Screen is the one that is shown, Tabs lead to all of them.
	Screen screen
	Tabs   []tab

	Clock       *clockPart
	Timeline    *timelinePart
	Accounts    *accountsPart
	Mails       *mailsPart
	Events      *eventsPart
	Calls       *callsPart
	Faults      *faultsPart
	Credentials *credentialsPart
	Snapshots   *snapshotsPart
	Usage       *usagePart
	Explained   *explainedPart
	Webhooks    *webhooksPart
	Moments     *momentsPart
	// Form is that of a fault.
	Form *faultFormPage
}

// screen is a page of a sandbox. Another one needs an entry in screens, a
// template "page-" and its name, and for each new part of it a template and a
// case in assemble.
type screen struct {
	// path follows the sandbox's own.
	path string
	// Label is its entry in the navigation, name that of its template.
	Label, name string
	// parts follow the sandbox live.
	parts []string
}

// screens lists the pages of a sandbox in the order of the navigation.
func screens() []screen {
	return []screen{
		{"", "Overview", "sandbox", []string{"clock", "timeline", "accounts", "mails", "calls", "faults", "events", "credentials"}},
		{"/faults", "Faults", "faults", []string{"clock", "faults"}},
		{"/snapshots", "Snapshots and copies", "snapshots", []string{"clock", "snapshots"}},
		{"/usage", "What clients met", "usage", []string{"clock", "usage"}},
		{"/explain", "Explain", "explain", []string{"clock", "explained"}},
		{"/webhooks", "Webhooks", "webhooks", []string{"clock", "webhooks"}},
		{"/record", "Record", "record", []string{"clock", "moments"}},
	}
}

// partNames are the parts of all the screens, each once.
func partNames() []string {
	var names []string
	for _, s := range screens() {
		for _, name := range s.parts {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// tab is an entry of the navigation.
type tab struct {
	Label, Address string
	Current        bool
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

const localLayout = "2006-01-02T15:04:05"

// assemble reads the parts of a sandbox that are wanted.
func (v *visit) assemble(sb *sandboxes.Sandbox, shown screen, wanted []string) (*page, error) {
	r := v.room
	p := v.newPage(sb, shown)
	for _, part := range wanted {
		switch part {
		case "faults":
			p.faults(r, sb)
		case "snapshots":
			p.snapshots(sb)
		case "usage":
			p.usage(r, sb)
		case "explained":
			p.explained(v, sb)
		case "webhooks":
			p.webhooks(r, sb)
		case "moments":
			if err := p.moments(r, sb); err != nil {
				return nil, err
			}
		case "clock":
		default:
			if p.Timeline == nil {
				if err := p.overview(v.room, sb); err != nil {
					return nil, err
				}
			}
		}
	}
	return p, nil
}

// newPage is what every screen of a sandbox shows.
func (v *visit) newPage(sb *sandboxes.Sandbox, shown screen) *page {
	r := v.room
	base := "/sandboxes/" + sb.Name()
	p := &page{
		Name: sb.Name(), Base: base, Query: newQuery(base, v.g.Request.URL.Query()), FormToken: r.formToken(v.cookie), Screen: shown,
		IsDefault: sb.Name() == sandboxes.Default, PortalURL: r.o.PlatformURL() + "/aife_qual/connexion?sandbox=" + sb.Name(), MailURL: r.o.MailURL(),
	}
	for _, s := range screens() {
		p.Tabs = append(p.Tabs, tab{s.Label, base + s.path, s.path == shown.path})
	}
	p.Clock = newClockPart(sb.Clock())
	sb.Read(func(view sandboxes.View) {
		p.Seed, p.Profile, p.DataSet = view.Seed, view.Profile.Name, view.Data().Name
		p.Clock.read(view)
		for key, value := range view.Switches {
			p.Switches = append(p.Switches, pair{key, value})
		}
	})
	slices.SortFunc(p.Switches, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return p
}

// overview reads the parts that must be of one instant.
func (p *page) overview(r *Room, sb *sandboxes.Sandbox) error {
	h, err := r.histories.of(sb)
	if err != nil {
		return err
	}
	calls := r.o.Requests.Of(sb).All()
	var mails []*qualif.Mail
	h.mu.Lock()
	defer h.mu.Unlock()
	sb.Read(func(view sandboxes.View) {
		p.Clock.read(view)
		p.accounts(view, h)
		p.timeline(view, h, calls)
		p.credentials(r, view)
		mails = view.Mails()
	})
	p.mails(r, h, mails)
	p.calls(r, sb, calls)
	return p.events(sb, h)
}

// read sets the present to that of a view.
func (c *clockPart) read(view sandboxes.View) {
	c.Now, c.Local = view.Present, view.Present.In(qualif.Paris).Format(localLayout)
}

func newClockPart(reading sandboxes.Reading) *clockPart {
	c := &clockPart{Now: reading.Now, Mode: reading.Mode, Rate: reading.Rate, Running: reading.Mode != clock.Frozen}
	if d := reading.Next; d != nil {
		c.Next = &dueRow{d.At, words(d.At.Sub(reading.Now)), happening(d.Kind), d.Subject, d.Cause, qualif.FormatInstant(d.At)}
	}
	return c
}

// show answers with a screen of a sandbox.
func (r *Room) show(one screen) func(*visit, *sandboxes.Sandbox) {
	return func(v *visit, sb *sandboxes.Sandbox) { v.showScreen(http.StatusOK, sb, one, nil) }
}

// screenNamed is the screen of that template.
func screenNamed(name string) screen {
	all := screens()
	return all[slices.IndexFunc(all, func(s screen) bool { return s.name == name })]
}

// showScreen answers with a screen of a sandbox, to which complete may add what
// came of a form.
func (v *visit) showScreen(status int, sb *sandboxes.Sandbox, one screen, complete func(*page)) {
	p, err := v.assemble(sb, one, one.parts)
	if err != nil {
		v.problem(http.StatusInternalServerError, v.told(err).Text)
		return
	}
	if complete != nil {
		complete(p)
	}
	title := p.Name
	if one.path != "" {
		title = one.Label + " · " + title
	}
	v.show(status, one.name, title, p)
}

// sandboxParts answers with the parts that changed, for the script of the page.
func (r *Room) sandboxParts(v *visit, sb *sandboxes.Sandbox) {
	var wanted []string
	for _, name := range strings.Split(v.g.Query("names"), ",") {
		if slices.Contains(partNames(), name) && !slices.Contains(wanted, name) {
			wanted = append(wanted, name)
		}
	}
	p, err := v.assemble(sb, screenNamed("sandbox"), wanted)
	if err != nil {
		v.problem(http.StatusInternalServerError, v.told(err).Text)
		return
	}
	v.writeParts("sandbox", wanted, p)
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

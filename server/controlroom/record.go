package controlroom

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
)

// momentsPart is what was done in a sandbox, by clients and by people, from which
// a span is chosen.
type momentsPart struct {
	Rows    []momentRow
	Pager   pager
	Calls   int
	Evicted uint64
	Keeps   bool
	Form    recordForm
}

// momentRow is a call, or something done without one.
type momentRow struct {
	// Call is 0 for what was done without a call; Label is what it is called.
	Call          uint64
	Label         string
	Address       string
	At            time.Time
	Status, Class string
	What, About   string
	In, Left      bool
	Since, Until  string
	// Leave is where the call is left out, or put back.
	Leave string
}

// recordForm is the span that a person chose; Refused is what stands in the way.
type recordForm struct {
	Since, Until, Skip, Workflow, Title string
	Keep                                bool
	Wrong                               []string
	Refused                             []refusalRow
}

// refusalRow is one thing that no scenario can express.
type refusalRow struct {
	Message string
	// Address is the call or the event, Leave the page with the call left out;
	// "" where there is none.
	Address, Leave string
}

const momentsAtOnce = 20

// moments lists what was done, the latest first.
func (p *page) moments(r *Room, sb *sandboxes.Sandbox) error {
	h, err := r.histories.of(sb)
	if err != nil {
		return err
	}
	calls := r.o.Requests.Of(sb)
	part := &momentsPart{Evicted: calls.Size().Evicted, Keeps: r.o.Requests.Keeps()}
	part.Form = recordForm{Since: p.Query.Get("since"), Until: p.Query.Get("until"), Skip: p.Query.Get("skip")}
	all := calls.All()
	part.Calls = len(all)
	during := (&callsPart{all: all}).during
	acts := p.acts(h, during, r.o.Faults.Of(sb))
	var rows []momentRow
	for i := len(all) - 1; i >= 0; i-- {
		e := all[i]
		for n := len(acts) - 1; n >= 0 && acts[n].after(e); n = len(acts) - 1 {
			rows, acts = append(rows, acts[n].row), acts[:n]
		}
		row := momentRow{
			Call: e.ID, Label: strconv.FormatUint(e.ID, 10), Address: p.Base + "/calls/" + strconv.FormatUint(e.ID, 10), At: e.Virtual, Status: strconv.Itoa(e.Status), Class: statusClass(e.Status),
			What: e.Method + " " + e.Target, About: strings.Trim(e.Operation+" · "+e.Login, " ·"),
		}
		p.place(&row, part.Form)
		rows = append(rows, row)
	}
	for i := len(acts) - 1; i >= 0; i-- {
		rows = append(rows, acts[i].row)
	}
	p.spanActs(rows, part.Form)
	from, to, pager := p.Query.pageOf("moments", "moments", "things done", len(rows), momentsAtOnce)
	part.Rows, part.Pager = rows[from:to], pager
	p.Moments = part
	return nil
}

// act is something done without a call, in the order of the journal.
type act struct {
	row momentRow
	// seq is the event that it is, or the last one before it.
	seq uint64
	// call is, for a change of the faults, the last call before it.
	call  uint64
	fault bool
}

// after tells whether it was done after a call came.
func (a act) after(e *requests.Entry) bool {
	if a.fault {
		return a.call >= e.ID
	}
	return a.seq > e.AfterEvent
}

// acts are what was done without a call, the oldest first: events that follow
// from nothing and are no move of the clock, and changes of the faults.
func (p *page) acts(h *history, during func(seq uint64) uint64, book *faults.Book) []act {
	var acts []act
	passing := []qualif.Kind{
		qualif.SandboxCreated{}.Kind(), qualif.ClockAdvanced{}.Kind(), qualif.ClockChanged{}.Kind(), qualif.TechnicalAccountPrepared{}.Kind(),
	}
	h.mu.Lock()
	for _, b := range h.briefs {
		if b.Cause == 0 && !b.Imported && !slices.Contains(passing, b.Kind) && during(b.Seq) == 0 {
			number := strconv.FormatUint(b.Seq, 10)
			acts = append(acts, act{seq: b.Seq, row: momentRow{
				Label: "#" + number, Address: p.Base + "?subject=%23" + number + "#events", At: b.At, What: string(b.Kind), About: b.Subject,
			}})
		}
	}
	h.mu.Unlock()
	changes, _ := book.Changes()
	for _, c := range changes {
		row := momentRow{Label: "fault", Address: p.Base + "/faults", At: c.At, What: c.Name, About: "does not strike any more"}
		if c.Spec != nil {
			row.About = "fault of the kind " + c.Spec.Kind
		} else if c.Name == "" {
			row.What, row.About = "every fault", "does not strike any more"
		}
		acts = append(acts, act{row, c.AfterEvent, c.AfterCall, true})
	}
	slices.SortStableFunc(acts, func(a, b act) int { return cmp.Compare(a.seq, b.seq) })
	return acts
}

// place tells whether a call is in the span, and what leads to another span.
func (p *page) place(row *momentRow, form recordForm) {
	id := strconv.FormatUint(row.Call, 10)
	since, until := numberOf(form.Since), numberOf(form.Until)
	row.Left = slices.Contains(skipped(form.Skip), id)
	row.In = !row.Left && row.Call >= since && (until == 0 || row.Call <= until)
	row.Since, row.Until = p.Query.on("/record", "moments", "since", id), p.Query.on("/record", "moments", "until", id)
	row.Leave = p.Query.on("/record", "moments", "skip", withSkip(form.Skip, id, !row.Left))
}

// spanActs marks what was done without a call: whatever comes before the last
// call of the span is told with it, as the calls may need it.
func (p *page) spanActs(rows []momentRow, form recordForm) {
	until := numberOf(form.Until)
	after := until != 0
	for i := range rows {
		if after && rows[i].Call != 0 && rows[i].Call <= until {
			after = false
		}
		if rows[i].Call == 0 {
			rows[i].In = !after
		}
	}
}

// on is the address of another screen of the sandbox with one parameter changed.
func (q query) on(path, section, name, value string) string {
	q.base += path
	return q.With(section, name, value)
}

func numberOf(text string) uint64 { n, _ := strconv.ParseUint(text, 10, 64); return n }

// skipped are the calls in a list with commas.
func skipped(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// withSkip is the list with a call added or taken out.
func withSkip(list, id string, add bool) string {
	all := slices.DeleteFunc(skipped(list), func(one string) bool { return one == id })
	if add {
		all = append(all, id)
	}
	return strings.Join(all, ",")
}

// record makes a scenario of the span that a form asks for: as a file, or as a
// run of it on this server.
func (r *Room) record(v *visit, sb *sandboxes.Sandbox) {
	field := func(name string) string { return strings.TrimSpace(v.g.PostForm(name)) }
	form := recordForm{Since: field("since"), Until: field("until"), Skip: strings.Join(skipped(field("skip")), ","), Workflow: field("workflow"), Title: field("title"), Keep: field("keep") != ""}
	asked := url.Values{}
	for name, value := range map[string]string{"since": form.Since, "until": form.Until, "skip": form.Skip, "workflow": form.Workflow, "title": form.Title} {
		if value != "" {
			asked.Set(name, value)
		}
	}
	target := "/__admin/v1/sandboxes/" + url.PathEscape(sb.Name()) + "/recording?" + asked.Encode()
	var answer apiAnswer
	if do := field("do"); do == "run" || do == "hand" {
		answer = v.askAt(http.MethodPost, target, map[string]any{"byHand": do == "hand", "keep": form.Keep})
		var view runView
		if answer.status == http.StatusCreated && answer.read(&view) == nil {
			v.g.Redirect(http.StatusSeeOther, "/scenario-runs/"+view.ID)
			return
		}
	} else if answer = v.askAt(http.MethodGet, target, nil); answer.status == http.StatusOK {
		name := form.Workflow
		if name == "" {
			name = "recorded"
		}
		v.download(name+".arazzo.yaml", answer)
		return
	}
	form.Refused, form.Wrong = refusalsOf(answer, "/sandboxes/"+sb.Name(), form)
	v.showScreen(http.StatusUnprocessableEntity, sb, screenNamed("record"), func(p *page) { p.Moments.Form = form })
}

// refusalsOf reads what stands in the way of a recording, in the recorder's order
// and words; anything else that is wrong comes apart.
func refusalsOf(answer apiAnswer, base string, form recordForm) (refused []refusalRow, wrong []string) {
	var told struct {
		Reasons []struct {
			Request, Event uint64
			Message        string
		}
	}
	if err := json.Unmarshal(answer.body, &told); err != nil || len(told.Reasons) == 0 {
		return nil, reasons(answer.read(nil))
	}
	q := newQuery(base, url.Values{"since": {form.Since}, "until": {form.Until}, "skip": {form.Skip}})
	for _, one := range told.Reasons {
		row := refusalRow{Message: sentence(one.Message)}
		id := strconv.FormatUint(max(one.Request, one.Event), 10)
		switch {
		case one.Request != 0:
			row.Address, row.Leave = base+"/calls/"+id, q.on("/record", "title-as", "skip", withSkip(form.Skip, id, true))
		case one.Event != 0:
			row.Address = base + "?subject=%23" + id + "#events"
		}
		refused = append(refused, row)
	}
	return refused, nil
}

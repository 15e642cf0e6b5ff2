package controlroom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
)

type callsPart struct {
	Rows                    []callRow
	Pager                   pager
	Path, Status, Operation string
	Operations              []choice
	Kept                    int
	Evicted                 uint64
	Keeps                   bool
	// HAR is where the calls that fit are downloaded, Fitting how many they are.
	HAR     string
	Fitting int

	all []*requests.Entry
}

type callRow struct {
	*requests.Entry
	Class, Took string
	Address     string
}

const callsAtOnce = 20

// calls lists the request journal, the latest first.
func (p *page) calls(r *Room, sb *sandboxes.Sandbox, all []*requests.Entry) {
	size := r.o.Requests.Of(sb).Size()
	part := &callsPart{
		Path: p.Query.Get("path"), Status: p.Query.Get("status"), Operation: p.Query.Get("operation"),
		Kept: len(all), Evicted: size.Evicted, Keeps: r.o.Requests.Keeps(), all: all,
	}
	criteria := requests.Criteria{Status: part.Status, Operation: part.Operation}
	if path := strings.TrimSpace(part.Path); path != "" {
		criteria.Path = anywhere(path)
	}
	part.HAR = p.Base + "/calls.har"
	if query := harQuery(p.Query.all); len(query) > 0 {
		part.HAR += "?" + url.Values{"path": {strings.TrimSpace(part.Path)}, "status": {part.Status}, "operation": {part.Operation}}.Encode()
	}
	operations := map[string]bool{}
	var fitting []*requests.Entry
	for i := len(all) - 1; i >= 0; i-- {
		operations[all[i].Operation] = true
		if criteria.Fits(all[i]) {
			fitting = append(fitting, all[i])
		}
	}
	from, to, pager := p.Query.pageOf("calls", "calls", "calls", len(fitting), callsAtOnce)
	part.Pager, part.Fitting = pager, len(fitting)
	for _, e := range fitting[from:to] {
		part.Rows = append(part.Rows, callRow{e, statusClass(e.Status), took(e.Latency), p.Base + "/calls/" + strconv.FormatUint(e.ID, 10)})
	}
	part.Operations = append(part.Operations, choice{"", "any operation", part.Operation == ""})
	for _, name := range sortedKeys(operations) {
		if name != "" {
			part.Operations = append(part.Operations, choice{name, name, name == part.Operation})
		}
	}
	p.Calls = part
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// during is the call in which an event happened, 0 when it was none.
func (c *callsPart) during(seq uint64) uint64 {
	for i := len(c.all) - 1; i >= 0; i-- {
		if e := c.all[i]; e.LastEvent > 0 && seq >= e.FirstEvent && seq <= e.LastEvent {
			return e.ID
		}
	}
	return 0
}

func took(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// callPage is one call, with its way through the checks.
type callPage struct {
	Name, Base, FormToken string
	callRow
	Steps    []requests.Step
	Headers  []pair
	Body     contentShown
	Answered []pair
	Answer   contentShown
	Events   []brief
	Secrets  bool
	// Before and After are the addresses of the neighbours, "" when there are
	// none.
	Before, After string
}

type contentShown struct {
	Text     string
	Size     int
	Cut      bool
	Withheld bool
}

func (r *Room) callPage(v *visit, sb *sandboxes.Sandbox) {
	journal := r.o.Requests.Of(sb)
	id, err := strconv.ParseUint(v.g.Param("id"), 10, 64)
	e, ok := journal.Get(id)
	if err != nil || !ok {
		v.problem(http.StatusNotFound, fmt.Sprintf("Call %s of sandbox %s is not kept: it was never made, or it made room for later ones (%d did).", v.g.Param("id"), sb.Name(), journal.Size().Evicted))
		return
	}
	base := "/sandboxes/" + sb.Name()
	address := func(id uint64) string {
		if _, ok := journal.Get(id); !ok {
			return ""
		}
		return base + "/calls/" + strconv.FormatUint(id, 10)
	}
	secrets := v.g.Query("secrets") == "shown"
	p := &callPage{
		Name: sb.Name(), Base: base, FormToken: r.formToken(v.cookie), Secrets: secrets,
		callRow: callRow{e, statusClass(e.Status), took(e.Latency), address(id)}, Steps: e.Trail(),
		Headers: headers(e.Header, secrets), Body: shown(e.Body, e.Header.Get("Content-Type"), secrets),
		Answered: headers(e.AnswerHeader, secrets), Answer: shown(e.Answer, e.AnswerHeader.Get("Content-Type"), secrets),
		Before: address(id - 1), After: address(id + 1),
	}
	if e.LastEvent > 0 {
		h, err := r.histories.of(sb)
		if err != nil {
			v.problem(http.StatusInternalServerError, v.told(err).Text)
			return
		}
		h.mu.Lock()
		for seq := e.FirstEvent; seq <= e.LastEvent; seq++ {
			if b, ok := h.at(seq); ok {
				p.Events = append(p.Events, b)
			}
		}
		h.mu.Unlock()
	}
	v.show(http.StatusOK, "call", fmt.Sprintf("Call %d · %s", id, sb.Name()), p)
}

func headers(header http.Header, secrets bool) []pair {
	var all []pair
	for name, value := range requests.Headers(header, secrets) {
		all = append(all, pair{name, value})
	}
	slices.SortFunc(all, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func shown(c requests.Content, contentType string, secrets bool) contentShown {
	text, withheld := c.Text(contentType, secrets)
	var out bytes.Buffer
	if json.Indent(&out, []byte(text), "", "  ") == nil {
		text = out.String()
	}
	return contentShown{text, c.Size, c.Cut(), withheld}
}

func (r *Room) clearCalls(v *visit, sb *sandboxes.Sandbox) {
	r.o.Requests.Of(sb).Clear()
	v.done(notice{true, "The calls are forgotten; their numbers go on."}, "/sandboxes/"+sb.Name()+"#calls")
}

package controlroom

import (
	"net/url"
	"slices"
	"strconv"
)

// query is what the address of a sandbox's page asks for: which pages of its
// lists, which filters, how much of time.
type query struct {
	base string
	all  url.Values
}

// queryNames are the parameters of a sandbox's pages. Others are dropped.
var queryNames = []string{"window", "account", "state", "accounts", "mails", "subject", "events", "path", "status", "operation", "calls", "as", "show", "about", "value", "from", "since", "until", "skip", "moments"}

func newQuery(base string, given url.Values) query {
	q := query{base, url.Values{}}
	for _, name := range queryNames {
		if value := given.Get(name); value != "" {
			q.all.Set(name, value)
		}
	}
	return q
}

// Get is a parameter, "" when it is not given.
func (q query) Get(name string) string { return q.all.Get(name) }

// page is the number of a page of a list, from 1.
func (q query) page(name string) int {
	n, err := strconv.Atoi(q.Get(name))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// With is the address of the same page with one parameter changed ("" leaves it
// out), at one of its sections.
func (q query) With(section, name, value string) string {
	changed := url.Values{}
	for key, values := range q.all {
		changed[key] = values
	}
	changed.Del(name)
	if value != "" {
		changed.Set(name, value)
	}
	address := q.base
	if len(changed) > 0 {
		address += "?" + changed.Encode()
	}
	return address + "#" + section
}

// pair is a hidden field of a form.
type pair struct{ Name, Value string }

// Except lists the parameters that a form must carry along, which are those it
// does not set itself.
func (q query) Except(names ...string) []pair {
	var kept []pair
	for _, name := range queryNames {
		if value := q.Get(name); value != "" && !slices.Contains(names, name) {
			kept = append(kept, pair{name, value})
		}
	}
	return kept
}

// pager leads through a list that is shown a page at a time.
type pager struct {
	Page, Pages, From, To, Total int
	// Newer and Older are addresses, "" at the ends.
	Newer, Older string
	// What the list is of, and the section it is in.
	What, Section string
}

// pageOf cuts a list: it gives the bounds of a page and the way to the others.
func (q query) pageOf(section, name, what string, total, size int) (from, to int, p pager) {
	pages := max(1, (total+size-1)/size)
	page := min(q.page(name), pages)
	from, to = (page-1)*size, min(page*size, total)
	p = pager{Page: page, Pages: pages, From: min(from+1, total), To: to, Total: total, What: what, Section: section}
	number := func(n int) string {
		if n == 1 {
			return ""
		}
		return strconv.Itoa(n)
	}
	if page > 1 {
		p.Newer = q.With(section, name, number(page-1))
	}
	if page < pages {
		p.Older = q.With(section, name, number(page+1))
	}
	return from, to, p
}

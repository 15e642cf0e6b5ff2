package requests

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/wire"
)

// Criteria say which calls are meant; all that are given must hold. The texts
// of Path, Target and Header may have *, which stands for anything.
type Criteria struct {
	Method, Path, Operation, Code, Login, Application string
	// Paths are others that Path may be: any of them.
	Paths []string
	// Status is a number ("401") or a class ("4xx").
	Status string
	// Since and Until bound the instant on the sandbox's clock, both
	// included.
	Since, Until time.Time
	// After is the ID of a call: only later ones.
	After uint64
	// Header holds the values of headers by name.
	Header map[string]string
	// BodyContains is a part of the request's body.
	BodyContains string
	// JSON holds the values of the request's body by JSON pointer.
	JSON map[string]any
}

// Miss is a criterion that a call does not meet.
type Miss struct {
	// Field is the criterion's name in the control API.
	Field string
	Want  string
	Got   string
}

// Fits tells whether a call meets every criterion.
func (c *Criteria) Fits(e *Entry) bool { return len(c.Misses(e, 1)) == 0 }

// Misses lists the criteria that a call does not meet, at most limit of them (0
// is no limit).
func (c *Criteria) Misses(e *Entry, limit int) []Miss {
	var all []Miss
	miss := func(ok bool, field, want string, got func() string) {
		if !ok && (limit == 0 || len(all) < limit) {
			all = append(all, Miss{field, want, got()})
		}
	}
	texts := [...]struct{ field, want, got string }{
		{"method", c.Method, e.Method}, {"operation", c.Operation, e.Operation}, {"code", c.Code, e.Code},
		{"login", c.Login, e.Login}, {"application", c.Application, e.Application},
	}
	for _, t := range texts {
		miss(t.want == "" || strings.EqualFold(t.want, t.got), t.field, t.want, func() string { return t.got })
	}
	miss(c.pathFits(e), "path", c.pathWords(), e.Path)
	miss(statusFits(c.Status, e.Status), "status", c.Status, func() string { return strconv.Itoa(e.Status) })
	instant := func() string { return e.Virtual.Format(time.RFC3339Nano) }
	miss(c.Since.IsZero() || !e.Virtual.Before(c.Since), "since", c.Since.Format(time.RFC3339Nano), instant)
	miss(c.Until.IsZero() || !e.Virtual.After(c.Until), "until", c.Until.Format(time.RFC3339Nano), instant)
	miss(e.ID > c.After, "after", strconv.FormatUint(c.After, 10), func() string { return strconv.FormatUint(e.ID, 10) })
	for _, name := range slices.Sorted(maps.Keys(c.Header)) {
		got := strings.Join(valuesOf(e.Header, name), ", ")
		miss(wire.Like(c.Header[name], got), "header "+name, c.Header[name], func() string { return masked(name, got) })
	}
	miss(c.BodyContains == "" || strings.Contains(string(e.Body.Bytes), c.BodyContains), "bodyContains", c.BodyContains, func() string { return "" })
	if len(c.JSON) > 0 {
		c.missesJSON(e, miss)
	}
	return all
}

func (c *Criteria) pathFits(e *Entry) bool {
	if c.Path == "" && len(c.Paths) == 0 {
		return true
	}
	path := e.Path()
	return (c.Path != "" && wire.Like(c.Path, path)) || slices.ContainsFunc(c.Paths, func(pattern string) bool { return wire.Like(pattern, path) })
}

// pathWords are the paths that are meant, in words.
func (c *Criteria) pathWords() string {
	all := c.Paths
	if c.Path != "" {
		all = append([]string{c.Path}, all...)
	}
	return strings.Join(all, " or ")
}

func (c *Criteria) missesJSON(e *Entry, miss func(bool, string, string, func() string)) {
	var body any
	readable := json.Unmarshal(e.Body.Bytes, &body) == nil
	for _, pointer := range slices.Sorted(maps.Keys(c.JSON)) {
		got, there := At(body, pointer)
		ok := readable && there && reflect.DeepEqual(got, c.JSON[pointer])
		miss(ok, "json "+pointer, text(c.JSON[pointer]), func() string {
			if !there {
				return "absent"
			}
			return text(got)
		})
	}
}

func text(value any) string {
	written, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(written)
}

func valuesOf(header http.Header, name string) []string {
	for key, values := range header {
		if strings.EqualFold(key, name) {
			return values
		}
	}
	return nil
}

func statusFits(want string, got int) bool {
	digits := strconv.Itoa(got)
	return want == "" || want == digits || len(want) == 3 && strings.EqualFold(want[1:], "xx") && want[0] == digits[0]
}

// At finds a value in decoded JSON by its pointer (RFC 6901).
func At(value any, pointer string) (any, bool) {
	if pointer == "" {
		return value, true
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch v := value.(type) {
		case map[string]any:
			inner, ok := v[token]
			if !ok {
				return nil, false
			}
			value = inner
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, true
}

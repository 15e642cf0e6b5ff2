package qualify

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

//go:embed situations.yaml
var builtin string

// maxFile bounds a file of situations, in bytes.
const maxFile = 1 << 20

// Builtin lists the situations that the program knows, Nominal first.
func Builtin() ([]Situation, error) { return read("situations.yaml", builtin, nil) }

// Read reads a file of situations over others: what it says of one that is known
// changes that one, property by property, and the others are added. The error
// lists every mistake of the file with its line and column.
func Read(file string, over []Situation) ([]Situation, error) {
	text, err := os.ReadFile(file)
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxFile:
		return nil, fmt.Errorf("%s: more than %d bytes", file, maxFile)
	}
	return read(file, string(text), over)
}

// reader collects the mistakes of a file.
type reader struct {
	file string
	all  []Situation
	errs []error
}

func (r *reader) wrong(at ast.Node, format string, args ...any) {
	place := ""
	if token := at.GetToken(); token != nil {
		place = fmt.Sprintf("%d:%d: ", token.Position.Line, token.Position.Column)
	}
	r.errs = append(r.errs, fmt.Errorf("%s:%s%s", r.file, place, fmt.Sprintf(format, args...)))
}

func read(file, text string, over []Situation) ([]Situation, error) {
	r := &reader{file: file, all: slices.Clone(over)}
	document, err := parse(text)
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			return nil, fmt.Errorf("%s:%d:%d: %s", file, at.GetToken().Position.Line, at.GetToken().Position.Column, at.GetMessage())
		}
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	r.document(document)
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	return r.all, nil
}

// parse keeps to itself the panics of a parser that is given no YAML at all.
func parse(text string) (document ast.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("this is no YAML (%v)", p)
		}
	}()
	parsed, err := parser.ParseBytes([]byte(text), 0)
	switch {
	case err != nil:
		return nil, err
	case len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil:
		return nil, errors.New("want one document with situations")
	}
	return parsed.Docs[0].Body, nil
}

func (r *reader) document(at ast.Node) {
	const shape = "want situations: and a list under it"
	root, ok := mapping(at)
	if !ok {
		r.wrong(at, shape)
		return
	}
	for _, pair := range root {
		list, ok := pair.Value.(*ast.SequenceNode)
		if pair.Key.String() != "situations" || !ok {
			r.wrong(pair.Key, shape)
			continue
		}
		for _, item := range list.Values {
			r.situation(item)
		}
	}
}

// mapping is the pairs of a mapping, however the parser has it.
func mapping(at ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := at.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func (r *reader) situation(at ast.Node) {
	pairs, ok := mapping(at)
	var name string
	for _, pair := range pairs {
		if pair.Key.String() == "name" {
			_ = decode(pair.Value, &name)
		}
	}
	if !ok || !sandboxName.MatchString(name) {
		r.wrong(at, "a situation needs a name of letters, digits and hyphens, at most 60")
		return
	}
	place := slices.IndexFunc(r.all, func(s Situation) bool { return s.Name == name })
	s := Situation{Name: name, Clock: standing()}
	if place >= 0 {
		s = r.all[place]
	}
	given := map[string]bool{}
	for _, pair := range pairs {
		key := pair.Key.String()
		given[key] = true
		set, ok := properties()[key]
		if !ok {
			r.wrong(pair.Key, "%s: there is no property %s; there are %s", name, key, strings.Join(propertyNames(), ", "))
			continue
		}
		if err := set(&s, pair.Value); err != nil {
			r.wrong(pair.Value, "%s: %s: %v", name, key, err)
		}
	}
	if place >= 0 {
		r.all[place] = s.completed(given, false)
		return
	}
	for _, lack := range s.lacks(given) {
		r.wrong(at, "%s: %s is missing", name, lack)
	}
	r.all = append(r.all, s.completed(given, true))
}

// lacks are the properties that a new situation must have.
func (s *Situation) lacks(given map[string]bool) []string {
	var lacks []string
	for _, name := range []string{"happens", "good", "expect"} {
		if !given[name] {
			lacks = append(lacks, name)
		}
	}
	if s.Name != Nominal && !given["met"] {
		lacks = append(lacks, "met")
	}
	return lacks
}

// completed is the situation with the bounds that its expectation has, where it
// is new, or expects something else, and says nothing of them.
func (s Situation) completed(given map[string]bool, fresh bool) Situation {
	if !given["retries"] && (fresh || given["expect"]) {
		s.Retries = DefaultSurviveRetries
		if s.Expect == Stop {
			s.Retries = DefaultStopRetries
		}
	}
	if s.Within == 0 {
		s.Within = DefaultWithin
	}
	return s
}

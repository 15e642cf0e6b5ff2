package schema

import (
	"strings"

	"chorus-qualif/server/flux/internal/xmldoc"
)

// Violation is one thing that a schema forbids.
type Violation struct {
	// Message is the sentence of Xerces, Offset where it would be when it
	// says it: just after the start tag or the end tag.
	Message string
	Offset  int
}

// Validator checks a document while it is read: it is an xmldoc.Observer.
type Validator struct {
	schema *Schema
	// lenient leaves out what the schema demands to be present.
	lenient bool
	limit   int
	found   []Violation
	stack   []frame
	after   xmldoc.Observer
}

type frame struct {
	typ    *complexType
	kind   Kind
	leaf   bool
	at     int
	count  int
	broken bool
}

// NewValidator checks against a schema, keeping at most limit violations, and
// passes every event on to after. A lenient one does not ask for what is
// missing.
func NewValidator(s *Schema, lenient bool, limit int, after xmldoc.Observer) *Validator {
	return &Validator{schema: s, lenient: lenient, limit: limit, after: after}
}

// Violations lists what was found, in the order of the document.
func (v *Validator) Violations() []Violation { return v.found }

func (v *Validator) add(offset int, parts ...string) {
	if len(v.found) < v.limit {
		v.found = append(v.found, Violation{strings.Join(parts, ""), offset})
	}
}

// Open implements xmldoc.Observer.
func (v *Validator) Open(n *xmldoc.Node) {
	f := frame{}
	switch {
	case len(v.stack) > 0:
		f = v.child(&v.stack[len(v.stack)-1], n)
	case len(v.schema.roots) > 0:
		r, ok := v.schema.roots[n.Local]
		if ok && r.space == n.Space {
			f.typ = v.schema.types[r.typ]
		} else {
			v.add(n.Begin, "cvc-elt.1: Cannot find the declaration of element '", n.Name(), "'.")
		}
	}
	v.stack = append(v.stack, f)
	if v.after != nil {
		v.after.Open(n)
	}
}

// child places an element in its parent's content.
func (v *Validator) child(parent *frame, n *xmldoc.Node) frame {
	if parent.typ == nil {
		return frame{kind: v.schema.kindOf(n.Local), leaf: true}
	}
	at, ok := v.advance(parent, n)
	if !ok {
		return frame{kind: v.schema.kindOf(n.Local), leaf: true}
	}
	p := parent.typ.children[at]
	if t := v.schema.types[p.typ]; t != nil {
		return frame{typ: t}
	}
	return frame{kind: p.kind, leaf: p.typ == ""}
}

// advance moves the parent to the particle that the element matches. What it
// cannot place is a violation, once for each parent, as in Xerces.
func (v *Validator) advance(parent *frame, n *xmldoc.Node) (int, bool) {
	children := parent.typ.children
	found, missing := -1, false
	for i := parent.at; i < len(children); i++ {
		if children[i].local == n.Local && children[i].space == n.Space && (i > parent.at || parent.count == 0 || children[i].many) {
			found = i
			break
		}
		missing = missing || children[i].required && !v.lenient && (i > parent.at || parent.count == 0)
	}
	if found >= 0 && !missing {
		if found > parent.at {
			parent.at, parent.count = found, 0
		}
		parent.count++
		return found, true
	}
	known := found
	for i := range children {
		if known < 0 && children[i].local == n.Local && children[i].space == n.Space {
			known = i
		}
	}
	if known < 0 && !parent.typ.closed {
		return 0, false
	}
	if !parent.broken {
		parent.broken = true
		v.add(n.Begin, "cvc-complex-type.2.4.a: Invalid content was found starting with element '", n.Name(), "'. ", v.expected(parent))
	}
	return known, known >= 0
}

// expected lists what could come next: up to the first that must.
func (v *Validator) expected(f *frame) string {
	var names []string
	for i := f.at; i < len(f.typ.children); i++ {
		p := f.typ.children[i]
		if i == f.at && f.count > 0 && !p.many {
			continue
		}
		names = append(names, `"`+p.space+`":`+p.local)
		if p.required && !v.lenient && (i > f.at || f.count == 0) {
			break
		}
	}
	if len(names) == 0 {
		return "No child element is expected at this point."
	}
	return "One of '{" + strings.Join(names, ", ") + "}' is expected."
}

// Close implements xmldoc.Observer.
func (v *Validator) Close(n *xmldoc.Node) bool {
	f := &v.stack[len(v.stack)-1]
	switch {
	case f.typ != nil:
		v.complete(f, n)
	case f.leaf && f.kind != Text && len(n.Children) == 0:
		v.value(f, n)
	}
	v.stack = v.stack[:len(v.stack)-1]
	return v.after == nil || v.after.Close(n)
}

func (v *Validator) complete(f *frame, n *xmldoc.Node) {
	if n.Value() != "" {
		v.add(n.End, "cvc-complex-type.2.3: Element '", n.Name(), "' cannot have character [children], because the type's content type is element-only.")
	}
	if f.broken || v.lenient {
		return
	}
	for i := f.at; i < len(f.typ.children); i++ {
		if f.typ.children[i].required && (i > f.at || f.count == 0) {
			v.add(n.End, "cvc-complex-type.2.4.b: The content of element '", n.Name(), "' is not complete. ", v.expected(f))
			return
		}
	}
}

func (v *Validator) value(f *frame, n *xmldoc.Node) {
	text := n.Bytes()
	if Valid(f.kind, text) {
		return
	}
	v.add(n.End, "cvc-datatype-valid.1.2.1: '", shown(text), "' is not a valid value for '", string(f.kind), "'.")
	if v.schema.simple {
		v.add(n.End, "cvc-type.3.1.3: The value '", shown(text), "' of element '", n.Name(), "' is not valid.")
		return
	}
	v.add(n.End, "cvc-complex-type.2.2: Element '", n.Name(), "' must have no element [children], and the value must be valid.")
}

// shown is a value as a message quotes it: collapsed, as those datatypes are,
// and not too long.
func shown(text []byte) string {
	const limit = 100
	if len(text) > limit {
		text = text[:limit]
	}
	return strings.ToValidUTF8(strings.Join(strings.Fields(string(text)), " "), "")
}

package xmldoc

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Limits bound what is read of a document. Zero means no bound.
type Limits struct {
	// Depth is how deep elements may nest, Elements how many there may be in
	// all, Held how many of them may be in the tree at a time, Attributes how
	// many on one element.
	Depth, Elements, Held, Attributes int
}

// Error is what is wrong with a document. Fatal errors end the reading.
type Error struct {
	// Message is the sentence of Xerces, Offset where in Document.Data the
	// parser was.
	Message string
	Offset  int
}

func (e *Error) Error() string { return e.Message }

// Observer is told of each element as it is read.
type Observer interface {
	// Open follows the start tag: the node has its name, attributes and
	// parent, and no content yet.
	Open(n *Node)
	// Close follows the end tag. A node that it gives up is dropped from the
	// tree, which is how a long document is read without being held.
	Close(n *Node) (keep bool)
}

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

type parser struct {
	source   *source
	decoder  *xml.Decoder
	limits   Limits
	observer Observer
	doc      *Document
	current  *Node
	closed   bool
	elements int
	held     int
	// spaces is the stack of namespace bindings, marks where each element's
	// own begin.
	spaces [][2]string
	marks  []int
	names  map[string]string
	end    int
}

// Parse reads a document. The document is given back whatever happens, with
// what was read before the error; its Root is nil when there was none.
func Parse(data []byte, limits Limits, observer Observer) (*Document, *Error) {
	text, bad := toUTF8(data)
	doc := &Document{Data: text}
	if bad != nil {
		text = text[:bad.Offset]
	}
	p := &parser{source: &source{data: text}, limits: limits, observer: observer, doc: doc, names: map[string]string{}}
	p.decoder = xml.NewDecoder(p.source)
	// The text is in UTF-8 already, whatever its declaration says.
	p.decoder.CharsetReader = func(string, io.Reader) (io.Reader, error) { return p.source, nil }
	p.spaces = append(p.spaces, [2]string{"xml", xmlSpace})
	err := p.run()
	// A reader meets what is wrong before a bad byte first, and then the byte
	// rather than an end.
	if bad != nil && (err == nil || err.Message == prematureEnd || err.Message == unfinished) {
		err = bad
	}
	return doc, err
}

func (p *parser) run() *Error {
	for {
		begin := p.end
		token, err := p.decoder.RawToken()
		p.end = int(p.decoder.InputOffset()) + p.source.skipped
		if errors.Is(err, io.EOF) && p.closed {
			return nil
		}
		if err != nil {
			return p.wellFormed(err, begin)
		}
		if err := p.take(token, begin); err != nil {
			return err
		}
	}
}

func (p *parser) take(token xml.Token, begin int) *Error {
	switch t := token.(type) {
	case xml.StartElement:
		return p.start(t, begin)
	case xml.EndElement:
		return p.finish(t, begin)
	case xml.CharData:
		return p.chars(t, begin)
	case xml.Directive:
		return &Error{Message: doctypeRefused, Offset: p.end}
	case xml.ProcInst:
		if t.Target == "xml" && begin != 0 {
			return &Error{Message: piReserved, Offset: p.end}
		}
	}
	return nil
}

func (p *parser) start(t xml.StartElement, begin int) *Error {
	if p.closed {
		return &Error{Message: trailingMarkup, Offset: begin + 1}
	}
	n := &Node{Prefix: p.intern(t.Name.Space), Local: p.intern(t.Name.Local), Parent: p.current, Begin: p.end}
	if p.current != nil {
		n.deep = p.current.deep + 1
	}
	p.elements++
	p.held++
	n.size = 1
	if n.Parent != nil {
		n.Parent.inner = true
	}
	if err := p.bounds(n, len(t.Attr)); err != nil {
		return err
	}
	if err := p.attributes(n, t.Attr); err != nil {
		return err
	}
	if p.current == nil {
		p.doc.Root = n
	} else {
		p.current.Children = append(p.current.Children, n)
	}
	p.current = n
	if p.observer != nil {
		p.observer.Open(n)
	}
	return nil
}

func (p *parser) bounds(n *Node, attributes int) *Error {
	over := func(value, limit int) bool { return limit > 0 && value > limit }
	switch {
	case over(n.deep+1, p.limits.Depth):
		return &Error{Message: tooDeep, Offset: p.end}
	case over(p.elements, p.limits.Elements), over(p.held, p.limits.Held):
		return &Error{Message: tooMany, Offset: p.end}
	case over(attributes, p.limits.Attributes):
		return &Error{Message: tooManyAttributes, Offset: p.end}
	}
	return nil
}

func (p *parser) attributes(n *Node, attrs []xml.Attr) *Error {
	p.marks = append(p.marks, len(p.spaces))
	for i, a := range attrs {
		for _, other := range attrs[:i] {
			if other.Name == a.Name {
				return &Error{Message: `Attribute "` + qualified(a.Name) + `" was already specified for element "` + n.Name() + `".`, Offset: p.end}
			}
		}
		switch {
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			p.spaces = append(p.spaces, [2]string{"", p.intern(a.Value)})
		case a.Name.Space == "xmlns":
			p.spaces = append(p.spaces, [2]string{p.intern(a.Name.Local), p.intern(a.Value)})
		default:
			n.Attrs = append(n.Attrs, Attr{Prefix: a.Name.Space, Local: p.intern(a.Name.Local), Value: a.Value})
		}
	}
	space, bound := p.space(n.Prefix)
	if !bound {
		return &Error{Message: `The prefix "` + n.Prefix + `" for element "` + n.Name() + `" is not bound.`, Offset: p.end}
	}
	n.Space = space
	for _, a := range n.Attrs {
		if _, bound := p.space(a.Prefix); a.Prefix != "" && !bound {
			return &Error{Message: `The prefix "` + a.Prefix + `" for attribute "` + a.Prefix + ":" + a.Local +
				`" associated with an element type "` + n.Name() + `" is not bound.`, Offset: p.end}
		}
	}
	return nil
}

func (p *parser) space(prefix string) (string, bool) {
	for i := len(p.spaces) - 1; i >= 0; i-- {
		if p.spaces[i][0] == prefix {
			return p.spaces[i][1], true
		}
	}
	return "", prefix == ""
}

func (p *parser) finish(t xml.EndElement, begin int) *Error {
	if p.current == nil {
		return &Error{Message: trailingMarkup, Offset: p.end}
	}
	n := p.current
	if t.Name.Space != n.Prefix || t.Name.Local != n.Local {
		return &Error{Message: `The element type "` + n.Name() + `" must be terminated by the matching end-tag "</` + n.Name() + `>".`, Offset: begin + len("</")}
	}
	n.End = p.end
	n.text, n.pending = string(n.pending), nil
	p.current = n.Parent
	mark := p.marks[len(p.marks)-1]
	p.marks, p.spaces = p.marks[:len(p.marks)-1], p.spaces[:mark]
	keep := p.observer == nil || p.observer.Close(n)
	switch {
	case p.current == nil:
		p.closed = true
	case keep:
		p.current.size += n.size
	default:
		p.held -= n.size
		siblings := p.current.Children
		siblings[len(siblings)-1] = nil
		p.current.Children = siblings[:len(siblings)-1]
	}
	return nil
}

func (p *parser) chars(t xml.CharData, begin int) *Error {
	elided := p.source.elided
	p.source.elided = false
	if p.current == nil {
		if len(bytes.TrimSpace(t)) == 0 {
			return nil
		}
		return p.outside(begin)
	}
	n := p.current
	if n.inner && len(bytes.TrimSpace(t)) == 0 {
		// White space between elements.
		return nil
	}
	if !elided {
		n.flatten()
		n.pending = append(n.pending, t...)
		return nil
	}
	raw := p.doc.Data[begin:p.end]
	raw = bytes.TrimSuffix(bytes.TrimPrefix(raw, []byte("<![CDATA[")), []byte("]]>"))
	if n.raw == nil && len(n.pending) == 0 && bytes.IndexByte(raw, '&') < 0 {
		n.raw = raw
		return nil
	}
	n.flatten()
	n.pending = append(n.pending, plainReferences.Replace(string(raw))...)
	return nil
}

// plainReferences are the references that generators put at the ends of the
// lines of base64, and those that ordinary text needs.
var plainReferences = strings.NewReplacer("&#13;", "\r", "&#10;", "\n", "&#xD;", "\r", "&#xA;", "\n",
	"&#xd;", "\r", "&#xa;", "\n", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

// outside is text before or after the root element.
func (p *parser) outside(begin int) *Error {
	if p.closed {
		return &Error{Message: trailingText, Offset: begin + leadingSpace(p.doc.Data[begin:])}
	}
	return &Error{Message: prologText, Offset: begin + leadingSpace(p.doc.Data[begin:])}
}

func leadingSpace(data []byte) int {
	return len(data) - len(bytes.TrimLeft(data, " \t\r\n"))
}

func (p *parser) intern(s string) string {
	if known, ok := p.names[s]; ok {
		return known
	}
	if len(p.names) < 4096 {
		p.names[s] = s
	}
	return s
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

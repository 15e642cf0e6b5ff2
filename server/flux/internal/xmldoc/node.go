package xmldoc

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Attr is an attribute as written.
type Attr struct {
	Prefix, Local, Value string
}

// Node is an element of the document.
type Node struct {
	Prefix, Local string
	// Space is the namespace the prefix is bound to, "" for none.
	Space    string
	Attrs    []Attr
	Children []*Node
	Parent   *Node
	// Begin and End are the offsets in Document.Data just after the start
	// tag and just after the end tag.
	Begin, End int

	// text is the content once the element has ended, pending what it has
	// so far, raw a long content that was left where it is.
	text         string
	pending, raw []byte
	deep         int
	// size is how many elements its subtree holds; inner tells that there
	// were some, even if they were dropped since.
	size  int
	inner bool
}

// Name is the element's name as written, with its prefix.
func (n *Node) Name() string {
	if n.Prefix == "" {
		return n.Local
	}
	return n.Prefix + ":" + n.Local
}

// Text is the element's own character data, entities resolved, as written.
func (n *Node) Text() string {
	switch {
	case n == nil:
		return ""
	case n.raw != nil:
		return string(n.raw)
	case n.pending != nil:
		return string(n.pending)
	}
	return n.text
}

// flatten makes a long content an ordinary one, because something else follows
// it in the same element.
func (n *Node) flatten() {
	if n.raw != nil {
		n.pending, n.raw = append([]byte{}, n.raw...), nil
	}
}

// Value is Text without the white space around it.
func (n *Node) Value() string { return strings.TrimSpace(n.Text()) }

// Bytes is the element's own character data for long contents: a part of the
// document's bytes when it was withheld from the decoder, so it may not be
// written to.
func (n *Node) Bytes() []byte {
	switch {
	case n == nil:
		return nil
	case n.raw != nil:
		return n.raw
	}
	return []byte(n.Text())
}

// Long tells whether the content was left in the document's bytes.
func (n *Node) Long() bool { return n != nil && n.raw != nil }

// Attr is the value of an attribute by its local name, "" when absent.
func (n *Node) Attr(local string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attrs {
		if a.Local == local {
			return a.Value
		}
	}
	return ""
}

// At is the first element reached by following local names, or nil. It may be
// asked of nil.
func (n *Node) At(path ...string) *Node {
	for _, local := range path {
		if n == nil {
			return nil
		}
		var next *Node
		for _, c := range n.Children {
			if c.Local == local {
				next = c
				break
			}
		}
		n = next
	}
	return n
}

// All lists the children that have a local name. It may be asked of nil.
func (n *Node) All(local string) []*Node {
	if n == nil {
		return nil
	}
	var found []*Node
	for _, c := range n.Children {
		if c.Local == local {
			found = append(found, c)
		}
	}
	return found
}

// Under is the first descendant, in document order, that has one of the local
// names, or nil.
func (n *Node) Under(locals ...string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		for _, l := range locals {
			if c.Local == l {
				return c
			}
		}
		if d := c.Under(locals...); d != nil {
			return d
		}
	}
	return nil
}

// Document is what was read.
type Document struct {
	Root *Node
	// Data is the document in UTF-8, which positions and long contents
	// refer to.
	Data []byte
}

// Position is the line and the column of an offset, both from 1, the column in
// characters (in UTF-16 units, as the platform's Java counts them).
func (d *Document) Position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(d.Data))
	before := d.Data[:offset]
	line = bytes.Count(before, []byte{'\n'}) + 1
	start := bytes.LastIndexByte(before, '\n') + 1
	column = 1
	for rest := before[start:]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if column++; r > 0xFFFF {
			column++
		}
	}
	return line, column
}

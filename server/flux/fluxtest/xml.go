package fluxtest

import (
	"encoding/base64"
	"encoding/xml"
	"strings"

	"github.com/shopspring/decimal"
)

// writer writes indented XML: one element a line, so that a test can count
// lines.
type writer struct {
	b     strings.Builder
	stack []string
}

func newWriter() *writer {
	w := &writer{}
	w.b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	return w
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// attrs are "name", "value", "name", "value"…
func (w *writer) tag(name string, attrs []string) {
	w.b.WriteString(strings.Repeat("  ", len(w.stack)) + "<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		w.b.WriteString(" " + attrs[i] + `="` + escape(attrs[i+1]) + `"`)
	}
	w.b.WriteString(">")
}

func (w *writer) open(name string, attrs ...string) {
	w.tag(name, attrs)
	w.b.WriteString("\n")
	w.stack = append(w.stack, name)
}

func (w *writer) close() {
	name := w.stack[len(w.stack)-1]
	w.stack = w.stack[:len(w.stack)-1]
	w.b.WriteString(strings.Repeat("  ", len(w.stack)) + "</" + name + ">\n")
}

// leaf writes an element with text, and nothing at all when the text is empty.
func (w *writer) leaf(name, text string, attrs ...string) {
	if text == "" {
		return
	}
	w.tag(name, attrs)
	w.b.WriteString(escape(text) + "</" + name + ">\n")
}

// file writes an element whose text is a file in base64.
func (w *writer) file(name string, f File, attrs ...string) {
	w.tag(name, attrs)
	w.b.WriteString(base64.StdEncoding.EncodeToString(f.Content) + "</" + name + ">\n")
}

// nest writes an element at the end of a path: "a/b/c".
func (w *writer) nest(path, text string, attrs ...string) {
	if text == "" {
		return
	}
	parts := strings.Split(path, "/")
	for _, p := range parts[:len(parts)-1] {
		w.open(p)
	}
	w.leaf(parts[len(parts)-1], text, attrs...)
	for range parts[1:] {
		w.close()
	}
}

func (w *writer) done() []byte {
	for len(w.stack) > 0 {
		w.close()
	}
	return []byte(w.b.String())
}

func cents(d decimal.Decimal) string { return d.StringFixed(2) }

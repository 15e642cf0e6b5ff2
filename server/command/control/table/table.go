// Package table prints rows of text in aligned columns: for people on a
// terminal, and for pipes without colours and without cuts.
package table

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Style is the colour of a cell, where there are colours.
type Style string

// The styles, as ANSI SGR parameters.
const (
	Plain  Style = ""
	Bold   Style = "1"
	Good   Style = "32"
	Warn   Style = "33"
	Bad    Style = "31"
	Subtle Style = "2"
)

// Cell is one text of a table.
type Cell struct {
	Text  string
	Style Style
}

// Screen is what a table is printed on.
type Screen struct {
	Out io.Writer
	// Color allows colours; Width, in columns, cuts lines that are longer,
	// unless it is 0.
	Color bool
	Width int
}

// Table is rows under a header; an empty header is not printed.
type Table struct {
	Header []string
	rows   [][]Cell
}

// New is a table under a header.
func New(header ...string) *Table { return &Table{Header: header} }

// Add adds a row. A Cell stays as it is; anything else is printed as by
// fmt.Sprint.
func (t *Table) Add(cells ...any) {
	row := make([]Cell, len(cells))
	for i, cell := range cells {
		if styled, ok := cell.(Cell); ok {
			row[i] = Cell{Clean(styled.Text), styled.Style}
			continue
		}
		row[i] = Cell{Text: Clean(fmt.Sprint(cell))}
	}
	t.rows = append(t.rows, row)
}

// Len is how many rows there are.
func (t *Table) Len() int { return len(t.rows) }

const gap = 2

// Print writes the table; the last column is not padded.
func (t *Table) Print(s Screen) error {
	rows := t.rows
	if len(t.Header) > 0 {
		header := make([]Cell, len(t.Header))
		for i, name := range t.Header {
			header[i] = Cell{name, Bold}
		}
		rows = append([][]Cell{header}, rows...)
	}
	widths := fit(measure(rows), s.Width)
	var out strings.Builder
	for _, row := range rows {
		var line strings.Builder
		pending := 0
		for i, cell := range row {
			text := cut(cell.Text, widths[i])
			line.WriteString(strings.Repeat(" ", pending))
			line.WriteString(paint(text, cell.Style, s.Color))
			pending = widths[i] - Columns(text) + gap
		}
		out.WriteString(strings.TrimRight(line.String(), " "))
		out.WriteByte('\n')
	}
	_, err := io.WriteString(s.Out, out.String())
	return err
}

func measure(rows [][]Cell) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Columns(cell.Text))
		}
	}
	return widths
}

// least is how narrow a column may become.
const least = 8

// fit narrows the widest columns until a line has room on the screen, or every
// column is as narrow as it may be.
func fit(widths []int, room int) []int {
	total := -gap
	for _, w := range widths {
		total += w + gap
	}
	for room > 0 && total > room {
		widest := slices.Index(widths, slices.Max(widths))
		if widths[widest] <= least {
			break
		}
		widths[widest]--
		total--
	}
	return widths
}

func paint(text string, style Style, color bool) string {
	if !color || style == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}

// Clean makes one line of a text: what would move the cursor or colour the
// terminal is shown as a space or as U+FFFD.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Columns is how many columns of a terminal a text takes.
func Columns(text string) int {
	n := 0
	for _, r := range text {
		n += columns(r)
	}
	return n
}

func columns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cut shortens a text to so many columns, the last one an ellipsis.
func cut(text string, room int) string {
	if Columns(text) <= room {
		return text
	}
	taken := 0
	for i, r := range text {
		if taken += columns(r); taken > room-1 {
			return text[:i] + "…"
		}
	}
	return text
}

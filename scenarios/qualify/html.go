package qualify

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
)

//go:embed report.html
var page string

// WriteHTML writes the report as one file that needs no other, for a screen and
// for paper.
func (r *Report) WriteHTML(w io.Writer) error {
	parsed, err := template.New("report").Funcs(template.FuncMap{
		"join":    func(words []string) string { return strings.Join(words, " ") },
		"seconds": func(s float64) string { return seconds(s)[:len(seconds(s))-2] + " s" },
	}).Parse(page)
	if err != nil {
		return err
	}
	return parsed.Execute(w, r)
}

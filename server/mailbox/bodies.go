package mailbox

import (
	_ "embed"
	"html/template"
	"strings"
)

//go:embed notification.html
var notificationHTML string

var notification = template.Must(template.New("notification").Parse(notificationHTML))

// html is the letter for a mail client: tables and inline styles, as clients
// want them, and nothing fetched from anywhere.
func (l letter) html() string {
	var b strings.Builder
	// The template and its data are ours: it cannot fail on a strings.Builder.
	_ = notification.Execute(&b, l)
	return b.String()
}

// lineWidth is where plain text is folded, as format=flowed never caught on.
const lineWidth = 72

// text is the letter in plain text.
func (l letter) text() string {
	var b strings.Builder
	for i, s := range l.Parts {
		if i > 0 {
			b.WriteString("\n" + strings.Repeat("=", lineWidth) + "\n\n")
		}
		b.WriteString(s.Title + "\n" + strings.Repeat("-", len([]rune(s.Title))) + "\n\n" + s.Greeting + "\n\n")
		for _, paragraph := range []string{s.Happened, s.Next} {
			if paragraph != "" {
				b.WriteString(fold(paragraph) + "\n\n")
			}
		}
		for _, f := range s.Facts {
			b.WriteString("  " + f.Label + separator(s.Lang) + "\n    " + f.Value + "\n")
		}
		b.WriteString("\n" + fold(s.Secret) + "\n\n" + fold(s.Notice) + "\n")
	}
	return b.String()
}

// separator ends a label: French puts a space before the colon.
func separator(lang string) string {
	if lang == "fr" {
		return " :"
	}
	return ":"
}

// fold breaks a paragraph at spaces; a longer word keeps a line of its own.
// French punctuation stays with the word it follows.
func fold(paragraph string) string {
	paragraph = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", "« ", "«\u00a0", " »", "\u00a0»").Replace(paragraph)
	var b strings.Builder
	width := 0
	for i, word := range strings.Split(paragraph, " ") {
		n := len([]rune(word))
		switch {
		case i == 0:
		case width+1+n > lineWidth:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += n
	}
	return strings.NewReplacer("\u00a0", " ").Replace(b.String())
}

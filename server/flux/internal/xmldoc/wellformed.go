package xmldoc

import (
	"encoding/xml"
	"errors"
	"regexp"
	"strings"
)

// The sentences of Xerces for documents that are not well formed, as a JDK
// prints them. The last three have no counterpart: Xerces has no such bounds.
const (
	prematureEnd      = "Premature end of file."
	unfinished        = "XML document structures must start and end within the same entity."
	prologText        = "Content is not allowed in prolog."
	trailingText      = "Content is not allowed in trailing section."
	trailingMarkup    = "The markup in the document following the root element must be well-formed."
	leadingMarkup     = "The markup in the document preceding the root element must be well-formed."
	badContent        = "The content of elements must consist of well-formed character data or markup."
	bareAmpersand     = "The entity name must immediately follow the '&' in the entity reference."
	badComment        = `The string "--" is not permitted within comments.`
	bareCDATAEnd      = `The character sequence "]]>" must not appear in content unless used to mark the end of a CDATA section.`
	piReserved        = `The processing instruction target matching "[xX][mM][lL]" is not allowed.`
	doctypeRefused    = `DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true.`
	tooDeep           = "The elements of the document are nested too deeply."
	tooMany           = "The document has too many elements."
	tooManyAttributes = "An element has too many attributes."
)

var (
	entityError    = regexp.MustCompile(`^invalid character entity &([^;]*)(;| \(no semicolon\))`)
	openQuote      = regexp.MustCompile(`^<([^\s<>/=]+)[^<>]*?\s([^\s<>/="']+)\s*=\s*[^\s"'<]$`)
	characterError = regexp.MustCompile(`^illegal character code U\+0*([0-9A-Fa-f]+)`)
)

// wellFormed turns what encoding/xml says into what Xerces says.
func (p *parser) wellFormed(err error, begin int) *Error {
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		return p.ended(begin)
	}
	if next := begin + leadingSpace(p.doc.Data[begin:]); p.current == nil && next < len(p.doc.Data) && p.doc.Data[next] != '<' {
		return p.outside(begin)
	}
	switch msg := syntax.Msg; {
	case msg == "unexpected EOF":
		return p.ended(begin)
	case strings.HasPrefix(msg, "invalid character entity"):
		return &Error{Message: entitySentence(msg), Offset: p.end}
	case strings.HasPrefix(msg, "illegal character code"):
		if m := characterError.FindStringSubmatch(msg); m != nil {
			return &Error{Message: "An invalid XML character (Unicode: 0x" + strings.ToLower(m[1]) +
				") was found in the element content of the document.", Offset: p.end - 1}
		}
	case strings.Contains(msg, "not allowed in comments"):
		return &Error{Message: badComment, Offset: p.end - 1}
	case strings.HasPrefix(msg, "unescaped ]]>"):
		return &Error{Message: bareCDATAEnd, Offset: p.end}
	}
	if m := openQuote.FindSubmatch(p.doc.Data[begin:min(p.end, len(p.doc.Data))]); m != nil {
		return &Error{Message: `Open quote is expected for attribute "` + string(m[2]) + `" associated with an  element type  "` +
			string(m[1]) + `".`, Offset: p.end - 1}
	}
	switch {
	case p.closed:
		return &Error{Message: trailingMarkup, Offset: begin + 1}
	case p.doc.Root == nil:
		return &Error{Message: leadingMarkup, Offset: p.end}
	}
	return &Error{Message: badContent, Offset: p.end}
}

func (p *parser) ended(begin int) *Error {
	if p.doc.Root != nil || leadingSpace(p.doc.Data[begin:]) < len(p.doc.Data)-begin {
		return &Error{Message: unfinished, Offset: len(p.doc.Data)}
	}
	return &Error{Message: prematureEnd, Offset: len(p.doc.Data)}
}

func entitySentence(msg string) string {
	m := entityError.FindStringSubmatch(msg)
	switch {
	case m == nil || m[1] == "":
		return bareAmpersand
	case m[2] == ";" && !strings.HasPrefix(m[1], "#"):
		return `The entity "` + m[1] + `" was referenced, but not declared.`
	case m[2] == ";":
		return `Character reference "&` + m[1] + `" is an invalid XML character.`
	}
	return `The reference to entity "` + m[1] + `" must end with the ';' delimiter.`
}

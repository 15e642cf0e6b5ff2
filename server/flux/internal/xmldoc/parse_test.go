package xmldoc_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"chorus-qualif/server/flux/internal/xmldoc"
)

// Positions and sentences are those that the Xerces of a JDK 17 gives for the
// same bytes, except the DOCTYPE's, which it accepts.
func TestNotWellFormedAsXercesSaysIt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ xml, want string }{
		{`<p:R xmlns:p="u"><p:A c="1">1</p:B></p:R>`, `1:32 The element type "p:A" must be terminated by the matching end-tag "</p:A>".`},
		{`<p:R xmlns:p="u"><p:A c="1">1</p:A>`, `1:36 XML document structures must start and end within the same entity.`},
		{`%PDF-1.4 hello`, `1:1 Content is not allowed in prolog.`},
		{``, `1:1 Premature end of file.`},
		{`<p:R xmlns:p="u"><p:A c="1">1</p:A></p:R>junk`, `1:42 Content is not allowed in trailing section.`},
		{`<p:R xmlns:p="u"><p:A c="1">&foo;</p:A></p:R>`, `1:34 The entity "foo" was referenced, but not declared.`},
		{`<p:R><p:A/></p:R>`, `1:6 The prefix "p" for element "p:R" is not bound.`},
		{`<p:R xmlns:p="u"><p:A c="1">1 & 2</p:A></p:R>`, `1:32 The entity name must immediately follow the '&' in the entity reference.`},
		{`<p:R xmlns:p="u"><p:A c=1>1</p:A></p:R>`, `1:25 Open quote is expected for attribute "c" associated with an  element type  "p:A".`},
		{`<p:R xmlns:p="u"><p:A c="1">1<</p:A></p:R>`, `1:31 The content of elements must consist of well-formed character data or markup.`},
		{"\xff\xfe", `1:1 Premature end of file.`},
		{"<p:R xmlns:p=\"u\"><p:A c=\"1\">\xe9</p:A></p:R>", `1:29 Invalid byte 2 of 3-byte UTF-8 sequence.`},
		{`<p:R xmlns:p="u"><p:A c="1" c="2">1</p:A></p:R>`, `1:35 Attribute "c" was already specified for element "p:A".`},
		{"<p:R xmlns:p=\"u\"><p:A c=\"1\">\x01</p:A></p:R>", `1:29 An invalid XML character (Unicode: 0x1) was found in the element content of the document.`},
		{`<p:R xmlns:p="u"><!-- a -- b --></p:R>`, `1:27 The string "--" is not permitted within comments.`},
		{`<p:R xmlns:p="u"/><p:R xmlns:p="u"/>`, `1:20 The markup in the document following the root element must be well-formed.`},
		{`<!DOCTYPE r [<!ENTITY a "1">]><r>&a;</r>`, `1:31 DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true.`},
		{"<a>é€𝄞\n é<b></a>", `2:8 The element type "b" must be terminated by the matching end-tag "</b>".`},
		{`<?xml version="1.0" encoding="EBCDIC-37"?><a/>`, `1:1 Encoding "EBCDIC-37" is not supported.`},
	} {
		doc, err := xmldoc.Parse([]byte(test.xml), xmldoc.Limits{Depth: 50}, nil)
		if err == nil {
			t.Errorf("%q: no error, want %s", test.xml, test.want)
			continue
		}
		line, column := doc.Position(err.Offset)
		if got := fmt.Sprintf("%d:%d %s", line, column, err.Message); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.xml, got, test.want)
		}
	}
}

func TestTreeKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	doc, err := xmldoc.Parse([]byte("<?xml version=\"1.0\"?>\n<i:R xmlns:i='u' xmlns='d'><A k='1&amp;2'> a &lt; <![CDATA[<b>]]> </A><i:A/><A>2</A></i:R>\n"), xmldoc.Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	root := doc.Root
	if root.Name() != "i:R" || root.Space != "u" || len(root.All("A")) != 3 {
		t.Fatalf("root %q in %q with %d A", root.Name(), root.Space, len(root.All("A")))
	}
	first := root.At("A")
	if got, want := first.Value(), "a < <b>"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if got, want := first.Attr("k"), "1&2"; got != want {
		t.Errorf("attribute %q, want %q", got, want)
	}
	if first.Space != "d" {
		t.Errorf("default namespace %q", first.Space)
	}
	if got := root.At("nowhere", "deeper").Value(); got != "" {
		t.Errorf("value of nothing: %q", got)
	}
}

func TestOtherCharsets(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, xml string }{
		{"ISO-8859-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>"},
		{"windows-1252", "<?xml version='1.0' encoding='windows-1252'?><a>\xe9</a>"},
		{"UTF-16LE", "\xff\xfe<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>\x00"},
		{"UTF-8 with its mark", "\xef\xbb\xbf<a>é</a>"},
	} {
		doc, err := xmldoc.Parse([]byte(test.xml), xmldoc.Limits{}, nil)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got := doc.Root.Value(); got != "é" {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<a>", 60) + strings.Repeat("</a>", 60)
	many := "<a>" + strings.Repeat("<b/>", 200) + "</a>"
	wide := "<a"
	for i := range 200 {
		wide += fmt.Sprintf(" a%d='1'", i)
	}
	wide += "/>"
	limits := xmldoc.Limits{Depth: 59, Elements: 200, Attributes: 199}
	for name, doc := range map[string]string{"deep": deep, "many": many, "wide": wide} {
		if _, err := xmldoc.Parse([]byte(doc), limits, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if _, err := xmldoc.Parse([]byte(doc), xmldoc.Limits{Depth: 60, Elements: 201, Attributes: 200}, nil); err != nil {
			t.Errorf("%s: %v at its very bound", name, err)
		}
	}
}

type dropper struct{}

func (dropper) Open(*xmldoc.Node)         {}
func (dropper) Close(n *xmldoc.Node) bool { return n.Local != "line" }

// What the observer drops no longer counts against what may be held.
func TestDroppedElementsAreNotHeld(t *testing.T) {
	t.Parallel()
	doc := []byte("<a>" + strings.Repeat("<line><b/><c/></line>", 100) + "<d/></a>")
	read, err := xmldoc.Parse(doc, xmldoc.Limits{Held: 4}, dropper{})
	if err != nil {
		t.Fatalf("%v with every line dropped", err)
	}
	if got := len(read.Root.Children); got != 1 {
		t.Errorf("%d children left, want the one that was kept", got)
	}
	if _, err := xmldoc.Parse(doc, xmldoc.Limits{Held: 4}, nil); err == nil {
		t.Error("302 elements held where 4 may be")
	}
}

// A long content stays in the document's bytes, and what follows it is read,
// and placed, as if nothing had been withheld.
func TestLongContentIsNotCopied(t *testing.T) {
	t.Parallel()
	long := bytes.Repeat([]byte("QUJD"), 1<<20)
	for name, wrap := range map[string][2]string{"text": {"", ""}, "CDATA": {"<![CDATA[", "]]>"}} {
		data := []byte("<r><a>" + wrap[0] + string(long) + wrap[1] + "</a><b>x</b></c></r>")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		doc, err := xmldoc.Parse(data, xmldoc.Limits{}, nil)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Fatalf("%s: the bad end tag was not seen", name)
		}
		if got := doc.Root.At("a"); !got.Long() || !bytes.Equal(got.Bytes(), long) {
			t.Errorf("%s: content of %d bytes, long %v", name, len(got.Bytes()), got.Long())
		}
		if got := doc.Root.At("b").Value(); got != "x" {
			t.Errorf("%s: next element %q", name, got)
		}
		if want := bytes.Index(data, []byte("</c>")) + 2; err.Offset != want {
			t.Errorf("%s: error at %d, want %d", name, err.Offset, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><a b="c">d<![CDATA[e]]>&amp;<f/></a>`))
	f.Add([]byte("<a>" + strings.Repeat("QUJD", 3000) + "&#13;</a>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := xmldoc.Parse(data, xmldoc.Limits{Depth: 64, Elements: 10000, Attributes: 64}, nil)
		if err != nil {
			if line, column := doc.Position(err.Offset); line < 1 || column < 1 {
				t.Errorf("error at %d:%d", line, column)
			}
			return
		}
		if doc.Root == nil || doc.Root.End > len(doc.Data) || doc.Root.Begin > doc.Root.End {
			t.Errorf("no root, or one outside the document")
		}
	})
}

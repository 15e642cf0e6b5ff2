package pdf_test

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"errors"
	"fmt"
	"strings"
	"testing"

	"chorus-qualif/server/flux/internal/pdf"
)

var limits = pdf.Limits{Inflated: 1 << 20, Objects: 10_000}

func all(string) bool { return true }

func deflate(text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func stream(number int, dict, content string) string {
	return fmt.Sprintf("%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n", number, dict, len(content), content)
}

func ascii85Of(text string) string {
	out := make([]byte, ascii85.MaxEncodedLen(len(text)))
	return "<~" + string(out[:ascii85.Encode(out, []byte(text))]) + "~>"
}

const head = "%PDF-1.7\n"

// body is a document with one embedded file, in the oldest style.
func body(fileStream, spec string) string {
	return head + "1 0 obj\n<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a) 4 0 R]>>>>>>\nendobj\n" +
		"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n" +
		"4 0 obj\n" + spec + "\nendobj\n" + fileStream + "trailer\n<</Root 1 0 R/Size 6>>\n%%EOF\n"
}

const spec = "<</Type/Filespec/F(factur-x.xml)/EF<</F 5 0 R>>/AFRelationship/Data>>"

func TestEmbeddedFiles(t *testing.T) {
	t.Parallel()
	const content = "<a>été</a>"
	objStm := "4 0 " + spec
	for _, test := range []struct{ name, data string }{
		{"plain", body(stream(5, "", content), spec)},
		{"deflated", body(stream(5, "/Filter/FlateDecode", deflate(content)), spec)},
		{"a chain of filters", body(stream(5, "/Filter[/ASCIIHexDecode/FlateDecode]", fmt.Sprintf("%x>", deflate(content))), spec)},
		{"ASCII85", body(stream(5, "/Filter/ASCII85Decode", ascii85Of(content)), spec)},
		{"a length elsewhere", body(strings.Replace(stream(5, "/Filter/FlateDecode", deflate(content)), "/Length ", "/Length 9 0 R/X ", 1), spec)},
		{"a wrong length", body(strings.Replace(stream(5, "", content), "/Length ", "/Length 4", 1), spec)},
		{"a name in UTF-16", body(stream(5, "", content), strings.Replace(spec, "/F(factur-x.xml)", "/UF<FEFF006600610063007400750072002D0078002E0078006D006C>", 1))},
		{"a name with escapes", body(stream(5, "", content), strings.Replace(spec, "(factur-x.xml)", `(factur\055x\
.xml)`, 1))},
		{"an object stream", head + "1 0 obj\n<</Type/Catalog/AF[4 0 R]>>\nendobj\n" + stream(7, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", deflate(objStm)) +
			stream(5, "", content) + stream(8, "/Type/XRef/Root 1 0 R", "x")},
		{"a newer revision", body(stream(5, "", "<old/>"), spec) + stream(5, "", content) + "trailer\n<</Root 1 0 R/Prev 1>>\n"},
		{"no name tree", head + "4 0 obj\n" + spec + "\nendobj\n" + stream(5, "", content)},
		{"no checksum", body(stream(5, "/Filter/FlateDecode", strings.TrimSuffix(deflate(content), deflate(content)[len(deflate(content))-4:])), spec)},
	} {
		doc, err := pdf.Read([]byte(test.data), limits, all)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if len(doc.Files) != 1 || doc.Files[0].Name != "factur-x.xml" || string(doc.Files[0].Content) != content {
			t.Errorf("%s: %+v", test.name, doc.Files)
		}
	}
}

func TestWhatIsToldOfADocument(t *testing.T) {
	t.Parallel()
	plain := body(stream(5, "", "x"), spec)
	for _, test := range []struct {
		name, data string
		want       pdf.Document
	}{
		{"plain", plain, pdf.Document{Pages: 1}},
		{"signed", plain + "6 0 obj\n<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>\nendobj\n", pdf.Document{Pages: 1, Signed: true}},
		{"the words of a signature in a text", strings.Replace(plain, "%%EOF", "%/ByteRange[0 1 2 3]", 1), pdf.Document{Pages: 1}},
		{"encrypted", strings.Replace(plain, "/Size 6", "/Size 6/Encrypt 9 0 R", 1), pdf.Document{Pages: 1, Encrypted: true}},
		{"pages without a tree", head + "3 0 obj<</Type/Page>>endobj 4 0 obj<</Type/Page>>endobj", pdf.Document{Pages: 2}},
	} {
		doc, err := pdf.Read([]byte(test.data), limits, func(string) bool { return false })
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if doc.Pages != test.want.Pages || doc.Signed != test.want.Signed || doc.Encrypted != test.want.Encrypted {
			t.Errorf("%s: %+v, want %+v", test.name, doc, test.want)
		}
		for _, f := range doc.Files {
			if f.Content != nil {
				t.Errorf("%s: %s was inflated though nobody wants it", test.name, f.Name)
			}
		}
	}
	if _, err := pdf.Read([]byte("<a/>"), limits, all); !errors.Is(err, pdf.ErrNotPDF) {
		t.Errorf("XML read as a PDF: %v", err)
	}
}

// What inflates a thousandfold, nests, loops or searches in vain ends with an
// error or a document, and soon: the test's own deadline is the check.
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	bomb := deflate(strings.Repeat("a", 8<<20))
	for name, data := range map[string]string{
		"bomb":                     body(stream(5, "/Filter/FlateDecode", bomb), spec),
		"bomb in an object stream": head + stream(7, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", bomb),
	} {
		if doc, err := pdf.Read([]byte(data), limits, all); err == nil {
			t.Errorf("%s: accepted with %d files", name, len(doc.Files))
		}
	}
	for name, data := range map[string]string{
		"deep arrays":          head + "1 0 obj " + strings.Repeat("[", 1<<20),
		"deep dictionaries":    head + "1 0 obj " + strings.Repeat("<</A", 1<<18),
		"unclosed strings":     head + strings.Repeat("1 0 obj (", 1<<17),
		"unclosed hexadecimal": head + strings.Repeat("1 0 obj <", 1<<17),
		"streams without end":  head + strings.Repeat("1 0 obj<<>>stream\n", 1<<16),
		"a name tree in a loop": head + "1 0 obj<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>endobj 2 0 obj<</Kids[" +
			strings.Repeat("2 0 R ", 500) + "]>>endobj trailer<</Root 1 0 R>>",
		"references in a loop": head + "1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj trailer<</Root 1 0 R>>",
		"many objects":         head + strings.Repeat("1 0 obj 1 endobj ", 20_000),
		"many trailers":        head + strings.Repeat("trailer<<", 1<<16),
		"an endless escape":    head + `1 0 obj (\`,
	} {
		if _, err := pdf.Read([]byte(data), limits, all); err != nil {
			t.Logf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(body(stream(5, "/Filter/FlateDecode", deflate("<a/>")), spec)))
	f.Add([]byte(head + "1 0 obj\n<</Type/Catalog/AF[4 0 R]>>\nendobj\n" + stream(7, "/Type/ObjStm/N 1/First 4", "4 0 "+spec) + stream(5, "", "x")))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := pdf.Read(data, pdf.Limits{Inflated: 1 << 16, Objects: 1000}, all)
		if err != nil {
			return
		}
		total := 0
		for _, file := range doc.Files {
			total += len(file.Content)
		}
		if doc.Pages < 0 || total > (1<<16)+len(data)*len(doc.Files) {
			t.Errorf("%d pages, %d bytes of files from %d bytes", doc.Pages, total, len(data))
		}
	})
}

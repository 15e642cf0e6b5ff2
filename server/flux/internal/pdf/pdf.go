package pdf

import (
	"bytes"
	"errors"
	"unicode/utf16"
)

// ErrNotPDF says that the bytes do not begin as a PDF does.
var ErrNotPDF = errors.New("not a PDF")

// Limits bound the reading.
type Limits struct {
	// Inflated is how many bytes may come out of compressed streams in all,
	// Objects how many objects there may be.
	Inflated, Objects int
	// Takes is told of bytes as they come out, when it is not nil.
	Takes func(n int)
}

// Document is what was read of a PDF.
type Document struct {
	// Pages is the number of pages, 0 when it cannot be told (as when the
	// page tree is encrypted).
	Pages int
	// Encrypted tells that the PDF is protected, even by an empty password:
	// its strings and streams are then not readable.
	Encrypted bool
	// Signed tells that it has a signature over a range of its bytes, as
	// PAdES signatures are. Nothing is verified.
	Signed bool
	// Files are the embedded files, in the order of the name tree.
	Files []File
}

// File is an embedded file.
type File struct {
	Name, Relationship string
	Content            []byte
}

// headerWithin is how far from the start readers look for "%PDF-".
const headerWithin = 1024

// Is tells whether bytes begin as a PDF does.
func Is(data []byte) bool {
	return bytes.Contains(data[:min(len(data), headerWithin)], []byte("%PDF-"))
}

// Read reads a PDF. Embedded files are inflated only when want says so by
// their name.
func Read(data []byte, limits Limits, want func(name string) bool) (*Document, error) {
	if !Is(data) {
		return nil, ErrNotPDF
	}
	f := &file{
		data: data, limits: limits, inflate: limits.Inflated, objects: map[int]object{}, noEnd: len(data),
		budget: 4*len(data) + 1<<20,
	}
	if err := f.walk(); err != nil {
		return nil, err
	}
	doc := &Document{Encrypted: f.encrypted(), Signed: f.signed()}
	catalog := f.catalog()
	doc.Pages = f.pages(catalog)
	if doc.Encrypted {
		return doc, nil
	}
	for _, spec := range f.specs(catalog) {
		fileName := text(first(f.resolve(spec["UF"]).value, f.resolve(spec["F"]).value))
		if !want(fileName) {
			doc.Files = append(doc.Files, File{Name: fileName})
			continue
		}
		ef := f.dict(spec["EF"])
		content, err := f.decode(f.resolve(firstPresent(ef["F"], ef["UF"])))
		if errors.Is(err, errTooLarge) {
			return nil, err
		}
		if err != nil {
			continue
		}
		relationship, _ := f.resolve(spec["AFRelationship"]).value.(name)
		doc.Files = append(doc.Files, File{Name: fileName, Relationship: string(relationship), Content: content})
	}
	return doc, nil
}

func (f *file) catalog() dict {
	if d := f.dict(f.trailer("Root")); d != nil {
		return d
	}
	for _, number := range f.order {
		if d, ok := f.objects[number].value.(dict); ok && d["Type"] == name("Catalog") {
			return d
		}
	}
	return nil
}

func (f *file) pages(catalog dict) int {
	if count, ok := f.resolve(f.dict(catalog["Pages"])["Count"]).value.(float64); ok && count >= 0 && count < 1e6 {
		return int(count)
	}
	n := 0
	for _, o := range f.objects {
		if d, ok := o.value.(dict); ok && d["Type"] == name("Page") {
			n++
		}
	}
	return n
}

func (f *file) signed() bool {
	for _, o := range f.objects {
		d, ok := o.value.(dict)
		if !ok || d["Contents"] == nil {
			continue
		}
		if a, ok := d["ByteRange"].([]any); ok && len(a) == 4 {
			return true
		}
	}
	return false
}

// specs lists the file specifications: those of the name tree, then the
// associated files, then, when there is neither, any that the file has.
func (f *file) specs(catalog dict) []dict {
	var out []dict
	seen := map[ref]bool{}
	add := func(v any) {
		if r, ok := v.(ref); ok {
			if seen[r] {
				return
			}
			seen[r] = true
		}
		if d := f.dict(v); d["EF"] != nil {
			out = append(out, d)
		}
	}
	f.names(f.dict(catalog["Names"])["EmbeddedFiles"], 0, add)
	for _, v := range f.array(catalog["AF"]) {
		add(v)
	}
	if len(out) > 0 {
		return out
	}
	for _, number := range f.order {
		add(ref(number))
	}
	return out
}

func (f *file) names(node any, depth int, add func(any)) {
	const mostKids = 1000
	d := f.dict(node)
	if d == nil || depth > 8 {
		return
	}
	pairs := f.array(d["Names"])
	for i := 1; i < len(pairs); i += 2 {
		add(pairs[i])
	}
	kids := f.array(d["Kids"])
	for _, kid := range kids[:min(len(kids), mostKids)] {
		if f.budget -= 100; f.budget < 0 {
			return
		}
		f.names(kid, depth+1, add)
	}
}

func first(values ...any) []byte {
	for _, v := range values {
		if s, ok := v.([]byte); ok && len(s) > 0 {
			return s
		}
	}
	return nil
}

func firstPresent(values ...any) any {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return nil
}

// text is a text string: UTF-16 with its mark, UTF-8 with its own, or a
// Latin-1 close enough for file names.
func text(s []byte) string {
	if rest, ok := bytes.CutPrefix(s, []byte{0xFE, 0xFF}); ok {
		units := make([]uint16, len(rest)/2)
		for i := range units {
			units[i] = uint16(rest[2*i])<<8 | uint16(rest[2*i+1])
		}
		return string(utf16.Decode(units))
	}
	if rest, ok := bytes.CutPrefix(s, []byte("\xEF\xBB\xBF")); ok {
		return string(bytes.ToValidUTF8(rest, nil))
	}
	out := make([]rune, len(s))
	for i, c := range s {
		out[i] = rune(c)
	}
	return string(out)
}

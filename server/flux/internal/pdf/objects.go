package pdf

import (
	"bytes"
)

// object is one indirect object: its value and, for a stream, where its
// encoded bytes are.
type object struct {
	number int
	value  any
	stream []byte
}

// file is what walking through a PDF gives.
type file struct {
	data    []byte
	limits  Limits
	budget  int
	inflate int
	objects map[int]object
	// order is the numbers by their last definition in the file.
	order    []int
	trailers []dict
	// noEnd is where no "endstream" follows any more.
	noEnd int
}

var (
	objWord       = []byte("obj")
	endstreamWord = []byte("endstream")
	streamWord    = []byte("stream")
	trailerWord   = []byte("trailer")
)

func (f *file) lexer(at int) *lexer { return &lexer{data: f.data, pos: at, budget: &f.budget} }

// walk finds every object and every trailer, in the order of the file.
func (f *file) walk() error {
	var found []object
	for pos := 0; pos < len(f.data); {
		at := bytes.Index(f.data[pos:], objWord)
		if at < 0 {
			break
		}
		at += pos
		pos = at + len(objWord)
		number, ok := f.numberBefore(at)
		if !ok {
			continue
		}
		o, end, err := f.object(number, pos)
		if err == errBudget {
			return err
		}
		if err != nil {
			continue
		}
		pos = end
		if found = append(found, o); len(found) > f.limits.Objects {
			return errBudget
		}
	}
	f.findTrailers()
	for _, o := range found {
		if d, ok := o.value.(dict); ok && d["Type"] == name("XRef") {
			f.trailers = append(f.trailers, d)
		}
	}
	for _, o := range found {
		f.define(o)
		if err := f.expand(o); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) define(o object) {
	if _, known := f.objects[o.number]; !known {
		f.order = append(f.order, o.number)
	}
	f.objects[o.number] = o
}

// numberBefore reads "12 0 " backwards from the word obj.
func (f *file) numberBefore(at int) (int, bool) {
	back := func(test func(byte) bool) int {
		n := 0
		for at > 0 && n < 12 && test(f.data[at-1]) {
			at--
			n++
		}
		return n
	}
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	if back(isSpace) == 0 || back(digit) == 0 || back(isSpace) == 0 {
		return 0, false
	}
	end := at
	if n := back(digit); n == 0 || n > 9 {
		return 0, false
	}
	number := 0
	for _, c := range f.data[at:end] {
		number = number*10 + int(c-'0')
	}
	return number, true
}

// object reads the object whose value begins at pos, and tells where it ends.
func (f *file) object(number, pos int) (object, int, error) {
	l := f.lexer(pos)
	value, err := l.value(0)
	if err != nil {
		return object{}, pos, err
	}
	o := object{number: number, value: value}
	d, isDict := value.(dict)
	l.skipSpace()
	if !isDict || !bytes.HasPrefix(f.data[l.pos:], streamWord) {
		return o, l.pos, nil
	}
	start := l.pos + len(streamWord)
	if bytes.HasPrefix(f.data[start:], []byte("\r\n")) {
		start += 2
	} else if start < len(f.data) && (f.data[start] == '\n' || f.data[start] == '\r') {
		start++
	}
	end := f.streamEnd(d, start)
	o.stream = f.data[start:end]
	return o, end, nil
}

// streamEnd trusts the stream's length when "endstream" follows, and looks for
// that word otherwise.
func (f *file) streamEnd(d dict, start int) int {
	if length, ok := d["Length"].(float64); ok && length >= 0 && int(length) <= len(f.data)-start {
		end := start + int(length)
		if bytes.HasPrefix(bytes.TrimLeft(f.data[end:min(end+16, len(f.data))], " \r\n"), endstreamWord) {
			return end
		}
	}
	if start >= f.noEnd {
		return len(f.data)
	}
	n := bytes.Index(f.data[start:], endstreamWord)
	if n < 0 {
		f.noEnd = start
		return len(f.data)
	}
	end := start + n
	for end > start && (f.data[end-1] == '\n' || f.data[end-1] == '\r') && end > start+n-2 {
		end--
	}
	return end
}

func (f *file) findTrailers() {
	const most = 100
	for pos, seen := 0, 0; seen < most; seen++ {
		at := bytes.Index(f.data[pos:], trailerWord)
		if at < 0 {
			return
		}
		l := f.lexer(pos + at + len(trailerWord))
		pos = l.pos
		if v, err := l.value(0); err == nil {
			if d, ok := v.(dict); ok {
				f.trailers = append(f.trailers, d)
			}
		}
	}
}

// expand adds the objects that an object stream holds.
func (f *file) expand(o object) error {
	d, ok := o.value.(dict)
	if !ok || o.stream == nil || d["Type"] != name("ObjStm") || f.encrypted() {
		return nil
	}
	content, err := f.decode(o)
	if err != nil {
		if err == errTooLarge {
			return err
		}
		return nil
	}
	count, _ := d["N"].(float64)
	first, _ := d["First"].(float64)
	l := &lexer{data: content, budget: &f.budget}
	for i := 0; i < int(count) && len(f.objects) <= f.limits.Objects; i++ {
		number, err1 := l.value(0)
		offset, err2 := l.value(0)
		n, ok1 := number.(float64)
		at, ok2 := offset.(float64)
		if err1 != nil || err2 != nil || !ok1 || !ok2 || first+at >= float64(len(content)) || first+at < 0 {
			return nil
		}
		inner := &lexer{data: content, pos: int(first + at), budget: &f.budget}
		v, err := inner.value(0)
		if err == errBudget {
			return err
		}
		if err == nil {
			f.define(object{number: int(n), value: v})
		}
	}
	return nil
}

// resolve follows references.
func (f *file) resolve(v any) object {
	for range maxNesting {
		r, ok := v.(ref)
		if !ok {
			return object{value: v}
		}
		o, ok := f.objects[int(r)]
		if !ok {
			return object{}
		}
		if _, again := o.value.(ref); !again {
			return o
		}
		v = o.value
	}
	return object{}
}

func (f *file) dict(v any) dict {
	d, _ := f.resolve(v).value.(dict)
	return d
}

func (f *file) array(v any) []any {
	a, _ := f.resolve(v).value.([]any)
	return a
}

// trailer is the newest value of a key of the trailers.
func (f *file) trailer(key name) any {
	for i := len(f.trailers) - 1; i >= 0; i-- {
		if v, ok := f.trailers[i][key]; ok && v != nil {
			return v
		}
	}
	return nil
}

func (f *file) encrypted() bool { return f.trailer("Encrypt") != nil }

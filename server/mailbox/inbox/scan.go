package inbox

import "strings"

// finder looks for a text regardless of case, as strings.ToLower on both
// would, but without a copy of what is searched when the text is ASCII.
type finder struct {
	part string
	// pivot is the place of part's rarest byte, low and up are its cases.
	pivot   int
	low, up byte
	ascii   bool
}

func newFinder(part string) finder {
	f := finder{part: strings.ToLower(part), ascii: true}
	best := 1 << 30
	for i := range len(f.part) {
		c := f.part[i]
		if c >= 0x80 {
			f.ascii = false
		}
		if rank := commonness(c); rank < best {
			best, f.pivot, f.low, f.up = rank, i, c, upper(c)
		}
	}
	return f
}

// commonness ranks bytes by how often mail holds them, roughly.
func commonness(c byte) int {
	const letters = "qjxzkwvbygpfmhcdulrosnitae"
	switch i := strings.IndexByte(letters, c); {
	case i >= 0:
		return 10 + i
	case c == ' ' || c == '\n' || c == '\r':
		return 100
	case c >= '0' && c <= '9' || c == '=' || c == '-' || c == '.' || c == '/':
		return 12
	}
	return 1
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c - 'A' + 'a'
	}
	return c
}

// in tells whether s contains the text.
func (f finder) in(s string) bool {
	if !f.ascii {
		return strings.Contains(strings.ToLower(s), f.part)
	}
	if len(f.part) > len(s) {
		return false
	}
	if f.part == "" {
		return true
	}
	// The places to look at are those of the rarest byte, in either case.
	end := len(s) - (len(f.part) - 1 - f.pivot)
	nextLow, nextUp := f.pivot-1, f.pivot-1
	if f.low == f.up {
		nextUp = end
	}
	for at := f.pivot; at < end; at++ {
		if nextLow < at {
			nextLow = next(s, at, end, f.low)
		}
		if nextUp < at {
			nextUp = next(s, at, end, f.up)
		}
		if at = min(nextLow, nextUp); at >= end {
			return false
		}
		if f.fits(s[at-f.pivot:]) {
			return true
		}
	}
	return false
}

func next(s string, from, end int, c byte) int {
	if i := strings.IndexByte(s[from:end], c); i >= 0 {
		return from + i
	}
	return end
}

func (f finder) fits(s string) bool {
	for i := range len(f.part) {
		if lower(s[i]) != f.part[i] {
			return false
		}
	}
	return true
}

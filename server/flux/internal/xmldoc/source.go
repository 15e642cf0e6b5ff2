package xmldoc

import "io"

const (
	// runSeen is how many characters of a run of base64 the decoder is
	// given before the rest is looked at, and runLeft how many of its last
	// ones: only a run longer than both is worth withholding.
	runSeen = 1024
	runLeft = 16
	runMin  = 4096
)

// source hands a document to the decoder byte by byte, keeping back the inside
// of long runs of base64, and knows where in the document the decoder is.
type source struct {
	data []byte
	pos  int
	run  int
	// skipped counts the bytes kept back so far; elided tells that some were
	// since the flag was last cleared.
	skipped int
	elided  bool
}

// base64Set tells the characters of base64 and the white space within it.
var base64Set = func() (set [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n" {
		set[c] = true
	}
	return set
}()

// ReadByte implements io.ByteReader, which stops the decoder from reading
// ahead: offsets stay exact.
func (s *source) ReadByte() (byte, error) {
	if s.pos >= len(s.data) {
		return 0, io.EOF
	}
	c := s.data[s.pos]
	s.pos++
	if !base64Set[c] {
		s.run = 0
		return c, nil
	}
	if s.run++; s.run == runSeen {
		s.skip()
	}
	return c, nil
}

func (s *source) skip() {
	end := s.pos
	for end < len(s.data) && base64Set[s.data[end]] {
		end++
	}
	if end-s.pos < runMin {
		// Not worth it, and the run is never looked at again.
		s.run = -len(s.data)
		return
	}
	s.skipped += end - runLeft - s.pos
	s.pos = end - runLeft
	s.run = -len(s.data)
	s.elided = true
}

// Read implements io.Reader, which encoding/xml asks for but does not use when
// there is a ReadByte.
func (s *source) Read(p []byte) (int, error) {
	for i := range p {
		c, err := s.ReadByte()
		if err != nil {
			return i, err
		}
		p[i] = c
	}
	return len(p), nil
}

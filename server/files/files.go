// Package files holds the contents of the files that clients put on the
// platform, beside the state of the sandboxes, which knows their digests only.
//
// A content is held once, whatever the number of sandboxes, snapshots and forks
// whose state names it, and goes with the last of them: each carries a shelf
// (sandboxes.Luggage) that follows its events. What a request brings is held by a
// Deposit until the event that names it has happened.
package files

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"chorus-qualif/server/qualif"
)

// DefaultLimit is how many bytes a Store holds unless it is told: 1 GiB.
const DefaultLimit = 1 << 30

// Store holds the contents of a process. It is safe for concurrent use.
type Store struct {
	limit int64

	// large is held by the one deposit that may take much memory.
	large chan struct{}

	mu    sync.Mutex
	held  map[qualif.Empreinte]*content
	bytes int64
}

// content is a file's, and how many shelves and deposits hold it.
type content struct {
	bytes   []byte
	holders int
}

// New is a Store that holds at most limit bytes; 0 is no bound.
func New(limit int64) *Store {
	return &Store{limit: limit, large: make(chan struct{}, 1), held: map[qualif.Empreinte]*content{}}
}

// FullError is a content for which there is no room; all in bytes.
type FullError struct{ Asked, Held, Limit int64 }

func (e *FullError) Error() string {
	return fmt.Sprintf("a file of %d bytes finds no room: the files of all sandboxes take %d of %d bytes; delete or reset sandboxes that have files, or raise --files-total-bytes",
		e.Asked, e.Held, e.Limit)
}

// Usage is what a Store holds.
type Usage struct {
	// Files counts distinct contents.
	Files int
	// Bytes are those of the contents, Limit how many there may be; 0 is no
	// bound.
	Bytes, Limit int64
}

// Usage tells what is held now.
func (s *Store) Usage() Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Usage{Files: len(s.held), Bytes: s.bytes, Limit: s.limit}
}

// Content finds a content; it may not be changed. It is there as long as a state
// names it: ask while the sandbox is being read.
func (s *Store) Content(digest qualif.Empreinte) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.held[digest]
	if !ok {
		return nil, false
	}
	return c.bytes, true
}

// hold counts one more holder of a content; false when it is not there.
func (s *Store) hold(digest qualif.Empreinte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.held[digest]
	if ok {
		c.holders++
	}
	return ok
}

// release counts one holder less of a content.
func (s *Store) release(digest qualif.Empreinte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.held[digest]
	if c.holders--; c.holders == 0 {
		delete(s.held, digest)
		s.bytes -= int64(len(c.bytes))
	}
}

// Deposit holds what a request brings until its command has been executed. It is
// for one goroutine.
type Deposit struct {
	store *Store
	held  []qualif.Empreinte
	large bool
}

// Begin starts a deposit; End must follow.
func (s *Store) Begin() *Deposit { return &Deposit{store: s} }

// Large waits until no other deposit is large, and makes this one so until End:
// what a file of some kilobytes unpacks to may be a thousand times its size.
func (d *Deposit) Large() {
	if !d.large {
		d.store.large <- struct{}{}
		d.large = true
	}
}

// Add holds a content and gives its digest. The bytes are kept as they are: they
// may not be changed any more, and should not be a part of something larger. The
// error is a *FullError; what was added before stays until End.
func (d *Deposit) Add(bytes []byte) (qualif.Empreinte, error) {
	sum := sha256.Sum256(bytes)
	digest := qualif.Empreinte(hex.EncodeToString(sum[:]))
	s, size := d.store, int64(len(bytes))
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.held[digest]
	switch {
	case ok:
		c.holders++
	case s.limit > 0 && s.bytes+size > s.limit:
		return "", &FullError{Asked: size, Held: s.bytes, Limit: s.limit}
	default:
		s.held[digest] = &content{bytes: bytes, holders: 1}
		s.bytes += size
	}
	d.held = append(d.held, digest)
	return digest, nil
}

// End lets go of what no sandbox has taken. Ending twice is no error.
func (d *Deposit) End() {
	for _, digest := range d.held {
		d.store.release(digest)
	}
	d.held = nil
	if d.large {
		<-d.store.large
		d.large = false
	}
}

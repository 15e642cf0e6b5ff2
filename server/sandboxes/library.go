package sandboxes

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"

	"chorus-qualif/server/qualif"
)

// Library holds data sets once for all the sandboxes made from them. Named
// sets stay; the others leave with the last sandbox that uses them.
type Library struct {
	mu       sync.RWMutex
	byName   map[string]*qualif.DataSet
	byDigest map[string]*shelf
}

type shelf struct {
	set   *qualif.DataSet
	named bool
	users int
}

// NewLibrary is a library of the given sets, which must be indexed; two sets
// of the same name are an error.
func NewLibrary(named ...*qualif.DataSet) (*Library, error) {
	l := &Library{byName: map[string]*qualif.DataSet{}, byDigest: map[string]*shelf{}}
	var errs []error
	for _, set := range named {
		if l.byName[set.Name] != nil {
			errs = append(errs, fmt.Errorf("two data sets are called %q", set.Name))
		}
		l.byName[set.Name] = set
		l.byDigest[set.Digest()] = &shelf{set: set, named: true}
	}
	return l, errors.Join(errs...)
}

// DataSet implements qualif.Library.
func (l *Library) DataSet(digest string) (*qualif.DataSet, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s, ok := l.byDigest[digest]
	if !ok {
		return nil, false
	}
	return s.set, true
}

// Named finds a data set by name; the error lists those there are.
func (l *Library) Named(name string) (*qualif.DataSet, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if set, ok := l.byName[name]; ok {
		return set, nil
	}
	known := make([]string, 0, len(l.byName))
	for n := range l.byName {
		known = append(known, n)
	}
	sort.Strings(known)
	return nil, fmt.Errorf("data set %q is not known to this server: it has %s", name, strings.Join(known, ", "))
}

// keep counts one more user of a set, and returns the copy to use: an equal
// set that is already there serves everybody.
func (l *Library) keep(set *qualif.DataSet) *qualif.DataSet {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.byDigest[set.Digest()]
	if !ok {
		s = &shelf{set: set}
		l.byDigest[set.Digest()] = s
	}
	s.users++
	return s.set
}

// release counts one user less.
func (l *Library) release(set *qualif.DataSet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.byDigest[set.Digest()]
	if !ok {
		return
	}
	if s.users--; s.users <= 0 && !s.named {
		delete(l.byDigest, set.Digest())
	}
}

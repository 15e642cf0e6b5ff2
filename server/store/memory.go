package store

import (
	"fmt"
	"slices"
	"sync"

	"chorus-qualif/server/qualif"
)

// Memory keeps journals for the life of the process.
type Memory struct {
	mu       sync.RWMutex
	journals map[string][]qualif.Event
}

// NewMemory is an empty Memory.
func NewMemory() *Memory { return &Memory{journals: map[string][]qualif.Event{}} }

// Append implements Journals.
func (m *Memory) Append(sandbox string, events []qualif.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	journal := m.journals[sandbox]
	for i, e := range events {
		if want := uint64(len(journal) + i + 1); e.Seq != want {
			return fmt.Errorf("journal of sandbox %s: event %d where %d was expected: %w", sandbox, e.Seq, want, ErrGap)
		}
	}
	m.journals[sandbox] = append(journal, events...)
	return nil
}

// Read implements Journals.
func (m *Memory) Read(sandbox string, after uint64, limit int) ([]qualif.Event, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	journal := m.journals[sandbox]
	journal = journal[min(after, uint64(len(journal))):]
	if limit > 0 {
		journal = journal[:min(limit, len(journal))]
	}
	return slices.Clone(journal), nil
}

// Drop implements Journals.
func (m *Memory) Drop(sandbox string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.journals, sandbox)
	return nil
}

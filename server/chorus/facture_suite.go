package chorus

import (
	"container/heap"
	"iter"
	"slices"

	"chorus-qualif/server/qualif"
)

// suite is invoices in an order, in several parts that are each in that order.
type suite struct {
	parts   [][]*qualif.Facture
	compare func(a, b *qualif.Facture) int
}

// triee is the same invoices in an order that each part is in as well.
func (s *suite) triee(compare func(a, b *qualif.Facture) int) *suite { return &suite{s.parts, compare} }

func (s *suite) len() int {
	n := 0
	for _, part := range s.parts {
		n += len(part)
	}
	return n
}

// add takes a part into a suite.
func (s *suite) add(part []*qualif.Facture) {
	if len(part) > 0 {
		s.parts = append(s.parts, part)
	}
}

// page is the part of a suite from a place on, in its order or the reverse. With
// one part it reads what it returns; with several, what comes before it too, or
// what comes after.
func (s *suite) page(from, size int, ascending bool) []*qualif.Facture {
	page := make([]*qualif.Facture, 0, size)
	if len(s.parts) == 1 {
		all := s.parts[0]
		for i := from; i < from+size; i++ {
			if ascending {
				page = append(page, all[i])
			} else {
				page = append(page, all[len(all)-1-i])
			}
		}
		return page
	}
	if after := s.len() - from - size; after < from {
		page = s.page(after, size, !ascending)
		slices.Reverse(page)
		return page
	}
	for f := range s.each(ascending) {
		if len(page) == size {
			break
		}
		if from--; from < 0 {
			page = append(page, f)
		}
	}
	return page
}

// each yields a suite in its order or the reverse.
func (s *suite) each(ascending bool) iter.Seq[*qualif.Facture] {
	return func(yield func(*qualif.Facture) bool) {
		h := &heads{slices.Clone(s.parts), s.compare, ascending}
		heap.Init(h)
		for len(h.parts) > 0 {
			if !yield(h.head(0)) {
				return
			}
			if h.advance(); len(h.parts[0]) == 0 {
				heap.Pop(h)
			} else {
				heap.Fix(h, 0)
			}
		}
	}
}

// heads is a heap of what is left of each part, by its next invoice.
type heads struct {
	parts     [][]*qualif.Facture
	compare   func(a, b *qualif.Facture) int
	ascending bool
}

func (h *heads) head(i int) *qualif.Facture {
	if h.ascending {
		return h.parts[i][0]
	}
	return h.parts[i][len(h.parts[i])-1]
}

// advance passes the next invoice of all.
func (h *heads) advance() {
	if h.ascending {
		h.parts[0] = h.parts[0][1:]
	} else {
		h.parts[0] = h.parts[0][:len(h.parts[0])-1]
	}
}

// Len, Less, Swap, Push and Pop make it a heap.Interface.
func (h *heads) Len() int { return len(h.parts) }

// Less puts the part whose invoice comes first before.
func (h *heads) Less(i, j int) bool {
	if c := h.compare(h.head(i), h.head(j)); h.ascending {
		return c < 0
	} else {
		return c > 0
	}
}

// Swap exchanges two parts.
func (h *heads) Swap(i, j int) { h.parts[i], h.parts[j] = h.parts[j], h.parts[i] }

// Push adds a part.
func (h *heads) Push(part any) { h.parts = append(h.parts, part.([]*qualif.Facture)) }

// Pop takes the last part away.
func (h *heads) Pop() any {
	last := h.parts[len(h.parts)-1]
	h.parts = h.parts[:len(h.parts)-1]
	return last
}

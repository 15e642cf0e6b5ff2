package files

import (
	"maps"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// shelf is the luggage of one holder: the contents that its state names. A
// content that was not there when an event named it is not on the shelf.
type shelf struct {
	store *Store
	// counts is how often the state names each.
	counts map[qualif.Empreinte]int
	// pending lists those of the flows that are not treated yet, by
	// numeroFluxDepot. The lists are never changed: copies share them.
	pending map[string][]qualif.Empreinte
}

// Luggage is an empty shelf, for sandboxes.Options.
func (s *Store) Luggage() sandboxes.Luggage {
	return &shelf{store: s, counts: map[qualif.Empreinte]int{}, pending: map[string][]qualif.Empreinte{}}
}

// Follow implements sandboxes.Luggage.
func (s *shelf) Follow(events []qualif.Event) {
	for _, e := range events {
		switch p := e.Payload.(type) {
		case qualif.PieceJointeAjoutee:
			s.put(p.Piece.Empreinte)
		case qualif.FactureDeposee:
			for i := range p.Pieces {
				s.put(p.Pieces[i].Empreinte)
			}
		case qualif.FluxDepose:
			s.await(&p.Flux)
		case qualif.FluxTraite:
			for _, digest := range s.pending[p.Numero] {
				s.drop(digest)
			}
			delete(s.pending, p.Numero)
		}
	}
}

// await puts the files of a flow on the shelf until it is treated: those of
// refused invoices go then.
func (s *shelf) await(f *qualif.Flux) {
	for i := range f.Lues {
		for j := range f.Lues[i].Pieces {
			if digest := f.Lues[i].Pieces[j].Empreinte; s.put(digest) {
				s.pending[f.Numero] = append(s.pending[f.Numero], digest)
			}
		}
	}
}

func (s *shelf) put(digest qualif.Empreinte) bool {
	if s.counts[digest] == 0 && !s.store.hold(digest) {
		return false
	}
	s.counts[digest]++
	return true
}

func (s *shelf) drop(digest qualif.Empreinte) {
	if s.counts[digest]--; s.counts[digest] == 0 {
		delete(s.counts, digest)
		s.store.release(digest)
	}
}

// Copy implements sandboxes.Luggage.
func (s *shelf) Copy() sandboxes.Luggage {
	for digest := range s.counts {
		s.store.hold(digest)
	}
	return &shelf{store: s.store, counts: maps.Clone(s.counts), pending: maps.Clone(s.pending)}
}

// Release implements sandboxes.Luggage.
func (s *shelf) Release() {
	for digest := range s.counts {
		s.store.release(digest)
	}
	clear(s.counts)
	clear(s.pending)
}

package qualif

import (
	"slices"
	"time"
)

func (p PieceJointeAjoutee) apply(s *State, _ Event) { s.addPiece(p.Piece) }

func (s *State) addPiece(piece PieceJointe) {
	s.registre.pieces[piece.ID] = &piece
	s.registre.ordrePieces = append(s.registre.ordrePieces, piece.ID)
}

func (p PieceJointeDetachee) apply(s *State, _ Event) {
	s.amendFacture(p.FactureID, func(f *Facture) {
		f.Complementaires = slices.DeleteFunc(slices.Clone(f.Complementaires), func(l PieceLiee) bool { return l.LienID == p.LienID })
	})
}

func (p FluxDepose) apply(s *State, e Event) {
	flux := p.Flux
	s.registre.flux[flux.Numero] = &flux
	s.registre.ordreFlux = append(s.registre.ordreFlux, flux.Numero)
	s.planifyFlux(&flux, e)
}

func (p FluxAvance) apply(s *State, e Event) {
	flux := s.amendFlux(p.Numero, func(f *Flux) {
		f.Etat, f.Depuis = p.Etat, e.At
		f.Suite = f.Suite[min(1, len(f.Suite)):]
	})
	s.planifyFlux(flux, e)
}

func (p FluxTraite) apply(s *State, e Event) {
	flux := s.amendFlux(p.Numero, func(f *Flux) {
		f.Etat, f.Depuis, f.Resultats = p.Etat, e.At, p.Resultats
		f.Lues, f.Suite = nil, nil
	})
	s.planifyFlux(flux, e)
}

// planifyFlux makes the next state of a flow due.
func (s *State) planifyFlux(f *Flux, e Event) {
	s.due.cancel(DueFlux, f.Numero)
	if len(f.Suite) > 0 {
		s.due.schedule(f.Suite[0].A, DueFlux, f.Numero, e.Seq)
	}
}

func (s *State) amendFlux(numero string, change func(*Flux)) *Flux {
	f := *s.registre.flux[numero]
	change(&f)
	s.registre.flux[numero] = &f
	return &f
}

func (p FactureDeposee) apply(s *State, e Event) {
	for _, piece := range p.Pieces {
		s.addPiece(piece)
	}
	f := p.Facture
	f.Statut, f.Depuis = p.Facture.Statut, e.At
	f.Historique = append(slices.Clip(f.Historique), s.passage(f.Statut, f.Commentaire, f.Auteur, e.At))
	for _, piece := range linked(&f) {
		s.registre.liens = max(s.registre.liens, piece.LienID)
	}
	s.registre.saisies = max(s.registre.saisies, p.Saisie)
	if f.Statut == StatutInterpreteeOCR && f.Principale != nil {
		s.registre.parPiece[f.Principale.PieceID] = f.ID
	}
	s.addFacture(&f)
	s.planify(&f, e)
}

// linked lists the attachments of an invoice, the main one first.
func linked(f *Facture) []PieceLiee {
	if f.Principale == nil {
		return f.Complementaires
	}
	return append([]PieceLiee{*f.Principale}, f.Complementaires...)
}

func (s *State) passage(statut Statut, comment, par string, at time.Time) Passage {
	s.registre.passages++
	return Passage{ID: s.registre.passages, Statut: statut, Le: at, Commentaire: comment, Par: par}
}

// planify makes the next step of an invoice's own life due; a suspended invoice
// waits for its supplier.
func (s *State) planify(f *Facture, e Event) {
	s.due.cancel(DueFacture, sujet(f.ID))
	if len(f.Suite) > 0 && f.Statut != StatutSuspendue {
		s.due.schedule(e.At.Add(f.Suite[0].Apres), DueFacture, sujet(f.ID), e.Seq)
	}
}

func (p FactureStatut) apply(s *State, e Event) {
	passage := s.passage(p.Statut, p.Motif, p.Par, e.At)
	f := s.amendFacture(p.FactureID, func(f *Facture) {
		f.Statut, f.Depuis = p.Statut, e.At
		f.Historique = append(slices.Clip(f.Historique), passage)
		if p.NumeroDPMandat != "" {
			f.NumeroDPMandat = p.NumeroDPMandat
		}
		switch {
		case p.Arrete:
			f.Suite = p.Suite
		case len(f.Suite) > 0 && f.Suite[0].Statut == p.Statut:
			f.Suite = f.Suite[1:]
		}
	})
	s.planify(f, e)
}

func (p FactureModifiee) apply(s *State, _ Event) {
	s.unlist(s.registre.factures[p.FactureID])
	f := s.amendFacture(p.FactureID, func(f *Facture) {
		if p.Commentaire != nil {
			f.Commentaire = *p.Commentaire
		}
		if p.Destinataire != nil {
			f.Destinataire = *p.Destinataire
		}
		if p.Valideur != nil {
			f.Valideur = p.Valideur
		}
		if p.References != nil {
			p.References.replace(f)
		}
		if p.CoordonneesBancaires != nil {
			f.CoordonneesBancaires = *p.CoordonneesBancaires
		}
		if !p.DateDepot.IsZero() {
			f.DateDepot = p.DateDepot
		}
		f.Complementaires = append(slices.Clip(f.Complementaires), p.Complementaires...)
	})
	for _, piece := range p.Complementaires {
		s.registre.liens = max(s.registre.liens, piece.LienID)
	}
	s.list(f)
}

func (r *References) replace(f *Facture) {
	for _, field := range []struct {
		to   *string
		from string
	}{
		{&f.Devise, r.Devise}, {&f.Type, r.Type}, {&f.TypeTVA, r.TypeTVA}, {&f.MotifExoneration, r.MotifExoneration},
		{&f.NumeroMarche, r.NumeroMarche}, {&f.NumeroBonCommande, r.NumeroBonCommande},
		{&f.NumeroFactureOrigine, r.NumeroFactureOrigine}, {&f.ModePaiement, r.ModePaiement},
	} {
		if field.from != "" {
			*field.to = field.from
		}
	}
}

func (p FactureAction) apply(s *State, e Event) {
	s.registre.passages++
	id := s.registre.passages
	s.amendFacture(p.FactureID, func(f *Facture) {
		f.Actions = append(slices.Clip(f.Actions), ActionUtilisateur{ID: id, Code: p.Code, Le: e.At, Par: p.Par})
		switch p.Code {
		case ActionTelechargement:
			f.Telechargee = true
		case ActionTraiteRejet:
			f.RejetTraite = true
		}
	})
}

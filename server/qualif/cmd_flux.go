package qualif

import (
	"fmt"
	"slices"
)

// DeposerFlux is deposer/flux: it takes note of a flow that was read already,
// and acknowledges it. What becomes of it follows on the sandbox's clock.
type DeposerFlux struct {
	// Pour is on whose behalf.
	Pour Principal
	// Interface is four digits; Syntaxe one of the 13 of the contract.
	Interface, Syntaxe string
	Fichier            string
	Taille             int64
	Signe              bool
	// Lues are the invoices in it, Erreurs what makes it irreceivable. The
	// files of the invoices have no ID yet.
	Lues    []FactureLue
	Erreurs []ErreurTechnique
}

// firstFlux, firstFacture, firstPiece and firstLien are before the first number
// of each kind: those that were recorded have as many digits (API reference D.5,
// D.9).
const (
	firstFlux    = 425000
	firstFacture = 8420000
	firstPiece   = 6921000
	firstLien    = 3310000
)

func (c DeposerFlux) execute(t *Transaction) (*Flux, error) {
	numero := fmt.Sprintf("CPP001%s%015d", c.Interface, firstFlux+len(t.s.registre.ordreFlux)+1)
	t.emit(FluxDepose{Flux: Flux{
		Numero: numero, Interface: c.Interface, Syntaxe: c.Syntaxe, Fichier: c.Fichier, Taille: c.Taille, Signe: c.Signe,
		Par: c.Pour.Login, Le: t.now, Etat: FluxEnAttenteSE, Depuis: t.now, Suite: t.s.suiteFlux(t.now),
		Erreurs: orNil(c.Erreurs), Lues: orNil(c.Lues), Portee: ids(c.Pour.Structures),
	}})
	flux, _ := t.s.Flux(numero)
	return flux, nil
}

func ids(structures []*Structure) []int64 {
	all := make([]int64, len(structures))
	for i, s := range structures {
		all[i] = s.ID
	}
	return orNil(all)
}

// avanceFlux brings a flow to its next state.
func (t *Transaction) avanceFlux(numero string) {
	flux, _ := t.s.Flux(numero)
	if etat := flux.Suite[0].Etat; etat != "" {
		t.emit(FluxAvance{Numero: numero, Etat: etat})
		return
	}
	if t.s.Switches.Get(SwitchFluxOutcome) == "incident" {
		t.emit(FluxTraite{Numero: numero, Etat: FluxIncidente})
		return
	}
	traite := FluxTraite{Numero: numero, Etat: FluxIntegre}
	accepted := 0
	for i := range flux.Lues {
		result := t.integre(flux, &flux.Lues[i])
		if result.FactureID != 0 {
			accepted++
		}
		traite.Resultats = append(traite.Resultats, result)
	}
	switch {
	case accepted == 0:
		traite.Etat = FluxRejete
	case accepted < len(flux.Lues) || len(flux.Erreurs) > 0:
		traite.Etat = FluxIntegrePartiel
	}
	t.emit(traite)
}

// integre makes an invoice of what a flow says, or tells why not.
func (t *Transaction) integre(flux *Flux, lue *FactureLue) ResultatDP {
	s := t.s
	result := ResultatDP{Numero: lue.Numero, Fournisseur: lue.Fournisseur.Value, Destinataire: lue.Destinataire.Value, Fautes: slices.Clone(lue.Fautes)}
	supplier, fautes := s.emet(flux, lue)
	to, more := s.recoit(lue.Destinataire, lue.CodeService, lue.NumeroEngagement, t.now)
	fautes = append(fautes, more...)
	if supplier != nil && !s.numeroLibre(supplier, lue.DateFacture.Year(), lue.Numero, 0) {
		fautes = append(fautes, fauteDoublon)
	}
	for _, f := range fautes {
		result.Fautes = append(result.Fautes, lue.Textes.of(f))
	}
	if len(result.Fautes) > 0 {
		return result
	}
	facture := lue.facture(s, flux, supplier, to)
	pieces := s.receive(&facture, lue.Pieces, flux)
	facture.Statut, facture.DateDepot = StatutDeposee, flux.Le
	facture.Suite = s.acheminement(&facture)
	t.emit(FactureDeposee{Facture: facture, Pieces: pieces})
	result.FactureID = facture.ID
	return result
}

// emet finds the supplier of a flow's invoice.
func (s *State) emet(flux *Flux, lue *FactureLue) (*Structure, []faute) {
	supplier, ok := s.data.ByIdentifier(lue.Fournisseur.Type, lue.Fournisseur.Value)
	switch {
	case !ok || supplier.Inactive:
		return nil, []faute{fauteFournisseurInconnu}
	case s.Switches.Get(SwitchFluxSupplier) == "attached" && !slices.Contains(flux.Portee, supplier.ID):
		return supplier, []faute{fauteFournisseurPortee}
	}
	return supplier, nil
}

// facture is the invoice that a flow's becomes.
func (l *FactureLue) facture(s *State, flux *Flux, supplier *Structure, to adresse) Facture {
	return Facture{
		ID: s.nextFacture(), Numero: l.Numero, Type: l.Type, ModeDepot: l.ModeDepot, Cadre: l.Cadre,
		DateFacture: l.DateFacture, DateEcheance: l.DateEcheance, Flux: flux.Numero, Auteur: flux.Par,
		Fournisseur: Partie{StructureID: supplier.ID}, Destinataire: to.partie(),
		Devise: l.Devise, TypeTVA: l.TypeTVA, MotifExoneration: l.MotifExoneration, NumeroMarche: l.NumeroMarche,
		NumeroBonCommande: l.NumeroEngagement, NumeroFactureOrigine: l.NumeroFactureOrigine, ModePaiement: l.ModePaiement,
		Commentaire: l.Commentaire, Lignes: l.Lignes, TVA: l.TVA, Montants: l.Montants,
	}
}

// receive gives the files of a flow's invoice their numbers and attaches them,
// the first as the main one.
func (s *State) receive(f *Facture, pieces []PieceJointe, flux *Flux) []PieceJointe {
	numbered := slices.Clone(pieces)
	for i := range numbered {
		p := &numbered[i]
		p.ID, p.Par, p.Le, p.StructureID = s.nextPiece()+int64(i), flux.Par, flux.Le, f.Fournisseur.StructureID
		link := PieceLiee{LienID: s.nextLien() + int64(i), PieceID: p.ID, Designation: p.Nom}
		if i == 0 {
			f.Principale = &link
		} else {
			f.Complementaires = append(f.Complementaires, link)
		}
	}
	return numbered
}

func (s *State) nextFacture() int64 { return int64(firstFacture + len(s.registre.ordre) + 1) }

func (s *State) nextPiece() int64 { return int64(firstPiece + len(s.registre.ordrePieces) + 1) }

func (s *State) nextLien() int64 { return max(s.registre.liens, firstLien) + 1 }

// of are the platform's words for what the directory found.
func (t *TextesAnnuaire) of(f faute) string {
	switch f {
	case fauteFournisseurInconnu:
		return t.FournisseurInconnu
	case fauteDestinataireInconnu:
		return t.DestinataireInconnu
	case fauteServiceInconnu:
		return t.ServiceInconnu
	case fauteServiceObligatoire:
		return t.ServiceObligatoire
	case fauteEngagementObligatoire, fauteServiceOuEngagement:
		return t.EngagementObligatoire
	case fauteDoublon:
		return t.Doublon
	}
	return "L'utilisateur n'est pas habilite sur la structure fournisseur de la demande de paiement."
}

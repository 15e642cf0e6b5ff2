package qualif

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// AjouterFichier puts a file on the platform (ajouter/fichier).
type AjouterFichier struct {
	Pour Principal
	// Piece has no ID, Par or Le yet.
	Piece PieceJointe
}

func (c AjouterFichier) execute(t *Transaction) (*PieceJointe, error) {
	return t.ajoute(c.Pour, c.Piece), nil
}

func (t *Transaction) ajoute(by Principal, piece PieceJointe) *PieceJointe {
	piece.ID, piece.Par, piece.Le = t.s.nextPiece(), by.Login, t.now
	t.emit(PieceJointeAjoutee{Piece: piece})
	added, _ := t.s.PieceJointe(piece.ID)
	return added
}

// DeposerPDF is deposer/pdf: the file becomes a draft at INTERPRETEE_OCR, which
// soumettre sends. Nothing reaches the recipient before.
type DeposerPDF struct {
	Pour  Principal
	Piece PieceJointe
	// ModeDepot is DEPOT_PDF_API or DEPOT_PDF_SIGNE_API.
	ModeDepot string
}

func (c DeposerPDF) execute(t *Transaction) (*PieceJointe, error) {
	piece := t.ajoute(c.Pour, c.Piece)
	t.emit(FactureDeposee{Facture: Facture{
		ID: t.s.nextFacture(), Type: "FACTURE", Statut: StatutInterpreteeOCR, ModeDepot: c.ModeDepot, DateDepot: t.now, Auteur: c.Pour.Login,
		Principale: &PieceLiee{LienID: t.s.nextLien(), PieceID: piece.ID, Designation: piece.Nom},
	}})
	return piece, nil
}

// ModeSaisie is the mode of deposit in which the platform numbers the invoice.
const ModeSaisie = "SAISIE_API"

// Soumettre is soumettre: an invoice entered, or a PDF deposited before sent
// under a number. Its refusals are those of an invoice's own values, of the
// directory and of the number, by their codes.
type Soumettre struct {
	Pour Principal
	// Facture has what the request says; the domain gives the rest. Its
	// Fournisseur names a structure by id, and its Principale a file.
	Facture Facture
	// Destinataire and CodeService are as the request names them.
	Destinataire Identifier
	CodeService  string
	// Valideur is the structure that validates, for A9 and A12; empty is none.
	Valideur            Identifier
	CodeServiceValideur string
}

func (c Soumettre) execute(t *Transaction) (*Facture, error) {
	f := c.Facture
	draft, refusal := t.s.draft(&f)
	if refusal == nil {
		refusal = t.s.supplies(c.Pour, &f)
	}
	if refusal == nil {
		refusal = c.addressed(t, &f)
	}
	if refusal == nil {
		refusal = c.numbered(t, &f, draft)
	}
	if refusal == nil {
		refusal = f.coherent()
	}
	if refusal != nil {
		return nil, refusal
	}
	f.ID, f.DateDepot, f.Auteur = t.s.nextFacture(), t.now, c.Pour.Login
	if draft != nil {
		f.ID, f.Historique = draft.ID, draft.Historique
	}
	f.Statut, f.Suite = StatutDeposee, t.s.acheminement(&f)
	if f.Valideur != nil {
		f.Statut, f.Suite = StatutAValider1, nil
	}
	t.s.attach(&f)
	t.because(t.emit(FactureDeposee{Facture: f, Saisie: f.ModeDepot == ModeSaisie}))
	t.notifyFacture(f.ID)
	sent, _ := t.s.Facture(f.ID)
	return sent, nil
}

// draft finds the draft that a file was deposited as, nil for another file or
// none; the file must be there when the mode of deposit is a PDF.
func (s *State) draft(f *Facture) (*Facture, *Refusal) {
	if f.Principale == nil {
		if f.ModeDepot != ModeSaisie {
			return nil, refuse("main-file-missing", f.ModeDepot)
		}
		return nil, nil
	}
	for _, l := range linked(f) {
		if _, ok := s.PieceJointe(l.PieceID); !ok {
			return nil, refuse("file-unknown", l.PieceID)
		}
	}
	draft, ok := s.Brouillon(f.Principale.PieceID)
	switch {
	case !ok:
		return nil, nil
	case draft.Statut != StatutInterpreteeOCR:
		return nil, refuse("invoice-not-draft", draft.ID, draft.Statut)
	}
	return draft, nil
}

// supplies checks the supplier: an active structure that the caller reaches,
// and one of its services if one is named.
func (s *State) supplies(by Principal, f *Facture) *Refusal {
	supplier, ok := s.data.Structure(f.Fournisseur.StructureID)
	switch {
	case !ok:
		return refuse("supplier-unknown", f.Fournisseur.StructureID)
	case !by.Reaches(supplier.ID):
		return refuse("supplier-out-of-scope", supplier.Identifiant)
	case supplier.Inactive:
		return refuse("supplier-inactive", supplier.Identifiant)
	case f.Fournisseur.ServiceID != 0 && !supplier.hasService(f.Fournisseur.ServiceID):
		return refuse("supplier-service-unknown", f.Fournisseur.ServiceID)
	}
	return nil
}

func (c Soumettre) addressed(t *Transaction, f *Facture) *Refusal {
	to, fautes := t.s.recoit(c.Destinataire, c.CodeService, f.NumeroBonCommande, t.now)
	if len(fautes) > 0 {
		return refuse(string(fautes[0]), c.Destinataire.Value)
	}
	f.Destinataire = to.partie()
	needed := f.Cadre == "A9_FACTURE_SOUSTRAITANT" || f.Cadre == "A12_FACTURE_COTRAITANT"
	if c.Valideur.Value == "" {
		if needed {
			return refuse("validator-required", f.Cadre)
		}
		return nil
	}
	valideur, refusal := t.s.validates(c.Valideur, c.CodeServiceValideur, t.now)
	if refusal == nil && needed {
		f.Valideur = valideur
	}
	return refusal
}

// validates finds a validator: an active structure and the service named.
func (s *State) validates(who Identifier, codeService string, now time.Time) (*Partie, *Refusal) {
	structure, ok := s.data.ByIdentifier(who.Type, who.Value)
	if !ok || structure.Inactive {
		return nil, refuse("validator-unknown", who.Value)
	}
	p := &Partie{StructureID: structure.ID}
	if codeService != "" {
		service := structure.serviceCoded(codeService, now)
		if service == nil {
			return nil, refuse("validator-service-unknown", codeService)
		}
		p.ServiceID = service.ID
	}
	return p, nil
}

// maxNumero is the length of an invoice's number (AIFE, 30/04/2026).
const maxNumero = 20

func (c Soumettre) numbered(t *Transaction, f *Facture, draft *Facture) *Refusal {
	today := dayOf(t.now)
	if f.ModeDepot == ModeSaisie {
		f.Numero, f.DateFacture = t.s.saisi(today), today
		return nil
	}
	if f.DateFacture.IsZero() {
		f.DateFacture = today
	}
	own := int64(0)
	if draft != nil {
		own = draft.ID
	}
	supplier, _ := t.s.data.Structure(f.Fournisseur.StructureID)
	switch {
	case f.Numero == "":
		return refuse("number-missing", f.ModeDepot)
	case !numeroValide(f.Numero):
		return refuse("number-invalid", f.Numero)
	case dayOf(f.DateFacture).After(today):
		return refuse("date-in-future", FormatInstant(f.DateFacture))
	case !t.s.numeroLibre(supplier, f.Annee(), f.Numero, own):
		return refuse("number-taken", f.Numero)
	}
	return nil
}

// numeroValide tells an invoice number of at most 20 characters: letters,
// digits, spaces, - _ / and + (API reference D.3).
func numeroValide(numero string) bool {
	return utf8.RuneCountInString(numero) <= maxNumero && strings.TrimSpace(numero) != "" &&
		!strings.ContainsFunc(numero, func(r rune) bool {
			return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("-_/+ ", r))
		})
}

// dayOf is the day of an instant in Paris, at midnight.
func dayOf(at time.Time) time.Time {
	y, m, d := at.In(Paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Paris)
}

// attach numbers the attachments of an invoice.
func (s *State) attach(f *Facture) {
	next := s.nextLien()
	if f.Principale != nil {
		main := *f.Principale
		main.LienID, next = next, next+1
		f.Principale = &main
	}
	f.Complementaires = slices.Clone(f.Complementaires)
	for i := range f.Complementaires {
		f.Complementaires[i].LienID = next + int64(i)
	}
}

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
// under a number. Its refusals are those of what is missing, of the file, of the
// directory, of the number and of the amounts: all of them at once, but for a
// file that was sent already.
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
	// Fausses are the values that the asker found wrong.
	Fausses []Valeur
}

func (c Soumettre) execute(t *Transaction) (*Facture, error) {
	f := c.Facture
	f.Lignes, f.TVA = orNil(f.Lignes), orNil(f.TVA)
	draft, wrong := t.s.files(c.Pour, &f)
	if len(wrong) > 0 && wrong[0].Code == "invoice-not-draft" {
		return nil, wrong[0]
	}
	wrong = slices.Concat(f.missing(c.Destinataire), fausses(c.Fausses), wrong)
	supplier, more := t.s.supplies(c.Pour, &f)
	wrong = append(wrong, more...)
	wrong = append(wrong, c.addressed(t, &f)...)
	rank, more := c.numbered(t, &f, supplier, draft)
	wrong = append(wrong, more...)
	if !slices.ContainsFunc(c.Fausses, func(v Valeur) bool { return v.Nature == MontantHorsBornes }) {
		wrong = append(wrong, f.incoherences()...)
	}
	if refusal := ensemble(wrong); refusal != nil {
		return nil, refusal
	}
	f.ID, f.DateDepot, f.Auteur = t.s.nextFacture(), t.now, c.Pour.Login
	if draft != nil {
		f.ID, f.Historique = draft.ID, draft.Historique
	}
	f.Statut, f.Suite = StatutDeposee, t.s.acheminement(&f)
	if f.Valideur != nil {
		f.Statut, f.Suite = StatutAValider1, t.s.tacite(&f, t.now)
	}
	t.s.attach(&f)
	t.because(t.emit(FactureDeposee{Facture: f, Saisie: rank}))
	t.notifyFacture(f.ID)
	return t.s.registre.factures[f.ID], nil
}

// orNil makes nothing of an empty list, as a journal does.
func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// missing lists the mandatory values that an invoice does not have. Which ones
// are is what clients' documentation says (all of them in one client's), as the
// official table is not public; lines are official.
func (f *Facture) missing(destinataire Identifier) []*Refusal {
	var all []*Refusal
	for _, field := range []struct {
		name string
		lack bool
	}{
		{"modeDepot", f.ModeDepot == ""},
		{"destinataire.codeDestinataire", destinataire.Value == ""},
		{"fournisseur.idFournisseur", f.Fournisseur.StructureID == 0},
		{"cadreDeFacturation.codeCadreFacturation", f.Cadre == ""},
		{"references.deviseFacture", f.Devise == ""},
		{"references.typeTva", f.TypeTVA == ""},
		{"references.modePaiement", f.ModePaiement == ""},
		{"montantTotal.montantHtTotal", f.Montants.HT.IsZero()},
		{"montantTotal.montantAPayer", f.Montants.APayer.IsZero()},
		{"dateFacture", f.parFichier() && f.DateFacture.IsZero()},
	} {
		if field.lack {
			all = append(all, refuse("field-missing", field.name))
		}
	}
	if f.ModeDepot == ModeSaisie && len(f.Lignes) == 0 {
		all = append(all, refuse("lines-missing", f.ModeDepot))
	}
	return all
}

// parFichier tells an invoice that is sent as a file: its number, its date and
// its file are then the request's.
func (f *Facture) parFichier() bool { return f.ModeDepot != "" && f.ModeDepot != ModeSaisie }

// files finds what is wrong with the files of an invoice, and the draft that its
// main one was deposited as, nil for another file or none.
func (s *State) files(by Principal, f *Facture) (*Facture, []*Refusal) {
	var wrong []*Refusal
	if f.Principale == nil && f.parFichier() {
		wrong = append(wrong, refuse("main-file-missing", f.ModeDepot))
	}
	if f.Principale != nil {
		if _, ok := s.pieceDe(by, f.Principale.PieceID); !ok {
			wrong = append(wrong, refuse("file-unknown", f.Principale.PieceID))
		} else if draft, ok := s.Brouillon(f.Principale.PieceID); ok {
			if draft.Statut != StatutInterpreteeOCR {
				return nil, []*Refusal{refuse("invoice-not-draft", draft.ID, draft.Statut)}
			}
			return draft, append(wrong, s.attachable(by, f.Complementaires)...)
		}
	}
	return nil, append(wrong, s.attachable(by, f.Complementaires)...)
}

// attachable finds what is wrong with complementary attachments: each is a file
// of the caller's, with a designation and a type (official: mandatory).
func (s *State) attachable(by Principal, pieces []PieceLiee) []*Refusal {
	var wrong []*Refusal
	for _, p := range pieces {
		if _, ok := s.pieceDe(by, p.PieceID); !ok {
			wrong = append(wrong, refuse("file-unknown", p.PieceID))
		}
		if p.Designation == "" || p.Type == "" {
			wrong = append(wrong, refuse("attachment-incomplete", p.PieceID))
		}
		if len(wrong) >= maxMistakes {
			break
		}
	}
	return wrong
}

// pieceDe finds a file that the caller may attach: one of his own, or one that
// lies in the space of a structure that he reaches.
func (s *State) pieceDe(by Principal, id int64) (*PieceJointe, bool) {
	p, ok := s.PieceJointe(id)
	if !ok || foldLogin(p.Par) != foldLogin(by.Login) && !(p.StructureID != 0 && by.Reaches(p.StructureID)) {
		return nil, false
	}
	return p, true
}

// supplies checks the supplier: an active structure that the caller reaches,
// one of its services and one of its bank accounts if they are named. The
// structure is nil when it is none that the caller may use.
func (s *State) supplies(by Principal, f *Facture) (*Structure, []*Refusal) {
	if f.Fournisseur.StructureID == 0 {
		return nil, nil
	}
	supplier, ok := s.data.Structure(f.Fournisseur.StructureID)
	switch {
	case !ok:
		return nil, []*Refusal{refuse("supplier-unknown", f.Fournisseur.StructureID)}
	case !by.Reaches(supplier.ID):
		return nil, []*Refusal{refuse("supplier-out-of-scope", supplier.Identifiant)}
	}
	var wrong []*Refusal
	if supplier.Inactive {
		wrong = append(wrong, refuse("supplier-inactive", supplier.Identifiant))
	}
	if f.Fournisseur.ServiceID != 0 && !supplier.hasService(f.Fournisseur.ServiceID) {
		wrong = append(wrong, refuse("supplier-service-unknown", f.Fournisseur.ServiceID))
	}
	if f.CoordonneesBancaires != 0 {
		account, ok := supplier.CoordonneeBancaire(f.CoordonneesBancaires)
		if !ok || account.Inactive {
			wrong = append(wrong, refuse("bank-account-unknown", f.CoordonneesBancaires))
		}
	}
	return supplier, wrong
}

func (c Soumettre) addressed(t *Transaction, f *Facture) []*Refusal {
	var wrong []*Refusal
	if c.Destinataire.Value != "" {
		to, fautes := t.s.recoit(c.Destinataire, c.CodeService, f.NumeroBonCommande, t.now)
		for _, one := range fautes {
			wrong = append(wrong, refuse(string(one), c.Destinataire.Value))
		}
		if len(fautes) == 0 {
			f.Destinataire = to.partie()
		}
	}
	needed := f.Cadre == "A9_FACTURE_SOUSTRAITANT" || f.Cadre == "A12_FACTURE_COTRAITANT"
	if c.Valideur.Value == "" {
		if needed {
			wrong = append(wrong, refuse("validator-required", f.Cadre))
		}
		return wrong
	}
	valideur, refusal := t.s.validates(c.Valideur, c.CodeServiceValideur, t.now)
	if refusal != nil {
		return append(wrong, refusal)
	}
	if needed {
		f.Valideur = valideur
	}
	return wrong
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

// firstYear and lastYear bound the date of an invoice (rule BR-FR-03 of the
// French reform, and of the sandbox's clock).
const (
	firstYear = 2000
	lastYear  = 2099
)

// numbered gives an invoice its number and its date, or checks those it has; the
// rank is what the platform's own number counts, 0 for another.
func (c Soumettre) numbered(t *Transaction, f *Facture, supplier *Structure, draft *Facture) (rank int64, wrong []*Refusal) {
	today := dayOf(t.now)
	if !f.parFichier() {
		f.DateFacture = today
		if supplier != nil {
			f.Numero, rank = t.s.saisi(supplier, today.Year())
		}
		return rank, nil
	}
	switch day := dayOf(f.DateFacture); {
	case f.DateFacture.IsZero():
	case day.Year() < firstYear || day.Year() > lastYear:
		wrong = append(wrong, refuse("date-out-of-range", day.Format(time.DateOnly)))
	case day.After(today):
		wrong = append(wrong, refuse("date-in-future", day.Format(time.DateOnly)))
	default:
		f.DateFacture = day
	}
	own := int64(0)
	if draft != nil {
		own = draft.ID
	}
	switch {
	case f.Numero == "":
		wrong = append(wrong, refuse("number-missing", f.ModeDepot))
	case !numeroValide(f.Numero):
		wrong = append(wrong, refuse("number-invalid", f.Numero))
	case supplier != nil && !f.DateFacture.IsZero() && !t.s.numeroLibre(supplier, f.Annee(), f.Numero, own):
		wrong = append(wrong, refuse("number-taken", f.Numero))
	}
	return 0, wrong
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
	f.Complementaires = orNil(slices.Clone(f.Complementaires))
	for i := range f.Complementaires {
		f.Complementaires[i].LienID = next + int64(i)
	}
}

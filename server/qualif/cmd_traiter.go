package qualif

import "strings"

// TraiterRecue is traiter/recue: the recipient gives an invoice its next status.
// What the automatic recipient was to do is dropped.
type TraiterRecue struct {
	Pour      Principal
	FactureID int64
	Statut    Statut
	// Motif is mandatory where Statut.ExigeMotif says so.
	Motif          string
	NumeroDPMandat string
}

func (c TraiterRecue) execute(t *Transaction) (*Facture, error) {
	f, refusal := t.s.recue(c.Pour, c.FactureID)
	switch {
	case refusal != nil:
		return nil, refusal
	case !Traitable(f.Statut, c.Statut):
		return nil, refuse("status-incoherent", f.ID, f.Statut, c.Statut)
	case c.Statut.ExigeMotif() && c.Motif == "":
		return nil, refuse("reason-missing", c.Statut)
	}
	t.because(t.emit(FactureStatut{
		FactureID: f.ID, Statut: c.Statut, Motif: c.Motif, Par: c.Pour.Login, NumeroDPMandat: c.NumeroDPMandat, Arrete: true,
	}))
	t.notifyFacture(f.ID)
	return t.s.registre.factures[f.ID], nil
}

// recue finds an invoice that the caller sees as its recipient.
func (s *State) recue(by Principal, id int64) (*Facture, *Refusal) {
	f, ok := s.Facture(id)
	switch {
	case !ok:
		return nil, refuse("invoice-unknown", id)
	case !by.Reaches(f.Destinataire.StructureID):
		return nil, refuse("invoice-out-of-scope", id)
	case !f.Statut.ChezDestinataire():
		return nil, refuse("invoice-not-arrived", id, f.Statut)
	}
	return f, nil
}

// NoterTelechargement marks invoices as downloaded by their recipient, where the
// caller is that.
type NoterTelechargement struct {
	Pour Principal
	IDs  []int64
}

func (c NoterTelechargement) execute(t *Transaction) (struct{}, error) {
	for _, id := range c.IDs {
		f, ok := t.s.Facture(id)
		if ok && c.Pour.Reaches(f.Destinataire.StructureID) && f.Statut.ChezDestinataire() {
			t.emit(FactureAction{FactureID: id, Code: ActionTelechargement, Par: c.Pour.Login})
		}
	}
	return struct{}{}, nil
}

// The actions of a validator (a client's; no official list is public).
const (
	ActionValider = "VALIDATION"
	ActionRefuser = "REFUS"
)

// MotifMauvaisValideur is the reason of a refusal by which a validator says that
// the invoice is not his to judge (official, among the reasons of works
// invoices).
const MotifMauvaisValideur = "MAUVAIS_VALIDEUR"

// TraiterAValider is traiter/factureAValider: the validator accepts an invoice,
// which then sets out to its recipient, or refuses it with a reason.
type TraiterAValider struct {
	Pour      Principal
	FactureID int64
	// Action is one of the actions above.
	Action string
	// ValideurID is the structure on whose behalf, 0 for the one that it is.
	ValideurID int64
	// Motif is mandatory for a refusal.
	Motif, Complement string
}

func (c TraiterAValider) execute(t *Transaction) (*Facture, error) {
	f, ok := t.s.Facture(c.FactureID)
	switch {
	case !ok:
		return nil, refuse("invoice-unknown", c.FactureID)
	case f.Valideur == nil || !c.Pour.Reaches(f.Valideur.StructureID):
		return nil, refuse("invoice-out-of-scope", f.ID)
	case c.ValideurID != 0 && c.ValideurID != f.Valideur.StructureID:
		return nil, refuse("validator-other", c.ValideurID, f.ID)
	case f.Statut != StatutAValider1:
		return nil, refuse("invoice-not-to-validate", f.ID, f.Statut)
	case c.Action != ActionValider && c.Action != ActionRefuser:
		return nil, refuse("action-unknown", c.Action)
	case c.Action == ActionRefuser && c.Motif == "":
		return nil, refuse("reason-missing", c.Action)
	}
	t.because(t.emit(c.verdict(t.s, f)))
	t.notifyFacture(f.ID)
	return t.s.registre.factures[f.ID], nil
}

func (c TraiterAValider) verdict(s *State, f *Facture) FactureStatut {
	change := FactureStatut{FactureID: f.ID, Par: c.Pour.Login, Motif: c.Motif, Arrete: true}
	switch {
	case c.Complement != "" && c.Motif != "":
		change.Motif += " - " + c.Complement
	case c.Complement != "":
		change.Motif = c.Complement
	}
	switch {
	case c.Action == ActionValider:
		change.Statut = StatutValidee1
		change.Suite = append([]Etape{{Statut: StatutDeposee}}, s.acheminement(f)...)
	case strings.EqualFold(c.Motif, MotifMauvaisValideur):
		change.Statut = StatutErreurValideur
	default:
		change.Statut = StatutRefusee1
	}
	return change
}

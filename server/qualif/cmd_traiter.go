package qualif

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

// The actions of a validator.
const (
	ActionValider = "VALIDER"
	ActionRefuser = "REFUSER"
	// ActionErreur says that the invoice is not this validator's to judge.
	ActionErreur = "ERREUR_VALIDEUR"
)

// TraiterAValider is traiter/factureAValider: the validator accepts an invoice,
// which then sets out to its recipient, or refuses it with a reason.
type TraiterAValider struct {
	Pour      Principal
	FactureID int64
	// Action is one of the actions above.
	Action            string
	Motif, Complement string
}

func (c TraiterAValider) execute(t *Transaction) (*Facture, error) {
	f, ok := t.s.Facture(c.FactureID)
	switch {
	case !ok:
		return nil, refuse("invoice-unknown", c.FactureID)
	case f.Valideur == nil || !c.Pour.Reaches(f.Valideur.StructureID):
		return nil, refuse("invoice-out-of-scope", f.ID)
	case f.Statut != StatutAValider1:
		return nil, refuse("invoice-not-to-validate", f.ID, f.Statut)
	case c.Action != ActionValider && c.Motif == "":
		return nil, refuse("reason-missing", c.Action)
	}
	change := FactureStatut{FactureID: f.ID, Par: c.Pour.Login, Motif: c.Motif, Arrete: true}
	if c.Complement != "" {
		change.Motif = c.Motif + " - " + c.Complement
	}
	switch c.Action {
	case ActionValider:
		change.Statut = StatutValidee1
		change.Suite = append([]Etape{{Statut: StatutDeposee}}, t.s.acheminement(f)...)
	case ActionRefuser:
		change.Statut = StatutRefusee1
	case ActionErreur:
		change.Statut = StatutErreurValideur
	default:
		return nil, refuse("action-unknown", c.Action)
	}
	t.because(t.emit(change))
	t.notifyFacture(f.ID)
	return t.s.registre.factures[f.ID], nil
}

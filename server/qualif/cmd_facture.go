package qualif

import "slices"

// Completer is completer: the supplier answers a suspension, with attachments
// or a comment. What the automatic recipient was to do next goes on, unless the
// comment tells it otherwise.
type Completer struct {
	Pour      Principal
	FactureID int64
	// Commentaire is nil to leave the invoice's own.
	Commentaire *string
	Pieces      []PieceLiee
}

func (c Completer) execute(t *Transaction) (*Facture, error) {
	f, refusal := t.s.emise(c.Pour, c.FactureID)
	switch {
	case refusal != nil:
		return nil, refusal
	case f.Statut != StatutSuspendue:
		return nil, refuse("invoice-not-suspended", f.ID, f.Statut)
	case c.Commentaire == nil && len(c.Pieces) == 0:
		return nil, refuse("completion-empty", f.ID)
	}
	if refusal := ensemble(t.s.attachable(c.Pour, c.Pieces)); refusal != nil {
		return nil, refusal
	}
	t.because(t.emit(FactureModifiee{FactureID: f.ID, Par: c.Pour.Login, Commentaire: c.Commentaire, Complementaires: t.s.numbered(c.Pieces)}))
	change := FactureStatut{FactureID: f.ID, Statut: StatutCompletee, Par: c.Pour.Login}
	if c.Commentaire != nil {
		change.Motif = *c.Commentaire
		if _, told, _ := LireConsigne(change.Motif); told {
			f, _ = t.s.Facture(f.ID)
			change.Arrete, change.Suite = true, t.s.conduite(f)
		}
	}
	t.emit(change)
	t.notifyFacture(f.ID)
	return t.s.registre.factures[f.ID], nil
}

// numbered gives new attachments their numbers.
func (s *State) numbered(pieces []PieceLiee) []PieceLiee {
	all := orNil(slices.Clone(pieces))
	for i := range all {
		all[i].LienID = s.nextLien() + int64(i)
	}
	return all
}

// emise finds an invoice that the caller sees as its supplier.
func (s *State) emise(by Principal, id int64) (*Facture, *Refusal) {
	f, ok := s.Facture(id)
	switch {
	case !ok:
		return nil, refuse("invoice-unknown", id)
	case !by.Reaches(f.Fournisseur.StructureID):
		return nil, refuse("invoice-out-of-scope", id)
	}
	return f, nil
}

// Recycler is recycler: the supplier sends an invoice at A_RECYCLER to the right
// recipient; it sets out again from its deposit.
type Recycler struct {
	Pour      Principal
	FactureID int64
	// Destinataire is empty to keep the recipient; CodeService is then one of
	// its services, or empty to keep the service.
	Destinataire Identifier
	CodeService  string
	Commentaire  *string
	References   References
	// Fausses are the values that the asker found wrong.
	Fausses []Valeur
}

func (c Recycler) execute(t *Transaction) (*Facture, error) {
	f, refusal := t.s.emise(c.Pour, c.FactureID)
	switch {
	case refusal != nil:
		return nil, refusal
	case f.Statut != StatutARecycler:
		return nil, refuse("invoice-not-to-recycle", f.ID, f.Statut)
	}
	recipient, service := c.readdressed(t.s, f)
	commitment := c.References.NumeroBonCommande
	if commitment == "" {
		commitment = f.NumeroBonCommande
	}
	to, fautes := t.s.recoit(recipient, service, commitment, t.now)
	wrong := fausses(c.Fausses)
	for _, one := range fautes {
		wrong = append(wrong, refuse(string(one), recipient.Value))
	}
	if refusal := ensemble(wrong); refusal != nil {
		return nil, refusal
	}
	party := to.partie()
	t.because(t.emit(FactureModifiee{
		FactureID: f.ID, Par: c.Pour.Login, Destinataire: &party, Commentaire: c.Commentaire, References: &c.References, DateDepot: t.now,
	}))
	f, _ = t.s.Facture(f.ID)
	t.emit(FactureStatut{FactureID: f.ID, Statut: StatutDeposee, Par: c.Pour.Login, Arrete: true, Suite: t.s.acheminement(f)})
	return t.s.registre.factures[f.ID], nil
}

// readdressed is where an invoice is to go now.
func (c Recycler) readdressed(s *State, f *Facture) (recipient Identifier, codeService string) {
	if c.Destinataire.Value != "" {
		return c.Destinataire, c.CodeService
	}
	structure, _ := s.data.Structure(f.Destinataire.StructureID)
	if service, ok := structure.Service(f.Destinataire.ServiceID); ok && c.CodeService == "" {
		c.CodeService = service.Code
	}
	return Identifier{structure.TypeIdentifiant, structure.Identifiant}, c.CodeService
}

// CorrigerValideur is corriger/valideur/facture: the supplier names another
// validator for an invoice that its validator refused as not its own.
type CorrigerValideur struct {
	Pour        Principal
	FactureID   int64
	Valideur    Identifier
	CodeService string
}

func (c CorrigerValideur) execute(t *Transaction) (*Facture, error) {
	f, refusal := t.s.emise(c.Pour, c.FactureID)
	switch {
	case refusal != nil:
		return nil, refusal
	case f.Statut != StatutErreurValideur:
		return nil, refuse("invoice-validator-right", f.ID, f.Statut)
	}
	valideur, refusal := t.s.validates(c.Valideur, c.CodeService, t.now)
	if refusal != nil {
		return nil, refusal
	}
	t.because(t.emit(FactureModifiee{FactureID: f.ID, Par: c.Pour.Login, Valideur: valideur}))
	f, _ = t.s.Facture(f.ID)
	t.emit(FactureStatut{FactureID: f.ID, Statut: StatutAValider1, Par: c.Pour.Login, Arrete: true, Suite: t.s.tacite(f, t.now)})
	t.notifyFacture(f.ID)
	return t.s.registre.factures[f.ID], nil
}

// TraiterRejets is traiterRejet: the supplier takes note of rejections, all or
// none.
type TraiterRejets struct {
	Pour Principal
	IDs  []int64
}

func (c TraiterRejets) execute(t *Transaction) (struct{}, error) {
	for _, id := range c.IDs {
		f, refusal := t.s.emise(c.Pour, id)
		switch {
		case refusal != nil:
			return struct{}{}, refusal
		case f.Statut != StatutRejetee:
			return struct{}{}, refuse("invoice-not-rejected", id, f.Statut)
		}
	}
	for _, id := range c.IDs {
		if f, _ := t.s.Facture(id); !f.RejetTraite {
			t.emit(FactureAction{FactureID: id, Code: ActionTraiteRejet, Par: c.Pour.Login})
		}
	}
	return struct{}{}, nil
}

// DetacherPiece is detacherPieceJointe: a complementary attachment is taken from
// an invoice that has not been sent, or that its supplier is completing.
type DetacherPiece struct {
	Pour   Principal
	LienID int64
}

func (c DetacherPiece) execute(t *Transaction) (struct{}, error) {
	for _, structure := range c.Pour.Structures {
		for _, id := range t.s.FacturesDe(structure.ID) {
			f, _ := t.s.Facture(id)
			if !slices.ContainsFunc(f.Complementaires, func(l PieceLiee) bool { return l.LienID == c.LienID }) {
				continue
			}
			if f.Statut != StatutInterpreteeOCR && f.Statut != StatutSuspendue && f.Statut != StatutBrouillon {
				return struct{}{}, refuse("invoice-attachments-fixed", f.ID, f.Statut)
			}
			t.emit(PieceJointeDetachee{FactureID: f.ID, LienID: c.LienID, Par: c.Pour.Login})
			return struct{}{}, nil
		}
	}
	return struct{}{}, refuse("attachment-unknown", c.LienID)
}

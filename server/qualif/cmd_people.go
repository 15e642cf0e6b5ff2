package qualif

import "slices"

// ChangeMyContact is a person's own new contact address; where the profile says
// so, the technical accounts of the structures they manage follow (AIFE, guide
// of 2020, second propagation rule), and are the result.
type ChangeMyContact struct {
	// By is the login of the person asking.
	By      string
	Contact string
}

func (c ChangeMyContact) execute(t *Transaction) ([]*TechnicalAccount, error) {
	if refusal := checkEmail(c.Contact); refusal != nil {
		return nil, refusal
	}
	person, ok := t.s.data.Person(c.By)
	if !ok {
		return nil, refuse("person-unknown", c.By)
	}
	t.because(t.emit(PersonContactChanged{Login: person.Login, Contact: c.Contact}))
	var followed []*TechnicalAccount
	for _, structure := range t.s.ManagedBy(person.Login) {
		followed = append(followed, t.follow(structure.ID, person.Login)...)
	}
	return followed, nil
}

// TransferManager passes the role of gestionnaire principal to another person
// attached to the structure; where the profile says so, the contact address of
// its technical accounts becomes the new manager's (AIFE, guide of 2020, first
// propagation rule).
type TransferManager struct {
	// By is the login of the manager, who asks.
	By    string
	Siret string
	// To is the login of the new manager.
	To string
}

// Transferred is the structure's new manager, with the technical accounts whose
// contact address followed.
type Transferred struct {
	Siret    string
	Manager  string
	Accounts []*TechnicalAccount
}

func (c TransferManager) execute(t *Transaction) (Transferred, error) {
	s := t.s
	structure, refusal := s.managed(c.By, c.Siret)
	if refusal != nil {
		return Transferred{}, refusal
	}
	person, ok := s.data.Person(c.To)
	switch {
	case !ok:
		return Transferred{}, refuse("person-unknown", c.To)
	case person.Inactif:
		return Transferred{}, refuse("person-inactive", person.Login)
	case foldLogin(person.Login) == foldLogin(c.By):
		return Transferred{}, refuse("already-manager", person.Login, c.Siret)
	}
	attached := func(r *Rattachement) bool { return foldLogin(r.Login) == foldLogin(person.Login) }
	if !slices.ContainsFunc(s.RattachementsTo(structure.ID), attached) {
		return Transferred{}, refuse("person-not-attached", person.Login, c.Siret)
	}
	t.because(t.emit(ManagerChanged{
		StructureID: structure.ID, Siret: structure.Identifiant, From: s.personLogin(c.By), To: person.Login,
		FromRole: s.Profile.Role(GestionnaireSecondaire),
	}))
	return Transferred{structure.Identifiant, person.Login, t.follow(structure.ID, person.Login)}, nil
}

// follow gives the accounts of a structure their manager's contact address,
// where the profile's contact follows; it returns those that changed.
func (t *Transaction) follow(structureID int64, manager string) []*TechnicalAccount {
	if t.s.Profile.ContactMode != "follow" {
		return nil
	}
	contact := t.s.ContactOf(manager)
	var changed []*TechnicalAccount
	for _, a := range t.s.AccountsOf(structureID) {
		if a.Contact != contact {
			t.emit(ContactChanged{Login: a.Login, Contact: contact, By: manager})
			a, _ = t.s.Account(a.Login)
			changed = append(changed, a)
		}
	}
	return changed
}

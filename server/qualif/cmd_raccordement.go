package qualif

import "slices"

// DeclareRaccordement is "Déclarer un raccordement PISTE": the structure lets a
// PISTE application call the APIs for it. A technical account is needed first
// (AIFE, "Raccordement à Chorus Pro"). Without any declaration the gateway
// answers 403 to all of the application's calls. Declaring twice is no error.
type DeclareRaccordement struct {
	// By is the login of the gestionnaire principal asking.
	By    string
	Siret string
	// Application is a PISTE application's name.
	Application string
	// Contact is the technical contact that the form asks for: it is checked
	// and changes nothing.
	Contact string
}

func (c DeclareRaccordement) execute(t *Transaction) (*Application, error) {
	s := t.s
	structure, refusal := s.managed(c.By, c.Siret)
	if refusal != nil {
		return nil, refusal
	}
	if c.Contact != "" {
		if refusal := checkEmail(c.Contact); refusal != nil {
			return nil, refusal
		}
	}
	app, known := s.applications[c.Application]
	switch {
	case structure.Inactive:
		return nil, refuse("structure-inactive", c.Siret)
	case len(s.AccountsOf(structure.ID)) == 0:
		return nil, refuse("raccordement-without-account", c.Siret)
	case !known:
		return nil, refuse("application-unknown", c.Application)
	case slices.Contains(app.Raccordements, structure.ID):
		return app, nil
	}
	changed := *app
	changed.Raccordements = append(slices.Clone(app.Raccordements), structure.ID)
	slices.Sort(changed.Raccordements)
	t.emit(ApplicationChanged{Application: changed})
	return s.applications[changed.Name], nil
}

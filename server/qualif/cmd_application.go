package qualif

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PutApplication registers a PISTE application or changes one: what PISTE's own
// pages do for subscriptions and CGU, and the portal's for raccordements. A nil
// list leaves what is there (for a new application: everything, and no
// raccordement).
type PutApplication struct {
	// Name is 1 to 100 printable bytes without a slash.
	Name string
	// Enabled tells whether calls with its tokens pass (it gets tokens all the
	// same); nil leaves it.
	Enabled *bool
	// Subscriptions and Terms are among APIs.
	Subscriptions, Terms []string
	// Raccordements are SIRETs of this sandbox's structures.
	Raccordements []string
}

func (c PutApplication) execute(t *Transaction) (*Application, error) {
	s := t.s
	if !isApplicationName(c.Name) {
		return nil, applicationInvalid("name", fmt.Sprintf("name %q is empty, longer than 100 bytes, or has a slash or an unprintable character", c.Name))
	}
	app := s.applicationNamed(c.Name)
	if c.Enabled != nil {
		app.Enabled = *c.Enabled
	}
	for _, list := range []struct {
		field string
		from  []string
		to    *[]string
	}{{"subscriptions", c.Subscriptions, &app.Subscriptions}, {"terms", c.Terms, &app.Terms}} {
		if list.from == nil {
			continue
		}
		for _, api := range list.from {
			if !slices.Contains(APIs, api) {
				return nil, applicationInvalid(list.field, fmt.Sprintf("API %q is none of %s", api, strings.Join(APIs, ", ")))
			}
		}
		*list.to = slices.Clone(list.from)
	}
	if c.Raccordements != nil {
		app.Raccordements = []int64{}
		for _, siret := range c.Raccordements {
			structure, ok := s.data.ByIdentifier(SIRET, siret)
			if !ok {
				return nil, refuse("structure-unknown", siret)
			}
			app.Raccordements = append(app.Raccordements, structure.ID)
		}
		slices.Sort(app.Raccordements)
		app.Raccordements = slices.Compact(app.Raccordements)
	}
	t.emit(ApplicationChanged{Application: app})
	return s.applications[app.Name], nil
}

// isApplicationName tells whether a name can be written in a path and a journal.
func isApplicationName(name string) bool {
	unfit := func(r rune) bool { return r == '/' || r == utf8.RuneError || !unicode.IsPrint(r) }
	return name != "" && len(name) <= 100 && !strings.ContainsFunc(name, unfit)
}

// applicationNamed is a copy of the application as it is, or a new one.
func (s *State) applicationNamed(name string) Application {
	if app, ok := s.applications[name]; ok {
		return *app
	}
	return Application{
		Name: name, ID: uint32(len(s.applications) + 1), ClientID: clientID(s.Seed, s.Name, name),
		Enabled: true, Subscriptions: slices.Clone(APIs), Terms: slices.Clone(APIs), Raccordements: []int64{},
	}
}

// clientID derives the OAuth2 client_id of an application of a sandbox.
func clientID(seed int64, sandbox, application string) string {
	return uuid(seed, "client id "+sandbox+"/"+application)
}

func applicationInvalid(field, why string) *Refusal {
	r := refuse("application-invalid", why)
	r.Field = field
	return r
}

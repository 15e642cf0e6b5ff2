package control

import (
	"fmt"
	"slices"
	"strings"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type applications struct {
	Remote remote `embed:""`

	List applicationsList `cmd:"" help:"List the PISTE applications of the sandbox: what each may use, and who declared it." example:"applications list"`
	Show applicationsShow `cmd:"" help:"Show a PISTE application, with its client_id and client_secret." example:"applications show APP_2"`
	Put  applicationsPut  `cmd:"" help:"Register a PISTE application, or change one; what is not given stays. A new one is enabled, has subscribed to every API, and no structure has declared it." example:"applications put APP_2; applications put APP_2 --subscriptions structures,factures --terms none; applications put APP_2 --raccordements 84965690500015; applications put APP_2 --disable"`
}

type applicationsList struct{}

// Run implements the command.
func (applicationsList) Run(r *Run, g *applications) error {
	return talk(r, &g.Remote, func(s *session) ([]client.Application, error) { return s.sandbox.Applications(s.Context) },
		func(s *session, all []client.Application) error {
			t := table.New("APPLICATION", "ENABLED", "SUBSCRIPTIONS", "TERMS ACCEPTED", "RACCORDEMENTS")
			for _, a := range all {
				t.Add(a.Name, yes(a.Enabled), listed(a.Subscriptions), listed(a.Terms), listed(a.Raccordements))
			}
			return s.print(t, "no applications")
		})
}

// listed writes a list as flags read it.
func listed(all []string) string {
	if len(all) == 0 {
		return nobody
	}
	return strings.Join(all, ",")
}

// nobody stands for the empty list.
const nobody = "none"

func showApplication(s *session, a client.Application) error {
	return card("application", a.Name, "client_id", a.ClientID, "client_secret", a.ClientSecret, "enabled", yes(a.Enabled), "subscriptions", listed(a.Subscriptions),
		"terms accepted", listed(a.Terms), "raccordements", listed(a.Raccordements)).Print(s.screen())
}

type applicationsShow struct {
	Name string `arg:"" help:"The application." placeholder:"NAME" complete:"application"`
}

// Run implements the command: with --json it prints the application alone, as
// the list has it.
func (c *applicationsShow) Run(r *Run, g *applications) error {
	return talk(r, &g.Remote, func(s *session) (client.Application, error) {
		all, err := s.sandbox.Applications(s.Context)
		if err != nil {
			return client.Application{}, err
		}
		i := slices.IndexFunc(all, func(a client.Application) bool { return a.Name == c.Name })
		if i < 0 {
			return client.Application{}, fmt.Errorf("sandbox %s has no PISTE application %s; chorus-qualif applications list shows those there are", s.sandbox.Name(), c.Name)
		}
		return all[i], s.tape.keep("applications", i)
	}, showApplication)
}

type applicationsPut struct {
	Name          string   `arg:"" help:"The application." placeholder:"NAME" complete:"application"`
	Enable        bool     `help:"PISTE gives it tokens." xor:"enabled"`
	Disable       bool     `help:"PISTE refuses it tokens (invalid_client)." xor:"enabled"`
	Subscriptions []string `help:"The APIs that it has subscribed to, instead of those before: factures, structures, transverses, utilisateurs, engagementsJuridiques, facturesTravaux, or none. [as before]" placeholder:"API,…" complete:"api" sep:","`
	Terms         []string `help:"The APIs whose CGU are accepted, instead of those before; or none. [as before]" placeholder:"API,…" complete:"api" sep:","`
	Raccordements []string `help:"The SIRETs of the structures that declared it on the portal, instead of those before; or none. [as before]" placeholder:"SIRET,…" complete:"siret" sep:","`
}

// Run implements the command.
func (c *applicationsPut) Run(r *Run, g *applications) error {
	k := read(r)
	spec := client.ApplicationSpec{
		Subscriptions: k.list("subscriptions", c.Subscriptions), Terms: k.list("terms", c.Terms), Raccordements: k.list("raccordements", c.Raccordements),
	}
	if c.Enable || c.Disable {
		spec.Enabled = &c.Enable
	}
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Application, error) { return s.sandbox.PutApplication(s.Context, c.Name, spec) }, showApplication)
}

// list reads a list that may be none; nil when it is not given. An empty one is
// a variable of a script that is not set.
func (g *reader) list(flag string, given []string) *[]string {
	switch {
	case len(given) == 0 && g.source(flag) != "flag --"+flag:
		return nil
	case slices.Equal(given, []string{nobody}):
		return &[]string{}
	case len(given) == 0 || slices.Contains(given, "") || slices.Contains(given, nobody):
		g.fail(flag, strings.Join(given, ","), "values with commas between them, or none alone")
	}
	return &given
}

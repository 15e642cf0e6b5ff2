package control

import (
	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type accounts struct {
	Remote remote `embed:""`

	List    accountsList    `cmd:"" help:"List the technical accounts of the sandbox, deleted ones included." example:"accounts list"`
	Explain accountsExplain `cmd:"" help:"Tell whether a technical account would work now, and if not why, and when it will." example:"accounts explain TECH_1_41783652090157@cpro.fr"`
}

type accountsList struct{}

// Run implements the command.
func (accountsList) Run(r *Run, g *accounts) error {
	return talk(r, &g.Remote, func(s *session) ([]client.Account, error) { return s.sandbox.Accounts(s.Context) },
		func(s *session, all []client.Account) error {
			t := table.New("LOGIN", "STATUS", "WORKS", "PASSWORD", "EXPIRES", "PENDING", "CONTACT")
			for _, a := range all {
				pending := ""
				if a.Pending != nil {
					pending = a.Pending.Status + " " + moment(a.Pending.At)
				}
				t.Add(a.Login, a.Status, yes(a.Usable), a.PasswordStatus, moment(a.PasswordExpiresAt), pending, a.ContactEmail)
			}
			return s.print(t, "no technical accounts")
		})
}

type accountsExplain struct {
	Login string `arg:"" help:"The technical account." placeholder:"LOGIN" complete:"login"`
}

// Run implements the command.
func (c *accountsExplain) Run(r *Run, g *accounts) error {
	return talk(r, &g.Remote, func(s *session) (client.AccountExplained, error) { return s.sandbox.ExplainAccount(s.Context, c.Login) }, showAccount)
}

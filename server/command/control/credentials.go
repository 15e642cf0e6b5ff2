package control

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type sandboxesCredentials struct {
	Name   *string `arg:"" optional:"" help:"The sandbox; that of --sandbox when absent." placeholder:"NAME" complete:"sandbox"`
	Format string  `default:"table" enum:"table,env,dotenv,json,curl" help:"table; env for a shell (QUALIF_TOKEN_URL, QUALIF_API_URL, QUALIF_CLIENT_ID, QUALIF_CLIENT_SECRET, QUALIF_LOGIN, QUALIF_PASSWORD, QUALIF_CPRO_ACCOUNT, QUALIF_SIRET, QUALIF_MANAGER_LOGIN, QUALIF_MANAGER_PASSWORD, QUALIF_PORTAL_API_URL, QUALIF_ADMIN_URL, QUALIF_SANDBOX); dotenv, the same for a file .env; json, as --json; curl, a first call to paste. [${default}]" placeholder:"FORM"`
}

// Run implements the command.
func (c *sandboxesCredentials) Run(r *Run, g *sandboxes) error {
	at, err := g.about(r, c.Name)
	if err != nil {
		return err
	}
	at.JSON = at.JSON || c.Format == "json"
	return talk(r, at, func(s *session) (client.Credentials, error) { return s.sandbox.Credentials(s.Context) },
		func(s *session, given client.Credentials) error {
			switch c.Format {
			case "env":
				return write(s, exports(s.variables(given)))
			case "dotenv":
				return write(s, qualify.DotEnv(s.variables(given)))
			case "curl":
				return curl(s.Stdout, given)
			}
			return showCredentials(s, given)
		})
}

func showCredentials(s *session, c client.Credentials) error {
	if err := card("sandbox", c.Sandbox, "token URL", c.OAuthURL, "API URL", c.APIURL, "client_id", c.ClientID,
		"client_secret", c.ClientSecret, "application", c.ApplicationName).Print(s.screen()); err != nil {
		return err
	}
	accounts := table.New("TECHNICAL ACCOUNT", "STATUS", "WORKS", "STRUCTURE", "PASSWORD", "CPRO-ACCOUNT")
	for _, a := range c.TechnicalAccounts {
		accounts.Add(a.Login, a.Status, yes(a.Usable), a.Structure, a.Password, a.CproAccount)
	}
	managers := table.New("MANAGER", "PASSWORD", "STRUCTURES")
	for _, m := range c.Managers {
		managers.Add(m.Login, m.Password, strings.Join(m.Structures, " "))
	}
	for _, t := range []*table.Table{accounts, managers} {
		if t.Len() == 0 {
			continue
		}
		if _, err := fmt.Fprintln(s.Stdout); err != nil {
			return err
		}
		if err := t.Print(s.screen()); err != nil {
			return err
		}
	}
	return nil
}

// variables are what a client reads from its environment, as NAME=value under the
// names that exec uses; what the sandbox does not have is left out.
func (s *session) variables(c client.Credentials) []string {
	account, works := c.Usable()
	var manager client.ManagerCredentials
	if i := slices.IndexFunc(c.Managers, func(m client.ManagerCredentials) bool {
		return !works || slices.Contains(m.Structures, account.Structure)
	}); i >= 0 {
		manager = c.Managers[i]
	}
	return slices.DeleteFunc([]string{
		"QUALIF_TOKEN_URL=" + c.OAuthURL, "QUALIF_API_URL=" + c.APIURL, "QUALIF_CLIENT_ID=" + c.ClientID, "QUALIF_CLIENT_SECRET=" + c.ClientSecret,
		"QUALIF_CPRO_ACCOUNT=" + account.CproAccount, "QUALIF_LOGIN=" + account.Login, "QUALIF_PASSWORD=" + account.Password,
		"QUALIF_SIRET=" + account.Structure, "QUALIF_MANAGER_LOGIN=" + manager.Login, "QUALIF_MANAGER_PASSWORD=" + manager.Password,
		"QUALIF_PORTAL_API_URL=" + c.APIURL + "/portail/api/v1", "QUALIF_ADMIN_URL=" + s.client.URL(), "QUALIF_SANDBOX=" + c.Sandbox,
	}, func(text string) bool { return strings.HasSuffix(text, "=") && strings.Count(text, "=") == 1 })
}

func write(s *session, text []byte) error {
	_, err := s.Stdout.Write(text)
	return err
}

// exports writes an environment for a POSIX shell to evaluate.
func exports(environ []string) []byte {
	var out bytes.Buffer
	for _, text := range environ {
		name, value, _ := strings.Cut(text, "=")
		fmt.Fprintf(&out, "export %s=%s\n", name, quote(value))
	}
	return out.Bytes()
}

// quote makes one word of a text for a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// curl writes a token request and a first call, to paste in a shell.
func curl(w io.Writer, c client.Credentials) error {
	account, ok := c.Usable()
	if !ok {
		return &Failure{Refused, fmt.Errorf("sandbox %s has no technical account that works now and whose password is known", c.Sandbox)}
	}
	_, err := fmt.Fprintf(w, `TOKEN=$(curl -fsS %s \
  --data-urlencode grant_type=client_credentials --data-urlencode scope=openid \
  --data-urlencode client_id=%s --data-urlencode client_secret=%s |
  sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')
curl -sS %s \
  -H "Authorization: Bearer $TOKEN" -H %s -H 'Content-Type: application/json;charset=utf-8' \
  -d %s
`, quote(c.OAuthURL), quote(c.ClientID), quote(c.ClientSecret), quote(c.APIURL+"/cpro/structures/v1/rechercher"),
		quote("cpro-account: "+account.CproAccount),
		quote(fmt.Sprintf(`{"structure":{"identifiantStructure":%q,"typeIdentifiantStructure":"SIRET"}}`, account.Structure)))
	return err
}

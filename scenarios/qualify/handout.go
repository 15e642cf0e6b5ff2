package qualify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"chorus-qualif/server/client"
)

// Variable is something that a command is given.
type Variable struct {
	// Name is that of the environment variable, Key what a template calls it.
	Name, Key string
	// Doc is one phrase for people.
	Doc string
}

// Variables lists what a command is given, in the order in which it is shown.
// What a sandbox does not have (a technical account, for one whose data set has
// none) is left out of a command's environment.
func Variables() []Variable {
	return []Variable{
		{"QUALIF_TOKEN_URL", "tokenUrl", "where PISTE gives tokens"},
		{"QUALIF_API_URL", "apiUrl", "what comes before /cpro/..."},
		{"QUALIF_CLIENT_ID", "clientId", "client_id of the PISTE application"},
		{"QUALIF_CLIENT_SECRET", "clientSecret", "its client_secret"},
		{"QUALIF_CPRO_ACCOUNT", "cproAccount", "value of the header cpro-account, ready-made"},
		{"QUALIF_LOGIN", "login", "login of the technical account"},
		{"QUALIF_PASSWORD", "password", "its password"},
		{"QUALIF_SIRET", "siret", "identifier of the account's structure"},
		{"QUALIF_STRUCTURE_ID", "structureId", "idStructureCPP of that structure"},
		{"QUALIF_MANAGER_LOGIN", "managerLogin", "login of its gestionnaire principal, for the portal"},
		{"QUALIF_MANAGER_PASSWORD", "managerPassword", "their password"},
		{"QUALIF_PORTAL_URL", "portalUrl", "first page of the portal"},
		{"QUALIF_PORTAL_API_URL", "portalApiUrl", "the portal's operations as JSON"},
		{"QUALIF_ADMIN_URL", "adminUrl", "the control API and the control room"},
		{"QUALIF_ADMIN_TOKEN", "adminToken", "bearer token of the control API, where it asks for one"},
		{"QUALIF_MAIL_URL", "mailUrl", "MailHog's pages and API, for this sandbox"},
		{"QUALIF_SMTP_HOST", "smtpHost", "where mail is taken"},
		{"QUALIF_SMTP_PORT", "smtpPort", "the port of that host"},
		{"QUALIF_SANDBOX", "sandbox", "name of the sandbox"},
		{"QUALIF_SITUATION", "situation", "name of the situation, in qualify only"},
	}
}

// Handout is what a command is given, by the key of [Variables].
type Handout map[string]string

// Server is a sandbox server that runs.
type Server struct {
	// Admin calls its control API.
	Admin *client.Client
	// AdminToken is what the control API asks for; empty when it does not.
	AdminToken string
	// MailURL is where MailHog's pages are, without a final slash, and
	// SMTPAddr (host:port) where mail is taken.
	MailURL, SMTPAddr string
}

// Handout collects what a client of a sandbox needs. It takes the first
// technical account that works now, and a manager of its structure.
func (s Server) Handout(ctx context.Context, sandbox string) (Handout, error) {
	c, err := s.Admin.Sandbox(sandbox).Credentials(ctx)
	if err != nil {
		return nil, err
	}
	info, err := s.Admin.Sandbox(sandbox).Get(ctx)
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(s.SMTPAddr)
	if err != nil {
		return nil, fmt.Errorf("SMTP address: %w", err)
	}
	h := Handout{
		"tokenUrl": c.OAuthURL, "apiUrl": c.APIURL, "clientId": c.ClientID, "clientSecret": c.ClientSecret,
		"portalUrl": c.APIURL + firstPage(info.Profile), "portalApiUrl": c.APIURL + "/portail/api/v1",
		"adminUrl": s.Admin.URL(), "adminToken": s.AdminToken, "mailUrl": s.MailURL + "/sandboxes/" + sandbox,
		"smtpHost": host, "smtpPort": port, "sandbox": sandbox,
	}
	account, ok := c.Usable()
	if ok {
		h.account(account.Login, account.Password, account.CproAccount)
		h["siret"] = account.Structure
	}
	for _, m := range c.Managers {
		if !ok || slices.Contains(m.Structures, account.Structure) {
			h["managerLogin"], h["managerPassword"] = m.Login, m.Password
			h["siret"] = cmp.Or(h["siret"], m.Structures[0])
			break
		}
	}
	return h, h.identify(ctx)
}

// firstPage is where a generation of the portal begins.
func firstPage(profile string) string {
	if profile == "cpp-2020" {
		return "/cpp/accueil"
	}
	return "/aife_qual"
}

func (h Handout) account(login, password, cproAccount string) {
	h["login"], h["password"], h["cproAccount"] = login, password, cproAccount
}

// identify finds the number of the structure, which the portal tells.
func (h Handout) identify(ctx context.Context) error {
	if h["managerPassword"] == "" {
		return nil
	}
	structures, err := h.portal().structures(ctx)
	for _, s := range structures {
		if s.Siret == h["siret"] {
			h["structureId"] = fmt.Sprint(s.ID)
		}
	}
	return err
}

// Environ is the handout as NAME=value, in the order of [Variables].
func (h Handout) Environ() []string {
	var all []string
	for _, v := range Variables() {
		if value := h[v.Key]; value != "" {
			all = append(all, v.Name+"="+value)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(h)) {
		if name, ok := strings.CutPrefix(key, outputPrefix); ok {
			all = append(all, OutputVariable(name)+"="+h[key])
		}
	}
	return all
}

// outputPrefix begins the keys of the outputs of scenarios.
const outputPrefix = "outputs."

// Outputs adds the outputs of scenarios: {{outputs.name}} in a template, and a
// variable named by OutputVariable.
func (h Handout) Outputs(outputs map[string]string) {
	for name, value := range outputs {
		h[outputPrefix+name] = value
	}
}

// OutputVariable is the variable that holds an output: QUALIF_OUTPUT_CLIENT_ID
// for clientId.
func OutputVariable(output string) string {
	var b strings.Builder
	b.WriteString("QUALIF_OUTPUT_")
	lower := false
	for _, r := range output {
		if unicode.IsUpper(r) && lower {
			b.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = '_'
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

var (
	place        = regexp.MustCompile(`\{\{\s*(.*?)\s*\}\}`)
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// CheckTemplates finds every mistake in texts NAME=TEMPLATE, where a template has
// {{key}} for each part of a handout.
func CheckTemplates(given []string) error {
	keys := make([]string, 0, len(Variables()))
	for _, v := range Variables() {
		keys = append(keys, v.Key)
	}
	var errs []error
	for _, text := range given {
		name, template, ok := strings.Cut(text, "=")
		if !ok || !variableName.MatchString(name) {
			errs = append(errs, fmt.Errorf("%q: want NAME=TEMPLATE, such as PISTE_CLIENT_ID={{clientId}}", text))
			continue
		}
		for _, match := range place.FindAllStringSubmatch(template, -1) {
			if !slices.Contains(keys, match[1]) && !strings.HasPrefix(match[1], outputPrefix) {
				errs = append(errs, fmt.Errorf("%q: %s is none of %s", text, match[0], strings.Join(keys, ", ")))
			}
		}
	}
	return errors.Join(errs...)
}

// Fill writes NAME=value for each NAME=TEMPLATE. A part that the sandbox does not
// have is an error.
func (h Handout) Fill(given []string) ([]string, error) {
	if err := CheckTemplates(given); err != nil {
		return nil, err
	}
	var errs []error
	all := make([]string, 0, len(given))
	for _, text := range given {
		name, template, _ := strings.Cut(text, "=")
		value := place.ReplaceAllStringFunc(template, func(part string) string {
			key := place.FindStringSubmatch(part)[1]
			if h[key] == "" {
				errs = append(errs, fmt.Errorf("%q: sandbox %s has no %s", text, h["sandbox"], key))
			}
			return h[key]
		})
		all = append(all, name+"="+value)
	}
	return all, errors.Join(errs...)
}

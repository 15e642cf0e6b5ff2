package qualiftest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"chorus-qualif/server/client"
)

// URL is the address of a path of the platform, such as
// /cpro/structures/v1/rechercher.
func (sb *Sandbox) URL(path string) string { return sb.server.URL() + path }

// Credentials are all that a client of the sandbox needs.
func (sb *Sandbox) Credentials() client.Credentials {
	sb.t.Helper()
	c, err := sb.API.Credentials(sb.t.Context())
	sb.fatal("credentials", err)
	return c
}

// Account is the first technical account that works now and whose password is
// known.
func (sb *Sandbox) Account() client.AccountCredentials {
	sb.t.Helper()
	account, ok := sb.Credentials().Usable()
	if !ok {
		sb.t.Fatalf("sandbox %s: no technical account works now whose password is known", sb.Name())
	}
	return account
}

// CproAccount is the value of the header cpro-account for [Sandbox.Account].
func (sb *Sandbox) CproAccount() string {
	sb.t.Helper()
	return sb.Account().CproAccount
}

// Token asks PISTE for a token.
func (sb *Sandbox) Token() string {
	sb.t.Helper()
	granted, err := sb.grant(sb.t.Context())
	sb.fatal("token", err)
	return granted.Token
}

// HTTPClient calls the platform with a token and with the cpro-account of an
// account that works; see [Sandbox.HTTPClientAs].
func (sb *Sandbox) HTTPClient() *http.Client {
	sb.t.Helper()
	return sb.HTTPClientAs(sb.CproAccount())
}

// HTTPClientAs calls the platform with a token and with a cpro-account. The
// token is asked for by the first call, and again when it has expired on the
// sandbox's clock. Headers that a request has are left alone. Redirects are not
// followed.
func (sb *Sandbox) HTTPClientAs(cproAccount string) *http.Client {
	return &http.Client{
		Transport:     &bearer{sb: sb, account: cproAccount},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type granted struct {
	Token     string `json:"access_token"`
	ExpiresIn int64  `json:"expires_in"`
}

func (sb *Sandbox) grant(ctx context.Context) (g granted, err error) {
	c, err := sb.API.Credentials(ctx)
	if err != nil {
		return g, err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}, "scope": {"openid"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.OAuthURL, strings.NewReader(form.Encode()))
	if err != nil {
		return g, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := exchange(http.DefaultClient, request)
	if err == nil && (answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &g) != nil || g.Token == "") {
		err = fmt.Errorf("%d %s (%s)", answer.Status, answer.Body, answer.Explain)
	}
	return g, err
}

// bearer adds the two credentials to each request.
type bearer struct {
	sb      *Sandbox
	account string

	mu      sync.Mutex
	token   string
	expires time.Time
}

// RoundTrip implements http.RoundTripper.
func (b *bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	if request.Header.Get("Authorization") == "" {
		token, err := b.current(request.Context())
		if err != nil {
			return nil, fmt.Errorf("token: %w", err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if request.Header.Get("cpro-account") == "" && b.account != "" {
		request.Header.Set("cpro-account", b.account)
	}
	return http.DefaultTransport.RoundTrip(request)
}

func (b *bearer) current(ctx context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	clock, err := b.sb.API.Clock(ctx)
	if err != nil {
		return "", err
	}
	if b.token == "" || !clock.Now.Before(b.expires) {
		g, err := b.sb.grant(ctx)
		if err != nil {
			return "", err
		}
		b.token, b.expires = g.Token, clock.Now.Add(time.Duration(g.ExpiresIn)*time.Second)
	}
	return b.token, nil
}

// Answer is what the platform answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Explain is the header X-Sandbox-Explain: a code and a sentence, for what
	// the wire does not say; empty when there is nothing to explain.
	Explain string
}

// JSON reads the body; it ends the test when it is not what into takes.
func (a Answer) JSON(t TB, into any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, into); err != nil {
		t.Fatalf("%v in %d %s", err, a.Status, a.Body)
	}
}

// Post calls an operation with a client such as HTTPClient: the body is sent as
// JSON, as it is when it is a string.
func (sb *Sandbox) Post(c *http.Client, path string, body any) Answer {
	sb.t.Helper()
	text, isText := body.(string)
	if !isText {
		raw, err := json.Marshal(body)
		sb.fatal(path, err)
		text = string(raw)
	}
	request, err := http.NewRequestWithContext(sb.t.Context(), http.MethodPost, sb.URL(path), strings.NewReader(text))
	sb.fatal(path, err)
	request.Header.Set("Content-Type", "application/json;charset=utf-8")
	answer, err := exchange(c, request)
	sb.fatal(path, err)
	return answer
}

func exchange(c *http.Client, request *http.Request) (Answer, error) {
	response, err := c.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return Answer{response.StatusCode, response.Header, bytes.TrimSpace(body), response.Header.Get("X-Sandbox-Explain")}, err
}

// NewAccount is a technical account that was just asked for, or whose password
// was reset: its password is shown this once.
type NewAccount struct {
	Login, Password, CproAccount string
	// EffectiveAt is when it works; zero for a reset, which works at once.
	EffectiveAt time.Time
}

// CreateAccount asks for a technical account on the portal, as the manager of the
// first structure for which that is possible. It works half an hour later.
func (sb *Sandbox) CreateAccount() NewAccount {
	sb.t.Helper()
	for _, m := range sb.Credentials().Managers {
		for _, siret := range m.Structures {
			structure, err := sb.API.ExplainStructure(sb.t.Context(), siret)
			sb.fatal("explain "+siret, err)
			if structure.CanCreate && m.Password != "" {
				return sb.portal(m, "/structures/"+url.PathEscape(siret)+"/technical-accounts", http.StatusCreated)
			}
		}
	}
	sb.t.Fatalf("sandbox %s: no structure of its data set can be given a technical account now", sb.Name())
	return NewAccount{}
}

// ResetPassword resets a technical account's password on the portal, as a
// manager of its structure would: the old one is refused at once.
func (sb *Sandbox) ResetPassword(login string) NewAccount {
	sb.t.Helper()
	account := sb.Explain(login)
	if !account.Known {
		sb.t.Fatalf("sandbox %s: there is no technical account %s", sb.Name(), login)
	}
	accounts, err := sb.API.Accounts(sb.t.Context())
	sb.fatal("accounts", err)
	for _, a := range accounts {
		for _, m := range sb.Credentials().Managers {
			if a.Login == login && m.Login == a.Manager {
				return sb.portal(m, "/technical-accounts/"+url.PathEscape(login)+"/password-reset", http.StatusOK)
			}
		}
	}
	sb.t.Fatalf("sandbox %s: nobody whose password is known manages %s", sb.Name(), login)
	return NewAccount{}
}

// portal does something as a manager.
func (sb *Sandbox) portal(m client.ManagerCredentials, path string, want int) NewAccount {
	sb.t.Helper()
	request, err := http.NewRequestWithContext(sb.t.Context(), http.MethodPost, sb.URL("/portail/api/v1"+path), strings.NewReader("{}"))
	sb.fatal(path, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Sandbox", sb.Name())
	request.SetBasicAuth(m.Login, m.Password)
	answer, err := exchange(http.DefaultClient, request)
	sb.fatal(path, err)
	if answer.Status != want {
		sb.t.Fatalf("sandbox %s: %s: %d %s", sb.Name(), path, answer.Status, answer.Body)
	}
	var shown struct {
		TechnicalAccount struct{ Login string }
		Password         string
		CproAccount      string
		EffectiveAt      time.Time
	}
	answer.JSON(sb.t, &shown)
	return NewAccount{shown.TechnicalAccount.Login, shown.Password, shown.CproAccount, shown.EffectiveAt}
}

package qualify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"chorus-qualif/server/client"
)

// portal acts as a gestionnaire principal, through the portal's JSON.
type portal struct{ base, sandbox, login, password string }

func (h Handout) portal() portal {
	return portal{h["portalApiUrl"], h["sandbox"], h["managerLogin"], h["managerPassword"]}
}

type structure struct {
	Siret string `json:"siret"`
	ID    int64  `json:"idStructureCPP"`
}

func (p portal) structures(ctx context.Context) ([]structure, error) {
	var list struct {
		Structures []structure `json:"structures"`
	}
	return list.Structures, p.call(ctx, http.MethodGet, "/structures", &list)
}

// credential is what a creation and a reset show once.
type credential struct {
	TechnicalAccount struct {
		Login string `json:"login"`
	} `json:"technicalAccount"`
	Password    string `json:"password"`
	CproAccount string `json:"cproAccount"`
}

// act does what a situation asks of the portal, on the account of the handout
// or, to create one, on its structure. The handout follows.
func (h Handout) act(ctx context.Context, do string) error {
	account := "/technical-accounts/" + url.PathEscape(h["login"])
	var made credential
	path := map[string]string{
		"create": "/structures/" + url.PathEscape(h["siret"]) + "/technical-accounts",
		"reset":  account + "/password-reset", "deactivate": account + "/deactivation", "activate": account + "/activation",
	}[do]
	if err := h.portal().call(ctx, http.MethodPost, path, &made); err != nil {
		return err
	}
	if made.CproAccount != "" {
		h.account(made.TechnicalAccount.Login, made.Password, made.CproAccount)
	}
	return nil
}

// call makes a call; a refusal is a *client.Error.
func (p portal) call(ctx context.Context, method, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, p.base+path, nil)
	if err != nil {
		return err
	}
	r.SetBasicAuth(p.login, p.password)
	r.Header.Set("X-Sandbox", p.sandbox)
	r.Header.Set("Accept-Language", "en")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		refused := &client.Error{Title: http.StatusText(answer.StatusCode)}
		if json.Unmarshal(body.Bytes(), refused) != nil {
			refused.Detail = fmt.Sprintf("%s %s: %s", method, path, answer.Status)
		}
		refused.Status, refused.Body = answer.StatusCode, body.Bytes()
		return refused
	}
	return json.Unmarshal(body.Bytes(), into)
}

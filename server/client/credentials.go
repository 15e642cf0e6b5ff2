package client

import (
	"context"
	"time"
)

// Credentials are all that a client of the sandbox needs.
type Credentials struct {
	Sandbox string `json:"sandbox"`
	// OAuthURL is the token endpoint; APIURL comes before /cpro/....
	OAuthURL          string               `json:"oauthUrl"`
	APIURL            string               `json:"apiUrl"`
	ClientID          string               `json:"clientId"`
	ClientSecret      string               `json:"clientSecret"`
	ApplicationName   string               `json:"applicationName"`
	TechnicalAccounts []AccountCredentials `json:"technicalAccounts"`
	Managers          []ManagerCredentials `json:"managers"`
}

// AccountCredentials are those of a technical account.
type AccountCredentials struct {
	Login string `json:"login"`
	// Password and CproAccount, the value of the header cpro-account, are
	// empty when the sandbox did not make the password for the data set.
	Password    string `json:"password"`
	CproAccount string `json:"cproAccount"`
	// Status is that of the account, such as ACTIF; Usable tells whether a
	// call with it would pass now.
	Status string `json:"status"`
	Usable bool   `json:"usable"`
	// Structure identifies the account's structure, by a SIRET for most.
	Structure string `json:"structure"`
}

// ManagerCredentials are those of a gestionnaire principal, for the portal.
type ManagerCredentials struct {
	Login string `json:"login"`
	// Password is empty when the sandbox did not make it, and so is
	// BasicCredentials: what goes after "Basic " for the portal's JSON.
	Password         string `json:"password"`
	BasicCredentials string `json:"basicCredentials"`
	// Structures identifies those managed.
	Structures []string `json:"structures"`
}

// Usable is the first technical account that works now and whose password is
// known; false when there is none.
func (c Credentials) Usable() (AccountCredentials, bool) {
	for _, account := range c.TechnicalAccounts {
		if account.Usable && account.CproAccount != "" {
			return account, true
		}
	}
	return AccountCredentials{}, false
}

// Credentials gives what a client needs to call the sandbox.
func (s *Sandbox) Credentials(ctx context.Context) (Credentials, error) {
	return ask[Credentials](ctx, s.c, s.get(nil, "credentials"))
}

// PersonCredentials gives what a person of the data set logs in to the portal
// with, manager or not.
func (s *Sandbox) PersonCredentials(ctx context.Context, login string) (ManagerCredentials, error) {
	return ask[ManagerCredentials](ctx, s.c, s.get(nil, "people", login, "credentials"))
}

// Application is a PISTE application.
type Application struct {
	Name         string `json:"name"`
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	// Enabled tells whether PISTE gives it tokens.
	Enabled bool `json:"enabled"`
	// Subscriptions are the APIs it subscribed to, Terms those whose CGU were
	// accepted, Raccordements the structures that declared it.
	Subscriptions []string `json:"subscriptions"`
	Terms         []string `json:"terms"`
	Raccordements []string `json:"raccordements"`
}

// ApplicationSpec is what changes of an application; what is nil stays.
type ApplicationSpec struct {
	Enabled       *bool     `json:"enabled,omitempty"`
	Subscriptions *[]string `json:"subscriptions,omitempty"`
	Terms         *[]string `json:"terms,omitempty"`
	// Raccordements are SIRETs of structures of the sandbox.
	Raccordements *[]string `json:"raccordements,omitempty"`
}

// Applications lists the sandbox's PISTE applications.
func (s *Sandbox) Applications(ctx context.Context) ([]Application, error) {
	list, err := ask[struct {
		Applications []Application `json:"applications"`
	}](ctx, s.c, s.get(nil, "applications"))
	return list.Applications, err
}

// PutApplication registers a PISTE application, or changes one.
func (s *Sandbox) PutApplication(ctx context.Context, name string, spec ApplicationSpec) (Application, error) {
	return ask[Application](ctx, s.c, s.put(spec, "applications", name))
}

// Account is a technical account as the sandbox knows it.
type Account struct {
	Login string `json:"login"`
	// Number is the n of the login; it is never used again on a structure.
	Number int    `json:"number"`
	SIRET  string `json:"siret"`
	// Status is EN_CREATION, ACTIF, EN_DESACTIVATION, INACTIF, EN_REACTIVATION
	// or SUPPRIME.
	Status string `json:"status"`
	// Usable tells whether a call with it and its current password would pass.
	Usable       bool   `json:"usable"`
	ContactEmail string `json:"contactEmail"`
	// PasswordStatus is valid or expired.
	PasswordStatus    string    `json:"passwordStatus"`
	PasswordExpiresAt time.Time `json:"passwordExpiresAt"`
	CreatedAt         time.Time `json:"createdAt"`
	EffectiveAt       time.Time `json:"effectiveAt,omitzero"`
	// Pending is the change under way, or nil.
	Pending *struct {
		Status string    `json:"status"`
		At     time.Time `json:"at"`
	} `json:"pending"`
	DeactivatedAt    time.Time `json:"deactivatedAt,omitzero"`
	ReactivableUntil time.Time `json:"reactivableUntil,omitzero"`
	// Manager is the login of the structure's gestionnaire principal.
	Manager string `json:"manager"`
}

// Accounts lists every technical account of the sandbox, deleted ones included.
func (s *Sandbox) Accounts(ctx context.Context) ([]Account, error) {
	list, err := ask[struct {
		Accounts []Account `json:"technicalAccounts"`
	}](ctx, s.c, s.get(nil, "technical-accounts"))
	return list.Accounts, err
}

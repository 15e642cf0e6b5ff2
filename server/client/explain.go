package client

import (
	"context"
	"time"
)

// AccountExplained tells whether a login would work now.
type AccountExplained struct {
	Login string `json:"login"`
	Known bool   `json:"known"`
	// Status is empty when the login is not known.
	Status string `json:"status"`
	// Works tells whether a call with its right password would pass now.
	Works bool `json:"works"`
	// Code is granted, or that of the explanation; Why says it in words, and
	// Remedy what to do about it.
	Code   string `json:"code"`
	Why    string `json:"why"`
	Remedy string `json:"remedy"`
	// WorksFrom and WorksUntil are when that changes by itself; zero when it
	// does not.
	WorksFrom  time.Time `json:"worksFrom,omitzero"`
	WorksUntil time.Time `json:"worksUntil,omitzero"`
	// Timeline is what happened to the account, then what will if nobody does
	// anything.
	Timeline []AccountMoment `json:"timeline"`
}

// AccountMoment is something that happened to an account, or will.
type AccountMoment struct {
	At time.Time `json:"at"`
	// Kind is that of the event, or of what is due.
	Kind string `json:"kind"`
	// Event is its place in the journal; 0 for what has not happened yet.
	Event int64 `json:"event"`
	// Works tells whether the account works from then on; nil for the past.
	Works *bool  `json:"works"`
	Code  string `json:"code"`
}

// ExplainAccount tells whether a technical account's login would work now; if
// not, why, and when it will.
func (s *Sandbox) ExplainAccount(ctx context.Context, login string) (AccountExplained, error) {
	return ask[AccountExplained](ctx, s.c, s.get(nil, "explain", "account", login))
}

// TokenExplained tells what an access token is worth now.
type TokenExplained struct {
	Works bool   `json:"works"`
	Code  string `json:"code"`
	Why   string `json:"why"`
	// Sandbox and Application are whose it is.
	Sandbox     string    `json:"sandbox"`
	Application string    `json:"application"`
	IssuedAt    time.Time `json:"issuedAt,omitzero"`
	ExpiresAt   time.Time `json:"expiresAt,omitzero"`
	APIs        []struct {
		API string `json:"api"`
		// Code is why the application may not use it; empty when it may.
		Code string `json:"code"`
		Why  string `json:"why"`
	} `json:"apis"`
}

// ExplainToken tells what an access token is worth now.
func (s *Sandbox) ExplainToken(ctx context.Context, token string) (TokenExplained, error) {
	return ask[TokenExplained](ctx, s.c, s.post(map[string]string{"token": token}, "explain", "token"))
}

// StructureExplained tells how a structure stands.
type StructureExplained struct {
	SIRET  string `json:"siret"`
	Known  bool   `json:"known"`
	Name   string `json:"name"`
	Active bool   `json:"active"`
	// Manager is the login of its gestionnaire principal; empty when there is
	// none.
	Manager string `json:"manager"`
	// CanCreate tells whether the manager can ask for a technical account now;
	// Code and Why say why not.
	CanCreate bool   `json:"canCreate"`
	Code      string `json:"code"`
	Why       string `json:"why"`
	Accounts  []struct {
		Login     string    `json:"login"`
		Status    string    `json:"status"`
		Works     bool      `json:"works"`
		Code      string    `json:"code"`
		Why       string    `json:"why"`
		WorksFrom time.Time `json:"worksFrom,omitzero"`
	} `json:"accounts"`
	Applications []struct {
		Name string `json:"name"`
		// Raccordement tells whether the structure declared it.
		Raccordement bool `json:"raccordement"`
	} `json:"applications"`
}

// ExplainStructure tells how a structure stands, by its SIRET.
func (s *Sandbox) ExplainStructure(ctx context.Context, siret string) (StructureExplained, error) {
	return ask[StructureExplained](ctx, s.c, s.get(nil, "explain", "structure", siret))
}

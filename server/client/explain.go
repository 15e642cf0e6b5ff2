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

// FluxExplained tells what becomes of a deposited flow.
type FluxExplained struct {
	// Numero is the numeroFluxDepot.
	Numero string `json:"numero"`
	Known  bool   `json:"known"`
	// Etat is etatCourantFlux, empty when the flow is not known; Final tells
	// whether it will not change any more.
	Etat  string `json:"etat"`
	Final bool   `json:"final"`
	// Code is what became of it, such as flux-pending; Why says it in words,
	// and Remedy what to do about it.
	Code   string `json:"code"`
	Why    string `json:"why"`
	Remedy string `json:"remedy"`
	// Syntaxe, File and Bytes are those of the deposit, By its login.
	Syntaxe     string    `json:"syntaxe"`
	File        string    `json:"file"`
	Bytes       int64     `json:"bytes"`
	By          string    `json:"by"`
	DepositedAt time.Time `json:"depositedAt,omitzero"`
	Since       time.Time `json:"since,omitzero"`
	// Next are the states it comes to by itself; the last one, which the
	// treatment decides, has no Etat.
	Next []struct {
		At   time.Time `json:"at"`
		Etat string    `json:"etat"`
	} `json:"next"`
	// FileErrors tell why the file, or a part of it, cannot be read.
	FileErrors []struct {
		Code string `json:"code"`
		Text string `json:"text"`
	} `json:"fileErrors"`
	Invoices []FluxInvoice `json:"invoices"`
	Timeline []struct {
		At    time.Time `json:"at"`
		Kind  string    `json:"kind"`
		Event int64     `json:"event"`
		Etat  string    `json:"etat"`
	} `json:"timeline"`
}

// FluxInvoice is an invoice that could be read in a flow.
type FluxInvoice struct {
	Number    string `json:"number"`
	Supplier  string `json:"supplier"`
	Recipient string `json:"recipient"`
	// Accepted is nil until the flow is treated; Faults tell why not.
	Accepted *bool    `json:"accepted"`
	Faults   []string `json:"faults"`
	// IdentifiantFactureCPP is the invoice that it became, and Statut where
	// that one stands now.
	IdentifiantFactureCPP int64  `json:"identifiantFactureCPP"`
	Statut                string `json:"statut"`
}

// ExplainFlux tells what becomes of a deposited flow, by its numeroFluxDepot.
func (s *Sandbox) ExplainFlux(ctx context.Context, numero string) (FluxExplained, error) {
	return ask[FluxExplained](ctx, s.c, s.get(nil, "explain", "flux", numero))
}

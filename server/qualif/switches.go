package qualif

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Switch is a behaviour on which the public evidence is silent or divided: the
// likeliest answer is the default, the others can be chosen per sandbox.
type Switch struct {
	Key string
	// Values lists what it can be set to, the default first.
	Values []string
	// Doc says what it changes, in one sentence.
	Doc string
	// Evidence says what is known: observed, official, relied on by a
	// client, inferred, or our choice.
	Evidence string
}

// Default is the likeliest value.
func (s Switch) Default() string { return s.Values[0] }

// The switches, by key.
const (
	SwitchRealm              = "gateway.realm"
	SwitchForbiddenBody      = "gateway.forbidden-body"
	SwitchAccountMissing     = "gateway.account-missing"
	SwitchAccountRefusalBody = "gateway.account-refusal-body"
	SwitchAccountEncoding    = "gateway.account-encoding"
	SwitchTrailingNewline    = "gateway.account-trailing-newline"
	SwitchRaccordementScope  = "gateway.raccordement-scope"
	SwitchTokenClock         = "token.clock"
	SwitchUnknownScope       = "token.unknown-scope"
	SwitchUnknownProperties  = "validation.unknown-properties"
	SwitchEmptyValues        = "validation.empty-values"
	SwitchBooleanTexts       = "validation.boolean-texts"
	SwitchArrayBody          = "validation.array-body"
	SwitchHumanLogin         = "account.human-login"
	SwitchLockAfter          = "account.lock-after"
	SwitchWhilePending       = "account.while-pending"
	SwitchContactMail        = "mail.contact-change"
	SwitchExpiryReminder     = "mail.expiry-reminder"
	SwitchLoginAttempts      = "portal.login-attempts"
	SwitchFluxDuration       = "flux.duration"
	SwitchFluxOutcome        = "flux.outcome"
	SwitchFluxSupplier       = "flux.supplier"
	SwitchFluxVisible        = "flux.visible"
	SwitchRouting            = "facture.routing"
	SwitchRecipient          = "facture.recipient"
	SwitchRecipientStep      = "facture.recipient-step"
	SwitchNumberReuse        = "facture.number-after-rejection"
	SwitchInvoiceMail        = "mail.invoice-status"
	SwitchSearchAll          = "facture.search-all"
	SwitchInformationSIRET   = "transverses.siret-information"
)

var switches = []Switch{
	{SwitchRealm, []string{"default", "by-route"},
		"Realm of the answer to a call without a token: always DefaultRealm, or PISTE when the route is declared.",
		"DefaultRealm was observed on a route under /cpro; another probe saw PISTE on declared routes."},
	{SwitchForbiddenBody, []string{"empty", "echo"},
		"Body of a 403: empty, or {} for an unknown route and the request's own body for a refused one.",
		"Empty was observed by two clients; one diagnosis note shows {} and the echo."},
	{SwitchAccountMissing, []string{"401", "400"},
		"Status of a call without the cpro-account header.",
		"No source shows it; 401 is inferred from the policy that checks the login."},
	{SwitchAccountRefusalBody, []string{"empty", "axway", "ldap"},
		"Body of the 401 for a refused technical account: none, the gateway's generic JSON, or the codeRetour 401 of the direct era.",
		"The header was observed; the body only on another API (axway) and on the older platform (ldap)."},
	{SwitchAccountEncoding, []string{"strict", "lenient"},
		"Whether cpro-account must be standard padded base64, or may be URL-safe or unpadded too.",
		"Every client sends the standard form; what others get is inferred."},
	{SwitchTrailingNewline, []string{"refuse", "trim"},
		"Whether a newline at the end of the decoded password (echo without -n) makes it wrong or is ignored.",
		"Not observed; a password compared as sent is wrong."},
	{SwitchRaccordementScope, []string{"application", "structure"},
		"Whether a raccordement of the application is enough, or one for the technical account's own structure is needed.",
		"Not observed; the 403 is answered before the technical account is known."},
	{SwitchTokenClock, []string{"sandbox", "wall"},
		"Which clock tokens expire on.",
		"Our choice: 3600 s on the sandbox's clock, or on the machine's."},
	{SwitchUnknownScope, []string{"refuse", "ignore"},
		"Whether a token request with an unknown scope is refused with invalid_scope.",
		"Inferred from RFC 6749."},
	{SwitchUnknownProperties, []string{"refuse", "accept"},
		"Whether an unknown JSON property in a request is a 400.",
		"One client saw the refusal; two clients send typing errors and do not report any."},
	{SwitchEmptyValues, []string{"ignore", "refuse"},
		"Whether an empty text where a boolean, a number, a date or one of a list of codes is wanted counts as absent.",
		"Pastell, which is in production, sends \"\" for restreindreStructuresPrivees, and go-choruspro for every code that is not set; nobody reports a refusal."},
	{SwitchBooleanTexts, []string{"read", "refuse"},
		"Whether the texts \"true\" and \"false\" are read as booleans.",
		"Pastell, which is in production, sends \"false\" for restreindreStructuresPrivees."},
	{SwitchArrayBody, []string{"refuse", "accept"},
		"Whether a body [], which PHP makes of no criteria at all, counts as an empty object.",
		"Not observed; Pastell takes care to send {} instead, and a client that sends [] does so with a GET, whose body is not read."},
	{SwitchHumanLogin, []string{"refuse", "accept"},
		"Whether the login and password of a person work in cpro-account.",
		"Divided: one client used such accounts in qualification; a technical account is what the guides ask for."},
	{SwitchLockAfter, []string{"off", "3", "5", "10"},
		"After how many wrong passwords in a row a technical account is locked until its next reset.",
		"No lock is documented."},
	{SwitchWhilePending, []string{"refuse", "allow"},
		"Whether a password can be reset while a creation, deactivation or reactivation is pending.",
		"Our choice: one request at a time on an account."},
	{SwitchContactMail, []string{"on", "off"},
		"Whether a change of contact address is notified to the new address.",
		"Not documented; our choice is one mail for each accepted request."},
	{SwitchExpiryReminder, []string{"off", "15-days"},
		"Whether a reminder is sent 15 days before a password expires.",
		"Chorus Pro sends nothing that anybody reported; clients built their own reminder."},
	{SwitchLoginAttempts, []string{"off", "5", "10"},
		"After how many wrong passwords in a row the portal refuses a login for 15 minutes of the sandbox's clock.",
		"No limit is documented for people's accounts; our choice."},
	{SwitchFluxDuration, []string{"3s", "0s", "30s", "5m", "1h", "24h"},
		"How long a deposited flow is treated, on the sandbox's clock.",
		"The official sample shows 3 seconds; clients poll every second to every 30 seconds, and the real time in qualification is not recorded."},
	{SwitchFluxOutcome, []string{"read", "incident"},
		"Whether a flow ends as its content deserves, or always as IN_INCIDENTE.",
		"The state exists; what leads to it is not documented."},
	{SwitchFluxSupplier, []string{"attached", "any"},
		"Whether the supplier of a deposited invoice must be a structure that the technical account reaches.",
		"Inferred: the technical account has the rights of its manager, and no others."},
	{SwitchFluxVisible, []string{"at-once", "late"},
		"Whether a flow is found from its deposit on, or only once it has left its first state.",
		"Two clients find it in its first state; another asks again while it is not found."},
	{SwitchRouting, []string{"10m", "0s", "1m", "1h", "24h"},
		"How long after its deposit an invoice is at its recipient's disposal; it is EN_COURS_ACHEMINEMENT from the middle on.",
		"The path is official; the time is our choice."},
	{SwitchRecipient, []string{"none", "nominal", "pay", "suspend", "reject", "recycle"},
		"What the recipient makes of an invoice at its disposal: nothing, the whole nominal path, a payment at once, a suspension, a rejection, or a demand for recycling.",
		"In qualification nobody treats an invoice, unless somebody does on the portal."},
	{SwitchRecipientStep, []string{"24h", "0s", "1m", "1h"},
		"How long the automatic recipient takes for each of its steps.",
		"Our choice."},
	{SwitchNumberReuse, []string{"refuse", "accept"},
		"Whether the number of a rejected invoice may be used again in the same year.",
		"Official: after a rejection a new invoice is sent under a new number (AIFE, community)."},
	{SwitchInvoiceMail, []string{"on", "off"},
		"Whether the manager of the other party is told by mail of an invoice's new status.",
		"Notifications of status exist on the real portal; their words and list are ours."},
	{SwitchSearchAll, []string{"unavailable", "available"},
		"Whether rechercher/demandePaiement refuses, or answers as its document says.",
		"Officially it does not work in qualification; what it answers there is not recorded."},
	{SwitchInformationSIRET, []string{"unavailable", "available"},
		"Whether consulter/information/siret refuses, or answers on the structures of the data set.",
		"Officially it does not work in qualification; what it answers there is not recorded."},
}

// AllSwitches lists every switch, by key.
func AllSwitches() []Switch {
	all := slices.Clone(switches)
	sort.Slice(all, func(i, j int) bool { return all[i].Key < all[j].Key })
	return all
}

// Switches are the values that differ from the defaults, by key.
type Switches map[string]string

// Get is the effective value of a switch.
func (s Switches) Get(key string) string {
	if v, ok := s[key]; ok {
		return v
	}
	for _, known := range switches {
		if known.Key == key {
			return known.Default()
		}
	}
	return ""
}

// Effective lists the value of every switch.
func (s Switches) Effective() map[string]string {
	all := make(map[string]string, len(switches))
	for _, known := range switches {
		all[known.Key] = s.Get(known.Key)
	}
	return all
}

// Check refuses unknown keys and values, all of them at once.
func (s Switches) Check() error {
	var errs []error
	keys := make([]string, 0, len(s))
	for key := range s {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		i := slices.IndexFunc(switches, func(known Switch) bool { return known.Key == key })
		switch {
		case i < 0:
			errs = append(errs, fmt.Errorf("switch %q does not exist", key))
		case !slices.Contains(switches[i].Values, s[key]):
			errs = append(errs, fmt.Errorf("switch %s: %q is none of %s", key, s[key], strings.Join(switches[i].Values, ", ")))
		}
	}
	return errors.Join(errs...)
}

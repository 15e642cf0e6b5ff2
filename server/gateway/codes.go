package gateway

import "chorus-qualif/server/requests"

// Code is an explanation that a call can meet, at a check of the gateway.
type Code struct {
	// Code is that of the header X-Sandbox-Explain.
	Code string
	// Check is that of the decision trail.
	Check string
}

// Codes lists every explanation of the gateway, in the order of its checks. A
// test keeps it complete.
func Codes() []Code {
	var all []Code
	add := func(check requests.Check, codes ...string) {
		for _, code := range codes {
			all = append(all, Code{code, check.String()})
		}
	}
	add(requests.CheckClient, "token-request-unreadable", "token-request-content-type", "token-request-malformed", "token-request-repeated",
		"token-request-incomplete", "token-request-basic", "token-request-conflict", "token-request-invalid", "grant-unsupported",
		"client-unknown", "client-secret-wrong", "scope-unknown")
	add(requests.CheckBearer, "authorization-missing", "authorization-empty", "authorization-not-bearer", "authorization-basic",
		"authorization-technical-account")
	add(requests.CheckToken, "token-malformed", "token-unknown", "token-expired", "application-unknown", "application-disabled")
	add(requests.CheckRoute, "route-undeclared", "page-unknown")
	add(requests.CheckAPI, "api-not-subscribed", "terms-not-accepted")
	add(requests.CheckAccount, "cpro-account-missing", "cpro-account-repeated", "cpro-account-empty", "cpro-account-clear-text",
		"cpro-account-basic-prefix", "cpro-account-not-base64", "cpro-account-url-safe", "cpro-account-unpadded", "cpro-account-not-utf8",
		"cpro-account-no-colon", "cpro-account-no-login", "technical-account-unknown", "technical-account-other-environment",
		"technical-account-human-login", "technical-account-human-inactive", "technical-account-password-wrong",
		"technical-account-password-newline", "technical-account-password-replaced", "technical-account-password-expired",
		"technical-account-locked", "technical-account-creation-pending", "technical-account-reactivation-pending",
		"technical-account-inactive", "technical-account-deleted")
	add(requests.CheckRaccordement, "raccordement-missing")
	add(requests.CheckBody, "body-too-large", "body-not-awaited", "body-unreadable", "content-type-unsupported", "body-invalid")
	add(requests.CheckOperation, "file-not-base64", "download-too-large", "files-full", "caller-gone")
	return all
}

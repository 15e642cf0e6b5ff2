package gateway

import (
	"net/http"
	"strings"

	"chorus-qualif/openapi"
	"chorus-qualif/server/qualif"
)

const (
	jsonType = "application/json"
	// serviceJSON is how the services label JSON, which are behind the
	// gateway and older than the habit of leaving the charset out.
	serviceJSON = "application/json;charset=UTF-8"
)

// refuseMissing is the answer to a call without a bearer token.
func refuseMissing(realm string, why reason) *answer {
	return &answer{status: http.StatusBadRequest, reason: why,
		challenge: `Bearer realm="` + realm + `",error="invalid_request",error_description="Unable to find token in the message"`}
}

func realmFor(switches qualif.Switches, declared bool) string {
	if declared && switches.Get(qualif.SwitchRealm) == "by-route" {
		return "PISTE"
	}
	return "DefaultRealm"
}

// refuseToken is the answer to a call whose token is no good.
func refuseToken(description string, why reason) *answer {
	return &answer{status: http.StatusUnauthorized, reason: why,
		challenge: `Bearer realm="DefaultRealm",error="invalid_token",error_description="` + description + `"`}
}

// forbid is the answer to a call that the application may not make.
func forbid(why reason) *answer {
	return &answer{status: http.StatusForbidden, reason: why}
}

// refuseAccount is the one answer to every technical account that is no good,
// whatever is wrong with it.
func refuseAccount(switches qualif.Switches, why reason) *answer {
	a := &answer{status: http.StatusUnauthorized, reason: why,
		challenge: `Bearer realm="PISTE",error="Unauthorized",error_description="login or password incorrects"`}
	switch switches.Get(qualif.SwitchAccountRefusalBody) {
	case "axway":
		a.contentType, a.body = jsonType, []byte(`{"ErrorCode":"401","Description":"[invalid field]"}`)
	case "ldap":
		a.contentType, a.body = jsonType, []byte(`{"codeRetour":401,"libelle":"Impossible d'authentifier l'utilisateur dans le LDAP."}`)
	}
	return a
}

// refuseBody is the service's answer to a body that it cannot read.
func refuseBody(why reason) answer {
	return answer{status: http.StatusBadRequest, reason: why,
		contentType: serviceJSON, body: []byte(`{"codeRetour":400,"libelle":"Requête mal formulée"}`)}
}

// refuseViolations tells a wrong Content-Type from a wrong body.
func refuseViolations(violations []openapi.Violation) answer {
	for _, v := range violations {
		if v.Rule == openapi.RuleContentType {
			return answer{status: http.StatusUnsupportedMediaType, reason: reason{"content-type-unsupported", v.Message}}
		}
	}
	return refuseBody(reason{"body-invalid", listed(violations)})
}

// listed is every violation with its JSON pointer.
func listed(violations []openapi.Violation) string {
	texts := make([]string, len(violations))
	for i, v := range violations {
		texts[i] = strings.TrimSpace(v.Pointer + " " + v.Message)
	}
	return strings.Join(texts, "; ")
}

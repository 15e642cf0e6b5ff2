package gateway

import (
	"encoding/base64"
	"net/http"
	"strings"

	"chorus-qualif/server/qualif"
)

// bearerOf is the access token in the header Authorization, or why there is
// none. The scheme's case does not matter (RFC 9110 section 11.1).
func bearerOf(header http.Header) (text string, missing reason) {
	value := header.Get("Authorization")
	scheme, rest, _ := strings.Cut(value, " ")
	rest = strings.Trim(rest, " ")
	switch {
	case value == "":
		return "", reason{"authorization-missing", "there is no header Authorization: it takes the access token, as \"Bearer\" and the token, on every call"}
	case strings.EqualFold(scheme, "Basic"):
		return "", basicInstead(rest)
	case !strings.EqualFold(scheme, "Bearer"):
		return "", reason{"authorization-not-bearer", "the header Authorization does not begin with \"Bearer\" and a space"}
	case rest == "":
		return "", reason{"authorization-empty", "the header Authorization says \"Bearer\" without a token"}
	}
	return rest, reason{}
}

// basicInstead explains the habit of the years before PISTE: a technical
// account in Authorization, which leaves no room for the token.
func basicInstead(encoded string) reason {
	if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil {
		if login, _, _ := strings.Cut(string(decoded), ":"); qualif.LooksTechnical(login) {
			return reason{"authorization-technical-account",
				"the header Authorization carries technical account " + login + " as Basic: the account goes in the header cpro-account, and Authorization takes the access token as Bearer"}
		}
	}
	return reason{"authorization-basic", "the header Authorization is Basic: exchange the application's credentials at " + tokenPath + " and send the access token as Bearer"}
}

package gateway_test

import (
	"encoding/base64"
	"net/http"
	"testing"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// What a switch lets pass; the lists of refusals hold what the other value of
// each answers.
func TestSwitchesThatLetPass(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	url := base64.URLEncoding.EncodeToString([]byte("TECH_8_" + siretA + "@cpro.fr:pâssé€:ü"))
	for name, row := range map[string]struct {
		key, value string
		header     map[string]string
		body       string
	}{
		"unpadded":                    {qualif.SwitchAccountEncoding, "lenient", with("cpro-account", unpadded()), "{}"},
		"URL-safe":                    {qualif.SwitchAccountEncoding, "lenient", with("cpro-account", url), "{}"},
		"standard, leniently":         {qualif.SwitchAccountEncoding, "lenient", nil, "{}"},
		"newline":                     {qualif.SwitchTrailingNewline, "trim", with("cpro-account", basic(active, secret+"\n")), "{}"},
		"newline of Windows":          {qualif.SwitchTrailingNewline, "trim", with("cpro-account", basic(active, secret+"\r\n")), "{}"},
		"unknown property":            {qualif.SwitchUnknownProperties, "accept", nil, `{"inconnue":{"a":[1]},"parametres":{"triSense":"Ascendant"}}`},
		"human login":                 {qualif.SwitchHumanLogin, "accept", with("cpro-account", basic(manager, human)), "{}"},
		"raccordement of the account": {qualif.SwitchRaccordementScope, "structure", nil, "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := p.sandbox(t, row.key+"-"+row.value+"-"+name[:1], onSwitch(row.key, row.value))
			header := headers(p.token(t, sb))
			for key, value := range row.header {
				header[key] = value
			}
			expect(t, p.send(t, http.MethodPost, search, header, row.body), http.StatusOK, "")
		})
	}
}

// Leniency ends at the encoding.
func TestLenientEncodingStillRefuses(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "lenient", onSwitch(qualif.SwitchAccountEncoding, "lenient")))
	for value, code := range map[string]string{
		active + ":" + secret:            "cpro-account-clear-text",
		"Basic " + basic(active, secret): "cpro-account-basic-prefix",
		"%%%":                            "cpro-account-not-base64",
		urlSafe():                        "technical-account-password-wrong",
	} {
		header := headers(token)
		header["cpro-account"] = value
		expect(t, p.send(t, http.MethodPost, search, header, "{}"), http.StatusUnauthorized, code)
	}
}

// A newline is only trimmed once: it is not a licence for other passwords.
func TestTrimmedNewline(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "trim", onSwitch(qualif.SwitchTrailingNewline, "trim")))
	for _, password := range []string{secret + "\n\n", secret + "\r", secret + " \n", "x\n"} {
		header := headers(token)
		header["cpro-account"] = basic(active, password)
		if r := p.send(t, http.MethodPost, search, header, "{}"); r.status != http.StatusUnauthorized {
			t.Errorf("%q: got %d", password, r.status)
		}
	}
}

func TestLockAfterWrongPasswords(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "lock", onSwitch(qualif.SwitchLockAfter, "3"))
	token := p.token(t, sb)
	try := func(password string, status int, code string) {
		t.Helper()
		header := headers(token)
		header["cpro-account"] = basic(active, password)
		expect(t, p.send(t, http.MethodPost, search, header, "{}"), status, code)
	}
	for range 2 { // a right password starts the count anew
		try("x", 401, "technical-account-password-wrong")
		try("x", 401, "technical-account-password-wrong")
		try(secret, 200, "")
	}
	for range 3 {
		try(secret+"\n", 401, "technical-account-password-newline")
	}
	try(secret, 401, "technical-account-locked")
	reset, err := sandboxes.Do(sb, qualif.Reset{By: manager, Login: active})
	if err != nil {
		t.Fatal(err)
	}
	try(reset.Password, 200, "")
	for range 3 {
		try(secret, 401, "technical-account-password-replaced")
	}
	try(reset.Password, 401, "technical-account-locked")
}

// Without the switch nothing is written, however many attempts there are.
func TestAttemptsLeaveNoTraceByDefault(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "trace", nil)
	token := p.token(t, sb)
	_, before, err := sb.Journal(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		header := headers(token)
		header["cpro-account"] = basic(active, "x")
		p.send(t, http.MethodPost, search, header, "{}")
		p.call(t, token)
	}
	if _, after, _ := sb.Journal(0, 1); after != before {
		t.Errorf("%d events after %d calls, want %d", after, 10, before)
	}
}

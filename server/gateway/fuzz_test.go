package gateway_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// header serves a call with one header of any bytes, as no client could send
// them all.
func (p *platform) header(token, account string) reply {
	request := httptest.NewRequest(http.MethodPost, search, strings.NewReader("{}"))
	request.Header["Authorization"] = []string{token}
	request.Header["Cpro-Account"] = []string{account}
	recorder := httptest.NewRecorder()
	p.engine.ServeHTTP(recorder, request)
	return reply{recorder.Code, recorder.Header(), recorder.Body.String()}
}

func FuzzToken(f *testing.F) {
	p := newPlatform(f, nil)
	token := p.token(f, p.sandbox(f, "fuzz", nil))
	for _, seed := range []string{"Bearer " + token, "Bearer " + token[:53] + "0", "Bearer", "Bearer ", "Basic x", "", "bearer  " + token + " ", "Bearer " + strings.Repeat("z", 54), "Bearer " + strings.Repeat("é", 27), "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, authorization string) {
		r := p.header(authorization, basic(active, secret))
		scheme, rest, _ := strings.Cut(authorization, " ")
		rest = strings.Trim(rest, " ")
		want := http.StatusUnauthorized
		switch {
		case !strings.EqualFold(scheme, "Bearer") || rest == "":
			want = http.StatusBadRequest
		case rest == token:
			want = http.StatusOK
		}
		if r.status != want || (r.code() == "") != (want == http.StatusOK) {
			t.Errorf("%q: got %d %q, want %d", authorization, r.status, r.code(), want)
		}
	})
}

func FuzzAccountHeader(f *testing.F) {
	p := newPlatform(f, nil)
	token := "Bearer " + p.token(f, p.sandbox(f, "fuzz", nil))
	right := active + ":" + secret
	for _, seed := range []string{
		basic(active, secret), "", "Basic " + basic(active, secret), right, unpadded(), urlSafe(), "Og==", "OjpvOg==", "AA==", "/w==", "====", basic(active, secret+"\n"), "\x00", "é:",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := p.header(token, header)
		decoded, err := base64.StdEncoding.DecodeString(header)
		login, password, _ := strings.Cut(string(decoded), ":")
		want := http.StatusUnauthorized
		if err == nil && strings.EqualFold(login, active) && password == secret {
			want = http.StatusOK
		}
		// Other accounts of the data set have the same password.
		if r.status != want && !(r.status == http.StatusOK && password == secret) {
			t.Errorf("%q: got %d %q, want %d", header, r.status, r.code(), want)
		}
		if r.status == http.StatusUnauthorized && r.header["WWW-Authenticate"][0] != badAccount {
			t.Errorf("%q: got %q", header, r.header["WWW-Authenticate"])
		}
	})
}

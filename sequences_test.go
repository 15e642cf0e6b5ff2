package main_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The three sequences that real clients run, and the ways they fail, by a
// client in Python against the built binary. The sandbox's clock runs a hundred
// times faster: the client polls as it always does.
func TestSequencesOfClientsOnTheBinary(t *testing.T) {
	t.Parallel()
	need(t, "python3")
	p := run(t)
	r := begin(t, p.target, "sequences", `{"clock":{"mode":"scaled","rate":100,"at":"2026-03-01T09:00:00+01:00"}}`)
	_, _, account := r.account(supplier)
	client := exec.Command("python3", "server/chorus/testdata/sequences.py")
	client.Env = append(os.Environ(), "OAUTH_URL="+r.OAuthURL, "API_URL="+r.APIURL, "CLIENT_ID="+r.ClientID, "CLIENT_SECRET="+r.ClientSecret,
		"CPRO_ACCOUNT="+account, "SUPPLIER="+supplier, "RECIPIENT=28394016572830")
	out, err := client.CombinedOutput()
	if err != nil || strings.Count(string(out), "ok   ") < 40 {
		t.Errorf("%v\n%s", err, out)
	}
}

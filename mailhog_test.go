package main_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The npm client `mailhog`, which nobody here wrote, against the built binary:
// its own mail over SMTP, and the notification of a request on the portal.
func TestNpmMailhogOnTheBinary(t *testing.T) {
	t.Parallel()
	need(t, "node")
	const client = "server/mailbox/testdata/node/"
	if _, err := os.Stat(client + "node_modules/mailhog"); err != nil {
		if os.Getenv("QUALIF_REQUIRE") != "" {
			t.Fatal("the npm package mailhog is missing: .ci/run installs it")
		}
		t.Skip("the npm package mailhog is missing: " + client + "install.sh installs it")
	}
	p := run(t)
	r := begin(t, p.target, "npm-mailhog", "")
	r.operate("POST", "/structures/"+r.Managers[0].Structures[0]+"/technical-accounts", `{"contactEmail":"dsi@mairie.example"}`, http.StatusCreated)
	wait := r.send("POST", r.admin+"/__admin/v1/sandboxes/npm-mailhog/mails/wait", `{"to":"dsi@mairie.example","timeout":"10s"}`, nil)
	if wait.status != http.StatusOK {
		t.Fatalf("wait: %d %s", wait.status, wait.body)
	}
	out, err := exec.Command("node", client+"client.js", strings.TrimPrefix(p.mail, "http://"), p.smtp,
		"npm-mailhog", "dsi@mairie.example", "[Chorus Pro] Création du compte utilisateur technique").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// readyLine is what the program logs once every listener is bound.
type readyLine struct{ Msg, APIURL, AdminURL, MailURL, SMTPAddr string }

func (l *readyLine) read(line string) bool {
	return json.Unmarshal([]byte(line), l) == nil && l.Msg == "ready"
}

package controlroom_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

// thousand is a sandbox of a thousand accounts, calls and events.
func thousand(t testing.TB, h *house) string {
	t.Helper()
	var yaml strings.Builder
	yaml.WriteString("name: thousand\nstructures:\n")
	for i := range 1000 {
		fmt.Fprintf(&yaml, "  - siret: \"%014d\"\n    raisonSociale: Structure %d\n    people:\n      - login: gp%d@example.fr\n        role: GESTIONNAIRE_PRINCIPAL\n        nom: Nom\n        prenom: Paul\n    accounts:\n      - status: ACTIF\n", 93000000000000+i, i, i)
	}
	text, err := json.Marshal(yaml.String())
	if err != nil {
		t.Fatal(err)
	}
	h.put("thousand", `{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"},"fixtures":{"yaml":`+string(text)+`}}`)
	_, cproAccount := h.createAccount("thousand")
	h.call("thousand", cproAccount)
	for range 1000 {
		h.send("POST", h.app.PlatformURL()+"/cpro/structures/v1/rechercher", "{}", map[string]string{"X-Sandbox": "thousand"})
	}
	return "/sandboxes/thousand"
}

// With a thousand of everything the page stays small, quick and usable.
func TestAThousandOfEverything(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := thousand(t, h)
	page := h.page(base)
	wants(t, "accounts", page, "of 1001 work now", "1–15 of 1001 accounts", "page 1 of 67", "1–20 of 1000 calls")
	wants(t, "evicted", text(page, "evicted"), "made room for later ones")
	wants(t, "last page", h.page(base+"?accounts=67"), "991–1001 of 1001 accounts")
	wants(t, "search", text(h.page(base+"?account=TECH_1_93000000000999"), "account-rows"), "TECH_1_93000000000999")

	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(page))
	_ = w.Close()
	t.Logf("the page weighs %d bytes, %d packed", len(page), packed.Len())
	if len(page) > 200_000 {
		t.Errorf("the page weighs %d bytes", len(page))
	}
	for path, most := range map[string]int{"/usage": 120_000, "/explain?about=account&value=TECH_1_93000000000999@cpro.fr": 20_000, "/faults": 60_000, "/snapshots": 20_000, "/webhooks": 20_000, "/record": 40_000} {
		if size := len(h.page(base + path)); size > most {
			t.Errorf("%s weighs %d bytes", path, size)
		}
	}
	wants(t, "usage", text(h.page(base+"/usage"), "operation-rows"), "×100")
	wants(t, "recording", h.page(base+"/record?moments=2"), "page 2 of 51", "made room for later ones")
	wants(t, "forgotten", h.press(base+"/record", base+"/record").body, "has forgotten its first")
	h.press("/scenarios", "/scenarios/year-of-an-account/runs", "do", "run")
	for path, most := range map[string]int{"/scenario-runs/1": 300_000, "/scenarios": 100_000, "/scenarios/year-of-an-account": 60_000} {
		size := len(h.ended(path))
		if t.Logf("%s weighs %d bytes", path, size); size > most {
			t.Errorf("%s weighs %d bytes", path, size)
		}
	}
	p := h.browse()
	p.open(base + "/record")
	p.becomes("live-state", "live")
	p.look("thousand-record")
	p.open(base)
	p.becomes("live-state", "live")
	p.look("thousand")
	p.click("plus-30m")
	p.becomes("account-rows", "ACTIF")
	p.becomes("now", "09:30:00")
}

// BenchmarkPage asks for the page of a sandbox with a thousand accounts and a
// thousand calls.
func BenchmarkPage(b *testing.B) {
	h := start(b, app.Options{})
	base := thousand(b, h)
	for b.Loop() {
		h.page(base)
	}
}

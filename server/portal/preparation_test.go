package portal_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"chorus-qualif/server/qualif"
)

// TestPreparation: what the form shows is what "Soumettre" creates.
func TestPreparation(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := h.as(manager)
	form := who.post("/structures/"+hotel+accounts+"/preparation", "").is(http.StatusOK)
	login, secret := form.text("login"), form.text("password")
	form.has(map[string]any{
		"login": "TECH_3_" + hotel + "@cpro.fr", "contactEmail": "hotel@paris.example", "expiresAt": "2026-03-01T10:00:00.000+01:00",
		"cproAccount":    base64.StdEncoding.EncodeToString([]byte(login + ":" + secret)),
		"others.0.login": "TECH_1_" + hotel + "@cpp2021.fr", "others.0.compte": hotel, "others.1.login": "TECH_2_" + hotel + "@cpp2021.fr", "others.2": nil,
	})
	if got := who.get("/structures/"+hotel+accounts).lists("technicalAccounts", "login"); slices.Contains(got, login) {
		t.Errorf("the preparation created %s", login)
	}
	h.advance("20m")
	created := who.post("/structures/"+hotel+accounts, fmt.Sprintf(`{"preparation":%q,"contactEmail":null}`, form.text("preparation"))).is(http.StatusCreated)
	created.has(map[string]any{
		"technicalAccount.login": login, "password": secret, "cproAccount": form.text("cproAccount"),
		"technicalAccount.contactEmail": "hotel@paris.example", "effectiveAt": "2026-03-01T09:50:00.000+01:00",
	})
	h.advance("30m")
	if got := h.verdict(login, secret); got != qualif.CodeGranted {
		t.Errorf("verdict: got %s, want %s", got, qualif.CodeGranted)
	}
}

// TestPreparationContact: the proposed address can be replaced.
func TestPreparationContact(t *testing.T) {
	t.Parallel()
	who := open(t, "portail-2022").as(manager)
	form := who.post("/structures/"+hotel+accounts+"/preparation", "").is(http.StatusOK)
	body := fmt.Sprintf(`{"preparation":%q,"contactEmail":"tech@paris.example"}`, form.text("preparation"))
	who.post("/structures/"+hotel+accounts, body).is(http.StatusCreated).has(map[string]any{"technicalAccount.contactEmail": "tech@paris.example"})
}

// TestPreparationRefused: submitted twice, overtaken, expired, somebody else's,
// for another structure.
func TestPreparationRefused(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := h.as(manager)
	prepare := func() string {
		return fmt.Sprintf(`{"preparation":%q}`, who.post("/structures/"+hotel+accounts+"/preparation", "").is(http.StatusOK).text("preparation"))
	}
	submit := func(body string) reply { return who.post("/structures/"+hotel+accounts, body) }

	first, overtaken := prepare(), prepare()
	submit(first).is(http.StatusCreated)
	submit(first).refuses(http.StatusConflict, "preparation-unknown", "preparation")
	submit(overtaken).refuses(http.StatusConflict, "preparation-stale", "preparation").
		has(map[string]any{"errors.0.pointer": "/preparation"})

	late := prepare()
	who.post("/structures/"+auteuil+accounts, late).refuses(http.StatusConflict, "preparation-unknown", "preparation")
	h.advance("59m59s")
	who.put("/structures/"+hotel+"/gestionnaire-principal", `{"login":"`+mate+`"}`).is(http.StatusOK)
	h.as(mate).post("/structures/"+hotel+accounts, late).refuses(http.StatusConflict, "preparation-unknown", "preparation")
	h.as(mate).put("/structures/"+hotel+"/gestionnaire-principal", `{"login":"`+manager+`"}`).is(http.StatusOK)
	h.advance("1s")
	submit(late).refuses(http.StatusConflict, "preparation-unknown", "preparation")
}

// TestPreparationRights are those of the creation.
func TestPreparationRights(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	h.as(mate).post("/structures/"+hotel+accounts+"/preparation", "").refuses(http.StatusForbidden, "not-primary-manager", "siret")
	h.as(manager).post("/structures/"+closed+accounts+"/preparation", "").refuses(http.StatusConflict, "structure-inactive", "siret")
	h.as(manager).post("/structures/0/technical-accounts/preparation", "").refuses(http.StatusNotFound, "structure-unknown", "siret")
}

// TestPreparation2020: that generation shows the password on the summary, after
// the creation, and not on the form.
func TestPreparation2020(t *testing.T) {
	t.Parallel()
	h := open(t, "cpp-2020")
	who := h.as(manager)
	form := who.post("/structures/"+auteuil+accounts+"/preparation", "").is(http.StatusOK).has(map[string]any{
		"login": "TECH_0" + auteuil + "@cpp2017.fr", "password": nil, "cproAccount": nil, "contactEmail": "hotel@paris.example",
	})
	created := who.post("/structures/"+auteuil+accounts, fmt.Sprintf(`{"preparation":%q}`, form.text("preparation"))).is(http.StatusCreated)
	if got := h.verdict(form.text("login"), created.text("password")); got != qualif.CodeGranted {
		t.Errorf("verdict: got %s, want %s", got, qualif.CodeGranted)
	}
	who.post("/structures/"+auteuil+accounts+"/preparation", "").refuses(http.StatusConflict, "account-limit", "siret")
}

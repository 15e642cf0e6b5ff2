package portal_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

const accounts = "/technical-accounts"

// TestCreateThirdAccount is the example of the guide of 2022: with TECH_1 and
// TECH_2 of the former mail domain, the next is TECH_3, effective in 30 min.
func TestCreateThirdAccount(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	r := h.as(manager).post("/structures/"+hotel+accounts, `{"contactEmail":"hotel@paris.fr"}`).is(http.StatusCreated)
	login, secret := r.text("technicalAccount.login"), r.text("password")
	r.has(map[string]any{
		"technicalAccount.login":             "TECH_3_" + hotel + "@cpro.fr",
		"technicalAccount.number":            "#3",
		"technicalAccount.siret":             hotel,
		"technicalAccount.status":            "EN_CREATION",
		"technicalAccount.usable":            false,
		"technicalAccount.contactEmail":      "hotel@paris.fr",
		"technicalAccount.passwordStatus":    "valid",
		"technicalAccount.passwordExpiresAt": "2027-04-29T09:00:00.000+02:00",
		"technicalAccount.createdAt":         "2026-03-01T09:00:00.000+01:00",
		"technicalAccount.effectiveAt":       nil,
		"technicalAccount.pending.status":    "ACTIF",
		"technicalAccount.pending.at":        "2026-03-01T09:30:00.000+01:00",
		"technicalAccount.deactivatedAt":     nil,
		"technicalAccount.reactivableUntil":  nil,
		"cproAccount":                        base64.StdEncoding.EncodeToString([]byte(login + ":" + secret)),
		"effectiveAt":                        "2026-03-01T09:30:00.000+01:00",
		"message":                            "Votre demande de création du compte technique " + login + " a bien été prise en compte. Elle sera effective dans 30 minutes.",
	})
	if got, want := len(secret), 13; got != want {
		t.Errorf("password of %d characters, want %d", got, want)
	}
	if got, want := h.verdict(login, secret), "technical-account-creation-pending"; got != want {
		t.Errorf("before the delay: got %s, want %s", got, want)
	}
	h.advance("30m")
	if got := h.verdict(login, secret); got != qualif.CodeGranted {
		t.Errorf("after the delay: got %s, want %s", got, qualif.CodeGranted)
	}
	h.as(manager).get("/structures/" + hotel + accounts + "?status=ACTIF").is(http.StatusOK).has(map[string]any{
		"technicalAccounts.1.login": login, "technicalAccounts.1.usable": true, "technicalAccounts.1.pending": nil,
		"technicalAccounts.1.effectiveAt": "2026-03-01T09:30:00.000+01:00",
	})
}

// verdict is what the gateway would make of a login and password now.
func (h *house) verdict(login, password string) (code string) {
	h.sandbox().Read(func(v sandboxes.View) { code = v.Authenticate(v.Present, login, password).Code })
	return code
}

// TestCreate2020 is the other generation: one account a structure, at once.
func TestCreate2020(t *testing.T) {
	t.Parallel()
	h := open(t, "cpp-2020")
	english := h.as(manager).with("Accept-Language", "en-GB,en;q=0.9,fr;q=0.5")
	r := english.post("/structures/"+auteuil+accounts, "").is(http.StatusCreated)
	login := "TECH_0" + auteuil + "@cpp2017.fr"
	r.has(map[string]any{
		"technicalAccount.login": login, "technicalAccount.number": "#0", "technicalAccount.status": "ACTIF",
		"technicalAccount.usable": true, "technicalAccount.pending": nil, "technicalAccount.contactEmail": "hotel@paris.example",
		"effectiveAt": "2026-03-01T09:00:00.000+01:00",
		"message":     "Your request to create technical account " + login + " has been registered. It is effective immediately.",
	})
	if got, want := len(r.text("password")), 16; got != want {
		t.Errorf("password of %d characters, want %d", got, want)
	}
	if got := h.verdict(login, r.text("password")); got != qualif.CodeGranted {
		t.Errorf("verdict: got %s, want %s", got, qualif.CodeGranted)
	}
	english.post("/structures/"+auteuil+accounts, "").refuses(http.StatusConflict, "account-limit", "siret")
	english.post("/structures/"+hotel+accounts, `{"contactEmail":"other@paris.example"}`).refuses(http.StatusConflict, "contact-follows-manager", "contactEmail").
		has(map[string]any{"errors.0.in": "body", "errors.0.pointer": "/contactEmail", "errors.0.rule": "contact-follows-manager"})
}

// TestCreateRefused walks through every refusal of a creation.
func TestCreateRefused(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	for name, c := range map[string]struct {
		login, siret, body string
		status             int
		code, field, in    string
	}{
		"plain user":           {mate, hotel, "", 403, "not-primary-manager", "siret", "path"},
		"former secondary":     {second, hotel, "", 403, "not-primary-manager", "siret", "path"},
		"somebody else":        {stranger, hotel, "", 403, "not-primary-manager", "siret", "path"},
		"manager elsewhere":    {mayor, hotel, "", 403, "not-primary-manager", "siret", "path"},
		"no manager":           {mate, orphan, "", 403, "not-primary-manager", "siret", "path"},
		"unknown structure":    {manager, "99999999999999", "", 404, "structure-unknown", "siret", "path"},
		"not a SIRET":          {manager, "abc", "", 404, "structure-unknown", "siret", "path"},
		"no SIRET":             {manager, ridet, "", 409, "structure-without-siret", "siret", "path"},
		"inactive structure":   {manager, closed, "", 409, "structure-inactive", "siret", "path"},
		"address without dot":  {manager, hotel, `{"contactEmail":"hotel@paris"}`, 422, "email-invalid", "contactEmail", "body"},
		"unknown preparation":  {manager, hotel, `{"preparation":"prep-9"}`, 409, "preparation-unknown", "preparation", "body"},
		"address with display": {manager, hotel, `{"contactEmail":"<hotel@paris.fr>"}`, 422, "email-invalid", "contactEmail", "body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := h.in(t)
			for language, want := range map[string]string{"fr-FR,fr;q=0.9,en;q=0.8": "fr", "en": "en"} {
				r := h.as(c.login).with("Accept-Language", language).post("/structures/"+c.siret+accounts, c.body).refuses(c.status, c.code, c.field)
				pointer := c.field
				if c.in == "body" {
					pointer = "/" + c.field
				}
				r.has(map[string]any{"errors.0.in": c.in, "errors.0.pointer": pointer, "errors.0.rule": c.code, "errors.0.message": r.text("detail")})
				if got := r.header.Get("Content-Language"); got != want {
					t.Errorf("Content-Language: got %q, want %q", got, want)
				}
			}
		})
	}
	if got := len(h.mails()); got != 0 {
		t.Errorf("refused requests queued %d mails", got)
	}
}

func (h *house) mails() (all []*qualif.Mail) {
	h.sandbox().Read(func(v sandboxes.View) { all = v.Mails() })
	return all
}

// TestPasswordShownOnce: no later answer holds a password that one answer held.
func TestPasswordShownOnce(t *testing.T) {
	t.Parallel()
	for _, profile := range []string{"portail-2022", "cpp-2020"} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			h := open(t, profile)
			who := h.as(manager)
			created := who.post("/structures/"+auteuil+accounts, "").is(http.StatusCreated)
			login := created.text("technicalAccount.login")
			h.advance("30m")
			reset := who.post(accounts+"/"+login+"/password-reset", "").is(http.StatusOK)
			later := []reply{who.get("/me"), who.get("/structures"), who.get("/structures/" + auteuil + accounts)}
			later = append(later, who.put("/me/contact-email", `{"contactEmail":"new@paris.example"}`))
			for _, path := range []string{"/deactivation", "/activation"} {
				later = append(later, who.post(accounts+"/"+login+path, ""))
				h.advance("30m")
			}
			later = append(later, who.put(accounts+"/"+login+"/contact-email", `{"contactEmail":"x@paris.example"}`))
			for _, secret := range []string{created.text("password"), reset.text("password"), created.text("cproAccount"), reset.text("cproAccount")} {
				for i, r := range later {
					if strings.Contains(string(r.body), secret) {
						t.Errorf("answer %d shows %q again: %s", i, secret, r.body)
					}
				}
			}
			if reset.text("password") == created.text("password") {
				t.Error("the reset gave the same password")
			}
		})
	}
}

// TestReset: the old password is dead at once, the new one works at once and
// lives 424 days; the login is matched whatever its case, however encoded.
func TestReset(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := h.as(manager)
	created := who.post("/structures/"+auteuil+accounts, "").is(http.StatusCreated)
	login := created.text("technicalAccount.login")
	who.post(accounts+"/"+login+"/password-reset", "").refuses(http.StatusConflict, "account-pending", "login").
		has(map[string]any{"errors.0.in": "path", "errors.0.pointer": "login"})
	h.advance("P10D")
	old := created.text("password")
	for _, spelling := range []string{login, strings.ToLower(login), url.QueryEscape(login), "%54" + login[1:]} {
		r := who.post(accounts+"/"+spelling+"/password-reset", "").is(http.StatusOK).has(map[string]any{
			"technicalAccount.login": login, "technicalAccount.status": "ACTIF", "technicalAccount.usable": true,
			"technicalAccount.passwordExpiresAt": "2027-05-09T09:00:00.000+02:00",
			"message":                            "Votre demande de réinitialisation du mot de passe du compte technique " + login + " a bien été prise en compte. Elle est effective immédiatement.",
		})
		if got, want := h.verdict(login, old), "technical-account-password-replaced"; got != want {
			t.Errorf("old password: got %s, want %s", got, want)
		}
		old = r.text("password")
		if got := h.verdict(login, old); got != qualif.CodeGranted {
			t.Errorf("new password: got %s, want %s", got, qualif.CodeGranted)
		}
	}
}

// TestResetExpired: a password past its 424 days is shown as expired and comes
// back by a reset.
func TestResetExpired(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := h.as(mayor)
	login := "TECH_2_" + mairie + "@cpro.fr"
	who.get("/structures/" + mairie + accounts).is(http.StatusOK).has(map[string]any{
		"technicalAccounts.0.login": login, "technicalAccounts.0.status": "ACTIF",
		"technicalAccounts.0.passwordStatus": "expired", "technicalAccounts.0.usable": false,
	})
	who.post(accounts+"/"+login+"/password-reset", "").is(http.StatusOK).
		has(map[string]any{"technicalAccount.passwordStatus": "valid", "technicalAccount.usable": true})
}

// TestAccountRefusedToOthers: each operation on an account is for the
// gestionnaire principal only, in both generations.
func TestAccountRefusedToOthers(t *testing.T) {
	t.Parallel()
	for _, profile := range []string{"portail-2022", "cpp-2020"} {
		h := open(t, profile)
		login := "TECH_2_" + mairie + "@cpro.fr"
		for _, path := range []string{"/password-reset", "/deactivation", "/activation"} {
			h.as(manager).post(accounts+"/"+login+path, "").refuses(http.StatusForbidden, "not-primary-manager", "siret")
			h.as(manager).post(accounts+"/TECH_9_"+mairie+"@cpro.fr"+path, "").refuses(http.StatusNotFound, "account-unknown", "login")
			h.as(manager).post(accounts+"/%FF%00"+path, "").refuses(http.StatusNotFound, "account-unknown", "login")
		}
		change := `{"contactEmail":"x@paris.example"}`
		h.as(manager).put(accounts+"/"+login+"/contact-email", change).refuses(http.StatusForbidden, "not-primary-manager", "siret")
		h.as(mayor).put(accounts+"/TECH_9_"+mairie+"@cpro.fr/contact-email", change).refuses(http.StatusNotFound, "account-unknown", "login")
	}
}

// TestToggle goes through a deactivation and a reactivation: it still works
// while the first is pending, and not yet while the second is.
func TestToggle(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := h.as(manager)
	created := who.post("/structures/"+auteuil+accounts, "").is(http.StatusCreated)
	login, secret := created.text("technicalAccount.login"), created.text("password")
	at := accounts + "/" + login
	who.post(at+"/deactivation", "").refuses(http.StatusConflict, "account-pending", "login")
	h.advance("30m")
	who.post(at+"/activation", "").refuses(http.StatusConflict, "account-not-inactive", "login")
	who.post(at+"/deactivation", "").is(http.StatusOK).has(map[string]any{
		"technicalAccount.status": "EN_DESACTIVATION", "technicalAccount.usable": true,
		"technicalAccount.pending.status": "INACTIF", "technicalAccount.pending.at": "2026-03-01T10:00:00.000+01:00",
		"effectiveAt": "2026-03-01T10:00:00.000+01:00",
		"message":     "Votre demande de désactivation du compte technique " + login + " a bien été prise en compte. Elle sera effective dans 30 minutes.",
	})
	for _, path := range []string{"/deactivation", "/activation", "/password-reset"} {
		who.post(at+path, "").refuses(http.StatusConflict, "account-pending", "login")
	}
	if got := h.verdict(login, secret); got != qualif.CodeGranted {
		t.Errorf("while the deactivation is pending: got %s", got)
	}
	h.advance("30m")
	who.post(at+"/deactivation", "").refuses(http.StatusConflict, "account-not-active", "login")
	who.get("/structures/" + auteuil + accounts).is(http.StatusOK).has(map[string]any{
		"technicalAccounts.0.status": "INACTIF", "technicalAccounts.0.usable": false, "technicalAccounts.0.pending": nil,
		"technicalAccounts.0.deactivatedAt": "2026-03-01T10:00:00.000+01:00", "technicalAccounts.0.reactivableUntil": "2026-04-30T10:00:00.000+02:00",
	})
	h.advance("P59D")
	who.with("Accept-Language", "en").post(at+"/activation", "").is(http.StatusOK).has(map[string]any{
		"technicalAccount.status": "EN_REACTIVATION", "technicalAccount.usable": false, "technicalAccount.pending.status": "ACTIF",
		"effectiveAt": "2026-04-29T10:30:00.000+02:00",
		"message":     "Your request to reactivate technical account " + login + " has been registered. It will be effective in 30 minutes.",
	})
	if got, want := h.verdict(login, secret), "technical-account-reactivation-pending"; got != want {
		t.Errorf("while the reactivation is pending: got %s, want %s", got, want)
	}
	h.advance("30m")
	if got := h.verdict(login, secret); got != qualif.CodeGranted {
		t.Errorf("after the reactivation: got %s", got)
	}
}

// TestReactivationWindow: 60 days after its deactivation an account is gone:
// neither listed nor reactivated, and its number is not given again.
func TestReactivationWindow(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who, gone := h.as(mayor), accounts+"/TECH_1_"+mairie+"@cpro.fr"
	for _, path := range []string{"/activation", "/deactivation", "/password-reset"} {
		who.post(gone+path, "").refuses(http.StatusConflict, "reactivation-window-over", "login")
	}
	who.put(gone+"/contact-email", `{"contactEmail":"x@paris.example"}`).refuses(http.StatusConflict, "reactivation-window-over", "login")

	inactive := accounts + "/TECH_2_" + hotel + "@cpp2021.fr"
	h.advance("23h59m")
	peeked := h.as(manager).get("/structures/" + hotel + accounts + "?status=INACTIF").is(http.StatusOK)
	if got, want := peeked.lists("technicalAccounts", "login"), []string{"TECH_2_" + hotel + "@cpp2021.fr"}; !slices.Equal(got, want) {
		t.Errorf("a minute before the end: got %v, want %v", got, want)
	}
	h.advance("1m")
	h.as(manager).post(inactive+"/activation", "").refuses(http.StatusConflict, "reactivation-window-over", "login")
	h.as(manager).get("/structures/" + hotel + accounts + "?status=SUPPRIME").is(http.StatusOK).
		has(map[string]any{"technicalAccounts.0.login": "TECH_2_" + hotel + "@cpp2021.fr", "technicalAccounts.1": nil})
	h.as(manager).post("/structures/"+hotel+accounts, "").is(http.StatusCreated).
		has(map[string]any{"technicalAccount.number": "#3"})
}

// TestToggleNotOffered2020: no guide of that generation shows the operation.
func TestToggleNotOffered2020(t *testing.T) {
	t.Parallel()
	h := open(t, "cpp-2020")
	for _, path := range []string{"/deactivation", "/activation"} {
		h.as(mayor).post(accounts+"/TECH_2_"+mairie+"@cpro.fr"+path, "").refuses(http.StatusConflict, "operation-not-offered", "")
	}
	h.as(mayor).put(accounts+"/TECH_2_"+mairie+"@cpro.fr/contact-email", `{"contactEmail":"x@paris.example"}`).
		refuses(http.StatusConflict, "contact-follows-manager", "contactEmail").has(map[string]any{"errors.0.in": "body"})
}

// TestChangeContact: at once, with a mail to the new address.
func TestChangeContact(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	login := "TECH_1_" + hotel + "@cpp2021.fr"
	h.as(manager).put(accounts+"/"+login+"/contact-email", `{"contactEmail":"compta@paris.example"}`).is(http.StatusOK).has(map[string]any{
		"technicalAccount.login": login, "technicalAccount.contactEmail": "compta@paris.example", "technicalAccount.usable": true,
		"message": "Votre demande de changement de l'email du contact du compte technique " + login + " a bien été prise en compte. Elle est effective immédiatement.",
	})
	h.as(manager).put(accounts+"/"+login+"/contact-email", `{"contactEmail":"compta@paris"}`).refuses(http.StatusUnprocessableEntity, "email-invalid", "contactEmail")
	mails := h.mails()
	if len(mails) != 1 || mails[0].To != "compta@paris.example" {
		t.Errorf("mails: got %v, want one to the new address", mails)
	}
}

// TestMails: each accepted request queues one mail with the subject of the
// guide, to the contact in 2022 and to the manager in 2020.
func TestMails(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := h.as(manager)
	login := who.post("/structures/"+auteuil+accounts, `{"contactEmail":"tech@paris.example"}`).is(http.StatusCreated).text("technicalAccount.login")
	for _, path := range []string{"/password-reset", "/deactivation", "/activation"} {
		h.advance("30m")
		who.post(accounts+"/"+login+path, "").is(http.StatusOK)
	}
	want := []string{
		"[Chorus Pro] Création du compte utilisateur technique",
		"[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique",
		"[Chorus Pro] Désactivation de votre compte utilisateur",
		"[Chorus Pro] Réactivation de votre compte utilisateur",
	}
	var got []string
	for _, mail := range h.mails() {
		got = append(got, mail.Subject)
		if mail.To != "tech@paris.example" {
			t.Errorf("%s: sent to %s", mail.Subject, mail.To)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("subjects: got %q, want %q", got, want)
	}
}

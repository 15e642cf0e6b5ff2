package portal_test

import (
	"net/http"
	"slices"
	"testing"
)

// TestMe: who is logged in, and with which roles, by identifier.
func TestMe(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	me := h.as(manager).get("/me").is(http.StatusOK).has(map[string]any{
		"login": manager, "nom": "Saignard", "prenom": "Hélène", "contactEmail": "hotel@paris.example", "profile": "portail-2022",
		"structures.0.siret": closed, "structures.1.siret": ridet, "structures.2.siret": auteuil,
		"structures.3.siret": hotel, "structures.3.idStructureCPP": "#26311042", "structures.3.raisonSociale": "Hôtel de Paris",
		"structures.3.role": "GESTIONNAIRE_PRINCIPAL", "structures.4": nil,
	})
	if got, want := me.header.Get("Date"), "Sun, 01 Mar 2026 08:00:00 GMT"; got != want {
		t.Errorf("Date: got %q, want %q", got, want)
	}
	h.as(second).get("/me").is(http.StatusOK).has(map[string]any{
		"contactEmail": second, "structures.0.role": "UTILISATEUR", "structures.1.role": "UTILISATEUR",
	})
	h.as(mayor).get("/me").is(http.StatusOK).has(map[string]any{"structures.0.role": "GESTIONNAIRE_PRINCIPAL", "structures.1": nil})
	if got := h.as(stranger).get("/me").is(http.StatusOK).lists("structures", "siret"); len(got) != 0 {
		t.Errorf("structures of a stranger: got %v, want none", got)
	}
	open(t, "cpp-2020").as(second).get("/me").is(http.StatusOK).has(map[string]any{
		"profile": "cpp-2020", "structures.0.role": "GESTIONNAIRE_SECONDAIRE",
	})
}

// TestStructures: the structures that the person is attached to, and no other.
func TestStructures(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	h.as(manager).get("/structures").is(http.StatusOK).has(map[string]any{
		"structures.0.siret": closed, "structures.0.statut": "INACTIVE", "structures.0.technicalAccounts": "#0",
		"structures.1.siret": ridet, "structures.1.typeIdentifiant": "RIDET", "structures.1.raisonSociale": "Marie Kanak",
		"structures.3.siret": hotel, "structures.3.idStructureCPP": "#26311042", "structures.3.typeIdentifiant": "SIRET",
		"structures.3.raisonSociale": "Hôtel de Paris", "structures.3.typeStructure": "PRIVEE", "structures.3.statut": "ACTIVE",
		"structures.3.role": "GESTIONNAIRE_PRINCIPAL", "structures.3.gestionnairePrincipal": manager, "structures.3.technicalAccounts": "#2",
		"structures.3.dateCreation": "2022-03-01T09:00:00.000+01:00", "structures.2.dateCreation": nil, "structures.4": nil,
	})
	h.as(mayor).get("/structures").is(http.StatusOK).has(map[string]any{
		"structures.0.typeStructure": "PUBLIQUE", "structures.0.technicalAccounts": "#2", "structures.1": nil,
	})
	h.as(mate).get("/structures").is(http.StatusOK).has(map[string]any{
		"structures.0.siret": orphan, "structures.0.gestionnairePrincipal": nil, "structures.1.siret": hotel, "structures.1.role": "UTILISATEUR",
	})
	if got := h.as(stranger).get("/structures").is(http.StatusOK).lists("structures", "siret"); len(got) != 0 {
		t.Errorf("structures of a stranger: got %v, want none", got)
	}
}

// TestList: by number; the deleted ones only when asked for.
func TestList(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	for query, want := range map[string][]string{
		"":                         {"TECH_2_" + mairie + "@cpro.fr", "TECH_3_" + mairie + "@cpro.fr"},
		"?status=ACTIF":            {"TECH_2_" + mairie + "@cpro.fr"},
		"?status=EN_CREATION":      {"TECH_3_" + mairie + "@cpro.fr"},
		"?status=INACTIF":          {},
		"?status=EN_DESACTIVATION": {},
		"?status=EN_REACTIVATION":  {},
		"?status=SUPPRIME":         {"TECH_1_" + mairie + "@cpro.fr"},
	} {
		if got := h.as(mayor).get("/structures/"+mairie+accounts+query).is(http.StatusOK).lists("technicalAccounts", "login"); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", query, got, want)
		}
	}
	if got := h.as(manager).get("/structures/"+ridet+accounts).is(http.StatusOK).lists("technicalAccounts", "login"); len(got) != 0 {
		t.Errorf("structure without SIRET: got %v, want none", got)
	}
}

// TestListRights: a gestionnaire principal sees the accounts; a gestionnaire
// secondaire of 2020 too, but may not do anything.
func TestListRights(t *testing.T) {
	t.Parallel()
	for _, profile := range []string{"portail-2022", "cpp-2020"} {
		h := open(t, profile)
		for _, login := range []string{mate, stranger, mayor} {
			r := h.as(login).get("/structures/"+hotel+accounts).refuses(http.StatusForbidden, "not-primary-manager", "siret")
			r.has(map[string]any{"errors.0.in": "path", "errors.0.pointer": "siret"})
		}
		h.as(manager).get("/structures/99999999999999/technical-accounts").refuses(http.StatusNotFound, "structure-unknown", "siret")
	}
	open(t, "portail-2022").as(second).get("/structures/"+hotel+accounts).refuses(http.StatusForbidden, "not-primary-manager", "siret")

	h := open(t, "cpp-2020")
	login := h.as(manager).post("/structures/"+hotel+accounts, "").is(http.StatusCreated).text("technicalAccount.login")
	who := h.as(second)
	who.get("/structures/" + hotel + accounts).is(http.StatusOK).has(map[string]any{"technicalAccounts.0.login": login})
	who.post("/structures/"+auteuil+accounts, "").refuses(http.StatusForbidden, "not-primary-manager", "siret")
	who.post("/structures/"+auteuil+accounts+"/preparation", "").refuses(http.StatusForbidden, "not-primary-manager", "siret")
	who.post(accounts+"/"+login+"/password-reset", "").refuses(http.StatusForbidden, "not-primary-manager", "siret")
	who.put("/structures/"+hotel+"/gestionnaire-principal", `{"login":"`+second+`"}`).refuses(http.StatusForbidden, "not-primary-manager", "siret")
}

// TestMyContact2020: the contact of the technical accounts follows the
// manager's own; in 2022 it does not.
func TestMyContact2020(t *testing.T) {
	t.Parallel()
	for profile, want := range map[string]struct {
		followed []string
		contact  string
	}{
		"cpp-2020":     {[]string{"TECH_0" + auteuil + "@cpp2017.fr"}, "compta@paris.example"},
		"portail-2022": {[]string{}, "hotel@paris.example"},
	} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			h := open(t, profile)
			h.as(manager).post("/structures/"+auteuil+accounts, "").is(http.StatusCreated)
			r := h.as(manager).put("/me/contact-email", `{"contactEmail":"compta@paris.example"}`).is(http.StatusOK).
				has(map[string]any{"login": manager, "contactEmail": "compta@paris.example", "message": "Votre adresse de contact a bien été modifiée."})
			if got := r.lists("technicalAccounts", ""); !slices.Equal(got, want.followed) {
				t.Errorf("followed: got %v, want %v", got, want.followed)
			}
			h.as(manager).get("/me").has(map[string]any{"contactEmail": "compta@paris.example"})
			h.as(manager).get("/structures/" + auteuil + accounts).has(map[string]any{"technicalAccounts.0.contactEmail": want.contact})
			h.as(manager).put("/me/contact-email", `{"contactEmail":"a@b"}`).refuses(http.StatusUnprocessableEntity, "email-invalid", "contactEmail").
				has(map[string]any{"errors.0.in": "body", "errors.0.pointer": "/contactEmail"})
		})
	}
}

// TestTransfer: the rights pass at once; in 2020 the contact of the technical
// accounts becomes that of the new manager, and the old one is secondary.
func TestTransfer(t *testing.T) {
	t.Parallel()
	for profile, want := range map[string]struct{ contact, role string }{
		"cpp-2020":     {"paul@paris.example", "GESTIONNAIRE_SECONDAIRE"},
		"portail-2022": {"tech@paris.example", "UTILISATEUR"},
	} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			h := open(t, profile)
			body := `{"contactEmail":"tech@paris.example"}`
			if profile == "cpp-2020" {
				body = ""
			}
			login := h.as(manager).post("/structures/"+hotel+accounts, body).is(http.StatusCreated).text("technicalAccount.login")
			h.advance("30m")
			r := h.as(manager).put("/structures/"+hotel+"/gestionnaire-principal", `{"login":"Colleague@Hotel.example"}`).is(http.StatusOK).has(map[string]any{
				"siret": hotel, "gestionnairePrincipal": mate,
				"message": "Le rôle de gestionnaire principal de la structure " + hotel + " a bien été transféré à " + mate + ".",
			})
			if got := r.lists("technicalAccounts", ""); !slices.Contains(got, login) {
				t.Errorf("accounts: got %v, want %s among them", got, login)
			}
			h.as(manager).post(accounts+"/"+login+"/password-reset", "").refuses(http.StatusForbidden, "not-primary-manager", "siret")
			h.as(mate).post(accounts+"/"+login+"/password-reset", "").is(http.StatusOK).has(map[string]any{"technicalAccount.contactEmail": want.contact})
			h.as(mate).get("/me").has(map[string]any{"structures.1.siret": hotel, "structures.1.role": "GESTIONNAIRE_PRINCIPAL"})
			h.as(manager).get("/me").has(map[string]any{"structures.3.siret": hotel, "structures.3.role": want.role})
		})
	}
}

// TestTransferRefused walks through every refusal of a transfer.
func TestTransferRefused(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	for name, c := range map[string]struct {
		by, siret, to string
		status        int
		code, field   string
	}{
		"not the manager":   {mate, hotel, mate, 403, "not-primary-manager", "siret"},
		"unknown structure": {manager, "1", mate, 404, "structure-unknown", "siret"},
		"unknown person":    {manager, hotel, "nobody", 404, "person-unknown", "login"},
		"technical account": {manager, hotel, "TECH_1_" + hotel + "@cpp2021.fr", 404, "person-unknown", "login"},
		"inactive person":   {manager, hotel, inactive, 409, "person-inactive", "login"},
		"not attached":      {manager, hotel, stranger, 409, "person-not-attached", "login"},
		"oneself":           {manager, hotel, manager, 409, "already-manager", "login"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := h.in(t)
			r := h.as(c.by).put("/structures/"+c.siret+"/gestionnaire-principal", `{"login":"`+c.to+`"}`).refuses(c.status, c.code, c.field)
			where := map[string]any{"errors.0.in": "path", "errors.0.pointer": "siret"}
			if c.field == "login" {
				where = map[string]any{"errors.0.in": "body", "errors.0.pointer": "/login"}
			}
			r.has(where)
		})
	}
}

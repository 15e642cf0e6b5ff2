package faults_test

import (
	"net/http"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/faults"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
)

const account = "TECH_1_93000000000018@cpro.fr"

// open is a sandbox that stands at nine on a Sunday in March, with one account.
func open(t testing.TB) *sandboxes.Sandbox {
	t.Helper()
	data := &qualif.DataSet{
		Name:          "faults-test",
		Structures:    []qualif.Structure{{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: "93000000000018", RaisonSociale: "Caron"}},
		People:        []qualif.Person{{ID: 1, Login: "claire@caron.example", Nom: "Caron", Prenom: "Claire"}},
		Rattachements: []qualif.Rattachement{{ID: 1, Login: "claire@caron.example", StructureID: 1, Role: qualif.GestionnairePrincipal}},
		Accounts:      []qualif.AccountSeed{{StructureID: 1, Login: account, Status: qualif.Actif, ChangedDays: 30, PasswordDays: 30}},
	}
	if err := data.Index(); err != nil {
		t.Fatal(err)
	}
	library, err := sandboxes.NewLibrary(data)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := sandboxes.New(sandboxes.Options{
		Wall: clock.System(), Journals: store.NewMemory(), Library: library,
		Defaults: sandboxes.Spec{Seed: 1, Profile: "portail-2022", Mode: clock.Frozen, At: time.Date(2026, time.March, 1, 9, 0, 0, 0, qualif.Paris), DataSet: data},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(registry.Stop)
	sb, _ := registry.Get(sandboxes.Default)
	return sb
}

// callTo is a call of the sandbox's account to a place.
func callTo(place faults.Place, sb *sandboxes.Sandbox) *faults.Call {
	call := &faults.Call{
		Place: place, Operation: "rechercherStructure", Method: "POST", Path: "/cpro/structures/v1/rechercher", Header: http.Header{},
		Present: sb.Now(), Wall: sb.WallNow(), Login: func() string { return account }, ClientID: func() string { return "" },
	}
	switch place {
	case faults.Token:
		call.Operation, call.Path = "issueToken", "/api/oauth/token"
	case faults.Portal:
		call.Operation, call.Path = "getMe", "/portail/api/v1/me"
	}
	return call
}

package chorus_test

import (
	"testing"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// Every operation answers within the contract for every account and structure of
// the data set that the program comes with.
func TestBuiltInDataSetIsServed(t *testing.T) {
	t.Parallel()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlatform(t, set)
	var logins []string
	p.sandbox.Read(func(v sandboxes.View) {
		for _, a := range v.Accounts() {
			if a.Status.Works() {
				logins = append(logins, a.Login)
			}
		}
	})
	if len(logins) == 0 || len(set.Structures) == 0 {
		t.Fatalf("got %d accounts and %d structures", len(logins), len(set.Structures))
	}
	for _, login := range logins {
		for _, operation := range []string{"rechercherStructure", "recupererRattachements", "recupererStructuresPourUtilisateur",
			"recupererStructuresActivesFournisseur", "recupererStructuresActivesDestinataire", "recupererStructuresActivesFactureTravaux"} {
			p.ask(login, operation, "").done(&object{})
		}
		for i := range set.Structures {
			p.visit(login, &set.Structures[i])
		}
	}
}

// visit asks everything about a structure and its services; what is not in scope
// is refused as such.
func (p *platform) visit(login string, s *qualif.Structure) {
	p.tb.Helper()
	requests := []struct {
		operation string
		request   object
	}{
		{"consulterStructureAvecTVAIntraCom", object{"idStructureCPP": s.ID}},
		{"rechercherServicesStructure", object{"idStructure": s.ID}},
		{"rechercherEspaces", object{"structure": object{"identifiantStructure": s.Identifiant, "typeIdentifiantStructure": s.TypeIdentifiant}}},
	}
	for i := range s.Services {
		requests = append(requests, struct {
			operation string
			request   object
		}{"consulterServiceStructure", object{"idStructure": s.ID, "idService": s.Services[i].ID}})
	}
	reached := false
	p.sandbox.Read(func(v sandboxes.View) {
		a, _ := v.Account(login)
		reached = s.Publique || v.Principal(qualif.Verdict{Code: qualif.CodeGranted, Account: a}).Reaches(s.ID)
	})
	for _, r := range requests {
		got := p.ask(login, r.operation, body(p.tb, r.request))
		if reached {
			got.done(&object{})
			continue
		}
		got.refused(20002, "GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure.", "structure-out-of-scope")
	}
}

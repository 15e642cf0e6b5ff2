package chorus_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/openapi"
	"chorus-qualif/server/chorus"
)

// provocations has a request for every refusal of the table, made when the
// invoices of the searches' tests are there. The caller is simple, a person who
// is attached to structure 101 and some of its services, unless another login
// stands before the request with a bar.
var provocations = tables(provocationsAnnuaire, provocationsFlux, provocationsReferentiel, provocationsConsultation)

// tables makes one table of several.
func tables(parts ...map[string]map[string]string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

var provocationsAnnuaire = map[string]map[string]string{
	"consulterStructureAvecTVAIntraCom": {
		"structure-not-named":    `{}`,
		"structure-unknown":      `{"idStructureCPP":1}`,
		"structure-out-of-scope": `{"idStructureCPP":103}`,
	},
	"rechercherServicesStructure": {
		"structure-not-named":    `{}`,
		"structure-unknown":      `{"idStructure":1}`,
		"structure-out-of-scope": `{"idStructure":103}`,
	},
	"consulterServiceStructure": {
		"structure-not-named":    `{"idService":1011}`,
		"structure-unknown":      `{"idStructure":1,"idService":1011}`,
		"structure-out-of-scope": `{"idStructure":103,"idService":1031}`,
		"service-not-named":      `{"idStructure":101}`,
		"service-unknown":        `{"idStructure":101,"idService":1}`,
		"service-out-of-scope":   `{"idStructure":101,"idService":1014}`,
	},
	"rechercherEspaces": {
		"structure-not-named":    `{}`,
		"structure-named-twice":  `{"structure":{"idStructure":101,"identifiantStructure":"00000000000101"}}`,
		"structure-unknown":      `{"structure":{"idStructure":1}}`,
		"structure-out-of-scope": `{"structure":{"idStructure":103}}`,
		"service-unknown":        `{"structure":{"idStructure":101},"idService":1}`,
	},
	"listerRattachementsStructureUtilisateur": {
		"structure-not-named":    `{"idUtilisateur":9004}`,
		"structure-named-twice":  `{"idUtilisateur":9004,"idStructure":101,"identifiantStructure":"00000000000101"}`,
		"structure-unknown":      `{"idUtilisateur":9004,"idStructure":1}`,
		"structure-out-of-scope": `{"idUtilisateur":9004,"idStructure":101}`,
		"user-not-named":         `{"idStructure":101}`,
		"user-named-twice":       `{"idStructure":101,"idUtilisateur":9004,"adresseEmailConnexionUtilisateur":"x"}`,
		"user-unknown":           `{"idStructure":101,"idUtilisateur":1}`,
	},
}

// Every row of the table is what the wire answers, and every row is reached.
func TestEveryRefusalIsReached(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	p.invoices(t)
	p.aFlow()
	rows := slices.DeleteFunc(chorus.Refusals(), func(r chorus.Refusal) bool { return actOperations[r.Operation] })
	reachable := 0
	for _, requests := range provocations {
		reachable += len(requests)
	}
	if len(rows) != reachable {
		t.Errorf("the table has %d rows and %d of them are provoked", len(rows), reachable)
	}
	for _, row := range rows {
		request, ok := provocations[row.Operation][row.Situation]
		if !ok {
			t.Errorf("nothing provokes %s of %s", row.Situation, row.Operation)
			continue
		}
		login := simple
		if other, rest, named := strings.Cut(request, "|"); named {
			login, request = other, rest
		}
		asked := p
		if value := underSwitch[row.Operation+" "+row.Situation]; value != "" {
			asked = newPlatform(t, sample(), value)
		}
		got := asked.ask(login, row.Operation, request)
		got.refused(row.CodeRetour, row.Libelle(), row.Situation)
		if _, why, _ := strings.Cut(got.explain, ": "); why == "" {
			t.Errorf("%s of %s is not explained", row.Situation, row.Operation)
		}
	}
}

func TestRefusalsCanBeToldApart(t *testing.T) {
	t.Parallel()
	codes, meanings := map[string]string{}, map[string]string{}
	for _, row := range chorus.Refusals() {
		if row.CodeRetour < 20000 || row.Evidence == "" || row.Message+row.Phrase == "" {
			t.Errorf("row %+v is not complete", row)
		}
		number := fmt.Sprint(row.Operation, row.CodeRetour)
		if other, taken := codes[number]; taken {
			t.Errorf("%s: %s and %s are both %d", row.Operation, other, row.Situation, row.CodeRetour)
		}
		codes[number] = row.Situation
		if row.Message == "" {
			continue // some of the service's refusals have no code
		}
		// The same message means the same thing in every operation.
		if other, known := meanings[row.Message]; known && other != row.Situation {
			t.Errorf("message %s means both %s and %s", row.Message, other, row.Situation)
		}
		meanings[row.Message] = row.Situation
	}
}

// With the validation switched off, what cannot be decoded is answered as the
// service does.
func TestUnreadableBodiesAreRefused(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for id, answer := range operations() {
		op, _ := contractSet(t).Operation(id)
		for _, sent := range []string{`{`, `[]`, `"x"`, `{"parametres":{"pageResultatDemandee":"x"},`, "\x00", strings.Repeat(`{"a":`, 100_000)} {
			got := answer(p.call(op, techAlpha, []byte(sent)))
			if id == "healthCheck" {
				if got.Status != 0 || got.Code != "" {
					t.Errorf("%s minds its body %.20q: %+v", id, sent, got)
				}
				continue
			}
			want := chorus.Envelope{CodeRetour: 400, Libelle: "Requête mal formulée"}
			if got.Status != http.StatusBadRequest || got.Body != any(want) || got.Code != "body-unreadable" || got.Why == "" {
				t.Errorf("%s, body %.20q: got %+v, want 400 %+v", id, sent, got, want)
			}
		}
	}
}

func TestOperationsAreThoseOfTheContracts(t *testing.T) {
	t.Parallel()
	declared := 0
	for _, document := range contractSet(t).Documents() {
		if !slices.ContainsFunc(document.Operations, func(op *openapi.Operation) bool { return strings.HasPrefix(op.Path, "/cpro/") }) {
			continue
		}
		for _, op := range document.Operations {
			declared++
			if operations()[op.ID] == nil {
				t.Errorf("%s declares %s, which is not implemented", document.Name, op.ID)
			}
		}
	}
	if declared != len(operations()) {
		t.Errorf("got %d operations, the documents declare %d", len(operations()), declared)
	}
}

// Property names are those of the contract to the letter, also where unknown
// ones are accepted.
func TestPropertyNamesAreCaseSensitive(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	op, _ := contractSet(t).Operation("rechercherStructure")
	for sent, total := range map[string]string{
		`{"structure":{"identifiantStructure":"20000000000201"}}`: `"total":1}`,
		`{"structure":{"identifiantSTRUCTURE":"20000000000201"}}`: `"total":8}`,
		`{"Structure":{"identifiantStructure":"20000000000201"}}`: `"total":8}`,
		`{"inconnue":{"identifiantStructure":"20000000000201"}}`:  `"total":8}`,
	} {
		if got := body(t, operations()[op.ID](p.call(op, techAlpha, []byte(sent))).Body); !strings.Contains(got, total) {
			t.Errorf("%s: got %s, want %s", sent, got, total)
		}
	}
}

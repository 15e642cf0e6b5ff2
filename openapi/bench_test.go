package openapi_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/openapi"
)

// searchBody has every criterion of a structure search, as a careful client
// sends it.
const searchBody = `{"structure":{"raisonSocialeStructure":"DESTINATAIRE","identifiantStructure":"12345678200036",` +
	`"typeIdentifiantStructure":"SIRET","libelleStructure":null,"nomStructure":null,"prenomStructure":null,` +
	`"adresseCodePostal":"75012","adresseVille":"PARIS","adresseCodePays":"FR","typeStructure":"PUBLIQUE",` +
	`"statutStructure":"ACTIF","estMOA":false,"estMOAUniquement":null},"restreindreStructuresPrivees":true,` +
	`"parametres":{"pageResultatDemandee":1,"nbResultatsParPage":10,"triColonne":"IdentifiantStructure","triSens":"Ascendant"}}`

var refusals = []struct {
	name, old, new string
	violations     int
}{
	{"UnknownProperty", `"nomStructure"`, `"nomStructur"`, 1},
	{"Type", `"estMOA":false`, `"estMOA":"non"`, 1},
	{"Enum", `"ACTIF"`, `"ACTIVE"`, 1},
	{"Three", `"typeStructure":"PUBLIQUE","statutStructure":"ACTIF","estMOA":false`, `"typeStructur":"PUBLIQUE","statutStructure":"ACTIVE","estMOA":"non"`, 3},
	{"Malformed", `"Ascendant"}}`, `"Ascendant"}`, 1},
}

func BenchmarkValidateRequestAccepted(b *testing.B) {
	benchmarkRequest(b, searchBody, 0)
}

func BenchmarkValidateRequestRefused(b *testing.B) {
	for _, refusal := range refusals {
		b.Run(refusal.name, func(b *testing.B) {
			benchmarkRequest(b, strings.Replace(searchBody, refusal.old, refusal.new, 1), refusal.violations)
		})
	}
}

func benchmarkRequest(b *testing.B, body string, violations int) {
	search := operation(b, "rechercherStructure")
	request := openapi.Request{ContentType: "application/json;charset=utf-8", Body: []byte(body)}
	if got := search.ValidateRequest(request); len(got) != violations {
		b.Fatalf("%d violations, want %d: %+v", len(got), violations, got)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		search.ValidateRequest(request)
	}
}

const searchAnswer = `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStructures":[{"idStructureCPP":26300989,` +
	`"identifiantStructure":"12345678200036","typeIdentifiantStructure":"SIRET",` +
	`"designationStructure":"Destinataire avec EJ obligatoire","statut":"ACTIVE"}],` +
	`"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":1}}`

func BenchmarkValidateResponse(b *testing.B) {
	search := operation(b, "rechercherStructure")
	header := headers("Content-Type", "application/json;charset=utf-8")
	answer := []byte(searchAnswer)
	if got := search.ValidateResponse(200, header, answer); got != nil {
		b.Fatalf("%+v", got)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(answer)))
	for b.Loop() {
		search.ValidateResponse(200, header, answer)
	}
}

// What a whole call costs here: the request, and the answer that it leads to.
func BenchmarkCallAccepted(b *testing.B) {
	b.ReportAllocs()
	for call := caller(b, searchBody); b.Loop(); {
		call()
	}
}

func BenchmarkCallRefused(b *testing.B) {
	for _, refusal := range refusals {
		b.Run(refusal.name, func(b *testing.B) {
			b.ReportAllocs()
			for call := caller(b, strings.Replace(searchBody, refusal.old, refusal.new, 1)); b.Loop(); {
				call()
			}
		})
	}
}

func caller(tb testing.TB, body string) func() {
	search := operation(tb, "rechercherStructure")
	request := openapi.Request{ContentType: "application/json;charset=utf-8", Body: []byte(body)}
	header := headers("Content-Type", "application/json;charset=utf-8")
	status, answer := 200, []byte(searchAnswer)
	if search.ValidateRequest(request) != nil {
		status, answer = 400, []byte(`{"codeRetour":400,"libelle":"Requête mal formulée"}`)
	}
	return func() {
		search.ValidateRequest(request)
		if got := search.ValidateResponse(status, header, answer); got != nil {
			tb.Fatalf("%+v", got)
		}
	}
}

// Counted in allocations, which unlike time are the same on every machine. Each
// violation may cost two dozen, as the race detector empties pools at random;
// rendering one of the validator's errors as text would cost hundreds.
func TestARefusedCallCostsNoMoreThanAnAcceptedOne(t *testing.T) {
	accepted := testing.AllocsPerRun(100, caller(t, searchBody))
	for _, refusal := range refusals {
		refused := testing.AllocsPerRun(100, caller(t, strings.Replace(searchBody, refusal.old, refusal.new, 1)))
		if limit := accepted + 24*float64(refusal.violations); refused > limit {
			t.Errorf("%s: %v allocations, %v when accepted", refusal.name, refused, accepted)
		}
	}
}

// The largest flow that may be deposited: 30 Mo, in base64.
func BenchmarkValidateRequestLarge(b *testing.B) {
	deposit := operation(b, "deposerFluxFacture")
	body := flow(30 << 20)
	bodies := map[string][]byte{
		"Accepted":  body,
		"Refused":   append(slices.Clone(body[:len(body)-1]), `,"inconnue":1}`...),
		"Malformed": body[:len(body)-1],
		"NotUTF8":   append(slices.Clone(body), 0xff),
		// A slash is one character of base64 in 64, and PHP escapes it.
		"Escaped": []byte(`{"fichierFlux":"` + strings.Repeat(strings.Repeat("A", 63)+`\/`, len(body)/65) + `"}`),
	}
	for _, name := range slices.Sorted(maps.Keys(bodies)) {
		b.Run(name, func(b *testing.B) {
			request := openapi.Request{ContentType: "application/json", Body: bodies[name]}
			b.ReportAllocs()
			b.SetBytes(int64(len(request.Body)))
			for b.Loop() {
				deposit.ValidateRequest(request)
			}
		})
	}
}

// A download of 100 MB, as it leaves.
func BenchmarkValidateResponseLarge(b *testing.B) {
	download := operation(b, "telechargerGroupeFacture")
	header := headers("Content-Type", "application/json;charset=utf-8")
	answer := []byte(`{"codeRetour":0,"libelle":"TRA_MSG_00.000","fichierResultat":"` + strings.Repeat("QUJD", 100<<20/3) + `"}`)
	if got := download.ValidateResponse(200, header, answer); got != nil {
		b.Fatalf("%+v", got)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(answer)))
	for b.Loop() {
		download.ValidateResponse(200, header, answer)
	}
}

// What the program does with the documents before it is ready.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := openapi.Load(); err != nil {
			b.Fatal(err)
		}
	}
}

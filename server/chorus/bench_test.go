package chorus_test

import (
	"testing"

	"github.com/bytedance/sonic"

	"chorus-qualif/server/chorus"
)

// BenchmarkRechercher is the operation alone: decoding, search and answer,
// without HTTP, checks and encoding. "encoded" adds the encoding.
func BenchmarkRechercher(b *testing.B) {
	p := newPlatform(b, generated(b, 1000))
	op, _ := contractSet(b).Operation("rechercherStructure")
	answer := operations()["rechercherStructure"]
	for _, bench := range []struct{ name, body string }{
		{"siret", `{"structure":{"identifiantStructure":"` + siret(500) + `","typeIdentifiantStructure":"SIRET"}}`},
		{"criteria", `{"structure":{"raisonSocialeStructure":"Commune","identifiantStructure":"` + siret(500) + `","typeIdentifiantStructure":"SIRET","libelleStructure":null,` +
			`"nomStructure":null,"prenomStructure":null,"adresseCodePostal":"75001","adresseVille":null,"adresseCodePays":"FR","typeStructure":"PUBLIQUE","statutStructure":"ACTIF",` +
			`"estMOA":false,"estMOAUniquement":null},"restreindreStructuresPrivees":true,"parametres":{"pageResultatDemandee":1,"nbResultatsParPage":10,"triColonne":"IdentifiantStructure","triSens":"Ascendant"}}`},
		{"page-of-1000", `{"parametres":{"pageResultatDemandee":3}}`},
		{"words-among-1000", `{"structure":{"raisonSocialeStructure":"0042"}}`},
	} {
		call := p.call(op, "TECH_1_"+siret(0)+"@cpro.fr", []byte(bench.body))
		if answer(call).Code != "" {
			b.Fatalf("%s is refused", bench.name)
		}
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				answer(call)
			}
		})
		b.Run(bench.name+"/encoded", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sonic.Marshal(answer(call).Body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOperations is what the operations cost at start.
func BenchmarkOperations(b *testing.B) {
	for b.Loop() {
		chorus.Operations()
	}
}

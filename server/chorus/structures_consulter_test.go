package chorus_test

import (
	"strings"
	"testing"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

func (p *platform) consult(login string, request string) (expiry string) {
	p.tb.Helper()
	a := p.ask(login, "consulterStructureAvecTVAIntraCom", request)
	var whole object
	a.done(&whole)
	general, _ := whole["informationGenerales"].(map[string]any)
	expiry, _ = general["dateExpirationMotPasseCompteTech"].(string)
	return expiry
}

func TestConsulterAnswersToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for name, test := range map[string]struct{ request, want string }{
		"everything there is": {`{"idStructureCPP":101,"codeLangue":"fr"}`,
			`{"codeRetour":0,"libelle":"TRA_MSG_00.000","informationGenerales":{"idStructureCPP":101,"identifiantStructure":"00000000000101",` +
				`"typeIdentifiantStructure":"SIRET","libelleStructure":"Atelier du zèbre","raisonSocialeStructure":"Zèbre Fournisseur",` +
				`"structurePriveePublique":"PRIVEE","numeroTVA":"FR40000000000","numeroRcsStructure":"RCS 1","emailStructure":"contact@zebre.example",` +
				`"estValideurDeleguee":true,"listeStructureDupliquees":[],"dateExpirationMotPasseCompteTech":"2027-04-05T09:00:00.123+02:00"},` +
				`"parametres":{"codeServiceDoitEtreRenseigne":false,"numeroEJDoitEtreRenseigne":false,"gestionNumeroEJOuCodeService":false,` +
				`"statutMiseEnPaiementNestPasRemonte":false,"estMoaUniquement":false,"getaMoa":false,"connexionEDI":true,"recevoirDonneesViaEDI":true,` +
				`"estValideurDelegue":true,"nonDiffusibleInsee":false},"adressePostaleDuSiege":{"adresse":"1 rue Test","complementAdresse1":"Bâtiment A",` +
				`"complementAdresse2":"Étage 1","codePostal":"75001","ville":"Paris","pays":"France","telephone":"0102030405","indicatifTelephone":"+33",` +
				`"fax":"0102030406","indicatifFax":"+33"}}`},
		"what has no value is absent": {`{"idStructureCPP":203}`,
			`{"codeRetour":0,"libelle":"TRA_MSG_00.000","informationGenerales":{"idStructureCPP":203,"identifiantStructure":"20000000000203",` +
				`"typeIdentifiantStructure":"SIRET","raisonSocialeStructure":"Aménageur","structurePriveePublique":"PUBLIQUE","estValideurDeleguee":false,` +
				`"listeStructureDupliquees":[]},"parametres":{"codeServiceDoitEtreRenseigne":false,"numeroEJDoitEtreRenseigne":false,` +
				`"gestionNumeroEJOuCodeService":false,"statutMiseEnPaiementNestPasRemonte":false,"estMoaUniquement":true,"getaMoa":true,` +
				`"connexionEDI":false,"recevoirDonneesViaEDI":false,"estValideurDelegue":false,"nonDiffusibleInsee":false}}`},
		"the other parameters": {`{"idStructureCPP":201,"codeLangue":"FR"}`,
			`{"codeRetour":0,"libelle":"TRA_MSG_00.000","informationGenerales":{"idStructureCPP":201,"identifiantStructure":"20000000000201",` +
				`"typeIdentifiantStructure":"SIRET","libelleStructure":"Mairie","raisonSocialeStructure":"Mairie de Lyon-Essai","structurePriveePublique":"PUBLIQUE",` +
				`"estValideurDeleguee":false,"listeStructureDupliquees":[]},"parametres":{"codeServiceDoitEtreRenseigne":true,"numeroEJDoitEtreRenseigne":true,` +
				`"gestionNumeroEJOuCodeService":true,"statutMiseEnPaiementNestPasRemonte":true,"estMoaUniquement":false,"getaMoa":true,` +
				`"connexionEDI":false,"recevoirDonneesViaEDI":false,"estValideurDelegue":false,"nonDiffusibleInsee":true},` +
				`"adressePostaleDuSiege":{"codePostal":"69001","ville":"LYON","pays":"France"}}`},
	} {
		if got := p.ask(techAlpha, "consulterStructureAvecTVAIntraCom", test.request).body; string(got) != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, test.want)
		}
	}
}

func TestConsulterShowsNaturalPersons(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	got := string(p.ask(techGamma, "consulterStructureAvecTVAIntraCom", `{"idStructureCPP":104}`).body)
	for _, want := range []string{`"typeIdentifiantStructure":"PARTICULIER"`, `"nomStructure":"Durand"`, `"prenomStructure":"Zoé"`} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want it to have %s", got, want)
		}
	}
}

func TestConsulterPasswordExpiry(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct{ name, login, structure, want string }{
		{"own structure: the calling account's", techBeta, "102", "2027-04-19T09:00:00.123+02:00"},
		{"another one of the manager: the soonest of those not inactive", techAlpha, "102", "2027-01-19T09:00:00.123+01:00"},
		{"a person: the soonest too", gpOne, "102", "2027-01-19T09:00:00.123+01:00"},
		{"a public structure of somebody else: none", techAlpha, "201", ""},
		{"one's own public structure", techMairie, "201", "2027-04-28T09:00:00.123+02:00"},
		{"a structure without accounts: none", techMairie, "202", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := p.consult(test.login, `{"idStructureCPP":`+test.structure+`}`); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestConsulterPasswordExpiryFollowsAReset(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	if _, err := p.sandbox.Advance(sandboxes.Move{By: clock.Span{Days: 60}}); err != nil {
		t.Fatal(err)
	}
	if _, err := sandboxes.Do(p.sandbox, qualif.Reset{By: gpOne, Login: techAlpha}); err != nil {
		t.Fatal(err)
	}
	// 60 days and then 424 after 1 March 2026.
	if got, want := p.consult(techAlpha, `{"idStructureCPP":101}`), "2027-06-28T09:00:00.123+02:00"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestConsulterAManagerTransferMovesTheRights(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	const beta, libelle = `{"idStructureCPP":102}`, "GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure."
	p.ask(techGamma, "consulterStructureAvecTVAIntraCom", beta).refused(20002, libelle, "structure-out-of-scope")
	p.consult(techAlpha, beta)
	if _, err := sandboxes.Do(p.sandbox, qualif.TransferManager{By: gpOne, Siret: "00000000000102", To: gpTwo}); err != nil {
		t.Fatal(err)
	}
	p.consult(techGamma, beta)
	p.ask(techAlpha, "consulterStructureAvecTVAIntraCom", beta).refused(20002, libelle, "structure-out-of-scope")
	// The accounts of the structure that was passed on now see those of its new manager.
	p.consult(techBeta, `{"idStructureCPP":103}`)
	p.ask(techBeta, "consulterStructureAvecTVAIntraCom", `{"idStructureCPP":101}`).refused(20002, libelle, "structure-out-of-scope")
}

func TestConsulterRefusals(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, request := range []string{"", "{}", `{"idStructureCPP":null}`, `{"idStructureCPP":0}`} {
		p.ask(techAlpha, "consulterStructureAvecTVAIntraCom", request).refused(20005, "GCU_MSG_99.005 - L'identifiant de la structure est obligatoire.", "structure-not-named")
	}
	for _, id := range []string{"999", "-1", "9223372036854775807", "-9223372036854775808"} {
		p.ask(techAlpha, "consulterStructureAvecTVAIntraCom", `{"idStructureCPP":`+id+`}`).refused(20001, "GCU_MSG_99.001 - La structure n'existe pas.", "structure-unknown")
	}
	p.ask(techAlpha, "consulterStructureAvecTVAIntraCom", `{"idStructureCPP":103}`).refused(20002, "GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure.", "structure-out-of-scope")
}

func TestRefusalsAreExplained(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	got := p.ask(techAlpha, "consulterStructureAvecTVAIntraCom", `{"idStructureCPP":103}`).explain
	want := "structure-out-of-scope: structure 103 is private and " + techAlpha + " is not attached to it: it reaches those of " + gpOne
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConsulterShowsTheNameOfTheCountry(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for structure, want := range map[string]string{"16": `"pays":"France"`, "204": `"pays":"Belgique"`, "202": `"pays":"QQ"`} {
		if got := string(p.ask(techAlpha, "consulterStructureAvecTVAIntraCom", `{"idStructureCPP":`+structure+`}`).body); !strings.Contains(got, want) {
			t.Errorf("got %s, want it to have %s", got, want)
		}
	}
}

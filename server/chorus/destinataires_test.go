package chorus_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
)

var provocationsReferentiel = map[string]map[string]string{
	"recupererCoordonneesBancairesValides": {
		"structure-not-named":    `{}`,
		"structure-unknown":      `{"idStructure":1}`,
		"structure-out-of-scope": `{"idStructure":201}`,
	},
	"rechercherServiceExecutant": {
		"structure-not-named":    `{"codeServiceExecutant":"B"}`,
		"structure-unknown":      `{"idDestinataireCPP":1}`,
		"structure-out-of-scope": `{"idDestinataireCPP":103}`,
	},
	"consulterInformationSIRET": {
		"unavailable-in-qualification": `{"siretStructure":"00000000000101"}`,
		"structure-not-named":          `{}`,
		"structure-unknown":            `{"siretStructure":"99999999999999"}`,
	},
	"rechercherFactureTravaux": {"nothing-found": `{}`},
}

// underSwitch are the refusals that are made under a switch only.
var underSwitch = map[string]string{
	"consulterInformationSIRET structure-not-named": "transverses.siret-information=available",
	"consulterInformationSIRET structure-unknown":   "transverses.siret-information=available",
}

type recipients struct {
	envelope
	ListeDestinataires []struct {
		ID         int64  `json:"idStructureCPP"`
		Siret      string `json:"siret"`
		Nom        string `json:"nomDestinataire"`
		CodePostal string `json:"adresseCodePostal"`
		Ville      string `json:"adresseVille"`
	} `json:"listeDestinataires"`
	ParametresRetour pageInfo `json:"parametresRetour"`
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, c := range []struct {
		sent string
		want []int64
	}{
		{``, []int64{204, 16, 203, 201, 205}}, // by identifier, descending; 202 is inactive
		{`{"identifiant":"20000000000201"}`, []int64{201}},
		{`{"identifiant":"00000000000101"}`, []int64{205}}, // 101 is private
		{`{"identifiant":"20000000000202"}`, []int64{}},
		{`{"nomVilleCodePostal":"lyon"}`, []int64{201}},
		{`{"nomVilleCodePostal":"6900"}`, []int64{201}},
		{`{"nomVilleCodePostal":"ESSAI","parametresRecherche":{"triColonne":"NomDestinataire","triSens":"Ascendant"}}`, []int64{201, 16, 204}},
		{`{"nomVilleCodePostal":"essai","parametresRecherche":{"triColonne":"Siret","triSens":"Ascendant","nbResultatsParPage":2}}`, []int64{201, 16}},
		{`{"nomVilleCodePostal":"zèbre"}`, []int64{}},
		{`{"typeStructure":"PRIVEE"}`, []int64{}},
		{`{"typeStructure":"PUBLIQUE","nomVilleCodePostal":"homonyme"}`, []int64{205}},
	} {
		var got recipients
		p.ask(techAlpha, "rechercherDestinataire", c.sent).said(searched, &got)
		ids := []int64{}
		for _, d := range got.ListeDestinataires {
			ids = append(ids, d.ID)
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s: got %v, want %v", c.sent, ids, c.want)
		}
	}
	got := p.ask(techAlpha, "rechercherDestinataire", `{"nomVilleCodePostal":"Lyon-Essai"}`).body
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeDestinataires":[{"idStructureCPP":201,"siret":"20000000000201","nomDestinataire":"Mairie de Lyon-Essai",` +
		`"adresseCodePostal":"69001","adresseVille":"LYON"}],"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":1}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestServicesOfARecipient(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for sent, want := range map[string]string{
		`{"idDestinataireCPP":201,"actif":true,"parametresRecherche":{"triColonne":"CodeServiceExecutant","triSens":"Ascendant"}}`: `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeServices":[` +
			`{"idServicesCPP":2011,"codeServiceExecutant":"B","nomServiceExecutant":"écoles"},` +
			`{"idServicesCPP":2012,"codeServiceExecutant":"FACTURES_PUBLIQUES","nomServiceExecutant":"Service des factures publiques"}],` +
			`"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":2}}`,
		`{"idDestinataireCPP":201,"nomServiceExecutant":"ECOLES"}`:                                                    `"total":0}`, // É is no E
		`{"idDestinataireCPP":201,"nomServiceExecutant":"ÉCOL"}`:                                                      `"idServicesCPP":2011`,
		`{"idDestinataireCPP":201,"codeServiceExecutant":"FACTURES"}`:                                                 `"total":0}`,
		`{"idDestinataireCPP":201,"codeServiceExecutant":"a"}`:                                                        `"idServicesCPP":2013`,
		`{"idDestinataireCPP":201,"actif":false}`:                                                                     `"total":2}`,
		`{"idDestinataireCPP":201}`:                                                                                   `"total":4}`,
		`{"idDestinataireCPP":201,"parametresRecherche":{"triColonne":"NomServiceExecutant","nbResultatsParPage":1}}`: `"idServicesCPP":2011`,
		`{"idDestinataireCPP":16}`:                                                                                    `"listeServices":[],`,
	} {
		if got := string(p.ask(techAlpha, "rechercherServiceExecutant", sent).body); !strings.Contains(got, want) {
			t.Errorf("%s:\ngot  %s\nwant %s", sent, got, want)
		}
	}
}

func TestInformationOnASIRET(t *testing.T) {
	t.Parallel()
	const op = "consulterInformationSIRET"
	newPlatform(t, sample()).ask(techAlpha, op, `{"siretStructure":"20000000000201"}`).
		refused(20099, "GCU_MSG_99.011 - Ce service n'est pas disponible dans cet environnement.", "unavailable-in-qualification")
	p := newPlatform(t, sample(), "transverses.siret-information=available")
	got := p.ask(techAlpha, op, `{"siretStructure":"00000000000101"}`).body
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","siret":"00000000000101","siren":"000000000","raisonSociale":"Zèbre Fournisseur",` +
		`"adresse":"1 rue Test Bâtiment A Étage 1 75001 Paris","estActif":true,"nonDiffusibleInsee":false}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := string(p.ask(techAlpha, op, `{"siretStructure":"20000000000202"}`).body); !strings.Contains(got, `"estActif":false`) {
		t.Errorf("got %s", got)
	}
}

// directory is the XML of the directory.
type directory struct {
	Structures []struct {
		ID       int64  `xml:"idStructureCPP"`
		Siret    string `xml:"identifiantStructure"`
		Nom      string `xml:"designationStructure"`
		Statut   string `xml:"statut"`
		Service  bool   `xml:"codeServiceDoitEtreRenseigne"`
		EJ       bool   `xml:"numeroEJDoitEtreRenseigne"`
		Ville    string `xml:"adresseVille"`
		Services []struct {
			Code  string `xml:"codeService"`
			Actif bool   `xml:"estActif"`
			EJ    bool   `xml:"numeroEngagement"`
		} `xml:"services>service"`
	} `xml:"structure"`
}

// unzippedAnnuaire opens the answer of telecharger/annuaire/destinataire.
func unzippedAnnuaire(t *testing.T, body []byte) []byte {
	t.Helper()
	var answer struct {
		envelope
		Fichier string `json:"fichierResultat"`
	}
	answered{tb: t, status: 200, body: body}.said(written, &answer)
	content, err := base64.StdEncoding.DecodeString(answer.Fichier)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(archive.File) != 1 || archive.File[0].Name != "annuaire.xml" {
		t.Fatalf("%v, %+v", err, archive)
	}
	file, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The directory has every public structure, with what invoices need to know.
func TestDirectory(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	var d directory
	text := unzippedAnnuaire(t, p.ask(techAlpha, "telechargerAnnuaireDestinataire", "{}").body)
	if err := xml.Unmarshal(text, &d); err != nil {
		t.Fatalf("%v\n%.300s", err, text)
	}
	ids := []int64{}
	for _, s := range d.Structures {
		ids = append(ids, s.ID)
		switch {
		case s.ID == 201 && (s.Nom != "Mairie de Lyon-Essai" || s.Siret != "20000000000201" || s.Ville != "LYON" || !s.Service || !s.EJ ||
			len(s.Services) != 4 || s.Services[0].Code != "B" || !s.Services[0].EJ || s.Services[2].Actif):
			t.Errorf("%+v", s)
		case (s.ID == 202) != (s.Statut == "INACTIVE"):
			t.Errorf("%+v", s)
		}
	}
	if want := []int64{16, 201, 202, 203, 204, 205}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
	again := newPlatform(t, sample()).ask(simple, "telechargerAnnuaireDestinataire", "")
	if first := p.ask(techAlpha, "telechargerAnnuaireDestinataire", "{}"); !bytes.Equal(again.body, first.body) {
		t.Error("another sandbox of the data set has another directory")
	}
}

// A large directory is bounded, says so beside the answer, and is made once for
// many who ask at once.
func TestDirectoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a hundred thousand structures")
	}
	t.Parallel()
	p := newPlatform(t, generated(t, 100_002))
	login := "TECH_1_" + siret(0) + "@cpro.fr"
	answers := make([]answered, 2)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = p.ask(login, "telechargerAnnuaireDestinataire", "") })
	}
	all.Wait()
	for _, a := range answers {
		if code, why, _ := strings.Cut(a.explain, ": "); code != "directory-cut" || why == "" || !bytes.Equal(a.body, answers[0].body) {
			t.Errorf("got explanation %q", a.explain)
		}
	}
	text := unzippedAnnuaire(t, answers[0].body)
	if n := bytes.Count(text, []byte("<structure>")); n != 100_000 || len(answers[0].body) > 16<<20 {
		t.Errorf("got %d structures in %d bytes", n, len(answers[0].body))
	}
}

type commitments struct {
	envelope
	Liste []struct {
		ID int64 `json:"idEngagementJuridique"`
	} `json:"listeEngagementJuridique"`
	ParametresRetour pageInfo `json:"parametresRetour"`
}

func TestCommitments(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	ascending := `"parametresRecherche":{"triSens":"Ascendant"}`
	for _, c := range []struct {
		login, sent string
		want        []int64
	}{
		{techAlpha, `{}`, []int64{802, 801}},
		{techAlpha, ``, []int64{802, 801}},
		{techMairie, `{` + ascending + `}`, []int64{801, 802, 803, 804}},
		{techGamma, `{` + ascending + `}`, []int64{803, 804}},
		{simple, `{` + ascending + `}`, []int64{801, 802}},
		// As a client looks for a number before it sends an invoice.
		{techAlpha, `{"structureReceptriceEngagementJuridique":"101","numeroEngagementJuridique":"ej-1","etatCourantEngagementJuridique":"COMMANDE"}`, []int64{801}},
		{techAlpha, `{"structureReceptriceEngagementJuridique":"101","numeroEngagementJuridique":"EJ-2","etatCourantEngagementJuridique":"COMMANDE"}`, []int64{}},
		{techAlpha, `{"structureReceptriceEngagementJuridique":"102"}`, []int64{}},
		{techAlpha, `{"structureReceptriceEngagementJuridique":"Zèbre"}`, []int64{}},
		{techAlpha, `{"numeroEngagementJuridique":"EJ-3"}`, []int64{}},
		{techMairie, `{"structureReceptriceEngagementJuridique":"103"}`, []int64{803}},
		{techAlpha, `{"codeEngagementJuridique":"EJ-2"}`, []int64{802}},
		{techAlpha, `{"codeEngagementJuridique":"EJ-2","numeroEngagementJuridique":"EJ-1"}`, []int64{}},
		{techAlpha, `{"numeroMarcheEngagementJuridique":"M-1"}`, []int64{801}},
		{techAlpha, `{"montantTTCMin":1200.6}`, []int64{801}},
		{techAlpha, `{"montantTTCMax":1200.59}`, []int64{802}},
		{techAlpha, `{"periodeDateNotificationEJDu":"2026-02-19","periodeDateNotificationEJAu":"2026-02-19"}`, []int64{801}},
		{techAlpha, `{"periodeDateNotificationEJAu":"2026-02-18T23:59:59"}`, []int64{}},
		{techAlpha, `{"parametresRecherche":{"triColonne":"DateCreationEJ","triSens":"Ascendant"}}`, []int64{802, 801}},
		{techAlpha, `{"parametresRecherche":{"triColonne":"MontantTotalTtc","triSens":"Ascendant"}}`, []int64{802, 801}},
		{techAlpha, `{"parametresRecherche":{"triColonne":"NumeroEngagementJuridique","triSens":"Ascendant","nbResultatsParPage":1,"pageResultatDemandee":2}}`, []int64{802}},
		{techAlpha, `{"parametresRecherche":{"triColonne":"DateNotificationEJ","triSens":"Ascendant"}}`, []int64{802, 801}},
		{techAlpha, `{"parametresRecherche":{"nbResultatsParPage":9999999999}}`, []int64{802, 801}},
	} {
		var got commitments
		raw := p.ask(c.login, "rechercherEngagementJuridique", c.sent)
		if !bytes.HasPrefix(raw.body, []byte(`{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeEngagementJuridique":[`)) {
			t.Fatalf("%s: got %s", c.sent, raw.body)
		}
		if err := json.Unmarshal(raw.body, &got); err != nil {
			t.Fatal(err)
		}
		ids := []int64{}
		for _, e := range got.Liste {
			ids = append(ids, e.ID)
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s %s: got %v, want %v", c.login, c.sent, ids, c.want)
		}
	}
	got := p.ask(techAlpha, "rechercherEngagementJuridique", `{"numeroEngagementJuridique":"EJ-1"}`).body
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeEngagementJuridique":[{"idEngagementJuridique":801,"libelleTypeEngagementJuridique":"BON_DE_COMMANDE",` +
		`"numeroEngagementJuridique":"EJ-1","structureReceptrice":"Zèbre Fournisseur","identifiantStructureReceptrice":"00000000000101","libelleStructureReceptrice":"Atelier du zèbre",` +
		`"statutStructureReceptrice":"ACTIF","codeServiceExecutant":"SERVICE_PRIVE_1","libelleServiceExecutant":"Comptabilité","codeServiceExecutantEmetteur":"B",` +
		`"libelleServiceExecutantEmetteur":"écoles","dateCreationEJ":"2026-02-09T09:00:00+01:00","dateNotificationEJ":"2026-02-19T09:00:00+01:00",` +
		`"libelleEtatCourantEJ":"COMMANDE","montantTotalHt":1000.5,"montantTotalTtc":1200.6,"deviseEngagement":"EUR"}],` +
		`"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":1}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := string(p.ask(techMairie, "rechercherEngagementJuridique", `{"numeroEngagementJuridique":"EJ-4"}`).body); !strings.Contains(got, `"statutStructureReceptrice":"INACTIF"`) {
		t.Errorf("got %s", got)
	}
}

// No sandbox has works invoices, whatever is asked.
func TestWorksInvoicesAreNone(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, sent := range []string{``, `{}`,
		`{"roleUtilisateur":"MOA","rechercheFactureTravaux":{"nbResultatsParPage":1000,"pageResultatDemandee":1},"flagTelecharge":false,"periodeDateHeureEtatCourantAu":"2022-01-07T23:59:59"}`} {
		p.ask(techMairie, "rechercherFactureTravaux", sent).refused(20007, "GFT_MSG_01.075 - La recherche n'a retourné aucun résultat", "nothing-found")
	}
}

// The directory takes what it takes once: benchmarks of the lists and of the
// searches that go with it.
func BenchmarkReferentiel(b *testing.B) {
	p := newPlatform(b, generated(b, 1000))
	for _, c := range []struct{ operation, body string }{
		{"recupererPays", `{"codeLangue":"FR"}`}, {"recupererTauxTva", `{}`}, {"telechargerAnnuaireDestinataire", `{}`},
		{"rechercherDestinataire", `{"nomVilleCodePostal":"00042"}`}, {"rechercherEngagementJuridique", `{"numeroEngagementJuridique":"EJ-1"}`},
	} {
		op, _ := contractSet(b).Operation(c.operation)
		call, answer := p.call(op, "TECH_1_"+siret(0)+"@cpro.fr", []byte(c.body)), operations()[c.operation]
		if said := answer(call); said.Code != "" {
			b.Fatalf("%s is refused: %s", c.operation, said.Why)
		}
		b.Run(c.operation, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				answer(call)
			}
		})
	}
}

// BenchmarkDirectory is what the first caller waits for.
func BenchmarkDirectory(b *testing.B) {
	op, _ := contractSet(b).Operation("telechargerAnnuaireDestinataire")
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("structures=%d", n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				p := newPlatform(b, generated(b, n))
				call := p.call(op, "TECH_1_"+siret(0)+"@cpro.fr", nil)
				b.StartTimer()
				operations()[op.ID](call)
			}
		})
	}
}

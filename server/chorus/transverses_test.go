package chorus_test

import (
	"slices"
	"testing"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

func TestHealthCheckToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, sent := range []string{"", "[]", "null", "{", "\x00"} {
		got := p.ask(techAlpha, "healthCheck", sent)
		want := `{"statusCodeValue":200,"statusCode":"OK","body":"L'API CPRO est actuellement disponible et fonctionnel."}`
		if got.status != 200 || string(got.body) != want {
			t.Errorf("body %q: got %d %s, want 200 %s", sent, got.status, got.body, want)
		}
	}
}

// reached is the answer of the operations that list the caller's structures.
type reached struct {
	envelope
	ListeStructures []struct {
		IDStructureCPP int64  `json:"idStructureCPP"`
		IDStructure    int64  `json:"idStructure"`
		Identifiant    string `json:"identifiant"`
		Identifiant2   string `json:"identifiantStructure"`
		Type           string `json:"typeIdentifiantStructure"`
		Designation    string `json:"designationStructure"`
	} `json:"listeStructures"`
}

func (r reached) ids() []int64 {
	ids := make([]int64, 0, len(r.ListeStructures))
	for _, s := range r.ListeStructures {
		ids = append(ids, s.IDStructureCPP+s.IDStructure)
	}
	return ids
}

func TestStructuresActivesToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for operation, want := range map[string]string{
		"recupererStructuresActivesFournisseur": `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStructures":[` +
			`{"idStructureCPP":101,"identifiant":"00000000000101","designationStructure":"Zèbre Fournisseur"},` +
			`{"idStructureCPP":102,"identifiant":"00000000000102","designationStructure":"beta conseil"}]}`,
		"recupererStructuresActivesDestinataire": `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStructures":[]}`,
		"recupererStructuresPourUtilisateur": `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStructures":[` +
			`{"idStructure":101,"identifiantStructure":"00000000000101","typeIdentifiantStructure":"SIRET","designationStructure":"Zèbre Fournisseur"},` +
			`{"idStructure":102,"identifiantStructure":"00000000000102","typeIdentifiantStructure":"SIRET","designationStructure":"beta conseil"}]}`,
	} {
		for _, sent := range []string{"", "{}"} {
			if got := p.ask(techAlpha, operation, sent).body; string(got) != want {
				t.Errorf("%s %q:\ngot  %s\nwant %s", operation, sent, got, want)
			}
		}
	}
}

func TestStructuresActivesBySpace(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct {
		operation, login string
		want             []int64
	}{
		{"recupererStructuresActivesFournisseur", techMairie, []int64{201}}, // 202 is inactive
		{"recupererStructuresActivesFournisseur", techGamma, []int64{103}},  // 104 is inactive
		{"recupererStructuresActivesFournisseur", simple, []int64{101}},
		{"recupererStructuresActivesDestinataire", techMairie, []int64{201}},
		{"recupererStructuresActivesDestinataire", techBeta, []int64{}},
		{"recupererStructuresActivesFactureTravaux", techMairie, []int64{201}},
		{"recupererStructuresActivesFactureTravaux", techBeta, []int64{101, 102}},
	} {
		var got reached
		p.ask(test.login, test.operation, "{}").done(&got)
		if ids := got.ids(); !slices.Equal(ids, test.want) {
			t.Errorf("%s, %s: got %v, want %v", test.operation, test.login, ids, test.want)
		}
	}
}

func TestStructuresPourUtilisateur(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct {
		name, login, request string
		want                 []int64
	}{
		{"inactive ones too", techMairie, `{"espaceFo":null}`, []int64{201, 202}},
		{"0 as one client sends", techMairie, `{"espaceFo":0}`, []int64{201, 202}},
		{"in a space only active ones", techMairie, `{"espaceFo":7}`, []int64{201}},
		{"in a space that is not opened", techAlpha, `{"espaceFo":7}`, []int64{}},
		{"in a space that is", techAlpha, `{"espaceFo":8}`, []int64{101, 102}},
		{"in no space there is", techAlpha, `{"espaceFo":-9223372036854775808}`, []int64{}},
		{"a person's own", simple, `{}`, []int64{101}},
		{"a person with two roles", gpTwo, `{}`, []int64{102, 103, 104}},
		{"a technical account has its manager's rights as manager", techGamma, `{}`, []int64{103, 104}},
	} {
		var got reached
		p.ask(test.login, "recupererStructuresPourUtilisateur", test.request).done(&got)
		if ids := got.ids(); !slices.Equal(ids, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, ids, test.want)
		}
	}
}

func TestStructuresFollowAManagerTransfer(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	if _, err := sandboxes.Do(p.sandbox, qualif.TransferManager{By: gpOne, Siret: "00000000000102", To: gpTwo}); err != nil {
		t.Fatal(err)
	}
	for login, want := range map[string][]int64{techAlpha: {101}, techBeta: {102, 103, 104}, techGamma: {102, 103, 104}} {
		var got reached
		p.ask(login, "recupererStructuresPourUtilisateur", "{}").done(&got)
		if ids := got.ids(); !slices.Equal(ids, want) {
			t.Errorf("%s: got %v, want %v", login, ids, want)
		}
	}
}

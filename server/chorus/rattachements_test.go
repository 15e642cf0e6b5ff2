package chorus_test

import (
	"slices"
	"testing"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type attachedServices struct {
	envelope
	IDStructure    int64  `json:"idStructure"`
	Identifiant    string `json:"identifiantStructure"`
	Designation    string `json:"designationStructure"`
	PremierService bool   `json:"premierService"`
	ListeServices  []struct {
		IDRattachement int64  `json:"idRattachement"`
		ID             int64  `json:"idService"`
		Code           string `json:"codeService"`
		Nom            string `json:"nomService"`
		Statut         string `json:"statutRattachement"`
	} `json:"listeServices"`
	ParametresRetour pageInfo `json:"parametresRetour"`
}

func (a attachedServices) ids() []int64 {
	ids := make([]int64, 0, len(a.ListeServices))
	for _, one := range a.ListeServices {
		ids = append(ids, one.ID)
	}
	return ids
}

const lister = "listerRattachementsStructureUtilisateur"

func TestListerAnswersToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","idStructure":101,"identifiantStructure":"00000000000101","designationStructure":"Zèbre Fournisseur",` +
		`"premierService":false,"listeServices":[{"idRattachement":707003,"idService":1013,"codeService":"A_PART","nomService":"Zone","statutRattachement":"VALIDEE"},` +
		`{"idRattachement":707002,"idService":1011,"codeService":"SERVICE_PRIVE_1","nomService":"Comptabilité","statutRattachement":"VALIDEE"},` +
		`{"idRattachement":707001,"idService":1012,"codeService":"SERVICE_PRIVE_2","nomService":"achats","statutRattachement":"VALIDEE"}],` +
		`"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":3}}`
	for _, structure := range []string{`"idStructure":101,"identifiantStructure":""`, `"idStructure":0,"identifiantStructure":"00000000000101","typeIdentifiantStructure":"SIRET"`} {
		for _, user := range []string{`"adresseEmailConnexionUtilisateur":"UTILISATEUR@qualif.example","idUtilisateur":0`, `"idUtilisateur":9004,"adresseEmailConnexionUtilisateur":""`} {
			request := `{` + structure + `,` + user + `,"parametresListerRattachementsStructureUtilisateur":{"triColonne":"CodeService","triSens":"Ascendant"}}`
			if got := p.ask(techAlpha, lister, request).body; string(got) != want {
				t.Errorf("%s:\ngot  %s\nwant %s", request, got, want)
			}
		}
	}
}

func TestListerSortsAndPages(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for column, ascending := range map[any][]int64{
		nil: {1013, 1011, 1012}, "CodeService": {1013, 1011, 1012}, "NomService": {1012, 1011, 1013}, "StatutRattachement": {1011, 1012, 1013},
	} {
		descending := slices.Clone(ascending)
		slices.Reverse(descending)
		for sens, want := range map[any][]int64{"Ascendant": ascending, "Descendant": descending, nil: descending} {
			for page, part := range [][]int64{want[:2], want[2:], {}} {
				var got attachedServices
				p.ask(techAlpha, lister, body(t, object{"idStructure": 101, "adresseEmailConnexionUtilisateur": simple,
					"parametresListerRattachementsStructureUtilisateur": object{"triColonne": column, "triSens": sens, "nbResultatsParPage": 2, "pageResultatDemandee": page + 1}})).done(&got)
				if ids := got.ids(); !slices.Equal(ids, part) || got.ParametresRetour != (pageInfo{page + 1, 2, 2, 3}) {
					t.Errorf("%v %v page %d: got %v, %+v; want %v", column, sens, page+1, ids, got.ParametresRetour, part)
				}
			}
		}
	}
}

func TestListerPremierService(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct {
		login, structure string
		user             string
		services         int
		want             bool
	}{
		{techGamma, "103", gpTwo, 1, true},
		{techAlpha, "101", gpOne, 2, false},
		{techAlpha, "102", gpTwo, 0, true},
		{techAlpha, "101", gpThree, 0, true}, // not attached to the structure at all
	} {
		var got attachedServices
		p.ask(test.login, lister, `{"idStructure":`+test.structure+`,"adresseEmailConnexionUtilisateur":"`+test.user+`"}`).done(&got)
		if got.PremierService != test.want || len(got.ListeServices) != test.services || got.ListeServices == nil {
			t.Errorf("%s on %s: got premierService %v with %v, want %v with %d services", test.user, test.structure, got.PremierService, got.ListeServices, test.want, test.services)
		}
	}
}

func TestListerIsForManagers(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	request := `{"idStructure":101,"idUtilisateur":9004}`
	for _, login := range []string{techAlpha, techBeta, gpOne} {
		var got attachedServices
		p.ask(login, lister, request).done(&got)
	}
	const libelle = "GCU_MSG_99.002 - Vous n'êtes pas gestionnaire de cette structure."
	for _, login := range []string{techGamma, simple, gpTwo} {
		p.ask(login, lister, request).refused(20002, libelle, "structure-out-of-scope")
	}
	// A public structure is no exception.
	p.ask(techAlpha, lister, `{"idStructure":201,"idUtilisateur":9003}`).refused(20002, libelle, "structure-out-of-scope")
	if _, err := sandboxes.Do(p.sandbox, qualif.TransferManager{By: gpOne, Siret: "00000000000101", To: simple}); err != nil {
		t.Fatal(err)
	}
	var got attachedServices
	p.ask(simple, lister, request).done(&got)
	p.ask(gpOne, lister, request).refused(20002, libelle, "structure-out-of-scope")
}

func TestListerRefusals(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	const user, structure = `"idUtilisateur":9004`, `"idStructure":101`
	for _, test := range []struct {
		request    string
		codeRetour int
		libelle    string
		code       string
	}{
		{`{` + user + `}`, 20005, "GCU_MSG_99.005 - L'identifiant de la structure est obligatoire.", "structure-not-named"},
		{`{` + user + `,"typeIdentifiantStructure":"SIRET"}`, 20005, "GCU_MSG_99.005 - L'identifiant de la structure est obligatoire.", "structure-not-named"},
		{`{` + user + `,"identifiantStructure":"00000000000101"}`, 20005, "GCU_MSG_99.005 - L'identifiant de la structure est obligatoire.", "structure-not-named"},
		{`{` + user + `,` + structure + `,"identifiantStructure":"00000000000101","typeIdentifiantStructure":"SIRET"}`, 20006, "GCU_MSG_99.006 - Un seul identifiant de structure doit être renseigné.", "structure-named-twice"},
		{`{` + user + `,"idStructure":5}`, 20001, "GCU_MSG_99.001 - La structure n'existe pas.", "structure-unknown"},
		{`{` + user + `,"identifiantStructure":"00000000000101","typeIdentifiantStructure":"RIDET"}`, 20001, "GCU_MSG_99.001 - La structure n'existe pas.", "structure-unknown"},
		{`{` + structure + `}`, 20009, "GCU_MSG_99.009 - L'identifiant de l'utilisateur est obligatoire.", "user-not-named"},
		{`{` + structure + `,` + user + `,"adresseEmailConnexionUtilisateur":"utilisateur@qualif.example"}`, 20010, "GCU_MSG_99.010 - Un seul identifiant d'utilisateur doit être renseigné.", "user-named-twice"},
		{`{` + structure + `,"idUtilisateur":-1}`, 20008, "GCU_MSG_99.008 - L'utilisateur n'existe pas.", "user-unknown"},
		{`{` + structure + `,"adresseEmailConnexionUtilisateur":"personne@qualif.example"}`, 20008, "GCU_MSG_99.008 - L'utilisateur n'existe pas.", "user-unknown"},
		{`{` + structure + `,"adresseEmailConnexionUtilisateur":"` + techAlpha + `"}`, 20008, "GCU_MSG_99.008 - L'utilisateur n'existe pas.", "user-unknown"},
	} {
		p.ask(techAlpha, lister, test.request).refused(test.codeRetour, test.libelle, test.code)
	}
}

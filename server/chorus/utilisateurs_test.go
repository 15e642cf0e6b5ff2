package chorus_test

import (
	"slices"
	"testing"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type attachments struct {
	envelope
	ListeStructureRattachement []struct {
		ID          int64  `json:"idRattachementStructure"`
		IDStructure int64  `json:"idStructure"`
		Identifiant string `json:"identifiantStructure"`
		Type        string `json:"typeIdentifiantStructure"`
		Designation string `json:"designationStructure"`
		Role        string `json:"roleUtilisateur"`
		Statut      string `json:"statutRattachementStructure"`
		Utilisateur string `json:"statutUtilisateur"`
		Services    []any  `json:"listeServicesRattache"`
	} `json:"listeStructureRattachement"`
	ParametresRetour pageInfo `json:"parametresRetour"`
}

func (a attachments) ids() []int64 {
	ids := make([]int64, 0, len(a.ListeStructureRattachement))
	for _, one := range a.ListeStructureRattachement {
		ids = append(ids, one.IDStructure)
	}
	return ids
}

func TestMesRattachementsToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStructureRattachement":[` +
		`{"idRattachementStructure":702,"idStructure":102,"identifiantStructure":"00000000000102","typeIdentifiantStructure":"SIRET","designationStructure":"beta conseil",` +
		`"roleUtilisateur":"GESTIONNAIRE_PRINCIPAL","statutRattachementStructure":"VALIDEE","statutUtilisateur":"ACTIF","listeServicesRattache":[]},` +
		`{"idRattachementStructure":701,"idStructure":101,"identifiantStructure":"00000000000101","typeIdentifiantStructure":"SIRET","designationStructure":"Zèbre Fournisseur",` +
		`"roleUtilisateur":"GESTIONNAIRE_PRINCIPAL","statutRattachementStructure":"VALIDEE","statutUtilisateur":"ACTIF","listeServicesRattache":[` +
		`{"idRattachementService":701001,"idService":1011,"codeService":"SERVICE_PRIVE_1","libelleService":"Comptabilité","estActif":true,"statutService":"ACTIF","statutRattachementService":"VALIDEE"},` +
		`{"idRattachementService":701002,"idService":1012,"codeService":"SERVICE_PRIVE_2","libelleService":"achats","estActif":false,"statutService":"INACTIF","statutRattachementService":"VALIDEE"}]}],` +
		`"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":2}}`
	for _, login := range []string{techAlpha, techBeta, gpOne} {
		for _, request := range []string{"", "{}", `{"parametresRecherche":null}`, `{"parametresRecherche":{"triColonne":"IdStructure","triSens":"Descendant"}}`} {
			if got := p.ask(login, "recupererRattachements", request).body; string(got) != want {
				t.Errorf("%s %s:\ngot  %s\nwant %s", login, request, got, want)
			}
		}
	}
}

func TestMesRattachementsSortAndPage(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	// gpTwo is UTILISATEUR of 102, and GESTIONNAIRE_PRINCIPAL of 103 (SIRET) and 104 (PARTICULIER, Zoé Durand).
	for column, ascending := range map[any][]int64{
		nil: {102, 103, 104}, "IdStructure": {102, 103, 104}, "IdentifiantStructure": {102, 103, 104}, "DesignationStructure": {102, 103, 104},
		"TypeIdentifiantStructure": {104, 102, 103}, "RoleUtilisateur": {103, 104, 102}, "no such column": {102, 103, 104},
	} {
		descending := slices.Clone(ascending)
		slices.Reverse(descending)
		for sens, want := range map[any][]int64{"Ascendant": ascending, "Descendant": descending, nil: descending} {
			for page, part := range [][]int64{want[:2], want[2:], {}} {
				var got attachments
				p.ask(gpTwo, "recupererRattachements", body(t, object{"parametresRecherche": object{
					"triColonne": column, "triSens": sens, "nbResultatsParPage": 2, "pageResultatDemandee": page + 1}})).done(&got)
				if ids := got.ids(); !slices.Equal(ids, part) || got.ParametresRetour != (pageInfo{page + 1, 2, 2, 3}) {
					t.Errorf("%v %v page %d: got %v, %+v; want %v", column, sens, page+1, ids, got.ParametresRetour, part)
				}
			}
		}
	}
}

func TestMesRattachementsRoles(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	roles := func(login string) map[int64]string {
		var got attachments
		p.ask(login, "recupererRattachements", "{}").done(&got)
		all := map[int64]string{}
		for _, one := range got.ListeStructureRattachement {
			all[one.IDStructure] = one.Role
		}
		return all
	}
	check := func(login string, structure int64, want string) {
		t.Helper()
		if got := roles(login)[structure]; got != want {
			t.Errorf("%s on %d: got role %q, want %q", login, structure, got, want)
		}
	}
	check(gpTwo, 102, "UTILISATEUR")
	check(simple, 101, "UTILISATEUR")
	check(techGamma, 103, "GESTIONNAIRE_PRINCIPAL")
	// A technical account has the rights of a manager, and nothing of what its manager is elsewhere.
	check(techGamma, 102, "")
	if _, err := sandboxes.Do(p.sandbox, qualif.TransferManager{By: gpOne, Siret: "00000000000102", To: gpTwo}); err != nil {
		t.Fatal(err)
	}
	check(gpTwo, 102, "GESTIONNAIRE_PRINCIPAL")
	check(techGamma, 102, "GESTIONNAIRE_PRINCIPAL")
	check(gpOne, 102, "UTILISATEUR")
	check(techAlpha, 102, "")
}

func TestMesRattachementsShowServiceDatesToTheMinute(t *testing.T) {
	t.Parallel()
	set := &qualif.DataSet{
		Name: "dates", Structures: []qualif.Structure{{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: siret(1), Services: mairieServices()}},
		People:        []qualif.Person{{ID: 1, Login: gpOne}},
		Rattachements: []qualif.Rattachement{{ID: 1, Login: gpOne, StructureID: 1, Role: qualif.GestionnairePrincipal, Services: []int64{2011}}},
	}
	if err := set.Index(); err != nil {
		t.Fatal(err)
	}
	var got attachments
	newPlatform(t, set).ask(gpOne, "recupererRattachements", "").done(&got)
	service, _ := got.ListeStructureRattachement[0].Services[0].(map[string]any)
	if service["dateDbtService"] != "2017-07-03 10:55" || service["dateFinService"] != "2050-12-31 00:00" {
		t.Errorf("got %v, want 2017-07-03 10:55 and 2050-12-31 00:00", service)
	}
}

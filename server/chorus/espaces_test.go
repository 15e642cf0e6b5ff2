package chorus_test

import (
	"slices"
	"testing"
)

type espaces struct {
	envelope
	ListeEspace []struct {
		ID             int64  `json:"idEspaceFo"`
		Code           int32  `json:"codeEspace"`
		Libelle        string `json:"libelleEspace"`
		IDService      int64  `json:"idService"`
		CodeService    string `json:"codeService"`
		LibelleService string `json:"libelleService"`
		Etat           string `json:"etatCourant"`
		Habilitation   string `json:"typeHabilitation"`
	} `json:"listeEspace"`
	ParametresRetour pageInfo `json:"parametresRetour"`
}

func (e espaces) ids() []int64 {
	ids := make([]int64, 0, len(e.ListeEspace))
	for _, one := range e.ListeEspace {
		ids = append(ids, one.ID)
	}
	return ids
}

func (p *platform) espaces(login string, request object) espaces {
	p.tb.Helper()
	var got espaces
	p.ask(login, "rechercherEspaces", body(p.tb, request)).done(&got)
	return got
}

var ascendingPage = object{"triSens": "Ascendant"}

func TestEspacesFollowFromWhatAStructureIs(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct {
		name, login string
		structure   int64
		want        []int64
	}{
		{"private", techAlpha, 101, []int64{2, 3, 4, 6, 8, 9}},
		{"public", techAlpha, 16, []int64{2, 3, 4, 6, 7}},
		{"public and contracting authority", techAlpha, 201, []int64{2, 3, 4, 6, 7, 9}},
		{"contracting authority only", techAlpha, 203, []int64{2, 3, 4, 9}},
	} {
		got := p.espaces(test.login, object{"structure": object{"idStructure": test.structure}, "parametresRechercherEspaces": ascendingPage})
		if ids := got.ids(); !slices.Equal(ids, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, ids, test.want)
		}
	}
}

func TestEspacesAnswerToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeEspace":[` +
		`{"idEspaceFo":7,"codeEspace":7,"libelleEspace":"Factures reçues","idService":2013,"codeService":"A","libelleService":"voirie","etatCourant":"SUPPRIME","typeHabilitation":"MODIFICATION"}],` +
		`"parametresRetour":{"pageCourante":2,"pages":6,"nbResultatsParPage":1,"total":6}}`
	for _, structure := range []string{`"idStructure":201,"identifiantStructure":"","typeIdentifiantStructure":null`, `"idStructure":null,"identifiantStructure":"20000000000201","typeIdentifiantStructure":"SIRET"`} {
		request := `{"structure":{` + structure + `},"idService":2013,"parametresRechercherEspaces":{"nbResultatsParPage":1,"pageResultatDemandee":2}}`
		if got := p.ask(techMairie, "rechercherEspaces", request).body; string(got) != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestEspacesStateAndRight(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct {
		name, login        string
		structure, service int64
		state, right       string
	}{
		{"one's own", techMairie, 201, 0, "ACTIVE", "MODIFICATION"},
		{"a public one of somebody else", techAlpha, 201, 0, "ACTIVE", "CONSULTATION_UNIQUEMENT"},
		{"an inactive structure", techMairie, 202, 0, "SUPPRIME", "MODIFICATION"},
		{"an active service", techMairie, 201, 2011, "ACTIVE", "MODIFICATION"},
		{"an inactive service", techMairie, 201, 2013, "SUPPRIME", "MODIFICATION"},
		{"an active service of an inactive structure", techMairie, 202, 2021, "SUPPRIME", "MODIFICATION"},
	} {
		got := p.espaces(test.login, object{"structure": object{"idStructure": test.structure}, "idService": test.service})
		if len(got.ListeEspace) == 0 {
			t.Errorf("%s: no space", test.name)
		}
		for _, e := range got.ListeEspace {
			if e.Etat != test.state || e.Habilitation != test.right || e.IDService != test.service {
				t.Errorf("%s: got %+v, want %s, %s", test.name, e, test.state, test.right)
			}
		}
	}
}

func TestEspacesSort(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	byNumber := []int64{2, 3, 4, 6, 7, 9}
	for column, ascending := range map[any][]int64{
		nil: byNumber, "idEspaceFo": byNumber, "CodeEspace": byNumber, "etatCourant": byNumber, "TypeHabilitation": byNumber,
		"IdService": byNumber, "CodeService": byNumber, "LibelleService": byNumber,
		// Activités, Factures de travaux, Factures reçues, Factures émises, Sollicitations reçues, Sollicitations émises.
		"LibelleEspace": {2, 9, 7, 6, 4, 3},
	} {
		descending := slices.Clone(ascending)
		slices.Reverse(descending)
		for sens, want := range map[any][]int64{"Ascendant": ascending, "Descendant": descending, nil: descending} {
			got := p.espaces(techMairie, object{"structure": object{"idStructure": 201}, "parametresRechercherEspaces": object{"triColonne": column, "triSens": sens}})
			if ids := got.ids(); !slices.Equal(ids, want) {
				t.Errorf("%v %v: got %v, want %v", column, sens, ids, want)
			}
		}
	}
}

func TestEspacesPageBeyondTheEnd(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	got := p.espaces(techMairie, object{"structure": object{"idStructure": 201}, "parametresRechercherEspaces": object{"pageResultatDemandee": 3, "nbResultatsParPage": 3}})
	if got.ListeEspace == nil || len(got.ListeEspace) != 0 || got.ParametresRetour != (pageInfo{3, 2, 3, 6}) {
		t.Errorf("got %v, %+v; want an empty list, page 3 of 2", got.ListeEspace, got.ParametresRetour)
	}
}

func TestEspacesRefusals(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	const op = "rechercherEspaces"
	const notNamed = "GCU_MSG_99.005 - L'identifiant de la structure est obligatoire."
	for _, request := range []string{"", "{}", `{"structure":null}`, `{"structure":{}}`, `{"structure":{"identifiantStructure":"20000000000201"}}`, `{"structure":{"typeIdentifiantStructure":"SIRET"}}`} {
		p.ask(techAlpha, op, request).refused(20005, notNamed, "structure-not-named")
	}
	p.ask(techAlpha, op, `{"structure":{"idStructure":201,"identifiantStructure":"20000000000201","typeIdentifiantStructure":"SIRET"}}`).
		refused(20006, "GCU_MSG_99.006 - Un seul identifiant de structure doit être renseigné.", "structure-named-twice")
	p.ask(techAlpha, op, `{"structure":{"idStructure":-201}}`).refused(20001, "GCU_MSG_99.001 - La structure n'existe pas.", "structure-unknown")
	p.ask(techAlpha, op, `{"structure":{"identifiantStructure":"1","typeIdentifiantStructure":"SIRET"}}`).refused(20001, "GCU_MSG_99.001 - La structure n'existe pas.", "structure-unknown")
	p.ask(techAlpha, op, `{"structure":{"idStructure":103}}`).refused(20002, "GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure.", "structure-out-of-scope")
	p.ask(techAlpha, op, `{"structure":{"idStructure":201},"idService":1}`).refused(20003, "GCU_MSG_99.003 - Le service n'existe pas dans cette structure.", "service-unknown")
}

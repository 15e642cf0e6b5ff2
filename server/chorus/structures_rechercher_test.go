package chorus_test

import (
	"slices"
	"strconv"
	"testing"
)

// rechercher is the answer of structures/v1/rechercher.
type rechercher struct {
	envelope
	ListeStructures []struct {
		ID          int64  `json:"idStructureCPP"`
		Identifiant string `json:"identifiantStructure"`
		Type        string `json:"typeIdentifiantStructure"`
		Designation string `json:"designationStructure"`
		Statut      string `json:"statut"`
	} `json:"listeStructures"`
	ParametresRetour pageInfo `json:"parametresRetour"`
}

func (r rechercher) ids() []int64 {
	ids := make([]int64, 0, len(r.ListeStructures))
	for _, s := range r.ListeStructures {
		ids = append(ids, s.ID)
	}
	return ids
}

// search asks for structures in ascending order unless the request says
// otherwise.
func (p *platform) search(login string, request object) rechercher {
	p.tb.Helper()
	var got rechercher
	p.ask(login, "rechercherStructure", body(p.tb, request)).done(&got)
	return got
}

func TestRechercherAnswersToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	got := p.ask(techAlpha, "rechercherStructure", `{"structure":{"identifiantStructure":"20000000000201","typeIdentifiantStructure":"SIRET"}}`)
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStructures":[{"idStructureCPP":201,"identifiantStructure":"20000000000201",` +
		`"typeIdentifiantStructure":"SIRET","designationStructure":"Mairie de Lyon-Essai","statut":"ACTIVE"}],` +
		`"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":1}}`
	if string(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
}

func TestRechercherEmptyListsAreThere(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	got := p.ask(techAlpha, "rechercherStructure", `{"structure":{"identifiantStructure":"no such"}}`)
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStructures":[],"parametresRetour":{"pageCourante":1,"pages":0,"nbResultatsParPage":10,"total":0}}`
	if string(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
}

func TestRechercherCriteria(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	everything := []int64{16, 101, 102, 103, 104, 201, 202, 203, 204, 205}
	for _, test := range []struct {
		name      string
		structure object
		want      []int64
	}{
		{"none", object{}, everything},
		{"all null", object{"raisonSocialeStructure": nil, "identifiantStructure": nil, "typeIdentifiantStructure": nil, "libelleStructure": nil, "nomStructure": nil, "prenomStructure": nil,
			"adresseCodePostal": nil, "adresseVille": nil, "adresseCodePays": nil, "typeStructure": nil, "statutStructure": nil, "estMOA": nil, "estMOAUniquement": nil}, everything},
		{"empty strings", object{"raisonSocialeStructure": "", "identifiantStructure": "", "libelleStructure": "", "nomStructure": "", "prenomStructure": "",
			"adresseCodePostal": "", "adresseVille": "", "adresseCodePays": ""}, everything},
		{"identifier of two types", object{"identifiantStructure": "00000000000101"}, []int64{101, 205}},
		{"identifier and type", object{"identifiantStructure": "00000000000101", "typeIdentifiantStructure": "AUTRE"}, []int64{205}},
		{"part of an identifier", object{"identifiantStructure": "0000000000010"}, []int64{}},
		{"type of identifier", object{"typeIdentifiantStructure": "UE_HORS_FRANCE"}, []int64{204}},
		{"raison sociale, part, any case", object{"raisonSocialeStructure": "ESSAI"}, []int64{16, 201, 202, 204}},
		{"raison sociale with accents", object{"raisonSocialeStructure": "ZÈBRE"}, []int64{101}},
		{"libellé", object{"libelleStructure": "mair"}, []int64{201}},
		{"nom", object{"nomStructure": "durand"}, []int64{104}},
		{"prénom", object{"prenomStructure": "zoé"}, []int64{104}},
		{"code postal", object{"adresseCodePostal": "69001"}, []int64{201}},
		{"part of a code postal", object{"adresseCodePostal": "6900"}, []int64{}},
		{"ville", object{"adresseVille": "paris"}, []int64{101}},
		{"pays by code", object{"adresseCodePays": "FR"}, []int64{16, 101, 201}},
		{"pays by lower-case code", object{"adresseCodePays": "be"}, []int64{204}},
		{"another country", object{"adresseCodePays": "DE"}, []int64{}},
		{"publique", object{"typeStructure": "PUBLIQUE"}, []int64{16, 201, 202, 203, 204, 205}},
		{"privée", object{"typeStructure": "PRIVEE"}, []int64{101, 102, 103, 104}},
		{"active", object{"statutStructure": "ACTIF"}, []int64{16, 101, 102, 103, 201, 203, 204, 205}},
		{"inactive", object{"statutStructure": "INACTIF"}, []int64{104, 202}},
		{"MOA", object{"estMOA": true}, []int64{201, 203}},
		{"not MOA", object{"estMOA": false}, []int64{16, 101, 102, 103, 104, 202, 204, 205}},
		{"MOA only", object{"estMOAUniquement": true}, []int64{203}},
		{"not MOA only", object{"estMOAUniquement": false, "estMOA": true}, []int64{201}},
		{"all of them must hold", object{"raisonSocialeStructure": "essai", "statutStructure": "INACTIF", "typeStructure": "PUBLIQUE"}, []int64{202}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := p.search(techAlpha, object{"structure": test.structure, "restreindreStructuresPrivees": false})
			ids := slices.Sorted(slices.Values(got.ids()))
			if !slices.Equal(ids, test.want) || got.ParametresRetour.Total != len(test.want) {
				t.Errorf("got %v of %d, want %v", ids, got.ParametresRetour.Total, test.want)
			}
		})
	}
}

func TestRechercherStatutIsSpelledTwoWays(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for asked, answered := range map[string]string{"ACTIF": "ACTIVE", "INACTIF": "INACTIVE"} {
		got := p.search(techAlpha, object{"structure": object{"statutStructure": asked}})
		if len(got.ListeStructures) == 0 {
			t.Errorf("no structure is %s", asked)
		}
		for _, s := range got.ListeStructures {
			if s.Statut != answered {
				t.Errorf("structure %d: got statut %s for criterion %s, want %s", s.ID, s.Statut, asked, answered)
			}
		}
	}
}

func TestRechercherSorts(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for column, ascending := range map[string][]int64{
		"IdentifiantStructure":     {101, 205, 102, 103, 201, 202, 203, 16, 204, 104},
		"DesignationStructure":     {203, 102, 103, 205, 202, 201, 16, 204, 104, 101},
		"TypeIdentifiantStructure": {205, 104, 16, 101, 102, 103, 201, 202, 203, 204},
		"Statut":                   {16, 101, 102, 103, 201, 203, 204, 205, 104, 202},
	} {
		descending := slices.Clone(ascending)
		slices.Reverse(descending)
		for sens, want := range map[any][]int64{"Ascendant": ascending, "Descendant": descending, nil: descending} {
			got := p.search(techAlpha, object{"restreindreStructuresPrivees": false, "parametres": object{"triColonne": column, "triSens": sens}}).ids()
			if !slices.Equal(got, want) {
				t.Errorf("%s %v: got %v, want %v", column, sens, got, want)
			}
		}
	}
}

func TestRechercherSortsByIdentifiantDescendantByDefault(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	want := []int64{104, 204, 16, 203, 202, 201, 103, 102, 205, 101}
	for _, request := range []string{"", " ", "{}", `{"structure":null,"parametres":null,"restreindreStructuresPrivees":null}`} {
		var got rechercher
		p.ask(gpTwo, "rechercherStructure", request).done(&got)
		// gpTwo reaches 102, 103 and 104, not 101.
		if ids := got.ids(); !slices.Equal(ids, slices.DeleteFunc(slices.Clone(want), func(id int64) bool { return id == 101 })) {
			t.Errorf("request %q: got %v, want %v without 101", request, ids, want)
		}
	}
}

func TestRechercherScope(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct {
		name, login string
		restrict    any
		want        []int64
	}{
		{"absent: public ones and the manager's own", techAlpha, nil, []int64{16, 101, 102, 201, 202, 203, 204, 205}},
		{"true: the same", techAlpha, true, []int64{16, 101, 102, 201, 202, 203, 204, 205}},
		{"false: all", techAlpha, false, []int64{16, 101, 102, 103, 104, 201, 202, 203, 204, 205}},
		{"a technical account of another manager", techGamma, true, []int64{16, 103, 104, 201, 202, 203, 204, 205}},
		{"a person", simple, true, []int64{16, 101, 201, 202, 203, 204, 205}},
		{"an account that reaches no private one", techMairie, true, []int64{16, 201, 202, 203, 204, 205}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := p.search(test.login, object{"restreindreStructuresPrivees": test.restrict})
			ids := slices.Sorted(slices.Values(got.ids()))
			if !slices.Equal(ids, test.want) || got.ParametresRetour.Total != len(test.want) {
				t.Errorf("got %v of %d, want %v", ids, got.ParametresRetour.Total, test.want)
			}
		})
	}
}

func TestRechercherPages(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, generated(t, 218))
	login := "TECH_1_" + siret(0) + "@cpro.fr"
	for _, test := range []struct {
		name        string
		page, size  any
		first, last int // ids of the page, 0 for none
		want        pageInfo
	}{
		{"by default", nil, nil, 1000, 1009, pageInfo{1, 22, 10, 218}},
		{"second", 2, nil, 1010, 1019, pageInfo{2, 22, 10, 218}},
		{"last, not full", 22, 10, 1210, 1217, pageInfo{22, 22, 10, 218}},
		{"beyond the end", 23, 10, 0, 0, pageInfo{23, 22, 10, 218}},
		{"far beyond the end", int64(1) << 62, 10, 0, 0, pageInfo{2147483647, 22, 10, 218}},
		{"the farthest", int64(9223372036854775807), int64(9223372036854775807), 0, 0, pageInfo{2147483647, 1, 10000, 218}},
		{"zero is the first", 0, 10, 1000, 1009, pageInfo{1, 22, 10, 218}},
		{"negative is the first", -3, 10, 1000, 1009, pageInfo{1, 22, 10, 218}},
		{"no size is the default", 1, 0, 1000, 1009, pageInfo{1, 22, 10, 218}},
		{"negative size is the default", 1, -1, 1000, 1009, pageInfo{1, 22, 10, 218}},
		{"one a page", 218, 1, 1217, 1217, pageInfo{218, 218, 1, 218}},
		{"a page that is just full", 1, 218, 1000, 1217, pageInfo{1, 1, 218, 218}},
		{"more than 200", 1, 1000, 1000, 1217, pageInfo{1, 1, 1000, 218}},
		{"as one client asks", 1, int64(9999999999), 1000, 1217, pageInfo{1, 1, 10000, 218}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := p.search(login, object{"parametres": object{"pageResultatDemandee": test.page, "nbResultatsParPage": test.size, "triSens": "Ascendant"}})
			want := []int64{}
			for id := test.first; test.first > 0 && id <= test.last; id++ {
				want = append(want, int64(id))
			}
			if ids := got.ids(); !slices.Equal(ids, want) || got.ParametresRetour != test.want {
				t.Errorf("got %v, %+v; want %v, %+v", ids, got.ParametresRetour, want, test.want)
			}
		})
	}
}

func TestRechercherPagesNeitherOverlapNorSkip(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, generated(t, 53))
	login := "TECH_1_" + siret(0) + "@cpro.fr"
	for _, column := range []string{"IdentifiantStructure", "DesignationStructure", "TypeIdentifiantStructure", "Statut"} {
		seen := map[int64]int{}
		for page := 1; page <= 8; page++ {
			got := p.search(login, object{"parametres": object{"pageResultatDemandee": page, "nbResultatsParPage": 7, "triColonne": column}})
			for _, id := range got.ids() {
				seen[id]++
			}
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("%s: structure %d is on %d pages, want 1", column, id, times)
			}
		}
		if len(seen) != 53 {
			t.Errorf("%s: got %d structures on 8 pages, want 53", column, len(seen))
		}
	}
}

// A page is bounded, so that no request makes an answer of any size.
func TestRechercherBoundsItsPages(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, generated(t, 10_001))
	got := p.search("TECH_1_"+siret(0)+"@cpro.fr", object{"parametres": object{"nbResultatsParPage": 999999}})
	want := pageInfo{1, 2, 10_000, 10_001}
	if len(got.ListeStructures) != 10_000 || got.ParametresRetour != want {
		t.Errorf("got %s structures, %+v; want 10000, %+v", strconv.Itoa(len(got.ListeStructures)), got.ParametresRetour, want)
	}
}

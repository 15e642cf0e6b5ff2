package chorus_test

import (
	"slices"
	"testing"
)

type services struct {
	envelope
	ListeServices []struct {
		ID        int64  `json:"idService"`
		Code      string `json:"codeService"`
		Libelle   string `json:"libelleService"`
		Actif     bool   `json:"estActif"`
		Statut    string `json:"statutService"`
		DateDebut string `json:"dateDbtService"`
		DateFin   string `json:"dateFinService"`
	} `json:"listeServices"`
	ParametresRetour pageInfo `json:"parametresRetour"`
}

func (s services) ids() []int64 {
	ids := make([]int64, 0, len(s.ListeServices))
	for _, one := range s.ListeServices {
		ids = append(ids, one.ID)
	}
	return ids
}

func TestServicesAnswerToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	got := p.ask(techAlpha, "rechercherServicesStructure",
		`{"idStructure":201,"idUtilisateurCourant":0,"parametresRechercherServicesStructure":{"triColonne":"CodeService","triSens":"Ascendant","nbResultatsParPage":3}}`)
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeServices":[` +
		`{"idService":2013,"codeService":"A","libelleService":"voirie","estActif":false,"statutService":"INACTIF","dateDbtService":"2019-03-01 00:00","dateFinService":"2020-06-30 23:59"},` +
		`{"idService":2011,"codeService":"B","libelleService":"écoles","estActif":true,"statutService":"ACTIF","dateDbtService":"2017-07-03 10:55","dateFinService":"2050-12-31 00:00"},` +
		`{"idService":2014,"codeService":"C","libelleService":"accueil","estActif":false,"statutService":"INACTIF"}],` +
		`"parametresRetour":{"pageCourante":1,"pages":2,"nbResultatsParPage":3,"total":4}}`
	if string(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
}

func TestServicesSort(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for column, ascending := range map[any][]int64{
		nil:              {2013, 2011, 2014, 2012},
		"CodeService":    {2013, 2011, 2014, 2012},
		"LibelleService": {2014, 2012, 2013, 2011},
		"DateDbtService": {2014, 2012, 2011, 2013},
		"DateFinService": {2012, 2014, 2013, 2011},
		"EstActif":       {2013, 2014, 2011, 2012},
	} {
		descending := slices.Clone(ascending)
		slices.Reverse(descending)
		for sens, want := range map[any][]int64{"Ascendant": ascending, "Descendant": descending, nil: descending} {
			var got services
			p.ask(techAlpha, "rechercherServicesStructure", body(t, object{"idStructure": 201,
				"parametresRechercherServicesStructure": object{"triColonne": column, "triSens": sens}})).done(&got)
			if ids := got.ids(); !slices.Equal(ids, want) {
				t.Errorf("%v %v: got %v, want %v", column, sens, ids, want)
			}
		}
	}
}

func TestServicesPages(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct {
		page, size any
		ids        []int64
		want       pageInfo
	}{
		{nil, nil, []int64{2013, 2011, 2014, 2012}, pageInfo{1, 1, 10, 4}},
		{2, 3, []int64{2012}, pageInfo{2, 2, 3, 4}},
		{2, 4, []int64{}, pageInfo{2, 1, 4, 4}},
		{int64(9223372036854775807), 1, []int64{}, pageInfo{2147483647, 4, 1, 4}},
		{-1, -1, []int64{2013, 2011, 2014, 2012}, pageInfo{1, 1, 10, 4}},
		{1, int64(9999999999), []int64{2013, 2011, 2014, 2012}, pageInfo{1, 1, 10000, 4}},
	} {
		var got services
		p.ask(techAlpha, "rechercherServicesStructure", body(t, object{"idStructure": 201,
			"parametresRechercherServicesStructure": object{"pageResultatDemandee": test.page, "nbResultatsParPage": test.size, "triSens": "Ascendant"}})).done(&got)
		if ids := got.ids(); !slices.Equal(ids, test.ids) || got.ParametresRetour != test.want {
			t.Errorf("page %v of %v: got %v, %+v; want %v, %+v", test.page, test.size, ids, got.ParametresRetour, test.ids, test.want)
		}
	}
}

func TestServicesOfAStructureWithoutAny(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	got := p.ask(techAlpha, "rechercherServicesStructure", `{"idStructure":102}`)
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeServices":[],"parametresRetour":{"pageCourante":1,"pages":0,"nbResultatsParPage":10,"total":0}}`
	if string(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
}

func TestServicesScope(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct{ login, structure string }{{techAlpha, "201"}, {techAlpha, "101"}, {techBeta, "101"}, {techAlpha, "202"}, {simple, "101"}} {
		var got services
		p.ask(test.login, "rechercherServicesStructure", `{"idStructure":`+test.structure+`}`).done(&got)
		if len(got.ListeServices) == 0 {
			t.Errorf("%s gets no service of structure %s", test.login, test.structure)
		}
	}
	p.ask(techAlpha, "rechercherServicesStructure", `{"idStructure":103}`).refused(20002, "GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure.", "structure-out-of-scope")
	p.ask(simple, "rechercherServicesStructure", `{"idStructure":102}`).refused(20002, "GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure.", "structure-out-of-scope")
	p.ask(techAlpha, "rechercherServicesStructure", `{"idStructure":7}`).refused(20001, "GCU_MSG_99.001 - La structure n'existe pas.", "structure-unknown")
	p.ask(techAlpha, "rechercherServicesStructure", "").refused(20005, "GCU_MSG_99.005 - L'identifiant de la structure est obligatoire.", "structure-not-named")
}

func TestConsulterServiceAnswersToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, test := range []struct{ request, want string }{
		{`{"idStructure":201,"idService":2011,"codeLangue":"FR"}`,
			`{"codeRetour":0,"libelle":"TRA_MSG_00.000","informationsGenerales":{"codeService":"B","nomService":"écoles","descriptionService":"Écoles de la ville"},` +
				`"parametres":{"numeroEngagement":true,"miseEnPaiement":true,"dateCreation":"2017-01-03T10:55:48.859+01:00","dateDebutValidite":"2017-07-03T10:55:48.859+02:00",` +
				`"dateFinValidite":"2050-12-31T00:00:48.859+01:00","dateModification":"2018-07-01T00:00:48.859+02:00"},"adressePostale":{"ville":"LYON","pays":"France"}}`},
		{`{"idStructure":202,"idService":2021}`,
			`{"codeRetour":0,"libelle":"TRA_MSG_00.000","informationsGenerales":{"codeService":"H"},"parametres":{"numeroEngagement":false,"miseEnPaiement":false}}`},
	} {
		if got := p.ask(techAlpha, "consulterServiceStructure", test.request).body; string(got) != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestConsulterServiceScope(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	const op = "consulterServiceStructure"
	for _, test := range []struct{ name, login, structure, service string }{
		{"a public structure's", techGamma, "201", "2013"},
		{"any of one's own structure", techAlpha, "101", "1014"},
		{"any of the manager's other structures", techBeta, "101", "1014"},
		{"a manager in person", gpOne, "101", "1014"},
		{"one that the user is attached to", simple, "101", "1011"},
	} {
		var got object
		p.ask(test.login, op, `{"idStructure":`+test.structure+`,"idService":`+test.service+`}`).done(&got)
	}
	p.ask(simple, op, `{"idStructure":101,"idService":1014}`).refused(20004, "GCU_MSG_99.004 - Vous n'êtes pas rattaché à ce service.", "service-out-of-scope")
	p.ask(techAlpha, op, `{"idStructure":103,"idService":1031}`).refused(20002, "GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure.", "structure-out-of-scope")
	p.ask(techAlpha, op, `{"idStructure":3,"idService":1031}`).refused(20001, "GCU_MSG_99.001 - La structure n'existe pas.", "structure-unknown")
	p.ask(techAlpha, op, `{"idStructure":101,"idService":1031}`).refused(20003, "GCU_MSG_99.003 - Le service n'existe pas dans cette structure.", "service-unknown")
	p.ask(techAlpha, op, `{"idService":1031}`).refused(20005, "GCU_MSG_99.005 - L'identifiant de la structure est obligatoire.", "structure-not-named")
	p.ask(techAlpha, op, `{"idStructure":101}`).refused(20007, "GCU_MSG_99.007 - L'identifiant du service est obligatoire.", "service-not-named")
}

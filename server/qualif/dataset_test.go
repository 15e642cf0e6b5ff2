package qualif_test

import (
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
)

// Every mistake is told at once: a data set of thousands of lines is not
// mended one error at a time.
func TestIndexReportsEveryMistake(t *testing.T) {
	t.Parallel()
	const gp, user = qualif.GestionnairePrincipal, qualif.Utilisateur
	d := &qualif.DataSet{
		Name: "wrong",
		Structures: []qualif.Structure{
			{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: "39012665400024", Services: []qualif.Service{{ID: 1}, {ID: 1}, {}}},
			{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: "39012665400024"},
			{ID: 0, TypeIdentifiant: qualif.SIRET, Identifiant: "3901266540002X"},
			{ID: 2, TypeIdentifiant: "SIREN", Identifiant: ""},
			{ID: 3, TypeIdentifiant: qualif.UEHorsFrance, Identifiant: "BE1"},
			{ID: 4, TypeIdentifiant: qualif.UEHorsFrance, Identifiant: "be1"},
		},
		People: []qualif.Person{{ID: 1, Login: "a@b.fr", Contact: "a"}, {ID: 1, Login: "A@B.FR"}, {Login: ""}},
		Rattachements: []qualif.Rattachement{
			{ID: 1, Login: "a@b.fr", StructureID: 1, Role: gp, Services: []int64{9}},
			{ID: 1, Login: "A@b.fr", StructureID: 1, Role: gp},
			{ID: -1, Login: "nobody@b.fr", StructureID: 9, Role: "CHEF", Services: []int64{1}},
			{ID: 2, Login: "a@b.fr", StructureID: 3, Role: user},
		},
		Accounts: []qualif.AccountSeed{
			{StructureID: 9, Status: qualif.Actif},
			{StructureID: 3, Status: "actif", PasswordDays: -1},
			{StructureID: 1, Status: qualif.Actif, PasswordDays: 3651, Profiles: []string{"portail-2023"}},
			{StructureID: 1, Status: qualif.Actif, Login: "a@B.fr", Contact: "x", Profiles: []string{"cpp-2020"}},
			{StructureID: 1, Status: qualif.Actif, Profiles: []string{"cpp-2020"}},
			{StructureID: 1, Status: qualif.Inactif, Profiles: []string{"cpp-2020"}, ChangedMinutes: 3651 * 24 * 60},
			{StructureID: 1, Status: qualif.EnCreation, ChangedMinutes: 30, Profiles: []string{"portail-2022"}},
			{StructureID: 1, Status: qualif.Actif, Login: "TECH_1_39012665400024@cpro.fr", Profiles: []string{"portail-2022"}},
			{StructureID: 1, Status: qualif.Actif, Login: "tech_1_39012665400024@CPRO.fr"},
		},
	}
	err := d.Index()
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.Split(strings.TrimPrefix(err.Error(), `data set "wrong": `), "\n")
	want := []string{
		"structure 0 (SIRET 3901266540002X): idStructureCPP is not positive",
		"structure 0 (SIRET 3901266540002X): a SIRET is 14 digits",
		"structure 1 (SIRET 39012665400024): idService 1 is taken or not positive",
		"structure 1 (SIRET 39012665400024): idService 0 is taken or not positive",
		"structure 1 (SIRET 39012665400024): idStructureCPP is taken",
		"structure 1 (SIRET 39012665400024): the identifier is taken",
		"structure 2 (SIREN ): the identifier's type is none of [SIRET UE_HORS_FRANCE HORS_UE RIDET TAHITI AUTRE PARTICULIER]",
		"structure 2 (SIREN ): it has no identifier",
		"structure 4 (UE_HORS_FRANCE be1): the identifier is taken",
		`person "": the login is empty`,
		`person "a@b.fr": the login is taken`,
		`person "a@b.fr": idUtilisateur 1 is taken`,
		`person "a@b.fr": contact "a" is not a valid e-mail address`,
		"rattachement -1: idRattachement is taken or not positive",
		`rattachement -1: login "nobody@b.fr" is nobody's`,
		"rattachement -1: structure 9 does not exist",
		`rattachement -1: role "CHEF": want GESTIONNAIRE_PRINCIPAL, GESTIONNAIRE_SECONDAIRE or UTILISATEUR`,
		"rattachement 1: structure 1 has no service 9",
		"rattachement 1: idRattachement is taken or not positive",
		"rattachement 1: a@b.fr is attached to structure 1 already",
		"rattachement 1: structure 1 already has a@b.fr as gestionnaire principal",
		"account 1: structure 9 does not exist",
		"account 2: structure 3 has no SIRET, and a technical login is made of one",
		"account 2: structure 3 has no gestionnaire principal, and nobody else creates accounts",
		`account 2: status "actif" is none of [EN_CREATION ACTIF EN_DESACTIVATION INACTIF EN_REACTIVATION SUPPRIME]`,
		"account 2: an age is negative",
		"account 3: an age is more than 3650 days",
		`account 3: profile "portail-2023": want portail-2022 or cpp-2020`,
		"account 4: login a@B.fr is a person's",
		`account 4: contact "x" is not a valid e-mail address`,
		"account 6: an age is more than 3650 days",
		"account 7: a request is pending for less than 30m0s",
		"account tech_1_39012665400024@CPRO.fr: the login is taken in profile portail-2022 (an account can be limited to some profiles)",
		"account TECH_039012665400024@cpp2017.fr: the login is taken in profile cpp-2020 (an account can be limited to some profiles)",
	}
	for _, line := range want {
		i := slices.Index(got, line)
		if i < 0 {
			t.Errorf("missing: %s", line)
			continue
		}
		got = slices.Delete(got, i, i+1)
	}
	for _, line := range got {
		t.Errorf("not wanted: %s", line)
	}
}

func TestLookUps(t *testing.T) {
	t.Parallel()
	d := dataSet(t)
	if s, ok := d.Structure(supplierID); !ok || s.Identifiant != supplier {
		t.Errorf("got %v, %v", s, ok)
	}
	if _, ok := d.Structure(0); ok {
		t.Error("found structure 0")
	}
	if s, ok := d.ByIdentifier(qualif.UEHorsFrance, foreign); !ok || s.ID != foreignID {
		t.Errorf("got %v, %v; an identifier is found whatever its case", s, ok)
	}
	if _, ok := d.ByIdentifier(qualif.SIRET, foreign); ok {
		t.Error("found an identifier under another type")
	}
	if p, ok := d.Person(strings.ToUpper(deputy)); !ok || p.Login != deputy {
		t.Errorf("got %v, %v", p, ok)
	}
	if _, ok := d.Person(""); ok {
		t.Error("found nobody")
	}
	withServices := qualif.Structure{Services: []qualif.Service{{ID: 1, Code: "A"}, {ID: 2, Code: "B"}}}
	if s, ok := withServices.Service(2); !ok || s.Code != "B" || s != &withServices.Services[1] {
		t.Errorf("got %v, %v", s, ok)
	}
	if _, ok := withServices.Service(3); ok {
		t.Error("found service 3")
	}
}

// The order in which a data set was written is no part of it; that of its
// accounts is, as they are numbered by it.
func TestDigest(t *testing.T) {
	t.Parallel()
	shuffled := unindexed()
	slices.Reverse(shuffled.Structures)
	slices.Reverse(shuffled.People)
	slices.Reverse(shuffled.Rattachements)
	if err := shuffled.Index(); err != nil {
		t.Fatal(err)
	}
	plain := dataSet(t)
	if plain.Digest() != shuffled.Digest() || !strings.HasPrefix(plain.Digest(), "sha256:") || len(plain.Digest()) != 71 {
		t.Errorf("got %s and %s", plain.Digest(), shuffled.Digest())
	}
	other := []*qualif.DataSet{dataSet(t, qualif.AccountSeed{StructureID: supplierID, Status: qualif.Actif})}
	for _, change := range []func(*qualif.DataSet){
		func(d *qualif.DataSet) { d.Name = "other" },
		func(d *qualif.DataSet) { d.Structures[0].Libelle = "x" },
		func(d *qualif.DataSet) { d.People[0].Password = "x" },
		func(d *qualif.DataSet) { d.Rattachements[4].Role = qualif.Utilisateur },
	} {
		d := unindexed()
		change(d)
		if err := d.Index(); err != nil {
			t.Fatal(err)
		}
		other = append(other, d)
	}
	for i, d := range other {
		if d.Digest() == plain.Digest() {
			t.Errorf("change %d leaves the digest", i)
		}
	}
}

func TestDesignation(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]qualif.Structure{
		"Raison":      {RaisonSociale: "Raison", Libelle: "Label", Nom: "Martin"},
		"Label":       {Libelle: "Label", Nom: "Martin"},
		"Anne Martin": {Nom: "Martin", Prenom: "Anne"},
		"Martin":      {Nom: "Martin"},
		"":            {},
	} {
		if got := s.Designation(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if active, inactive := (&qualif.Structure{}).StatutAPI(), (&qualif.Structure{Inactive: true}).StatutAPI(); active != "ACTIVE" || inactive != "INACTIVE" {
		t.Errorf("got %s and %s", active, inactive)
	}
}

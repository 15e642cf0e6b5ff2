package reference_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/reference"
)

func TestListsAreWholeAndSorted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		list  []reference.Libelle
		count int
		code  int
	}{
		"countries of ISO 3166-1": {reference.Pays(), 249, 2},
		"currencies of ISO 4217":  {reference.Devises(), 176, 3},
	} {
		if len(c.list) != c.count {
			t.Errorf("%s: got %d, want %d", name, len(c.list), c.count)
		}
		for i, l := range c.list {
			if len(l.Code) != c.code || l.Code != strings.ToUpper(l.Code) || l.Francais == "" || l.Anglais == "" {
				t.Errorf("%s: %+v", name, l)
			}
			if i > 0 && c.list[i-1].Code >= l.Code {
				t.Errorf("%s: %s comes after %s", name, l.Code, c.list[i-1].Code)
			}
		}
	}
}

func TestKnownNames(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][2]string{
		"FR": {"France", "France"}, "DE": {"Allemagne", "Germany"}, "CI": {"Côte d'Ivoire", "Côte d'Ivoire"}, "RE": {"La Réunion", "Réunion"},
		"NC": {"Nouvelle-Calédonie", "New Caledonia"}, "MK": {"Macédoine du Nord", "North Macedonia"},
	} {
		if got, ok := reference.PaysDe(code); !ok || got.Dans("FR") != want[0] || got.Dans("en") != want[1] {
			t.Errorf("%s: got %+v, want %v", code, got, want)
		}
	}
	for code, want := range map[string][2]string{
		"EUR": {"Euro", "Euro"}, "USD": {"Dollar des États-Unis", "US Dollar"}, "XPF": {"Franc CFP", "CFP Franc"}, "XCG": {"Florin caribéen", "Caribbean guilder"},
	} {
		if got, ok := reference.Devise(code); !ok || got.Dans("") != want[0] || got.Dans("EN") != want[1] {
			t.Errorf("%s: got %+v, want %v", code, got, want)
		}
	}
	for _, code := range []string{"", "FRF", "HRK", "BGN", "XXX", "XTS", "CNH", "eur", "ZZZ"} {
		if got, ok := reference.Devise(code); ok {
			t.Errorf("found %+v under %q", got, code)
		}
	}
	for _, code := range []string{"", "XK", "EU", "UN", "AN", "fr", "ZZ"} {
		if got, ok := reference.PaysDe(code); ok {
			t.Errorf("found %+v under %q", got, code)
		}
	}
}

// What is known of the rates, and that none in force is missing.
func TestTauxTVA(t *testing.T) {
	t.Parallel()
	var values []float64
	for i, r := range reference.TauxTVA() {
		if r.Code != fmt.Sprintf("TVA%d", i+1) || r.Libelle == "" {
			t.Errorf("%+v", r)
		}
		values = append(values, r.Valeur)
	}
	slices.Sort(values)
	if want := []float64{0, 0.9, 1.05, 1.75, 2.1, 5.5, 8.5, 10, 13, 20}; !slices.Equal(values, want) {
		t.Errorf("got %v, want %v", values, want)
	}
	first, _ := reference.TauxTVADe("TVA1")
	if first.Libelle != "Art 293B(FranchiseEnBase)" || first.Valeur != 0 {
		t.Errorf("got %+v, not what was recorded", first)
	}
	// The official sample of factures/v1/soumettre.
	if fifth, ok := reference.TauxTVADe("TVA5"); !ok || math.Abs(510*fifth.Valeur/100-102) > 1e-9 {
		t.Errorf("got %+v, want 102 of TVA on 510", fifth)
	}
	if r, ok := reference.TauxTVADe("TVA0"); ok {
		t.Errorf("found %+v", r)
	}
}

func TestCodesAreDistinct(t *testing.T) {
	t.Parallel()
	codes := map[string][]string{
		"types of requests": reference.TypesDemandePaiement(), "frameworks": reference.CadresFacturation(""), "statuses": reference.Statuts(""),
		"works": reference.TypesFactureTravaux(), "payments": reference.ModesReglement(), "deposits": reference.ModesDepot(),
		"formats": reference.FormatsFlux(), "syntaxes": reference.SyntaxesFlux(), "identifiers": reference.TypesIdentifiant(),
	}
	for _, m := range reference.MotifsExoneration() {
		codes["exemptions"] = append(codes["exemptions"], m.Code)
		if m.Francais == "" || m.Anglais == "" {
			t.Errorf("%+v", m)
		}
	}
	for _, m := range reference.MotifsRefus() {
		codes["refusals"] = append(codes["refusals"], m.Code)
		codes["ids of refusals"] = append(codes["ids of refusals"], fmt.Sprint(m.ID))
	}
	for _, p := range reference.TypesPiece("") {
		codes["attachments"] = append(codes["attachments"], p.Objet+" "+p.Code)
		codes["ids of attachments"] = append(codes["ids of attachments"], fmt.Sprint(p.ID))
		// pieceJointeComplementaireType has 30 characters.
		if len(p.Code) > 30 || p.Libelle == "" {
			t.Errorf("%+v", p)
		}
	}
	for _, c := range reference.Categories() {
		codes["categories"] = append(codes["categories"], c.Code)
		codes["ids of categories"] = append(codes["ids of categories"], fmt.Sprint(c.ID))
		for _, s := range c.Sous {
			codes["parts of "+c.Code] = append(codes["parts of "+c.Code], s.Code)
			codes["ids of parts"] = append(codes["ids of parts"], fmt.Sprint(s.ID))
		}
	}
	for what, list := range codes {
		seen := map[string]bool{}
		for _, code := range list {
			if code == "" || seen[code] {
				t.Errorf("%s: %q is empty or there twice", what, code)
			}
			seen[code] = true
		}
		if len(list) == 0 {
			t.Errorf("no %s", what)
		}
	}
}

// Every framework and status is of some kind of request, and what soumettre
// takes is what invoices have.
func TestKindsOfRequestsShareOutEverything(t *testing.T) {
	t.Parallel()
	if got := reference.CadresFacturation(reference.Facture); !slices.Equal(got, []string{"A1_FACTURE_FOURNISSEUR", "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE", "A9_FACTURE_SOUSTRAITANT", "A12_FACTURE_COTRAITANT"}) {
		t.Errorf("frameworks of invoices: %v", got)
	}
	frameworks, statuses := 0, map[string]bool{}
	for _, kind := range reference.TypesDemandePaiement() {
		of := reference.Statuts(kind)
		frameworks += len(reference.CadresFacturation(kind))
		for _, s := range of {
			statuses[s] = true
		}
		if !slices.Contains(of, "DEPOSEE") || !slices.Contains(of, "MISE_EN_PAIEMENT") {
			t.Errorf("%s: %v", kind, of)
		}
	}
	if frameworks != 25 || len(statuses) != 56 {
		t.Errorf("%d frameworks and %d statuses are of some kind, want 25 and 56", frameworks, len(statuses))
	}
	if of := reference.Statuts(reference.Facture); slices.Contains(of, "A_ASSOCIER_MOA") || !slices.Contains(of, "A_VALIDER_1") {
		t.Errorf("statuses of invoices: %v", of)
	}
	if len(reference.Statuts("x")) != 0 || len(reference.CadresFacturation("x")) != 0 {
		t.Error("something is of a kind that is none")
	}
}

func TestTypesPiece(t *testing.T) {
	t.Parallel()
	all := reference.TypesPiece("20")
	if whole := reference.TypesPiece(""); !slices.Equal(all, whole) || len(all) < 20 {
		t.Errorf("got %d for an unknown object, %d for none", len(all), len(whole))
	}
	for _, objet := range []string{"FACTURE", "MEMOIRE", "CB"} {
		list := reference.TypesPiece(objet)
		if len(list) == 0 || len(list) == len(all) {
			t.Errorf("%s: %v", objet, list)
		}
		for _, p := range list {
			if p.Objet != objet && p.Objet != reference.Transverse {
				t.Errorf("%s: %+v", objet, p)
			}
		}
	}
	if p, ok := reference.TypePieceDe(104); !ok || p.Code != "DIVERS" || p.Libelle != "Pièce jointe standard" {
		t.Errorf("got %+v", p)
	}
	if p, ok := reference.TypePieceDe(1); ok {
		t.Errorf("found %+v", p)
	}
}

// A list belongs to who asked for it.
func TestListsAreCopies(t *testing.T) {
	t.Parallel()
	reference.Pays()[0].Francais = "x"
	reference.TauxTVA()[0].Valeur = 9
	reference.MotifsRefus()[0].Code = "x"
	if reference.Pays()[0].Francais == "x" || reference.TauxTVA()[0].Valeur == 9 || reference.MotifsRefus()[0].Code == "x" {
		t.Error("a caller changed the tables")
	}
}

// The generated tables are what the generator writes from the CLDR's packages.
func TestTablesAreThoseOfTheCLDR(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		lacking(t, "there is no node")
	}
	if _, err := os.Stat("testdata/cldr/node_modules/cldr-core"); err != nil {
		lacking(t, "the CLDR is not installed: npm ci in server/reference/testdata/cldr")
	}
	folder := t.TempDir()
	command := exec.Command(node, "generate.mjs", folder)
	command.Dir = "testdata/cldr"
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, file := range []string{"countries.go", "currencies.go"} {
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what generate.mjs writes", file)
		}
	}
}

// lacking skips a test for want of something, or fails it where QUALIF_REQUIRE
// is set, as by .ci/run.
func lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("QUALIF_REQUIRE") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

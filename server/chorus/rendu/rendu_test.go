package rendu_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/chorus/rendu"
	"chorus-qualif/server/flux"
	"chorus-qualif/server/qualif"
)

func amount(t *testing.T, text string) qualif.Montant {
	t.Helper()
	m, err := qualif.ParseMontant(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func document(t *testing.T) rendu.Document {
	t.Helper()
	at := time.Date(2026, time.March, 2, 9, 12, 0, 0, qualif.Paris)
	return rendu.Document{
		Facture: &qualif.Facture{
			ID: 8420532, Numero: "FA-2026-0042", Type: "AVOIR", Statut: qualif.StatutMiseADisposition, ModeDepot: "SAISIE_API",
			Cadre: "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE", DateFacture: at, DateDepot: at, Devise: "EUR", NumeroMarche: "M-1", NumeroBonCommande: "EJ-7",
			NumeroFactureOrigine: "FA-41", ModePaiement: "VIREMENT", Commentaire: "Œuvre & « façade » à 20 €",
			Lignes:     []qualif.Ligne{{Numero: 1, Reference: "R1", Denomination: "Élagage", Quantite: amount(t, "2.5"), PrixUnitaire: amount(t, "40"), MontantHT: amount(t, "100"), Taux: amount(t, "20")}},
			TVA:        []qualif.LigneTVA{{Taux: amount(t, "20"), BaseHT: amount(t, "100"), Montant: amount(t, "20")}},
			Montants:   qualif.Montants{HT: amount(t, "100"), TVA: amount(t, "20"), TTC: amount(t, "120"), APayer: amount(t, "0")},
			Historique: []qualif.Passage{{Statut: qualif.StatutDeposee, Le: at}},
			Principale: &qualif.PieceLiee{},
		},
		Fournisseur:  &qualif.Structure{TypeIdentifiant: qualif.SIRET, Identifiant: "41783652090157", RaisonSociale: "Fournisseur d'essai"},
		Destinataire: &qualif.Structure{TypeIdentifiant: qualif.SIRET, Identifiant: "28394016572830", RaisonSociale: "Ville d'essai"},
		Service:      &qualif.Service{Code: "SERVICE_1", Libelle: "Achats"},
		Pieces:       []rendu.Piece{{Nom: "facture.pdf", TypeMime: "application/pdf", Contenu: []byte("%PDF-1.4 essai")}, {Nom: "bon.txt", Contenu: []byte("bon")}},
		Sandbox:      "essai", Le: at.Add(time.Hour),
	}
}

// The pivot is read back by the reader of the format with the same names.
func TestPivotIsReadBack(t *testing.T) {
	t.Parallel()
	first, second := document(t), document(t)
	other := *second.Facture
	other.Numero, second.Facture, second.Service, second.Pieces = "FA-2026-0043", &other, nil, nil
	file, err := rendu.Pivot([]rendu.Document{first, second})
	if err != nil {
		t.Fatal(err)
	}
	read := flux.Read(file, "pivot.xml", "IN_DP_E2_CPP_FACTURE_MIN", false, flux.Limits{})
	if len(read.Errors) > 0 || len(read.Invoices) != 2 {
		t.Fatalf("got %+v from %s", read.Errors, file)
	}
	got := read.Invoices[0]
	for what, pair := range map[string][2]string{
		"numero": {got.Numero, "FA-2026-0042"}, "type": {got.Type, "AVOIR"}, "cadre": {got.Cadre, "A2"}, "devise": {got.Devise, "EUR"},
		"fournisseur": {got.Fournisseur.Identifiant + got.Fournisseur.Type, "41783652090157SIRET"}, "destinataire": {got.Destinataire.Identifiant, "28394016572830"},
		"service": {got.CodeService, "SERVICE_1"}, "engagement": {got.NumeroEngagement, "EJ-7"}, "marche": {got.NumeroMarche, "M-1"},
		"paiement": {got.ModePaiement, "VIREMENT"}, "origine": {got.NumeroFactureOrigine, "FA-41"}, "jour": {got.DateFacture.Format(time.DateOnly), "2026-03-02"},
		"ttc": {got.Totaux.TTC.String(), "120"}, "tva": {got.TVA[0].Montant.String(), "20"}, "ligne": {got.Lignes[0].Quantite.String(), "2.5"},
		"seconde": {read.Invoices[1].Numero, "FA-2026-0043"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
		}
	}
	if len(got.PiecesJointes) != 2 || !bytes.Equal(got.PiecesJointes[1].Content(), []byte("bon")) || got.PiecesJointes[0].Nom != "facture.pdf" {
		t.Errorf("got attachments %+v", got.PiecesJointes)
	}
}

// The same bytes each time, and a text that people can read and copy.
func TestPDF(t *testing.T) {
	t.Parallel()
	d := document(t)
	file, err := rendu.PDF(&d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := rendu.PDF(&d)
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("the same invoice gives other bytes (%v)", err)
	}
	text := pdfText(t, file)
	for _, want := range []string{"Avoir FA-2026-0042", "8420532", "41783652090157", "Élagage", "Œuvre & « façade » à 20 €", "120", "DEPOSEE", "Simulation"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text:\n%s", want, text)
		}
	}
}

// A long invoice goes over several pages.
func TestPDFOfManyLines(t *testing.T) {
	t.Parallel()
	d := document(t)
	long := *d.Facture
	for range 300 {
		long.Lignes = append(long.Lignes, qualif.Ligne{Denomination: strings.Repeat("très long ", 50)})
	}
	d.Facture = &long
	file, err := rendu.PDF(&d)
	if err != nil || bytes.Count(file, []byte("/Type /Page\n")) < 3 {
		t.Errorf("got %d pages (%v)", bytes.Count(file, []byte("/Type /Page\n")), err)
	}
}

func pdfText(t *testing.T, file []byte) string {
	t.Helper()
	path, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("QUALIF_REQUIRE") != "" {
			t.Fatal("pdftotext (Debian package poppler-utils) is not installed")
		}
		t.Skip("pdftotext (Debian package poppler-utils) is not installed")
	}
	name := filepath.Join(t.TempDir(), "facture.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(path, "-layout", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

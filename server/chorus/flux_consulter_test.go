package chorus_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
)

// report is the answer of consulterCR.
type report struct {
	envelope
	NumeroFluxDepot       string `json:"numeroFluxDepot"`
	NomFichierFlux        string `json:"nomFichierFlux"`
	CodeInterfaceFlux     string `json:"codeInterfaceFlux"`
	CodeAppliPartenaire   string `json:"codeAppliPartenaire"`
	DesignationPartenaire string `json:"designationPartenaire"`
	DateDepotFlux         string `json:"dateDepotFlux"`
	DateEtat              string `json:"dateHeureEtatCourantFlux"`
	Etat                  string `json:"etatCourantFlux"`
	FichierCR             string `json:"fichierCR"`
}

func (p *platform) report(numero string) report {
	p.tb.Helper()
	var r report
	p.ask(techFournisseur, "consulterCR", body(p.tb, object{"numeroFluxDepot": numero})).done(&r)
	return r
}

func TestConsulterCRToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	numero := p.deposit(fluxtest.FacturX(spec("F-1")), flux.E2CIIFacturX).NumeroFluxDepot
	want := report{
		envelope{0, "TRA_MSG_00.000"}, numero, "FSO1117A_CPP001_" + numero, "FSO1117A", "PORTAIL", "Fournisseur 41783652090157",
		"2026-03-01T09:00:00.123+01:00", "2026-03-01T09:00:00.123+01:00", "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP", "",
	}
	first := p.report(numero)
	got := first
	got.FichierCR = ""
	if got != want || len(numero) != 25 || len(got.NomFichierFlux) != 41 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	p.later(fluxTime)
	last := p.report(numero)
	got, want.Etat, want.DateEtat = last, "IN_INTEGRE", "2026-03-01T09:00:03.123+01:00"
	got.FichierCR = ""
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if first.FichierCR == last.FichierCR {
		t.Error("the report does not follow the state")
	}
}

// Dates and syntaxes that clients send beside the number change nothing.
func TestConsulterCRTolerance(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	numero := p.deposit(fluxtest.UBL(spec("F-1")), flux.E1UBLInvoice).NumeroFluxDepot
	for _, beside := range []string{`"dateDepot":"2026-03-01"`, `"dateDepot":"2020-01-01T09:00:00+01:00"`, `"dateDepot":null,"syntaxeFlux":null`, `"syntaxeFlux":"IN_DP_E2_CII_FACTURX"`} {
		p.ask(techFournisseur, "consulterCR", fmt.Sprintf(`{"numeroFluxDepot":%q,%s}`, numero, beside)).done(&report{})
	}
	p.ask(techFournisseur, "consulterCRDetaille", fmt.Sprintf(`{"numeroFluxDepot":%q,"syntaxeFlux":"IN_DP_E1_CII"}`, numero)).done(&detail{})
}

// A flow is seen by whoever deposited it, and by accounts that reach one of the
// depositor's structures; for all others it does not exist.
func TestWhoSeesAFlow(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	numero := p.deposit(fluxtest.UBL(spec("F-1")), flux.E1UBLInvoice).NumeroFluxDepot
	for _, operation := range []string{"consulterCR", "consulterCRDetaille"} {
		for _, login := range []string{techFournisseur, techSibling, "GEST_PRIVE_1_41783652090157@cpro.fr"} {
			p.ask(login, operation, body(t, object{"numeroFluxDepot": numero})).done(&object{})
		}
		for _, asked := range []object{{"numeroFluxDepot": numero}, {"numeroFluxDepot": "CPP0011100000000000425999"}, {"numeroFluxDepot": "x"}} {
			p.ask(techStranger, operation, body(t, asked)).refused(20001, "POQ_MSG_01.003 - Flux introuvable.", "flux-unknown")
		}
		p.ask(techFournisseur, operation, `{"numeroFluxDepot":""}`).refused(20002, "GCU_MSG_99.033 - Le numéro du flux est obligatoire.", "flux-not-named")
	}
}

func pdfText(t *testing.T, encoded string) string {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !bytes.HasPrefix(content, []byte("%PDF-1.")) {
		t.Fatalf("fichierCR is no PDF: %.20q, %v", content, err)
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("QUALIF_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip("pdftotext is not installed: the text of the report is not read")
	}
	file := filepath.Join(t.TempDir(), "cr.pdf")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(tool, "-layout", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

func TestReportIsReadable(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	numero, _ := p.treated(fluxtest.TarGz(
		fluxtest.File{Name: "a.xml", Content: fluxtest.CII(spec("F-1"))},
		fluxtest.File{Name: "b.xml", Content: fluxtest.CII(spec("F-2", to(ejObligatoire, "", "")))},
		fluxtest.File{Name: "c.xml", Content: []byte("<a>")},
	), flux.E1CII16B)
	text := pdfText(t, p.report(numero).FichierCR)
	for _, want := range []string{
		"Simulateur de l'environnement de qualification : document sans valeur", "Compte rendu d'intégration du flux", numero, "depot.xml",
		"IN_DP_E1_CII_16B (interface FSO1106A)", "Fournisseur 41783652090157 (" + techFournisseur + ")",
		"01/03/2026 09:00:00", "01/03/2026 09:00:03", "Intégré partiellement (IN_INTEGRE_PARTIEL)", "ERR_XSD_001", "IRRECEVABILITE: ",
		"Demandes de paiement : 2, dont 1 rejetées", "F-1 : intégrée sous l'identifiant 8420001", "F-2 : rejetée",
		"Fournisseur " + siretFournisseur + ", destinataire " + ejObligatoire, "L'engagement juridique (",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report has no %q:\n%s", want, text)
		}
	}
}

// The same flow in another sandbox, asked for later, gives the same bytes.
func TestReportIsDeterministic(t *testing.T) {
	t.Parallel()
	var reports []string
	for range 2 {
		p := builtin(t)
		numero, _ := p.treated(fluxtest.UBL(spec("F-1")), flux.E1UBLInvoice)
		p.later(time.Duration(len(reports)) * time.Hour)
		reports = append(reports, p.report(numero).FichierCR)
	}
	if reports[0] != reports[1] {
		t.Error("two reports of the same flow differ")
	}
	content, err := base64.StdEncoding.DecodeString(reports[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/CreationDate (D:20260301090003)", "/ModDate (D:20260301090003)"} {
		if !bytes.Contains(content, []byte(want)) {
			t.Errorf("the report has no %s", want)
		}
	}
}

// A report of five hundred invoices with errors has all of them, on pages.
func TestReportOfALargeFlow(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	var lot []fluxtest.File
	for i := range 500 {
		lot = append(lot, fluxtest.File{Name: fmt.Sprint(i, ".xml"), Content: fluxtest.UBL(spec(fmt.Sprint("F-", i), to(ejObligatoire, "", "")))})
	}
	numero, d := p.treated(fluxtest.TarGz(lot...), flux.E1UBLInvoice)
	if d.Etat != "IN_REJETE" || len(d.ErreursDP) != 500 {
		t.Fatalf("got %s and %d errors", d.Etat, len(d.ErreursDP))
	}
	if text := pdfText(t, p.report(numero).FichierCR); !strings.Contains(text, "F-499 : rejetée") {
		t.Errorf("the report ends with %.200s", text[max(0, len(text)-200):])
	}
}

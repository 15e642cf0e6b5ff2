package flux_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
)

func full() fluxtest.Spec {
	return fluxtest.Spec{
		Number: "FA/2026_01-A+1", Service: "SERVICE_DEST_SERV_OBL", Engagement: "EJ-2026-77", Market: "2025M042", Framework: "A9",
		DueDate: "2026-03-31", Note: "Chantier de l'été <nord> & sud",
		Lines: []fluxtest.Line{
			{Name: "Étude", Quantity: "2", Price: "10.50", Rate: "20.00"},
			{Name: "Pose", Quantity: "3", Price: "1.333", Rate: "5.50"},
			{Name: "Timbre", Quantity: "1", Price: "7", Rate: "20.00"},
		},
		Attachments: []fluxtest.File{{Name: "bon de livraison.pdf", MIME: "application/pdf", Content: []byte("%PDF- bon")}},
	}
}

func read(t *testing.T, data []byte, s flux.Syntaxe) flux.Deposit {
	t.Helper()
	return flux.Read(data, "depot.xml", s, false, flux.Limits{})
}

// one is the only invoice of a deposit that is right.
func one(t *testing.T, data []byte, s flux.Syntaxe) flux.Invoice {
	t.Helper()
	d := read(t, data, s)
	if len(d.Errors) > 0 || len(d.Invoices) != 1 {
		t.Fatalf("%s: %d invoices, errors %+v", s, len(d.Invoices), d.Errors)
	}
	return d.Invoices[0]
}

var samples = []struct {
	syntaxe flux.Syntaxe
	make    func(fluxtest.Spec) []byte
	// notes, due and file tell what the format can carry; names tells
	// whether its lines do.
	notes, due, file bool
}{
	{flux.E1UBLInvoice, fluxtest.UBL, true, true, true},
	{flux.E2UBLInvoiceMin, fluxtest.UBL, true, true, true},
	{flux.PDFArchiveUBLMug, fluxtest.UBL, true, true, true},
	{flux.E1CII, fluxtest.CII, true, true, true},
	{flux.E1CII16B, fluxtest.CII, true, true, true},
	{flux.E2CIIMin, fluxtest.CII, true, true, true},
	{flux.E2CIIMin16B, fluxtest.CII, true, true, true},
	{flux.PDFArchiveCIIMug, fluxtest.CII, true, true, true},
	{flux.E2CIIFacturX, fluxtest.FacturX, true, true, true},
	{flux.E2CPPFactureMin, func(s fluxtest.Spec) []byte { return fluxtest.CPP(s) }, false, false, true},
	{flux.E1PESFacture, func(s fluxtest.Spec) []byte { return fluxtest.PES(s) }, false, false, true},
	{flux.E2PESFactureMin, func(s fluxtest.Spec) []byte { return fluxtest.PES(s) }, false, false, true},
	{flux.E1XCBL, fluxtest.XCBL, true, false, false},
}

// The same invoice says the same in each of the thirteen syntaxes.
func TestEverySyntaxSaysTheSame(t *testing.T) {
	t.Parallel()
	if got, want := len(flux.Syntaxes()), len(samples); got != want || want != 13 {
		t.Fatalf("%d syntaxes, %d samples, want 13", got, want)
	}
	for _, sample := range samples {
		t.Run(string(sample.syntaxe), func(t *testing.T) {
			t.Parallel()
			i := one(t, sample.make(full()), sample.syntaxe)
			got := map[string]string{
				"number": i.Numero, "date": i.DateFacture.Format("2006-01-02"), "type": i.Type, "code": i.TypeCode, "currency": i.Devise,
				"supplier": i.Fournisseur.Type + " " + i.Fournisseur.Identifiant + " " + i.Fournisseur.Nom,
				"buyer":    i.Destinataire.Type + " " + i.Destinataire.Identifiant + " " + i.Destinataire.Nom,
				"service":  i.CodeService, "commitment": i.NumeroEngagement, "market": i.NumeroMarche,
				"payment": i.CodePaiement + " " + i.ModePaiement, "vat": i.TypeTVA,
				"totals": i.Totaux.HT.Fixed(2) + " " + i.Totaux.TVA.Fixed(2) + " " + i.Totaux.TTC.Fixed(2) + " " + i.Totaux.APayer.Fixed(2),
			}
			want := map[string]string{
				"number": "FA/2026_01-A+1", "date": "2026-03-01", "type": "FACTURE", "code": "380", "currency": "EUR",
				"supplier": "SIRET 33254021516357 Fournisseur 33254021516357", "buyer": "SIRET 12345678200051 Destinataire sans parametre",
				"service": "SERVICE_DEST_SERV_OBL", "commitment": "EJ-2026-77", "market": "2025M042",
				"payment": "30 VIREMENT", "vat": "TVA_SUR_DEBIT", "totals": "32.00 5.82 37.82 37.82",
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("\n got %v\nwant %v", got, want)
			}
			checkRest(t, i, sample.notes, sample.due, sample.file, sample.syntaxe != flux.E1XCBL)
			if len(i.Structural) > 0 || len(i.Check()) > 0 {
				t.Errorf("findings in a good invoice: %v %v", i.Structural, i.Check())
			}
		})
	}
}

func checkRest(t *testing.T, i flux.Invoice, notes, due, file, framework bool) {
	t.Helper()
	if notes && !slices.Equal(i.Notes, []string{"Chantier de l'été <nord> & sud"}) {
		t.Errorf("notes %q", i.Notes)
	}
	if due && i.DateEcheance.Format("2006-01-02") != "2026-03-31" {
		t.Errorf("due %v", i.DateEcheance)
	}
	if framework && i.Cadre != "A9" {
		t.Errorf("cadre %q", i.Cadre)
	}
	if file {
		last := i.PiecesJointes[len(i.PiecesJointes)-1]
		if last.Nom != "bon de livraison.pdf" || string(last.Content()) != "%PDF- bon" || last.Size() != len("%PDF- bon") {
			t.Errorf("attachment %q: %q, %d bytes", last.Nom, last.Content(), last.Size())
		}
	}
	if len(i.Lignes) != 3 || len(i.TVA) != 2 {
		t.Fatalf("%d lines, %d rates", len(i.Lignes), len(i.TVA))
	}
	l := i.Lignes[1]
	if l.Numero != "2" || l.Denomination != "Pose" || l.Quantite.String() != "3" || l.PrixUnitaire.String() != "1.333" || l.MontantHT.Fixed(2) != "4.00" || l.TauxTVA.String() != "5.5" {
		t.Errorf("second line %+v", l)
	}
	if r := i.TVA[1]; r.Taux.String() != "5.5" || r.BaseHT.Fixed(2) != "4.00" || r.Montant.Fixed(2) != "0.22" {
		t.Errorf("second rate %+v", r)
	}
}

func TestCreditNotes(t *testing.T) {
	t.Parallel()
	for _, sample := range samples {
		s := full()
		s.Type, s.Origin = "381", "FA-2025-99"
		i := one(t, sample.make(s), sample.syntaxe)
		if i.Type != "AVOIR" || i.TypeCode != "381" {
			t.Errorf("%s: %s %s", sample.syntaxe, i.Type, i.TypeCode)
		}
		if sample.syntaxe != flux.E1XCBL && i.NumeroFactureOrigine != "FA-2025-99" {
			t.Errorf("%s: origin %q", sample.syntaxe, i.NumeroFactureOrigine)
		}
	}
}

// A flow whose content is not what was declared is not receivable, and what
// the content is gets told.
func TestDeclaredSyntaxAndContentDisagree(t *testing.T) {
	t.Parallel()
	s := full()
	for _, test := range []struct {
		syntaxe       flux.Syntaxe
		data          []byte
		code, libelle string
		kind          string
	}{
		{flux.E1CII16B, fluxtest.UBL(s), "ERR_XSD_001", "IRRECEVABILITE: cvc-elt.1: Cannot find the declaration of element 'Invoice'. - ligne: 2 - position: 239", "UBL Invoice"},
		{flux.E1UBLInvoice, fluxtest.CII(s), "ERR_XSD_001", "IRRECEVABILITE: cvc-elt.1: Cannot find the declaration of element 'rsm:CrossIndustryInvoice'. - ligne: 2 - position: 267", "CII"},
		{flux.E1UBLInvoice, fluxtest.XCBL(s), "ERR_XSD_001", "IRRECEVABILITE: cvc-elt.1: Cannot find the declaration of element 'Invoice'. - ligne: 2 - position: 136", "Invoice"},
		{flux.E1XCBL, fluxtest.UBL(s), "ERR_XSD_001", "IRRECEVABILITE: cvc-elt.1: Cannot find the declaration of element 'Invoice'. - ligne: 2 - position: 239", "UBL Invoice"},
		{flux.E2CPPFactureMin, fluxtest.PES(s), "ERR_XSD_001", "IRRECEVABILITE: cvc-elt.1: Cannot find the declaration of element 'PES_Facture'. - ligne: 2 - position: 14", "PES_Facture"},
		{flux.E1PESFacture, fluxtest.CPP(s), "ERR_XSD_001", "IRRECEVABILITE: cvc-elt.1: Cannot find the declaration of element 'CPPFactureMixte'. - ligne: 2 - position: 18", "CPPFactureMixte"},
		{flux.E1CII16B, fluxtest.FacturX(s), "ERR_XSD_001", "IRRECEVABILITE: Content is not allowed in prolog. - ligne: 1 - position: 1", "PDF"},
		{flux.E2CIIFacturX, fluxtest.CII(s), "ERR_FIC_001", "IRRECEVABILITE: Le fichier n'est pas un PDF.", "CII"},
		{flux.E2CIIFacturX, fluxtest.PDF(s), "ERR_FTX_001", "IRRECEVABILITE: Le fichier PDF ne contient pas de donnees Factur-X.", "PDF"},
		{flux.E2CIIFacturX, fluxtest.EncryptedPDF(s), "ERR_FIC_001", "IRRECEVABILITE: Le fichier PDF est protege.", "PDF"},
		{flux.E2CIIFacturX, []byte("%PDF-1.4\n%%EOF"), "ERR_FTX_001", "IRRECEVABILITE: Le fichier PDF ne contient pas de donnees Factur-X.", "PDF"},
	} {
		d := read(t, test.data, test.syntaxe)
		if len(d.Invoices) != 0 || len(d.Errors) != 1 {
			t.Errorf("%s given a %s: %d invoices, %+v", test.syntaxe, test.kind, len(d.Invoices), d.Errors)
			continue
		}
		if e := d.Errors[0]; e.Code != test.code || e.Libelle != test.libelle || e.File != "depot.xml" || e.Nature == "" {
			t.Errorf("%s given a %s:\n got %+v\nwant %s", test.syntaxe, test.kind, e, test.libelle)
		}
		if got := d.Files[0].Kind; got != test.kind {
			t.Errorf("%s: the content is told to be %q, want %q", test.syntaxe, got, test.kind)
		}
	}
}

func TestFilesThatHoldNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		syntaxe flux.Syntaxe
		data    string
		want    string
	}{
		{"IN_DP_E2_FACTURX", "<a/>", "IRRECEVABILITE: La syntaxe du flux n'est pas reconnue."},
		{"in_dp_e1_ubl_invoice", "<a/>", "IRRECEVABILITE: La syntaxe du flux n'est pas reconnue."},
		{flux.E1UBLInvoice, "", "IRRECEVABILITE: Le fichier est vide."},
		{flux.E1UBLInvoice, "  \n ", "IRRECEVABILITE: Premature end of file. - ligne: 2 - position: 2"},
		{flux.E1UBLInvoice, "bonjour", "IRRECEVABILITE: Content is not allowed in prolog. - ligne: 1 - position: 1"},
		{flux.E2CPPFactureMin, "<CPPFactures/>", "IRRECEVABILITE: Le flux ne contient aucune facture."},
	} {
		d := read(t, []byte(test.data), test.syntaxe)
		if len(d.Errors) != 1 || d.Errors[0].Libelle != test.want {
			t.Errorf("%s %q: %+v, want %s", test.syntaxe, test.data, d.Errors, test.want)
		}
	}
}

func TestSyntaxes(t *testing.T) {
	t.Parallel()
	seen := map[string]flux.Syntaxe{}
	for _, s := range flux.Syntaxes() {
		if !s.Known() || len(s.Interface()) != 4 {
			t.Errorf("%s: known %v, interface %q", s, s.Known(), s.Interface())
		}
		if other, twice := seen[s.Interface()]; twice {
			t.Errorf("%s and %s share the interface %s", s, other, s.Interface())
		}
		seen[s.Interface()] = s
	}
	for s, want := range map[flux.Syntaxe]string{flux.E1UBLInvoice: "1100", flux.E1CII16B: "1106", flux.E2UBLInvoiceMin: "1110", flux.E2CPPFactureMin: "1113", flux.E2CIIFacturX: "1117", "x": ""} {
		if got := s.Interface(); got != want {
			t.Errorf("interface of %s is %q, want %q", s, got, want)
		}
	}
}

func TestPDFNamesOfEveryGeneration(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"factur-x.xml", "Factur-X.xml", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml", "facture.xml"} {
		d := read(t, fluxtest.FacturXNamed(full(), name), flux.E2CIIFacturX)
		if len(d.Invoices) != 1 || d.Files[0].Kind != "Factur-X" {
			t.Errorf("%s: %d invoices, %+v", name, len(d.Invoices), d.Errors)
			continue
		}
		main := d.Invoices[0].PiecesJointes[0]
		if main.TypeMime != "application/pdf" || !strings.HasPrefix(string(main.Content()), "%PDF-") {
			t.Errorf("%s: the readable invoice is %q %s", name, main.Nom, main.TypeMime)
		}
	}
	d := read(t, fluxtest.FacturXNamed(full(), "factur-x.txt"), flux.E2CIIFacturX)
	if len(d.Invoices) != 0 {
		t.Error("a text file was taken for the invoice's data")
	}
}

func TestSignaturesAreSeen(t *testing.T) {
	t.Parallel()
	if d := read(t, fluxtest.SignedPDF(full()), flux.E2CIIFacturX); !d.Files[0].Signed || len(d.Invoices) != 1 {
		t.Errorf("signed PDF: %+v %+v", d.Files, d.Errors)
	}
	ubl := strings.Replace(string(fluxtest.UBL(full())), "</Invoice>", "", 1)
	signed := strings.Replace(ubl, "<cbc:UBLVersionID>", `<ext:UBLExtensions xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></ext:UBLExtensions><cbc:UBLVersionID>`, 1) + "</Invoice>"
	if d := flux.Read([]byte(signed), "f.xml", flux.E1UBLInvoice, true, flux.Limits{}); !d.Files[0].Signed || len(d.Errors) > 0 {
		t.Errorf("signed UBL: %+v %+v", d.Files, d.Errors)
	}
	if d := read(t, fluxtest.UBL(full()), flux.E1UBLInvoice); d.Files[0].Signed {
		t.Error("a signature was seen where there is none")
	}
}

func TestReadPDF(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		data    []byte
		want    flux.PDF
		facture bool
	}{
		{"data inside", fluxtest.FacturX(full()), flux.PDF{Valid: true, Pages: 1}, true},
		{"no data", fluxtest.PDF(full()), flux.PDF{Valid: true, Pages: 2}, false},
		{"signed", fluxtest.SignedPDF(full()), flux.PDF{Valid: true, Pages: 1, Signed: true}, true},
		{"encrypted", fluxtest.EncryptedPDF(full()), flux.PDF{Valid: true, Pages: 1, Encrypted: true}, false},
		{"no PDF", []byte("PK\x03\x04"), flux.PDF{}, false},
		{"nothing", nil, flux.PDF{}, false},
	} {
		got := flux.ReadPDF(test.data, "facture.pdf", flux.Limits{})
		if got.Valid != test.want.Valid || got.Pages != test.want.Pages || got.Signed != test.want.Signed || got.Encrypted != test.want.Encrypted {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
		if (got.Facture != nil) != test.facture {
			t.Errorf("%s: invoice %v", test.name, got.Facture)
		} else if got.Facture != nil && got.Facture.Numero != full().Number {
			t.Errorf("%s: number %q", test.name, got.Facture.Numero)
		}
	}
	if got := flux.ReadPDF(fluxtest.PDF(full()), "f.pdf", flux.Limits{File: 100}); got.Valid {
		t.Error("a PDF over the limit was read")
	}
}

package chorus_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/chorus"
	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// fluxTime is how long a flow is treated by default.
const fluxTime = 3 * time.Second

// syntaxes has a deposit of one invoice in each of the thirteen; principale
// tells what its main attachment is.
var syntaxes = []struct {
	syntaxe    flux.Syntaxe
	code       string
	make       func(fluxtest.Spec) []byte
	principale string
}{
	{flux.E1UBLInvoice, "1100", fluxtest.UBL, "bon de livraison.pdf"},
	{flux.E2UBLInvoiceMin, "1110", fluxtest.UBL, "bon de livraison.pdf"},
	{flux.PDFArchiveUBLMug, "1130", fluxtest.UBL, "bon de livraison.pdf"},
	{flux.E1CII, "1101", fluxtest.CII, "bon de livraison.pdf"},
	{flux.E1CII16B, "1106", fluxtest.CII, "bon de livraison.pdf"},
	{flux.E2CIIMin, "1111", fluxtest.CII, "bon de livraison.pdf"},
	{flux.E2CIIMin16B, "1116", fluxtest.CII, "bon de livraison.pdf"},
	{flux.PDFArchiveCIIMug, "1131", fluxtest.CII, "bon de livraison.pdf"},
	{flux.E2CIIFacturX, "1117", fluxtest.FacturX, "depot.pdf"},
	{flux.E2CPPFactureMin, "1113", func(s fluxtest.Spec) []byte { return fluxtest.CPP(s) }, "bon de livraison.pdf"},
	{flux.E1PESFacture, "1102", func(s fluxtest.Spec) []byte { return fluxtest.PES(s) }, "bon de livraison.pdf"},
	{flux.E2PESFactureMin, "1112", func(s fluxtest.Spec) []byte { return fluxtest.PES(s) }, "bon de livraison.pdf"},
	{flux.E1XCBL, "1103", fluxtest.XCBL, ""},
}

func TestEverySyntaxIsIntegrated(t *testing.T) {
	t.Parallel()
	for i, s := range syntaxes {
		t.Run(string(s.syntaxe), func(t *testing.T) {
			t.Parallel()
			p := builtin(t)
			given := spec(fmt.Sprint("F-", i), attaching(bonDeLivraison))
			got := p.deposit(s.make(given), s.syntaxe)
			want := deposited{envelope{0, "GCU_MSG_01_000"}, "CPP001" + s.code + "000000000425001", "2026-03-01", string(s.syntaxe)}
			if strings.Contains(want.SyntaxeFlux, "PDFARCHIVE") {
				want.SyntaxeFlux = ""
			}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			p.later(fluxTime)
			if d := p.detail(got.NumeroFluxDepot); d.Etat != "IN_INTEGRE" || len(d.ErreursDP)+len(d.ErreursTechniques) > 0 {
				t.Fatalf("got %+v, want IN_INTEGRE without an error", d)
			}
			all := p.becomes(got.NumeroFluxDepot)
			if len(all) != 1 {
				t.Fatalf("got %d invoices, want 1", len(all))
			}
			checkInvoice(t, p, all[0], given.Number)
			var main string
			if all[0].Principale != nil {
				main = all[0].Principale.Designation
			}
			if main != s.principale {
				t.Errorf("the main attachment is %q, want %q", main, s.principale)
			}
		})
	}
}

// checkInvoice checks what every syntax says of the invoice.
func checkInvoice(t *testing.T, p *platform, f *qualif.Facture, numero string) {
	t.Helper()
	var supplier, recipient string
	p.sandbox.Read(func(v sandboxes.View) {
		s, _ := v.Data().Structure(f.Fournisseur.StructureID)
		r, _ := v.Data().Structure(f.Destinataire.StructureID)
		supplier, recipient = s.Identifiant, r.Identifiant
	})
	got := []string{
		f.Numero, f.Type, f.ModeDepot, f.Cadre, f.Devise, f.DateFacture.Format(time.RFC3339), f.DateDepot.Format(time.RFC3339), string(f.Statut), f.Auteur,
		supplier, recipient, f.Montants.HT.String(), f.Montants.TVA.String(), f.Montants.TTC.String(), f.Montants.APayer.String(),
		fmt.Sprint(len(f.Lignes)), f.Lignes[0].Denomination, f.Lignes[0].Quantite.String(), f.Lignes[0].PrixUnitaire.String(),
		f.Lignes[0].MontantHT.String(), f.Lignes[0].Taux.String(), fmt.Sprint(len(f.TVA)), f.TVA[0].Montant.String(),
	}
	want := []string{
		numero, "FACTURE", "UPLOAD_API", "A1_FACTURE_FOURNISSEUR", "EUR", "2026-02-27T00:00:00+01:00", "2026-03-01T09:00:00+01:00", "DEPOSEE", techFournisseur,
		siretFournisseur, sansParametre, "1000", "200", "1200", "1200", "1", "Prestation de service", "1", "1000", "1000", "20", "1", "200",
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("value %d: got %q, want %q", i, got[i], want[i])
		}
	}
}

// The flow comes to its states one by one, each at its instant.
func TestFlowStatesFollowTheClock(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	numero := p.deposit(fluxtest.UBL(spec("F-1")), flux.E1UBLInvoice).NumeroFluxDepot
	for _, step := range []struct {
		wait        time.Duration
		etat, since string
	}{
		{0, "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP", "2026-03-01T09:00:00.123+01:00"},
		{999 * time.Millisecond, "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP", "2026-03-01T09:00:00.123+01:00"},
		{time.Millisecond, "IN_TRAITE_SE_CPP", "2026-03-01T09:00:01.123+01:00"},
		{time.Second, "IN_EN_COURS_TRAITEMENT_CPP", "2026-03-01T09:00:02.123+01:00"},
		{time.Second, "IN_INTEGRE", "2026-03-01T09:00:03.123+01:00"},
		{24 * time.Hour, "IN_INTEGRE", "2026-03-01T09:00:03.123+01:00"},
	} {
		p.later(step.wait)
		want := detail{
			envelope: envelope{0, "TRA_MSG_00.000"}, CodeInterface: "FSO1100A", DateDepot: "2026-03-01T09:00:00.123+01:00", DateEtat: step.since,
			Etat: step.etat, NomFichier: "FSO1100A_CPP001_" + numero,
		}
		got := p.detail(numero)
		got.ErreursDP, got.ErreursTechniques = nil, nil
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("after %v:\ngot  %+v\nwant %+v", step.wait, got, want)
		}
	}
}

func TestFlowSwitches(t *testing.T) {
	t.Parallel()
	good := fluxtest.UBL(spec("F-1"))
	t.Run("at once", func(t *testing.T) {
		t.Parallel()
		p := builtin(t, "flux.duration=0s")
		if d := p.detail(p.deposit(good, flux.E1UBLInvoice).NumeroFluxDepot); d.Etat != "IN_INTEGRE" {
			t.Errorf("got %s, want IN_INTEGRE", d.Etat)
		}
	})
	t.Run("in a day", func(t *testing.T) {
		t.Parallel()
		p := builtin(t, "flux.duration=24h")
		numero := p.deposit(good, flux.E1UBLInvoice).NumeroFluxDepot
		p.later(23 * time.Hour)
		if d := p.detail(numero); d.Etat != "IN_EN_COURS_TRAITEMENT_CPP" {
			t.Errorf("after 23 hours: got %s", d.Etat)
		}
		p.later(time.Hour)
		if d := p.detail(numero); d.Etat != "IN_INTEGRE" {
			t.Errorf("after a day: got %s", d.Etat)
		}
	})
	t.Run("incident", func(t *testing.T) {
		t.Parallel()
		p := builtin(t, "flux.outcome=incident")
		numero, d := p.treated(good, flux.E1UBLInvoice)
		if d.Etat != "IN_INCIDENTE" || len(d.ErreursDP)+len(d.ErreursTechniques) > 0 || len(p.becomes(numero)) > 0 {
			t.Errorf("got %+v and %d invoices, want IN_INCIDENTE and nothing else", d, len(p.becomes(numero)))
		}
	})
	t.Run("late", func(t *testing.T) {
		t.Parallel()
		p := builtin(t, "flux.visible=late")
		asked := object{"numeroFluxDepot": p.deposit(good, flux.E1UBLInvoice).NumeroFluxDepot}
		for _, operation := range []string{"consulterCR", "consulterCRDetaille"} {
			p.ask(techFournisseur, operation, body(t, asked)).refused(20001, "POQ_MSG_01.003 - Flux introuvable.", "flux-unknown")
		}
		p.later(time.Second)
		if d := p.detail(asked["numeroFluxDepot"].(string)); d.Etat != "IN_TRAITE_SE_CPP" {
			t.Errorf("got %+v, want IN_TRAITE_SE_CPP", d)
		}
	})
	t.Run("any supplier", func(t *testing.T) {
		t.Parallel()
		other := fluxtest.UBL(spec("F-1", func(s *fluxtest.Spec) { s.Supplier = "39012665400024" }))
		for value, want := range map[string]string{"attached": "IN_REJETE", "any": "IN_INTEGRE"} {
			p := builtin(t, "flux.supplier="+value)
			if _, d := p.treated(other, flux.E1UBLInvoice); d.Etat != want {
				t.Errorf("%s: got %+v, want %s", value, d, want)
			}
		}
	})
}

// What the directory finds wrong, in the platform's words and in order.
func TestRejectedInvoices(t *testing.T) {
	t.Parallel()
	const ubl = "AccountingSupplierParty.Party.PartyIdentification.ID.value"
	for _, test := range []struct {
		name string
		spec fluxtest.Spec
		want string
	}{
		{"supplier unknown", spec("F", func(s *fluxtest.Spec) { s.Supplier = "00000000000001" }),
			"L'identifiant fournisseur de la demande de paiement (balise : " + ubl + ") n'est pas reference dans notre systeme."},
		{"supplier of somebody else", spec("F", func(s *fluxtest.Spec) { s.Supplier = "39012665400024" }),
			"L'utilisateur n'est pas habilite sur la structure fournisseur de la demande de paiement."},
		{"recipient unknown", spec("F", to("00000000000001", "", "")), "L'identifiant destinataire de la demande de paiement (balise : "},
		{"recipient private", spec("F", to("88240517396621", "", "")), "L'identifiant destinataire de la demande de paiement (balise : "},
		{"commitment required", spec("F", to(ejObligatoire, "", "")), "L'engagement juridique (OrderReference.ID.value) est obligatoire."},
		{"commitment given", spec("F", to(ejObligatoire, "", "EJ-1")), ""},
		{"service required", spec("F", to(svcOblig, "", "")), "L'engagement juridique (AccountingCustomerParty."},
		{"service given", spec("F", to(svcOblig, "SERVICE_DEST_SERV_OBL", "")), ""},
		{"service unknown", spec("F", to(svcOblig, "NULLE_PART", "")), "Le service executant (balise : "},
		{"either required", spec("F", to(ejOuService, "", "")), "L'engagement juridique (OrderReference.ID.value) est obligatoire."},
		{"either: commitment", spec("F", to(ejOuService, "", "EJ-1")), ""},
		{"either: service", spec("F", to(ejOuService, "SERVICE_DEST_EJ_OU_SERV_OBL", "")), ""},
		{"number too long", spec("F-123456789-123456789"), "Le champ identifiant de la facture (ID.value) ne doit pas depasser 20 caracteres"},
		{"dated tomorrow", spec("F", func(s *fluxtest.Spec) { s.IssueDate = "2026-03-02" }),
			"La date d'emission de la facture (IssueDate.value) doit etre anterieure ou egale a la date de depot."},
		{"an amount that the sandbox cannot keep", spec("F", func(s *fluxtest.Spec) {
			s.Lines = []fluxtest.Line{{Name: "Pont", Quantity: "1", Price: "9500000000000", Rate: "0"}}
		}), "Un montant de la demande de paiement depasse la valeur maximale autorisee."},
		{"dated today", spec("F", func(s *fluxtest.Spec) { s.IssueDate = "2026-03-01" }), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := builtin(t)
			_, d := p.treated(fluxtest.UBL(test.spec), flux.E1UBLInvoice)
			if test.want == "" {
				if d.Etat != "IN_INTEGRE" {
					t.Errorf("got %+v, want IN_INTEGRE", d)
				}
				return
			}
			if d.Etat != "IN_REJETE" || len(d.ErreursDP) != 1 || !strings.HasPrefix(d.ErreursDP[0].Libelle, test.want) || strings.Contains(d.ErreursDP[0].Libelle, "|") {
				t.Fatalf("got %+v, want IN_REJETE for %q", d, test.want)
			}
			if e := d.ErreursDP[0]; e.Numero != test.spec.Number || e.Fournisseur != test.spec.Supplier {
				t.Errorf("got %+v, want the invoice's own number and supplier", e)
			}
		})
	}
}

// Several errors of an invoice are joined by | and cut at 255 characters.
func TestErrorsOfAnInvoiceAreJoined(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	_, d := p.treated(fluxtest.UBL(spec("F-123456789-123456789", to("00000000000001", "", ""), func(s *fluxtest.Spec) {
		s.Supplier, s.IssueDate = "00000000000002", "2027-01-01"
	})), flux.E1UBLInvoice)
	if len(d.ErreursDP) != 1 {
		t.Fatalf("got %+v, want one invoice", d)
	}
	label := d.ErreursDP[0].Libelle
	if len([]rune(label)) != 255 || strings.Count(label, "|") < 2 || !strings.HasPrefix(label, "Le champ identifiant de la facture (ID.value) ne doit pas depasser 20 caracteres|") {
		t.Errorf("got %q, want 255 characters of several errors", label)
	}
}

// A number is refused the second time, whatever its case, in another flow or the
// same one; not for another year or supplier.
func TestDuplicatesAreRejected(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	say := func(numero, day, supplier string) []byte {
		return fluxtest.UBL(spec(numero, func(s *fluxtest.Spec) { s.IssueDate, s.Supplier = day, supplier }))
	}
	for _, step := range []struct {
		name string
		file []byte
		want string
	}{
		{"first", say("F-1", "2026-02-27", siretFournisseur), "IN_INTEGRE"},
		{"again", say("F-1", "2026-02-27", siretFournisseur), "IN_REJETE"},
		{"another case", say("f-1", "2026-01-01", siretFournisseur), "IN_REJETE"},
		{"the year before", say("F-1", "2025-12-31", siretFournisseur), "IN_INTEGRE"},
		{"another supplier of the manager", say("F-1", "2026-02-27", "88240517396621"), "IN_INTEGRE"},
		{"twice in one flow", fluxtest.TarGz(
			fluxtest.File{Name: "1.xml", Content: say("F-2", "2026-02-27", siretFournisseur)},
			fluxtest.File{Name: "2.xml", Content: say("F-2", "2026-02-27", siretFournisseur)}), "IN_INTEGRE_PARTIEL"},
	} {
		_, d := p.treated(step.file, flux.E1UBLInvoice)
		if d.Etat != step.want {
			t.Errorf("%s: got %+v, want %s", step.name, d, step.want)
		}
		for _, e := range d.ErreursDP {
			if !strings.Contains(e.Libelle, "existe deja dans notre systeme") {
				t.Errorf("%s: got %q", step.name, e.Libelle)
			}
		}
	}
}

// Of an archive, what is good is integrated and the rest told.
func TestPartialArchive(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	numero, d := p.treated(fluxtest.TarGz(
		fluxtest.File{Name: "bonne.xml", Content: fluxtest.CII(spec("F-1", attaching(bonDeLivraison)))},
		fluxtest.File{Name: "refusee.xml", Content: fluxtest.CII(spec("F-2", to(ejObligatoire, "", "")))},
		fluxtest.File{Name: "illisible.xml", Content: []byte("<a>")},
		fluxtest.File{Name: "autre.xml", Content: fluxtest.CII(spec("F-3"))},
	), flux.E1CII16B)
	if d.Etat != "IN_INTEGRE_PARTIEL" || len(d.ErreursDP) != 1 || d.ErreursDP[0].Numero != "F-2" || len(d.ErreursTechniques) == 0 {
		t.Fatalf("got %+v, want IN_INTEGRE_PARTIEL with F-2 refused and a technical error", d)
	}
	if all := p.becomes(numero); len(all) != 2 || all[0].Numero != "F-1" || all[1].Numero != "F-3" {
		t.Errorf("got %v invoices, want F-1 and F-3", len(all))
	}
}

// A file that cannot be received is acknowledged like any other, and rejected
// when it is treated: not before.
func TestIrreceivableFlows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file    []byte
		syntaxe flux.Syntaxe
		code    string
	}{
		"not XML":              {[]byte("bonjour"), flux.E1UBLInvoice, "ERR_XSD_001"},
		"wrong decimal":        {bytes.Replace(fluxtest.UBL(spec("F")), []byte(">1000.00<"), []byte(">-1 324,60<"), 1), flux.E1UBLInvoice, "ERR_XSD_001"},
		"another syntax":       {fluxtest.CII(spec("F")), flux.E1UBLInvoice, "ERR_XSD_001"},
		"PDF without data":     {fluxtest.PDF(spec("F")), flux.E2CIIFacturX, "ERR_FTX_001"},
		"encrypted PDF":        {fluxtest.EncryptedPDF(spec("F")), flux.E2CIIFacturX, "ERR_FIC_001"},
		"XML where PDF is due": {fluxtest.CII(spec("F")), flux.E2CIIFacturX, "ERR_FIC_001"},
		"broken archive":       {[]byte("\x1f\x8b..."), flux.E1UBLInvoice, "ERR_ARC_001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := builtin(t)
			numero := p.deposit(test.file, test.syntaxe).NumeroFluxDepot
			if d := p.detail(numero); len(d.ErreursTechniques) > 0 {
				t.Errorf("right after the deposit: got %+v", d.ErreursTechniques)
			}
			p.later(fluxTime)
			d := p.detail(numero)
			if d.Etat != "IN_REJETE" || len(d.ErreursTechniques) == 0 || len(d.ErreursDP) > 0 {
				t.Fatalf("got %+v, want IN_REJETE with a technical error", d)
			}
			if e := d.ErreursTechniques[0]; e.Code != test.code || !strings.HasPrefix(e.Libelle, "IRRECEVABILITE: ") || e.Nature != "BLOQUANT" {
				t.Errorf("got %+v, want code %s", e, test.code)
			}
		})
	}
}

// The observed sentence, to the letter.
func TestWrongDecimalToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	_, d := p.treated(bytes.Replace(fluxtest.UBL(spec("F")), []byte(">1000.00<"), []byte(">-1 324,60<"), 1), flux.E1UBLInvoice)
	if got, want := d.ErreursTechniques[0].Libelle, "IRRECEVABILITE: cvc-datatype-valid.1.2.1: '-1 324,60' is not a valid value for 'decimal'. - ligne: "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q…", got, want)
	}
}

// What clients send around the file.
func TestDepositTolerance(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	n := 0
	next := func() string {
		n++
		// Whatever its place, a row of ? has a slash in base64.
		text := b64(fluxtest.UBL(spec(fmt.Sprint("F-", n), func(s *fluxtest.Spec) { s.Note = "??????" })))
		if !strings.Contains(text, "/") {
			t.Fatal("there is no slash to escape")
		}
		return text
	}
	folded := func(text string, every int, by string) string {
		var all []string
		for len(text) > every {
			all, text = append(all, text[:every]), text[every:]
		}
		return strings.Join(append(all, text), by)
	}
	for name, sent := range map[string]string{
		"nothing more":     fmt.Sprintf(`{"fichierFlux":%q,"nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE"}`, next()),
		"user 0":           fmt.Sprintf(`{"idUtilisateurCourant":0,"fichierFlux":%q,"nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE","avecSignature":false}`, next()),
		"user null":        fmt.Sprintf(`{"idUtilisateurCourant":null,"fichierFlux":%q,"nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE","avecSignature":null}`, next()),
		"signed":           fmt.Sprintf(`{"idUtilisateurCourant":65336344681929,"fichierFlux":%q,"nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE","avecSignature":true}`, next()),
		"trailing newline": fmt.Sprintf(`{"fichierFlux":"%s\n","nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE"}`, next()),
		"folded":           fmt.Sprintf(`{"fichierFlux":"%s\r\n","nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE"}`, folded(next(), 76, `\r\n`)),
		"blanks":           fmt.Sprintf(`{"fichierFlux":"  %s ","nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE"}`, folded(next(), 13, ` \t`)),
		"escaped slashes":  fmt.Sprintf(`{"fichierFlux":"%s","nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE"}`, strings.ReplaceAll(next(), "/", `\/`)),
		"escaped letters": fmt.Sprintf(`{"fichierFlux":"%s","nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE"}`,
			strings.NewReplacer("+", `\u002B`, "P", `\u0050`, "=", `\u003d`).Replace(next())),
	} {
		var answer deposited
		p.ask(techFournisseur, "deposerFluxFacture", sent).created(&answer)
		p.later(fluxTime)
		if d := p.detail(answer.NumeroFluxDepot); d.Etat != "IN_INTEGRE" {
			t.Errorf("%s: got %+v, want IN_INTEGRE", name, d)
		}
	}
}

// Of a price for ten, the invoice has that of one; of a long note, what a comment
// holds.
func TestValuesThatAreFitted(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	file := fluxtest.UBL(spec("F-1", func(s *fluxtest.Spec) { s.Note = strings.Repeat("é", 2001) }))
	price := []byte(`<cbc:PriceAmount currencyID="EUR">1000.00</cbc:PriceAmount>`)
	changed := bytes.Replace(file, price, []byte(`<cbc:PriceAmount currencyID="EUR">3000.00</cbc:PriceAmount><cbc:BaseQuantity unitCode="C62">3</cbc:BaseQuantity>`), 1)
	if bytes.Equal(changed, file) {
		t.Fatal("the invoice has no price to change")
	}
	numero, d := p.treated(changed, flux.E1UBLInvoice)
	all := p.becomes(numero)
	if len(all) != 1 {
		t.Fatalf("got %+v", d)
	}
	if got := all[0].Lignes[0].PrixUnitaire.String(); got != "1000" {
		t.Errorf("unit price: got %s, want 1000", got)
	}
	if got := []rune(all[0].Commentaire); len(got) != 2000 {
		t.Errorf("comment: got %d characters, want 2000", len(got))
	}
}

// A note tells the automatic recipient what to do; one that cannot be followed is
// told beside the acknowledgement.
func TestInstructionInAFlow(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	noted := func(numero, note string) []byte {
		return fluxtest.UBL(spec(numero, func(s *fluxtest.Spec) { s.Note = note }))
	}
	numero := p.deposit(noted("F-1", "Merci. [destinataire:reject 1h]"), flux.E1UBLInvoice).NumeroFluxDepot
	p.later(24 * time.Hour)
	if all := p.becomes(numero); len(all) != 1 || all[0].Statut != qualif.StatutRejetee {
		t.Errorf("got %+v, want REJETEE", all)
	}
	got := p.ask(techFournisseur, "deposerFluxFacture", body(t, depositOf(fluxtest.TarGz(
		fluxtest.File{Name: "1.xml", Content: noted("F-2", "[destinataire:pay]")}, fluxtest.File{Name: "2.xml", Content: noted("F-3", "[destinataire:mange]")},
	), flux.E1UBLInvoice)))
	if got.status != http.StatusOK || !strings.HasPrefix(string(got.body), `{"codeRetour":0,`) || !strings.Contains(got.explain, "[destinataire:mange]") {
		t.Errorf("got %d %s (%s), want it done and the instruction explained", got.status, got.body, got.explain)
	}
}

// The files of an invoice stay with it, those of a refused one go when the flow is
// treated.
func TestFilesOfAFlow(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	held := func(when string, want int) {
		t.Helper()
		if got := p.files.Usage().Files; got != want {
			t.Errorf("%s: got %d files, want %d", when, got, want)
		}
	}
	p.deposit(fluxtest.FacturX(spec("F-1", to("00000000000001", "", ""))), flux.E2CIIFacturX)
	held("deposited", 1)
	p.later(fluxTime)
	held("refused by the directory", 0)
	p.deposit(fluxtest.FacturX(spec("F-123456789-123456789")), flux.E2CIIFacturX)
	held("refused by the format", 0)
	p.treated(fluxtest.FacturX(spec("F-2", attaching(bonDeLivraison))), flux.E2CIIFacturX)
	held("accepted", 2)
	if err := p.sandbox.Reset(); err != nil {
		t.Fatal(err)
	}
	held("reset", 0)
}

// What the contract or the base64 does not allow leaves no flow.
func TestDepositRefused(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	good := b64(fluxtest.UBL(spec("F")))
	ask := func(o object) answered {
		return p.ask(techFournisseur, "deposerFluxFacture", body(t, o))
	}
	with := func(key string, value any) object {
		o := object{"fichierFlux": good, "nomFichier": "f.xml", "syntaxeFlux": "IN_DP_E1_UBL_INVOICE"}
		o[key] = value
		return o
	}
	for name, o := range map[string]object{
		"syntax of a client":  with("syntaxeFlux", "IN_DP_E3_FACTUR_X_10"),
		"formatFlux":          with("syntaxeFlux", "IN_DP_E2_FACTURX"),
		"lower case":          with("syntaxeFlux", "in_dp_e1_ubl_invoice"),
		"empty":               with("syntaxeFlux", ""),
		"201 characters":      with("nomFichier", strings.Repeat("n", 201)),
		"a file of numbers":   with("fichierFlux", 12),
		"a file of bytes":     with("fichierFlux", []int{1, 2}),
		"unknown property":    with("syntaxFlux", "x"),
		"signature in letter": with("avecSignature", "false"),
	} {
		if got := ask(o); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %.200s, want it refused by the contract", name, got.status, got.body)
		}
	}
	for _, text := range []string{"%%%", "QUJ", "QUJD=", "QUJD====", good + "é", "QU=D", good[:len(good)-1] + "\u0007", `QUJD"`, "QUJD\\"} {
		got := ask(with("fichierFlux", text))
		if got.status != http.StatusBadRequest || string(got.body) != `{"codeRetour":400,"libelle":"Requête mal formulée"}` || !strings.HasPrefix(got.explain, "file-not-base64: ") {
			t.Errorf("%.20q: got %d %.200s (%s), want 400 file-not-base64", text, got.status, got.body, got.explain)
		}
	}
	for _, test := range []struct {
		o    object
		code string
	}{
		{object{}, "file-missing: the request has no fichierFlux, no nomFichier, no syntaxeFlux"},
		{with("fichierFlux", " \n"), "file-missing: fichierFlux is blank"},
		{with("nomFichier", ""), "file-name-missing: the request has no nomFichier"},
		{with("syntaxeFlux", nil), "syntax-missing: the request has no syntaxeFlux"},
	} {
		if got := ask(test.o); got.explain != test.code {
			t.Errorf("got %q, want %q", got.explain, test.code)
		}
	}
	p.sandbox.Read(func(v sandboxes.View) {
		if n := len(v.FluxDeposes()); n > 0 {
			t.Errorf("%d flows were deposited", n)
		}
	})
	if got := p.files.Usage().Files; got != 0 {
		t.Errorf("%d files are held", got)
	}
}

// Thirty mebibytes pass, a byte more is 20001 GDP_MSG_11.022. The operation is
// called without HTTP, and blanks are encoded by hand: under the race detector the
// rest takes long.
func TestLargestFlow(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	op, _ := contractSet(t).Operation("deposerFluxFacture")
	deposit := func(encoded string) chorus.Answer {
		sent := `{"nomFichier":"f.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE","fichierFlux":"` + encoded + `"}`
		return operations()[op.ID](p.call(op, techFournisseur, []byte(sent)))
	}
	file := fluxtest.UBL(spec("F-1"))
	for len(file)%3 != 0 {
		file = append(file, ' ')
	}
	encoded := b64(file) + strings.Repeat("ICAg", (30<<20-len(file))/3)
	if got := deposit(encoded); got.Code != "" {
		t.Fatalf("got %+v", got)
	}
	p.later(fluxTime)
	if d := p.detail("CPP0011100000000000425001"); d.Etat != "IN_INTEGRE" {
		t.Errorf("got %+v, want IN_INTEGRE", d)
	}
	want := chorus.Envelope{CodeRetour: 20001, Libelle: "GDP_MSG_11.022 - La taille du fichier dépasse la taille maximale autorisée."}
	if got := deposit(encoded + "IA=="); got.Body != any(want) || got.Code != "file-too-large" {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if most := chorus.MaxBody(op.ID); most < 45<<20 || chorus.MaxBody("consulterCR") != 16<<20 {
		t.Errorf("a body of %d bytes is too small for a file of 30 MiB as base64", most)
	}
}

// The journal after flows, written and read back, gives the same state; and it
// has nothing of what is in the files.
func TestJournalOfFlows(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	secret := fluxtest.File{Name: "plan.txt", MIME: "text/plain", Content: []byte("contenu confidentiel du plan")}
	one, _ := p.treated(fluxtest.CII(spec("F-1", attaching(secret))), flux.E1CII16B)
	two, _ := p.treated(fluxtest.TarGz(fluxtest.File{Name: "a.xml", Content: fluxtest.CII(spec("F-1"))}, fluxtest.File{Name: "b.xml", Content: []byte("<")},
		fluxtest.File{Name: "c.xml", Content: fluxtest.CII(spec("F-2", attaching(bonDeLivraison)))}), flux.E1CII16B)
	three := p.deposit(fluxtest.FacturX(spec("F-3", attaching(secret))), flux.E2CIIFacturX).NumeroFluxDepot

	events, _, err := p.sandbox.Journal(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{string(secret.Content), b64(secret.Content)[:20], b64(bonDeLivraison.Content)[:20], "%PDF-"} {
		if bytes.Contains(text, []byte(content)) {
			t.Errorf("the journal has %q", content)
		}
	}
	var read []qualif.Event
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	p.sandbox.Read(func(v sandboxes.View) {
		again := qualif.NewState(onlyLibrary{v.Data()})
		if err := again.Replay(read); err != nil {
			t.Fatal(err)
		}
		for _, numero := range []string{one, two, three} {
			was, _ := v.Flux(numero)
			is, _ := again.Flux(numero)
			same(t, "flow "+numero, is, was)
		}
		if len(v.Factures()) != 2 || len(v.PiecesJointes()) != 2 {
			t.Errorf("got %d invoices and %d files, want 2 and 2", len(v.Factures()), len(v.PiecesJointes()))
		}
		for _, id := range v.Factures() {
			was, _ := v.Facture(id)
			is, _ := again.Facture(id)
			same(t, "invoice", is, was)
		}
		for _, id := range v.PiecesJointes() {
			was, _ := v.PieceJointe(id)
			is, _ := again.PieceJointe(id)
			same(t, "file", is, was)
		}
	})
}

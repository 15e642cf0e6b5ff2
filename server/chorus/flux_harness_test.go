package chorus_test

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"testing"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// The supplier of the built-in data set, and accounts that do and do not reach
// it: techSibling has the same manager, techStranger another one.
const (
	siretFournisseur = "41783652090157"
	techFournisseur  = "TECH_1_41783652090157@cpro.fr"
	techSibling      = "TECH_1_88240517396621@cpro.fr"
	techStranger     = "TECH_039012665400024@cpp2017.fr"

	sansParametre = "12345678200051"
	ejObligatoire = "12345678200036"
	svcOblig      = "12345678200028"
	ejOuService   = "12345678200044"
)

// builtin serves the data set that the program comes with.
func builtin(t testing.TB, switches ...string) *platform {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return newPlatform(t, set, switches...)
}

// spec is a good invoice of the supplier.
func spec(numero string, change ...func(*fluxtest.Spec)) fluxtest.Spec {
	s := fluxtest.Spec{Number: numero, Supplier: siretFournisseur, SupplierName: "Fournisseur", SupplierVAT: "FR09417836520", IssueDate: "2026-02-27"}
	for _, c := range change {
		c(&s)
	}
	return s
}

func to(recipient, service, engagement string) func(*fluxtest.Spec) {
	return func(s *fluxtest.Spec) { s.Recipient, s.Service, s.Engagement = recipient, service, engagement }
}

func attaching(files ...fluxtest.File) func(*fluxtest.Spec) {
	return func(s *fluxtest.Spec) { s.Attachments = files }
}

var bonDeLivraison = fluxtest.File{Name: "bon de livraison.pdf", MIME: "application/pdf", Content: []byte("%PDF- bon de livraison")}

func b64(content []byte) string { return base64.StdEncoding.EncodeToString(content) }

// deposited is the answer of deposer/flux.
type deposited struct {
	envelope
	NumeroFluxDepot string `json:"numeroFluxDepot"`
	DateDepot       string `json:"dateDepot"`
	SyntaxeFlux     string `json:"syntaxeFlux"`
}

func depositOf(content []byte, syntaxe flux.Syntaxe) object {
	nom := "depot.xml"
	if syntaxe == flux.E2CIIFacturX {
		nom = "depot.pdf"
	}
	return object{"fichierFlux": b64(content), "nomFichier": nom, "syntaxeFlux": syntaxe, "avecSignature": false}
}

// deposit puts a flow on the platform as the supplier.
func (p *platform) deposit(content []byte, syntaxe flux.Syntaxe) deposited {
	p.tb.Helper()
	got := p.ask(techFournisseur, "deposerFluxFacture", body(p.tb, depositOf(content, syntaxe)))
	var answer deposited
	got.created(&answer)
	return answer
}

// created decodes an answer that must say that something was put on the platform.
func (a answered) created(target any) {
	a.tb.Helper()
	var e envelope
	if err := json.Unmarshal(a.body, &e); err != nil {
		a.tb.Fatalf("answer %s: %v", a.body, err)
	}
	if a.status != 200 || e != (envelope{0, "GCU_MSG_01_000"}) || a.explain != "" {
		a.tb.Fatalf("got %d %.300s (%s), want 200 with codeRetour 0, libelle GCU_MSG_01_000 and no explanation", a.status, a.body, a.explain)
	}
	if err := json.Unmarshal(a.body, target); err != nil {
		a.tb.Fatalf("answer %s: %v", a.body, err)
	}
}

// detail is the answer of consulterCRDetaille.
type detail struct {
	envelope
	CodeInterface string `json:"codeInterfaceDepotFlux"`
	DateDepot     string `json:"dateDepotFlux"`
	DateEtat      string `json:"dateHeureEtatCourantFlux"`
	Etat          string `json:"etatCourantDepotFlux"`
	NomFichier    string `json:"nomFichier"`
	ErreursDP     []struct {
		Numero       string `json:"numeroDP"`
		Fournisseur  string `json:"identifiantFournisseur"`
		Destinataire string `json:"identifiantDestinataire"`
		Libelle      string `json:"libelleErreurDP"`
	} `json:"listeErreurDP"`
	ErreursTechniques []struct {
		Code    string `json:"codeErreur"`
		Libelle string `json:"libelleErreur"`
		Nature  string `json:"natureErreur"`
	} `json:"listeErreurTechnique"`
}

func (p *platform) detail(numero string) detail {
	p.tb.Helper()
	var d detail
	p.ask(techFournisseur, "consulterCRDetaille", body(p.tb, object{"numeroFluxDepot": numero})).done(&d)
	return d
}

// treated deposits a flow, lets it be treated and tells how it ended.
func (p *platform) treated(content []byte, syntaxe flux.Syntaxe) (string, detail) {
	p.tb.Helper()
	numero := p.deposit(content, syntaxe).NumeroFluxDepot
	p.later(fluxTime)
	return numero, p.detail(numero)
}

// becomes lists the invoices that a flow became.
func (p *platform) becomes(numero string) []*qualif.Facture {
	var all []*qualif.Facture
	p.sandbox.Read(func(v sandboxes.View) {
		for _, id := range v.FacturesDuFlux(numero) {
			f, _ := v.Facture(id)
			all = append(all, f)
		}
	})
	return all
}

// onlyLibrary has one data set.
type onlyLibrary struct{ set *qualif.DataSet }

func (l onlyLibrary) DataSet(string) (*qualif.DataSet, bool) { return l.set, true }

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, want)
	}
}

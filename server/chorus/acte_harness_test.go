package chorus_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// People of the built-in data set, and their structures.
const (
	techSeller = "TECH_1_41783652090157@cpro.fr"
	techBuyer  = "TECH_1_28394016572830@cpro.fr"
	validator  = "GEST_PRIVE_1_70516283940265@cpro.fr"
	outsider   = "TECH_039012665400024@cpp2017.fr"

	sellerID    = 26301001
	secondID    = 26301002
	validatorID = 26301004
	buyerSIRET  = "28394016572830"
)

// made decodes the answer of an act that must be done, in which every
// property must have its place; the explanation must be empty.
func (a answered) made(target any) {
	a.tb.Helper()
	if a.explain != "" {
		a.tb.Errorf("got explanation %q", a.explain)
	}
	a.acted(target)
}

// acted is made, whatever the explanation.
func (a answered) acted(target any) {
	a.tb.Helper()
	var got envelope
	if err := json.Unmarshal(a.body, &got); err != nil || a.status != http.StatusOK || got != (envelope{0, "GCU_MSG_01_000"}) {
		a.tb.Fatalf("got %d %s (%s), want 200 with codeRetour 0 and libelle GCU_MSG_01_000", a.status, a.body, a.explain)
	}
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		a.tb.Fatalf("answer %s: %v", a.body, err)
	}
}

// soumise is the answer of soumettre.
type soumise struct {
	envelope
	ID        int64  `json:"identifiantFactureCPP"`
	Numero    string `json:"numeroFacture"`
	Statut    string `json:"statutFacture"`
	DateDepot string `json:"dateDepot"`
	Structure string `json:"identifiantStructure"`
	Empreinte string `json:"empreinteCertificatDepot"`
}

// entered is a request of soumettre that is accepted: two days at 500 euros with
// 20 % of VAT; a change is a property, by the names that lead to it, and its
// value.
func entered(changes ...any) object {
	request := object{
		"modeDepot":          "SAISIE_API",
		"destinataire":       object{"codeDestinataire": buyerSIRET, "codeServiceExecutant": nil},
		"fournisseur":        object{"idFournisseur": sellerID, "idServiceFournisseur": 10301001, "codeCoordonneesBancairesFournisseur": 144050},
		"cadreDeFacturation": object{"codeCadreFacturation": "A1_FACTURE_FOURNISSEUR"},
		"references":         object{"deviseFacture": "EUR", "typeTva": "TVA_SUR_DEBIT", "modePaiement": "VIREMENT"},
		"lignePoste": []object{{"lignePosteNumero": 1, "lignePosteReference": "R1", "lignePosteDenomination": "Journée", "lignePosteQuantite": 2,
			"lignePosteUnite": "jour", "lignePosteMontantUnitaireHT": 500.000000, "lignePosteTauxTva": "TVA5"}},
		"ligneTva":     []object{{"ligneTvaTaux": "TVA5", "ligneTvaMontantBaseHtParTaux": 1000, "ligneTvaMontantTvaParTaux": 200}},
		"montantTotal": object{"montantHtTotal": 1000, "montantTVA": 200, "montantTtcTotal": 1200, "montantAPayer": 1200},
	}
	for i := 0; i < len(changes); i += 2 {
		request = put(request, changes[i].([]string), changes[i+1])
	}
	return request
}

// sent is entered as a PDF under a number.
func sent(piece int64, numero string, changes ...any) object {
	return entered(append([]any{at("modeDepot"), "DEPOT_PDF_API", at("numeroFactureSaisi"), numero, at("dateFacture"), "2026-02-27",
		at("pieceJointePrincipale"), []object{{"pieceJointePrincipaleDesignation": "Facture", "pieceJointePrincipaleId": piece}}}, changes...)...)
}

func at(path ...string) []string { return path }

// soumet submits an invoice that must be accepted.
func (p *platform) soumet(request object) soumise {
	p.tb.Helper()
	var got soumise
	p.ask(techSeller, "soumettreFacture", body(p.tb, request)).acted(&got)
	return got
}

// file puts a file on the platform, without its content.
func (p *platform) file(login string) int64 {
	p.tb.Helper()
	piece, err := sandboxes.Do(p.sandbox, qualif.AjouterFichier{Pour: p.principal(login), Piece: qualif.PieceJointe{Nom: "f.pdf", Extension: "PDF", Taille: 5}})
	if err != nil {
		p.tb.Fatal(err)
	}
	return piece.ID
}

// draft is a PDF deposited before its invoice is sent.
func (p *platform) draft(login string) int64 {
	p.tb.Helper()
	piece, err := sandboxes.Do(p.sandbox, qualif.DeposerPDF{Pour: p.principal(login), Piece: qualif.PieceJointe{Nom: "f.pdf", Extension: "PDF", Taille: 5}, ModeDepot: "DEPOT_PDF_API"})
	if err != nil {
		p.tb.Fatal(err)
	}
	return piece.ID
}

// stored is an invoice as the sandbox has it now.
func (p *platform) stored(id int64) *qualif.Facture {
	p.tb.Helper()
	var found *qualif.Facture
	p.sandbox.Read(func(v sandboxes.View) { found, _ = v.Facture(id) })
	if found == nil {
		p.tb.Fatalf("there is no invoice %d", id)
	}
	return found
}

// wantStored checks where an invoice is.
func (p *platform) wantStored(id int64, want qualif.Statut) {
	p.tb.Helper()
	if got := p.stored(id).Statut; got != want {
		p.tb.Fatalf("invoice %d: got %s, want %s", id, got, want)
	}
}

// arrived submits an invoice and lets it come to its recipient.
func (p *platform) arrived(changes ...any) int64 {
	p.tb.Helper()
	id := p.soumet(entered(changes...)).ID
	p.later(10 * time.Minute)
	p.wantStored(id, qualif.StatutMiseADisposition)
	return id
}

// brought is an invoice that its recipient brings to a status.
func (p *platform) brought(statut qualif.Statut) int64 {
	p.tb.Helper()
	id := p.arrived()
	p.treat(id, statut)
	return id
}

func (p *platform) treat(id int64, statut qualif.Statut) {
	p.tb.Helper()
	p.ask(techBuyer, "traiterUneFactureRecue", body(p.tb, object{"idFacture": id, "nouveauStatut": statut, "motif": "motif"})).made(&object{})
}

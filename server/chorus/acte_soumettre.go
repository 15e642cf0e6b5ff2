package chorus

import (
	"encoding/base64"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// soumettreParam is the request of soumettre. Zero, "" and null are all a value
// that was not given: clients send skeletons.
type soumettreParam struct {
	ModeDepot          string            `json:"modeDepot"`
	NumeroFactureSaisi string            `json:"numeroFactureSaisi"`
	DateFacture        string            `json:"dateFacture"`
	Destinataire       destinataire      `json:"destinataire"`
	Fournisseur        fournisseur       `json:"fournisseur"`
	Cadre              cadreSaisi        `json:"cadreDeFacturation"`
	References         referencesSaisies `json:"references"`
	LignePoste         []ligneSaisie     `json:"lignePoste"`
	LigneTva           []tvaSaisie       `json:"ligneTva"`
	MontantTotal       totalSaisi        `json:"montantTotal"`
	Principale         piecePrincipale   `json:"pieceJointePrincipale"`
	Complementaires    []pieceSaisie     `json:"pieceJointeComplementaire"`
	Commentaire        string            `json:"commentaire"`
}

type destinataire struct {
	Code        string `json:"codeDestinataire"`
	CodeService string `json:"codeServiceExecutant"`
}

// identifiant is the recipient as the domain knows it; empty is none.
func (d *destinataire) identifiant() qualif.Identifier {
	if d.Code == "" {
		return qualif.Identifier{}
	}
	return qualif.Identifier{Type: qualif.SIRET, Value: d.Code}
}

type fournisseur struct {
	ID                  int64 `json:"idFournisseur"`
	IDService           int64 `json:"idServiceFournisseur"`
	CoordonneesBancaire int64 `json:"codeCoordonneesBancairesFournisseur"`
}

type cadreSaisi struct {
	Code                string `json:"codeCadreFacturation"`
	CodeValideur        string `json:"codeStructureValideur"`
	CodeServiceValideur string `json:"codeServiceValideur"`
}

// referencesSaisies is named reference in recycler.
type referencesSaisies struct {
	Devise           string `json:"deviseFacture"`
	Type             string `json:"typeFacture"`
	TypeTVA          string `json:"typeTva"`
	MotifExoneration string `json:"motifExonerationTva"`
	NumeroMarche     string `json:"numeroMarche"`
	BonCommande      string `json:"numeroBonCommande"`
	FactureOrigine   string `json:"numeroFactureOrigine"`
	ModePaiement     string `json:"modePaiement"`
}

type soumettreRetour struct {
	Envelope
	ID           int64         `json:"identifiantFactureCPP"`
	Numero       string        `json:"numeroFacture"`
	Statut       qualif.Statut `json:"statutFacture"`
	DateDepot    string        `json:"dateDepot"`
	Identifiant  string        `json:"identifiantStructure"`
	Empreinte256 string        `json:"empreinteCertificatDepot"`
}

// soumettre puts an invoice on the platform: entered, or sent as a PDF that was
// deposited before.
func soumettre(c *Call, p *soumettreParam) Answer {
	f, fausses := p.facture()
	command := qualif.Soumettre{
		Pour: c.Principal, Facture: f, Destinataire: p.Destinataire.identifiant(), CodeService: p.Destinataire.CodeService,
		CodeServiceValideur: p.Cadre.CodeServiceValideur, Fausses: fausses,
	}
	if p.Cadre.CodeValideur != "" {
		command.Valideur = qualif.Identifier{Type: qualif.SIRET, Value: p.Cadre.CodeValideur}
	}
	sent, err := sandboxes.Do(c.Sandbox, command)
	if err != nil {
		return refuseActe(opSoumettre, err)
	}
	supplier, _ := dataOf(c).Structure(sent.Fournisseur.StructureID) // the domain has found it
	certificate := sent.EmpreinteDepot()
	return agi(&soumettreRetour{
		Created, sent.ID, sent.Numero, sent.Statut, jour(sent.DateDepot), supplier.Identifiant, base64.StdEncoding.EncodeToString(certificate[:]),
	}, p.Commentaire)
}

// facture is the invoice that the request describes, and the values in it that
// cannot be right.
func (p *soumettreParam) facture() (qualif.Facture, []qualif.Valeur) {
	r := releve{}
	date, _ := critereInstant(p.DateFacture)
	f := qualif.Facture{
		Numero: p.NumeroFactureSaisi, Type: p.References.Type, ModeDepot: p.ModeDepot, Cadre: p.Cadre.Code, DateFacture: date,
		Fournisseur:          qualif.Partie{StructureID: p.Fournisseur.ID, ServiceID: p.Fournisseur.IDService},
		CoordonneesBancaires: p.Fournisseur.CoordonneesBancaire,
		Devise:               r.devise("references.deviseFacture", p.References.Devise), TypeTVA: p.References.TypeTVA,
		MotifExoneration: p.References.MotifExoneration, NumeroMarche: p.References.NumeroMarche, NumeroBonCommande: p.References.BonCommande,
		NumeroFactureOrigine: p.References.FactureOrigine, ModePaiement: p.References.ModePaiement, Commentaire: p.Commentaire,
		Lignes: r.lignes(p.LignePoste), TVA: r.tva(p.LigneTva), Montants: r.total(&p.MontantTotal),
		Principale: p.Principale.liee(), Complementaires: liees(p.Complementaires),
	}
	if f.Type == "" {
		f.Type = "FACTURE" // the official default
	}
	return f, r.fausses
}

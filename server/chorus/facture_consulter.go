package chorus

import (
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// The three operations that show an invoice name their page objects in three
// ways.

type consulterEmiseParam struct {
	ID         int64      `json:"identifiantFactureCPP"`
	TVA        pageTVA    `json:"getpLigneRecapTva"`
	Pieces     pagePieces `json:"getpListePiecesJointes"`
	Lignes     pageLignes `json:"getpLignesPoste"`
	TVA2023    pageTVA    `json:"pLigneRecapTva"`
	Pieces2023 pagePieces `json:"pListePiecesJointes"`
	Lignes2023 pageLignes `json:"pLignesPoste"`
}

type consulterRecueParam struct {
	ID     int64      `json:"identifiantFactureCPP"`
	TVA    pageTVA    `json:"rechercheligneTvaRecap"`
	Pieces pagePieces `json:"recherchePj"`
	Lignes pageLignes `json:"rechercheLignePoste"`
}

type consulterAValiderParam struct {
	ID     int64      `json:"identifiantFactureCPP"`
	TVA    pageTVA    `json:"rechercheLigneTvaRecap"`
	Pieces pagePieces `json:"recherchePj"`
	Lignes pageLignes `json:"rechercheLignePoste"`
}

// pages are the pages wanted of the three lists of an invoice.
type pages struct {
	tva    pageTVA
	pieces pagePieces
	lignes pageLignes
}

type consulterEmiseRetour struct {
	Envelope
	Facture factureEmise `json:"facture"`
}

type consulterRecueRetour struct {
	Envelope
	Facture factureRecue `json:"facture"`
}

// factureCommune is what an invoice shows to all its parties.
type factureCommune struct {
	Identifiant        int64         `json:"identifiantFactureCPP"`
	NumeroFacture      string        `json:"numeroFacture,omitempty"`
	StatutFacture      qualif.Statut `json:"statutFacture"`
	ModeDepot          string        `json:"modeDepot,omitempty"`
	CadreDeFacturation cadreDetail   `json:"cadreDeFacturation"`
	References         references    `json:"references"`
	RecapitulatifDeTVA lignesTVA     `json:"recapitulatifDeTva"`
	MontantTotal       montantTotal  `json:"montantTotal"`
	PiecePrincipale    *pieceMaitre  `json:"pieceJointePrincipale,omitempty"`
	ListeDesPieces     piecesDetail  `json:"listeDesPiecesJointes"`
	LignesDePoste      lignesDePoste `json:"lignesDePoste"`
	Commentaire        string        `json:"commentaire,omitempty"`
}

// factureEmise is an invoice as its supplier, or its validator, sees it.
type factureEmise struct {
	factureCommune
	RejetTraite  bool              `json:"rejetTraite"`
	Destinataire destinataireEmise `json:"destinataire"`
	Fournisseur  fournisseurEmise  `json:"fournisseur"`
}

// factureRecue is an invoice as its recipient sees it.
type factureRecue struct {
	factureCommune
	Destinataire destinataireRecue `json:"destinataire"`
	Fournisseur  fournisseurRecue  `json:"fournisseur"`
}

// consulterEmise shows an invoice to its supplier.
func consulterEmise(c *Call, p *consulterEmiseParam) Answer {
	wanted := pages{tva: p.TVA.or(p.TVA2023), pieces: p.Pieces.or(p.Pieces2023), lignes: p.Lignes.or(p.Lignes2023)}
	return montrerEmise(c, opConsulterEmise, qualif.RoleFournisseur, p.ID, &wanted)
}

// consulterAValider shows an invoice to its validator, in the supplier's form.
func consulterAValider(c *Call, p *consulterAValiderParam) Answer {
	return montrerEmise(c, opConsulterAValider, qualif.RoleValideur, p.ID, &pages{p.TVA, p.Pieces, p.Lignes})
}

func montrerEmise(c *Call, operation string, from qualif.RoleFacture, id int64, wanted *pages) Answer {
	var answer Answer
	c.Sandbox.Read(func(v sandboxes.View) {
		f, refused := factureVue(c, v, operation, from, id)
		if refused != nil {
			answer = *refused
			return
		}
		answer.Body = &consulterEmiseRetour{Done, factureEmise{
			factureCommune: detailDe(v, f, wanted), RejetTraite: f.RejetTraite, Destinataire: destinataireEmiseDe(v, f), Fournisseur: fournisseurEmiseDe(v, f),
		}}
	})
	return answer
}

// consulterRecue shows an invoice to its recipient, once it has come to it.
func consulterRecue(c *Call, p *consulterRecueParam) Answer {
	var answer Answer
	c.Sandbox.Read(func(v sandboxes.View) {
		f, refused := factureVue(c, v, opConsulterRecue, qualif.RoleDestinataire, p.ID)
		if refused != nil {
			answer = *refused
			return
		}
		answer.Body = &consulterRecueRetour{Done, factureRecue{
			factureCommune: detailDe(v, f, &pages{p.TVA, p.Pieces, p.Lignes}), Destinataire: destinataireRecueDe(v, f), Fournisseur: fournisseurRecueDe(v, f),
		}}
	})
	return answer
}

// factureVue finds an invoice that the caller sees from one of the roles given.
func factureVue(c *Call, v sandboxes.View, operation string, from qualif.RoleFacture, id int64) (*qualif.Facture, *Answer) {
	if id == 0 {
		return nil, refuse(operation, factureUnknown, "the request names no invoice (no identifier, null or 0)")
	}
	f, ok := v.Facture(id)
	if !ok {
		return nil, refuse(operation, factureUnknown, "this sandbox has no invoice %d", id)
	}
	if !peut(&c.Principal, from, f) {
		return nil, refuse(operation, factureOutOfScope, "invoice %d (%s) is not one that %s sees in that role", id, f.Statut, c.Principal.Login)
	}
	return f, nil
}

func detailDe(v sandboxes.View, f *qualif.Facture, wanted *pages) factureCommune {
	detail := factureCommune{
		Identifiant: f.ID, NumeroFacture: f.Numero, StatutFacture: f.Statut, ModeDepot: f.ModeDepot,
		CadreDeFacturation: cadreDe(v, f), References: referencesDe(v, f), RecapitulatifDeTVA: tvaDe(f, &wanted.tva),
		MontantTotal: totalDe(f), ListeDesPieces: piecesDe(v, f, &wanted.pieces), LignesDePoste: lignesDe(f, &wanted.lignes), Commentaire: f.Commentaire,
	}
	if f.Principale != nil {
		detail.PiecePrincipale = &pieceMaitre{f.Principale.LienID, f.Principale.PieceID}
	}
	return detail
}

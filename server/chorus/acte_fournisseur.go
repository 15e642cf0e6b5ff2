package chorus

import (
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type completerParam struct {
	ID              int64         `json:"identifiantFactureCPP"`
	Complementaires []pieceSaisie `json:"pieceJointeComplementaire"`
	Commentaire     *string       `json:"commentaire"`
}

type completerRetour struct {
	Envelope
	ID             int64  `json:"identifiantFactureCPP"`
	Numero         string `json:"numeroFacture"`
	DateTraitement string `json:"dateTraitement"`
}

// completer is a supplier's answer to a suspension.
func completer(c *Call, p *completerParam) Answer {
	if refused := incomplete(opCompleter, []given{{fieldMissing, "identifiantFactureCPP", p.ID == 0}}); refused != nil {
		return *refused
	}
	f, err := sandboxes.Do(c.Sandbox, qualif.Completer{Pour: c.Principal, FactureID: p.ID, Commentaire: said(p.Commentaire), Pieces: liees(p.Complementaires)})
	if err != nil {
		return refuseActe(opCompleter, err)
	}
	return agi(&completerRetour{Created, f.ID, f.Numero, jour(f.Depuis)}, orEmpty(p.Commentaire))
}

// said is a text that says something; an empty one is none, as in the skeletons
// that clients send.
func said(text *string) *string {
	if orEmpty(text) == "" {
		return nil
	}
	return text
}

type recyclerParam struct {
	ID           int64             `json:"identifiantFactureCPP"`
	Destinataire destinataire      `json:"destinataire"`
	Commentaire  *string           `json:"commentaire"`
	Reference    referencesSaisies `json:"reference"`
}

type recyclerRetour struct {
	Envelope
	ID        int64         `json:"identifiantFactureCPP"`
	Numero    string        `json:"numeroFacture"`
	Statut    qualif.Statut `json:"statutFacture"`
	DateDepot string        `json:"dateDepot"`
}

// recycler sends an invoice to the right recipient.
func recycler(c *Call, p *recyclerParam) Answer {
	if refused := incomplete(opRecycler, []given{{fieldMissing, "identifiantFactureCPP", p.ID == 0}}); refused != nil {
		return *refused
	}
	r := releve{}
	changed := qualif.References{
		Devise: r.devise("reference.deviseFacture", p.Reference.Devise), Type: p.Reference.Type, TypeTVA: p.Reference.TypeTVA,
		MotifExoneration: p.Reference.MotifExoneration, NumeroMarche: p.Reference.NumeroMarche, NumeroBonCommande: p.Reference.BonCommande,
		NumeroFactureOrigine: p.Reference.FactureOrigine, ModePaiement: p.Reference.ModePaiement,
	}
	f, err := sandboxes.Do(c.Sandbox, qualif.Recycler{
		Pour: c.Principal, FactureID: p.ID, Destinataire: p.Destinataire.identifiant(), CodeService: p.Destinataire.CodeService,
		Commentaire: said(p.Commentaire), References: changed, Fausses: r.fausses,
	})
	if err != nil {
		return refuseActe(opRecycler, err)
	}
	return agi(&recyclerRetour{Created, f.ID, f.Numero, f.Statut, jour(f.DateDepot)}, orEmpty(p.Commentaire))
}

type corrigerValideurParam struct {
	IDFacture   int64                 `json:"idFacture"`
	IDStructure int64                 `json:"idStructure"`
	Type        qualif.IdentifierType `json:"typeIdentifiantStructure"`
	Identifiant string                `json:"identifiantStructure"`
}

type corrigerValideurRetour struct {
	Envelope
	IDFacture int64 `json:"idFacture"`
}

// corrigerValideur names another validator.
func corrigerValideur(c *Call, p *corrigerValideurParam) Answer {
	if refused := incomplete(opCorrigerValideur, []given{{fieldMissing, "idFacture", p.IDFacture == 0}}); refused != nil {
		return *refused
	}
	named := designation{ID: p.IDStructure, Identifiant: p.Identifiant, Type: p.Type}
	structure, refused := named.find(dataOf(c), opCorrigerValideur)
	if refused != nil {
		return *refused
	}
	f, err := sandboxes.Do(c.Sandbox, qualif.CorrigerValideur{
		Pour: c.Principal, FactureID: p.IDFacture, Valideur: qualif.Identifier{Type: structure.TypeIdentifiant, Value: structure.Identifiant},
	})
	if err != nil {
		return refuseActe(opCorrigerValideur, err)
	}
	return Answer{Body: &corrigerValideurRetour{Created, f.ID}}
}

type traiterRejetsParam struct {
	Liste []struct {
		ID int64 `json:"idDemandePaiement"`
	} `json:"listeDemandePaiement"`
}

// traiterRejets takes note of rejections, all or none.
func traiterRejets(c *Call, p *traiterRejetsParam) Answer {
	if refused := incomplete(opTraiterRejets, []given{{facturesMissing, "listeDemandePaiement", len(p.Liste) == 0}}); refused != nil {
		return *refused
	}
	command := qualif.TraiterRejets{Pour: c.Principal}
	for _, one := range p.Liste {
		command.IDs = append(command.IDs, one.ID)
	}
	if _, err := sandboxes.Do(c.Sandbox, command); err != nil {
		return refuseActe(opTraiterRejets, err)
	}
	return Answer{Body: Created}
}

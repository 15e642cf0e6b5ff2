package chorus

import (
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// rechercherRecuesParam is the request of factures/v1/rechercher/recipiendaire.
type rechercherRecuesParam struct {
	periodes
	bornes
	APayerMin         borne                `json:"montantApayerMin"`
	APayerMax         borne                `json:"montantApayerMax"`
	TypeDemande       string               `json:"typeDemandePaiement"`
	IDDestinataire    int64                `json:"idDestinataire"`
	IDService         int64                `json:"idServiceExecutant"`
	NumeroFacture     string               `json:"numeroFacture"`
	Types             []string             `json:"listeTypeFacture"`
	TypesTravaux      []string             `json:"listeTypeFactureTravaux"`
	Fournisseurs      []critereFournisseur `json:"listeFournisseurs"`
	SirenFournisseur  bool                 `json:"rechercheSirenFournisseur"`
	IDValideur        int64                `json:"idStructureValideur"`
	Cadre             string               `json:"cadreFacturation"`
	Statuts           []qualif.Statut      `json:"statutCourant"`
	NumeroMarche      string               `json:"numeroMarche"`
	NumeroBonCommande string               `json:"numeroBonCommande"`
	Telechargee       *bool                `json:"factureTelechargeeParDestinataire"`
	RecupererTaille   bool                 `json:"recupererTaille"`
	Page              pageBornee           `json:"paramRecherche"`
}

type critereFournisseur struct {
	ID       int64   `json:"idFournisseur"`
	Services []int64 `json:"listeIdService"`
}

func (p *rechercherRecuesParam) recherche() *recherche {
	k := critereFacture{
		numero: p.NumeroFacture, marche: p.NumeroMarche, bonCommande: p.NumeroBonCommande, cadre: p.Cadre, types: p.Types,
		statuts: p.Statuts, valideur: p.IDValideur, telechargee: p.Telechargee, sirenFournisseur: p.SirenFournisseur,
		ht: fourchette{p.HTMin.Montant, p.HTMax.Montant}, ttc: fourchette{p.TTCMin.Montant, p.TTCMax.Montant},
		aPayer: fourchette{p.APayerMin.Montant, p.APayerMax.Montant},
		autre:  p.TypeDemande != "" && p.TypeDemande != typeFacture || len(p.Types) == 0 && len(p.TypesTravaux) > 0,
	}
	p.dans(&k)
	if p.IDDestinataire != 0 || p.IDService != 0 {
		k.destinataires = []partieCherchee{{structure: p.IDDestinataire, services: nonZero(p.IDService)}}
	}
	for _, f := range p.Fournisseurs {
		k.fournisseurs = append(k.fournisseurs, partieCherchee{structure: f.ID, services: f.Services})
	}
	return &recherche{role: qualif.RoleDestinataire, critere: k, page: p.Page.pagination, maximum: p.Page.Maximum}
}

// rechercherRecuesRetour has the page at the root (recorded).
type rechercherRecuesRetour struct {
	Envelope
	ListeFactures []rangeeRecue `json:"listeFactures"`
	parametresRetour
}

// rangeeRecue is a found invoice as its recipient sees it: what has no value is
// null (recorded).
type rangeeRecue struct {
	IDFacture              int64                  `json:"idFacture"`
	Devise                 *string                `json:"devise"`
	TypeDemandePaiement    string                 `json:"typeDemandePaiement"`
	CodeFournisseur        *string                `json:"codeFournisseur"`
	TypeFournisseur        *qualif.IdentifierType `json:"typeIdentifiantFournisseur"`
	DesignationFournisseur *string                `json:"designationFournisseur"`
	CodeServiceFournisseur *string                `json:"codeServiceFournisseur"`
	NomServiceFournisseur  *string                `json:"nomServiceFournisseur"`
	IDDestinataire         int64                  `json:"idDestinataire"`
	CodeDestinataire       *string                `json:"codeDestinataire"`
	DesignationDest        *string                `json:"designationDestinataire"`
	IDServiceExecutant     *int64                 `json:"idServiceExecutant"`
	CodeServiceExecutant   *string                `json:"codeServiceExecutant"`
	NomServiceExecutant    *string                `json:"nomServiceExecutant"`
	TypeFacture            *string                `json:"typeFacture"`
	TypeFactureTravaux     *string                `json:"typeFactureTravaux"`
	NumeroFacture          *string                `json:"numeroFacture"`
	DateFacture            *string                `json:"dateFacture"`
	DateDepot              *string                `json:"dateDepot"`
	MontantHT              qualif.Montant         `json:"montantHT"`
	MontantTTC             qualif.Montant         `json:"montantTTC"`
	MontantAPayer          qualif.Montant         `json:"montantAPayer"`
	Statut                 qualif.Statut          `json:"statut"`
	NumeroMarche           *string                `json:"numeroMarche"`
	NumeroBonCommande      *string                `json:"numeroBonCommande"`
	Taille                 *int64                 `json:"taille"`
	Telechargee            bool                   `json:"factureTelechargeeParDestinataire"`
	CodeMOE                *string                `json:"codeMOE"`
	TypeMOE                *string                `json:"typeIdentifiantMOE"`
	DesignationMOE         *string                `json:"designationMOE"`
	CodeMOA                *string                `json:"codeMOA"`
	TypeMOA                *string                `json:"typeIdentifiantMOA"`
	DesignationMOA         *string                `json:"designationMOA"`
	DateHeureEtatCourant   *string                `json:"dateHeureEtatCourant"`
	CommentaireEtatCourant *string                `json:"commentaireEtatCourant"`
}

// ouNull points to a value, or is nil for the zero one.
func ouNull[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

func recueDe(v sandboxes.View, f *qualif.Facture, taille bool) rangeeRecue {
	c := communeDe(v, f, taille)
	return rangeeRecue{
		IDFacture: f.ID, Devise: ouNull(c.Devise), TypeDemandePaiement: typeFacture,
		CodeFournisseur: ouNull(c.CodeFournisseur), TypeFournisseur: ouNull(c.TypeFournisseur), DesignationFournisseur: ouNull(c.DesignationFournisseur),
		CodeServiceFournisseur: ouNull(c.CodeServiceFournisseur), NomServiceFournisseur: ouNull(c.NomServiceFournisseur),
		IDDestinataire: c.IDDestinataire, CodeDestinataire: ouNull(c.CodeDestinataire), DesignationDest: ouNull(c.DesignationDest),
		IDServiceExecutant: ouNull(c.IDServiceExecutant), CodeServiceExecutant: ouNull(c.CodeServiceExecutant), NomServiceExecutant: ouNull(c.NomServiceExecutant),
		TypeFacture: ouNull(c.TypeFacture), NumeroFacture: ouNull(c.NumeroFacture), DateFacture: ouNull(c.DateFacture), DateDepot: ouNull(c.DateDepot),
		MontantHT: f.Montants.HT, MontantTTC: f.Montants.TTC, MontantAPayer: f.Montants.APayer, Statut: f.Statut,
		NumeroMarche: ouNull(c.NumeroMarche), NumeroBonCommande: ouNull(c.NumeroBonCommande), Taille: ouNull(c.Taille), Telechargee: f.Telechargee,
		DateHeureEtatCourant: ouNull(isoDate(f.Depuis)), CommentaireEtatCourant: ouNull(etatCommente(f)),
	}
}

func recuesDe(v sandboxes.View, t trouve, taille bool) []rangeeRecue {
	list := make([]rangeeRecue, len(t.factures))
	for i, f := range t.factures {
		list[i] = recueDe(v, f, taille)
	}
	return list
}

// rechercherRecues lists the invoices that have come to the recipients that the
// caller reaches, the latest deposit first. Nothing found is a refusal
// (recorded).
func rechercherRecues(c *Call, p *rechercherRecuesParam) Answer {
	retour := &rechercherRecuesRetour{Envelope: Done}
	rechercheVue(c, p.recherche(), func(v sandboxes.View, t trouve) {
		retour.parametresRetour, retour.ListeFactures = t.retour, recuesDe(v, t, p.RecupererTaille)
	})
	if retour.Total == 0 {
		return *refuse(opRechercherRecues, nothingFound, "no invoice at its recipient's disposal satisfies the criteria for %s", c.Principal.Login)
	}
	return Answer{Body: retour}
}

type rechercherRecuesATraiterParam struct {
	IDStructure     int64 `json:"idStructure"`
	RecupererTaille bool  `json:"recupererTaille"`
	Page            struct {
		pageBornee
		GetMaximum int64 `json:"getnbResultatsMaximum"`
	} `json:"parametreRechercheFactureATraiterParRecipiendaire"`
}

// rechercherRecuesATraiterRetour has the page where the official document has
// it.
type rechercherRecuesATraiterRetour struct {
	Envelope
	ListeFactures    []rangeeRecue    `json:"listeFactures"`
	ParametresRetour parametresRetour `json:"parametresRetour"`
}

// rechercherRecuesATraiter lists the invoices whose status their recipient may
// change.
func rechercherRecuesATraiter(c *Call, p *rechercherRecuesATraiterParam) Answer {
	r := &recherche{
		role: qualif.RoleDestinataire, page: p.Page.pagination, maximum: max(p.Page.Maximum, p.Page.GetMaximum), aTraiter: &attendDestinataire,
	}
	if p.IDStructure != 0 {
		r.critere.destinataires = []partieCherchee{{structure: p.IDStructure}}
	}
	retour := &rechercherRecuesATraiterRetour{Envelope: Done}
	rechercheVue(c, r, func(v sandboxes.View, t trouve) {
		retour.ParametresRetour, retour.ListeFactures = t.retour, recuesDe(v, t, p.RecupererTaille)
	})
	if retour.ParametresRetour.Total == 0 {
		return *refuse(opRechercherRecuesATraiter, nothingFound, "no invoice waits for its recipient among those that %s sees", c.Principal.Login)
	}
	return Answer{Body: retour}
}

package chorus

import (
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// rechercherValideurParam is the request of factures/v1/rechercher/valideur.
type rechercherValideurParam struct {
	periodes
	bornes
	APayerMin            borne           `json:"montantAPayerMin"`
	APayerMax            borne           `json:"montantAPayerMax"`
	TypeDemande          string          `json:"typeDemandePaiement"`
	IDDestinataire       int64           `json:"idDestinataire"`
	SirenDestinataire    bool            `json:"rechercheSirenDestinataire"`
	IDService            int64           `json:"idServiceExecutant"`
	NumeroFacture        string          `json:"numeroFacture"`
	Types                []string        `json:"listeTypeFacture"`
	TypesTravaux         []string        `json:"listeTypeFactureTravaux"`
	IDFournisseur        int64           `json:"idFournisseur"`
	SirenFournisseur     bool            `json:"rechercheSirenFournisseur"`
	IDServiceFournisseur int64           `json:"idServiceFournisseur"`
	IDValideur           int64           `json:"idStructureValideur"`
	IDMoe                int64           `json:"idStructureMoe"`
	IDMoa                int64           `json:"idStructureMoa"`
	Cadre                string          `json:"cadreFacturation"`
	Statuts              []qualif.Statut `json:"statutCourant"`
	NumeroMarche         string          `json:"numeroMarche"`
	NumeroEngagement     string          `json:"numeroEngagement"`
	Page                 pagination      `json:"pagination"`
}

func (p *rechercherValideurParam) recherche() *recherche {
	works := len(p.Types) == 0 && len(p.TypesTravaux) > 0 || p.IDMoe != 0 || p.IDMoa != 0
	k := critereFacture{
		numero: p.NumeroFacture, marche: p.NumeroMarche, bonCommande: p.NumeroEngagement, cadre: p.Cadre, types: p.Types, statuts: p.Statuts,
		valideur: p.IDValideur, sirenFournisseur: p.SirenFournisseur, sirenDestinataire: p.SirenDestinataire,
		ht: fourchette{p.HTMin.Montant, p.HTMax.Montant}, ttc: fourchette{p.TTCMin.Montant, p.TTCMax.Montant},
		aPayer: fourchette{p.APayerMin.Montant, p.APayerMax.Montant},
		autre:  works || p.TypeDemande != "" && p.TypeDemande != typeFacture,
	}
	p.dans(&k)
	if p.IDDestinataire != 0 || p.IDService != 0 {
		k.destinataires = []partieCherchee{{structure: p.IDDestinataire, services: nonZero(p.IDService)}}
	}
	if p.IDFournisseur != 0 || p.IDServiceFournisseur != 0 {
		k.fournisseurs = []partieCherchee{{structure: p.IDFournisseur, services: nonZero(p.IDServiceFournisseur)}}
	}
	return &recherche{role: qualif.RoleValideur, critere: k, page: p.Page}
}

type rechercherValideurRetour struct {
	Envelope
	ParametresRetour parametresRetour `json:"parametresRetour"`
	ListeFactures    []rangeeAValider `json:"listeFactures"`
}

// rangeeAValider is a found invoice as its validator sees it: the amounts are
// whole numbers in the official document, and only here.
type rangeeAValider struct {
	IDFacture              int64                 `json:"idFacture"`
	TypeDemandePaiement    string                `json:"typeDemandePaiement"`
	IDFournisseur          int64                 `json:"idFournisseur,omitempty"`
	IdentifiantFournisseur string                `json:"identifiantFournisseur,omitempty"`
	TypeFournisseur        qualif.IdentifierType `json:"typeIdentifiantFournisseur,omitempty"`
	DesignationFournisseur string                `json:"designationFournisseur,omitempty"`
	CodeServiceFournisseur string                `json:"codeServiceFournisseur,omitempty"`
	NomServiceFournisseur  string                `json:"nomServiceFournisseur,omitempty"`
	IDDestinataire         int64                 `json:"idDestinataire,omitempty"`
	TypeDestinataire       qualif.IdentifierType `json:"typeIdentifiantDestinataire,omitempty"`
	IdentifiantDest        string                `json:"identifiantDestinataire,omitempty"`
	DesignationDest        string                `json:"designationDestinataire,omitempty"`
	IDServiceExecutant     int64                 `json:"idServiceExecutant,omitempty"`
	CodeServiceExecutant   string                `json:"codeServiceExecutant,omitempty"`
	NomServiceExecutant    string                `json:"nomServiceExecutant,omitempty"`
	IDValideur             int64                 `json:"idValideur,omitempty"`
	TypeValideur           qualif.IdentifierType `json:"typeIdentifiantValideur,omitempty"`
	IdentifiantValideur    string                `json:"identifiantValideur,omitempty"`
	DesignationValideur    string                `json:"designationValideur,omitempty"`
	TypeFacture            string                `json:"typeFacture,omitempty"`
	NumeroFacture          string                `json:"numeroFacture,omitempty"`
	DateFacture            string                `json:"dateFacture,omitempty"`
	DateDepot              string                `json:"dateDepot,omitempty"`
	MontantHT              int64                 `json:"montantHT"`
	MontantTTC             int64                 `json:"montantTTC"`
	MontantAPayer          int64                 `json:"montantAPayer"`
	Devise                 string                `json:"devise,omitempty"`
	Statut                 qualif.Statut         `json:"statut"`
	NumeroMarche           string                `json:"numeroMarche,omitempty"`
	NumeroEngagement       string                `json:"numeroEngagement,omitempty"`
}

func aValiderDe(v sandboxes.View, f *qualif.Facture) rangeeAValider {
	c := communeDe(v, f, false)
	recipient, _ := nommer(v.Data(), f.Destinataire)
	valideur, _ := nommer(v.Data(), valideurDe(f))
	return rangeeAValider{
		IDFacture: f.ID, TypeDemandePaiement: typeFacture,
		IDFournisseur: f.Fournisseur.StructureID, IdentifiantFournisseur: c.CodeFournisseur, TypeFournisseur: c.TypeFournisseur,
		DesignationFournisseur: c.DesignationFournisseur, CodeServiceFournisseur: c.CodeServiceFournisseur, NomServiceFournisseur: c.NomServiceFournisseur,
		IDDestinataire: c.IDDestinataire, TypeDestinataire: recipient.TypeIdentifiant, IdentifiantDest: c.CodeDestinataire, DesignationDest: c.DesignationDest,
		IDServiceExecutant: c.IDServiceExecutant, CodeServiceExecutant: c.CodeServiceExecutant, NomServiceExecutant: c.NomServiceExecutant,
		IDValideur: valideur.ID, TypeValideur: valideur.TypeIdentifiant, IdentifiantValideur: valideur.Identifiant, DesignationValideur: valideur.Designation(),
		TypeFacture: f.Type, NumeroFacture: f.Numero, DateFacture: c.DateFacture, DateDepot: c.DateDepot,
		MontantHT: f.Montants.HT.Unites(), MontantTTC: f.Montants.TTC.Unites(), MontantAPayer: f.Montants.APayer.Unites(),
		Devise: f.Devise, Statut: f.Statut, NumeroMarche: f.NumeroMarche, NumeroEngagement: f.NumeroBonCommande,
	}
}

func valideurRetour(c *Call, r *recherche) Answer {
	retour := &rechercherValideurRetour{Envelope: Done, ListeFactures: []rangeeAValider{}}
	rechercheVue(c, r, func(v sandboxes.View, t trouve) {
		retour.ParametresRetour = t.retour
		for _, f := range t.factures {
			retour.ListeFactures = append(retour.ListeFactures, aValiderDe(v, f))
		}
	})
	return Answer{Body: retour}
}

// rechercherAValider lists the invoices of which the structures that the caller
// reaches are or were the validators.
func rechercherAValider(c *Call, p *rechercherValideurParam) Answer {
	return valideurRetour(c, p.recherche())
}

type rechercherATraiterValideurParam struct {
	IDStructure int64                 `json:"idStructure"`
	Type        qualif.IdentifierType `json:"typeIdentifiantStructure"`
	Identifiant string                `json:"identifiantStructure"`
	Page        pagination            `json:"pagination"`
}

// rechercherATraiterValideur lists the invoices that wait for a validation.
func rechercherATraiterValideur(c *Call, p *rechercherATraiterValideurParam) Answer {
	r := &recherche{role: qualif.RoleValideur, page: p.Page, aTraiter: &attendValideur}
	r.critere.valideur = p.IDStructure
	if p.IDStructure == 0 && p.Identifiant != "" {
		kind := p.Type
		if kind == "" {
			kind = qualif.SIRET
		}
		structure, ok := dataOf(c).ByIdentifier(kind, p.Identifiant)
		if !ok {
			r.critere.autre = true
			structure = &qualif.Structure{}
		}
		r.critere.valideur = structure.ID
	}
	return valideurRetour(c, r)
}

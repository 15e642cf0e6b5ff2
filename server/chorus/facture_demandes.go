package chorus

import (
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// rechercherDemandesParam is the request of
// factures/v1/rechercher/demandePaiement.
type rechercherDemandesParam struct {
	bornes
	Role        string          `json:"roleUtilisateur"`
	Numero      string          `json:"numeroFacture"`
	TypeDemande string          `json:"typeDemandePaiement"`
	TypeFacture string          `json:"typeFacture"`
	TypeTravaux string          `json:"typeFactureTravaux"`
	Cadre       string          `json:"cadreFacturation"`
	Statuts     []qualif.Statut `json:"statutCourant"`
	EtatDu      string          `json:"periodeDateHeureEtatCourantDu"`
	EtatAu      string          `json:"periodeDateHeureEtatCourantAu"`
	FactureDu   string          `json:"periodeDateFournisseurDu"`
	FactureAu   string          `json:"periodeDateFournisseurAu"`
	DepotDu     string          `json:"periodeDateDepotDu"`
	DepotAu     string          `json:"periodeDateDepotAu"`
	APayerMin   borne           `json:"montantAPayerMin"`
	APayerMax   borne           `json:"montantAPayerMax"`
	Marche      string          `json:"numeroMarche"`
	BonCommande string          `json:"numeroBonCommande"`
	Origine     string          `json:"numeroFactureOrigine"`
	SirenFour   bool            `json:"rechercheSirenFournisseur"`
	ServiceFour int64           `json:"idServiceFournisseur"`
	SirenDest   bool            `json:"rechercheSirenDestinataire"`
	ServiceDest int64           `json:"idServiceDestinataire"`
	Archive     string          `json:"dpOuDpArchive"`
	Dossier     string          `json:"numeroDossierFacturation"`
	Memoire     string          `json:"numeroFactureMemoire"`
	Mandat      string          `json:"numeroDpMandat"`
	Fournisseur struct {
		ID    int64                 `json:"idStructureFournisseur"`
		Type  qualif.IdentifierType `json:"typeIdentifiantStructureFournisseur"`
		Value string                `json:"identifiantStructureFournisseur"`
	} `json:"structureFournisseur"`
	Valideur struct {
		ID    int64                 `json:"idStructureValideur"`
		Type  qualif.IdentifierType `json:"typeIdentifiantStructureValideur"`
		Value string                `json:"identifiantStructureValideur"`
	} `json:"structureValideur"`
	Destinataire struct {
		ID    int64                 `json:"idStructureDestinataire"`
		Type  qualif.IdentifierType `json:"typeIdentifiantStructureDestinataire"`
		Value string                `json:"identifiantStructureDestinataire"`
	} `json:"structureDestinataire"`
}

type rechercherDemandesRetour struct {
	Envelope
	Liste []demandePaiement `json:"listeDemandePaiement"`
	Total int               `json:"total"`
}

type demandePaiement struct {
	ID             int64         `json:"idDemandePaiement"`
	Numero         string        `json:"numeroDemandePaiement,omitempty"`
	TypeDemande    string        `json:"typeDemandePaiement"`
	TypeFacture    string        `json:"typeFacture,omitempty"`
	Cadre          string        `json:"cadreFacturation,omitempty"`
	Etat           qualif.Statut `json:"etatCourant"`
	DateEtat       string        `json:"dateHeureEtatCourant,omitempty"`
	DateFacture    string        `json:"dateFournisseur,omitempty"`
	DateDepot      string        `json:"dateDepot,omitempty"`
	HT             nombre        `json:"montantHT,omitempty"`
	TTC            nombre        `json:"montantTTC,omitempty"`
	APayer         nombre        `json:"montantAPayer,omitempty"`
	Marche         string        `json:"numeroMarche,omitempty"`
	BonCommande    string        `json:"numeroBonCommande,omitempty"`
	Origine        string        `json:"numeroFactureOrigine,omitempty"`
	IDFournisseur  int64         `json:"idStructureFournisseur,omitempty"`
	IDServiceFour  int64         `json:"idServiceFournisseur,omitempty"`
	IDValideur     int64         `json:"idStructureValideur1,omitempty"`
	IDDestinataire int64         `json:"idStructureDestinataire,omitempty"`
	IDServiceDest  int64         `json:"idServiceDestinataire,omitempty"`
	Archive        string        `json:"dpOuDpArchive"`
	Commentaire    string        `json:"commentaireEtatCourant,omitempty"`
	Mandat         string        `json:"numeroDpMandat,omitempty"`
	CodeService    string        `json:"codeServiceDestinataire,omitempty"`
	NomService     string        `json:"nomServiceDestinataire,omitempty"`
	Fournisseur    string        `json:"identifiantStructureFournisseur,omitempty"`
	Destinataire   string        `json:"identifiantStructureDestinataire,omitempty"`
}

// maxDemandes bounds an answer that has no pages: the official default of the
// results of a search.
const maxDemandes = 200

// rechercherDemandes is declared not to work in qualification (official); the
// switch facture.search-all makes it work as its document says.
func rechercherDemandes(c *Call, p *rechercherDemandesParam) Answer {
	retour := &rechercherDemandesRetour{Envelope: Done, Liste: []demandePaiement{}}
	off := false
	c.Sandbox.Read(func(v sandboxes.View) {
		if off = v.Switches.Get(qualif.SwitchSearchAll) == "unavailable"; off {
			return
		}
		r := &recherche{role: p.role(), critere: p.critere(v), page: pagination{Taille: maxDemandes}}
		found := r.chercher(v, &c.Principal)
		retour.Total = found.retour.Total
		for _, f := range found.factures {
			retour.Liste = append(retour.Liste, demandeDe(v, f))
		}
	})
	if off {
		return *refuse(opRechercherDemandes, unavailable, "rechercher/demandePaiement does not work in qualification (official); switch %s makes it answer", qualif.SwitchSearchAll)
	}
	return Answer{Body: retour}
}

func (p *rechercherDemandesParam) role() qualif.RoleFacture {
	switch p.Role {
	case "DESTINATAIRE":
		return qualif.RoleDestinataire
	case "VALIDEUR":
		return qualif.RoleValideur
	}
	return qualif.RoleFournisseur
}

func (p *rechercherDemandesParam) critere(v sandboxes.View) critereFacture {
	k := critereFacture{
		numero: p.Numero, marche: p.Marche, bonCommande: p.BonCommande, origine: p.Origine, cadre: p.Cadre, statuts: p.Statuts,
		depot: entre(p.DepotDu, p.DepotAu), emission: entre(p.FactureDu, p.FactureAu), etat: entre(p.EtatDu, p.EtatAu),
		ht: fourchette{p.HTMin.Montant, p.HTMax.Montant}, ttc: fourchette{p.TTCMin.Montant, p.TTCMax.Montant},
		aPayer:           fourchette{p.APayerMin.Montant, p.APayerMax.Montant},
		sirenFournisseur: p.SirenFour, sirenDestinataire: p.SirenDest,
		// Works invoices, archives, court fees and their files do not exist in qualification.
		autre: p.TypeDemande != "" && p.TypeDemande != typeFacture || p.TypeTravaux != "" || p.Archive == "DP_ARCHIVE" ||
			p.Role == "MOE" || p.Role == "MOA" || p.Dossier != "" || p.Memoire != "" || p.Mandat != "",
	}
	if p.TypeFacture != "" {
		k.types = []string{p.TypeFacture}
	}
	four, known1 := designe(v, p.Fournisseur.ID, p.Fournisseur.Type, p.Fournisseur.Value)
	dest, known2 := designe(v, p.Destinataire.ID, p.Destinataire.Type, p.Destinataire.Value)
	valideur, known3 := designe(v, p.Valideur.ID, p.Valideur.Type, p.Valideur.Value)
	k.autre = k.autre || !known1 || !known2 || !known3
	k.fournisseurs = []partieCherchee{{structure: four, services: nonZero(p.ServiceFour)}}
	k.destinataires = []partieCherchee{{structure: dest, services: nonZero(p.ServiceDest)}}
	k.valideur = valideur
	return k
}

// designe is the structure that a criterion names, 0 when it names none; false
// when there is no such structure.
func designe(v sandboxes.View, id int64, kind qualif.IdentifierType, identifiant string) (int64, bool) {
	if id != 0 || identifiant == "" {
		return id, true
	}
	if kind == "" {
		kind = qualif.SIRET
	}
	s, ok := v.Data().ByIdentifier(kind, identifiant)
	if !ok {
		return 0, false
	}
	return s.ID, true
}

func demandeDe(v sandboxes.View, f *qualif.Facture) demandePaiement {
	c := communeDe(v, f, false)
	return demandePaiement{
		ID: f.ID, Numero: f.Numero, TypeDemande: typeFacture, TypeFacture: f.Type, Cadre: f.Cadre, Etat: f.Statut, DateEtat: isoDate(f.Depuis),
		DateFacture: c.DateFacture, DateDepot: c.DateDepot, HT: c.MontantHT, TTC: c.MontantTTC, APayer: c.MontantAPayer,
		Marche: f.NumeroMarche, BonCommande: f.NumeroBonCommande, Origine: f.NumeroFactureOrigine,
		IDFournisseur: f.Fournisseur.StructureID, IDServiceFour: f.Fournisseur.ServiceID, IDValideur: valideurDe(f).StructureID,
		IDDestinataire: f.Destinataire.StructureID, IDServiceDest: f.Destinataire.ServiceID, Archive: "DEMANDE_PAIEMENT",
		Commentaire: etatCommente(f), Mandat: f.NumeroDPMandat, CodeService: c.CodeServiceExecutant, NomService: c.NomServiceExecutant,
		Fournisseur: c.CodeFournisseur, Destinataire: c.CodeDestinataire,
	}
}

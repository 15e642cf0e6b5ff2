package chorus

import (
	"slices"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// borne is an amount in a criterion: one beyond the platform's own bound is
// that bound, as no invoice goes further.
type borne struct{ qualif.Montant }

// UnmarshalJSON reads a JSON number of any size, or null.
func (b *borne) UnmarshalJSON(text []byte) error {
	if b.Montant.UnmarshalJSON(text) == nil {
		return nil
	}
	b.Montant = qualif.MontantMax
	if len(text) > 0 && text[0] == '-' {
		b.Montant = qualif.MontantMax.Oppose()
	}
	return nil
}

// bornes are the amounts that a search gives as ranges.
type bornes struct {
	HTMin  borne `json:"montantHTMin"`
	HTMax  borne `json:"montantHTMax"`
	TTCMin borne `json:"montantTTCMin"`
	TTCMax borne `json:"montantTTCMax"`
}

// periodes are the criteria of time that several searches have.
type periodes struct {
	DepotDu   string `json:"periodeDateDepotDu"`
	DepotAu   string `json:"periodeDateDepotAu"`
	FactureDu string `json:"periodeDateFactureDu"`
	FactureAu string `json:"periodeDateFactureAu"`
	EtatDu    string `json:"periodeDateHeureEtatCourantDu"`
	EtatAu    string `json:"periodeDateHeureEtatCourantAu"`
}

func (p *periodes) dans(k *critereFacture) {
	k.depot, k.emission, k.etat = entre(p.DepotDu, p.DepotAu), entre(p.FactureDu, p.FactureAu), entre(p.EtatDu, p.EtatAu)
}

// pageBornee is a page object that may also bound the number of results.
type pageBornee struct {
	pagination
	Maximum int64 `json:"nbResultatsMaximum"`
}

// rechercherEmisesParam is the request of factures/v1/rechercher/fournisseur.
type rechercherEmisesParam struct {
	periodes
	bornes
	APayerMin            borne                `json:"montantApayerMin"`
	APayerMax            borne                `json:"montantApayerMax"`
	Destinataires        []critereDestination `json:"listeDestinataire"`
	SirenDestinataire    bool                 `json:"rechercheSirenDestinataire"`
	NumeroFacture        string               `json:"numeroFacture"`
	TypeFacture          string               `json:"typeFacture"`
	IDFournisseur        int64                `json:"idFournisseur"`
	IDServiceFournisseur int64                `json:"idServiceFournisseur"`
	IDValideur           int64                `json:"idStructureValideur"`
	Cadre                string               `json:"cadreFacturation"`
	Statuts              []qualif.Statut      `json:"statutCourant"`
	Coordonnee           int64                `json:"coordonneeBancaire"`
	Auteurs              []int64              `json:"idUtilisateurCreateur"`
	NumeroMarche         string               `json:"numeroMarche"`
	NumeroBonCommande    string               `json:"numeroBonCommande"`
	NumeroOrigine        string               `json:"numeroFactureOrigine"`
	ModeDepot            string               `json:"modeDepot"`
	NumeroFluxDepot      string               `json:"numeroFluxDepot"`
	RecupererTaille      bool                 `json:"recupererTaille"`
	RejetTraite          *bool                `json:"rejetTraite"`
	Page                 pageBornee           `json:"rechercheFactureParFournisseur"`
}

type critereDestination struct {
	ID       int64   `json:"idDestinataire"`
	Services []int64 `json:"listeIdServiceExecutant"`
	Nom      string  `json:"raisonSocialeStuctDmd"`
}

func (p *rechercherEmisesParam) recherche() *recherche {
	k := critereFacture{
		numero: p.NumeroFacture, flux: p.NumeroFluxDepot, marche: p.NumeroMarche, bonCommande: p.NumeroBonCommande, origine: p.NumeroOrigine,
		modeDepot: p.ModeDepot, cadre: p.Cadre, statuts: p.Statuts, valideur: p.IDValideur, coordonnee: p.Coordonnee,
		auteurs: p.Auteurs, rejetTraite: p.RejetTraite, sirenDestinataire: p.SirenDestinataire,
		ht: fourchette{p.HTMin.Montant, p.HTMax.Montant}, ttc: fourchette{p.TTCMin.Montant, p.TTCMax.Montant},
		aPayer: fourchette{p.APayerMin.Montant, p.APayerMax.Montant},
	}
	p.dans(&k)
	if p.TypeFacture != "" {
		k.types = []string{p.TypeFacture}
	}
	if p.IDFournisseur != 0 || p.IDServiceFournisseur != 0 {
		k.fournisseurs = []partieCherchee{{structure: p.IDFournisseur, services: nonZero(p.IDServiceFournisseur)}}
	}
	for _, d := range p.Destinataires {
		k.destinataires = append(k.destinataires, partieCherchee{structure: d.ID, services: d.Services, nom: d.Nom})
	}
	return &recherche{role: qualif.RoleFournisseur, critere: k, page: p.Page.pagination, maximum: p.Page.Maximum}
}

func nonZero(id int64) []int64 {
	if id == 0 {
		return nil
	}
	return []int64{id}
}

type rechercherEmisesRetour struct {
	Envelope
	ParametresRetour parametresRetour `json:"parametresRetour"`
	ListeFactures    []rangeeEmise    `json:"listeFactures"`
}

// rechercherEmises lists the invoices of the suppliers that the caller reaches,
// the latest deposit first.
func rechercherEmises(c *Call, p *rechercherEmisesParam) Answer {
	retour := &rechercherEmisesRetour{Envelope: Done, ListeFactures: []rangeeEmise{}}
	rechercheVue(c, p.recherche(), func(v sandboxes.View, t trouve) {
		retour.ParametresRetour = t.retour
		for _, f := range t.factures {
			retour.ListeFactures = append(retour.ListeFactures, emiseDe(v, f, p.RecupererTaille))
		}
	})
	return Answer{Body: retour}
}

type rechercherEmisesATraiterParam struct {
	IDStructure     int64      `json:"idStructure"`
	MasquerRejetee  bool       `json:"masquerRejetee"`
	RecupererTaille bool       `json:"recupererTaille"`
	Page            pageBornee `json:"rechercheFactureATraiterParFournisseur"`
}

type rechercherEmisesATraiterRetour struct {
	Envelope
	ParametresRetour parametresRetour `json:"parametresRetour"`
	ListeFactures    []rangeeCommune  `json:"listeFactures"`
}

// aTraiterParFournisseur are the statuses in which a supplier has something to
// do: send, complete, recycle, name another validator, take note of a rejection
// (official description of the operation; the list is ours).
var aTraiterParFournisseur = []qualif.Statut{
	qualif.StatutInterpreteeOCR, qualif.StatutBrouillon, qualif.StatutSuspendue, qualif.StatutARecycler, qualif.StatutErreurValideur,
	qualif.StatutRefusee1, qualif.StatutRejetee,
}

var (
	attendFournisseur = filtre{"attend le fournisseur", func(f *qualif.Facture) bool {
		return slices.Contains(aTraiterParFournisseur, f.Statut) && (f.Statut != qualif.StatutRejetee || !f.RejetTraite)
	}}
	attendFournisseurSansRejet = filtre{"attend le fournisseur, sans rejet", func(f *qualif.Facture) bool {
		return slices.Contains(aTraiterParFournisseur, f.Statut) && f.Statut != qualif.StatutRejetee
	}}
	attendDestinataire = filtre{"attend le destinataire", func(f *qualif.Facture) bool { return len(qualif.Traitements(f.Statut)) > 0 }}
	attendValideur     = filtre{"attend le valideur", func(f *qualif.Facture) bool { return f.Statut == qualif.StatutAValider1 }}
)

// rechercherEmisesATraiter lists the invoices on which a supplier has to act; a
// rejection taken note of is no longer among them.
func rechercherEmisesATraiter(c *Call, p *rechercherEmisesATraiterParam) Answer {
	r := &recherche{role: qualif.RoleFournisseur, page: p.Page.pagination, maximum: p.Page.Maximum, aTraiter: &attendFournisseur}
	if p.MasquerRejetee {
		r.aTraiter = &attendFournisseurSansRejet
	}
	if p.IDStructure != 0 {
		r.critere.fournisseurs = []partieCherchee{{structure: p.IDStructure}}
	}
	retour := &rechercherEmisesATraiterRetour{Envelope: Done, ListeFactures: []rangeeCommune{}}
	rechercheVue(c, r, func(v sandboxes.View, t trouve) {
		retour.ParametresRetour = t.retour
		for _, f := range t.factures {
			retour.ListeFactures = append(retour.ListeFactures, communeDe(v, f, p.RecupererTaille))
		}
	})
	return Answer{Body: retour}
}

package chorus

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
)

// engagementLayout is ISO 8601 with an offset and no fraction, as in the
// official samples.
const engagementLayout = "2006-01-02T15:04:05-07:00"

type rechercherEngagementsParam struct {
	Code         string     `json:"codeEngagementJuridique"`
	Numero       string     `json:"numeroEngagementJuridique"`
	NumeroMarche string     `json:"numeroMarcheEngagementJuridique"`
	Receptrice   string     `json:"structureReceptriceEngagementJuridique"`
	Etat         string     `json:"etatCourantEngagementJuridique"`
	NotifieDu    string     `json:"periodeDateNotificationEJDu"`
	NotifieAu    string     `json:"periodeDateNotificationEJAu"`
	TTCMin       borne      `json:"montantTTCMin"`
	TTCMax       borne      `json:"montantTTCMax"`
	Parametres   pagination `json:"parametresRecherche"`
}

type rechercherEngagementsRetour struct {
	Envelope
	Liste            []engagement     `json:"listeEngagementJuridique"`
	ParametresRetour parametresRetour `json:"parametresRetour"`
}

// engagement has absent properties where one official sample has nulls and
// another nothing.
type engagement struct {
	ID                     int64          `json:"idEngagementJuridique"`
	Type                   string         `json:"libelleTypeEngagementJuridique"`
	Numero                 string         `json:"numeroEngagementJuridique"`
	Receptrice             string         `json:"structureReceptrice"`
	IdentifiantReceptrice  string         `json:"identifiantStructureReceptrice"`
	LibelleReceptrice      string         `json:"libelleStructureReceptrice,omitempty"`
	StatutReceptrice       string         `json:"statutStructureReceptrice"`
	CodeService            string         `json:"codeServiceExecutant,omitempty"`
	LibelleService         string         `json:"libelleServiceExecutant,omitempty"`
	CodeServiceEmetteur    string         `json:"codeServiceExecutantEmetteur,omitempty"`
	LibelleServiceEmetteur string         `json:"libelleServiceExecutantEmetteur,omitempty"`
	DateCreation           string         `json:"dateCreationEJ,omitempty"`
	DateNotification       string         `json:"dateNotificationEJ,omitempty"`
	Etat                   string         `json:"libelleEtatCourantEJ"`
	MontantHT              qualif.Montant `json:"montantTotalHt,omitzero"`
	MontantTTC             qualif.Montant `json:"montantTotalTtc,omitzero"`
	Devise                 string         `json:"deviseEngagement,omitempty"`
}

// rechercherEngagements finds the commitments that bind a structure of the
// caller, as the one that ordered or the one that receives the order. Finding
// none is no refusal.
func rechercherEngagements(c *Call, p *rechercherEngagementsParam) Answer {
	found := []qualif.Engagement{}
	if query, ok := p.query(c); ok {
		found = dataOf(c).Engagements(query)
	}
	order(found, &p.Parametres, engagementColumn(p.Parametres.Colonne), func(e qualif.Engagement) int64 { return e.ID })
	w := p.Parametres.window()
	return Answer{Body: &rechercherEngagementsRetour{Done, each(cut(found, w), spellEngagement), w.among(len(found))}}
}

// query is false when nothing can match: two numbers that differ, or a supplier
// that is no id. codeEngagementJuridique is taken for another name of the
// number: no source tells them apart.
func (p *rechercherEngagementsParam) query(c *Call) (qualif.EngagementQuery, bool) {
	numero := cmp.Or(p.Numero, p.Code)
	q := qualif.EngagementQuery{
		Visible: &c.Principal, Numero: numero, NumeroMarche: p.NumeroMarche, Etat: p.Etat, TTCMin: p.TTCMin.Montant, TTCMax: p.TTCMax.Montant,
	}
	notified := entre(p.NotifieDu, p.NotifieAu)
	q.NotifieDu, q.NotifieAvant = notified.depuis, notified.jusque
	if p.Receptrice != "" {
		id, err := strconv.ParseInt(p.Receptrice, 10, 64)
		if err != nil {
			return q, false
		}
		q.FournisseurID = &id
	}
	return q, p.Code == "" || strings.EqualFold(p.Code, numero)
}

// engagementColumn compares by a column. DateCreationEJ is the one that the
// official sample has; the others are named like it, after the properties of the
// answer.
func engagementColumn(column string) func(a, b qualif.Engagement) int {
	switch column {
	case "DateCreationEJ":
		return func(a, b qualif.Engagement) int { return a.DateCreation.Compare(b.DateCreation) }
	case "DateNotificationEJ":
		return func(a, b qualif.Engagement) int { return a.DateNotification.Compare(b.DateNotification) }
	case "NumeroEngagementJuridique":
		return func(a, b qualif.Engagement) int { return compareNames(a.Numero, b.Numero) }
	case "MontantTotalTtc":
		return func(a, b qualif.Engagement) int { return a.MontantTTC.Cmp(b.MontantTTC) }
	}
	return func(a, b qualif.Engagement) int { return 0 }
}

func spellEngagement(e qualif.Engagement) engagement {
	supplier := e.Fournisseur
	spelled := engagement{
		ID: e.ID, Type: e.Type, Numero: e.Numero, Receptrice: supplier.Designation(), IdentifiantReceptrice: supplier.Identifiant,
		LibelleReceptrice: supplier.Libelle, StatutReceptrice: "ACTIF", Etat: e.Etat, MontantHT: e.MontantHT, MontantTTC: e.MontantTTC, Devise: e.Devise,
		CodeService: e.ServiceFournisseur, LibelleService: serviceName(supplier, e.ServiceFournisseur),
		CodeServiceEmetteur: e.ServiceEmetteur, LibelleServiceEmetteur: serviceName(e.Emetteur, e.ServiceEmetteur),
		DateCreation: engagementDate(e.DateCreation), DateNotification: engagementDate(e.DateNotification),
	}
	if supplier.Inactive {
		spelled.StatutReceptrice = "INACTIF"
	}
	return spelled
}

func engagementDate(at time.Time) string { return spell(at, engagementLayout) }

// serviceName is the name of a service that a commitment gives the code of.
func serviceName(s *qualif.Structure, code string) string {
	for i := range s.Services {
		if s.Services[i].Code == code {
			return s.Services[i].Libelle
		}
	}
	return ""
}

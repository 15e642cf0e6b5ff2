package qualif

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// EngagementJuridique is a commitment (EJ) of a public structure towards a
// supplier: an order, as a rule, whose number invoices give
// (engagementsJuridiques/v1/rechercher).
type EngagementJuridique struct {
	// ID is unique in a data set.
	ID int64 `json:"idEngagementJuridique"`
	// Type is BON_DE_COMMANDE in the official samples; other values are not
	// public.
	Type string `json:"type"`
	// Numero is at most 50 characters, and unique in the structure whatever the
	// case.
	Numero       string `json:"numeroEngagementJuridique"`
	NumeroMarche string `json:"numeroMarche,omitempty"`
	// Etat is COMMANDE when invoices can be sent for it; other values are not
	// public.
	Etat string `json:"etat"`
	// FournisseurID is the idStructureCPP of the structure that receives the
	// order.
	FournisseurID int64 `json:"idFournisseur"`
	// ServiceFournisseur and ServiceEmetteur are codes of services of the
	// supplier and of the structure that ordered; "" for none.
	ServiceFournisseur string    `json:"codeServiceFournisseur,omitempty"`
	ServiceEmetteur    string    `json:"codeServiceEmetteur,omitempty"`
	DateCreation       time.Time `json:"dateCreation,omitzero"`
	DateNotification   time.Time `json:"dateNotification,omitzero"`
	MontantHT          Montant   `json:"montantHT,omitzero"`
	MontantTTC         Montant   `json:"montantTTC,omitzero"`
	// Devise is a code of ISO 4217.
	Devise string `json:"devise,omitempty"`
}

// MaxEngagement is how many characters the number of a commitment has at most
// (a client's field).
const MaxEngagement = 50

// Engagement is a commitment with the structures that it binds.
type Engagement struct {
	*EngagementJuridique
	Emetteur, Fournisseur *Structure
}

// engagementIndex finds commitments by number in upper case, and by the
// structures that they bind. All are in the order of ids.
type engagementIndex struct {
	all         []Engagement
	byNumero    map[string][]int
	byStructure map[int64][]int
}

func newEngagementIndex(structures []Structure, byID map[int64]*Structure) engagementIndex {
	x := engagementIndex{byNumero: map[string][]int{}, byStructure: map[int64][]int{}}
	for i := range structures {
		s := &structures[i]
		for j := range s.EngagementsJuridiques {
			e := &s.EngagementsJuridiques[j]
			x.all = append(x.all, Engagement{e, s, byID[e.FournisseurID]})
		}
	}
	slices.SortFunc(x.all, func(a, b Engagement) int { return cmp.Compare(a.ID, b.ID) })
	for i, e := range x.all {
		numero := strings.ToUpper(e.Numero)
		x.byNumero[numero] = append(x.byNumero[numero], i)
		x.byStructure[e.Emetteur.ID] = append(x.byStructure[e.Emetteur.ID], i)
		x.byStructure[e.Fournisseur.ID] = append(x.byStructure[e.Fournisseur.ID], i)
	}
	return x
}

// EngagementQuery is a search of commitments; empty fields match everything.
// Codes and numbers match when equal, whatever the case.
type EngagementQuery struct {
	// Visible is whose commitments are looked for: those that bind a structure
	// that he reaches.
	Visible                    *Principal
	Numero, NumeroMarche, Etat string
	// FournisseurID is an idStructureCPP; nil is no criterion.
	FournisseurID *int64
	// NotifieDu and NotifieAvant bound the notification: from the first on,
	// and before the second.
	NotifieDu, NotifieAvant time.Time
	TTCMin, TTCMax          Montant
}

// Engagements lists the commitments that match, by id. It takes a time that
// follows how many commitments have the number asked for or, without one, bind
// the caller's structures.
func (d *DataSet) Engagements(q EngagementQuery) []Engagement {
	x := &d.index.engagements
	var found []Engagement
	for _, i := range x.candidates(&q) {
		if e := x.all[i]; q.matches(e) {
			found = append(found, e)
		}
	}
	return found
}

func (x *engagementIndex) candidates(q *EngagementQuery) []int {
	if q.Numero != "" {
		return x.byNumero[strings.ToUpper(q.Numero)]
	}
	var rows []int
	for _, s := range q.Visible.Structures {
		rows = append(rows, x.byStructure[s.ID]...)
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

func (q *EngagementQuery) matches(e Engagement) bool {
	is := func(value, wanted string) bool { return wanted == "" || strings.EqualFold(value, wanted) }
	return (q.Visible.Reaches(e.Emetteur.ID) || q.Visible.Reaches(e.Fournisseur.ID)) &&
		is(e.NumeroMarche, q.NumeroMarche) && is(e.Etat, q.Etat) &&
		(q.FournisseurID == nil || e.FournisseurID == *q.FournisseurID) &&
		(q.NotifieDu.IsZero() || !e.DateNotification.IsZero() && !e.DateNotification.Before(q.NotifieDu)) &&
		(q.NotifieAvant.IsZero() || !e.DateNotification.IsZero() && e.DateNotification.Before(q.NotifieAvant)) &&
		(q.TTCMin.IsZero() || e.MontantTTC.Cmp(q.TTCMin) >= 0) && (q.TTCMax.IsZero() || e.MontantTTC.Cmp(q.TTCMax) <= 0)
}

// commitments checks those of a structure once all structures are known; taken
// are the ids seen before.
func (c *checker) commitments(s *Structure, taken map[int64]bool) {
	numbers := map[string]bool{}
	for i := range s.EngagementsJuridiques {
		e := &s.EngagementsJuridiques[i]
		about := "commitment " + e.Numero + " of structure " + s.Identifiant
		c.wrong(e.ID <= 0 || taken[e.ID], about, "idEngagementJuridique %d is taken or not positive", e.ID)
		taken[e.ID] = true
		key := strings.ToUpper(e.Numero)
		c.wrong(e.Numero == "" || utf8.RuneCountInString(e.Numero) > MaxEngagement, about, "the number has 1 to %d characters", MaxEngagement)
		c.wrong(numbers[key], about, "the number is taken")
		numbers[key] = true
		c.wrong(!s.Publique, about, "the structure is not a public one, and others commit nothing")
		c.wrong(e.Type == "" || e.Etat == "", about, "it has no type or no state")
		c.wrong(e.MontantHT.Sign() < 0 || e.MontantTTC.Sign() < 0, about, "an amount is negative")
		c.wrong(e.ServiceEmetteur != "" && !s.hasServiceCode(e.ServiceEmetteur), about, "the structure has no service %q", e.ServiceEmetteur)
		supplier := c.index.byID[e.FournisseurID]
		c.wrong(supplier == nil, about, "structure %d, the supplier, does not exist", e.FournisseurID)
		c.wrong(supplier != nil && e.ServiceFournisseur != "" && !supplier.hasServiceCode(e.ServiceFournisseur), about,
			"the supplier has no service %q", e.ServiceFournisseur)
	}
}

func (s *Structure) hasServiceCode(code string) bool {
	return slices.ContainsFunc(s.Services, func(service Service) bool { return service.Code == code })
}

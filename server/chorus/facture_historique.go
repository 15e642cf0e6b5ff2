package chorus

import (
	"strings"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// historiqueParam is the request of factures/v1/consulter/historique.
type historiqueParam struct {
	IDFacture int64 `json:"idFacture"`
	IDEspace  int64 `json:"idEspace"`
	Maximum   int64 `json:"nbResultatsMaximum"`
	Statuts   struct {
		Page    int64  `json:"pageResultatDemandeeListeHistoStatut"`
		Taille  int64  `json:"nbResultatsParPageListeHistoStatut"`
		Colonne string `json:"triColonneListeHistoStatut"`
		Sens    string `json:"triSensListeHistoStatut"`
	} `json:"paramRechercheHistoStatuts"`
	Evenements struct {
		Page    int64  `json:"pageResultatDemandeeListeHistoEvenement"`
		Taille  int64  `json:"nbResultatsParPageListeHistoEvenement"`
		Colonne string `json:"triColonneListeHistoEvenement"`
		Sens    string `json:"triSensListeHistoEvenement"`
	} `json:"paramRechercheHistoEvenementsComplementaires"`
	Actions struct {
		Page    int64  `json:"pageResultatDemandeeListeHistoAction"`
		Taille  int64  `json:"nbResultatsParPageListeHistoAction"`
		Colonne string `json:"triColonneListeHistoAction"`
		Sens    string `json:"triSensListeHistoAction"`
	} `json:"paramRechercheHistoActionsUtilisateurs"`
}

type historiqueRetour struct {
	Envelope
	IDFacture     int64           `json:"idFacture"`
	NumeroFacture string          `json:"numeroFacture,omitempty"`
	ModeDepot     string          `json:"modeDepot,omitempty"`
	StatutCourant qualif.Statut   `json:"statutCourantCode"`
	Statuts       histoStatuts    `json:"historiquesDesStatuts"`
	Evenements    histoEvenements `json:"historiquesDesEvenementsComplementaires"`
	Actions       histoActions    `json:"historiquesDesActionsUtilisateurs"`
	Derniere      *derniereAction `json:"derniereAction,omitempty"`
}

type histoStatuts struct {
	Liste  []histoStatut `json:"histoStatut"`
	Page   int           `json:"pageCouranteHistoStatut"`
	Pages  int           `json:"pagesHistoStatut"`
	Taille int           `json:"nbResultatsParPageHistoStatut"`
	Total  int           `json:"totalHistoStatut"`
}

type histoStatut struct {
	ID          int64         `json:"histoStatutId"`
	Code        qualif.Statut `json:"histoStatutCode"`
	DatePassage string        `json:"histoStatutDatePassage"`
	Commentaire string        `json:"histoStatutCommentaire,omitempty"`
	Prenom      string        `json:"histoStatutUtilisateurPrenom,omitempty"`
	Nom         string        `json:"histoStatutUtilisateurNom,omitempty"`
	Email       string        `json:"histoStatutUtilisateurEmail,omitempty"`
	le          time.Time
}

// histoEvenements is always empty: no source says what a complementary event
// is.
type histoEvenements struct {
	Liste  []struct{} `json:"evenement"`
	Page   int        `json:"pageCouranteEvenement"`
	Pages  int        `json:"pagesEvenement"`
	Taille int        `json:"nbResultatsParPageEvenement"`
	Total  int        `json:"totalEvenement"`
}

type histoActions struct {
	Liste  []histoAction `json:"histoAction"`
	Page   int           `json:"pageCouranteHistoAction"`
	Pages  int           `json:"pagesHistoAction"`
	Taille int           `json:"nbResultatsParPageHistoAction"`
	Total  int           `json:"totalHistoAction"`
}

type histoAction struct {
	ID        int64  `json:"histoActionId"`
	Code      string `json:"histoActionCode"`
	DateHeure string `json:"histoActionDateHeure"`
	Prenom    string `json:"histoActionUtilisateurPrenom,omitempty"`
	Nom       string `json:"histoActionUtilisateurNom,omitempty"`
	Email     string `json:"histoActionUtilisateurEmail,omitempty"`
	le        time.Time
}

type derniereAction struct {
	ID   int64  `json:"derniereActionId"`
	Code string `json:"derniereActionCode"`
}

// consulterHistorique shows what happened to an invoice to any of its parties,
// the latest first. The space asked for is not required to be the caller's role:
// clients leave it out as suppliers, and its default is received invoices.
func consulterHistorique(c *Call, p *historiqueParam) Answer {
	var answer Answer
	c.Sandbox.Read(func(v sandboxes.View) {
		f, refused := factureDesParties(c, v, opConsulterHistorique, p.IDFacture)
		if refused != nil {
			answer = *refused
			return
		}
		retour := &historiqueRetour{
			Envelope: Done, IDFacture: f.ID, NumeroFacture: f.Numero, ModeDepot: f.ModeDepot, StatutCourant: f.Statut,
			Statuts: statutsDe(v, f, p), Actions: actionsDe(v, f, p),
		}
		_, r := feuille([]struct{}{}, pagination{p.Evenements.Page, p.Evenements.Taille, "", p.Evenements.Sens}, nil)
		retour.Evenements = histoEvenements{[]struct{}{}, r.PageCourante, r.Pages, r.NbResultatsParPage, r.Total}
		if n := len(f.Actions); n > 0 {
			retour.Derniere = &derniereAction{f.Actions[n-1].ID, f.Actions[n-1].Code}
		}
		answer.Body = retour
	})
	return answer
}

// factureDesParties finds an invoice that the caller sees in any role.
func factureDesParties(c *Call, v sandboxes.View, operation string, id int64) (*qualif.Facture, *Answer) {
	var refused *Answer
	for _, from := range []qualif.RoleFacture{qualif.RoleFournisseur, qualif.RoleDestinataire, qualif.RoleValideur} {
		f, no := factureVue(c, v, operation, from, id)
		if no == nil {
			return f, nil
		}
		refused = no
	}
	return nil, refused
}

func statutsDe(v sandboxes.View, f *qualif.Facture, p *historiqueParam) histoStatuts {
	all := make([]histoStatut, len(f.Historique))
	for i, h := range f.Historique {
		row := histoStatut{ID: h.ID, Code: h.Statut, DatePassage: minuteDate(h.Le), Commentaire: h.Commentaire, le: h.Le}
		row.Prenom, row.Nom, row.Email = personne(v, h.Par)
		all[i] = row
	}
	by := map[string]func(a, b histoStatut) int{
		"HistoStatutCode":              func(a, b histoStatut) int { return strings.Compare(string(a.Code), string(b.Code)) },
		"HistoStatutCommentaire":       func(a, b histoStatut) int { return compareNames(a.Commentaire, b.Commentaire) },
		"HistoStatutUtilisateurPrenom": func(a, b histoStatut) int { return compareNames(a.Prenom, b.Prenom) },
		"HistoStatutUtilisateurNom":    func(a, b histoStatut) int { return compareNames(a.Nom, b.Nom) },
		"HistoStatutUtilisateurEmail":  func(a, b histoStatut) int { return compareNames(a.Email, b.Email) },
	}[p.Statuts.Colonne]
	if by == nil {
		by = func(a, b histoStatut) int { return a.le.Compare(b.le) }
	}
	page, r := feuille(latest(all, p.Maximum), pagination{p.Statuts.Page, p.Statuts.Taille, "", p.Statuts.Sens}, by)
	return histoStatuts{page, r.PageCourante, r.Pages, r.NbResultatsParPage, r.Total}
}

func actionsDe(v sandboxes.View, f *qualif.Facture, p *historiqueParam) histoActions {
	all := make([]histoAction, len(f.Actions))
	for i, a := range f.Actions {
		row := histoAction{ID: a.ID, Code: a.Code, DateHeure: minuteDate(a.Le), le: a.Le}
		row.Prenom, row.Nom, row.Email = personne(v, a.Par)
		all[i] = row
	}
	by := map[string]func(a, b histoAction) int{
		"HistoAction":                  func(a, b histoAction) int { return strings.Compare(a.Code, b.Code) },
		"HistoActionCode":              func(a, b histoAction) int { return strings.Compare(a.Code, b.Code) },
		"HistoActionUtilisateurPrenom": func(a, b histoAction) int { return compareNames(a.Prenom, b.Prenom) },
		"HistoActionUtilisateurNom":    func(a, b histoAction) int { return compareNames(a.Nom, b.Nom) },
		"HistoActionUtilisateurEmail":  func(a, b histoAction) int { return compareNames(a.Email, b.Email) },
	}[p.Actions.Colonne]
	if by == nil {
		by = func(a, b histoAction) int { return a.le.Compare(b.le) }
	}
	page, r := feuille(latest(all, p.Maximum), pagination{p.Actions.Page, p.Actions.Taille, "", p.Actions.Sens}, by)
	return histoActions{page, r.PageCourante, r.Pages, r.NbResultatsParPage, r.Total}
}

// latest keeps at most a number of the last rows; 0 keeps all.
func latest[T any](all []T, maximum int64) []T {
	if maximum <= 0 || int64(len(all)) <= maximum {
		return all
	}
	return all[int64(len(all))-maximum:]
}

// personne names who did something: a person, or the manager on whose behalf a
// technical account acted; nobody for the platform.
func personne(v sandboxes.View, login string) (prenom, nom, email string) {
	if account, ok := v.Account(login); ok {
		login = account.CreatedBy
	}
	if p, ok := v.Data().Person(login); ok {
		return p.Prenom, p.Nom, v.ContactOf(p.Login)
	}
	return "", "", ""
}

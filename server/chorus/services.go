package chorus

import (
	"cmp"
	"strings"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// rechercherServicesParam is the request of structures/v1/rechercher/services.
// The page object has a name of its own: parametres is refused (recorded).
type rechercherServicesParam struct {
	IDStructure int64      `json:"idStructure"`
	Parametres  pagination `json:"parametresRechercherServicesStructure"`
}

type rechercherServicesRetour struct {
	Envelope
	ListeServices    []serviceExpose  `json:"listeServices"`
	ParametresRetour parametresRetour `json:"parametresRetour"`
}

// serviceExpose shows dates that the official document of 2023 does not list
// any more, but official and recorded samples do.
type serviceExpose struct {
	IDService int64  `json:"idService"`
	Code      string `json:"codeService"`
	Libelle   string `json:"libelleService,omitempty"`
	EstActif  bool   `json:"estActif"`
	Statut    string `json:"statutService"`
	DateDebut string `json:"dateDbtService,omitempty"`
	DateFin   string `json:"dateFinService,omitempty"`
}

// rechercherServices lists the services of a public structure or of one that
// the caller reaches, the inactive ones too.
func rechercherServices(c *Call, p *rechercherServicesParam) Answer {
	structure, refused := visible(c, dataOf(c), opRechercherServices, p.IDStructure)
	if refused != nil {
		return *refused
	}
	all := make([]*qualif.Service, len(structure.Services))
	for i := range structure.Services {
		all[i] = &structure.Services[i]
	}
	order(all, &p.Parametres, serviceColumn(p.Parametres.Colonne), func(s *qualif.Service) int64 { return s.ID })
	w := p.Parametres.window()
	page := cut(all, w)
	list := make([]serviceExpose, len(page))
	for i, s := range page {
		list[i] = serviceExpose{s.ID, s.Code, s.Libelle, s.Actif, statutService(s), minuteDate(s.DateDebut), minuteDate(s.DateFin)}
	}
	return Answer{Body: &rechercherServicesRetour{Done, list, w.among(len(all))}}
}

// serviceColumn compares services by a sort column of the contract; by code
// when none is given, and a service without a date comes before those that
// have one.
func serviceColumn(column string) func(a, b *qualif.Service) int {
	switch column {
	case "LibelleService":
		return func(a, b *qualif.Service) int { return compareNames(a.Libelle, b.Libelle) }
	case "DateDbtService":
		return func(a, b *qualif.Service) int { return a.DateDebut.Compare(b.DateDebut) }
	case "DateFinService":
		return func(a, b *qualif.Service) int { return a.DateFin.Compare(b.DateFin) }
	case "EstActif":
		return func(a, b *qualif.Service) int { return compareBool(a.Actif, b.Actif) }
	}
	return func(a, b *qualif.Service) int { return strings.Compare(a.Code, b.Code) }
}

// compareNames orders names without regard to case, as the search of structures does.
func compareNames(a, b string) int { return cmp.Compare(strings.ToUpper(a), strings.ToUpper(b)) }

func statutService(s *qualif.Service) string {
	if s.Actif {
		return "ACTIF"
	}
	return "INACTIF"
}

type consulterServiceParam struct {
	IDStructure int64 `json:"idStructure"`
	IDService   int64 `json:"idService"`
}

// consulterServiceRetour says informationsGenerales, where that of consulter
// says informationGenerales.
type consulterServiceRetour struct {
	Envelope
	InformationsGenerales informationsService `json:"informationsGenerales"`
	Parametres            parametresService   `json:"parametres"`
	AdressePostale        *qualif.Address     `json:"adressePostale,omitempty"`
}

type informationsService struct {
	Code        string `json:"codeService"`
	Nom         string `json:"nomService,omitempty"`
	Description string `json:"descriptionService,omitempty"`
}

type parametresService struct {
	NumeroEngagement  bool   `json:"numeroEngagement"`
	MiseEnPaiement    bool   `json:"miseEnPaiement"`
	DateCreation      string `json:"dateCreation,omitempty"`
	DateDebutValidite string `json:"dateDebutValidite,omitempty"`
	DateFinValidite   string `json:"dateFinValidite,omitempty"`
	DateModification  string `json:"dateModification,omitempty"`
}

// consulterService shows a service of a public structure, or one that the caller
// is attached to: a manager is to all of his structure's.
func consulterService(c *Call, p *consulterServiceParam) Answer {
	structure, refused := visible(c, dataOf(c), opConsulterService, p.IDStructure)
	if refused != nil {
		return *refused
	}
	if p.IDService == 0 {
		return *refuse(opConsulterService, serviceNotNamed, "the request names no service (idService absent, null or 0)")
	}
	s, ok := structure.Service(p.IDService)
	if !ok {
		return *refuse(opConsulterService, serviceUnknown, "structure %d has no service %d", structure.ID, p.IDService)
	}
	if !structure.Publique && !serviceInScope(c, structure.ID, s.ID) {
		return *refuse(opConsulterService, serviceOutOfScope, "structure %d is private and %s is attached to it but not to its service %d",
			structure.ID, c.Principal.Login, s.ID)
	}
	return Answer{Body: &consulterServiceRetour{
		Done, informationsService{s.Code, s.Libelle, s.Description},
		parametresService{
			s.NumeroEngagement, s.MiseEnPaiement,
			isoDate(s.DateCreation), isoDate(s.DateDebut), isoDate(s.DateFin), isoDate(s.DateModification),
		},
		shown(s.Adresse),
	}}
}

func serviceInScope(c *Call, structureID, serviceID int64) bool {
	in := false
	c.Sandbox.Read(func(v sandboxes.View) {
		in = manages(v, &c.Principal, structureID) || attachedToService(v, &c.Principal, structureID, serviceID)
	})
	return in
}

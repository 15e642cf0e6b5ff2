package chorus

import (
	"slices"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// rattachementValide is how a standing attachment is called: the official
// enumeration has EN_COURS_DE_VALIDATION, REFUSEE, VALIDEE, DESACTIVEE and
// SUPPRIMEE. The data set only holds attachments that stand.
const rattachementValide = "VALIDEE"

// listerRattachementsParam is the request of
// structures/v1/lister/rattachementsutilisateur: a structure and a user, each
// named in one of two ways.
type listerRattachementsParam struct {
	designation
	Login         string     `json:"adresseEmailConnexionUtilisateur"`
	IDUtilisateur int64      `json:"idUtilisateur"`
	Parametres    pagination `json:"parametresListerRattachementsStructureUtilisateur"`
}

type listerRattachementsRetour struct {
	Envelope
	IDStructure int64  `json:"idStructure"`
	Identifiant string `json:"identifiantStructure"`
	Designation string `json:"designationStructure,omitempty"`
	// PremierService is true for a user attached to one service at most; no
	// source tells what it means.
	PremierService   bool                  `json:"premierService"`
	ListeServices    []rattachementService `json:"listeServices"`
	ParametresRetour parametresRetour      `json:"parametresRetour"`
}

// rattachementService has no dateDebut, dateFin and commentaire: the data set
// does not know them, and a property without a value is absent.
type rattachementService struct {
	IDRattachement int64  `json:"idRattachement"`
	IDService      int64  `json:"idService"`
	Code           string `json:"codeService"`
	Nom            string `json:"nomService,omitempty"`
	Statut         string `json:"statutRattachement"`
}

// listerRattachements lists the services of a structure that a user is attached
// to, for whoever handles the structure's attachment requests: its managers.
func listerRattachements(c *Call, p *listerRattachementsParam) Answer {
	data := dataOf(c)
	structure, refused := p.find(data, opListerRattachements)
	if refused != nil {
		return *refused
	}
	person, refused := p.user(data)
	if refused != nil {
		return *refused
	}
	allowed, attachments := false, []*qualif.Rattachement(nil)
	c.Sandbox.Read(func(v sandboxes.View) {
		allowed = manages(v, &c.Principal, structure.ID)
		attachments = v.RattachementsOf(person.Login)
	})
	if !allowed {
		return *refuse(opListerRattachements, structureOutOfScope, "%s is not a manager of structure %d", c.Principal.Login, structure.ID)
	}
	services := attachedServices(structure, attachments)
	order(services, &p.Parametres, rattachementColumn(p.Parametres.Colonne), func(s attachedService) int64 { return s.service.ID })
	w := p.Parametres.window()
	page := cut(services, w)
	list := make([]rattachementService, len(page))
	for i, s := range page {
		list[i] = rattachementService{s.id, s.service.ID, s.service.Code, s.service.Libelle, rattachementValide}
	}
	return Answer{Body: &listerRattachementsRetour{
		Done, structure.ID, structure.Identifiant, structure.Designation(), len(services) <= 1, list, w.among(len(services)),
	}}
}

// user finds the user that the request names. A technical account is none: it
// is not among the users of its structure.
func (p *listerRattachementsParam) user(data *qualif.DataSet) (*qualif.Person, *Answer) {
	switch {
	case p.Login == "" && p.IDUtilisateur == 0:
		return nil, refuse(opListerRattachements, userNotNamed, "the request must have adresseEmailConnexionUtilisateur or idUtilisateur")
	case p.Login != "" && p.IDUtilisateur != 0:
		return nil, refuse(opListerRattachements, userNamedTwice, "the request has both adresseEmailConnexionUtilisateur and idUtilisateur: give one of them")
	case p.Login != "":
		if person, ok := data.Person(p.Login); ok {
			return person, nil
		}
		return nil, refuse(opListerRattachements, userUnknown, "no user of data set %s has login %q", data.Name, p.Login)
	}
	at := slices.IndexFunc(data.People, func(person qualif.Person) bool { return person.ID == p.IDUtilisateur })
	if at < 0 {
		return nil, refuse(opListerRattachements, userUnknown, "no user of data set %s has identifier %d", data.Name, p.IDUtilisateur)
	}
	return &data.People[at], nil
}

// attachedService is a service with the id of a user's attachment to it.
type attachedService struct {
	id      int64
	service *qualif.Service
}

// maxServicesNumbered is how many attachments to services have ids of their own
// below one attachment to a structure.
const maxServicesNumbered = 1000

// attachedServices lists the services of a structure that attachments name, each
// once. The data set numbers attachments to structures only: the n-th service of
// attachment 42 has the id 42000 + n, which is ours.
func attachedServices(structure *qualif.Structure, attachments []*qualif.Rattachement) []attachedService {
	var all []attachedService
	for _, r := range attachments {
		if r.StructureID != structure.ID {
			continue
		}
		for i, id := range r.Services {
			known := func(s attachedService) bool { return s.service.ID == id }
			if service, ok := structure.Service(id); ok && !slices.ContainsFunc(all, known) {
				all = append(all, attachedService{r.ID*maxServicesNumbered + int64(i) + 1, service})
			}
		}
	}
	return all
}

// rattachementColumn compares by a sort column of the contract; by code when
// none is given. StatutRattachement is the same for all.
func rattachementColumn(column string) func(a, b attachedService) int {
	switch column {
	case "NomService":
		return func(a, b attachedService) int { return compareNames(a.service.Libelle, b.service.Libelle) }
	case "StatutRattachement":
		return func(a, b attachedService) int { return 0 }
	}
	by := serviceColumn("CodeService")
	return func(a, b attachedService) int { return by(a.service, b.service) }
}

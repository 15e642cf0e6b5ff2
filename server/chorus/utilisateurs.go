package chorus

import (
	"strings"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type mesRattachementsParam struct {
	Parametres pagination `json:"parametresRecherche"`
}

type mesRattachementsRetour struct {
	Envelope
	ListeStructureRattachement []rattachementStructure `json:"listeStructureRattachement"`
	ParametresRetour           parametresRetour        `json:"parametresRetour"`
}

type rattachementStructure struct {
	IDRattachement        int64                 `json:"idRattachementStructure"`
	IDStructure           int64                 `json:"idStructure"`
	Identifiant           string                `json:"identifiantStructure"`
	Type                  qualif.IdentifierType `json:"typeIdentifiantStructure"`
	Designation           string                `json:"designationStructure,omitempty"`
	Role                  qualif.Role           `json:"roleUtilisateur"`
	Statut                string                `json:"statutRattachementStructure"`
	StatutUtilisateur     string                `json:"statutUtilisateur"`
	ListeServicesRattache []monServiceRattache  `json:"listeServicesRattache"`
}

type monServiceRattache struct {
	IDRattachement int64  `json:"idRattachementService"`
	IDService      int64  `json:"idService"`
	Code           string `json:"codeService"`
	Libelle        string `json:"libelleService,omitempty"`
	EstActif       bool   `json:"estActif"`
	Statut         string `json:"statutService"`
	StatutRatt     string `json:"statutRattachementService"`
	DateDebut      string `json:"dateDbtService,omitempty"`
	DateFin        string `json:"dateFinService,omitempty"`
}

// attachment is a structure that the caller reaches, with his role on it.
type attachment struct {
	structure *qualif.Structure
	role      qualif.Role
	by        *qualif.Rattachement
}

// mesRattachements lists the caller's attachments: those of a person are his
// own, those of a technical account its manager's to the structures that it
// reaches.
func mesRattachements(c *Call, p *mesRattachementsParam) Answer {
	all := attachmentsOf(c)
	order(all, &p.Parametres, attachmentColumn(p.Parametres.Colonne), func(a attachment) int64 { return a.structure.ID })
	w := p.Parametres.window()
	page := cut(all, w)
	list := make([]rattachementStructure, len(page))
	for i, a := range page {
		list[i] = a.show()
	}
	return Answer{Body: &mesRattachementsRetour{Done, list, w.among(len(all))}}
}

func attachmentsOf(c *Call) []attachment {
	all := make([]attachment, 0, len(c.Principal.Structures))
	c.Sandbox.Read(func(v sandboxes.View) {
		held := v.RattachementsOf(c.Principal.Manager)
		byStructure := make(map[int64]*qualif.Rattachement, len(held))
		for _, r := range held {
			byStructure[r.StructureID] = r
		}
		for _, s := range c.Principal.Structures {
			if r := byStructure[s.ID]; r != nil {
				all = append(all, attachment{s, v.RoleIn(r), r})
			}
		}
	})
	return all
}

// show spells an attachment. Whoever calls is active: the gateway lets nobody
// else pass.
func (a attachment) show() rattachementStructure {
	s := a.structure
	spelled := rattachementStructure{
		IDRattachement: a.by.ID, IDStructure: s.ID, Identifiant: s.Identifiant, Type: s.TypeIdentifiant, Designation: s.Designation(),
		Role: a.role, Statut: rattachementValide, StatutUtilisateur: "ACTIF", ListeServicesRattache: []monServiceRattache{},
	}
	for _, attached := range attachedServices(s, []*qualif.Rattachement{a.by}) {
		service := attached.service
		spelled.ListeServicesRattache = append(spelled.ListeServicesRattache, monServiceRattache{
			attached.id, service.ID, service.Code, service.Libelle, service.Actif, statutService(service), rattachementValide,
			minuteDate(service.DateDebut), minuteDate(service.DateFin),
		})
	}
	return spelled
}

// attachmentColumn compares by a sort column. Clients send IdStructure and
// IdentifiantStructure; the official list is not public, so any column of the
// answer is taken and what is not known sorts by the id of the structure.
func attachmentColumn(column string) func(a, b attachment) int {
	switch column {
	case "IdentifiantStructure":
		return func(a, b attachment) int { return strings.Compare(a.structure.Identifiant, b.structure.Identifiant) }
	case "TypeIdentifiantStructure":
		return func(a, b attachment) int {
			return strings.Compare(string(a.structure.TypeIdentifiant), string(b.structure.TypeIdentifiant))
		}
	case "DesignationStructure":
		return func(a, b attachment) int { return compareNames(a.structure.Designation(), b.structure.Designation()) }
	case "RoleUtilisateur":
		return func(a, b attachment) int { return strings.Compare(string(a.role), string(b.role)) }
	}
	return func(a, b attachment) int { return 0 }
}

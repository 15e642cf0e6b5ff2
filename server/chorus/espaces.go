package chorus

import (
	"strings"

	"chorus-qualif/server/qualif"
)

// The spaces that other operations ask about.
const (
	espaceFacturesEmises  = 6
	espaceFacturesRecues  = 7
	espaceFacturesTravaux = 9
)

// espace is a space of the portal: a set of functions that is opened on
// structures.
type espace struct {
	// numero is both idEspaceFo and codeEspace.
	numero  int64
	libelle string
	// ouvert tells whether the space is opened on a structure.
	ouvert func(*qualif.Structure) bool
}

// espaces is the one table of spaces, by number. A data set does not say which
// are opened on its structures, so they follow from what the structure is.
//
// Known: the names; 7 for received invoices (default of consulter/historique);
// that sollicitations and the manager's activities are opened for everybody, and
// both kinds of invoices on public structures (announcement of version 2.0). The
// other numbers and rules are ours.
var espaces = []espace{
	{2, "Activités du gestionnaire", everyStructure},
	{3, "Sollicitations émises", everyStructure},
	{4, "Sollicitations reçues", everyStructure},
	{espaceFacturesEmises, "Factures émises", invoices},
	{espaceFacturesRecues, "Factures reçues", func(s *qualif.Structure) bool { return s.Publique && invoices(s) }},
	{8, "Factures à valider", func(s *qualif.Structure) bool { return !s.Publique }},
	{espaceFacturesTravaux, "Factures de travaux", func(s *qualif.Structure) bool {
		return !s.Publique || s.Parametres.EstMOA || s.Parametres.EstMOAUniquement
	}},
}

func everyStructure(*qualif.Structure) bool { return true }

// invoices tells whether a structure deals with ordinary invoices: one that is
// a contracting authority only does not.
func invoices(s *qualif.Structure) bool { return !s.Parametres.EstMOAUniquement }

// opens tells whether a space is opened on an active structure.
func opens(numero int64, s *qualif.Structure) bool {
	if s.Inactive {
		return false
	}
	for i := range espaces {
		if espaces[i].numero == numero {
			return espaces[i].ouvert(s)
		}
	}
	return false
}

// rechercherEspacesParam is the request of structures/v1/rechercher/espaces.
type rechercherEspacesParam struct {
	Structure  designation `json:"structure"`
	IDService  int64       `json:"idService"`
	Parametres pagination  `json:"parametresRechercherEspaces"`
}

type rechercherEspacesRetour struct {
	Envelope
	ListeEspace      []espaceRetour   `json:"listeEspace"`
	ParametresRetour parametresRetour `json:"parametresRetour"`
}

type espaceRetour struct {
	IDEspaceFo       int64  `json:"idEspaceFo"`
	CodeEspace       int32  `json:"codeEspace"`
	LibelleEspace    string `json:"libelleEspace"`
	IDService        int64  `json:"idService,omitempty"`
	CodeService      string `json:"codeService,omitempty"`
	LibelleService   string `json:"libelleService,omitempty"`
	EtatCourant      string `json:"etatCourant"`
	TypeHabilitation string `json:"typeHabilitation"`
}

// rechercherEspaces lists the spaces of a structure, or of one of its services:
// the same ones, named with the service. On what is inactive they are SUPPRIME.
// The caller may modify in a structure that he reaches, and look into a public
// one.
func rechercherEspaces(c *Call, p *rechercherEspacesParam) Answer {
	structure, refused := p.Structure.find(dataOf(c), opRechercherEspaces)
	if refused == nil {
		refused = outOfScope(c, opRechercherEspaces, structure)
	}
	if refused != nil {
		return *refused
	}
	model := espaceRetour{EtatCourant: "ACTIVE", TypeHabilitation: "CONSULTATION_UNIQUEMENT"}
	if c.Principal.Reaches(structure.ID) {
		model.TypeHabilitation = "MODIFICATION"
	}
	active := !structure.Inactive
	if p.IDService != 0 {
		service, ok := structure.Service(p.IDService)
		if !ok {
			return *refuse(opRechercherEspaces, serviceUnknown, "structure %d has no service %d", structure.ID, p.IDService)
		}
		model.IDService, model.CodeService, model.LibelleService = service.ID, service.Code, service.Libelle
		active = active && service.Actif
	}
	if !active {
		model.EtatCourant = "SUPPRIME"
	}
	all := espacesOf(structure, model)
	order(all, &p.Parametres, espaceColumn(p.Parametres.Colonne), func(e espaceRetour) int64 { return e.IDEspaceFo })
	w := p.Parametres.window()
	return Answer{Body: &rechercherEspacesRetour{Done, cut(all, w), w.among(len(all))}}
}

func espacesOf(structure *qualif.Structure, model espaceRetour) []espaceRetour {
	all := make([]espaceRetour, 0, len(espaces))
	for i := range espaces {
		if espaces[i].ouvert(structure) {
			model.IDEspaceFo, model.CodeEspace, model.LibelleEspace = espaces[i].numero, int32(espaces[i].numero), espaces[i].libelle
			all = append(all, model)
		}
	}
	return all
}

// espaceColumn compares by a sort column of the contract; by idEspaceFo when
// none is given. The other columns are the same in all the rows of an answer.
func espaceColumn(column string) func(a, b espaceRetour) int {
	if column == "LibelleEspace" {
		return func(a, b espaceRetour) int { return strings.Compare(a.LibelleEspace, b.LibelleEspace) }
	}
	return func(a, b espaceRetour) int { return 0 }
}

package chorus

import (
	"slices"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// dataOf is the sandbox's data set. It never changes, so nobody has to hold the
// sandbox while searching it.
func dataOf(c *Call) *qualif.DataSet {
	var data *qualif.DataSet
	c.Sandbox.Read(func(v sandboxes.View) { data = v.Data() })
	return data
}

// visible finds a structure that the caller may look at: any public one, and
// the private ones that he reaches (official descriptions of consulter,
// consulter/service and rechercher/services).
func visible(c *Call, data *qualif.DataSet, operation string, id int64) (*qualif.Structure, *Answer) {
	if id == 0 {
		return nil, refuse(operation, structureNotNamed, "the request names no structure (no identifier, null or 0)")
	}
	structure, ok := data.Structure(id)
	if !ok {
		return nil, refuse(operation, structureUnknown, "no structure of data set %s has identifier %d", data.Name, id)
	}
	return structure, outOfScope(c, operation, structure)
}

func outOfScope(c *Call, operation string, structure *qualif.Structure) *Answer {
	if structure.Publique || c.Principal.Reaches(structure.ID) {
		return nil
	}
	return refuse(operation, structureOutOfScope, "structure %d is private and %s is not attached to it: it reaches those of %s",
		structure.ID, c.Principal.Login, c.Principal.Manager)
}

// designation is a structure as two operations let a client name it: by its id
// or by its identifier with the type, one or the other.
type designation struct {
	ID          int64                 `json:"idStructure"`
	Identifiant string                `json:"identifiantStructure"`
	Type        qualif.IdentifierType `json:"typeIdentifiantStructure"`
}

// find resolves a designation. Zero and the empty string are what clients send
// for the way they do not use.
func (d *designation) find(data *qualif.DataSet, operation string) (*qualif.Structure, *Answer) {
	switch {
	case d.ID != 0 && d.Identifiant != "":
		return nil, refuse(operation, structureNamedTwice, "the request has both idStructure %d and identifiantStructure %q: give one of them", d.ID, d.Identifiant)
	case d.ID != 0:
		structure, ok := data.Structure(d.ID)
		if !ok {
			return nil, refuse(operation, structureUnknown, "no structure of data set %s has identifier %d", data.Name, d.ID)
		}
		return structure, nil
	case d.Identifiant == "" || d.Type == "":
		return nil, refuse(operation, structureNotNamed, "the request must have idStructure, or identifiantStructure with typeIdentifiantStructure")
	}
	structure, ok := data.ByIdentifier(d.Type, d.Identifiant)
	if !ok {
		return nil, refuse(operation, structureUnknown, "no structure of data set %s has %s %q", data.Name, d.Type, d.Identifiant)
	}
	return structure, nil
}

// manages tells whether the caller acts on a structure as one of its managers.
// A technical account does wherever it reaches, since its rights are those of a
// gestionnaire principal; a person does where his role says so.
func manages(v sandboxes.View, p *qualif.Principal, structureID int64) bool {
	if p.Account != nil {
		return p.Reaches(structureID)
	}
	return slices.ContainsFunc(v.RattachementsOf(p.Login), func(r *qualif.Rattachement) bool {
		return r.StructureID == structureID && v.RoleIn(r) != qualif.Utilisateur
	})
}

// attachedToService tells whether a person is attached to a service itself.
func attachedToService(v sandboxes.View, p *qualif.Principal, structureID, serviceID int64) bool {
	return slices.ContainsFunc(v.RattachementsOf(p.Login), func(r *qualif.Rattachement) bool {
		return r.StructureID == structureID && slices.Contains(r.Services, serviceID)
	})
}

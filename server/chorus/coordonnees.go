package chorus

import (
	"cmp"
	"slices"
)

type coordonneesParam struct {
	IDStructure int64 `json:"idStructure"`
}

type coordonneesRetour struct {
	Envelope
	Liste []coordonnee `json:"listeCoordonneeBancaire"`
}

// coordonnee shows no account number: the contract has none.
type coordonnee struct {
	ID  int64  `json:"idCoordonneeBancaire"`
	Nom string `json:"nomCoordonneeBancaire"`
}

// coordonneesValides lists the bank accounts of a structure that the caller is
// attached to, be it public or not, by id; the closed ones are left out.
func coordonneesValides(c *Call, p *coordonneesParam) Answer {
	structure, refused := visible(c, dataOf(c), opCoordonneesValides, p.IDStructure)
	if refused == nil && !c.Principal.Reaches(p.IDStructure) {
		refused = refuse(opCoordonneesValides, structureOutOfScope, "%s is not attached to structure %d: it reaches those of %s",
			c.Principal.Login, p.IDStructure, c.Principal.Manager)
	}
	if refused != nil {
		return *refused
	}
	list := []coordonnee{}
	for _, account := range structure.CoordonneesBancaires {
		if !account.Inactive {
			list = append(list, coordonnee{account.ID, account.Nom})
		}
	}
	slices.SortFunc(list, func(a, b coordonnee) int { return cmp.Compare(a.ID, b.ID) })
	return Answer{Body: &coordonneesRetour{Created, list}}
}

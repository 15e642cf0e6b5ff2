package chorus

import "chorus-qualif/server/qualif"

// rechercherStructureParam is the request of structures/v1/rechercher. Absent,
// null and empty criteria hold for every structure.
type rechercherStructureParam struct {
	Structure struct {
		RaisonSociale    string                `json:"raisonSocialeStructure"`
		Identifiant      string                `json:"identifiantStructure"`
		TypeIdentifiant  qualif.IdentifierType `json:"typeIdentifiantStructure"`
		Libelle          string                `json:"libelleStructure"`
		Nom              string                `json:"nomStructure"`
		Prenom           string                `json:"prenomStructure"`
		CodePostal       string                `json:"adresseCodePostal"`
		Ville            string                `json:"adresseVille"`
		CodePays         string                `json:"adresseCodePays"`
		Type             string                `json:"typeStructure"`
		Statut           string                `json:"statutStructure"`
		EstMOA           *bool                 `json:"estMOA"`
		EstMOAUniquement *bool                 `json:"estMOAUniquement"`
	} `json:"structure"`
	// RestreindreStructuresPrivees is true when absent.
	RestreindreStructuresPrivees *bool      `json:"restreindreStructuresPrivees"`
	Parametres                   pagination `json:"parametres"`
}

type rechercherStructureRetour struct {
	Envelope
	ListeStructures  []structureAAfficher `json:"listeStructures"`
	ParametresRetour parametresRetour     `json:"parametresRetour"`
}

type structureAAfficher struct {
	IDStructureCPP int64                 `json:"idStructureCPP"`
	Identifiant    string                `json:"identifiantStructure"`
	Type           qualif.IdentifierType `json:"typeIdentifiantStructure"`
	Designation    string                `json:"designationStructure,omitempty"`
	// Statut is ACTIVE or INACTIVE, where the criterion is ACTIF or INACTIF.
	Statut string `json:"statut"`
}

// rechercherStructure finds structures: all public ones, and of the private ones
// only those the caller reaches unless restreindreStructuresPrivees is false.
// Finding none is no refusal, and both lists are always there: a client throws
// without them.
func rechercherStructure(c *Call, p *rechercherStructureParam) Answer {
	w := p.Parametres.window()
	page, total := dataOf(c).Search(p.query(&c.Principal, w))
	found := make([]structureAAfficher, len(page))
	for i, s := range page {
		found[i] = structureAAfficher{s.ID, s.Identifiant, s.TypeIdentifiant, s.Designation(), s.StatutAPI()}
	}
	return Answer{Body: &rechercherStructureRetour{Done, found, w.among(total)}}
}

func (p *rechercherStructureParam) query(caller *qualif.Principal, w window) qualif.StructureQuery {
	s := &p.Structure
	q := qualif.StructureQuery{
		RaisonSociale: s.RaisonSociale, Identifiant: s.Identifiant, Libelle: s.Libelle, Nom: s.Nom, Prenom: s.Prenom,
		CodePostal: s.CodePostal, Ville: s.Ville, CodePays: s.CodePays, TypeIdentifiant: s.TypeIdentifiant,
		EstMOA: s.EstMOA, EstMOAUniquement: s.EstMOAUniquement,
		Publique: either(s.Type, "PUBLIQUE", "PRIVEE"), Inactive: either(s.Statut, "INACTIF", "ACTIF"),
		Sort: qualif.SortColumn(p.Parametres.Colonne), Desc: !p.Parametres.ascending(), Offset: w.offset, Limit: w.size,
	}
	if p.RestreindreStructuresPrivees == nil || *p.RestreindreStructuresPrivees {
		q.Visible = caller
	}
	return q
}

// either reads a criterion of two values; anything else is no criterion.
func either(value, yes, no string) *bool {
	if value != yes && value != no {
		return nil
	}
	wanted := value == yes
	return &wanted
}

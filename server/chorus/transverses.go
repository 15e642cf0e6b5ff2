package chorus

import "chorus-qualif/server/qualif"

// etatAPI is the answer of health-check, which has no codeRetour (recorded).
type etatAPI struct {
	StatusCodeValue int    `json:"statusCodeValue"`
	StatusCode      string `json:"statusCode"`
	Body            string `json:"body"`
}

// healthCheck ignores its body: clients send "[]" and "null" with the GET.
func healthCheck(*Call) Answer {
	return Answer{Body: &etatAPI{200, "OK", "L'API CPRO est actuellement disponible et fonctionnel."}}
}

// noParam is the request of operations without criteria.
type noParam struct{}

type structuresActivesRetour struct {
	Envelope
	ListeStructures []structureActive `json:"listeStructures"`
}

// structureActive says identifiant, not identifiantStructure.
type structureActive struct {
	IDStructureCPP int64  `json:"idStructureCPP"`
	Identifiant    string `json:"identifiant"`
	Designation    string `json:"designationStructure,omitempty"`
}

// structuresActives lists the active structures that the caller reaches and on
// which a space is opened, by id.
func structuresActives(espace int64) func(*Call, *noParam) Answer {
	return func(c *Call, _ *noParam) Answer {
		active := make([]structureActive, 0, len(c.Principal.Structures))
		for _, s := range c.Principal.Structures {
			if opens(espace, s) {
				active = append(active, structureActive{s.ID, s.Identifiant, s.Designation()})
			}
		}
		return Answer{Body: &structuresActivesRetour{Done, active}}
	}
}

type structuresPourUtilisateurParam struct {
	EspaceFo int64 `json:"espaceFo"`
}

type structuresPourUtilisateurRetour struct {
	Envelope
	ListeStructures []structurePourUtilisateur `json:"listeStructures"`
}

type structurePourUtilisateur struct {
	IDStructure int64                 `json:"idStructure"`
	Identifiant string                `json:"identifiantStructure"`
	Type        qualif.IdentifierType `json:"typeIdentifiantStructure"`
	Designation string                `json:"designationStructure,omitempty"`
}

// structuresPourUtilisateur lists the structures that the caller reaches, by id:
// all of them, inactive ones too, without a space or with space 0, which
// clients send; else those on which the space is opened.
func structuresPourUtilisateur(c *Call, p *structuresPourUtilisateurParam) Answer {
	reached := make([]structurePourUtilisateur, 0, len(c.Principal.Structures))
	for _, s := range c.Principal.Structures {
		if p.EspaceFo == 0 || opens(p.EspaceFo, s) {
			reached = append(reached, structurePourUtilisateur{s.ID, s.Identifiant, s.TypeIdentifiant, s.Designation()})
		}
	}
	return Answer{Body: &structuresPourUtilisateurRetour{Done, reached}}
}

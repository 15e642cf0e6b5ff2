package chorus

import (
	"strings"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type rechercherDestinataireParam struct {
	Identifiant        string     `json:"identifiant"`
	NomVilleCodePostal string     `json:"nomVilleCodePostal"`
	TypeStructure      string     `json:"typeStructure"`
	Parametres         pagination `json:"parametresRecherche"`
}

type rechercherDestinataireRetour struct {
	Envelope
	ListeDestinataires []destinataireTrouve `json:"listeDestinataires"`
	ParametresRetour   parametresRetour     `json:"parametresRetour"`
}

// destinataireTrouve says siret for an identifier of any type.
type destinataireTrouve struct {
	IDStructureCPP int64  `json:"idStructureCPP"`
	Siret          string `json:"siret"`
	Nom            string `json:"nomDestinataire,omitempty"`
	CodePostal     string `json:"adresseCodePostal,omitempty"`
	Ville          string `json:"adresseVille,omitempty"`
}

// destinataireColumns are the names of the answer's properties: which columns
// the platform takes is not public.
var destinataireColumns = map[string]qualif.SortColumn{"Siret": qualif.ByIdentifiant, "NomDestinataire": qualif.ByDesignation}

// rechercherDestinataire finds the active public structures, which are those
// that invoices can be sent to: by identifier, or by a part of their name, town
// or postal code. Asked for private ones it finds none.
func rechercherDestinataire(c *Call, p *rechercherDestinataireParam) Answer {
	w := p.Parametres.window()
	if strings.EqualFold(p.TypeStructure, "PRIVEE") {
		return Answer{Body: &rechercherDestinataireRetour{Done, []destinataireTrouve{}, w.among(0)}}
	}
	public, inactive := true, false
	column, ok := destinataireColumns[p.Parametres.Colonne]
	if !ok {
		column = qualif.SortColumn(p.Parametres.Colonne)
	}
	page, total := dataOf(c).Search(qualif.StructureQuery{
		Identifiant: p.Identifiant, NomVilleCodePostal: p.NomVilleCodePostal, Publique: &public, Inactive: &inactive,
		Sort: column, Desc: !p.Parametres.ascending(), Offset: w.offset, Limit: w.size,
	})
	found := each(page, func(s *qualif.Structure) destinataireTrouve {
		d := destinataireTrouve{IDStructureCPP: s.ID, Siret: s.Identifiant, Nom: s.Designation()}
		if s.Adresse != nil {
			d.CodePostal, d.Ville = s.Adresse.CodePostal, s.Adresse.Ville
		}
		return d
	})
	return Answer{Body: &rechercherDestinataireRetour{Done, found, w.among(total)}}
}

type rechercherExecutantParam struct {
	IDDestinataire int64      `json:"idDestinataireCPP"`
	Code           string     `json:"codeServiceExecutant"`
	Nom            string     `json:"nomServiceExecutant"`
	Actif          *bool      `json:"actif"`
	Parametres     pagination `json:"parametresRecherche"`
}

type rechercherExecutantRetour struct {
	Envelope
	ListeServices    []executantTrouve `json:"listeServices"`
	ParametresRetour parametresRetour  `json:"parametresRetour"`
}

type executantTrouve struct {
	ID   int64  `json:"idServicesCPP"`
	Code string `json:"codeServiceExecutant"`
	Nom  string `json:"nomServiceExecutant,omitempty"`
}

// rechercherExecutant finds services of a recipient, as rechercher/services does
// which replaced it: by code, by a part of the name, active or not.
func rechercherExecutant(c *Call, p *rechercherExecutantParam) Answer {
	structure, refused := visible(c, dataOf(c), opRechercherExecutant, p.IDDestinataire)
	if refused != nil {
		return *refused
	}
	var found []*qualif.Service
	for i := range structure.Services {
		if s := &structure.Services[i]; named(s.Code, p.Code, s.Libelle, p.Nom) && (p.Actif == nil || *p.Actif == s.Actif) {
			found = append(found, s)
		}
	}
	column := serviceColumn("")
	if p.Parametres.Colonne == "NomServiceExecutant" {
		column = serviceColumn("LibelleService")
	}
	order(found, &p.Parametres, column, func(s *qualif.Service) int64 { return s.ID })
	w := p.Parametres.window()
	list := each(cut(found, w), func(s *qualif.Service) executantTrouve { return executantTrouve{s.ID, s.Code, s.Libelle} })
	return Answer{Body: &rechercherExecutantRetour{Done, list, w.among(len(found))}}
}

type informationSIRETParam struct {
	Siret string `json:"siretStructure"`
}

type informationSIRETRetour struct {
	Envelope
	Siret              string `json:"siret"`
	Siren              string `json:"siren"`
	RaisonSociale      string `json:"raisonSociale,omitempty"`
	Adresse            string `json:"adresse,omitempty"`
	DateCreation       string `json:"dateCreationEtablissement,omitempty"`
	EstActif           bool   `json:"estActif"`
	NonDiffusibleInsee bool   `json:"nonDiffusibleInsee"`
}

// informationSIRET is declared not to work in qualification, and no source shows
// what it answers there: it refuses, unless the switch has it answer as in
// production, on the structures of the data set.
func informationSIRET(c *Call, p *informationSIRETParam) Answer {
	available := false
	c.Sandbox.Read(func(v sandboxes.View) { available = v.Switches.Get(qualif.SwitchInformationSIRET) == "available" })
	switch {
	case !available:
		return *refuse(opInformationSIRET, unavailable, "the operation does not work in qualification; switch %s makes it answer", qualif.SwitchInformationSIRET)
	case p.Siret == "":
		return *refuse(opInformationSIRET, structureNotNamed, "the request names no SIRET (siretStructure absent, null or empty)")
	}
	data := dataOf(c)
	s, ok := data.ByIdentifier(qualif.SIRET, p.Siret)
	if !ok {
		return *refuse(opInformationSIRET, structureUnknown, "no structure of data set %s has SIRET %q", data.Name, p.Siret)
	}
	return Answer{Body: &informationSIRETRetour{
		Done, s.Identifiant, s.Identifiant[:9], s.Designation(), oneLine(s.Adresse), minuteDate(s.DateCreation), !s.Inactive, s.Parametres.NonDiffusibleInsee,
	}}
}

// oneLine is an address as it is written on an envelope.
func oneLine(a *qualif.Address) string {
	if a == nil {
		return ""
	}
	return strings.Join(strings.Fields(strings.Join([]string{a.Adresse, a.ComplementAdresse1, a.ComplementAdresse2, a.CodePostal, a.Ville}, " ")), " ")
}

package chorus

import (
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type consulterStructureParam struct {
	IDStructureCPP int64 `json:"idStructureCPP"`
}

type consulterStructureRetour struct {
	Envelope
	InformationGenerales  informationGenerales `json:"informationGenerales"`
	Parametres            parametresStructure  `json:"parametres"`
	AdressePostaleDuSiege *qualif.Address      `json:"adressePostaleDuSiege,omitempty"`
}

type informationGenerales struct {
	IDStructureCPP                   int64                 `json:"idStructureCPP"`
	Identifiant                      string                `json:"identifiantStructure"`
	Type                             qualif.IdentifierType `json:"typeIdentifiantStructure"`
	Libelle                          string                `json:"libelleStructure,omitempty"`
	RaisonSociale                    string                `json:"raisonSocialeStructure,omitempty"`
	Nom                              string                `json:"nomStructure,omitempty"`
	Prenom                           string                `json:"prenomStructure,omitempty"`
	PriveePublique                   string                `json:"structurePriveePublique"`
	NumeroTVA                        string                `json:"numeroTVA,omitempty"`
	NumeroRCS                        string                `json:"numeroRcsStructure,omitempty"`
	Email                            string                `json:"emailStructure,omitempty"`
	EstValideurDeleguee              bool                  `json:"estValideurDeleguee"`
	ListeStructureDupliquees         []struct{}            `json:"listeStructureDupliquees"`
	DateExpirationMotPasseCompteTech string                `json:"dateExpirationMotPasseCompteTech,omitempty"`
}

// parametresStructure spells two of the domain's parameters its own way.
type parametresStructure struct {
	CodeServiceDoitEtreRenseigne       bool `json:"codeServiceDoitEtreRenseigne"`
	NumeroEJDoitEtreRenseigne          bool `json:"numeroEJDoitEtreRenseigne"`
	GestionNumeroEJOuCodeService       bool `json:"gestionNumeroEJOuCodeService"`
	StatutMiseEnPaiementNestPasRemonte bool `json:"statutMiseEnPaiementNestPasRemonte"`
	EstMoaUniquement                   bool `json:"estMoaUniquement"`
	GetaMoa                            bool `json:"getaMoa"`
	ConnexionEDI                       bool `json:"connexionEDI"`
	RecevoirDonneesViaEDI              bool `json:"recevoirDonneesViaEDI"`
	EstValideurDelegue                 bool `json:"estValideurDelegue"`
	NonDiffusibleInsee                 bool `json:"nonDiffusibleInsee"`
}

// consulterStructure shows a structure and what it demands of invoices. The
// language asked for changes nothing: nothing in the answer is translated.
func consulterStructure(c *Call, p *consulterStructureParam) Answer {
	structure, refused := visible(c, dataOf(c), opConsulterStructure, p.IDStructureCPP)
	if refused != nil {
		return *refused
	}
	answer := &consulterStructureRetour{
		Done, generalities(structure), parametersOf(&structure.Parametres), shown(structure.Adresse),
	}
	c.Sandbox.Read(func(v sandboxes.View) {
		answer.InformationGenerales.DateExpirationMotPasseCompteTech = isoDate(passwordExpiry(v, &c.Principal, structure.ID))
	})
	return Answer{Body: answer}
}

func generalities(s *qualif.Structure) informationGenerales {
	return informationGenerales{
		IDStructureCPP: s.ID, Identifiant: s.Identifiant, Type: s.TypeIdentifiant, Libelle: s.Libelle, RaisonSociale: s.RaisonSociale,
		Nom: s.Nom, Prenom: s.Prenom, PriveePublique: priveePublique(s), NumeroTVA: s.NumeroTVA, NumeroRCS: s.NumeroRCS,
		Email: s.Email, EstValideurDeleguee: s.Parametres.EstValideurDelegue, ListeStructureDupliquees: []struct{}{},
	}
}

func priveePublique(s *qualif.Structure) string {
	if s.Publique {
		return "PUBLIQUE"
	}
	return "PRIVEE"
}

func parametersOf(p *qualif.Parameters) parametresStructure {
	return parametresStructure{
		p.CodeServiceDoitEtreRenseigne, p.NumeroEJDoitEtreRenseigne, p.GestionNumeroEJOuCodeService, p.StatutMiseEnPaiementNestPasRemonte,
		p.EstMOAUniquement, p.EstMOA, p.ConnexionEDI, p.RecevoirDonneesViaEDI, p.EstValideurDelegue, p.NonDiffusibleInsee,
	}
}

// passwordExpiry is the expiry shown for a structure that the caller reaches:
// that of the calling account on its own structure, elsewhere the soonest of
// the accounts that are not inactive. It is zero when there is none. The
// contract has one date for a structure that may have several accounts, and no
// source says which one it is: this is our choice.
func passwordExpiry(v sandboxes.View, p *qualif.Principal, structureID int64) time.Time {
	switch {
	case !p.Reaches(structureID):
		return time.Time{}
	case p.Account != nil && p.Account.StructureID == structureID:
		return p.Account.PasswordExpiresAt
	}
	var soonest time.Time
	for _, a := range v.AccountsOf(structureID) {
		if a.Status != qualif.Inactif && (soonest.IsZero() || a.PasswordExpiresAt.Before(soonest)) {
			soonest = a.PasswordExpiresAt
		}
	}
	return soonest
}

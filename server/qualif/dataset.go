package qualif

import (
	"strings"
	"time"
)

// IdentifierType is the kind of identifier a structure is known by (official
// enum TYPE_ID).
type IdentifierType string

// The seven official identifier types.
const (
	SIRET        IdentifierType = "SIRET"
	UEHorsFrance IdentifierType = "UE_HORS_FRANCE"
	HorsUE       IdentifierType = "HORS_UE"
	RIDET        IdentifierType = "RIDET"
	Tahiti       IdentifierType = "TAHITI"
	Autre        IdentifierType = "AUTRE"
	Particulier  IdentifierType = "PARTICULIER"
)

// IdentifierTypes lists the official identifier types.
var IdentifierTypes = []IdentifierType{SIRET, UEHorsFrance, HorsUE, RIDET, Tahiti, Autre, Particulier}

// Role is what a person may do on a structure. GestionnaireSecondaire exists in
// profile cpp-2020 only; elsewhere its holder is an Utilisateur.
type Role string

// The roles of an attachment.
const (
	GestionnairePrincipal  Role = "GESTIONNAIRE_PRINCIPAL"
	GestionnaireSecondaire Role = "GESTIONNAIRE_SECONDAIRE"
	Utilisateur            Role = "UTILISATEUR"
)

// Address is a postal address as the structures API returns it.
type Address struct {
	Adresse            string `json:"adresse,omitempty"`
	ComplementAdresse1 string `json:"complementAdresse1,omitempty"`
	ComplementAdresse2 string `json:"complementAdresse2,omitempty"`
	CodePostal         string `json:"codePostal,omitempty"`
	Ville              string `json:"ville,omitempty"`
	Pays               string `json:"pays,omitempty"`
	Telephone          string `json:"telephone,omitempty"`
	IndicatifTelephone string `json:"indicatifTelephone,omitempty"`
	Fax                string `json:"fax,omitempty"`
	IndicatifFax       string `json:"indicatifFax,omitempty"`
}

// Parameters are what a structure demands of the invoices sent to it
// (structures/v1/consulter, object parametres).
type Parameters struct {
	CodeServiceDoitEtreRenseigne       bool `json:"codeServiceDoitEtreRenseigne,omitempty"`
	NumeroEJDoitEtreRenseigne          bool `json:"numeroEJDoitEtreRenseigne,omitempty"`
	GestionNumeroEJOuCodeService       bool `json:"gestionNumeroEJOuCodeService,omitempty"`
	StatutMiseEnPaiementNestPasRemonte bool `json:"statutMiseEnPaiementNestPasRemonte,omitempty"`
	EstMOA                             bool `json:"estMOA,omitempty"`
	EstMOAUniquement                   bool `json:"estMOAUniquement,omitempty"`
	ConnexionEDI                       bool `json:"connexionEDI,omitempty"`
	RecevoirDonneesViaEDI              bool `json:"recevoirDonneesViaEDI,omitempty"`
	EstValideurDelegue                 bool `json:"estValideurDelegue,omitempty"`
	NonDiffusibleInsee                 bool `json:"nonDiffusibleInsee,omitempty"`
}

// Service is a subdivision of a structure (structures/v1/rechercher/services
// and consulter/service).
type Service struct {
	ID               int64     `json:"idService"`
	Code             string    `json:"codeService"`
	Libelle          string    `json:"libelleService"`
	Description      string    `json:"descriptionService,omitempty"`
	Actif            bool      `json:"estActif"`
	NumeroEngagement bool      `json:"numeroEngagement,omitempty"`
	MiseEnPaiement   bool      `json:"miseEnPaiement,omitempty"`
	DateCreation     time.Time `json:"dateCreation,omitzero"`
	DateModification time.Time `json:"dateModification,omitzero"`
	DateDebut        time.Time `json:"dateDebutValidite,omitzero"`
	DateFin          time.Time `json:"dateFinValidite,omitzero"`
	Adresse          *Address  `json:"adressePostale,omitempty"`
}

// Structure is a legal entity of the data set. In qualification nobody can
// create one, so structures never change during a sandbox's life.
type Structure struct {
	ID              int64          `json:"idStructureCPP"`
	TypeIdentifiant IdentifierType `json:"typeIdentifiantStructure"`
	// Identifiant is unique within its type; a SIRET is 14 digits, and a
	// fictive one need not pass the Luhn check.
	Identifiant string `json:"identifiantStructure"`
	// Entite is the row name of the matelas de données ("Fournisseur").
	Entite        string     `json:"entite,omitempty"`
	RaisonSociale string     `json:"raisonSocialeStructure,omitempty"`
	Libelle       string     `json:"libelleStructure,omitempty"`
	Nom           string     `json:"nomStructure,omitempty"`
	Prenom        string     `json:"prenomStructure,omitempty"`
	Publique      bool       `json:"publique,omitempty"`
	Inactive      bool       `json:"inactive,omitempty"`
	NumeroTVA     string     `json:"numeroTVA,omitempty"`
	NumeroRCS     string     `json:"numeroRcsStructure,omitempty"`
	Email         string     `json:"emailStructure,omitempty"`
	DateCreation  time.Time  `json:"dateCreation,omitzero"`
	Parametres    Parameters `json:"parametres,omitzero"`
	Adresse       *Address   `json:"adressePostale,omitempty"`
	Services      []Service  `json:"services,omitempty"`
	// CoordonneesBancaires are the accounts that the structure can be paid on.
	CoordonneesBancaires []CoordonneeBancaire `json:"coordonneesBancaires,omitempty"`
	// EngagementsJuridiques are the commitments that the structure, a public
	// one, has made towards suppliers.
	EngagementsJuridiques []EngagementJuridique `json:"engagementsJuridiques,omitempty"`
}

// Designation is the name the API shows: the raison sociale, else the label,
// else first and last name.
func (s *Structure) Designation() string {
	switch {
	case s.RaisonSociale != "":
		return s.RaisonSociale
	case s.Libelle != "":
		return s.Libelle
	}
	return strings.TrimSpace(s.Prenom + " " + s.Nom)
}

// Service finds a service of the structure by its idService.
func (s *Structure) Service(id int64) (*Service, bool) {
	for i := range s.Services {
		if s.Services[i].ID == id {
			return &s.Services[i], true
		}
	}
	return nil, false
}

func (s *Structure) hasService(id int64) bool {
	_, ok := s.Service(id)
	return ok
}

// Person is a human user of the portal. The login looks like an address and is
// compared without regard to case.
type Person struct {
	ID     int64  `json:"idUtilisateur"`
	Login  string `json:"login"`
	Nom    string `json:"nom"`
	Prenom string `json:"prenom"`
	// Contact is the bare address where notifications go; the login when
	// empty.
	Contact string `json:"contact,omitempty"`
	// Password is the one the data set hands out, as the portal's CSV does.
	// When empty the sandbox derives one from its seed.
	Password          string    `json:"password,omitempty"`
	Inactif           bool      `json:"inactif,omitempty"`
	DerniereConnexion time.Time `json:"derniereConnexion,omitzero"`
	// Libelle is the account label of the matelas ("Compte GP", "Compte US").
	Libelle string `json:"libelle,omitempty"`
	// Entite is the matelas row name when it is not the structure's own
	// ("Label_Acheteur_<SIRET>").
	Entite string `json:"entite,omitempty"`
}

// Rattachement attaches a person to a structure with a role, and optionally to
// some of its services.
type Rattachement struct {
	ID          int64   `json:"idRattachement"`
	Login       string  `json:"login"`
	StructureID int64   `json:"idStructure"`
	Role        Role    `json:"role"`
	Services    []int64 `json:"services,omitempty"`
}

// AccountSeed is a technical account that a data set starts with. Its instants
// are lengths of time before the sandbox's start, because the password of an
// account made years ago would be expired in every sandbox.
type AccountSeed struct {
	StructureID int64 `json:"idStructure"`
	// Login is given for accounts of older generations; empty means the
	// next login of the sandbox's profile, after the highest number that
	// the data set gives on the structure.
	Login string `json:"login,omitempty"`
	// Contact is the contact address; the manager's when empty, or when the
	// profile's contact follows the manager.
	Contact string `json:"contact,omitempty"`
	// Password as in Person.
	Password string `json:"password,omitempty"`
	// Profiles limits the seed to some portal generations; empty means all.
	Profiles []string `json:"profiles,omitempty"`
	// Status is EN_CREATION, ACTIF, EN_DESACTIVATION, INACTIF,
	// EN_REACTIVATION or SUPPRIME just before the sandbox's start: what was
	// due by then happens at the start (an INACTIF of 61 days is SUPPRIME).
	Status Status `json:"status"`
	// ChangedDays and ChangedMinutes are how long before the start, in days
	// in Paris plus minutes, the pending request was made (EN_*: less than
	// half an hour) or the deactivation took effect (INACTIF, SUPPRIME).
	// They say nothing of an ACTIF account.
	ChangedDays    int `json:"changedDays,omitempty"`
	ChangedMinutes int `json:"changedMinutes,omitempty"`
	// PasswordDays is the age of the password in days in Paris (424 and more
	// is expired, but for the hour that comes twice in autumn); the password
	// of an account EN_CREATION is as old as its request. When it is 0 days
	// old, the account was created just early enough to be in its status.
	PasswordDays int `json:"passwordDays,omitempty"`
	// Note tells a reader why the account is there.
	Note string `json:"note,omitempty"`
}

// DataSet is a matelas de données: the structures, people and accounts that a
// sandbox starts with. It is immutable once indexed and shared by every sandbox
// that was made from it.
type DataSet struct {
	// Name is how sandboxes ask for it.
	Name          string         `json:"name"`
	Structures    []Structure    `json:"structures"`
	People        []Person       `json:"people"`
	Rattachements []Rattachement `json:"rattachements"`
	Accounts      []AccountSeed  `json:"accounts,omitempty"`

	index *dataIndex
}

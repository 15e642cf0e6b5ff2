package portal

import (
	"encoding/base64"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/wire"
)

// The types of this file are the schemas of the document "portal".

type meJSON struct {
	Login        string           `json:"login"`
	Nom          string           `json:"nom"`
	Prenom       string           `json:"prenom"`
	ContactEmail string           `json:"contactEmail"`
	Profile      string           `json:"profile"`
	Structures   []attachmentJSON `json:"structures"`
}

type attachmentJSON struct {
	Siret          string      `json:"siret"`
	IDStructureCPP int64       `json:"idStructureCPP"`
	RaisonSociale  string      `json:"raisonSociale"`
	Role           qualif.Role `json:"role"`
}

type structureListJSON struct {
	Structures []structureJSON `json:"structures"`
}

type structureJSON struct {
	Siret                 string                `json:"siret"`
	IDStructureCPP        int64                 `json:"idStructureCPP"`
	TypeIdentifiant       qualif.IdentifierType `json:"typeIdentifiant"`
	RaisonSociale         string                `json:"raisonSociale"`
	TypeStructure         string                `json:"typeStructure"`
	Statut                string                `json:"statut"`
	Role                  qualif.Role           `json:"role"`
	GestionnairePrincipal *string               `json:"gestionnairePrincipal"`
	TechnicalAccounts     int                   `json:"technicalAccounts"`
	DateCreation          *string               `json:"dateCreation"`
}

type accountListJSON struct {
	TechnicalAccounts []wire.TechnicalAccount `json:"technicalAccounts"`
}

type preparationJSON struct {
	Preparation  string `json:"preparation"`
	Login        string `json:"login"`
	ContactEmail string `json:"contactEmail"`
	// Password and CproAccount are null in a generation that shows the
	// password after the creation only.
	Password    *string            `json:"password"`
	CproAccount *string            `json:"cproAccount"`
	ExpiresAt   string             `json:"expiresAt"`
	Others      []otherAccountJSON `json:"others"`
}

type otherAccountJSON struct {
	Login  string `json:"login"`
	Compte string `json:"compte"`
}

type createdJSON struct {
	TechnicalAccount wire.TechnicalAccount `json:"technicalAccount"`
	Password         string                `json:"password"`
	CproAccount      string                `json:"cproAccount"`
	EffectiveAt      string                `json:"effectiveAt"`
	Message          string                `json:"message"`
}

type passwordResetJSON struct {
	TechnicalAccount wire.TechnicalAccount `json:"technicalAccount"`
	Password         string                `json:"password"`
	CproAccount      string                `json:"cproAccount"`
	Message          string                `json:"message"`
}

type toggledJSON struct {
	TechnicalAccount wire.TechnicalAccount `json:"technicalAccount"`
	EffectiveAt      string                `json:"effectiveAt"`
	Message          string                `json:"message"`
}

type contactChangedJSON struct {
	TechnicalAccount wire.TechnicalAccount `json:"technicalAccount"`
	Message          string                `json:"message"`
}

type myContactChangedJSON struct {
	Login             string   `json:"login"`
	ContactEmail      string   `json:"contactEmail"`
	TechnicalAccounts []string `json:"technicalAccounts"`
	Message           string   `json:"message"`
}

type managerTransferredJSON struct {
	Siret                 string   `json:"siret"`
	GestionnairePrincipal string   `json:"gestionnairePrincipal"`
	TechnicalAccounts     []string `json:"technicalAccounts"`
	Message               string   `json:"message"`
}

func (a account) json() wire.TechnicalAccount { return wire.ViewAccount(a.TechnicalAccount, a.Present) }

func (m membership) attachment() attachmentJSON {
	return attachmentJSON{m.Structure.Identifiant, m.Structure.ID, m.Structure.Designation(), m.Role}
}

func (m membership) json() structureJSON {
	s := m.Structure
	view := structureJSON{
		Siret: s.Identifiant, IDStructureCPP: s.ID, TypeIdentifiant: s.TypeIdentifiant, RaisonSociale: s.Designation(),
		TypeStructure: "PRIVEE", Statut: "ACTIVE", Role: m.Role, TechnicalAccounts: m.Accounts,
		DateCreation: wire.InstantOrNull(s.DateCreation),
	}
	if s.Publique {
		view.TypeStructure = "PUBLIQUE"
	}
	if s.Inactive {
		view.Statut = "INACTIVE"
	}
	if m.Manager != "" {
		view.GestionnairePrincipal = &m.Manager
	}
	return view
}

// cproAccount is the ready-made value of the header cpro-account: base64 of the
// UTF-8 of login:password, standard alphabet, padded.
func cproAccount(login, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(login + ":" + password))
}

// each turns every element of a list into another; no element gives an empty
// list, never null.
func each[A, B any](all []A, turn func(A) B) []B {
	turned := make([]B, 0, len(all))
	for _, one := range all {
		turned = append(turned, turn(one))
	}
	return turned
}

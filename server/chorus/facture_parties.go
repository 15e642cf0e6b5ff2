package chorus

import (
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// adresseDestinataire and adresseFournisseur spell one address in two ways. The
// id of an address is its structure's: ours, as structures have one each.
type adresseDestinataire struct {
	ID          int64  `json:"adresseDestinataireId,omitempty"`
	Detail      string `json:"adresseDestinataireDetail,omitempty"`
	Complement1 string `json:"adresseDestinataireComplement1,omitempty"`
	Complement2 string `json:"adresseDestinataireComplement2,omitempty"`
	CodePostal  string `json:"adresseDestinataireCodePostal,omitempty"`
	Ville       string `json:"adresseDestinataireVille,omitempty"`
	CodePays    string `json:"adresseDestinataireCodePays,omitempty"`
	LibellePays string `json:"adresseDestinataireLibellePays,omitempty"`
}

type adresseFournisseur struct {
	ID          int64  `json:"adresseFournisseurId,omitempty"`
	Detail      string `json:"adresseFournisseurDetail,omitempty"`
	Complement1 string `json:"adresseFournisseurComplement1,omitempty"`
	Complement2 string `json:"adresseFournisseurComplement2,omitempty"`
	CodePostal  string `json:"adresseFournisseurCodePostal,omitempty"`
	Ville       string `json:"adresseFournisseurVille,omitempty"`
	CodePays    string `json:"adresseFournisseurCodePays,omitempty"`
	LibellePays string `json:"adresseFournisseurLibellePays,omitempty"`
}

func adresseDe(s *qualif.Structure) adresseDestinataire {
	a := s.Adresse
	if a == nil {
		return adresseDestinataire{}
	}
	return adresseDestinataire{s.ID, a.Adresse, a.ComplementAdresse1, a.ComplementAdresse2, a.CodePostal, a.Ville, a.Pays, shown(a).Pays}
}

// destinataireCommun is the recipient as every party sees it.
type destinataireCommun struct {
	ID             int64  `json:"idDestinataire,omitempty"`
	Code           string `json:"codeDestinataire,omitempty"`
	Libelle        string `json:"libelleDestinataire,omitempty"`
	IDService      int64  `json:"idServiceExecutant,omitempty"`
	CodeService    string `json:"codeServiceExecutant,omitempty"`
	LibelleService string `json:"libelleServiceExecutant,omitempty"`
	adresseDestinataire
}

type destinataireEmise struct {
	destinataireCommun
	MiseEnPaiement bool   `json:"miseEnPaiementDestinataire"`
	Designation    string `json:"designationDestinataire,omitempty"`
}

type destinataireRecue struct {
	Etat string `json:"destinataireEtat"`
	destinataireCommun
}

func destinataireDetail(v sandboxes.View, f *qualif.Facture) (destinataireCommun, *qualif.Structure) {
	s, service := nommer(v.Data(), f.Destinataire)
	return destinataireCommun{s.ID, s.Identifiant, s.Designation(), service.ID, service.Code, service.Libelle, adresseDe(s)}, s
}

func destinataireEmiseDe(v sandboxes.View, f *qualif.Facture) destinataireEmise {
	common, s := destinataireDetail(v, f)
	return destinataireEmise{common, !s.Parametres.StatutMiseEnPaiementNestPasRemonte, s.Designation()}
}

// stateSIREN begins the SIRET of the State's services (11000201100044).
const stateSIREN = "110002011"

func destinataireRecueDe(v sandboxes.View, f *qualif.Facture) destinataireRecue {
	common, s := destinataireDetail(v, f)
	etat := "NON"
	if len(s.Identifiant) == 14 && s.Identifiant[:9] == stateSIREN {
		etat = "OUI"
	}
	return destinataireRecue{etat, common}
}

// coordonnees is a bank account, as an invoice shows it.
type coordonnees struct {
	CleIban        string `json:"coordBancairesFournisseurCleIban,omitempty"`
	CleRib         string `json:"coordBancairesFournisseurCleRib,omitempty"`
	CodeBanque     string `json:"coordBancairesFournisseurCodeBanque,omitempty"`
	CodeGuichet    string `json:"coordBancairesCodeGuichet,omitempty"`
	BIC            string `json:"coordBancairesBicSwift,omitempty"`
	CodePays       string `json:"coordBancairesFournisseurCodePays,omitempty"`
	CompteBancaire string `json:"coordBancairesFournisseurCompteBancaire,omitempty"`
	ID             int64  `json:"coordBancairesFournisseurId,omitempty"`
	Type           string `json:"coordBancairesFournisseurType,omitempty"`
	Libelle        string `json:"coordBancairesFournisseurLibelle,omitempty"`
}

// frenchIBAN is the length of an IBAN whose parts are those of a RIB: bank 5,
// branch 5, account 11, key 2.
const frenchIBAN = 27

func coordonneesDe(s *qualif.Structure, id int64) coordonnees {
	account, ok := s.CoordonneeBancaire(id)
	if !ok {
		return coordonnees{}
	}
	c := coordonnees{ID: id, Libelle: account.Nom, BIC: account.BIC}
	iban := account.IBAN
	if len(iban) < 4 {
		return c
	}
	c.Type, c.CodePays, c.CleIban, c.CompteBancaire = "IBAN", iban[:2], iban[2:4], iban[4:]
	if len(iban) == frenchIBAN {
		c.CodeBanque, c.CodeGuichet, c.CompteBancaire, c.CleRib = iban[4:9], iban[9:14], iban[14:25], iban[25:]
	}
	return c
}

// fournisseurCommun is the supplier as every party sees it.
type fournisseurCommun struct {
	ID             int64                 `json:"idFournisseur,omitempty"`
	Type           qualif.IdentifierType `json:"typeIdentifiantFournisseur,omitempty"`
	Code           string                `json:"codeFournisseur,omitempty"`
	Designation    string                `json:"designationFournisseur,omitempty"`
	IDService      int64                 `json:"idServiceFournisseur,omitempty"`
	CodeService    string                `json:"codeServiceFournisseur,omitempty"`
	LibelleService string                `json:"libelleServiceFournisseur,omitempty"`
	NumeroRCS      string                `json:"numeroRcsFournisseur,omitempty"`
	adresseFournisseur
	coordonnees
}

type fournisseurEmise struct {
	fournisseurCommun
	RaisonSociale string `json:"raisonSocialeFournisseur,omitempty"`
	Nom           string `json:"nomFournisseur,omitempty"`
	Prenom        string `json:"prenomFournisseur,omitempty"`
}

type fournisseurRecue struct{ fournisseurCommun }

func fournisseurDetail(v sandboxes.View, f *qualif.Facture) (fournisseurCommun, *qualif.Structure) {
	s, service := nommer(v.Data(), f.Fournisseur)
	return fournisseurCommun{
		s.ID, s.TypeIdentifiant, s.Identifiant, s.Designation(), service.ID, service.Code, service.Libelle, s.NumeroRCS,
		adresseFournisseur(adresseDe(s)), coordonneesDe(s, f.CoordonneesBancaires),
	}, s
}

func fournisseurEmiseDe(v sandboxes.View, f *qualif.Facture) fournisseurEmise {
	common, s := fournisseurDetail(v, f)
	return fournisseurEmise{common, s.RaisonSociale, s.Nom, s.Prenom}
}

func fournisseurRecueDe(v sandboxes.View, f *qualif.Facture) fournisseurRecue {
	common, _ := fournisseurDetail(v, f)
	return fournisseurRecue{common}
}

// cadreDetail is the framework of an invoice, with its validator.
type cadreDetail struct {
	Code           string                `json:"codeCadreFacturation,omitempty"`
	IDValideur     int64                 `json:"idValideur1,omitempty"`
	TypeValideur   qualif.IdentifierType `json:"typeIdentifiantValideur1,omitempty"`
	CodeValideur   string                `json:"codeValideur1,omitempty"`
	RaisonSociale  string                `json:"raisonSocialeValideur1,omitempty"`
	Nom            string                `json:"nomValideur1,omitempty"`
	Prenom         string                `json:"prenomValideur1,omitempty"`
	DateValidation string                `json:"dateValidation1,omitempty"`
}

func cadreDe(v sandboxes.View, f *qualif.Facture) cadreDetail {
	s, _ := nommer(v.Data(), valideurDe(f))
	return cadreDetail{f.Cadre, s.ID, s.TypeIdentifiant, s.Identifiant, s.RaisonSociale, s.Nom, s.Prenom, jour(validation(f))}
}

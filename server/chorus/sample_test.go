package chorus_test

import (
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// Logins of the sample.
const (
	gpOne   = "gp.un@qualif.example"
	gpTwo   = "gp.deux@qualif.example"
	gpThree = "gp.trois@qualif.example"
	simple  = "utilisateur@qualif.example"

	// techAlpha belongs to structure 101, techBeta and its two siblings to
	// 102, techGamma to 103, techMairie to 201.
	techAlpha  = "TECH_1_00000000000101@cpro.fr"
	techBeta   = "TECH_1_00000000000102@cpro.fr"
	techGamma  = "TECH_1_00000000000103@cpro.fr"
	techMairie = "TECH_1_20000000000201@cpro.fr"
)

// start is when the sandboxes of these tests begin, in winter time.
var start = time.Date(2026, time.March, 1, 9, 0, 0, 123_000_000, qualif.Paris)

// sample is a data set in which every criterion, order and scope rule tells at
// least two structures apart.
var sample = sync.OnceValue(func() *qualif.DataSet {
	set := &qualif.DataSet{
		Name: "essai", Structures: withMoney(sampleStructures()),
		People: []qualif.Person{
			{ID: 9001, Login: gpOne, Nom: "Un", Prenom: "Anne"},
			{ID: 9002, Login: gpTwo, Nom: "Deux", Prenom: "Bruno"},
			{ID: 9003, Login: gpThree, Nom: "Trois", Prenom: "Chloé"},
			{ID: 9004, Login: simple, Nom: "Quatre", Prenom: "Dora"},
		},
		Rattachements: []qualif.Rattachement{
			{ID: 701, Login: gpOne, StructureID: 101, Role: qualif.GestionnairePrincipal, Services: []int64{1011, 1012}},
			{ID: 702, Login: gpOne, StructureID: 102, Role: qualif.GestionnairePrincipal},
			{ID: 703, Login: gpTwo, StructureID: 103, Role: qualif.GestionnairePrincipal, Services: []int64{1031}},
			{ID: 704, Login: gpTwo, StructureID: 104, Role: qualif.GestionnairePrincipal},
			{ID: 705, Login: gpThree, StructureID: 201, Role: qualif.GestionnairePrincipal},
			{ID: 706, Login: gpThree, StructureID: 202, Role: qualif.GestionnairePrincipal},
			{ID: 707, Login: simple, StructureID: 101, Role: qualif.Utilisateur, Services: []int64{1012, 1011, 1013}},
			{ID: 708, Login: gpTwo, StructureID: 102, Role: qualif.Utilisateur},
		},
		Accounts: []qualif.AccountSeed{
			{StructureID: 101, Login: techAlpha, Status: qualif.Actif, PasswordDays: 24},
			{StructureID: 102, Login: techBeta, Status: qualif.Actif, PasswordDays: 10},
			{StructureID: 102, Login: "TECH_2_00000000000102@cpro.fr", Status: qualif.Actif, PasswordDays: 100},
			{StructureID: 102, Login: "TECH_3_00000000000102@cpro.fr", Status: qualif.Inactif, PasswordDays: 200, ChangedDays: 5},
			{StructureID: 103, Login: techGamma, Status: qualif.Actif, PasswordDays: 30},
			{StructureID: 201, Login: techMairie, Status: qualif.Actif, PasswordDays: 1},
		},
	}
	if err := set.Index(); err != nil {
		panic(err)
	}
	return set
})

func sampleStructures() []qualif.Structure {
	return []qualif.Structure{
		{ID: 16, TypeIdentifiant: qualif.SIRET, Identifiant: "96587451235874", RaisonSociale: "Tribunal d'essai", Publique: true,
			Adresse: &qualif.Address{CodePostal: "31000", Ville: "TOULOUSE", Pays: "FR"}},
		{ID: 101, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000101", RaisonSociale: "Zèbre Fournisseur", Libelle: "Atelier du zèbre",
			NumeroTVA: "FR40000000000", NumeroRCS: "RCS 1", Email: "contact@zebre.example",
			Parametres: qualif.Parameters{ConnexionEDI: true, RecevoirDonneesViaEDI: true, EstValideurDelegue: true},
			Adresse: &qualif.Address{Adresse: "1 rue Test", ComplementAdresse1: "Bâtiment A", ComplementAdresse2: "Étage 1", CodePostal: "75001",
				Ville: "Paris", Pays: "FR", Telephone: "0102030405", IndicatifTelephone: "+33", Fax: "0102030406", IndicatifFax: "+33"},
			Services: []qualif.Service{
				{ID: 1011, Code: "SERVICE_PRIVE_1", Libelle: "Comptabilité", Actif: true},
				{ID: 1012, Code: "SERVICE_PRIVE_2", Libelle: "achats", Actif: false},
				{ID: 1013, Code: "A_PART", Libelle: "Zone", Actif: true},
				{ID: 1014, Code: "INTERNE", Libelle: "Interne", Actif: true},
			}},
		{ID: 102, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000102", RaisonSociale: "beta conseil", Inactive: false},
		{ID: 103, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000103", RaisonSociale: "Gamma SARL",
			Services: []qualif.Service{{ID: 1031, Code: "G", Libelle: "Gamma", Actif: true}}},
		{ID: 104, TypeIdentifiant: qualif.Particulier, Identifiant: "P-104", Nom: "Durand", Prenom: "Zoé", Inactive: true},
		{ID: 201, TypeIdentifiant: qualif.SIRET, Identifiant: "20000000000201", RaisonSociale: "Mairie de Lyon-Essai", Libelle: "Mairie", Publique: true,
			Parametres: qualif.Parameters{EstMOA: true, CodeServiceDoitEtreRenseigne: true, NumeroEJDoitEtreRenseigne: true,
				GestionNumeroEJOuCodeService: true, StatutMiseEnPaiementNestPasRemonte: true, NonDiffusibleInsee: true},
			Adresse:  &qualif.Address{CodePostal: "69001", Ville: "LYON", Pays: "FR"},
			Services: mairieServices()},
		{ID: 202, TypeIdentifiant: qualif.SIRET, Identifiant: "20000000000202", RaisonSociale: "Hôpital d'essai", Publique: true, Inactive: true,
			Adresse:  &qualif.Address{Pays: "QQ"},
			Services: []qualif.Service{{ID: 2021, Code: "H", Actif: true}}},
		{ID: 203, TypeIdentifiant: qualif.SIRET, Identifiant: "20000000000203", RaisonSociale: "Aménageur", Publique: true,
			Parametres: qualif.Parameters{EstMOA: true, EstMOAUniquement: true}},
		{ID: 204, TypeIdentifiant: qualif.UEHorsFrance, Identifiant: "BE0123456789", RaisonSociale: "Ville de Bruxelles-Essai", Publique: true,
			Adresse: &qualif.Address{CodePostal: "1000", Ville: "Bruxelles", Pays: "BE"}},
		{ID: 205, TypeIdentifiant: qualif.Autre, Identifiant: "00000000000101", Libelle: "Homonyme", Publique: true},
	}
}

// mairieServices has a different order in each sort column.
func mairieServices() []qualif.Service {
	at := func(year int, month time.Month, day, hour, minute int) time.Time {
		return time.Date(year, month, day, hour, minute, 48, 859_000_000, qualif.Paris)
	}
	return []qualif.Service{
		{ID: 2011, Code: "B", Libelle: "écoles", Actif: true, DateDebut: at(2017, time.July, 3, 10, 55), NumeroEngagement: true, MiseEnPaiement: true,
			Description: "Écoles de la ville", DateCreation: at(2017, time.January, 3, 10, 55), DateModification: at(2018, time.July, 1, 0, 0),
			DateFin: at(2050, time.December, 31, 0, 0), Adresse: &qualif.Address{Ville: "LYON", Pays: "FR"}},
		{ID: 2012, Code: "FACTURES_PUBLIQUES", Libelle: "Service des factures publiques", Actif: true, DateDebut: at(2016, time.October, 25, 17, 42)},
		{ID: 2013, Code: "A", Libelle: "voirie", Actif: false, DateDebut: at(2019, time.March, 1, 0, 0), DateFin: at(2020, time.June, 30, 23, 59)},
		{ID: 2014, Code: "C", Libelle: "accueil", Actif: false},
	}
}

// generated has n public structures of one service each.
func generated(tb testing.TB, n int) *qualif.DataSet {
	tb.Helper()
	set := &qualif.DataSet{Name: "generated"}
	for i := range n {
		set.Structures = append(set.Structures, qualif.Structure{
			ID: int64(1000 + i), TypeIdentifiant: qualif.SIRET, Identifiant: siret(i), RaisonSociale: "Commune " + siret(i), Publique: true,
			Adresse: &qualif.Address{CodePostal: "75001", Ville: "PARIS", Pays: "FR"},
		})
	}
	set.People = []qualif.Person{{ID: 1, Login: gpOne}}
	set.Rattachements = []qualif.Rattachement{{ID: 1, Login: gpOne, StructureID: 1000, Role: qualif.GestionnairePrincipal}}
	set.Accounts = []qualif.AccountSeed{{StructureID: 1000, Login: "TECH_1_" + siret(0) + "@cpro.fr", Status: qualif.Actif, PasswordDays: 1}}
	if err := set.Index(); err != nil {
		tb.Fatal(err)
	}
	return set
}

func siret(i int) string {
	const digits = "00000000000000"
	text := []byte(digits)
	for at := len(text) - 1; i > 0; at, i = at-1, i/10 {
		text[at] = byte('0' + i%10)
	}
	return string(text)
}

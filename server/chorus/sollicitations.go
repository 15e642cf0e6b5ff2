package chorus

import (
	"strings"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/reference"
)

type rechercherCategoriesParam struct {
	Code       string     `json:"codeCategorie"`
	Libelle    string     `json:"libelleCategorie"`
	EstActif   *bool      `json:"estActif"`
	Pagination pagination `json:"pagination"`
}

type rechercherCategoriesRetour struct {
	Envelope
	ListeCategories  []categorie      `json:"listeCategories"`
	ParametresRetour parametresRetour `json:"parametresRetour"`
}

type categorie struct {
	ID      int64  `json:"idTechniqueCategorie"`
	Code    string `json:"codeCategorie"`
	Libelle string `json:"libelleCategorie"`
}

func spellCategorie(c reference.Categorie) categorie { return categorie{c.ID, c.Code, c.Libelle} }

// named tells whether a code is the one asked for and a label contains the words
// asked for, whatever the case; "" asks for nothing.
func named(code, wantedCode, libelle, words string) bool {
	return (wantedCode == "" || strings.EqualFold(code, wantedCode)) && strings.Contains(strings.ToUpper(libelle), strings.ToUpper(words))
}

// rechercherCategories finds the categories of requests for help.
func rechercherCategories(_ *Call, p *rechercherCategoriesParam) Answer {
	var found []reference.Categorie
	for _, c := range reference.Categories() {
		if named(c.Code, p.Code, c.Libelle, p.Libelle) && (p.EstActif == nil || *p.EstActif == c.Actif) {
			found = append(found, c)
		}
	}
	order(found, &p.Pagination, categorieColumn(p.Pagination.Colonne), func(c reference.Categorie) int64 { return c.ID })
	w := p.Pagination.window()
	return Answer{Body: &rechercherCategoriesRetour{Done, each(cut(found, w), spellCategorie), w.among(len(found))}}
}

// categorieColumn compares by a property of the answer, whose names are taken
// for columns since the list is not public; by id else.
func categorieColumn(column string) func(a, b reference.Categorie) int {
	switch column {
	case "CodeCategorie":
		return func(a, b reference.Categorie) int { return compareNames(a.Code, b.Code) }
	case "LibelleCategorie":
		return func(a, b reference.Categorie) int { return compareNames(a.Libelle, b.Libelle) }
	}
	return func(a, b reference.Categorie) int { return 0 }
}

type rechercherSousCategoriesParam struct {
	IDCategorie int64      `json:"idTechniqueCategorie"`
	Code        string     `json:"code"`
	Libelle     string     `json:"libelle"`
	EstActif    *bool      `json:"estActif"`
	Pagination  pagination `json:"pagination"`
}

type rechercherSousCategoriesRetour struct {
	Envelope
	ListeSousCategories []categorieEtSous `json:"listeSousCategories"`
	ParametresRetour    parametresRetour  `json:"parametresRetour"`
}

// categorieEtSous has a list of each, of one item here: the contract has lists.
type categorieEtSous struct {
	Categorie     []categorie     `json:"categorie"`
	SousCategorie []sousCategorie `json:"ssCategorie"`
}

type sousCategorie struct {
	ID                       int64  `json:"idTechniqueCategorie"`
	Code                     string `json:"code"`
	Libelle                  string `json:"libelle"`
	EstActif                 bool   `json:"estActif"`
	DateCreation             string `json:"dateCreation"`
	DateDerniereModification string `json:"dateDerniereModification"`
}

// sollicitationsOuvertes is when the categories were made: the start of Chorus
// Pro.
func sollicitationsOuvertes() string {
	return isoDate(time.Date(2017, time.January, 1, 0, 0, 0, 0, qualif.Paris))
}

type partOfCategorie struct {
	categorie reference.Categorie
	sous      reference.SousCategorie
}

// rechercherSousCategories finds the parts of the categories, each with its
// category.
func rechercherSousCategories(_ *Call, p *rechercherSousCategoriesParam) Answer {
	var found []partOfCategorie
	for _, c := range reference.Categories() {
		for _, s := range c.Sous {
			if (p.IDCategorie == 0 || p.IDCategorie == c.ID) && named(s.Code, p.Code, s.Libelle, p.Libelle) && (p.EstActif == nil || *p.EstActif == s.Actif) {
				found = append(found, partOfCategorie{c, s})
			}
		}
	}
	order(found, &p.Pagination, sousCategorieColumn(p.Pagination.Colonne), func(f partOfCategorie) int64 { return f.sous.ID })
	w, since := p.Pagination.window(), sollicitationsOuvertes()
	list := each(cut(found, w), func(f partOfCategorie) categorieEtSous {
		return categorieEtSous{
			[]categorie{spellCategorie(f.categorie)},
			[]sousCategorie{{f.sous.ID, f.sous.Code, f.sous.Libelle, f.sous.Actif, since, since}},
		}
	})
	return Answer{Body: &rechercherSousCategoriesRetour{Done, list, w.among(len(found))}}
}

func sousCategorieColumn(column string) func(a, b partOfCategorie) int {
	switch column {
	case "Code":
		return func(a, b partOfCategorie) int { return compareNames(a.sous.Code, b.sous.Code) }
	case "Libelle":
		return func(a, b partOfCategorie) int { return compareNames(a.sous.Libelle, b.sous.Libelle) }
	}
	return func(a, b partOfCategorie) int { return 0 }
}

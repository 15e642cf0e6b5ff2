// Package reference is the lists of values that the platform hands out
// (transverses/v1/recuperer/*): currencies, countries, rates, frameworks,
// statuses and the rest. It is tables and nothing else.
//
// How each is known stands with it: official and observed lists are complete;
// what nobody published is ours, and docs/fidelity.md says so.
package reference

import (
	"slices"
	"strings"
)

// Libelle is a code with what it is called.
type Libelle struct{ Code, Francais, Anglais string }

// Dans is the label in a language: English for EN, whatever the case, French for
// everything else. FR and EN are the languages that clients send.
func (l Libelle) Dans(codeLangue string) string {
	if strings.EqualFold(codeLangue, "EN") {
		return l.Anglais
	}
	return l.Francais
}

// Devises are the currencies of ISO 4217 in use, by code, named by the Unicode
// CLDR (server/reference/testdata/cldr). Which of them the platform lists is not
// public.
func Devises() []Libelle { return slices.Clone(devises) }

// Devise finds a currency by its code, in capitals.
func Devise(code string) (Libelle, bool) { return find(devises, code) }

// Pays are the countries of ISO 3166-1, by code, named by the Unicode CLDR.
// That they are codes of this standard is what a client says of the list.
func Pays() []Libelle { return slices.Clone(pays) }

// PaysDe finds a country by its code of two letters, in capitals.
func PaysDe(code string) (Libelle, bool) { return find(pays, code) }

// find looks up a code in a list that is sorted by codes.
func find(list []Libelle, code string) (Libelle, bool) {
	at, ok := slices.BinarySearchFunc(list, code, func(l Libelle, code string) int { return strings.Compare(l.Code, code) })
	if !ok {
		return Libelle{}, false
	}
	return list[at], true
}

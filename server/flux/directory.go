package flux

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// SupplierUnknown is the finding for a supplier that the directory does not
// know.
func (i Invoice) SupplierUnknown() Finding {
	return wSupplierUnknown.finding("FOURNISSEUR_INCONNU", i.Paths.Fournisseur, i.Paths.Fournisseur)
}

// RecipientUnknown is the finding for a recipient that the directory does not
// know as an active public structure.
func (i Invoice) RecipientUnknown() Finding {
	return wRecipientUnknown.finding("DESTINATAIRE_INCONNU", i.Paths.Destinataire, i.Paths.Destinataire)
}

// ServiceUnknown is the finding for a service that the recipient does not
// have, or no longer.
func (i Invoice) ServiceUnknown() Finding {
	return wServiceUnknown.finding("SERVICE_INCONNU", i.Paths.CodeService, i.Paths.CodeService)
}

// ServiceRequired is the finding for an invoice without the service that its
// recipient demands. The subject of the sentence is the platform's.
func (i Invoice) ServiceRequired() Finding {
	return wCommitmentRequired.finding("SERVICE_OBLIGATOIRE", i.Paths.CodeService, i.Paths.CodeService)
}

// CommitmentRequired is the finding for an invoice without the commitment
// number that its recipient demands.
func (i Invoice) CommitmentRequired() Finding {
	return wCommitmentRequired.finding("ENGAGEMENT_OBLIGATOIRE", i.Paths.NumeroEngagement, i.Paths.NumeroEngagement)
}

// Duplicate is the finding for a number that the supplier has used already
// that year (year of issue, SIREN and number are unique together: AIFE,
// 30/04/2026, 3.2).
func (i Invoice) Duplicate() Finding {
	return wDuplicate.finding("DOUBLON", i.Paths.Numero, clean(i.Numero), i.Paths.Numero)
}

// maxLibelle is where the platform cuts libelleErreurDP, in the middle of a
// word: the report quoted by KRO is exactly that long.
const maxLibelle = 255

// Libelle joins the texts of findings as libelleErreurDP does: with "|", and
// cut to 255 characters.
func Libelle(findings []Finding) string {
	texts := make([]string, len(findings))
	for i, f := range findings {
		texts[i] = f.Text
	}
	joined := strings.Join(texts, "|")
	if utf8.RuneCountInString(joined) <= maxLibelle {
		return joined
	}
	return string([]rune(joined)[:maxLibelle])
}

// clean makes a value of an invoice fit to be quoted in a text.
func clean(value string) string {
	const most = 60
	value = strings.Join(strings.Fields(strings.ToValidUTF8(value, "")), " ")
	if runes := []rune(value); len(runes) > most {
		value = string(runes[:most])
	}
	return strings.Map(func(r rune) rune {
		if strconv.IsPrint(r) {
			return r
		}
		return -1
	}, value)
}

package flux

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Evidence tells where a text comes from.
type Evidence string

// The kinds of evidence.
const (
	// Observed texts were quoted by somebody who got them from the real
	// platform.
	Observed Evidence = "observed"
	// Official rules are AIFE's; their text may be ours.
	Official Evidence = "official"
	// Inferred texts are those of the parser that the observed ones come
	// from, for causes that nobody quoted.
	Inferred Evidence = "inferred"
	// Ours are choices.
	Ours Evidence = "ours"
)

// Finding is one thing that a rule found wrong with an invoice.
type Finding struct {
	// Code names the rule: AIFE's number where there is one (G1.05), our
	// own word otherwise. The platform does not show it.
	Code string
	// Path is the element, as the text names it.
	Path string
	// Text is what the platform says: French without accents.
	Text     string
	Evidence Evidence
}

// TechnicalError is a reason for which a flow is not receivable: an element of
// listeErreurTechnique.
type TechnicalError struct {
	// Code is codeErreur, Libelle libelleErreur, Nature natureErreur (whose
	// values nobody published: ours).
	Code, Libelle, Nature string
	// File is the file of the deposit that it is about.
	File     string
	Evidence Evidence
}

// The codes of technical errors. ERR_XSD_001 was observed; the others are
// ours.
const (
	codeXSD     = "ERR_XSD_001"
	codeFile    = "ERR_FIC_001"
	codeArchive = "ERR_ARC_001"
	codeSize    = "ERR_TAI_001"
	codeSyntax  = "ERR_SYN_001"
	codeFacturX = "ERR_FTX_001"

	natureBlocking = "BLOQUANT"
)

// wording is a text and where it comes from. Verbs are fmt's.
type wording struct {
	text     string
	evidence Evidence
}

// The texts, and who quoted the observed ones.
var (
	// KRO, a C# client's test of a real report (53 errors, this one first).
	wXSD = wording{"IRRECEVABILITE: %s - ligne: %d - position: %d", Observed}
	// OCA/l10n-france issues 414 and 612, invoicerr 2026-09-14.
	wMandatory = wording{"L'element %s est obligatoire.", Observed}
	// OCA/l10n-france issue 536 (the trailing space is real), Dolibarr's
	// Factur-X module for an attachment.
	wMandatoryIf      = wording{"L'element (%s) est obligatoire si l'element (%s) est renseigne.", Observed}
	wMandatoryIfSpace = wording{"L'element (%s) est obligatoire si l'element (%s) est renseigne. ", Observed}
	// invoicerr, flow CPP0011117000000000425899 of 2026-09-14, for the
	// number of the invoice; the other fields follow its pattern.
	wTooLong       = wording{"Le champ %s (%s) ne doit pas depasser %d caracteres", Observed}
	wTooLongOthers = wording{"Le champ %s (%s) ne doit pas depasser %d caracteres", Inferred}
	// AIFE community, "show detailed report", and KRO.
	wSupplierUnknown = wording{"L'identifiant fournisseur de la demande de paiement (balise : %s) n'est pas reference dans notre systeme.", Observed}
	// Tempolia, in English ("The legal commitment (…) is mandatory"), for
	// the commitment number and, with the same subject, for the service.
	wCommitmentRequired = wording{"L'engagement juridique (%s) est obligatoire.", Observed}

	wRecipientUnknown = wording{"L'identifiant destinataire de la demande de paiement (balise : %s) n'est pas reference dans notre systeme.", Ours}
	wDuplicate        = wording{"La facture %s (balise : %s) existe deja dans notre systeme pour ce fournisseur.", Ours}
	wServiceUnknown   = wording{"Le service executant (balise : %s) n'est pas reference ou n'est pas actif pour la structure destinataire.", Ours}
	// The platform's own text for a wrong framework is known only by where
	// it is cut (flow CPP0011117000000000425895).
	wFramework     = wording{"La valeur du champ %s n'est pas autorisee.", Ours}
	wPaymentCode   = wording{"Le mode de paiement (%s) n'est pas autorise.", Ours}
	wCharset       = wording{"Le champ %s (%s) contient des caracteres non autorises", Ours}
	wBadValue      = wording{"La valeur de l'element %s n'est pas valide.", Ours}
	wBadAmount     = wording{"Le montant %s ne doit pas depasser 19 chiffres dont 6 decimales.", Ours}
	wTotal         = wording{"Le montant %s n'est pas coherent : %s au lieu de %s.", Ours}
	wFutureDate    = wording{"La date d'emission de la facture (%s) doit etre anterieure ou egale a la date de depot.", Official}
	wNoAttachment  = wording{"L'element %s est obligatoire.", Inferred}
	wNoInvoice     = wording{"IRRECEVABILITE: Le flux ne contient aucune facture.", Ours}
	wTooLarge      = wording{"IRRECEVABILITE: Le fichier depasse la taille maximale autorisee.", Ours}
	wBadArchive    = wording{"IRRECEVABILITE: L'archive tar.gz n'est pas lisible.", Ours}
	wTooManyFiles  = wording{"IRRECEVABILITE: Le flux contient plus de %d factures.", Ours}
	wUnknownSyntax = wording{"IRRECEVABILITE: La syntaxe du flux n'est pas reconnue.", Ours}
	wNotPDF        = wording{"IRRECEVABILITE: Le fichier n'est pas un PDF.", Ours}
	wBadPDF        = wording{"IRRECEVABILITE: Le fichier PDF n'est pas lisible.", Ours}
	wEncryptedPDF  = wording{"IRRECEVABILITE: Le fichier PDF est protege.", Ours}
	wNoFacturX     = wording{"IRRECEVABILITE: Le fichier PDF ne contient pas de donnees Factur-X.", Ours}
	wEmptyFile     = wording{"IRRECEVABILITE: Le fichier est vide.", Ours}
)

func (w wording) finding(code, path string, args ...any) Finding {
	return Finding{Code: code, Path: path, Text: fmt.Sprintf(w.text, args...), Evidence: w.evidence}
}

func (w wording) technical(code, file string, args ...any) TechnicalError {
	return TechnicalError{Code: code, Libelle: fmt.Sprintf(w.text, args...), Nature: natureBlocking, File: file, Evidence: w.evidence}
}

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

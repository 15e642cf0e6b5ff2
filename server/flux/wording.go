package flux

import "fmt"

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

// Wording is one of the texts that the package gives, a format of package fmt.
type Wording struct {
	Text     string
	Evidence Evidence
	// Source says who quoted the text, or what it follows.
	Source string
}

// The texts. Their evidence is theirs alone: that the platform applies the rule
// in that very case may be our reading.
var (
	wXSD = Wording{"IRRECEVABILITE: %s - ligne: %d - position: %d", Observed,
		"KRO, a C# client's test of a real report of 53 errors; the parser's sentences are those of Xerces, inferred but for cvc-datatype-valid.1.2.1"}
	wMandatory = Wording{"L'element %s est obligatoire.", Observed,
		"OCA/l10n-france issues 414 and 612, invoicerr's deposit CPP0011117000000000425895 of 2026-09-14"}
	wMandatoryIf = Wording{"L'element (%s) est obligatoire si l'element (%s) est renseigne.", Observed,
		"Dolibarr's Factur-X module, for an attachment"}
	wMandatoryIfSpace = Wording{"L'element (%s) est obligatoire si l'element (%s) est renseigne. ", Observed,
		"OCA/l10n-france issues 504 and 536, for a gross price; the space at the end is real"}
	wTooLong = Wording{"Le champ %s (%s) ne doit pas depasser %d caracteres", Observed,
		"invoicerr's deposit CPP0011117000000000425899 of 2026-09-14, for the number of the invoice"}
	wTooLongOthers   = Wording{"Le champ %s (%s) ne doit pas depasser %d caracteres", Inferred, "the same, for other fields"}
	wSupplierUnknown = Wording{"L'identifiant fournisseur de la demande de paiement (balise : %s) n'est pas reference dans notre systeme.", Observed,
		"AIFE community, detailed report; KRO"}
	wCommitmentRequired = Wording{"L'engagement juridique (%s) est obligatoire.", Observed,
		"Tempolia, in English (\"The legal commitment (...) is mandatory\"), with the path of the commitment number and of the service"}
	wFutureDate = Wording{"La date d'emission de la facture (%s) doit etre anterieure ou egale a la date de depot.", Official,
		"annexe API: the rule, in its words"}
	wNoAttachment = Wording{"L'element %s est obligatoire.", Inferred, "a mixed flow (E2) carries the readable invoice: the rule is official"}

	wRecipientUnknown = Wording{"L'identifiant destinataire de la demande de paiement (balise : %s) n'est pas reference dans notre systeme.", Ours, "after the supplier's"}
	wDuplicate        = Wording{"La facture %s (balise : %s) existe deja dans notre systeme pour ce fournisseur.", Ours, ""}
	wServiceUnknown   = Wording{"Le service executant (balise : %s) n'est pas reference ou n'est pas actif pour la structure destinataire.", Ours, ""}
	wFramework        = Wording{"La valeur du champ %s n'est pas autorisee.", Ours,
		"the rule is G1.02; the real text is known only by where it is cut, in the report of CPP0011117000000000425895"}
	wPaymentCode   = Wording{"Le mode de paiement (%s) n'est pas autorise.", Ours, "the rule is S2.05"}
	wCharset       = Wording{"Le champ %s (%s) contient des caracteres non autorises", Ours, "the rule is G1.05"}
	wBadValue      = Wording{"La valeur de l'element %s n'est pas valide.", Ours, ""}
	wBadAmount     = Wording{"Le montant %s ne doit pas depasser 19 chiffres dont 6 decimales.", Ours, "the platform's decimal(19,6)"}
	wTotal         = Wording{"Le montant %s n'est pas coherent : %s au lieu de %s.", Ours, "the rules are those of EN 16931"}
	wNoInvoice     = Wording{"IRRECEVABILITE: Le flux ne contient aucune facture.", Ours, ""}
	wTooLarge      = Wording{"IRRECEVABILITE: Le fichier depasse la taille maximale autorisee.", Ours, ""}
	wBadArchive    = Wording{"IRRECEVABILITE: L'archive tar.gz n'est pas lisible.", Ours, ""}
	wTooManyFiles  = Wording{"IRRECEVABILITE: Le flux contient plus de %d factures.", Ours, "the bound of 500 is the annexe EDI's"}
	wUnknownSyntax = Wording{"IRRECEVABILITE: La syntaxe du flux n'est pas reconnue.", Ours, ""}
	wNotPDF        = Wording{"IRRECEVABILITE: Le fichier n'est pas un PDF.", Ours, ""}
	wBadPDF        = Wording{"IRRECEVABILITE: Le fichier PDF n'est pas lisible.", Ours, ""}
	wEncryptedPDF  = Wording{"IRRECEVABILITE: Le fichier PDF est protege.", Ours, ""}
	wNoFacturX     = Wording{"IRRECEVABILITE: Le fichier PDF ne contient pas de donnees Factur-X.", Ours, ""}
	wEmptyFile     = Wording{"IRRECEVABILITE: Le fichier est vide.", Ours, ""}
)

// Wordings lists every text, the best attested first.
func Wordings() []Wording {
	return []Wording{
		wXSD, wMandatory, wMandatoryIf, wMandatoryIfSpace, wTooLong, wSupplierUnknown, wCommitmentRequired,
		wFutureDate, wTooLongOthers, wNoAttachment,
		wRecipientUnknown, wDuplicate, wServiceUnknown, wFramework, wPaymentCode, wCharset, wBadValue, wBadAmount, wTotal,
		wNoInvoice, wTooLarge, wBadArchive, wTooManyFiles, wUnknownSyntax, wNotPDF, wBadPDF, wEncryptedPDF, wNoFacturX, wEmptyFile,
	}
}

func (w Wording) finding(code, path string, args ...any) Finding {
	return Finding{Code: code, Path: path, Text: fmt.Sprintf(w.Text, args...), Evidence: w.Evidence}
}

func (w Wording) technical(code, file string, args ...any) TechnicalError {
	return TechnicalError{Code: code, Libelle: fmt.Sprintf(w.Text, args...), Nature: natureBlocking, File: file, Evidence: w.Evidence}
}

package chorus

import (
	"errors"
	"net/http"

	"chorus-qualif/server/qualif"
)

// The operations by which people enter invoices and act on them.
const (
	opSoumettre         = "soumettreFacture"
	opCompleter         = "completerFacture"
	opRecycler          = "recyclerFacture"
	opCorrigerValideur  = "corrigerValideurFacture"
	opTraiterRejets     = "traiterFacturesRejetees"
	opTraiterRecue      = "traiterUneFactureRecue"
	opTraiterAValider   = "traiterFactureAValider"
	opStatutsValideur   = "recupererStatutsFactureVisiblesParValideur"
	opEtatsDeTraitement = "recupererEtatsPossiblesPourTraitement"
)

// The situations in which they refuse, apart from the domain's own.
const (
	fieldMissing     = "field-missing"
	factureState     = "invoice-state"
	statusIncoherent = "status-incoherent"
	dateInvalid      = "date-invalid"
	numberOutOfRange = "number-out-of-range"
	// noteIgnored is no refusal: an instruction in a comment that cannot be
	// followed.
	noteIgnored = "instruction-ignored"
)

// actes are the operations on invoices.
func actes() map[string]Operation {
	return map[string]Operation{
		opSoumettre:         decoded(soumettre),
		opCompleter:         decoded(completer),
		opRecycler:          decoded(recycler),
		opCorrigerValideur:  decoded(corrigerValideur),
		opTraiterRejets:     decoded(traiterRejets),
		opTraiterRecue:      decoded(traiterRecue),
		opTraiterAValider:   decoded(traiterAValider),
		opStatutsValideur:   statutsValideur(),
		opEtatsDeTraitement: decoded(etatsDeTraitement),
	}
}

// situations are the domain's refusals that one answer of the platform covers;
// the others have an answer of their own, under their code.
var situations = map[string]string{
	"invoice-not-draft": factureState, "invoice-not-to-recycle": factureState, "invoice-validator-right": factureState,
	"supplier-out-of-scope": factureOutOfScope,
	"invoice-not-arrived":   statusIncoherent,
	"number-missing":        fieldMissing, "main-file-missing": fieldMissing, "lines-missing": fieldMissing,
	"date-in-future": dateInvalid, "date-out-of-range": dateInvalid,
	"amount-out-of-range": numberOutOfRange, "rate-out-of-range": numberOutOfRange,
}

// refuseActe answers an act that the domain refused: the wire has one refusal,
// the explanation everything that is wrong.
func refuseActe(operation string, err error) Answer {
	var refusal *qualif.Refusal
	if !errors.As(err, &refusal) {
		return Answer{Status: http.StatusInternalServerError, Code: "internal-error", Why: "the change could not be kept"}
	}
	name, ok := situations[refusal.Code]
	if !ok {
		name = refusal.Code
	}
	return *refuse(operation, name, "%s", refusal.Sentences())
}

// agi answers an act that was done; a note that cannot be followed is told beside
// the answer.
func agi(body any, note string) Answer {
	a := Answer{Body: body}
	if _, _, err := qualif.LireConsigne(note); err != nil {
		a.Code, a.Why = noteIgnored, err.Error()
	}
	return a
}

// orEmpty is the text, or "" for none.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

package qualif

import (
	"fmt"
	"strings"
)

// Category groups refusals by what the asker can do about them; adapters map
// it to a status of their protocol, in one place.
type Category int

// The categories.
const (
	// Invalid is a value that can never be right.
	Invalid Category = iota
	// Forbidden is an operation that this person may not do.
	Forbidden
	// Unknown is a thing that does not exist here.
	Unknown
	// Conflict is an operation that the present state does not allow.
	Conflict
)

// Refusal is a command refused: nothing has changed. It is an error with a
// stable code and a message in each language of the portal.
type Refusal struct {
	// Code is stable and unique: "structure-unknown".
	Code string
	// Category is what the asker can do about it.
	Category Category
	// Field is the input it is about, in the words of the JSON API, or "".
	Field string
	// FR and EN are what the portal says.
	FR, EN string
	// Aussi is what else is wrong, where a command looks for every mistake; at
	// most 49 of them.
	Aussi []*Refusal
}

// Sentences is everything that is wrong, in English, the first mistake first.
func (r *Refusal) Sentences() string {
	all := r.EN
	for _, other := range r.Aussi {
		all += " " + other.EN
	}
	return all
}

// maxMistakes bounds what is told of a request in which every line is wrong.
const maxMistakes = 50

// ensemble makes one refusal of several, the first with the others beside it;
// nil of none.
func ensemble(all []*Refusal) *Refusal {
	if len(all) == 0 {
		return nil
	}
	first := *all[0]
	first.Aussi = all[1:min(len(all), maxMistakes)]
	return &first
}

// Error is the code and the English message.
func (r *Refusal) Error() string { return r.Code + ": " + r.EN }

// Message is the refusal in a language: English for a locale that begins with
// "en", else French.
func (r *Refusal) Message(locale string) string {
	if strings.HasPrefix(locale, "en") {
		return r.EN
	}
	return r.FR
}

type refusalText struct {
	category Category
	field    string
	fr, en   string
}

// refusals is the one table of what the portal says when it refuses. No
// public source shows the real wordings: these are ours.
var refusals = map[string]refusalText{
	"structure-unknown":              {Unknown, "siret", "La structure %s est inconnue.", "Structure %s does not exist."},
	"structure-inactive":             {Conflict, "siret", "La structure %s est inactive.", "Structure %s is inactive."},
	"structure-without-siret":        {Conflict, "siret", "La structure %s n'a pas de SIRET : un compte technique ne peut pas y être créé.", "Structure %s has no SIRET: it cannot have a technical account."},
	"not-primary-manager":            {Forbidden, "siret", "Seul le gestionnaire principal de la structure %s peut effectuer cette opération.", "Only the primary manager of structure %s may do this."},
	"account-limit":                  {Conflict, "siret", "La structure %s a déjà un utilisateur technique.", "Structure %s already has a technical user."},
	"account-unknown":                {Unknown, "login", "Le compte technique %s est inconnu.", "Technical account %s does not exist."},
	"account-pending":                {Conflict, "login", "Une demande est déjà en cours sur le compte technique %s : elle sera effective le %s.", "A request is already pending on technical account %s: it takes effect on %s."},
	"account-not-active":             {Conflict, "login", "Le compte technique %s n'est pas actif (statut %s).", "Technical account %s is not active (status %s)."},
	"account-not-inactive":           {Conflict, "login", "Le compte technique %s n'est pas au statut « Inactif » (statut %s).", "Technical account %s is not inactive (status %s)."},
	"reactivation-window-over":       {Conflict, "login", "Le compte technique %s ne peut plus être réactivé : le délai de %d jours est dépassé depuis le %s.", "Technical account %s can no longer be reactivated: the window of %d days ended on %s."},
	"operation-not-offered":          {Conflict, "", "Cette opération n'existe pas dans cette version du portail (%s).", "This generation of the portal (%s) does not offer this operation."},
	"contact-follows-manager":        {Conflict, "contactEmail", "L'adresse de contact du compte technique est celle du gestionnaire principal : modifiez la vôtre.", "The contact address of the technical account is that of the primary manager: change yours."},
	"email-invalid":                  {Invalid, "contactEmail", "« %s » n'est pas une adresse électronique valide.", "%q is not a valid e-mail address."},
	"preparation-unknown":            {Conflict, "preparation", "Le formulaire %s n'existe pas, a expiré ou a déjà été soumis.", "Form %s does not exist, has expired or was submitted already."},
	"preparation-stale":              {Conflict, "preparation", "Le login %s proposé par le formulaire a été attribué entre-temps : préparez une nouvelle demande.", "Login %s, which the form proposed, has been taken since: prepare a new request."},
	"person-unknown":                 {Unknown, "login", "L'utilisateur %s est inconnu.", "User %s does not exist."},
	"person-inactive":                {Conflict, "login", "L'utilisateur %s est inactif.", "User %s is inactive."},
	"person-not-attached":            {Conflict, "login", "L'utilisateur %s n'est pas rattaché à la structure %s.", "User %s is not attached to structure %s."},
	"already-manager":                {Conflict, "login", "L'utilisateur %s est déjà gestionnaire principal de la structure %s.", "User %s is already the primary manager of structure %s."},
	"application-unknown":            {Unknown, "application", "L'application PISTE « %s » est inconnue.", "PISTE application %q does not exist."},
	"raccordement-without-account":   {Conflict, "siret", "La structure %s n'a pas de compte technique : créez-en un avant de déclarer un raccordement.", "Structure %s has no technical account: create one before declaring a connection."},
	"application-invalid":            {Invalid, "", "Application PISTE : %s.", "PISTE application: %s."},
	"main-file-missing":              {Invalid, "pieceJointePrincipale", "Un dépôt en mode %s demande un fichier principal.", "A deposit in mode %s needs a main file."},
	"file-unknown":                   {Unknown, "pieceJointeId", "Le fichier %d n'existe pas.", "File %d does not exist."},
	"invoice-not-draft":              {Conflict, "pieceJointePrincipale", "La facture %d est au statut %s : elle a déjà été soumise.", "Invoice %d is at %s: it was submitted already."},
	"supplier-unknown":               {Unknown, "fournisseur", "Le fournisseur %d n'existe pas.", "Supplier %d does not exist."},
	"supplier-out-of-scope":          {Forbidden, "fournisseur", "Vous n'êtes pas habilité sur la structure fournisseur %s.", "You have no right on supplier %s."},
	"supplier-inactive":              {Conflict, "fournisseur", "La structure fournisseur %s est inactive.", "Supplier %s is inactive."},
	"supplier-service-unknown":       {Unknown, "fournisseur", "Le service %d n'existe pas chez le fournisseur.", "The supplier has no service %d."},
	"recipient-unknown":              {Unknown, "destinataire", "%s n'est pas une structure publique active.", "%q is no active public structure."},
	"service-unknown":                {Unknown, "codeServiceExecutant", "Le service indiqué n'existe pas ou n'est pas actif chez le destinataire %s.", "Recipient %q has no such active service."},
	"service-required":               {Invalid, "codeServiceExecutant", "Le destinataire %s exige un code service.", "Recipient %q demands a service code."},
	"commitment-required":            {Invalid, "numeroBonCommande", "Le destinataire %s exige un numéro d'engagement.", "Recipient %q demands a commitment number."},
	"service-or-commitment-required": {Invalid, "codeServiceExecutant", "Le destinataire %s exige un code service ou un numéro d'engagement.", "Recipient %q demands a service code or a commitment number."},
	"validator-required":             {Invalid, "codeStructureValideur", "Le cadre de facturation %s demande un valideur.", "Framework %s needs a validator."},
	"validator-unknown":              {Unknown, "codeStructureValideur", "Le valideur %s n'est pas une structure active.", "Validator %q is no active structure."},
	"validator-service-unknown":      {Unknown, "codeServiceValideur", "Le valideur n'a pas de service actif %s.", "The validator has no active service %q."},
	"number-missing":                 {Invalid, "numeroFactureSaisi", "Un dépôt en mode %s demande un numéro de facture.", "A deposit in mode %s needs an invoice number."},
	"number-invalid":                 {Invalid, "numeroFactureSaisi", "« %s » n'est pas un numéro de facture : 20 caractères au plus, lettres, chiffres, espaces et - _ / +.", "%q is no invoice number: at most 20 characters, letters, digits, spaces and - _ / +."},
	"number-taken":                   {Conflict, "numeroFactureSaisi", "Le numéro de facture %s est déjà utilisé par ce fournisseur cette année.", "Invoice number %q was used by this supplier this year already."},
	"date-in-future":                 {Invalid, "dateFacture", "La date de facture %s est postérieure au dépôt.", "The invoice's date %s is after its deposit."},
	"date-out-of-range":              {Invalid, "dateFacture", "La date de facture %s n'est pas entre 2000 et 2099.", "The invoice's date %s is not between 2000 and 2099."},
	"field-missing":                  {Invalid, "%s", "Le champ %s est obligatoire.", "Field %s is mandatory."},
	"code-unknown":                   {Invalid, "%s", "La valeur de %s (« %s ») n'est pas dans la liste de la plateforme.", "The value of %s (%q) is not in the platform's list."},
	"amount-out-of-range":            {Invalid, "%s", "Le montant %s (%s) dépasse 19 chiffres dont 6 décimales.", "Amount %s (%s) has more than 19 digits, 6 of them decimals."},
	"rate-out-of-range":              {Invalid, "%s", "Le taux %s (%s) n'est pas compris entre 0 et 100.", "Rate %s (%s) is not between 0 and 100."},
	"lines-missing":                  {Invalid, "lignePoste", "Une facture en mode %s comporte au moins une ligne de poste.", "An invoice in mode %s has at least one line."},
	"bank-account-unknown":           {Unknown, "codeCoordonneesBancairesFournisseur", "Le fournisseur n'a pas de coordonnées bancaires valides %d.", "The supplier has no valid bank account %d."},
	"attachment-incomplete":          {Invalid, "pieceJointeComplementaire", "La pièce jointe %d n'a pas de désignation ou de type.", "Attachment %d has no designation or no type."},
	"parts-incoherent":               {Invalid, "%s", "Le montant %s (%s) n'est pas la somme de ses parties : %s attendu.", "Amount %s (%s) is not the sum of its parts: %s was expected."},
	"total-incoherent":               {Invalid, "montantTtcTotal", "Le montant montantTtcTotal (%s) n'est pas cohérent : %s attendu.", "Amount montantTtcTotal (%s) does not add up: %s was expected."},
	"discount-incoherent":            {Invalid, "montantRemiseGlobaleTTC", "La remise globale (%s) n'est pas comprise entre 0 et le montant TTC (%s).", "The global discount (%s) is not between 0 and the total with VAT (%s)."},
	"due-incoherent":                 {Invalid, "montantAPayer", "Le montant à payer (%s) dépasse le montant TTC, remise déduite (%s).", "The amount due (%s) is more than the total with VAT, less the discount (%s)."},
	"completion-empty":               {Invalid, "pieceJointeComplementaire", "Compléter la facture %d demande une pièce jointe ou un commentaire.", "Completing invoice %d takes an attachment or a comment."},
	"validator-other":                {Invalid, "idValideur", "La structure %d n'est pas le valideur de la facture %d.", "Structure %d is not the validator of invoice %d."},
	"invoice-unknown":                {Unknown, "idFacture", "La facture %d n'existe pas.", "Invoice %d does not exist."},
	"invoice-out-of-scope":           {Forbidden, "idFacture", "Vous n'êtes pas habilité sur la facture %d.", "You have no right on invoice %d."},
	"invoice-not-arrived":            {Conflict, "idFacture", "La facture %d (statut %s) n'est pas encore chez son destinataire.", "Invoice %d (status %s) has not come to its recipient yet."},
	"invoice-not-suspended":          {Conflict, "idFacture", "La facture %d n'est pas suspendue (statut %s).", "Invoice %d is not suspended (status %s)."},
	"invoice-not-to-recycle":         {Conflict, "idFacture", "La facture %d n'est pas à recycler (statut %s).", "Invoice %d is not to be recycled (status %s)."},
	"invoice-validator-right":        {Conflict, "idFacture", "La facture %d n'attend pas d'autre valideur (statut %s).", "Invoice %d needs no other validator (status %s)."},
	"invoice-not-rejected":           {Conflict, "idFacture", "La facture %d n'est pas rejetée (statut %s).", "Invoice %d is not rejected (status %s)."},
	"invoice-not-to-validate":        {Conflict, "idFacture", "La facture %d n'est pas à valider (statut %s).", "Invoice %d is not to be validated (status %s)."},
	"invoice-attachments-fixed":      {Conflict, "idPieceJointeObjet", "Les pièces jointes de la facture %d (statut %s) ne peuvent plus changer.", "The attachments of invoice %d (status %s) can no longer change."},
	"attachment-unknown":             {Unknown, "idPieceJointeObjet", "La pièce jointe %d n'existe pas.", "Attachment %d does not exist."},
	"status-incoherent":              {Conflict, "nouveauStatut", "La facture %d ne peut pas passer de %s à %s.", "Invoice %d cannot go from %s to %s."},
	"reason-missing":                 {Invalid, "motif", "Un motif est obligatoire pour %s.", "A reason is mandatory for %s."},
	"action-unknown":                 {Invalid, "action", "L'action %s n'existe pas.", "Action %q does not exist."},
	"clock-backwards":                {Conflict, "to", "L'horloge est à %s : elle ne peut pas revenir à %s.", "The clock reads %s: it cannot go back to %s."},
	"clock-too-far":                  {Invalid, "to", "%s est au-delà de l'an 9989.", "%s is past the year 9989."},
	"clock-too-early":                {Invalid, "at", "%s est avant l'an 2000.", "%s is before the year 2000."},
	"clock-until-unknown":            {Invalid, "until", "« %s » n'est ni next ni idle.", "%q is neither next nor idle."},
	"due-unknown":                    {Unknown, "due", "Rien n'est prévu sous le numéro %d.", "Nothing is due under number %d."},
	"clock-rate-invalid":             {Invalid, "rate", "%s n'est pas une vitesse d'horloge.", "%s is no clock rate."},
}

// maxShown is how many bytes of a text a refusal shows: a client may have sent
// megabytes.
const maxShown = 200

// refuse makes the refusal of that code; the values fill both messages.
func refuse(code string, values ...any) *Refusal {
	text, ok := refusals[code]
	if !ok {
		panic("no refusal is called " + code)
	}
	for i, v := range values {
		if long, isText := v.(string); isText && len(long) > maxShown {
			values[i] = strings.ToValidUTF8(long[:maxShown], "") + "…"
		}
	}
	return &Refusal{
		Code: code, Category: text.category, Field: text.about(values),
		FR: fmt.Sprintf(text.fr, values...), EN: fmt.Sprintf(text.en, values...),
	}
}

// about is the field, which the first value names where several may be meant.
func (t refusalText) about(values []any) string {
	if t.field == "%s" {
		return fmt.Sprint(values[0])
	}
	return t.field
}

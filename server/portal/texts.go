package portal

import (
	"fmt"
	"time"

	"golang.org/x/text/language"

	"chorus-qualif/server/qualif"
)

// locale is a language of the portal.
type locale string

// The languages: French, and English for those who ask for it.
const (
	french  locale = "fr"
	english locale = "en"
)

// languages lists the portal's languages, the default first, in the order of
// newMatcher.
var languages = []locale{french, english}

func newMatcher() language.Matcher {
	return language.NewMatcher([]language.Tag{language.French, language.English})
}

// spoken chooses the language from Accept-Language (RFC 9110 §12.5.4): French
// unless English is preferred to it. A header that cannot be read asks for
// nothing.
func (p *Portal) spoken(acceptLanguage string) locale {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return french
	}
	_, chosen, _ := p.matcher.Match(tags...)
	return languages[chosen]
}

type sentence struct{ fr, en string }

// sentences is the one table of what the portal says, but for its refusals.
var sentences = oneTable(confirmations, commonTexts, texts2022, texts2020)

func oneTable(parts ...map[string]sentence) map[string]sentence {
	all := map[string]sentence{}
	for _, part := range parts {
		for key, text := range part {
			if _, twice := all[key]; twice {
				panic("two sentences are called " + key)
			}
			all[key] = text
		}
	}
	return all
}

// confirmations are what the portal says when it accepts. No public source shows
// the real wordings: these are ours.
var confirmations = map[string]sentence{
	"created": {
		"Votre demande de création du compte technique %s a bien été prise en compte.",
		"Your request to create technical account %s has been registered."},
	"password-reset": {
		"Votre demande de réinitialisation du mot de passe du compte technique %s a bien été prise en compte.",
		"Your request to reset the password of technical account %s has been registered."},
	"deactivated": {
		"Votre demande de désactivation du compte technique %s a bien été prise en compte.",
		"Your request to deactivate technical account %s has been registered."},
	"activated": {
		"Votre demande d'activation du compte technique %s a bien été prise en compte.",
		"Your request to reactivate technical account %s has been registered."},
	"contact-changed": {
		"Votre demande de changement de l'email du contact du compte technique %s a bien été prise en compte.",
		"Your request to change the contact e-mail of technical account %s has been registered."},
	"my-contact-changed": {
		"Votre adresse de contact a bien été modifiée.",
		"Your contact address has been changed."},
	"manager-transferred": {
		"Le rôle de gestionnaire principal de la structure %s a bien été transféré à %s.",
		"The role of primary manager of structure %s has been handed to %s."},
	"effective-at-once": {"Elle est effective immédiatement.", "It is effective immediately."},
	"effective-later":   {"Elle sera effective dans %d minutes.", "It will be effective in %d minutes."},
}

// say is a sentence of the table; the values fill it. What only a generation
// without English says is in French.
func (l locale) say(key string, values ...any) string {
	s, ok := sentences[key]
	if !ok {
		panic("no sentence is called " + key)
	}
	if l == english && s.en != "" {
		return fmt.Sprintf(s.en, values...)
	}
	return fmt.Sprintf(s.fr, values...)
}

// effect tells when a request takes effect; the generations count delays in
// minutes.
func (l locale) effect(delay time.Duration) string {
	if delay <= 0 {
		return l.say("effective-at-once")
	}
	return l.say("effective-later", int(delay/time.Minute))
}

type refusalText struct {
	category qualif.Category
	field    string
	sentence
}

// refusals is the one table of what the portal itself refuses, before any
// command reaches the domain.
var refusals = map[string]refusalText{
	"sandbox-unknown": {qualif.Unknown, "X-Sandbox", sentence{
		"Il n'y a pas de bac à sable nommé « %s » sur ce serveur.", "This server has no sandbox named %q."}},
	"login-required": {qualif.Forbidden, "", sentence{
		"Connectez-vous avec le login et le mot de passe d'un utilisateur du portail (HTTP Basic).",
		"Log in with the login and password of a person of the portal (HTTP Basic)."}},
	"authorization-repeated": {qualif.Forbidden, "", sentence{
		"L'en-tête Authorization est présent %d fois.", "The header Authorization is there %d times."}},
	"authorization-not-basic": {qualif.Forbidden, "", sentence{
		"L'en-tête Authorization n'est pas de la forme « Basic <base64> » : le portail n'accepte pas les jetons.",
		"The header Authorization is not of the form Basic <base64>: the portal takes no tokens."}},
	"authorization-not-base64": {qualif.Forbidden, "", sentence{
		"L'en-tête Authorization ne contient pas de base64 standard après « Basic ».",
		"The header Authorization has no standard base64 after Basic."}},
	"authorization-not-utf8": {qualif.Forbidden, "", sentence{
		"L'en-tête Authorization ne contient pas de l'UTF-8 en base64.", "The header Authorization is not the base64 of UTF-8."}},
	"authorization-without-colon": {qualif.Forbidden, "", sentence{
		"L'en-tête Authorization n'a pas de « : » entre le login et le mot de passe.",
		"The header Authorization has no colon between the login and the password."}},
	"authorization-control-character": {qualif.Forbidden, "", sentence{
		"Le login ou le mot de passe contient un caractère de contrôle, par exemple un retour à la ligne.",
		"The login or the password has a control character, such as a newline."}},
	"login-refused": {qualif.Forbidden, "", sentence{"Login ou mot de passe incorrect.", "Login or password incorrect."}},
	"login-attempts": {qualif.Forbidden, "", sentence{
		"Trop de tentatives (%d) avec un mot de passe incorrect : ce compte peut se reconnecter à partir du %s.",
		"Too many attempts (%d) with a wrong password: this account may log in again from %s."}},
	"account-not-here": {qualif.Unknown, "login", sentence{
		"L'utilisateur technique « %s » n'existe pas sur la structure %s.", "Technical user %q does not exist on structure %s."}},
	"reset-not-primary-manager": {qualif.Forbidden, "siret", sentence{
		"Seul le gestionnaire principal de la structure %s peut effectuer cette opération.", "Only the primary manager of structure %s may do this."}},
	"login-inactive": {qualif.Forbidden, "", sentence{
		"Le compte utilisateur %s est inactif.", "User account %s is inactive."}},
	"technical-account-cannot-log-in": {qualif.Forbidden, "", sentence{
		"Le compte technique %s ne permet pas de se connecter au portail : il ne sert que pour les appels API.",
		"Technical account %s cannot log in to the portal: it is for API calls only."}},
	"structure-unknown": {qualif.Unknown, "siret", sentence{
		"La structure %s est inconnue.", "Structure %s does not exist."}},
	"not-primary-manager": {qualif.Forbidden, "siret", sentence{
		"Seul le gestionnaire principal de la structure %s peut consulter ses comptes techniques.",
		"Only the primary manager of structure %s may see its technical accounts."}},
}

// refusal is the refusal of that code; the values fill both sentences.
func refusal(code string, values ...any) *qualif.Refusal {
	text, ok := refusals[code]
	if !ok {
		panic("no refusal is called " + code)
	}
	return &qualif.Refusal{
		Code: code, Category: text.category, Field: text.field,
		FR: fmt.Sprintf(text.fr, values...), EN: fmt.Sprintf(text.en, values...),
	}
}

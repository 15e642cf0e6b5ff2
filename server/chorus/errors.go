package chorus

import (
	"cmp"
	"fmt"
	"slices"
)

// The situations in which an operation refuses. They are the codes of the
// explanations that stand beside the answers.
const (
	structureNotNamed   = "structure-not-named"
	structureNamedTwice = "structure-named-twice"
	structureUnknown    = "structure-unknown"
	structureOutOfScope = "structure-out-of-scope"
	serviceNotNamed     = "service-not-named"
	serviceUnknown      = "service-unknown"
	serviceOutOfScope   = "service-out-of-scope"
	userNotNamed        = "user-not-named"
	userNamedTwice      = "user-named-twice"
	userUnknown         = "user-unknown"
)

// Refusal is what an operation answers in a situation, with HTTP status 200.
type Refusal struct {
	Operation, Situation string
	CodeRetour           int
	// Message is the code at the beginning of the libelle, "" where none is
	// known; Phrase is the French sentence after it.
	Message, Phrase string
	// Evidence says where the number and the words come from.
	Evidence string
}

// Libelle is what the wire says: "<CODE> - <sentence>", as in the recorded
// answers.
func (r *Refusal) Libelle() string { return libelle(r.Message, r.Phrase) }

func libelle(message, phrase string) string {
	if message == "" {
		return phrase
	}
	return message + " - " + phrase
}

type situation struct{ operation, name string }

type refusalText struct {
	codeRetour      int
	message, phrase string
	evidence        string
}

// The service's own table (annex "Services API") is not public. What is known
// is its shape: 20000 and above, per operation, and "<CODE> - <phrase>". The
// messages of the family GCU_MSG_99 are ours: the real one is GCU, and no
// recorded code has 99.
const (
	likeFlux = "ours; 20001 is what consulterCRDetaille answers for an unknown object (recorded)"
	ours     = "ours"
)

// refusals is the one table of business refusals, a part for each group of
// operations.
var refusals = joined(refusStructures, refusFlux(), refusConsultations(), refusActes(), refusReferentiel())

// joined makes one table of several; a key that is in two of them is a mistake
// of ours.
func joined[K comparable, V any](parts ...map[K]V) map[K]V {
	all := map[K]V{}
	for _, part := range parts {
		for key, value := range part {
			if _, twice := all[key]; twice {
				panic(fmt.Sprintf("%v is declared twice", key))
			}
			all[key] = value
		}
	}
	return all
}

// refusStructures are those of the directory.
var refusStructures = map[situation]refusalText{
	{opConsulterStructure, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
	{opConsulterStructure, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas rattaché à cette structure.", ours},
	{opConsulterStructure, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},

	{opRechercherServices, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
	{opRechercherServices, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas rattaché à cette structure.", ours},
	{opRechercherServices, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},

	{opConsulterService, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
	{opConsulterService, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas rattaché à cette structure.", ours},
	{opConsulterService, serviceUnknown}:      {20003, "GCU_MSG_99.003", "Le service n'existe pas dans cette structure.", ours},
	{opConsulterService, serviceOutOfScope}:   {20004, "GCU_MSG_99.004", "Vous n'êtes pas rattaché à ce service.", ours},
	{opConsulterService, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},
	{opConsulterService, serviceNotNamed}:     {20007, "GCU_MSG_99.007", "L'identifiant du service est obligatoire.", ours},

	{opRechercherEspaces, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
	{opRechercherEspaces, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas rattaché à cette structure.", ours},
	{opRechercherEspaces, serviceUnknown}:      {20003, "GCU_MSG_99.003", "Le service n'existe pas dans cette structure.", ours},
	{opRechercherEspaces, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},
	{opRechercherEspaces, structureNamedTwice}: {20006, "GCU_MSG_99.006", "Un seul identifiant de structure doit être renseigné.", ours},

	{opListerRattachements, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
	{opListerRattachements, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas gestionnaire de cette structure.", ours},
	{opListerRattachements, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},
	{opListerRattachements, structureNamedTwice}: {20006, "GCU_MSG_99.006", "Un seul identifiant de structure doit être renseigné.", ours},
	{opListerRattachements, userUnknown}:         {20008, "GCU_MSG_99.008", "L'utilisateur n'existe pas.", ours},
	{opListerRattachements, userNotNamed}:        {20009, "GCU_MSG_99.009", "L'identifiant de l'utilisateur est obligatoire.", ours},
	{opListerRattachements, userNamedTwice}:      {20010, "GCU_MSG_99.010", "Un seul identifiant d'utilisateur doit être renseigné.", ours},
}

// Refusals lists every business refusal of the package, by operation, then by
// codeRetour: the documentation and its tests read it.
func Refusals() []Refusal {
	all := make([]Refusal, 0, len(refusals))
	for at, text := range refusals {
		all = append(all, Refusal{at.operation, at.name, text.codeRetour, text.message, text.phrase, text.evidence})
	}
	slices.SortFunc(all, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.CodeRetour, b.CodeRetour))
	})
	return all
}

// refuse answers a refusal of the table; why tells a person or a test what the
// answer does not.
func refuse(operation, name, why string, values ...any) *Answer {
	text, ok := refusals[situation{operation, name}]
	if !ok {
		panic("no refusal is declared for " + operation + ", " + name)
	}
	return &Answer{
		Body: Envelope{text.codeRetour, libelle(text.message, text.phrase)},
		Code: name, Why: fmt.Sprintf(why, values...),
	}
}

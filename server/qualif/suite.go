package qualif

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Consigne is what a comment of an invoice asks of the automatic recipient, in
// place of the switch facture.recipient: "[destinataire:reject 2h]". A comment
// without one says nothing.
type Consigne struct {
	// Conduite is a value of the switch facture.recipient.
	Conduite string
	// Pas is the time each step takes; negative when the comment gives none.
	Pas time.Duration
}

// consigneMark begins the instruction in a comment, whatever the case.
const consigneMark = "[destinataire:"

// LireConsigne finds the instruction to the automatic recipient in a comment,
// the first if there are several; false when there is none. The error says what
// is wrong with one that cannot be followed, which is then ignored.
func LireConsigne(comment string) (Consigne, bool, error) {
	at := indexFold(comment, consigneMark)
	if at < 0 {
		return Consigne{}, false, nil
	}
	text, _, closed := strings.Cut(comment[at+len(consigneMark):], "]")
	if !closed {
		return Consigne{}, false, errors.New("the instruction " + consigneMark + " is not closed by ]")
	}
	words := strings.Fields(text)
	wrong := func(err error) (Consigne, bool, error) {
		return Consigne{}, false, fmt.Errorf("the instruction %s%s] is ignored: %w", consigneMark, text, err)
	}
	if len(words) == 0 || len(words) > 2 {
		return wrong(errors.New("want a conduct, and a delay after it or nothing"))
	}
	c := Consigne{Conduite: strings.ToLower(words[0]), Pas: -1}
	if _, known := conduites[c.Conduite]; !known {
		return wrong(fmt.Errorf("%q is none of %s", words[0], strings.Join(Conduites(), ", ")))
	}
	if len(words) == 1 {
		return c, true, nil
	}
	pas, err := delay(words[1])
	if err != nil {
		return wrong(err)
	}
	c.Pas = pas
	return c, true, nil
}

// Conduites lists what the automatic recipient can do, in the order of the
// switch facture.recipient.
func Conduites() []string {
	for _, s := range switches {
		if s.Key == SwitchRecipient {
			return slices.Clone(s.Values)
		}
	}
	return nil
}

// indexFold is where an ASCII text begins in another, whatever the case; -1 when
// it does not.
func indexFold(text, part string) int {
	for i := 0; i+len(part) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// maxDelay bounds a step: ten years.
const maxDelay = 10 * 365 * 24 * time.Hour

// delay reads "90s", "2h30m" or "3j", a number of days.
func delay(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if days, isDays := strings.CutSuffix(text, "j"); isDays {
		var n int
		n, err = strconv.Atoi(days)
		d = time.Duration(min(n, 4000)) * 24 * time.Hour
	}
	if err != nil || d < 0 || d > maxDelay {
		return 0, fmt.Errorf("%q is no delay such as 90s, 2h30m or 3j", text)
	}
	return d, nil
}

// duration is the value of a switch that is a time.
func (s *State) duration(key string) time.Duration {
	d, _ := time.ParseDuration(s.Switches.Get(key)) // the switch's values are checked
	return d
}

// suiteFlux are the states that a flow deposited at an instant comes to: a third
// of the time in each.
func (s *State) suiteFlux(at time.Time) []EtapeFlux {
	third := s.duration(SwitchFluxDuration) / 3
	return []EtapeFlux{
		{Etat: FluxTraiteSE, A: at.Add(third)},
		{Etat: FluxEnCoursTraitement, A: at.Add(2 * third)},
		{A: at.Add(3 * third)},
	}
}

// acheminement is how an invoice gets to its recipient, and what the automatic
// recipient then makes of it.
func (s *State) acheminement(f *Facture) []Etape {
	half := s.duration(SwitchRouting) / 2
	return append([]Etape{
		{Statut: StatutEnCoursAcheminement, Apres: half},
		{Statut: StatutMiseADisposition, Apres: half},
	}, s.conduite(f)...)
}

// validationDays is how long a validator has: without an answer the invoice is
// taken for accepted (AIFE, community, "Gérer les factures de
// sous-traitance/cotraitance": 15 days, then the validation is tacit).
const validationDays = 15

// tacite is what becomes of an invoice that its validator leaves alone.
func (s *State) tacite(f *Facture, now time.Time) []Etape {
	return append([]Etape{
		{Statut: StatutAbsenceValidation1, Apres: addDays(now, validationDays).Sub(now)},
		{Statut: StatutDeposee},
	}, s.acheminement(f)...)
}

// conduites is what the automatic recipient does, step by step. After a
// suspension it goes on when the supplier has completed the invoice; one that
// was recycled is then treated along the nominal path.
var conduites = map[string][]Etape{
	"none":    nil,
	"nominal": {{Statut: StatutServiceFait}, {Statut: StatutMandatee}, {Statut: StatutMiseADispositionCompta}, {Statut: StatutComptabilisee}, {Statut: StatutMiseEnPaiement}},
	"pay":     {{Statut: StatutMiseEnPaiement}},
	"suspend": {{Statut: StatutSuspendue, Motif: "Pièce justificative manquante"}, {Statut: StatutMandatee}, {Statut: StatutMiseADispositionCompta}, {Statut: StatutComptabilisee}, {Statut: StatutMiseEnPaiement}},
	"reject":  {{Statut: StatutRejetee, Motif: "Facture non conforme à la commande"}},
	"recycle": {{Statut: StatutARecycler, Motif: "Erreur de destinataire"}},
}

// conduite is what the automatic recipient makes of an invoice.
func (s *State) conduite(f *Facture) []Etape {
	how, pas := s.Switches.Get(SwitchRecipient), s.duration(SwitchRecipientStep)
	if c, told, _ := LireConsigne(f.Commentaire); told {
		how = c.Conduite
		if c.Pas >= 0 {
			pas = c.Pas
		}
	}
	if how == "recycle" && f.passePar(StatutARecycler) {
		how = "nominal"
	}
	recipient, _ := s.data.Structure(f.Destinataire.StructureID)
	var all []Etape
	for _, etape := range conduites[how] {
		if etape.Statut == StatutMiseEnPaiement && recipient != nil && recipient.Parametres.StatutMiseEnPaiementNestPasRemonte {
			continue
		}
		etape.Apres, etape.Destinataire = pas, true
		all = append(all, etape)
	}
	return all
}

// passePar tells whether an invoice has been at a status.
func (f *Facture) passePar(statut Statut) bool {
	return slices.ContainsFunc(f.Historique, func(p Passage) bool { return p.Statut == statut })
}

// avanceFacture brings an invoice to the next status of its own life.
func (t *Transaction) avanceFacture(subject string) {
	id, _ := strconv.ParseInt(subject, 10, 64)
	f, _ := t.s.Facture(id)
	etape := f.Suite[0]
	t.emit(FactureStatut{FactureID: id, Statut: etape.Statut, Motif: etape.Motif, Automatique: etape.Destinataire})
	t.notifyFacture(id)
}

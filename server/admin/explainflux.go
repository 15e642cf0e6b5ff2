package admin

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// The codes of fluxExplained.
const (
	fluxUnknown      = "flux-unknown"
	fluxPending      = "flux-pending"
	fluxIntegrated   = "flux-integrated"
	fluxPartial      = "flux-partial"
	fluxRejected     = "flux-rejected"
	fluxIrreceivable = "flux-irreceivable"
	fluxIncident     = "flux-incident"
)

type fluxExplained struct {
	Numero      string           `json:"numero"`
	Known       bool             `json:"known"`
	Etat        *qualif.EtatFlux `json:"etat"`
	Final       bool             `json:"final"`
	Code        string           `json:"code"`
	Why         string           `json:"why"`
	Remedy      string           `json:"remedy"`
	Syntaxe     string           `json:"syntaxe"`
	File        string           `json:"file"`
	Bytes       int64            `json:"bytes"`
	By          string           `json:"by"`
	DepositedAt *string          `json:"depositedAt"`
	Since       *string          `json:"since"`
	Next        []fluxStep       `json:"next"`
	FileErrors  []fluxError      `json:"fileErrors"`
	Invoices    []fluxInvoice    `json:"invoices"`
	Timeline    []fluxPoint      `json:"timeline"`
}

// fluxStep is a state that the flow comes to by itself; nil is the one that its
// treatment decides.
type fluxStep struct {
	At   string           `json:"at"`
	Etat *qualif.EtatFlux `json:"etat"`
}

type fluxError struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// fluxInvoice is an invoice of the flow: what was read in it, and what became of
// it once it is treated.
type fluxInvoice struct {
	Number    string         `json:"number"`
	Supplier  string         `json:"supplier"`
	Recipient string         `json:"recipient"`
	Accepted  *bool          `json:"accepted"`
	ID        *int64         `json:"identifiantFactureCPP"`
	Statut    *qualif.Statut `json:"statut"`
	Faults    []string       `json:"faults"`
}

type fluxPoint struct {
	At    string           `json:"at"`
	Kind  string           `json:"kind"`
	Event uint64           `json:"event"`
	Etat  *qualif.EtatFlux `json:"etat"`
}

func (a *Admin) explainFlux(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	numero := g.Param("numero")
	events, _, err := sb.Journal(0, 0)
	if err != nil {
		return a.refused(err)
	}
	told := fluxExplained{
		Numero: numero, Code: fluxUnknown, Why: "this sandbox has no such flow: it was deposited in another one, or the sandbox was reset since",
		Remedy: "check the number and the sandbox", Next: []fluxStep{}, FileErrors: []fluxError{}, Invoices: []fluxInvoice{}, Timeline: []fluxPoint{},
	}
	sb.Read(func(v sandboxes.View) {
		f, ok := v.Flux(numero)
		if !ok {
			return
		}
		told.describe(f)
		told.judge(f)
		told.Invoices = invoicesOf(v, f)
		told.Timeline = pastOfFlux(events, numero)
	})
	return wire.JSON(http.StatusOK, told)
}

func (t *fluxExplained) describe(f *qualif.Flux) {
	t.Known, t.Etat, t.Final, t.Syntaxe, t.File, t.Bytes, t.By = true, &f.Etat, f.Etat.Final(), f.Syntaxe, f.Fichier, f.Taille, f.Par
	t.DepositedAt, t.Since = wire.InstantOrNull(f.Le), wire.InstantOrNull(f.Depuis)
	for _, step := range f.Suite {
		next := fluxStep{At: qualif.FormatInstant(step.A)}
		if step.Etat != "" {
			next.Etat = &step.Etat
		}
		t.Next = append(t.Next, next)
	}
	for _, e := range f.Erreurs {
		t.FileErrors = append(t.FileErrors, fluxError{e.Code, e.Libelle})
	}
}

// judge says how the flow ended, or when it will.
func (t *fluxExplained) judge(f *qualif.Flux) {
	accepted := 0
	for i := range f.Resultats {
		if f.Resultats[i].FactureID != 0 {
			accepted++
		}
	}
	switch {
	case !f.Etat.Final():
		t.Code, t.Remedy = fluxPending, "wait, or advance the clock"
		t.Why = fmt.Sprintf("it is %s, and treated on %s; a clock that stands still must be advanced", f.Etat, qualif.FormatInstant(f.Suite[len(f.Suite)-1].A))
	case f.Etat == qualif.FluxIncidente:
		t.Code, t.Why, t.Remedy = fluxIncident, "the switch flux.outcome was incident when it was treated", "set flux.outcome to read, and deposit it again"
	case len(f.Resultats) == 0:
		t.Code, t.Why, t.Remedy = fluxIrreceivable, "no invoice could be read in the file: fileErrors says why", "correct the file, and deposit it again"
	case accepted == 0:
		t.Code, t.Why, t.Remedy = fluxRejected, "each of its invoices was refused: faults says why", "correct the invoices, and deposit them again"
	case f.Etat == qualif.FluxIntegrePartiel:
		t.Code, t.Remedy = fluxPartial, "correct what was refused, and deposit that again"
		t.Why = fmt.Sprintf("%d of the %d invoices that could be read became invoices; the others have faults, files that could not be read have fileErrors", accepted, len(f.Resultats))
	default:
		t.Code, t.Why, t.Remedy = fluxIntegrated, "each of its invoices became an invoice", ""
	}
}

// invoicesOf lists what was read in a flow, or what became of it.
func invoicesOf(v sandboxes.View, f *qualif.Flux) []fluxInvoice {
	all := []fluxInvoice{}
	for i := range f.Lues {
		l := &f.Lues[i]
		all = append(all, fluxInvoice{Number: l.Numero, Supplier: l.Fournisseur.Value, Recipient: l.Destinataire.Value, Faults: append([]string{}, l.Fautes...)})
	}
	for i := range f.Resultats {
		r := &f.Resultats[i]
		accepted := r.FactureID != 0
		one := fluxInvoice{Number: r.Numero, Supplier: r.Fournisseur, Recipient: r.Destinataire, Accepted: &accepted, Faults: append([]string{}, r.Fautes...)}
		if facture, ok := v.Facture(r.FactureID); ok {
			one.ID, one.Statut = &facture.ID, &facture.Statut
		}
		all = append(all, one)
	}
	return all
}

// pastOfFlux is what happened to a flow.
func pastOfFlux(events []qualif.Event, numero string) []fluxPoint {
	points := []fluxPoint{}
	for _, e := range events {
		var etat qualif.EtatFlux
		switch p := e.Payload.(type) {
		case qualif.FluxDepose:
			etat = p.Flux.Etat
		case qualif.FluxAvance:
			etat = p.Etat
		case qualif.FluxTraite:
			etat = p.Etat
		}
		if etat != "" && e.Payload.Subject() == numero {
			points = append(points, fluxPoint{qualif.FormatInstant(e.At), string(e.Payload.Kind()), e.Seq, &etat})
		}
	}
	return points
}

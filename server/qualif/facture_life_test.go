package qualif_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// nominal is what the automatic recipient does to an invoice that it pays.
var nominal = []qualif.Statut{
	qualif.StatutServiceFait, qualif.StatutMandatee, qualif.StatutMiseADispositionCompta, qualif.StatutComptabilisee, qualif.StatutMiseEnPaiement,
}

// arrived is how an invoice gets to its recipient.
var arrived = []qualif.Statut{qualif.StatutDeposee, qualif.StatutEnCoursAcheminement, qualif.StatutMiseADisposition}

// By default an invoice gets to its recipient, and nobody treats it there.
func TestInvoiceIsRouted(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	id := do(sb, saisie(sb)).ID
	sb.pass(5*time.Minute - time.Millisecond)
	sb.wantStatut(id, qualif.StatutDeposee)
	sb.pass(time.Millisecond)
	sb.wantStatut(id, qualif.StatutEnCoursAcheminement)
	sb.pass(5*time.Minute - time.Millisecond)
	sb.wantStatut(id, qualif.StatutEnCoursAcheminement)
	sb.pass(time.Millisecond)
	sb.wantStatut(id, qualif.StatutMiseADisposition)
	sb.pass(400 * 24 * time.Hour)
	f := sb.facture(id)
	wantPath(t, f, arrived...)
	for i, after := range []time.Duration{0, 5 * time.Minute, 10 * time.Minute} {
		if p := f.Historique[i]; !p.Le.Equal(noon.Add(after)) || p.ID != int64(i+1) {
			t.Errorf("got %+v", p)
		}
	}
	if !f.Depuis.Equal(noon.Add(10*time.Minute)) || f.Historique[0].Par != manager || f.Historique[1].Par != "" {
		t.Errorf("got %+v", f)
	}
}

func TestRoutingSwitch(t *testing.T) {
	t.Parallel()
	for value, delay := range map[string]time.Duration{"0s": 0, "1m": time.Minute, "1h": time.Hour, "24h": 24 * time.Hour} {
		sb := facturation(t, withSwitch(qualif.SwitchRouting, value))
		id := do(sb, saisie(sb)).ID
		if delay > 0 {
			sb.pass(delay - time.Millisecond)
			sb.wantStatut(id, qualif.StatutEnCoursAcheminement)
			sb.pass(time.Millisecond)
		}
		sb.wantStatut(id, qualif.StatutMiseADisposition)
	}
}

// conducts are what becomes of an invoice at its recipient's, by the conduct of
// the automatic recipient.
var conducts = map[string][]qualif.Statut{
	"none": nil, "nominal": nominal, "pay": {qualif.StatutMiseEnPaiement}, "suspend": {qualif.StatutSuspendue},
	"reject": {qualif.StatutRejetee}, "recycle": {qualif.StatutARecycler},
}

// The automatic recipient does what the switch says, one step each time.
func TestAutomaticRecipient(t *testing.T) {
	t.Parallel()
	if len(conducts) != len(qualif.Conduites()) {
		t.Errorf("the switch has %v", qualif.Conduites())
	}
	for _, conduct := range qualif.Conduites() {
		for step, every := range map[string]time.Duration{"24h": 24 * time.Hour, "0s": 0, "1m": time.Minute, "1h": time.Hour} {
			sb := facturation(t, withSwitch(qualif.SwitchRecipient, conduct), withSwitch(qualif.SwitchRecipientStep, step))
			id := do(sb, saisie(sb)).ID
			sb.pass(10 * time.Minute)
			want := slices.Clone(arrived)
			for _, statut := range conducts[conduct] {
				if every > 0 {
					sb.pass(every - time.Millisecond)
					wantPath(t, sb.facture(id), want...)
					sb.pass(time.Millisecond)
				}
				want = append(want, statut)
				if every > 0 {
					wantPath(t, sb.facture(id), want...)
				}
			}
			sb.pass(100 * 24 * time.Hour)
			f := sb.facture(id)
			wantPath(t, f, want...)
			if last := f.Historique[len(f.Historique)-1]; f.Statut.ExigeMotif() != (last.Commentaire != "") {
				t.Errorf("%s: its reason is %q", conduct, last.Commentaire)
			}
		}
	}
}

// A recipient that does not tell of its payments stops before.
func TestAutomaticRecipientWithoutPayments(t *testing.T) {
	t.Parallel()
	for conduct, want := range map[string]qualif.Statut{"nominal": qualif.StatutComptabilisee, "pay": qualif.StatutMiseADisposition} {
		sb := facturation(t, withSwitch(qualif.SwitchRecipient, conduct))
		c := saisie(sb)
		c.Destinataire.Value = unpaid
		id := do(sb, c).ID
		sb.pass(30 * 24 * time.Hour)
		sb.wantStatut(id, want)
	}
}

// A comment tells the automatic recipient what the switch does not.
func TestInstructionInAComment(t *testing.T) {
	t.Parallel()
	for _, deposit := range []string{"entered", "flow"} {
		sb := facturation(t, withSwitch(qualif.SwitchRecipient, "pay"), withSwitch(qualif.SwitchRouting, "0s"))
		send := func(comment string) int64 {
			if deposit == "flow" {
				return flowed(sb, comment)
			}
			c := saisie(sb)
			c.Facture.Commentaire = comment
			return do(sb, c).ID
		}
		soon, none, wrong := send("Merci [destinataire:reject 2h] de payer"), send("[destinataire:none]"), send("[destinataire:reject soon]")
		sb.to(sb.facture(soon).Depuis.Add(2*time.Hour - time.Millisecond))
		for _, id := range []int64{soon, none, wrong} {
			sb.wantStatut(id, qualif.StatutMiseADisposition)
		}
		sb.pass(time.Millisecond)
		sb.wantStatut(soon, qualif.StatutRejetee)
		sb.to(sb.facture(wrong).Depuis.Add(24 * time.Hour))
		sb.wantStatut(none, qualif.StatutMiseADisposition)
		sb.wantStatut(wrong, qualif.StatutMiseEnPaiement)
	}
}

// flowed is an invoice that came in a flow with a note.
func flowed(sb *sandbox, note string) int64 {
	sb.t.Helper()
	n := len(sb.Factures())
	flux := do(sb, qualif.DeposerFlux{
		Pour: pour(sb, manager), Interface: "1117", Syntaxe: "IN_DP_E2_CII_FACTURX", Fichier: "f.pdf",
		Lues: []qualif.FactureLue{lue(sb, fmt.Sprint("FX-", n), note)},
	})
	sb.pass(3 * time.Second)
	ids := sb.FacturesDuFlux(flux.Numero)
	if len(ids) != 1 {
		sb.t.Fatalf("the flow became %v", ids)
	}
	return ids[0]
}

func lue(sb *sandbox, numero, note string) qualif.FactureLue {
	return qualif.FactureLue{
		Numero: numero, Type: "FACTURE", ModeDepot: "EDI_MIXTE", DateFacture: paris(sb.now.In(qualif.Paris).Format(time.DateOnly) + " 00:00:00"),
		Fournisseur: qualif.Identifier{Type: qualif.SIRET, Value: supplier}, Destinataire: qualif.Identifier{Type: qualif.SIRET, Value: anything},
		Cadre: "A1_FACTURE_FOURNISSEUR", Devise: "EUR", Commentaire: note, Montants: qualif.Montants{HT: montant("10"), APayer: montant("12")},
		Pieces: []qualif.PieceJointe{{Nom: "f.pdf", Extension: "PDF"}},
	}
}

// A suspension lasts until the supplier answers; the recipient then goes on.
func TestSuspensionAndCompletion(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "suspend"), withSwitch(qualif.SwitchRecipientStep, "1h"))
	by := pour(sb, manager)
	id := do(sb, saisie(sb)).ID
	refused(sb, "invoice-not-suspended", qualif.Completer{Pour: by, FactureID: id, Commentaire: new(string)})
	sb.pass(100 * 24 * time.Hour)
	sb.wantStatut(id, qualif.StatutSuspendue)
	piece := do(sb, qualif.AjouterFichier{Pour: by, Piece: qualif.PieceJointe{Nom: "bon.pdf"}})
	link := qualif.PieceLiee{PieceID: piece.ID, Designation: "Bon", Type: "DIVERS"}

	refused(sb, "invoice-unknown", qualif.Completer{Pour: by, FactureID: 1})
	refused(sb, "invoice-out-of-scope", qualif.Completer{Pour: pour(sb, buyer), FactureID: id, Commentaire: new(string)})
	refused(sb, "completion-empty", qualif.Completer{Pour: by, FactureID: id, Pieces: []qualif.PieceLiee{}})
	wrong := refused(sb, "file-unknown", qualif.Completer{Pour: by, FactureID: id, Pieces: []qualif.PieceLiee{link, {PieceID: 3}, {PieceID: piece.ID}}})
	if got := codesOf(wrong); !slices.Equal(got, []string{"file-unknown", "attachment-incomplete", "attachment-incomplete"}) {
		t.Errorf("got %v", got)
	}
	comment := "Le bon demandé"
	f := do(sb, qualif.Completer{Pour: by, FactureID: id, Commentaire: &comment, Pieces: []qualif.PieceLiee{link, link}})
	if f.Statut != qualif.StatutCompletee || f.Commentaire != comment || len(f.Complementaires) != 2 || f.Complementaires[1].LienID != 3310002 {
		t.Errorf("got %+v", f)
	}
	sb.pass(time.Hour)
	sb.wantStatut(id, qualif.StatutMandatee)
	sb.pass(3 * time.Hour)
	wantPath(t, sb.facture(id), append(slices.Clone(arrived), qualif.StatutSuspendue, qualif.StatutCompletee, qualif.StatutMandatee,
		qualif.StatutMiseADispositionCompta, qualif.StatutComptabilisee, qualif.StatutMiseEnPaiement)...)
}

// The comment of a completion may tell the recipient otherwise.
func TestCompletionWithAnInstruction(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "suspend"), withSwitch(qualif.SwitchRecipientStep, "0s"))
	by := pour(sb, manager)
	for comment, want := range map[string]qualif.Statut{
		"[destinataire:reject 1h]": qualif.StatutRejetee, "[destinataire:none]": qualif.StatutCompletee,
		"[destinataire:suspend 0s]": qualif.StatutSuspendue, "[destinataire:dance]": qualif.StatutMiseEnPaiement, "": qualif.StatutMiseEnPaiement,
	} {
		id := sb.disposable(qualif.StatutSuspendue)
		do(sb, qualif.Completer{Pour: by, FactureID: id, Commentaire: &comment})
		sb.pass(time.Hour)
		sb.wantStatut(id, want)
	}
}

// disposable is an invoice that the automatic recipient brings to a status at
// once.
func (sb *sandbox) disposable(statut qualif.Statut) int64 {
	sb.t.Helper()
	id := do(sb, saisie(sb)).ID
	sb.pass(10 * time.Minute)
	sb.wantStatut(id, statut)
	return id
}

// A recycled invoice sets out again, to another recipient.
func TestRecycling(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "recycle"), withSwitch(qualif.SwitchRecipientStep, "0s"))
	by := pour(sb, manager)
	id := do(sb, saisie(sb)).ID
	refused(sb, "invoice-not-to-recycle", qualif.Recycler{Pour: by, FactureID: id})
	sb.pass(time.Hour)
	sb.wantStatut(id, qualif.StatutARecycler)
	to := qualif.Identifier{Type: qualif.SIRET, Value: both}
	refused(sb, "invoice-unknown", qualif.Recycler{Pour: by, FactureID: 1})
	refused(sb, "invoice-out-of-scope", qualif.Recycler{Pour: pour(sb, buyer), FactureID: id})
	refused(sb, "recipient-unknown", qualif.Recycler{Pour: by, FactureID: id, Destinataire: qualif.Identifier{Type: qualif.SIRET, Value: partner}})
	refused(sb, "service-unknown", qualif.Recycler{Pour: by, FactureID: id, Destinataire: to, CodeService: "X"})
	refused(sb, "commitment-required", qualif.Recycler{Pour: by, FactureID: id, Destinataire: to, CodeService: "EJ"})
	comment := "Corrigé"
	f := do(sb, qualif.Recycler{Pour: by, FactureID: id, Destinataire: to, CodeService: "EJ", Commentaire: &comment,
		References: qualif.References{NumeroBonCommande: "EJ1", ModePaiement: "CHEQUE"}})
	if f.Statut != qualif.StatutDeposee || f.Destinataire != (qualif.Partie{StructureID: bothID, ServiceID: 2051}) || f.NumeroBonCommande != "EJ1" ||
		f.ModePaiement != "CHEQUE" || f.Devise != "EUR" || f.Commentaire != comment || !f.DateDepot.Equal(sb.now) {
		t.Errorf("got %+v", f)
	}
	if len(sb.FacturesPour(anythingID)) != 0 || !slices.Equal(sb.FacturesPour(bothID), []int64{id}) {
		t.Errorf("got %v, %v", sb.FacturesPour(anythingID), sb.FacturesPour(bothID))
	}
	// It is not recycled over and over: the recipient treats it now.
	sb.pass(24 * time.Hour)
	wantPath(t, sb.facture(id), slices.Concat(arrived, []qualif.Statut{qualif.StatutARecycler}, arrived, nominal)...)
}

// Without another recipient the invoice goes back to the same one, and to the
// same service unless another is named.
func TestRecyclingToTheSameRecipient(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "recycle"), withSwitch(qualif.SwitchRecipientStep, "0s"))
	c := saisie(sb)
	c.Destinataire.Value, c.CodeService, c.Facture.NumeroBonCommande = both, "EJ", "EJ1"
	id := do(sb, c).ID
	sb.pass(time.Hour)
	f := do(sb, qualif.Recycler{Pour: c.Pour, FactureID: id})
	if f.Destinataire != (qualif.Partie{StructureID: bothID, ServiceID: 2051}) || f.NumeroBonCommande != "EJ1" || f.Commentaire != "" {
		t.Errorf("got %+v", f)
	}
	other := do(sb, c).ID
	sb.pass(time.Hour)
	refused(sb, "service-unknown", qualif.Recycler{Pour: c.Pour, FactureID: other, CodeService: "X"})
	if f := do(sb, qualif.Recycler{Pour: c.Pour, FactureID: other, Destinataire: c.Destinataire}); f.Destinataire.ServiceID != 0 {
		t.Errorf("a recipient named alone is meant without a service: got %+v", f.Destinataire)
	}
}

// What a person does comes in place of what the automatic recipient was to do.
func TestPersonStopsTheAutomaticRecipient(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "nominal"))
	f := sb.disposition(saisie(sb))
	do(sb, qualif.TraiterRecue{Pour: pour(sb, buyer), FactureID: f.ID, Statut: qualif.StatutMandatee, NumeroDPMandat: "M1"})
	sb.pass(30 * 24 * time.Hour)
	sb.wantStatut(f.ID, qualif.StatutMandatee)
	if got := sb.facture(f.ID); got.NumeroDPMandat != "M1" || len(sb.Due(time.Time{})) != 0 {
		t.Errorf("got %+v, due %v", got, sb.Due(time.Time{}))
	}
}

func TestRejectionIsTakenNoteOf(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "reject"), withSwitch(qualif.SwitchRecipientStep, "0s"))
	by := pour(sb, manager)
	one, two := sb.disposable(qualif.StatutRejetee), sb.disposable(qualif.StatutRejetee)
	fresh := do(sb, saisie(sb)).ID
	refused(sb, "invoice-not-rejected", qualif.TraiterRejets{Pour: by, IDs: []int64{one, fresh}})
	refused(sb, "invoice-unknown", qualif.TraiterRejets{Pour: by, IDs: []int64{one, 1}})
	refused(sb, "invoice-out-of-scope", qualif.TraiterRejets{Pour: pour(sb, buyer), IDs: []int64{one}})
	do(sb, qualif.TraiterRejets{Pour: by, IDs: []int64{one, two, one}})
	do(sb, qualif.TraiterRejets{Pour: by, IDs: []int64{one}})
	for _, id := range []int64{one, two} {
		f := sb.facture(id)
		if !f.RejetTraite || len(f.Actions) != 1 || f.Actions[0].Code != qualif.ActionTraiteRejet || f.Actions[0].Par != manager || f.Statut != qualif.StatutRejetee {
			t.Errorf("got %+v", f)
		}
	}
}

// Complementary attachments can be taken away while they may change.
func TestDetaching(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "suspend"), withSwitch(qualif.SwitchRecipientStep, "0s"))
	by := pour(sb, manager)
	piece := do(sb, qualif.AjouterFichier{Pour: by, Piece: qualif.PieceJointe{Nom: "x"}})
	c := saisie(sb)
	c.Facture.Complementaires = []qualif.PieceLiee{{PieceID: piece.ID, Designation: "a", Type: "t"}, {PieceID: piece.ID, Designation: "b", Type: "t"}}
	f := do(sb, c)
	first, second := f.Complementaires[0].LienID, f.Complementaires[1].LienID
	refused(sb, "invoice-attachments-fixed", qualif.DetacherPiece{Pour: by, LienID: first})
	sb.pass(time.Hour)
	sb.wantStatut(f.ID, qualif.StatutSuspendue)
	refused(sb, "attachment-unknown", qualif.DetacherPiece{Pour: pour(sb, buyer), LienID: first})
	do(sb, qualif.DetacherPiece{Pour: by, LienID: first})
	refused(sb, "attachment-unknown", qualif.DetacherPiece{Pour: by, LienID: first})
	do(sb, qualif.DetacherPiece{Pour: by, LienID: second})
	if f := sb.facture(f.ID); len(f.Complementaires) != 0 {
		t.Errorf("got %+v", f.Complementaires)
	}
	if !reflect.DeepEqual(sb.State, sb.replayed()) {
		t.Error("the journal does not rebuild the state")
	}
}

// Nothing of an invoice is left in a sandbox that begins anew, and all of it in
// one that is forked or copied.
func TestForkAndCopyKeepInvoices(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "nominal"))
	sb.disposition(saisie(sb))
	flowed(sb, "[destinataire:suspend 1h]")
	copied := sb.Clone()
	do(sb, qualif.Fork{Name: "fork"})
	sb.pass(2 * time.Hour)
	if got := len(sb.Factures()); got != 2 {
		t.Fatalf("the fork has %d invoices", got)
	}
	sb.wantStatut(8420002, qualif.StatutSuspendue)
	if f, ok := copied.Facture(8420002); !ok || f.Statut != qualif.StatutDeposee {
		t.Errorf("the copy has %+v", f)
	}
	copied.CatchUp(sb.now)
	for _, id := range sb.Factures() {
		got, _ := copied.Facture(id)
		if want := sb.facture(id); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	if !reflect.DeepEqual(sb.State, sb.replayed()) {
		t.Error("the journal does not rebuild the fork")
	}
}

// Whoever did not bring an invoice to its status is told.
func TestInvoiceMails(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "suspend"), withSwitch(qualif.SwitchRecipientStep, "1h"), withSwitch(qualif.SwitchRouting, "0s"))
	by := pour(sb, manager)
	id := do(sb, saisie(sb)).ID
	sb.pass(time.Hour)
	piece := do(sb, qualif.AjouterFichier{Pour: by, Piece: qualif.PieceJointe{Nom: "x"}})
	do(sb, qualif.Completer{Pour: by, FactureID: id, Pieces: []qualif.PieceLiee{{PieceID: piece.ID, Designation: "d", Type: "t"}}})
	sb.pass(24 * time.Hour)
	const seller, buyers = "c.allavoine@mail.example", "acheteur@mail.example"
	var got []string
	for i, m := range sb.Mails() {
		if m.Kind != qualif.MailFactureStatut || m.ID != fmt.Sprint("mail-", i+1) || m.Facture.ID != id || m.Login != manager || m.Siret == "" {
			t.Errorf("got %+v", m)
		}
		got = append(got, m.To+" "+strings.TrimPrefix(m.Subject, "[Chorus Pro] Facture 20260000000000000001 : ")+" "+m.Facture.Motif)
	}
	want := []string{
		buyers + " MISE_A_DISPOSITION ", seller + " SUSPENDUE Pièce justificative manquante", buyers + " COMPLETEE ", seller + " MANDATEE ",
		seller + " MISE_A_DISPOSITION_COMPTABLE ", seller + " COMPTABILISEE ", seller + " MISE_EN_PAIEMENT ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if m := sb.Mails()[1].Facture; m.Fournisseur != "78 RUE D'AUTEUIL" || m.Destinataire != "Destinataire "+anything || m.Statut != qualif.StatutSuspendue {
		t.Errorf("got %+v", m)
	}
}

func TestInvoiceMailsSwitchedOff(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchInvoiceMail, "off"), withSwitch(qualif.SwitchRecipient, "nominal"))
	sb.disposition(saisie(sb))
	sb.pass(30 * 24 * time.Hour)
	if len(sb.Mails()) != 0 {
		t.Errorf("got %d mails", len(sb.Mails()))
	}
	// Nobody manages the recipient: nobody is told.
	sb = facturation(t)
	c := saisie(sb)
	c.Destinataire.Value = state
	sb.disposition(c)
	if len(sb.Mails()) != 0 {
		t.Errorf("got %d mails", len(sb.Mails()))
	}
}

// Several may look into the future of one state at once: copying only reads.
func TestCopiesAtOnce(t *testing.T) {
	t.Parallel()
	sb := facturation(t, withSwitch(qualif.SwitchRecipient, "nominal"))
	for range 5 { // lists with room behind them
		do(sb, saisie(sb))
	}
	var copies sync.WaitGroup
	for range 4 {
		copies.Go(func() {
			copied := sb.Clone()
			copied.CatchUp(sb.now.AddDate(0, 1, 0))
			if _, _, err := qualif.Execute(copied, copied.Now, saisie(sb)); err != nil {
				t.Error(err)
			}
			if f, ok := sb.Facture(8420001); !ok || f.Statut != qualif.StatutDeposee || len(sb.FacturesDe(supplierID)) != 5 {
				t.Errorf("the original has %+v", f)
			}
		})
	}
	copies.Wait()
}

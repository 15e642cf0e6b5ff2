package mailbox_test

import (
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// invoiceNotice is a notification about an invoice's new status.
func invoiceNotice(statut qualif.Statut) *qualif.Mail {
	m := notice(qualif.MailFactureStatut)
	m.PasswordExpiresAt = time.Time{}
	m.Subject = "[Chorus Pro] Facture FA-1 : " + string(statut)
	m.Facture = &qualif.MailFacture{ID: 8420532, Numero: "FA-1", Statut: statut, Motif: "Bon <manquant> & " + strings.Repeat("x", 300), Fournisseur: "HÔTEL <DE> PARIS & FILS", Destinataire: "Mairie"}
	return m
}

// invoiceStatuses are those of which somebody is told.
var invoiceStatuses = []qualif.Statut{
	qualif.StatutMiseADisposition, qualif.StatutCompletee, qualif.StatutAValider1, qualif.StatutValidee1, qualif.StatutAbsenceValidation1, qualif.StatutRefusee1,
	qualif.StatutErreurValideur, qualif.StatutSuspendue, qualif.StatutRejetee, qualif.StatutARecycler, qualif.StatutMandatee,
	qualif.StatutMiseADispositionCompta, qualif.StatutComptabilisee, qualif.StatutMiseEnPaiement,
}

func TestInvoiceLetterSaysEverythingInFrenchThenEnglish(t *testing.T) {
	t.Parallel()
	m := invoiceNotice(qualif.StatutSuspendue)
	m.Facture.Motif = "Bon manquant"
	got := mailbox.Compose(m, "equipe-a").Text
	rest := got
	for _, want := range []string{
		"Facture FA-1 : nouveau statut", "Bonjour,", "Le destinataire a suspendu votre facture.", "Ajoutez la pièce demandée", "Numéro de facture", "FA-1", "8420532",
		"HÔTEL <DE> PARIS & FILS", "Mairie", "SUSPENDUE", "Bon manquant", "dimanche 1er mars 2026 à 9 h 00 (heure de Paris, UTC+1)", "texte du simulateur", "« equipe-a »",
		"Invoice FA-1: new status", "Hello,", "The recipient has suspended your invoice.", "SUSPENDUE", "Bon manquant", "Sunday 1 March 2026 at 09:00 (Paris time, UTC+1)", "simulator's text",
	} {
		_, after, ok := strings.Cut(strings.ReplaceAll(rest, "\n", " "), want)
		if !ok {
			t.Fatalf("the text lacks %q, in that order:\n%s", want, got)
		}
		rest = after
	}
	if strings.Contains(got, "Compte technique") || strings.Contains(got, "Expiration") {
		t.Errorf("the letter speaks of an account:\n%s", got)
	}
}

// Each status has words of its own, in both languages, and a letter that mail
// can carry.
func TestEveryInvoiceLetter(t *testing.T) {
	t.Parallel()
	seen := map[string]qualif.Statut{}
	for _, statut := range invoiceStatuses {
		m := mailbox.Compose(invoiceNotice(statut), "default")
		french, english, _ := strings.Cut(m.Text, "Hello,")
		for _, part := range []string{strings.Split(french, "Bonjour,")[1], english} {
			said := strings.TrimSpace(strings.SplitN(part, "  ", 2)[0])
			if other, twice := seen[said]; twice || strings.HasPrefix(said, "Une facture a changé") || strings.HasPrefix(said, "An invoice has come") {
				t.Errorf("%s says %q, like %s", statut, said, other)
			}
			seen[said] = statut
		}
		for _, bad := range []string{"http:", "https:", "src=", "href=", "<DE>", "<manquant>"} {
			if strings.Contains(m.HTML, bad) {
				t.Errorf("%s: the HTML holds %q", statut, bad)
			}
		}
		if _, err := m.MIME(); err != nil {
			t.Errorf("%s: %v", statut, err)
		}
	}
	if len(seen) != 2*len(invoiceStatuses) {
		t.Errorf("got %d letters", len(seen))
	}
	if text := mailbox.Compose(invoiceNotice("NON_CONFORME"), "default").Text; !strings.Contains(text, "Une facture a changé de statut.") {
		t.Errorf("a status without words: got\n%s", text)
	}
}

// A notification about an invoice is captured like the others, and one that is
// to come is told.
func TestInvoiceMailIsCaptured(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	base := control(t, h)
	sb := h.put(t, "a")
	var by qualif.Principal
	sb.Read(func(v sandboxes.View) {
		a, _ := v.Account(account)
		by = v.Principal(qualif.Verdict{Code: qualif.CodeGranted, Account: a})
	})
	amount := qualif.MontantDe(100)
	if _, err := sandboxes.Do(sb, qualif.Soumettre{
		Pour: by, Destinataire: qualif.Identifier{Type: qualif.SIRET, Value: "28394016572830"},
		Facture: qualif.Facture{
			Type: "FACTURE", ModeDepot: qualif.ModeSaisie, Cadre: "A1_FACTURE_FOURNISSEUR", Devise: "EUR", TypeTVA: "EXONERATION", ModePaiement: "VIREMENT",
			Fournisseur: qualif.Partie{StructureID: by.Structures[0].ID}, Lignes: []qualif.Ligne{{Denomination: "x"}},
			Montants: qualif.Montants{HT: amount, APayer: amount}, Commentaire: "[destinataire:reject 1h]",
		},
	}); err != nil {
		t.Fatal(err)
	}
	status, answer, _, raw := ask(t, "POST", base+"a/mails/wait", `{"event":"invoice-status","text":"rejeté votre facture","timeout":"1ms"}`)
	advance, _ := answer["advance"].(map[string]any)
	if status != 408 || advance["kind"] != "invoice-status" || advance["to"] != "2026-03-01T10:10:00.000+01:00" {
		t.Fatalf("%d %s", status, raw)
	}
	if _, err := sb.Advance(sandboxes.Move{To: start.Add(70 * time.Minute)}); err != nil {
		t.Fatal(err)
	}
	status, answer, _, raw = ask(t, "POST", base+"a/mails/wait", `{"to":"`+contact+`","event":"invoice-status","subject":"REJETEE","timeout":"20s"}`)
	mail, _ := answer["mail"].(map[string]any)
	if status != 200 || mail["subject"] != "[Chorus Pro] Facture 20260000000000000001 : REJETEE" || !strings.Contains(mail["text"].(string), "Facture non conforme à la commande") {
		t.Errorf("%d %s", status, raw)
	}
	if status, _, _, raw := ask(t, "POST", base+"a/mails/wait", `{"subject":"MISE_A_DISPOSITION","timeout":"20s"}`); status != 200 {
		t.Errorf("the recipient is not told: %d %s", status, raw)
	}
}

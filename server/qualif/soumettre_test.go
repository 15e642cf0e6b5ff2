package qualif_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

func TestEnteredInvoiceIsNumberedByThePlatform(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	c := saisie(sb)
	c.Facture.Numero, c.Facture.DateFacture = "MINE", noon.AddDate(0, 0, -3)
	first := do(sb, c)
	if first.Numero != "20260000000000000001" || first.ID != 8420001 || first.Statut != qualif.StatutDeposee ||
		!first.DateFacture.Equal(paris("2026-03-01 00:00:00")) || !first.DateDepot.Equal(noon) || first.Auteur != manager {
		t.Errorf("got %+v", first)
	}
	do(sb, depot(sb, "FA-1")) // numbered by the supplier: it counts for nothing
	if second := do(sb, saisie(sb)); second.Numero != "20260000000000000002" || second.ID != 8420003 {
		t.Errorf("got %s, %d", second.Numero, second.ID)
	}
	sb.to(paris("2026-12-31 23:59:59.999"))
	if last := do(sb, saisie(sb)); last.Numero != "20260000000000000003" {
		t.Errorf("in the last instant of the year in Paris: got %s", last.Numero)
	}
	sb.pass(time.Millisecond)
	if next := do(sb, saisie(sb)); next.Numero != "20270000000000000004" {
		t.Errorf("in the new year in Paris: got %s", next.Numero)
	}
}

// A supplier may have taken the platform's next number himself.
func TestEnteredNumberIsNeverTaken(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	for _, numero := range []string{"20260000000000000001", "20260000000000000002"} {
		do(sb, depot(sb, numero))
	}
	if got := do(sb, saisie(sb)).Numero; got != "20260000000000000003" {
		t.Errorf("got %s", got)
	}
	if !reflect.DeepEqual(sb.State, sb.replayed()) {
		t.Error("the journal does not rebuild the state")
	}
}

// year of issue, SIREN and number are unique together, whatever the case.
func TestNumberIsUniqueByYearAndSIREN(t *testing.T) {
	t.Parallel()
	const twin = 301
	d := withRecipients(unindexed())
	d.Structures = append(d.Structures,
		qualif.Structure{ID: twin, TypeIdentifiant: qualif.SIRET, Identifiant: supplier[:9] + "99999", RaisonSociale: "Même SIREN"},
		qualif.Structure{ID: twin + 1, TypeIdentifiant: qualif.Autre, Identifiant: supplier, RaisonSociale: "Même numéro, autre type"})
	d.Rattachements = append(d.Rattachements,
		qualif.Rattachement{ID: 40, Login: manager, StructureID: twin, Role: qualif.GestionnairePrincipal},
		qualif.Rattachement{ID: 41, Login: manager, StructureID: twin + 1, Role: qualif.GestionnairePrincipal})
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	sb := facturation(t, func(f *qualif.Found) { f.DataSet = d })
	of := func(supplierID int64, at string) func(*qualif.Soumettre) {
		return func(c *qualif.Soumettre) {
			c.Facture.Fournisseur.StructureID, c.Facture.DateFacture = supplierID, paris(at+" 00:00:00")
		}
	}
	first := do(sb, depot(sb, "FA-1", of(supplierID, "2026-02-01")))
	if id, ok := sb.NumeroPris(structureOf(sb, supplierID), 2026, "fa-1"); !ok || id != first.ID {
		t.Errorf("got %d, %v", id, ok)
	}
	for _, taken := range []qualif.Soumettre{
		depot(sb, "FA-1", of(supplierID, "2026-01-01")), depot(sb, "fa-1", of(supplierID, "2026-02-28")), depot(sb, "FA-1", of(twin, "2026-03-01")),
	} {
		refused(sb, "number-taken", taken)
	}
	for _, free := range []qualif.Soumettre{
		depot(sb, "FA-1", of(supplierID, "2025-12-31")), depot(sb, "FA-1", of(branchID, "2026-01-01")), depot(sb, "FA-1", of(twin+1, "2026-01-01")), depot(sb, "FA-2", of(twin, "2026-01-01")),
	} {
		do(sb, free)
	}
}

func structureOf(sb *sandbox, id int64) *qualif.Structure {
	s, _ := sb.Data().Structure(id)
	return s
}

// The number of a rejected invoice is gone for good, unless the switch says
// otherwise.
func TestNumberOfARejectedInvoice(t *testing.T) {
	t.Parallel()
	for value, again := range map[string]bool{"refuse": false, "accept": true} {
		sb := facturation(t, withSwitch(qualif.SwitchNumberReuse, value))
		f := sb.disposition(depot(sb, "FA-1"))
		refused(sb, "number-taken", depot(sb, "FA-1"))
		do(sb, qualif.TraiterRecue{Pour: pour(sb, buyer), FactureID: f.ID, Statut: qualif.StatutRejetee, Motif: "Non"})
		c := depot(sb, "FA-1")
		if !again {
			refused(sb, "number-taken", c)
			continue
		}
		second := do(sb, c)
		refused(sb, "number-taken", depot(sb, "FA-1"))
		if got := sb.FacturesNumerotees("fa-1"); !slices.Equal(got, []int64{f.ID, second.ID}) {
			t.Errorf("got %v", got)
		}
	}
}

func TestInvoiceNumbersAndDates(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	for _, numero := range []string{"A", "12345678901234567890", "a-b_c/d+e f"} {
		do(sb, depot(sb, numero))
	}
	for _, numero := range []string{" ", "123456789012345678901", "FA.1", "FÀ-1", "FA\n1", "№1"} {
		refused(sb, "number-invalid", depot(sb, numero))
	}
	refused(sb, "number-missing", depot(sb, ""))
	at := func(day time.Time) func(*qualif.Soumettre) {
		return func(c *qualif.Soumettre) { c.Facture.DateFacture = day }
	}
	refused(sb, "date-in-future", depot(sb, "F1", at(paris("2026-03-02 00:00:00"))))
	refused(sb, "date-out-of-range", depot(sb, "F1", at(paris("1999-12-31 23:59:59"))))
	refused(sb, "date-out-of-range", depot(sb, "F1", at(time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC))))
	refused(sb, "date-out-of-range", depot(sb, "F1", at(time.Date(2100, 1, 1, 0, 0, 0, 0, qualif.Paris))))
	refused(sb, "field-missing", depot(sb, "F1", at(time.Time{})))
	// An instant stands for its day in Paris.
	for i, day := range []time.Time{paris("2000-01-01 00:00:00"), paris("2026-03-01 23:59:59"), time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC)} {
		f := do(sb, depot(sb, fmt.Sprint("D", i), at(day)))
		if got := f.DateFacture.Format("15:04:05 MST"); !strings.HasPrefix(got, "00:00:00") || f.DateFacture.Location() != qualif.Paris {
			t.Errorf("%s: got %s", day, f.DateFacture)
		}
	}
	if got := sb.facture(8420006).DateFacture; !got.Equal(paris("2026-03-01 00:00:00")) {
		t.Errorf("half past eleven in Greenwich is the next day in Paris: got %s", got)
	}
}

// What a recipient demands follows from its parameters (API reference D.10).
func TestRecipientsDemands(t *testing.T) {
	t.Parallel()
	const none = ""
	for _, test := range []struct{ recipient, service, commitment, want string }{
		{anything, none, none, none}, {anything, none, "EJ1", none}, {anything, "X", none, "service-unknown"},
		{commitment, none, none, "commitment-required"}, {commitment, none, "EJ1", none}, {commitment, "X", "EJ1", "service-unknown"},
		{commitment, "X", none, "service-unknown commitment-required"},
		{service, none, none, "service-required"}, {service, none, "EJ1", "service-required"}, {service, "SERVICE_DEST_SERV_OBL", none, none},
		{service, "service_dest_serv_obl", none, "service-unknown"},
		{either, none, none, "service-or-commitment-required"}, {either, none, "EJ1", none}, {either, "SERVICE_DEST_EJ_OU_SERV_OBL", none, none},
		{either, "SERVICE_DEST_EJ_OU_SERV_OBL", "EJ1", none}, {either, "X", none, "service-unknown"},
		{state, none, none, none}, {state, "SFACETAT", none, none}, {state, "SFACETAT", "EJ1", none},
		{both, "EJ", none, "commitment-required"}, {both, "EJ", "EJ1", none}, {both, "INACTIF", none, "service-unknown"},
		{both, "FINI", none, "service-unknown"}, {both, "FUTUR", none, "service-unknown"},
		{gone, none, none, "recipient-unknown"}, {partner, none, none, "recipient-unknown"}, {"00000000000000", "X", none, "recipient-unknown"},
	} {
		sb := facturation(t)
		c := saisie(sb)
		c.Destinataire.Value, c.CodeService, c.Facture.NumeroBonCommande = test.recipient, test.service, test.commitment
		if test.want == none {
			f := do(sb, c)
			to := structureOf(sb, f.Destinataire.StructureID)
			named, ok := to.Service(f.Destinataire.ServiceID)
			if to.Identifiant != test.recipient || ok != (test.service != none) || ok && named.Code != test.service {
				t.Errorf("%+v: it went to %+v", test, f.Destinataire)
			}
			continue
		}
		codes := strings.Fields(test.want)
		if got := codesOf(refused(sb, codes[0], c)); !slices.Equal(got, codes) {
			t.Errorf("%+v: got %v", test, got)
		}
	}
}

func TestSuppliers(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	with := func(change func(*qualif.Facture)) qualif.Soumettre {
		c := saisie(sb)
		change(&c.Facture)
		return c
	}
	refused(sb, "supplier-unknown", with(func(f *qualif.Facture) { f.Fournisseur.StructureID = 999 }))
	refused(sb, "supplier-out-of-scope", with(func(f *qualif.Facture) { f.Fournisseur.StructureID = partnerID }))
	refused(sb, "supplier-inactive", with(func(f *qualif.Facture) { f.Fournisseur.StructureID = closedID }))
	refused(sb, "supplier-service-unknown", with(func(f *qualif.Facture) { f.Fournisseur.ServiceID = 2031 }))
	refused(sb, "bank-account-unknown", with(func(f *qualif.Facture) { f.CoordonneesBancaires = 1 }))
	refused(sb, "bank-account-unknown", with(func(f *qualif.Facture) { f.CoordonneesBancaires = 144051 }))
	f := do(sb, with(func(f *qualif.Facture) { f.Fournisseur.ServiceID, f.CoordonneesBancaires = 1011, 144050 }))
	if f.Fournisseur != (qualif.Partie{StructureID: supplierID, ServiceID: 1011}) || f.CoordonneesBancaires != 144050 {
		t.Errorf("got %+v", f)
	}
	// Rights follow the manager.
	do(sb, qualif.TransferManager{By: manager, Siret: supplier, To: colleague})
	foreign := saisie(sb)
	foreign.Pour.Structures = sb.ManagedBy(manager)
	refused(sb, "supplier-out-of-scope", foreign)
}

// Everything that is wrong is told at once, the first mistake first.
func TestAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	r := refused(sb, "field-missing", qualif.Soumettre{Pour: pour(sb, manager)})
	if got := len(r.Aussi) + 1; got != 9 || r.Field != "modeDepot" || !strings.HasPrefix(r.Sentences(), "Field modeDepot is mandatory. Field destinataire.codeDestinataire is mandatory.") {
		t.Errorf("got %d mistakes: %s", got, r.Sentences())
	}
	c := depot(sb, "№", func(c *qualif.Soumettre) {
		c.Facture.ModePaiement, c.Facture.Principale.PieceID = "", 7
		c.Facture.Complementaires = []qualif.PieceLiee{{PieceID: 8, Designation: "Bon", Type: "DIVERS"}, {PieceID: c.Facture.Principale.PieceID}}
		c.Facture.Fournisseur.ServiceID, c.Facture.CoordonneesBancaires = 5, 5
		c.Destinataire.Value, c.CodeService = commitment, "X"
		c.Facture.Cadre = "A9_FACTURE_SOUSTRAITANT"
		c.Facture.DateFacture = sb.now.AddDate(0, 0, 1)
		c.Facture.Montants.TTC, c.Facture.Montants.APayer = montant("1"), montant("99999")
	})
	want := []string{"field-missing", "file-unknown", "file-unknown", "file-unknown", "attachment-incomplete", "supplier-service-unknown", "bank-account-unknown",
		"service-unknown", "commitment-required", "validator-required", "date-in-future", "number-invalid", "total-incoherent", "due-incoherent"}
	if got := codesOf(refused(sb, want[0], c)); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestEnteredInvoiceHasALine(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	c := saisie(sb)
	c.Facture.Lignes, c.Facture.TVA = []qualif.Ligne{}, []qualif.LigneTVA{}
	refused(sb, "lines-missing", c)
	sent := depot(sb, "F1")
	sent.Facture.Lignes, sent.Facture.TVA = []qualif.Ligne{}, []qualif.LigneTVA{}
	do(sb, sent)
	if !reflect.DeepEqual(sb.State, sb.replayed()) {
		t.Error("the journal does not rebuild the state")
	}
}

// A PDF deposited before becomes the invoice under the id that it had, once.
func TestDraftIsSentOnce(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	piece := do(sb, qualif.DeposerPDF{Pour: pour(sb, manager), Piece: qualif.PieceJointe{Nom: "f.pdf"}, ModeDepot: "DEPOT_PDF_API"})
	draft, ok := sb.Brouillon(piece.ID)
	if !ok || draft.Statut != qualif.StatutInterpreteeOCR || draft.ID != 8420001 {
		t.Fatalf("got %+v", draft)
	}
	sb.pass(24 * time.Hour)
	sb.wantStatut(draft.ID, qualif.StatutInterpreteeOCR)
	c := depot(sb, "F1", func(c *qualif.Soumettre) { c.Facture.Principale.PieceID = piece.ID })
	sent := do(sb, c)
	wantPath(t, sent, qualif.StatutInterpreteeOCR, qualif.StatutDeposee)
	if sent.ID != draft.ID || len(sb.Factures()) != 1 || !slices.Equal(sb.FacturesDe(supplierID), []int64{draft.ID}) {
		t.Errorf("got %+v; %v", sent, sb.Factures())
	}
	c.Facture.Numero = "F2"
	if r := refused(sb, "invoice-not-draft", c); len(r.Aussi) > 0 {
		t.Errorf("got %v", codesOf(r))
	}
}

func TestFilesAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	foreign := do(sb, qualif.AjouterFichier{Pour: pour(sb, colleague), Piece: qualif.PieceJointe{Nom: "x"}})
	draft := do(sb, qualif.DeposerPDF{Pour: pour(sb, colleague), Piece: qualif.PieceJointe{Nom: "x"}, ModeDepot: "DEPOT_PDF_API"})
	shared := do(sb, qualif.AjouterFichier{Pour: pour(sb, colleague), Piece: qualif.PieceJointe{Nom: "x", StructureID: supplierID}})
	elsewhere := do(sb, qualif.AjouterFichier{Pour: pour(sb, colleague), Piece: qualif.PieceJointe{Nom: "x", StructureID: partnerID}})
	main := func(id int64) qualif.Soumettre {
		return depot(sb, "F1", func(c *qualif.Soumettre) { c.Facture.Principale.PieceID = id })
	}
	for _, id := range []int64{foreign.ID, draft.ID, elsewhere.ID, 0, -1} {
		refused(sb, "file-unknown", main(id))
	}
	f := do(sb, main(shared.ID))
	if f.Principale.LienID != 3310002 { // the draft has the first
		t.Errorf("got %+v", f.Principale)
	}
	refused(sb, "main-file-missing", depot(sb, "F2", func(c *qualif.Soumettre) { c.Facture.Principale = nil }))
	// An entered invoice may have a file too.
	c := saisie(sb)
	c.Facture.Principale = &qualif.PieceLiee{PieceID: shared.ID}
	c.Facture.Complementaires = []qualif.PieceLiee{{PieceID: shared.ID, Designation: "Bon", Type: "DIVERS"}, {PieceID: shared.ID, Designation: "Plan", Type: "DIVERS"}}
	f = do(sb, c)
	if f.Principale.LienID != 3310003 || f.Complementaires[0].LienID != 3310004 || f.Complementaires[1].LienID != 3310005 {
		t.Errorf("got %+v, %+v", f.Principale, f.Complementaires)
	}
}

// What the asker found wrong is told with the rest.
func TestValuesThatAreWrong(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	c := saisie(sb)
	c.CodeService = "X"
	c.Fausses = []qualif.Valeur{
		{Nature: qualif.CodeInconnu, Champ: "references.deviseFacture", Texte: "EURO"},
		{Nature: qualif.TauxHorsBornes, Champ: "ligneTva[0].ligneTvaTauxManuel", Texte: "101"},
	}
	r := refused(sb, "code-unknown", c)
	if got := codesOf(r); !slices.Equal(got, []string{"code-unknown", "rate-out-of-range", "service-unknown"}) || r.Field != "references.deviseFacture" ||
		!strings.Contains(r.Sentences(), `("EURO")`) {
		t.Errorf("got %v: %s", got, r.Sentences())
	}
	// Amounts that could not be read are not added up.
	c = saisie(sb)
	c.Facture.Montants.HT = montant("0")
	c.Fausses = []qualif.Valeur{{Nature: qualif.MontantHorsBornes, Champ: "montantTotal.montantHtTotal", Texte: "1e30"}}
	if got := codesOf(refused(sb, "amount-out-of-range", c)); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

// The certificate of a deposit is the deposit's own, and always the same.
func TestCertificateOfADeposit(t *testing.T) {
	t.Parallel()
	one, two := facturation(t), facturation(t)
	first, again := do(one, saisie(one)).EmpreinteDepot(), do(two, saisie(two)).EmpreinteDepot()
	if first != again {
		t.Errorf("got %x and %x", first, again)
	}
	if second := do(one, saisie(one)).EmpreinteDepot(); second == first {
		t.Error("two deposits have one certificate")
	}
}

// A request of megabytes in which everything is wrong has a refusal of a page.
func TestRefusalsAreShort(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	c := saisie(sb)
	c.Destinataire.Value = strings.Repeat("é", 1<<20)
	for range 100_000 {
		c.Fausses = append(c.Fausses, qualif.Valeur{Champ: "x", Texte: c.Destinataire.Value})
	}
	r := refused(sb, "code-unknown", c)
	if len(r.Aussi) != 49 || len(r.Sentences()) > 30_000 || len(r.FR) > 400 || !strings.Contains(r.FR, "éé…") {
		t.Errorf("got %d mistakes in %d bytes, the first %s", len(r.Aussi)+1, len(r.Sentences()), r.FR)
	}
}

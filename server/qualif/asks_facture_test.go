package qualif_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"chorus-qualif/server/qualif"
)

// factureAsks are what people and the platform do with invoices, flows and
// files. The oracle knows nothing of them: they are watched by the replay.
var factureAsks = []ask{
	{"complete", (*world).completeInvoice},
	{"submit", (*world).submit},
	{"let an invoice move on", (*world).moveOn},
	{"treat", (*world).treat},
	{"recycle", (*world).recycle},
	{"validate", (*world).validate},
	{"detach", (*world).detach},
	{"submit", (*world).submit},
	{"let an invoice move on", (*world).moveOn},
	{"correct a validator", (*world).correctValidator},
	{"deposit a flow", (*world).depositFlow},
	{"take note of rejections", (*world).treatRejections},
	{"treat", (*world).treat},
	{"add a file", (*world).addFile},
	{"note a download", (*world).download},
	{"deposit a PDF", (*world).depositPDF},
	{"submit", (*world).submit},
	{"let an invoice move on", (*world).moveOn},
}

// factureSwitches are the switches on which their lives depend.
var factureSwitches = []string{
	qualif.SwitchFluxDuration, qualif.SwitchFluxOutcome, qualif.SwitchFluxSupplier, qualif.SwitchRouting, qualif.SwitchRecipient,
	qualif.SwitchRecipientStep, qualif.SwitchNumberReuse, qualif.SwitchInvoiceMail,
}

// seldom is true now and then: rapid prefers what comes first.
func (w *world) seldom(what string) bool {
	return rapid.SampledFrom([]bool{false, false, false, false, false, true}).Draw(w.T, what)
}

// principal is on whose behalf something is asked, mostly somebody who may.
func (w *world) principal(mostly string) qualif.Principal {
	login := mostly
	if w.seldom("by somebody else") {
		login = rapid.SampledFrom([]string{manager, colleague, buyer, stranger}).Draw(w.T, "person")
	}
	p, _ := w.sb.Data().Person(login)
	return w.sb.Principal(qualif.Verdict{Code: qualif.CodeGranted, Person: p})
}

// piece is a file, mostly one that is there.
func (w *world) piece() int64 {
	all := w.sb.PiecesJointes()
	if len(all) == 0 || w.seldom("no file") {
		return 7
	}
	return rapid.SampledFrom(all).Draw(w.T, "file")
}

// invoice is one at one of the statuses if there is any, else any.
func (w *world) invoice(statuts ...qualif.Statut) int64 {
	all := w.sb.Factures()
	var fit []int64
	for _, id := range all {
		if f, _ := w.sb.Facture(id); slices.Contains(statuts, f.Statut) {
			fit = append(fit, id)
		}
	}
	if len(fit) > 0 && !w.seldom("unfit") {
		all = fit
	}
	if len(all) == 0 {
		return 1
	}
	return rapid.SampledFrom(all).Draw(w.T, "invoice")
}

func (w *world) comment() string {
	return rapid.SampledFrom([]string{"", "Merci", "[destinataire:nominal 1h]", "[destinataire:suspend 0s]", "[destinataire:recycle]", "[destinataire:reject 2j]",
		"[destinataire:pay 5m]", "[destinataire:none]", "[destinataire:what]"}).Draw(w.T, "comment")
}

// mayComment is a comment, or none.
func (w *world) mayComment() *string {
	if rapid.Bool().Draw(w.T, "without a comment") {
		return nil
	}
	comment := w.comment()
	return &comment
}

// moveOn goes to where an invoice or a flow comes to its next state.
func (w *world) moveOn() {
	for _, d := range w.sb.Due(time.Time{}) {
		if d.Kind == qualif.DueFacture || d.Kind == qualif.DueFlux {
			w.sb.to(d.At)
			w.script = append(w.script, func(sb *sandbox) { sb.to(d.At) })
			return
		}
	}
}

func (w *world) addFile() {
	piece := qualif.PieceJointe{Nom: "f.pdf", Extension: "PDF", Taille: 3, Empreinte: "00"}
	if rapid.Bool().Draw(w.T, "in a structure's space") {
		piece.StructureID = supplierID
	}
	_, _ = play(w, qualif.AjouterFichier{Pour: w.principal(manager), Piece: piece})
}

func (w *world) depositPDF() {
	_, _ = play(w, qualif.DeposerPDF{Pour: w.principal(manager), Piece: qualif.PieceJointe{Nom: "f.pdf"}, ModeDepot: "DEPOT_PDF_API"})
}

// attachments are some complementary ones, few of them wrong.
func (w *world) attachments(what string) []qualif.PieceLiee {
	var all []qualif.PieceLiee
	for range rapid.IntRange(0, 2).Draw(w.T, what) {
		all = append(all, qualif.PieceLiee{PieceID: w.piece(), Designation: "Bon", Type: "DIVERS"})
	}
	return all
}

func (w *world) submit() {
	sb := *w.sb
	c := saisie(&sb)
	c.Pour = w.principal(manager)
	c.Facture.Commentaire, c.Facture.Complementaires = w.comment(), w.attachments("attachments")
	c.Destinataire.Value = rapid.SampledFrom([]string{anything, anything, anything, both, either, unpaid, state, partner}).Draw(w.T, "recipient")
	c.CodeService = rapid.SampledFrom([]string{"", "", "EJ", "SFACETAT", "SERVICE_DEST_EJ_OU_SERV_OBL"}).Draw(w.T, "service")
	c.Facture.NumeroBonCommande = rapid.SampledFrom([]string{"", "EJ1"}).Draw(w.T, "commitment")
	c.Facture.Fournisseur.StructureID = rapid.SampledFrom([]int64{supplierID, supplierID, supplierID, branchID, foreignID, partnerID}).Draw(w.T, "supplier")
	if w.seldom("subcontracted") {
		c.Facture.Cadre, c.Valideur = "A9_FACTURE_SOUSTRAITANT", qualif.Identifier{Type: qualif.SIRET, Value: rapid.SampledFrom([]string{partner, branch, ""}).Draw(w.T, "validator")}
	}
	if rapid.Bool().Draw(w.T, "as a file") {
		c.Facture.ModeDepot = "DEPOT_PDF_API"
		c.Facture.Numero = fmt.Sprintf("%020d", rapid.IntRange(1, 4).Draw(w.T, "number"))
		if rapid.Bool().Draw(w.T, "as the platform numbers") {
			c.Facture.Numero = fmt.Sprint(w.present().Year()) + c.Facture.Numero[4:]
		}
		c.Facture.DateFacture = w.present().AddDate(0, 0, -rapid.IntRange(0, 400).Draw(w.T, "days ago"))
		c.Facture.Principale = &qualif.PieceLiee{PieceID: w.piece(), Designation: "Facture"}
	}
	_, _ = play(w, c)
}

func (w *world) depositFlow() {
	c := qualif.DeposerFlux{Pour: w.principal(manager), Interface: "1117", Syntaxe: "IN_DP_E2_CII_FACTURX", Fichier: "f.pdf", Taille: 5}
	for range rapid.IntRange(0, 3).Draw(w.T, "invoices") {
		one := lue(w.sb, fmt.Sprint("FX-", rapid.IntRange(1, 9).Draw(w.T, "number")), w.comment())
		one.DateFacture = qualifDay(w.present())
		one.Destinataire.Value = rapid.SampledFrom([]string{anything, anything, both, commitment, "1"}).Draw(w.T, "recipient")
		if w.seldom("wrong") {
			one.Fautes = []string{"Un montant est faux."}
		}
		c.Lues = append(c.Lues, one)
	}
	if w.seldom("irreceivable") {
		c.Erreurs = []qualif.ErreurTechnique{{Code: "X", Libelle: "x", Nature: "n"}}
	}
	_, _ = play(w, c)
}

// qualifDay is a day in Paris, at midnight.
func qualifDay(at time.Time) time.Time {
	y, m, d := at.In(qualif.Paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, qualif.Paris)
}

func (w *world) completeInvoice() {
	c := qualif.Completer{Pour: w.principal(manager), FactureID: w.invoice(qualif.StatutSuspendue), Commentaire: w.mayComment(), Pieces: w.attachments("attachments")}
	_, _ = play(w, c)
}

func (w *world) recycle() {
	c := qualif.Recycler{Pour: w.principal(manager), FactureID: w.invoice(qualif.StatutARecycler), Commentaire: w.mayComment()}
	if rapid.Bool().Draw(w.T, "elsewhere") {
		c.Destinataire = qualif.Identifier{Type: qualif.SIRET, Value: rapid.SampledFrom([]string{anything, both, state, partner}).Draw(w.T, "recipient")}
		c.CodeService = rapid.SampledFrom([]string{"", "EJ", "SFACETAT"}).Draw(w.T, "service")
		c.References.NumeroBonCommande = "EJ2"
	}
	_, _ = play(w, c)
}

func (w *world) correctValidator() {
	c := qualif.CorrigerValideur{Pour: w.principal(manager), FactureID: w.invoice(qualif.StatutErreurValideur)}
	c.Valideur = qualif.Identifier{Type: qualif.SIRET, Value: rapid.SampledFrom([]string{partner, branch, closed}).Draw(w.T, "validator")}
	_, _ = play(w, c)
}

func (w *world) validate() {
	_, _ = play(w, qualif.TraiterAValider{
		Pour: w.principal(colleague), FactureID: w.invoice(qualif.StatutAValider1),
		Action: rapid.SampledFrom([]string{qualif.ActionValider, qualif.ActionRefuser, qualif.ActionRefuser, "?"}).Draw(w.T, "action"),
		Motif:  rapid.SampledFrom([]string{"", "AUTRE", qualif.MotifMauvaisValideur, qualif.MotifMauvaisValideur}).Draw(w.T, "reason"),
	})
}

func (w *world) treat() {
	treatable := []qualif.Statut{qualif.StatutMiseADisposition, qualif.StatutCompletee, qualif.StatutMandatee, qualif.StatutServiceFait}
	_, _ = play(w, qualif.TraiterRecue{
		Pour: w.principal(buyer), FactureID: w.invoice(treatable...), NumeroDPMandat: "M1",
		Statut: rapid.SampledFrom([]qualif.Statut{qualif.StatutSuspendue, qualif.StatutSuspendue, qualif.StatutARecycler, qualif.StatutRejetee, qualif.StatutMandatee, qualif.StatutDeposee}).Draw(w.T, "status"),
		Motif:  rapid.SampledFrom([]string{"motif", "motif", ""}).Draw(w.T, "reason"),
	})
}

func (w *world) treatRejections() {
	ids := []int64{w.invoice(qualif.StatutRejetee)}
	if rapid.Bool().Draw(w.T, "two") {
		ids = append(ids, w.invoice(qualif.StatutRejetee))
	}
	_, _ = play(w, qualif.TraiterRejets{Pour: w.principal(manager), IDs: ids})
}

func (w *world) download() {
	_, _ = play(w, qualif.NoterTelechargement{Pour: w.principal(buyer), IDs: []int64{w.invoice(qualif.StatutMiseADisposition)}})
}

func (w *world) detach() {
	links := []int64{1}
	for _, id := range w.sb.Factures() {
		if f, _ := w.sb.Facture(id); len(f.Complementaires) > 0 && (f.Statut == qualif.StatutSuspendue || len(links) == 1) {
			links = append(links, f.Complementaires[0].LienID)
		}
	}
	link := links[len(links)-1]
	if w.seldom("another link") {
		link = rapid.SampledFrom(links).Draw(w.T, "link")
	}
	_, _ = play(w, qualif.DetacherPiece{Pour: w.principal(manager), LienID: link})
}

// checkInvoices looks at the invoices of a life: the lists that searches read
// are what one finds by looking at every invoice, numbers are unique, histories
// are in order, and every change of status is one that somebody may bring about.
func (w *world) checkInvoices() {
	bySupplier, byRecipient, byValidator, byNumber := map[int64][]int64{}, map[int64][]int64{}, map[int64][]int64{}, map[string][]int64{}
	rejected := w.oracle.switches.Get(qualif.SwitchNumberReuse) == "accept"
	numbers, passages := map[string]int64{}, map[int64]bool{}
	for i, id := range w.sb.Factures() {
		f, ok := w.sb.Facture(id)
		if !ok || f.ID != int64(8420001+i) {
			w.Fatalf("invoice %d: got %+v", id, f)
		}
		bySupplier[f.Fournisseur.StructureID] = append(bySupplier[f.Fournisseur.StructureID], id)
		byRecipient[f.Destinataire.StructureID] = append(byRecipient[f.Destinataire.StructureID], id)
		if f.Valideur != nil {
			byValidator[f.Valideur.StructureID] = append(byValidator[f.Valideur.StructureID], id)
		}
		if f.Numero != "" {
			byNumber[f.Numero] = append(byNumber[f.Numero], id)
			key := fmt.Sprint(f.Annee(), f.Fournisseur.StructureID, f.Numero)
			if other, taken := numbers[key]; taken && !rejected {
				w.Fatalf("invoices %d and %d have number %s", other, id, key)
			}
			numbers[key] = id
		}
		if last := f.Historique[len(f.Historique)-1]; last.Statut != f.Statut || !last.Le.Equal(f.Depuis) {
			w.Fatalf("invoice %d is at %s since %s; its history ends with %+v", id, f.Statut, f.Depuis, last)
		}
		for j, p := range f.Historique {
			if passages[p.ID] || j > 0 && (p.Le.Before(f.Historique[j-1].Le) || p.ID <= f.Historique[j-1].ID) {
				w.Fatalf("invoice %d: passage %+v", id, p)
			}
			passages[p.ID] = true
		}
	}
	for id := range w.structures() {
		if !slices.Equal(w.sb.FacturesDe(id), bySupplier[id]) || !slices.Equal(w.sb.FacturesPour(id), byRecipient[id]) || !slices.Equal(w.sb.FacturesAValider(id), byValidator[id]) {
			w.Fatalf("structure %d: got %v, %v, %v; want %v, %v, %v", id, w.sb.FacturesDe(id), w.sb.FacturesPour(id), w.sb.FacturesAValider(id),
				bySupplier[id], byRecipient[id], byValidator[id])
		}
	}
	for number, want := range byNumber {
		if got := w.sb.FacturesNumerotees(number); !slices.Equal(got, want) {
			w.Fatalf("number %s: got %v, want %v", number, got, want)
		}
	}
}

// structures are those of the data set, and 0.
func (w *world) structures() map[int64]bool {
	all := map[int64]bool{0: true}
	for _, s := range w.sb.Data().Structures {
		all[s.ID] = true
	}
	return all
}

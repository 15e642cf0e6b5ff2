package chorus_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/files"
	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// addFile puts a file on the platform as the supplier.
func (p *platform) addFile(nom string, content []byte) int64 {
	p.tb.Helper()
	var answer struct {
		envelope
		ID int64 `json:"pieceJointeId"`
	}
	p.ask(techFournisseur, "ajouterFichierDansSysteme", body(p.tb, object{
		"pieceJointeFichier": b64(content), "pieceJointeNom": nom, "pieceJointeTypeMime": "text/plain", "pieceJointeExtension": "TXT", "idUtilisateurCourant": 0,
	})).created(&answer)
	return answer.ID
}

func TestAjouterFichier(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	first, second := p.addFile("a.txt", []byte("un")), p.addFile("b.txt", []byte("un"))
	if first != 6921001 || second != 6921002 {
		t.Errorf("got %d and %d, want numbers of seven digits that follow each other", first, second)
	}
	if u := p.files.Usage(); u.Files != 1 || u.Bytes != 2 {
		t.Errorf("the same content twice is held as %+v", u)
	}
	p.sandbox.Read(func(v sandboxes.View) {
		got, _ := v.PieceJointe(first)
		want := qualif.PieceJointe{ID: first, Nom: "a.txt", Extension: "TXT", TypeMime: "text/plain", Taille: 2, Empreinte: got.Empreinte, Par: techFournisseur, Le: start}
		same(t, "file", *got, want)
		if content, ok := p.files.Content(got.Empreinte); !ok || string(content) != "un" {
			t.Errorf("content %q, %v", content, ok)
		}
	})
}

func TestAjouterFichierRefusals(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	with := func(key string, value any) string {
		o := object{"pieceJointeFichier": "QQ==", "pieceJointeNom": "a.txt", "pieceJointeExtension": "TXT"}
		o[key] = value
		return body(t, o)
	}
	for name, sent := range map[string]string{
		"name of 51":          with("pieceJointeNom", strings.Repeat("n", 51)),
		"type of 256":         with("pieceJointeTypeMime", strings.Repeat("n", 256)),
		"extension unknown":   with("pieceJointeExtension", "EXE"),
		"extension in lowers": with("pieceJointeExtension", "txt"),
	} {
		if got := p.ask(techFournisseur, "ajouterFichierDansSysteme", sent); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s, want it refused by the contract", name, got.status, got.body)
		}
	}
	p.ask(techFournisseur, "ajouterFichierDansSysteme", with("pieceJointeNom", strings.Repeat("é", 50))).created(&object{})
	largest := bytes.Repeat([]byte("x"), 10<<20)
	p.ask(techFournisseur, "ajouterFichierDansSysteme", with("pieceJointeFichier", b64(largest))).created(&object{})
	p.ask(techFournisseur, "ajouterFichierDansSysteme", with("pieceJointeFichier", b64(append(largest, 'x')))).
		refused(20003, "GDP_MSG_11.022 - La taille du fichier dépasse la taille maximale autorisée.", "file-too-large")
	if got := p.ask(techFournisseur, "ajouterFichierDansSysteme", with("pieceJointeFichier", "!")); got.status != http.StatusBadRequest {
		t.Errorf("what is not base64: got %d %s", got.status, got.body)
	}
	if got := p.ask(techFournisseur, "ajouterFichierDansSysteme", "").explain; got != "file-missing: the request has no pieceJointeFichier, no pieceJointeNom, no pieceJointeExtension" {
		t.Errorf("got %q", got)
	}
}

func TestDeposerPDFToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	for format, mode := range map[string]string{"PDF_NON_SIGNE": "DEPOT_PDF_API", "PDF_SIGNE_PADES": "DEPOT_PDF_SIGNE_API", "PDF_SIGNE_XADES": "DEPOT_PDF_SIGNE_API"} {
		got := p.ask(techFournisseur, "deposerPdfFacture", body(t, object{"fichierFacture": b64(fluxtest.PDF(spec("F"))) + "\n", "nomFichier": "facture.pdf", "formatDepot": format}))
		var answer struct {
			ID int64 `json:"pieceJointeId"`
		}
		got.created(&answer)
		want := fmt.Sprintf(`{"codeRetour":0,"libelle":"GCU_MSG_01_000","numeroFacture":null,"dateFacture":null,"codeDestinataire":null,"codeServiceExecutant":null,`+
			`"codeFournisseur":null,"codeDeviseFacture":null,"typeFacture":"FACTURE","typeTva":null,"numeroBonCommande":null,"montantTtcAvantRemiseGlobalTTC":null,`+
			`"montantAPayer":null,"montantHtTotal":null,"montantTVA":null,"pieceJointeId":%d}`, answer.ID)
		if string(got.body) != want {
			t.Errorf("%s:\ngot  %s\nwant %s", format, got.body, want)
		}
		p.sandbox.Read(func(v sandboxes.View) {
			draft, ok := v.Brouillon(answer.ID)
			if !ok || draft.Statut != qualif.StatutInterpreteeOCR || draft.ModeDepot != mode || draft.Principale.PieceID != answer.ID {
				t.Errorf("%s: got draft %+v, want INTERPRETEE_OCR in mode %s", format, draft, mode)
			}
		})
	}
}

func TestDeposerPDFRefusals(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	ask := func(content []byte, nom string) answered {
		return p.ask(techFournisseur, "deposerPdfFacture", body(t, object{"fichierFacture": b64(content), "nomFichier": nom, "formatDepot": "PDF_NON_SIGNE"}))
	}
	ask([]byte("bonjour"), "a.pdf").refused(20004, "GCU_MSG_99.036 - Le fichier n'est pas un PDF lisible.", "file-not-pdf")
	large := append(fluxtest.PDF(spec("F")), bytes.Repeat([]byte("\n"), 10<<20)...)
	if got := ask(large, "a.pdf"); got.status != http.StatusRequestEntityTooLarge || len(got.body) > 0 || !strings.HasPrefix(got.explain, "file-too-large: ") {
		t.Errorf("more than 10 Mo: got %d %s (%s), want 413 without a body", got.status, got.body, got.explain)
	}
	ask(large[:10<<20], "a.pdf").created(&object{})
	if got := ask(fluxtest.PDF(spec("F")), strings.Repeat("n", 201)); got.status != http.StatusUnprocessableEntity {
		t.Errorf("name of 201: got %d", got.status)
	}
}

// foundPieces is a search of files.
type foundPieces struct {
	envelope
	Liste []struct {
		Designation string `json:"pieceJointeDesignation"`
		Extension   string `json:"pieceJointeExtension"`
		ID          int64  `json:"pieceJointeId"`
		LienID      int64  `json:"pieceJointeObjetId"`
		Code        string `json:"pieceJointeStructureCode"`
		Structure   int64  `json:"pieceJointeStructureId"`
		Raison      string `json:"pieceJointeStructureRaisonSociale"`
		TypeCode    string `json:"pieceJointeTypeCode"`
		TypeLibelle string `json:"pieceJointeTypeLibelle"`
		Utilisateur int64  `json:"pieceJointeUtilisateurId"`
	} `json:"listePiecesJointes"`
	Page pageInfo `json:"parametresRetour"`
}

func (f foundPieces) names() []string {
	var all []string
	for _, piece := range f.Liste {
		all = append(all, piece.Designation)
	}
	return all
}

func (p *platform) findPieces(login, operation string, request object) (f foundPieces) {
	p.tb.Helper()
	p.ask(login, operation, body(p.tb, request)).created(&f)
	return f
}

func TestRechercherMesPieces(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	for _, nom := range []string{"beta.txt", "Alpha.txt", "gamma.txt"} {
		p.addFile(nom, []byte(nom))
	}
	ask := func(request object) foundPieces {
		return p.findPieces(techFournisseur, "rechercherPieceJointeSurMonCompte", request)
	}
	by := func(column, sens string) object {
		return object{"parametresRecherche": object{"triColonne": column, "triSens": sens}}
	}
	for _, test := range []struct {
		request object
		want    []string
	}{
		{object{}, []string{"gamma.txt", "Alpha.txt", "beta.txt"}},
		{by("PieceJointeDesignation", "Ascendant"), []string{"Alpha.txt", "beta.txt", "gamma.txt"}},
		{by("PieceJointeTypeCode", "Ascendant"), []string{"beta.txt", "Alpha.txt", "gamma.txt"}},
		{object{"pieceJointeDesignation": "ALPHA"}, []string{"Alpha.txt"}},
		{object{"pieceJointeTypeId": 104}, []string{"gamma.txt", "Alpha.txt", "beta.txt"}},
		{object{"pieceJointeTypeId": 105}, nil},
		{object{"pieceJointeTypeId": -1}, nil},
		{object{"parametresRecherche": object{"nbResultatsParPage": 2, "pageResultatDemandee": 2}}, []string{"beta.txt"}},
	} {
		if got := ask(test.request); !slices.Equal(got.names(), test.want) {
			t.Errorf("%v: got %v, want %v", test.request, got.names(), test.want)
		}
	}
	one := ask(object{"pieceJointeDesignation": "beta"})
	if got := one.Liste[0]; got.ID != 6921001 || got.Extension != "TXT" || got.LienID != 0 || got.TypeCode != "DIVERS" || got.TypeLibelle != "Pièce jointe standard" || got.Structure != 0 {
		t.Errorf("got %+v", got)
	}
	if one.Page != (pageInfo{1, 1, 10, 1}) {
		t.Errorf("got %+v", one.Page)
	}
	if got := p.findPieces(techSibling, "rechercherPieceJointeSurMonCompte", object{}); len(got.Liste) > 0 {
		t.Errorf("another account sees %v", got.names())
	}
}

func TestRechercherPiecesDeStructure(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	p.addFile("a moi.txt", []byte("x"))
	p.treated(fluxtest.CII(spec("F-1", attaching(bonDeLivraison, fluxtest.File{Name: "plan.txt", MIME: "text/plain", Content: []byte("plan")}))), flux.E1CII16B)
	got := p.findPieces(techSibling, "rechercherPieceJointeStructure", object{"idStructureCPP": 26301001, "parametresRecherche": object{"triSens": "Ascendant"}})
	if !slices.Equal(got.names(), []string{"bon de livraison.pdf", "plan.txt"}) {
		t.Fatalf("got %v", got.names())
	}
	one := got.Liste[0]
	if one.Extension != "PDF" || one.LienID != 3310001 || one.Code != siretFournisseur || one.Structure != 26301001 || one.Raison != "Fournisseur 41783652090157" {
		t.Errorf("got %+v", one)
	}
	if none := p.findPieces(techFournisseur, "rechercherPieceJointeStructure", object{"idStructureCPP": 26301002}); none.Liste == nil || len(none.Liste) > 0 {
		t.Errorf("the other structure has %v, want an empty list", none.names())
	}
	p.ask(techStranger, "rechercherPieceJointeStructure", `{"idStructureCPP":26301001}`).
		refused(20002, "GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure.", "structure-out-of-scope")
}

// download is what telecharger/pieceJointe hands over.
func (p *platform) pieceJointe(login string, request object) []byte {
	p.tb.Helper()
	var answer struct {
		envelope
		Piece string `json:"pieceJointe"`
	}
	p.ask(login, "telechargerPieceJointe", body(p.tb, request)).done(&answer)
	content, err := base64.StdEncoding.DecodeString(answer.Piece)
	if err != nil {
		p.tb.Fatal(err)
	}
	return content
}

func unzipped(t *testing.T, content []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(text)
	}
	return all
}

func TestTelechargerPieceJointe(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	plan := fluxtest.File{Name: "plan.txt", MIME: "text/plain", Content: []byte("plan")}
	pdf := fluxtest.FacturX(spec("F-1", attaching(plan)))
	numero, _ := p.treated(pdf, flux.E2CIIFacturX)
	p.addFile("à moi.txt", []byte("mien"))
	invoice := p.becomes(numero)[0].ID
	ofInvoice := func(avec any) object {
		return object{"objetPieceJointe": "DEMANDE_PAIEMENT", "demandePaiement": object{"avecPiecesJointesComplementaires": avec, "format": "PDF", "listeFacture": []object{{"idFacture": invoice}}}}
	}
	for _, avec := range []any{"NON", nil} {
		if got := p.pieceJointe(techFournisseur, ofInvoice(avec)); !bytes.Equal(got, pdf) {
			t.Errorf("%v: got %d bytes, want the PDF of %d", avec, len(got), len(pdf))
		}
	}
	for _, content := range [][]byte{
		p.pieceJointe(techSibling, ofInvoice("OUI")),
		p.pieceJointe(techFournisseur, object{
			"objetPieceJointe": "STRUCTURE_PIECEJOINTE", "structure": object{"identifiantStructure": siretFournisseur, "typeIdentifiantStructure": "SIRET"},
		}),
	} {
		// The plan is in the PDF twice: beside the data, and in them.
		got := unzipped(t, content)
		if len(got) != 3 || got["1_depot.pdf"] != string(pdf) || got["2_plan.txt"] != "plan" || got["3_plan.txt"] != "plan" {
			t.Errorf("got %d files, want the PDF and the plan twice", len(got))
		}
	}
	if got := p.pieceJointe(techFournisseur, object{"objetPieceJointe": "UTILISATEUR"}); string(got) != "mien" {
		t.Errorf("of the account: got %q", got)
	}
	for _, objet := range []string{"ENGAGEMENT_JURIDIQUE", "SOLLICITATION", "STRUCTURE_MANDAT", "STRUCTURE_COORDONNEE_BANCAIRE"} {
		p.ask(techFournisseur, "telechargerPieceJointe", body(t, object{"objetPieceJointe": objet})).
			refused(20000, "TRA_MSG_00.015 - La recherche n'a retourné aucun résultat", "nothing-found")
	}
	p.ask(techStranger, "telechargerPieceJointe", body(t, ofInvoice("OUI"))).
		refused(20004, "GDP_MSG_11.005 - Vous n'êtes pas habilité sur cette demande de paiement.", "invoice-out-of-scope")
}

// The recipient sees the attachments once the invoice has come to it.
func TestRecipientDownloadsWhatArrived(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	pdf := fluxtest.FacturX(fluxtest.Spec{
		Number: "V-1", Supplier: "00000000000101", Recipient: "20000000000201", Service: "B", Engagement: "EJ-1", IssueDate: "2026-02-27",
	})
	var answer deposited
	p.ask(techAlpha, "deposerFluxFacture", body(t, depositOf(pdf, flux.E2CIIFacturX))).created(&answer)
	p.later(fluxTime)
	all := p.becomes(answer.NumeroFluxDepot)
	if len(all) != 1 {
		t.Fatalf("got %d invoices, want 1", len(all))
	}
	request := object{"objetPieceJointe": "DEMANDE_PAIEMENT", "demandePaiement": object{"listeFacture": []object{{"idFacture": all[0].ID}}}}
	p.ask(techMairie, "telechargerPieceJointe", body(t, request)).
		refused(20004, "GDP_MSG_11.005 - Vous n'êtes pas habilité sur cette demande de paiement.", "invoice-out-of-scope")
	p.later(time.Hour)
	if got := p.pieceJointe(techMairie, request); !bytes.Equal(got, pdf) {
		t.Errorf("got %d bytes, want the PDF", len(got))
	}
}

// More than 120 Mo is a 413.
func TestDownloadBound(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	deposit := p.files.Begin()
	defer deposit.End()
	digest, err := deposit.Add(bytes.Repeat([]byte("x"), 10<<20))
	if err != nil {
		t.Fatal(err)
	}
	for range 13 {
		add := qualif.AjouterFichier{Pour: p.principal(techFournisseur), Piece: qualif.PieceJointe{Nom: "f.txt", Taille: 10 << 20, Empreinte: digest}}
		if _, err := sandboxes.Do(p.sandbox, add); err != nil {
			t.Fatal(err)
		}
	}
	got := p.ask(techFournisseur, "telechargerPieceJointe", `{"objetPieceJointe":"UTILISATEUR"}`)
	if got.status != http.StatusRequestEntityTooLarge || len(got.body) > 0 || !strings.HasPrefix(got.explain, "download-too-large: ") {
		t.Errorf("got %d %.100s (%s), want 413 without a body", got.status, got.body, got.explain)
	}
}

func TestDetacherPieceJointe(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	numero, _ := p.treated(fluxtest.CII(spec("F-1", attaching(bonDeLivraison, fluxtest.File{Name: "plan.txt", Content: []byte("plan")}))), flux.E1CII16B)
	link := p.becomes(numero)[0].Complementaires[0].LienID
	detach := object{"idPieceJointeObjet": link}
	p.ask(techFournisseur, "detacherPieceJointe", body(t, detach)).
		refused(20003, "GCU_MSG_99.041 - Les pièces jointes de cette facture ne peuvent plus être modifiées.", "invoice-attachments-fixed")
	p.later(time.Hour)
	p.suspend(p.becomes(numero)[0].ID)
	p.ask(techStranger, "detacherPieceJointe", body(t, detach)).refused(20002, "GCU_MSG_99.040 - La pièce jointe n'existe pas.", "attachment-unknown")
	if got := p.ask(techFournisseur, "detacherPieceJointe", body(t, detach)); string(got.body) != `{"codeRetour":0,"libelle":"GCU_MSG_01_000"}` {
		t.Errorf("got %s (%s)", got.body, got.explain)
	}
	if left := p.becomes(numero)[0].Complementaires; len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
	p.ask(techFournisseur, "detacherPieceJointe", body(t, detach)).refused(20002, "GCU_MSG_99.040 - La pièce jointe n'existe pas.", "attachment-unknown")
}

// suspend makes the recipient of an invoice ask for more.
func (p *platform) suspend(id int64) {
	p.tb.Helper()
	var by qualif.Principal
	p.sandbox.Read(func(v sandboxes.View) {
		f, _ := v.Facture(id)
		s, _ := v.Data().Structure(f.Destinataire.StructureID)
		by = qualif.Principal{Login: "destinataire", Structures: []*qualif.Structure{s}}
	})
	if _, err := sandboxes.Do(p.sandbox, qualif.TraiterRecue{Pour: by, FactureID: id, Statut: qualif.StatutSuspendue, Motif: "Il manque une pièce"}); err != nil {
		p.tb.Fatal(err)
	}
}

// When the store is full, every operation that brings a file is a 503 that names
// the flag, and leaves nothing.
func TestFullStoreRefusesFiles(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	p.files = files.New(10)
	var full *files.FullError
	if _, err := p.files.Begin().Add(make([]byte, 11)); !errors.As(err, &full) {
		t.Fatal(err)
	}
	for operation, request := range map[string]object{
		"ajouterFichierDansSysteme": {"pieceJointeFichier": b64(make([]byte, 11)), "pieceJointeNom": "a", "pieceJointeExtension": "TXT"},
		"deposerPdfFacture":         {"fichierFacture": b64(fluxtest.PDF(spec("F"))), "nomFichier": "a", "formatDepot": "PDF_NON_SIGNE"},
		"deposerFluxFacture":        depositOf(fluxtest.FacturX(spec("F")), flux.E2CIIFacturX),
	} {
		got := p.ask(techFournisseur, operation, body(t, request))
		if got.status != http.StatusServiceUnavailable || len(got.body) > 0 || !strings.HasPrefix(got.explain, "files-full: ") || !strings.Contains(got.explain, "--files-total-bytes") {
			t.Errorf("%s: got %d %s (%s), want 503 that names the flag", operation, got.status, got.body, got.explain)
		}
	}
	// What holds no file is not concerned.
	p.deposit(fluxtest.UBL(spec("F-1")), flux.E1UBLInvoice)
	p.sandbox.Read(func(v sandboxes.View) {
		if len(v.PiecesJointes()) > 0 || len(v.Factures()) > 0 || len(v.FluxDeposes()) != 1 {
			t.Errorf("got %d files, %d invoices, %d flows", len(v.PiecesJointes()), len(v.Factures()), len(v.FluxDeposes()))
		}
	})
}

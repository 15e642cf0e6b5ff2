package chorus

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"chorus-qualif/server/qualif"
)

// etatsFlux names the states of a flow as the portal does (API reference D.5).
var etatsFlux = map[qualif.EtatFlux]string{
	qualif.FluxRecu: "Reçu", qualif.FluxEnAttenteSE: "Déposé, en attente de traitement", qualif.FluxTraiteSE: "Traité",
	qualif.FluxEnAttenteTraitement: "En attente de traitement", qualif.FluxEnCoursTraitement: "En cours de traitement",
	qualif.FluxEnAttenteRetraite: "En attente de retraitement", qualif.FluxIncidente: "Incidenté", qualif.FluxIntegre: "Intégré",
	qualif.FluxIntegrePartiel: "Intégré partiellement", qualif.FluxRejete: "Rejeté",
}

// maxFautes bounds the errors of one invoice in a report.
const maxFautes = 20

// report writes a PDF in a font that every reader has, whose letters are those of
// Windows-1252: others come out as a point.
type report struct {
	*fpdf.Fpdf
	say func(string) string
}

// fluxReport is the report of a flow for people (fichierCR). What the real one
// looks like is not published. It depends on the flow alone, so the same state
// gives the same bytes.
func fluxReport(f *qualif.Flux, depositor string) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(f.Depuis)
	pdf.SetModificationDate(f.Depuis)
	pdf.SetCatalogSort(true)
	pdf.SetLang("fr-FR")
	pdf.SetTitle("Compte rendu du flux "+f.Numero, true)
	pdf.SetProducer("chorus-qualif", true)
	pdf.SetMargins(20, 20, 20)
	pdf.SetAutoPageBreak(true, 20)
	r := report{pdf, pdf.UnicodeTranslatorFromDescriptor("")}
	pdf.AddPage()
	r.banner()
	r.title("Compte rendu d'intégration du flux")
	r.row("Numéro du flux", f.Numero)
	r.row("Fichier déposé", f.Fichier+" ("+strconv.FormatInt(f.Taille, 10)+" octets)")
	r.row("Fichier reçu", nomFlux(f))
	r.row("Syntaxe", f.Syntaxe+" (interface "+codeInterface(f)+")")
	r.row("Déposé par", depositor+" ("+f.Par+")")
	r.row("Date de dépôt", reportInstant(f.Le))
	r.row("État", etatsFlux[f.Etat]+" ("+string(f.Etat)+")")
	r.row("Date de l'état", reportInstant(f.Depuis))
	if errors := technical(f); len(errors) > 0 {
		r.heading("Erreurs techniques")
		for _, e := range errors {
			r.text(e.Code + " (" + e.Nature + ")")
			r.text("   " + e.Libelle)
		}
	}
	if len(f.Resultats) > 0 {
		r.heading(fmt.Sprintf("Demandes de paiement : %d, dont %d rejetées", len(f.Resultats), len(rejected(f))))
	}
	for i := range f.Resultats {
		r.result(&f.Resultats[i])
	}
	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}

func reportInstant(at time.Time) string { return at.In(qualif.Paris).Format("02/01/2006 15:04:05") }

func (r *report) banner() {
	r.SetFillColor(92, 58, 30)
	r.SetTextColor(255, 255, 255)
	r.SetFont("Helvetica", "B", 9)
	r.CellFormat(170, 8, r.say("  Simulateur de l'environnement de qualification : document sans valeur"), "", 1, "L", true, 0, "")
	r.SetTextColor(28, 38, 48)
	r.Ln(6)
}

func (r *report) title(text string) {
	r.SetFont("Helvetica", "B", 16)
	r.MultiCell(170, 8, r.say(text), "", "L", false)
	r.Ln(3)
}

func (r *report) heading(text string) {
	r.Ln(4)
	r.SetFont("Helvetica", "B", 11)
	r.CellFormat(170, 7, r.say(text), "B", 1, "L", false, 0, "")
	r.Ln(1)
}

func (r *report) row(label, value string) {
	r.SetFont("Helvetica", "", 10)
	r.CellFormat(40, 6, r.say(label), "", 0, "L", false, 0, "")
	r.MultiCell(130, 6, r.say(value), "", "L", false)
}

func (r *report) text(text string) {
	r.SetFont("Helvetica", "", 9)
	r.MultiCell(170, 5, r.say(text), "", "L", false)
}

func (r *report) result(d *qualif.ResultatDP) {
	outcome := "rejetée"
	if d.FactureID != 0 {
		outcome = "intégrée sous l'identifiant " + strconv.FormatInt(d.FactureID, 10)
	}
	r.Ln(1)
	r.SetFont("Helvetica", "B", 9)
	r.MultiCell(170, 5, r.say(d.Numero+" : "+outcome), "", "L", false)
	r.text("   Fournisseur " + d.Fournisseur + ", destinataire " + d.Destinataire)
	for _, fault := range d.Fautes[:min(len(d.Fautes), maxFautes)] {
		r.text("   - " + fault)
	}
	if more := len(d.Fautes) - maxFautes; more > 0 {
		r.text(fmt.Sprintf("   - et %d autres erreurs", more))
	}
}

package rendu

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
)

// The names are those of CPPFacturePivot V2_02 (04/04/2022) as far as they are
// public; what the sandbox does not know is left out.

type pivot struct {
	XMLName   xml.Name `xml:"CPPFacturePivot"`
	Enveloppe struct {
		Horodatage string `xml:"Horodatage"`
	} `xml:"Enveloppe"`
	Factures struct {
		Compteur int          `xml:"Compteur,attr"`
		Unites   []pivotUnite `xml:"CPPFacturePivotUnitaire"`
	} `xml:"CPPFactures"`
}

type pivotUnite struct {
	NumOrdre    int           `xml:"NumOrdre,attr"`
	ID          int64         `xml:"DonneesTechniques>IdFactureCPP"`
	Statut      string        `xml:"DonneesTechniques>Statut"`
	DateDepot   string        `xml:"DonneesTechniques>DateDepot"`
	Fournisseur pivotPartie   `xml:"Fournisseur"`
	Debiteur    pivotDebiteur `xml:"Debiteur"`
	Donnees     pivotDonnees  `xml:"DonneesFacture"`
	Pieces      []pivotPiece  `xml:"PJ"`
}

type pivotPartie struct {
	Type          string `xml:"TypeIdentifiant"`
	Identifiant   string `xml:"Identifiant"`
	RaisonSociale string `xml:"RaisonSociale"`
	CodePays      string `xml:"CodePays,omitempty"`
}

type pivotDebiteur struct {
	Type        string `xml:"TypeIdentifiant"`
	Identifiant string `xml:"Identifiant"`
	Nom         string `xml:"Nom"`
	CodeService string `xml:"CodeService,omitempty"`
}

type pivotDonnees struct {
	ID           string       `xml:"Id"`
	Origine      string       `xml:"IdFactureOrigine,omitempty"`
	Type         string       `xml:"Type"`
	Cadre        string       `xml:"Cadre"`
	DateEmission string       `xml:"DateEmissionFacture"`
	ModePaiement string       `xml:"ModePaiement>Code,omitempty"`
	Devise       string       `xml:"Devise"`
	HT           string       `xml:"Montants>MontantHT"`
	TTC          string       `xml:"Montants>MontantTTC"`
	APayer       string       `xml:"Montants>MontantNetAPayer"`
	TVAs         []pivotTVA   `xml:"TVAs>TVA"`
	Marche       string       `xml:"Engagement>NumeroMarche,omitempty"`
	Engagement   string       `xml:"Engagement>NumeroEngagement,omitempty"`
	Lignes       []pivotLigne `xml:"Lignes>Ligne"`
	Commentaire  string       `xml:"Commentaire,omitempty"`
}

type pivotTVA struct {
	Taux    string `xml:"Taux"`
	BaseHT  string `xml:"BaseHt"`
	Montant string `xml:"MontantTVA"`
}

type pivotLigne struct {
	NumOrdre     int    `xml:"NumOrdre,attr"`
	Reference    string `xml:"ReferenceProduit"`
	PrixUnitaire string `xml:"PrixUnitaire,omitempty"`
	Quantite     string `xml:"Quantite,omitempty"`
	MontantHT    string `xml:"MontantHT,omitempty"`
	Taux         string `xml:"TauxTVA,omitempty"`
}

type pivotPiece struct {
	NumOrdre int    `xml:"NumOrdre,attr"`
	Contenu  string `xml:"Contenu"`
	Nom      string `xml:"NomPJ"`
	// Type is 01 for the main attachment, 02 for the others.
	Type     string `xml:"TypePJ"`
	TypeMime string `xml:"MimeTypePJ,omitempty"`
}

// Pivot writes invoices in one XML file.
func Pivot(documents []Document) ([]byte, error) {
	var file pivot
	file.Factures.Compteur = len(documents)
	for i := range documents {
		d := &documents[i]
		file.Enveloppe.Horodatage = d.Le.Format(time.RFC3339)
		file.Factures.Unites = append(file.Factures.Unites, d.unite(i+1))
	}
	out := bytes.NewBufferString(xml.Header)
	encoder := xml.NewEncoder(out)
	encoder.Indent("", " ")
	if err := encoder.Encode(file); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (d *Document) unite(rank int) pivotUnite {
	f := d.Facture
	u := pivotUnite{
		NumOrdre: rank, ID: f.ID, Statut: string(f.Statut), DateDepot: day(f.DateDepot),
		Fournisseur: pivotPartie{Type: typeCode(d.Fournisseur), Identifiant: d.Fournisseur.Identifiant, RaisonSociale: d.Fournisseur.Designation()},
		Debiteur:    pivotDebiteur{Type: typeCode(d.Destinataire), Identifiant: d.Destinataire.Identifiant, Nom: d.Destinataire.Designation()},
		Donnees: pivotDonnees{
			ID: f.Numero, Origine: f.NumeroFactureOrigine, Type: invoiceCode(f.Type), Cadre: cadreCode(f.Cadre), DateEmission: day(f.DateFacture),
			ModePaiement: paymentCode(f.ModePaiement), Devise: f.Devise, HT: f.Montants.HT.String(), TTC: f.Montants.TTC.String(),
			APayer: f.Montants.APayer.String(), Marche: f.NumeroMarche, Engagement: f.NumeroBonCommande, Commentaire: f.Commentaire,
		},
	}
	if d.Fournisseur.Adresse != nil {
		u.Fournisseur.CodePays = d.Fournisseur.Adresse.Pays
	}
	if d.Service != nil {
		u.Debiteur.CodeService = d.Service.Code
	}
	for _, l := range f.TVA {
		u.Donnees.TVAs = append(u.Donnees.TVAs, pivotTVA{rate(l.Taux, l.TauxCode), l.BaseHT.String(), l.Montant.String()})
	}
	for i, l := range f.Lignes {
		u.Donnees.Lignes = append(u.Donnees.Lignes, pivotLigne{
			i + 1, ligneNom(l), l.PrixUnitaire.String(), l.Quantite.String(), l.MontantHT.String(), rate(l.Taux, l.TauxCode),
		})
	}
	for i, p := range d.Pieces {
		kind := "02"
		if i == 0 && f.Principale != nil {
			kind = "01"
		}
		u.Pieces = append(u.Pieces, pivotPiece{i + 1, base64.StdEncoding.EncodeToString(p.Contenu), p.Nom, kind, p.TypeMime})
	}
	return u
}

func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(qualif.Paris).Format(time.DateOnly)
}

func rate(percent qualif.Montant, code string) string {
	if percent.IsZero() {
		return code
	}
	return percent.String()
}

func ligneNom(l qualif.Ligne) string { return strings.TrimSpace(l.Reference + " " + l.Denomination) }

// typeCode is the pivot's number of a kind of identifier: the order of the
// official enum.
func typeCode(s *qualif.Structure) string {
	for i, kind := range qualif.IdentifierTypes {
		if kind == s.TypeIdentifiant {
			return string(rune('1' + i))
		}
	}
	return ""
}

func invoiceCode(kind string) string {
	if kind == "AVOIR" {
		return "381"
	}
	return "380"
}

// cadreCode is "A1" of A1_FACTURE_FOURNISSEUR.
func cadreCode(cadre string) string {
	code, _, _ := strings.Cut(cadre, "_")
	return code
}

func paymentCode(mode string) string {
	return map[string]string{"ESPECE": "10", "CHEQUE": "20", "VIREMENT": "30", "PRELEVEMENT": "49", "REPORT": "97", "AUTRE": "01"}[mode]
}

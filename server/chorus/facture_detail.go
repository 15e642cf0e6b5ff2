package chorus

import (
	"cmp"
	"slices"
	"strings"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// references are the terms of an invoice.
type references struct {
	DateFacture        string `json:"dateFacture,omitempty"`
	DateDepot          string `json:"dateDepot,omitempty"`
	CodeDevise         string `json:"codeDeviseFacture,omitempty"`
	LibelleDevise      string `json:"libelleDeviseFacture,omitempty"`
	TypeFacture        string `json:"typeFacture,omitempty"`
	TypeTVA            string `json:"typeTva,omitempty"`
	MotifExoneration   string `json:"motifExonerationTva,omitempty"`
	LibelleMotif       string `json:"libelleMotifExonerationTva,omitempty"`
	NumeroMarche       string `json:"numeroMarche,omitempty"`
	NumeroBonCommande  string `json:"numeroBonCommande,omitempty"`
	NumeroOrigine      string `json:"numeroFactureOrigine,omitempty"`
	ModePaiement       string `json:"modePaiement,omitempty"`
	DateCreation       string `json:"dateCreationFacture,omitempty"`
	DateEcheance       string `json:"dateEcheancePaiement,omitempty"`
	TailleTotalePieces int64  `json:"tailleTotalePiecesJointes,omitempty"`
	NumeroDPMandat     string `json:"numeroDpMandat,omitempty"`
}

func referencesDe(v sandboxes.View, f *qualif.Facture) references {
	created := f.DateDepot
	if len(f.Historique) > 0 {
		created = f.Historique[0].Le
	}
	return references{
		jour(f.DateFacture), jour(f.DateDepot), f.Devise, libelleDevise(f.Devise), f.Type, f.TypeTVA, f.MotifExoneration,
		libelleMotif(f.MotifExoneration), f.NumeroMarche, f.NumeroBonCommande, f.NumeroFactureOrigine, f.ModePaiement,
		minuteDate(created), jour(f.DateEcheance), tailleDe(v, f), f.NumeroDPMandat,
	}
}

type montantTotal struct {
	HT          nombre `json:"montantHtTotal,omitempty"`
	TVA         nombre `json:"montantTVA,omitempty"`
	AvantRemise nombre `json:"montantTtcAvantRemiseGlobalTTC,omitempty"`
	Remise      nombre `json:"montantRemiseGlobaleTTC,omitempty"`
	MotifRemise string `json:"motifRemiseGlobaleTTC,omitempty"`
	TTC         nombre `json:"montantTtcTotal,omitempty"`
	APayer      nombre `json:"montantAPayer,omitempty"`
}

// totalDe has the total before the discount of the whole invoice, and after it.
func totalDe(f *qualif.Facture) montantTotal {
	m := f.Montants
	after := m.TTC
	if !m.TTC.IsZero() {
		after = m.TTC.Moins(m.RemiseGlobaleTTC)
	}
	return montantTotal{
		nombreDe(m.HT), nombreDe(m.TVA), nombreDe(m.TTC), nombreDe(m.RemiseGlobaleTTC), m.MotifRemise, nombreDe(after), nombreDe(m.APayer),
	}
}

// pieceMaitre is the main attachment.
type pieceMaitre struct {
	LienID  int64 `json:"idLiaisonPieceJointePrincipale"`
	PieceID int64 `json:"idPieceJointePrincipale"`
}

type pageTVA struct {
	Page    int64  `json:"pageResultatDemandeeListeRecapitulatifTVA"`
	Taille  int64  `json:"nbResultatsParPageListeListeRecapitulatifTVA"`
	Colonne string `json:"triColonneListeRecapitulatifTVA"`
	Sens    string `json:"triSensListeRecapitulatifTVA"`
}

func (p pageTVA) or(other pageTVA) pageTVA { return cmp.Or(p, other) }

type pagePieces struct {
	Page    int64  `json:"pageResultatDemandeeListePieceJointe"`
	Taille  int64  `json:"nbResultatsParPageListePieceJointe"`
	Colonne string `json:"triColonneListePiecesJointes"`
	Sens    string `json:"triSensListePiecesJointes"`
}

func (p pagePieces) or(other pagePieces) pagePieces { return cmp.Or(p, other) }

type pageLignes struct {
	Page    int64  `json:"pageResultatDemandeeLignesPoste"`
	Taille  int64  `json:"nbResultatsParPageLignesPoste"`
	Colonne string `json:"triColonneListeLignesPoste"`
	Sens    string `json:"triSensListeLignesPoste"`
}

func (p pageLignes) or(other pageLignes) pageLignes { return cmp.Or(p, other) }

// feuille cuts a page from a list of an invoice: in the invoice's own order when
// no column is asked for, whatever the direction.
func feuille[T any](all []T, p pagination, by func(a, b T) int) ([]T, parametresRetour) {
	sorted := slices.Clone(all)
	if by != nil {
		slices.SortStableFunc(sorted, by)
		if !p.ascending() {
			slices.Reverse(sorted)
		}
	}
	w := p.window()
	page := cut(sorted, w)
	if page == nil {
		page = []T{}
	}
	return page, w.among(len(all))
}

type lignesTVA struct {
	Lignes []ligneTVA `json:"ligneTva"`
	Page   int        `json:"pageCouranteLignesRecapitulativesTVA"`
	Pages  int        `json:"pagesLignesRecapitulativesTVA"`
	Taille int        `json:"nbResultatsParPageLignesRecapitulativesTVA"`
	Total  int        `json:"totalLignesRecapitulativesTVA"`
}

type ligneTVA struct {
	RefCode   string `json:"ligneTvaTauxRefCode,omitempty"`
	RefLib    string `json:"ligneTvaTauxRefLibelle,omitempty"`
	RefValeur nombre `json:"ligneTvaTauxRefValeur,omitempty"`
	Manuel    nombre `json:"ligneTvaTauxManuel,omitempty"`
	BaseHT    nombre `json:"ligneTvaMontantBaseHtParTaux,omitempty"`
	Montant   nombre `json:"ligneTvaMontantTvaParTaux,omitempty"`
}

func tvaDe(f *qualif.Facture, p *pageTVA) lignesTVA {
	page, r := feuille(f.TVA, pagination{p.Page, p.Taille, p.Colonne, p.Sens}, colonneTVA(p.Colonne))
	shown := make([]ligneTVA, len(page))
	for i, l := range page {
		row := ligneTVA{BaseHT: nombreDe(l.BaseHT), Montant: nombreDe(l.Montant)}
		if l.TauxCode != "" {
			row.RefCode, row.RefLib, row.RefValeur = tauxNomme(l.TauxCode)
		} else {
			row.Manuel = nombreDe(l.Taux)
		}
		shown[i] = row
	}
	return lignesTVA{shown, r.PageCourante, r.Pages, r.NbResultatsParPage, r.Total}
}

func colonneTVA(column string) func(a, b qualif.LigneTVA) int {
	switch column {
	case "LigneTvaMontantTvaParTaux":
		return func(a, b qualif.LigneTVA) int { return a.Montant.Cmp(b.Montant) }
	case "LigneTvaMontantBaseHtParTaux":
		return func(a, b qualif.LigneTVA) int { return a.BaseHT.Cmp(b.BaseHT) }
	case "LigneTvaTauxRefCode", "LigneTvaTauxRefLibelle":
		return func(a, b qualif.LigneTVA) int { return strings.Compare(a.TauxCode, b.TauxCode) }
	case "LigneTvaTauxManuel", "LigneTvaTauxRefValeur":
		return func(a, b qualif.LigneTVA) int { return a.Taux.Cmp(b.Taux) }
	}
	return nil
}

type piecesDetail struct {
	Pieces []pieceDetail `json:"pieceJointe"`
	Page   int           `json:"pageCouranteListePiecesJointe"`
	Pages  int           `json:"pagesListePiecesJointe"`
	Taille int           `json:"nbResultatsParPageListePiecesJointe"`
	Total  int           `json:"totalListePiecesJointe"`
}

type pieceDetail struct {
	TypeCode    string `json:"pieceJointeTypeCode,omitempty"`
	TypeLibelle string `json:"pieceJointeTypeLibelle,omitempty"`
	Designation string `json:"pieceJointeDesignation,omitempty"`
	NumeroLigne int64  `json:"pieceJointeNumeroLigneFacture,omitempty"`
	LienID      int64  `json:"pieceJointeIdLiaison"`
	PieceID     int64  `json:"pieceJointeId"`
	Extension   string `json:"pieceJointeExtension,omitempty"`
}

func piecesDe(v sandboxes.View, f *qualif.Facture, p *pagePieces) piecesDetail {
	all := make([]pieceDetail, len(f.Complementaires))
	for i, l := range f.Complementaires {
		row := pieceDetail{
			TypeCode: l.Type, TypeLibelle: libelleTypePiece(l.Type), Designation: l.Designation, NumeroLigne: int64(l.NumeroLigne),
			LienID: l.LienID, PieceID: l.PieceID,
		}
		if piece, ok := v.PieceJointe(l.PieceID); ok {
			row.Extension = piece.Extension
		}
		all[i] = row
	}
	page, r := feuille(all, pagination{p.Page, p.Taille, p.Colonne, p.Sens}, colonnePiece(p.Colonne))
	return piecesDetail{page, r.PageCourante, r.Pages, r.NbResultatsParPage, r.Total}
}

func colonnePiece(column string) func(a, b pieceDetail) int {
	value := map[string]func(pieceDetail) string{
		"PieceJointeTypeCode":    func(p pieceDetail) string { return p.TypeCode },
		"PieceJointeTypeLibelle": func(p pieceDetail) string { return p.TypeLibelle },
		"PieceJointeDesignation": func(p pieceDetail) string { return p.Designation },
		"PieceJointeExtension":   func(p pieceDetail) string { return p.Extension },
	}[column]
	switch {
	case value != nil:
		return func(a, b pieceDetail) int { return compareNames(value(a), value(b)) }
	case column == "PieceJointeNumeroLigneFacture":
		return func(a, b pieceDetail) int { return cmp.Compare(a.NumeroLigne, b.NumeroLigne) }
	}
	return nil
}

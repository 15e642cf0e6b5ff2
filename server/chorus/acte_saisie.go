package chorus

import (
	"bytes"
	"fmt"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/reference"
)

// montantSaisi is an amount in a request. One that the platform cannot hold is kept
// as it was written, for the refusal: the contract has no bound.
type montantSaisi struct {
	qualif.Montant
	horsBornes string
}

// UnmarshalJSON takes any JSON number, or null for none.
func (m *montantSaisi) UnmarshalJSON(text []byte) error {
	if err := m.Montant.UnmarshalJSON(text); err != nil {
		const shown = 40
		m.Montant, m.horsBornes = qualif.Montant{}, string(text[:min(len(text), shown)])
	}
	return nil
}

type ligneSaisie struct {
	Numero       int64        `json:"lignePosteNumero"`
	Reference    string       `json:"lignePosteReference"`
	Denomination string       `json:"lignePosteDenomination"`
	Quantite     montantSaisi `json:"lignePosteQuantite"`
	Unite        string       `json:"lignePosteUnite"`
	UnitaireHT   montantSaisi `json:"lignePosteMontantUnitaireHT"`
	RemiseHT     montantSaisi `json:"lignePosteMontantRemiseHT"`
	TauxTVA      string       `json:"lignePosteTauxTva"`
	TauxManuel   montantSaisi `json:"lignePosteTauxTvaManuel"`
}

type tvaSaisie struct {
	Taux       string       `json:"ligneTvaTaux"`
	BaseHT     montantSaisi `json:"ligneTvaMontantBaseHtParTaux"`
	Montant    montantSaisi `json:"ligneTvaMontantTvaParTaux"`
	TauxManuel montantSaisi `json:"ligneTvaTauxManuel"`
}

type totalSaisi struct {
	HT          montantSaisi `json:"montantHtTotal"`
	TVA         montantSaisi `json:"montantTVA"`
	TTC         montantSaisi `json:"montantTtcTotal"`
	RemiseTTC   montantSaisi `json:"montantRemiseGlobaleTTC"`
	MotifRemise string       `json:"motifRemiseGlobaleTTC"`
	APayer      montantSaisi `json:"montantAPayer"`
}

// releve reads the values of an entered invoice and notes those that cannot be
// right.
type releve struct{ fausses []qualif.Valeur }

func (r *releve) note(nature qualif.NatureValeur, champ, texte string) {
	const enough = 50 // every line of a long invoice may be wrong
	if len(r.fausses) == enough {
		return
	}
	r.fausses = append(r.fausses, qualif.Valeur{Nature: nature, Champ: champ, Texte: texte})
}

// montant stands for 0 where the number is out of bounds, so that it does not
// pass for one that was not given.
func (r *releve) montant(champ string, m montantSaisi) qualif.Montant {
	if m.horsBornes == "" {
		return m.Montant
	}
	r.note(qualif.MontantHorsBornes, champ, m.horsBornes)
	return qualif.MontantDe(0)
}

// taux is a rate of VAT as a percentage.
func (r *releve) taux(champ string, m montantSaisi) qualif.Montant {
	switch {
	case m.horsBornes != "":
		r.note(qualif.TauxHorsBornes, champ, m.horsBornes)
		return qualif.Montant{}
	case m.Sign() < 0 || m.Cmp(qualif.MontantDe(100)) > 0:
		r.note(qualif.TauxHorsBornes, champ, m.String())
	}
	return m.Montant
}

// code is the code of a rate of VAT, one of recuperer/tauxtva.
func (r *releve) code(champ, code string) string {
	if code != "" {
		if _, known := reference.TauxTVADe(code); !known {
			r.note(qualif.CodeInconnu, champ, code)
		}
	}
	return code
}

// devise is a code of ISO 4217, one of recuperer/devises.
func (r *releve) devise(champ, code string) string {
	if code != "" {
		if _, known := reference.Devise(code); !known {
			r.note(qualif.CodeInconnu, champ, code)
		}
	}
	return code
}

func (r *releve) lignes(all []ligneSaisie) []qualif.Ligne {
	var read []qualif.Ligne
	for i := range all {
		l := &all[i]
		at := func(property string) string { return fmt.Sprintf("lignePoste[%d].%s", i, property) }
		read = append(read, qualif.Ligne{
			Numero: l.Numero, Reference: l.Reference, Denomination: l.Denomination, Unite: l.Unite,
			Quantite:     r.montant(at("lignePosteQuantite"), l.Quantite),
			PrixUnitaire: r.montant(at("lignePosteMontantUnitaireHT"), l.UnitaireHT),
			Remise:       r.montant(at("lignePosteMontantRemiseHT"), l.RemiseHT),
			TauxCode:     r.code(at("lignePosteTauxTva"), l.TauxTVA), Taux: r.taux(at("lignePosteTauxTvaManuel"), l.TauxManuel),
		})
	}
	return read
}

func (r *releve) tva(all []tvaSaisie) []qualif.LigneTVA {
	var read []qualif.LigneTVA
	for i := range all {
		l := &all[i]
		at := func(property string) string { return fmt.Sprintf("ligneTva[%d].%s", i, property) }
		read = append(read, qualif.LigneTVA{
			TauxCode: r.code(at("ligneTvaTaux"), l.Taux), Taux: r.taux(at("ligneTvaTauxManuel"), l.TauxManuel),
			BaseHT:  r.montant(at("ligneTvaMontantBaseHtParTaux"), l.BaseHT),
			Montant: r.montant(at("ligneTvaMontantTvaParTaux"), l.Montant),
		})
	}
	return read
}

func (r *releve) total(t *totalSaisi) qualif.Montants {
	return qualif.Montants{
		HT: r.montant("montantTotal.montantHtTotal", t.HT), TVA: r.montant("montantTotal.montantTVA", t.TVA),
		TTC: r.montant("montantTotal.montantTtcTotal", t.TTC), RemiseGlobaleTTC: r.montant("montantTotal.montantRemiseGlobaleTTC", t.RemiseTTC),
		MotifRemise: t.MotifRemise, APayer: r.montant("montantTotal.montantAPayer", t.APayer),
	}
}

// pieceSaisie is a complementary attachment in a request.
type pieceSaisie struct {
	Designation string `json:"pieceJointeComplementaireDesignation"`
	Type        string `json:"pieceJointeComplementaireType"`
	NumeroLigne int32  `json:"pieceJointeComplementaireNumeroLigneFacture"`
	ID          int64  `json:"pieceJointeComplementaireId"`
	IDLiaison   int64  `json:"pieceJointeComplementaireIdLiaison"`
}

func liees(all []pieceSaisie) []qualif.PieceLiee {
	var linked []qualif.PieceLiee
	for _, p := range all {
		linked = append(linked, qualif.PieceLiee{PieceID: p.ID, Designation: p.Designation, Type: p.Type, NumeroLigne: p.NumeroLigne, LiaisonID: p.IDLiaison})
	}
	return linked
}

// piecePrincipale is the main attachment: an object in the official document, an
// array of at most one from every client that works against the real service.
type piecePrincipale struct {
	Designation string `json:"pieceJointePrincipaleDesignation"`
	ID          int64  `json:"pieceJointePrincipaleId"`
}

// UnmarshalJSON takes either form.
func (p *piecePrincipale) UnmarshalJSON(text []byte) error {
	type form piecePrincipale
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		var all []form
		if err := codec.Unmarshal(text, &all); err != nil || len(all) == 0 {
			return err
		}
		*p = piecePrincipale(all[0])
		return nil
	}
	return codec.Unmarshal(text, (*form)(p))
}

// liee is the attachment, nil for none: a skeleton without an identifier is none.
func (p *piecePrincipale) liee() *qualif.PieceLiee {
	if p.ID == 0 {
		return nil
	}
	return &qualif.PieceLiee{PieceID: p.ID, Designation: p.Designation}
}

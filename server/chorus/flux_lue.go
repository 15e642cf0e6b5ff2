package chorus

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/files"
	"chorus-qualif/server/flux"
	"chorus-qualif/server/qualif"
)

// modeFlux is the modeDepot of an invoice that came in a flow through the API:
// inferred from the names of the 15 values, among which SAISIE, DEPOT_PDF and
// UPLOAD have one for the portal and one for the API.
const modeFlux = "UPLOAD_API"

// maxCommentaire is the length of a comment (API reference D.3).
const maxCommentaire = 2000

// cadres spells out the codes of frameworks that flows carry (25 official
// values).
var cadres = map[string]string{
	"A1": "A1_FACTURE_FOURNISSEUR", "A2": "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE", "A3": "A3_MEMOIRE_JUSTICE",
	"A4": "A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR", "A5": "A5_ETAT_ACOMPTE_FOURNISSEUR", "A6": "A6_ETAT_ACOMPTE_VALIDE_FOURNISSEUR",
	"A7": "A7_PROJET_DECOMPTE_FINAL_FOURNISSEUR", "A8": "A8_DECOMPTE_GENERAL_DEFINITIF_FOURNISSEUR", "A9": "A9_FACTURE_SOUSTRAITANT",
	"A10": "A10_PROJET_DECOMPTE_MENSUEL_SOUSTRAITANT", "A11": "A11_PROJET_DECOMPTE_FINAL_SOUSTRAITANT", "A12": "A12_FACTURE_COTRAITANT",
	"A13": "A13_PROJET_DECOMPTE_MENSUEL_COTRAITANT", "A14": "A14_PROJET_DECOMPTE_FINAL_COTRAITANT", "A15": "A15_ETAT_ACOMPTE_MOE",
	"A16": "A16_ETAT_ACOMPTE_VALIDE_MOE", "A17": "A17_PROJET_DECOMPTE_GENERAL_MOE", "A18": "A18_DECOMPTE_GENERAL_MOE",
	"A19": "A19_ETAT_ACOMPTE_VALIDE_MOA", "A20": "A20_DECOMPTE_GENERAL_MOA", "A21": "A21_DEMANDE_REMBOURSEMENT_TIC",
	"A22": "A22_PROJET_DECOMPTE_GENERAL_FOURNISSEUR_PROCEDURE_TACITE", "A23": "A23_DECOMPTE_GENERAL_DEFINITIF_TACITE_FOURNISSEUR",
	"A24": "A24_DECOMPTE_GENERAL_DEFINITIF_TACITE_MOE", "A25": "A25_DECOMPTE_GENERAL_DEFINITIF_MOE_PROCEDURE_TACITE",
}

// reading turns what was read in a deposit into what the domain takes.
type reading struct {
	deposit *files.Deposit
	// whole is the deposited file, day the day of the deposit in Paris.
	whole []byte
	day   time.Time
}

// all is every invoice of a deposit; the error is that of the files.
func (r *reading) all(invoices []flux.Invoice) ([]qualif.FactureLue, error) {
	lues := make([]qualif.FactureLue, 0, len(invoices))
	for i := range invoices {
		lue := r.lue(&invoices[i])
		if len(lue.Fautes) == 0 { // a refused invoice leaves nothing on the platform
			var err error
			if lue.Pieces, err = r.pieces(invoices[i].PiecesJointes); err != nil {
				return nil, err
			}
		}
		lues = append(lues, lue)
	}
	return lues, nil
}

func (r *reading) lue(i *flux.Invoice) qualif.FactureLue {
	var a amounts
	lue := qualif.FactureLue{
		Numero: i.Numero, Type: i.Type, ModeDepot: modeFlux, DateFacture: dayInParis(i.DateFacture), DateEcheance: dayInParis(i.DateEcheance),
		Fournisseur:  qualif.Identifier{Type: qualif.IdentifierType(i.Fournisseur.Type), Value: i.Fournisseur.Identifiant},
		Destinataire: qualif.Identifier{Type: qualif.IdentifierType(i.Destinataire.Type), Value: i.Destinataire.Identifiant},
		CodeService:  i.CodeService, NumeroEngagement: i.NumeroEngagement, NumeroMarche: i.NumeroMarche, Cadre: cadres[i.Cadre],
		Devise: i.Devise, ModePaiement: i.ModePaiement, TypeTVA: i.TypeTVA, MotifExoneration: i.MotifExoneration,
		NumeroFactureOrigine: i.NumeroFactureOrigine, Commentaire: cutRunes(strings.Join(i.Notes, "\n"), maxCommentaire),
		Lignes: a.lines(i.Lignes), TVA: a.rates(i.TVA), Montants: a.totals(&i.Totaux),
		Fautes: textsOf(i.Structural, i.Check(), i.CheckDay(r.day)),
		Textes: qualif.TextesAnnuaire{
			FournisseurInconnu: i.SupplierUnknown().Text, DestinataireInconnu: i.RecipientUnknown().Text, ServiceInconnu: i.ServiceUnknown().Text,
			ServiceObligatoire: i.ServiceRequired().Text, EngagementObligatoire: i.CommitmentRequired().Text, Doublon: i.Duplicate().Text,
		},
	}
	if a.beyond {
		lue.Fautes = append(lue.Fautes, tooLarge)
	}
	return lue
}

// dayInParis is a day as the domain keeps it; zero for none.
func dayInParis(day time.Time) time.Time {
	if day.IsZero() {
		return time.Time{}
	}
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, qualif.Paris)
}

func cutRunes(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

func textsOf(found ...[]flux.Finding) []string {
	var all []string
	for _, f := range slices.Concat(found...) {
		all = append(all, f.Text)
	}
	return all
}

// amounts turns amounts into the domain's.
type amounts struct {
	// beyond tells that one was too large for it.
	beyond bool
}

// tooLarge is said of an invoice with an amount that the domain cannot keep,
// though the format could: in the words for the platform's decimal(19,6).
const tooLarge = "Un montant de la demande de paiement depasse la valeur maximale autorisee."

func (a *amounts) of(amount flux.Amount) qualif.Montant {
	if !amount.Present() {
		return qualif.Montant{}
	}
	return a.parse(amount.Round(6).String())
}

func (a *amounts) parse(text string) qualif.Montant {
	m, err := qualif.ParseMontant(text)
	a.beyond = a.beyond || err != nil
	return m
}

func (a *amounts) lines(lines []flux.Ligne) []qualif.Ligne {
	all := make([]qualif.Ligne, 0, len(lines))
	for _, l := range lines {
		if l.Information {
			continue
		}
		numero, err := strconv.ParseInt(l.Numero, 10, 32)
		if err != nil {
			numero = int64(len(all) + 1)
		}
		all = append(all, qualif.Ligne{
			Numero: numero, Reference: l.Reference, Denomination: l.Denomination, Quantite: a.of(l.Quantite), Unite: l.Unite,
			PrixUnitaire: a.unitPrice(&l), Remise: a.of(l.Remise), Taux: a.of(l.TauxTVA), MontantHT: a.of(l.MontantHT),
		})
	}
	return all
}

// unitPrice is the price of one unit, where the invoice gives that of several.
func (a *amounts) unitPrice(l *flux.Ligne) qualif.Montant {
	if !l.PrixUnitaire.Present() || l.Base.Sign() <= 0 {
		return a.of(l.PrixUnitaire)
	}
	return a.parse(l.PrixUnitaire.Decimal().DivRound(l.Base.Decimal(), 6).String())
}

func (a *amounts) rates(lines []flux.LigneTVA) []qualif.LigneTVA {
	var all []qualif.LigneTVA
	for _, l := range lines {
		all = append(all, qualif.LigneTVA{Taux: a.of(l.Taux), BaseHT: a.of(l.BaseHT), Montant: a.of(l.Montant)})
	}
	return all
}

func (a *amounts) totals(t *flux.Totaux) qualif.Montants {
	return qualif.Montants{HT: a.of(t.HT), TVA: a.of(t.TVA), TTC: a.of(t.TTC), RemiseGlobaleTTC: a.of(t.RemiseGlobaleTTC), APayer: a.of(t.APayer)}
}

// pieces puts the attachments of an invoice among the files.
func (r *reading) pieces(attached []flux.PieceJointe) ([]qualif.PieceJointe, error) {
	var all []qualif.PieceJointe
	for _, a := range attached {
		content := a.Content()
		if len(content) == 0 {
			continue
		}
		if a.Shared() && !(len(content) == len(r.whole) && &content[0] == &r.whole[0]) {
			content = slices.Clone(content)
		}
		digest, err := r.deposit.Add(content)
		if err != nil {
			return nil, err
		}
		extension := extensionOf(a.Nom)
		if a.TypeMime == "application/pdf" {
			extension = "PDF"
		}
		all = append(all, qualif.PieceJointe{
			Nom: a.Nom, Extension: extension, TypeMime: a.TypeMime, Taille: int64(len(content)), Empreinte: digest,
		})
	}
	return all, nil
}

// extensionOf is the extension of a file's name as the platform writes it.
func extensionOf(name string) string {
	return strings.ToUpper(strings.TrimPrefix(path.Ext(name), "."))
}

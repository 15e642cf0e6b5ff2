package flux

import (
	"bytes"
	"encoding/base64"
	"time"
)

// Invoice is what an invoice says, in the platform's words, whatever syntax it
// came in. A string that the invoice does not give is empty.
type Invoice struct {
	// File is the name of the file it was in: the deposit's, or the entry's.
	File string
	// Numero is the invoice's number (BT-1).
	Numero string
	// DateFacture is the day of issue, at midnight UTC; the zero time when
	// it is missing or unreadable. DateEcheance likewise.
	DateFacture, DateEcheance time.Time
	// Type is FACTURE or AVOIR; TypeCode is what the invoice said (UNTDID
	// 1001: 380, 381…).
	Type, TypeCode string
	Devise         string
	Fournisseur    Party
	Destinataire   Party
	// CodeService is the executing service of the recipient.
	CodeService string
	// NumeroEngagement is the commitment or order number, NumeroMarche the
	// contract's.
	NumeroEngagement, NumeroMarche string
	// Cadre is A1 to A25, and A1 when the invoice gives none; CadreCode is
	// what it said.
	Cadre, CadreCode string
	// ModePaiement is the platform's word (VIREMENT…), "" when the code is
	// missing or unknown; CodePaiement is what the invoice said (UNTDID
	// 4461).
	ModePaiement, CodePaiement string
	// TypeTVA is TVA_SUR_DEBIT, TVA_SUR_ENCAISSEMENT, EXONERATION or
	// SANS_TVA, MotifExoneration the reason given for an exemption.
	TypeTVA, MotifExoneration string
	Lignes                    []Ligne
	TVA                       []LigneTVA
	Totaux                    Totaux
	Notes                     []string
	// NumeroFactureOrigine is the invoice that a credit note corrects.
	NumeroFactureOrigine string
	PiecesJointes        []PieceJointe
	// Structural is what the platform's format rules find wrong, in the
	// order of the document.
	Structural []Finding
	// Paths names the elements for the texts of the caller's own rules.
	Paths Paths
}

// Party is a supplier or a recipient.
type Party struct {
	// Identifiant is the identifier that the platform looks up, as written,
	// and Type its kind: one of the official TYPE_ID (SIRET,
	// UE_HORS_FRANCE…), or SIREN or TVA for what the platform knows no
	// structure by.
	Identifiant, Type string
	Nom               string
	// NumeroTVA is the VAT number beside it.
	NumeroTVA string
}

// Ligne is a line of the invoice.
type Ligne struct {
	Numero       string
	Reference    string
	Denomination string
	Quantite     Amount
	Unite        string
	// PrixUnitaire is the net price before VAT of Base units, 1 when absent.
	PrixUnitaire, Base Amount
	// Remise is the discount on the line before VAT, Charge what is added.
	Remise, Charge Amount
	MontantHT      Amount
	TauxTVA        Amount
	// Information tells a line that only carries text or a subtotal, which
	// counts in no total (UBL property TYPE_LIGNE other than DETAIL).
	Information bool
}

// LigneTVA is the VAT of one rate.
type LigneTVA struct {
	Taux, BaseHT, Montant Amount
	// Categorie is the UNTDID 5305 code (S, E, AE…), Motif the reason of an
	// exemption.
	Categorie, Motif string
}

// Totaux are the amounts of the whole invoice.
type Totaux struct {
	// LignesHT is the sum of the lines, before the Remises and Charges of
	// the whole invoice.
	LignesHT, Remises, Charges Amount
	HT, TVA, TTC               Amount
	// RemiseGlobaleTTC is a discount on the total with VAT, Acompte what was
	// paid already, Arrondi what rounds the amount due.
	RemiseGlobaleTTC, Acompte, Arrondi Amount
	APayer                             Amount
}

// PieceJointe is a file that the invoice carries.
type PieceJointe struct {
	Nom, TypeMime string
	// encoded is base64 in the deposited bytes, plain the file itself.
	encoded, plain []byte
}

// Size is the size of the file in bytes.
func (p PieceJointe) Size() int {
	if p.plain != nil {
		return len(p.plain)
	}
	symbols := 0
	for _, c := range p.encoded {
		if c != '=' && c != '\n' && c != '\r' && c != ' ' && c != '\t' {
			symbols++
		}
	}
	return symbols * 3 / 4
}

// Content is the file, decoded at each call so that a deposit can be read
// without holding its attachments twice. It may be a part of the deposited
// bytes and may not be written to; nil when the base64 is wrong.
func (p PieceJointe) Content() []byte {
	if p.plain != nil {
		return p.plain
	}
	clean := p.encoded
	if bytes.ContainsAny(clean, " \t\r\n") {
		clean = bytes.Map(func(r rune) rune {
			if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
				return -1
			}
			return r
		}, clean)
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(len(clean)))
	n, err := base64.StdEncoding.Decode(out, clean)
	if err != nil {
		return nil
	}
	return out[:n]
}

// Shared tells that Content is a part of larger bytes, which whoever keeps it
// keeps too.
func (p PieceJointe) Shared() bool { return p.plain != nil }

// Paths are the elements that an invoice's syntax keeps things in, as the
// platform's texts name them.
type Paths struct {
	Numero, DateFacture, Type, Devise, Cadre, CodePaiement string
	Fournisseur, Destinataire                              string
	CodeService, NumeroEngagement, NumeroMarche            string
	HT, TVA, TTC, APayer                                   string
	Ligne, LigneTVA                                        string
	PieceJointe                                            string
}

package qualif

import (
	"fmt"
	"strings"
)

// CoordonneeBancaire is a bank account of a structure. Clients see its id and
// its name (transverses/v1/recuperer/coordbanc/valides), and give the id with
// an invoice (codeCoordonneesBancairesFournisseur).
type CoordonneeBancaire struct {
	// ID is unique in a data set.
	ID  int64  `json:"idCoordonneeBancaire"`
	Nom string `json:"nomCoordonneeBancaire"`
	// IBAN is without blanks and in upper case, its key right; "" when the
	// account is known by its name only.
	IBAN string `json:"iban,omitempty"`
	// BIC is 8 or 11 letters and digits.
	BIC string `json:"bic,omitempty"`
	// Inactive tells an account that invoices cannot name any more.
	Inactive bool `json:"inactive,omitempty"`
}

// CoordonneeBancaire finds a bank account of the structure by its id, be it
// inactive.
func (s *Structure) CoordonneeBancaire(id int64) (*CoordonneeBancaire, bool) {
	for i := range s.CoordonneesBancaires {
		if s.CoordonneesBancaires[i].ID == id {
			return &s.CoordonneesBancaires[i], true
		}
	}
	return nil, false
}

// CheckIBAN tells what is wrong with an IBAN: blanks, lower case, its length or
// its key (ISO 13616).
func CheckIBAN(iban string) error {
	if len(iban) < 15 || len(iban) > 34 || !isLetters(iban[:2]) || !isDigits(iban[2:4]) || !isAlphanumeric(iban[4:]) {
		return fmt.Errorf("%q is no IBAN: two letters, two digits, then 11 to 30 letters and digits, all in upper case and without blanks", iban)
	}
	rest := 0
	for _, c := range iban[4:] + iban[:4] {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	if rest != 1 {
		return fmt.Errorf("the key of the IBAN %s is wrong", iban)
	}
	return nil
}

// CheckBIC tells what is wrong with a BIC (ISO 9362).
func CheckBIC(bic string) error {
	if (len(bic) != 8 && len(bic) != 11) || !isLetters(bic[:6]) || !isAlphanumeric(bic[6:]) {
		return fmt.Errorf("%q is no BIC: six letters, then 2 or 5 letters and digits, all in upper case", bic)
	}
	return nil
}

const upperLetters, decimalDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"

func isLetters(text string) bool      { return strings.Trim(text, upperLetters) == "" }
func isDigits(text string) bool       { return strings.Trim(text, decimalDigits) == "" }
func isAlphanumeric(text string) bool { return strings.Trim(text, upperLetters+decimalDigits) == "" }

// bankAccounts checks those of a structure; taken are the ids seen before.
func (c *checker) bankAccounts(s *Structure, about string, taken map[int64]bool) {
	for i := range s.CoordonneesBancaires {
		account := &s.CoordonneesBancaires[i]
		c.wrong(account.ID <= 0 || taken[account.ID], about, "idCoordonneeBancaire %d is taken or not positive", account.ID)
		taken[account.ID] = true
		c.wrong(account.Nom == "", about, "bank account %d has no name", account.ID)
		if account.IBAN != "" {
			c.wronged(CheckIBAN(account.IBAN), about)
		}
		if account.BIC != "" {
			c.wronged(CheckBIC(account.BIC), about)
		}
	}
}

// wronged notes a mistake that something else found.
func (c *checker) wronged(err error, about string) {
	c.wrong(err != nil, about, "%v", err)
}

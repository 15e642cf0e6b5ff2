package chorus

import "chorus-qualif/server/qualif"

func libelleDevise(code string) string    { return "" }
func libelleMotif(code string) string     { return "" }
func libelleTypePiece(code string) string { return "" }
func tauxNomme(code string) (string, int64, string, nombre) {
	return code, 0, "", ""
}
func tauxValeur(code string) qualif.Montant { return qualif.Montant{} }

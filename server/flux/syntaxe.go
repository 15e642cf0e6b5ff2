package flux

import "slices"

// Syntaxe is a value of syntaxeFlux.
type Syntaxe string

// The thirteen values that deposer/flux accepts (official Swagger
// "Factures", SYNTAXE_IN). E1 is a flow of data, E2 of data with the readable
// invoice in it.
const (
	E1UBLInvoice     Syntaxe = "IN_DP_E1_UBL_INVOICE"
	E1CII            Syntaxe = "IN_DP_E1_CII"
	E1CII16B         Syntaxe = "IN_DP_E1_CII_16B"
	E1PESFacture     Syntaxe = "IN_DP_E1_PES_FACTURE"
	E1XCBL           Syntaxe = "IN_DP_E1_XCBL"
	E2UBLInvoiceMin  Syntaxe = "IN_DP_E2_UBL_INVOICE_MIN"
	E2CIIMin         Syntaxe = "IN_DP_E2_CII_MIN"
	E2CIIMin16B      Syntaxe = "IN_DP_E2_CII_MIN_16B"
	E2CIIFacturX     Syntaxe = "IN_DP_E2_CII_FACTURX"
	E2PESFactureMin  Syntaxe = "IN_DP_E2_PES_FACTURE_MIN"
	E2CPPFactureMin  Syntaxe = "IN_DP_E2_CPP_FACTURE_MIN"
	PDFArchiveUBLMug Syntaxe = "IN_DP_PDFARCHIVE_UBL_INVOICE_MUG"
	PDFArchiveCIIMug Syntaxe = "IN_DP_PDFARCHIVE_CII_MUG"
)

// content is what a file of a syntax holds.
type content int

const (
	xmlContent content = iota
	pdfContent
)

// syntaxRow is all that differs from one syntax to another.
type syntaxRow struct {
	syntaxe Syntaxe
	content content
	format  format
	// strict asks for what the schema demands to be present. UBL's does, and
	// its lines are mandatory even in the minimal flow (annexe EDI V4.20,
	// FSO1110). CII's demands next to nothing: what is missing there was
	// observed to come back as "L'element … est obligatoire", from the
	// platform's own rules, in Factur-X too.
	strict bool
	// mixed says that the file must carry the readable invoice.
	mixed bool
	// code is the interface's four digits.
	code string
}

// syntaxTable: the interfaces FSO1100A, 1106A, 1110A, 1113A and 1117A are
// official or observed; 1101, 1102, 1103, 1111, 1112, 1114, 1116, 1130 and
// 1131 are our choice of free numbers.
var syntaxTable = []syntaxRow{
	{E1UBLInvoice, xmlContent, ublFormat{}, true, false, "1100"},
	{E1CII, xmlContent, ciiFormat{old: true}, false, false, "1101"},
	{E1CII16B, xmlContent, ciiFormat{}, false, false, "1106"},
	{E1PESFacture, xmlContent, pesFormat{}, false, false, "1102"},
	{E1XCBL, xmlContent, xcblFormat{}, false, false, "1103"},
	{E2UBLInvoiceMin, xmlContent, ublFormat{}, true, true, "1110"},
	{E2CIIMin, xmlContent, ciiFormat{old: true}, false, true, "1111"},
	{E2CIIMin16B, xmlContent, ciiFormat{}, false, true, "1116"},
	{E2CIIFacturX, pdfContent, ciiFormat{}, false, false, "1117"},
	{E2PESFactureMin, xmlContent, pesFormat{}, false, true, "1112"},
	{E2CPPFactureMin, xmlContent, cppFormat{}, false, true, "1113"},
	{PDFArchiveUBLMug, xmlContent, ublFormat{}, true, true, "1130"},
	{PDFArchiveCIIMug, xmlContent, ciiFormat{}, false, true, "1131"},
}

// Syntaxes lists the values of syntaxeFlux.
func Syntaxes() []Syntaxe {
	all := make([]Syntaxe, len(syntaxTable))
	for i, row := range syntaxTable {
		all[i] = row.syntaxe
	}
	return all
}

func (s Syntaxe) row() (syntaxRow, bool) {
	i := slices.IndexFunc(syntaxTable, func(row syntaxRow) bool { return row.syntaxe == s })
	if i < 0 {
		return syntaxRow{}, false
	}
	return syntaxTable[i], true
}

// Known tells one of the thirteen values from anything else.
func (s Syntaxe) Known() bool {
	_, ok := s.row()
	return ok
}

// Interface is the four digits of the interface that carries the syntax, which
// numeroFluxDepot and the name of the flow embed (CPP001 1117 …,
// FSO1117A_CPP001_…); "" for an unknown syntax.
func (s Syntaxe) Interface() string {
	row, _ := s.row()
	return row.code
}

package flux

import (
	"strings"

	"chorus-qualif/server/flux/internal/schema"
	"chorus-qualif/server/flux/internal/xmldoc"
)

// cppFormat is CPP_FACTURE_MIN, the platform's own XML of a mixed flow
// (interface FSO1113A).
//
// Its schema is not public. What is public is that of its sibling, the pivot
// in which the platform hands invoices over (CPPFacturePivot V2_02: the same
// house's names, codes and lengths), so that is what is read here: any root
// that begins with CPPFacture, and in it each CPPFacture…Unitaire. That the
// deposited format has the same names is ours.
type cppFormat struct{}

func (cppFormat) accepts(root *xmldoc.Node) bool { return strings.HasPrefix(root.Local, "CPPFacture") }

func (cppFormat) schema() *schema.Schema { return schema.CPP() }

func (cppFormat) collector(l Limits) collector {
	return &pivotReader{builder: builder{prefix: "FichierXml.", suffix: ".value", most: l.Lines}, unit: isUnit, value: plainValue}
}

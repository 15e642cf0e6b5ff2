package flux

import (
	"strings"

	"chorus-qualif/server/flux/internal/schema"
	"chorus-qualif/server/flux/internal/xmldoc"
)

// pesFormat is PES_FACTURE, of the Treasury's protocol PES V2.
//
// The annexe EDI dropped the format in V4.21 (24/12/2021) with its rules, while
// the API's enum still lists it; its schema is not public. What is public of
// PES is that values are in an attribute V and that files are in ISO-8859-1.
// Everything else here is ours: a root whose name begins with PES, in it each
// Facture, and in that the names of the platform's pivot.
type pesFormat struct{}

func (pesFormat) accepts(root *xmldoc.Node) bool {
	return strings.HasPrefix(strings.ToUpper(root.Local), "PES")
}

func (pesFormat) schema() *schema.Schema { return schema.Any() }

func (pesFormat) collector(l Limits) collector {
	return &pivotReader{
		builder: builder{prefix: "FichierXml.", suffix: ".value", most: l.Lines},
		unit:    func(n *xmldoc.Node) bool { return n.Local == "Facture" },
		value: func(n *xmldoc.Node) string {
			if v := n.Attr("V"); v != "" {
				return v
			}
			return plainValue(n)
		},
	}
}

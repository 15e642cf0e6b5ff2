package flux

import (
	"strings"
	"time"

	"chorus-qualif/server/flux/internal/schema"
	"chorus-qualif/server/flux/internal/xmldoc"
)

// format is one XML format of invoices.
type format interface {
	// accepts tells whether a root element is this format's.
	accepts(root *xmldoc.Node) bool
	// schema is what documents are checked against.
	schema() *schema.Schema
	// collector takes one document in as it is read.
	collector(Limits) collector
}

// collector observes the elements of a document, dropping the lines once it
// has read them, and then reads the rest.
type collector interface {
	xmldoc.Observer
	invoices(root *xmldoc.Node) []Invoice
	// overflowed tells that the document had more lines or invoices than
	// may be read.
	overflowed() bool
}

// builder is what reading one invoice needs in every format: it gathers the
// structural findings as it goes.
type builder struct {
	// prefix begins the paths of the format ("FichierXml."), suffix ends
	// them (".value").
	prefix, suffix string
	found          []Finding
	most           int
	tooMany        bool
}

// room tells whether one more line or invoice may be kept.
func (b *builder) room(have int) bool {
	if have < b.most {
		return true
	}
	b.tooMany = true
	return false
}

func (b *builder) overflowed() bool { return b.tooMany }

// maxStructural bounds the findings kept for one invoice: a report shows 255
// characters of them.
const maxStructural = 50

func (b *builder) add(f Finding) {
	if len(b.found) < maxStructural {
		b.found = append(b.found, f)
	}
}

// path is an element's path as the platform's texts write it.
func (b *builder) path(parts ...string) string {
	return b.prefix + strings.Join(parts, ".") + b.suffix
}

// demand finds missing each element that is absent or empty.
func (b *builder) demand(root *xmldoc.Node, elements ...[]string) {
	for _, parts := range elements {
		if root.At(parts...).Value() == "" {
			b.missing(parts...)
		}
	}
}

func (b *builder) missing(parts ...string) {
	path := b.path(parts...)
	b.add(wMandatory.finding("OBLIGATOIRE", path, path))
}

// amount reads a number; one that is there and cannot be read is a finding.
func (b *builder) amount(n *xmldoc.Node, path ...string) Amount {
	value := ""
	if !n.Long() {
		value = n.Value()
	}
	a, ok := ParseAmount(value)
	if !ok && (value != "" || n.Long()) {
		p := b.path(path...)
		b.add(wBadValue.finding("FORMAT_NUMERIQUE", p, p))
	}
	return a
}

// date reads an ISO day, or a compact one when the format says so.
func (b *builder) date(value, layout string, path ...string) time.Time {
	if value == "" {
		return time.Time{}
	}
	if layout == isoDay {
		if day, ok := schema.ParseDate(value); ok {
			return day
		}
	} else if day, err := time.Parse(layout, value); err == nil {
		return day
	}
	p := b.path(path...)
	b.add(wBadValue.finding("FORMAT_DATE", p, p))
	return time.Time{}
}

const (
	isoDay     = "2006-01-02"
	compactDay = "20060102"
)

// sum adds the amounts of some elements, absent when there is none.
func (b *builder) sum(nodes []*xmldoc.Node, keep func(*xmldoc.Node) bool, amountAt ...string) Amount {
	total := Amount{}
	for _, n := range nodes {
		if keep(n) {
			if a := b.amount(n.At(amountAt...), amountAt...); a.Present() {
				total = total.Add(a)
			}
		}
	}
	return total
}

// typeOf is FACTURE or AVOIR. The platform's pivot only knows 380 and 381;
// the other codes are sorted as UNTDID 1001 and AFNOR XP Z12-012 (G1.01) do.
func typeOf(code string) string {
	switch code {
	case "81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532":
		return "AVOIR"
	}
	return "FACTURE"
}

// frameworkOf is the cadre de facturation. An invoice that gives none is an
// A1; so is one that only names a Peppol process (a URN), which says nothing
// to the platform.
func frameworkOf(code string) string {
	if code == "" || strings.Contains(code, ":") {
		return "A1"
	}
	return code
}

// vatType is typeTva, as AIFE's annexe API derives it from a flow: no VAT line
// is SANS_TVA, a reason of exemption is EXONERATION, else the regime.
func vatType(lines []LigneTVA, regime string) string {
	if len(lines) == 0 {
		return "SANS_TVA"
	}
	for _, l := range lines {
		if l.Motif != "" {
			return "EXONERATION"
		}
	}
	return regime
}

func exemption(lines []LigneTVA) string {
	for _, l := range lines {
		if l.Motif != "" {
			return l.Motif
		}
	}
	return ""
}

// The regimes of VAT. When the invoice names none it is on debits: ours.
const (
	onDebits     = "TVA_SUR_DEBIT"
	onCollection = "TVA_SUR_ENCAISSEMENT"
)

// identifierTypes are the codes of the platform's formats for the kind of an
// identifier (CPPFacturePivot V2_02), in the words of TYPE_ID.
var identifierTypes = map[string]string{
	"1": "SIRET", "2": "UE_HORS_FRANCE", "3": "HORS_UE", "4": "RIDET", "5": "TAHITI", "6": "AUTRE", "7": "PARTICULIER",
}

// identifierType is the kind of an identifier: what its scheme says, else what
// it looks like.
func identifierType(value, scheme string) string {
	if t, ok := identifierTypes[scheme]; ok {
		return t
	}
	switch scheme {
	case "0009":
		return "SIRET"
	case "0223":
		return "UE_HORS_FRANCE"
	case "0227":
		return "HORS_UE"
	case "0228":
		return "RIDET"
	case "0229":
		return "TAHITI"
	}
	digits := strings.Trim(value, "0123456789") == ""
	switch {
	case digits && len(value) == 14:
		return "SIRET"
	case digits && len(value) == 9:
		return "SIREN"
	case scheme == "VA" || scheme == "VAT":
		return "TVA"
	}
	return "AUTRE"
}

// candidate is an element that may hold the identifier of a party.
type candidate struct {
	node   *xmldoc.Node
	scheme string
	path   string
}

// identify chooses the identifier: the first SIRET, else the first identifier
// of another kind that the platform knows structures by, else the first of
// all. The path of what was chosen is given back, or the first one's.
func identify(candidates []candidate) (value, kind, path string) {
	best := 0
	for _, c := range candidates {
		v := c.node.Value()
		if v == "" || c.node.Long() {
			continue
		}
		t := identifierType(v, c.scheme)
		rank := 1
		switch {
		case t == "SIRET":
			rank = 3
		case t != "SIREN" && t != "TVA" && t != "AUTRE", c.scheme == "6":
			rank = 2
		}
		if rank > best {
			best, value, kind, path = rank, v, t, c.path
		}
	}
	if best == 0 && len(candidates) > 0 {
		path = candidates[0].path
	}
	return value, kind, path
}

// paymentModes are the codes that the platform's formats admit (annexe EDI,
// S2.05: 01 10 20 30 31 42 48 49 58 59 97) in the platform's words; the
// pivot's comments say which is which.
var paymentModes = map[string]string{
	"1": "AUTRE", "10": "ESPECE", "20": "CHEQUE", "30": "VIREMENT", "31": "VIREMENT", "42": "VIREMENT",
	"48": "AUTRE", "49": "PRELEVEMENT", "58": "VIREMENT", "59": "PRELEVEMENT", "97": "REPORT",
}

func paymentMode(code string) string {
	return paymentModes[strings.TrimPrefix(code, "0")]
}

// attachment makes a PieceJointe of an element that holds base64.
func attachment(n *xmldoc.Node, name string) PieceJointe {
	if name == "" {
		name = n.Attr("filename")
	}
	return PieceJointe{Nom: name, TypeMime: n.Attr("mimeCode"), encoded: n.Bytes()}
}

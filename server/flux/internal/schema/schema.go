// Package schema holds what the XML schemas of invoices demand, as compact
// tables, and checks a document against them as it is read, in the words of
// Xerces, whose sentences the platform shows.
//
// A table is text, one type a line: the name, then its children in order, each
// "[namespace/]Name[:type][?|*|+]". A type that no line describes is open: its
// content is not checked. A type marked with "!" is closed: it admits no child
// that is not listed. Others let an unlisted child pass, because the tables
// know less than the schemas do and a valid invoice must never be refused.
package schema

import (
	"strings"
	"sync"
)

// Kind is the datatype of a leaf.
type Kind string

// The datatypes that are checked. Everything else is text.
const (
	Text    Kind = ""
	Decimal Kind = "decimal"
	Date    Kind = "date"
	Time    Kind = "time"
	Boolean Kind = "boolean"
	Base64  Kind = "base64Binary"
)

type particle struct {
	local, space string
	typ          string
	kind         Kind
	required     bool
	many         bool
}

type complexType struct {
	name     string
	children []particle
	closed   bool
}

// Schema is one table, ready to check documents.
type Schema struct {
	types map[string]*complexType
	// roots gives the type of each root element, by local name.
	roots map[string]root
	// kindOf tells the datatype of an element that no table names, from its
	// name alone.
	kindOf func(local string) Kind
	// simple says that leaves are of simple types rather than complex types
	// with simple content, which Xerces words otherwise.
	simple bool
}

type root struct{ space, typ string }

func compile(table string, spaces map[string]string, kindOf func(string) Kind) *Schema {
	s := &Schema{types: map[string]*complexType{}, roots: map[string]root{}, kindOf: kindOf}
	for line := range strings.SplitSeq(table, "\n") {
		name, content, ok := strings.Cut(line, " = ")
		if !ok {
			continue
		}
		t := &complexType{}
		t.name, t.closed = strings.CutPrefix(strings.TrimSpace(name), "!")
		for _, token := range strings.Fields(content) {
			t.children = append(t.children, s.particle(token, spaces))
		}
		s.types[t.name] = t
	}
	return s
}

func (s *Schema) particle(token string, spaces map[string]string) particle {
	p := particle{space: spaces[""], required: true}
	if last := token[len(token)-1]; strings.IndexByte("?*+", last) >= 0 {
		token = token[:len(token)-1]
		p.required, p.many = last == '+', last != '?'
	}
	if prefix, rest, ok := strings.Cut(token, "/"); ok {
		p.space, token = spaces[prefix], rest
	}
	p.local, p.typ, _ = strings.Cut(token, ":")
	switch kind := Kind(p.typ); kind {
	case Decimal, Date, Time, Boolean, Base64:
		p.kind, p.typ = kind, ""
	case Text:
		p.kind = s.kindOf(p.local)
	}
	return p
}

func noKind(string) Kind { return Text }

// CII is the Cross Industry Invoice of UN/CEFACT in the profiles of Factur-X:
// what every profile demands, and the order of the widest.
var CII = sync.OnceValue(func() *Schema {
	s := compile(ciiTable, map[string]string{"": ramSpace, "rsm": rsmSpace, "udt": udtSpace, "qdt": qdtSpace}, noKind)
	s.roots["CrossIndustryInvoice"] = root{rsmSpace, "CrossIndustryInvoice"}
	return s
})

// UBL is the Invoice and the CreditNote of OASIS UBL 2.1.
var UBL = sync.OnceValue(func() *Schema {
	s := compile(ublTable, map[string]string{"": cbcSpace, "cac": cacSpace, "ext": extSpace}, ublKind)
	s.roots["Invoice"] = root{ublInvoiceSpace, "Invoice"}
	s.roots["CreditNote"] = root{ublCreditNoteSpace, "CreditNote"}
	return s
})

// CPP knows the datatypes of the platform's own XML formats by the names of
// their elements, which are those of its published pivot schema
// (CPPFacturePivot V2_02); their order and presence it does not check, because
// the schemas of the formats that are deposited are not public.
var CPP = sync.OnceValue(func() *Schema {
	s := compile("", nil, cppKind)
	s.simple = true
	return s
})

func cppKind(local string) Kind {
	switch {
	case strings.HasPrefix(local, "Montant"), local == "Taux", local == "TauxTVA", local == "BaseHt", local == "PrixUnitaire", local == "Quantite":
		return Decimal
	case strings.HasPrefix(local, "Date"):
		return Date
	}
	return Text
}

// ublKind follows the naming rules of UBL: the last word of a basic element's
// name is its datatype.
func ublKind(local string) Kind {
	for _, suffix := range []struct {
		word string
		kind Kind
	}{
		{"Amount", Decimal}, {"Quantity", Decimal}, {"Percent", Decimal}, {"Numeric", Decimal}, {"Rate", Decimal}, {"Measure", Decimal},
		{"Date", Date}, {"Time", Time}, {"Indicator", Boolean}, {"BinaryObject", Base64},
	} {
		if strings.HasSuffix(local, suffix.word) {
			return suffix.kind
		}
	}
	return Text
}

// Any checks nothing: it is for documents whose schema is not known.
var Any = sync.OnceValue(func() *Schema { return compile("", nil, noKind) })

package flux

import (
	"bytes"
	"path"
	"strings"

	"chorus-qualif/server/flux/internal/pdf"
	"chorus-qualif/server/flux/internal/schema"
	"chorus-qualif/server/flux/internal/xmldoc"
)

// Deposit is what a deposited file holds.
type Deposit struct {
	Syntaxe Syntaxe
	// Signed is avecSignature as it was declared.
	Signed bool
	// Archive tells a tar.gz from a single file.
	Archive bool
	Files   []File
	// Invoices are those that could be read, in the order of the deposit.
	Invoices []Invoice
	// Errors are the reasons for which the flow is not receivable. There may
	// be invoices all the same: those of the files that are right.
	Errors []TechnicalError
}

// File is one file of a deposit.
type File struct {
	Name string
	Size int
	// Kind is what the file is, whatever was declared: "PDF", "Factur-X",
	// "UBL Invoice", "UBL CreditNote", "CII", or the name of another root
	// element; "" when it cannot be told.
	Kind string
	// Signed tells that the file carries a signature (PAdES in a PDF, an XML
	// signature in XML). Nothing is verified.
	Signed bool
}

// Read reads a file deposited under a name with a declared syntax. Signed is
// avecSignature, which every client sends false and which changes nothing of
// the reading: Files tell where a signature is. A panic, an unbounded read or
// a loop on any input is a bug.
//
// Long contents of the result (attachments) share the bytes of file, which may
// not be changed afterwards.
func Read(file []byte, name string, syntaxe Syntaxe, signed bool, limits Limits) Deposit {
	r := &run{limits: limits.withDefaults(), deposit: Deposit{Syntaxe: syntaxe, Signed: signed}}
	r.unpacked = r.limits.Unpacked
	row, ok := syntaxe.row()
	name = label(name)
	switch {
	case !ok:
		r.fail(wUnknownSyntax.technical(codeSyntax, name))
	case len(file) > r.limits.File:
		r.fail(wTooLarge.technical(codeSize, name))
	case len(file) == 0:
		r.fail(wEmptyFile.technical(codeFile, name))
	case bytes.HasPrefix(file, []byte{0x1f, 0x8b}):
		r.deposit.Archive = true
		r.archive(file, name, row)
	default:
		r.file(file, name, row)
	}
	if len(r.deposit.Errors) == 0 && len(r.deposit.Invoices) == 0 {
		r.fail(wNoInvoice.technical(codeFile, name))
	}
	return r.deposit
}

type run struct {
	limits   Limits
	unpacked int
	// taken is how many bytes were unpacked so far.
	taken int
	// lenient keeps the invoices of a file that its schema does not allow.
	lenient bool
	deposit Deposit
}

// takes is told of bytes as they are unpacked.
func (r *run) takes(n int) {
	r.taken += n
	if r.taken > r.limits.Light && r.limits.Room != nil {
		r.limits.Room()
		r.limits.Room = nil
	}
}

func (r *run) fail(e TechnicalError) {
	if len(r.deposit.Errors) < r.limits.Errors {
		r.deposit.Errors = append(r.deposit.Errors, e)
	}
}

// label is a file's name as it may be shown: without folders, control
// characters, or undue length (nomFichier has 200 characters).
func label(name string) string {
	const most = 200
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, name)
	if runes := []rune(name); len(runes) > most {
		name = string(runes[:most])
	}
	if name == "." || name == "/" {
		return ""
	}
	return name
}

func (r *run) file(data []byte, name string, row syntaxRow) {
	r.deposit.Files = append(r.deposit.Files, File{Name: name, Size: len(data)})
	if row.content == pdfContent {
		r.facturX(data, name, row)
		return
	}
	r.xml(data, name, row)
}

// last is the file being read.
func (r *run) last() *File { return &r.deposit.Files[len(r.deposit.Files)-1] }

// guard lets a format look at a document only once its root is accepted.
type guard struct {
	format    format
	collector collector
	accepted  bool
	root      *xmldoc.Node
	signed    bool
}

func (g *guard) Open(n *xmldoc.Node) {
	if n.Parent == nil {
		g.root, g.accepted = n, g.format.accepts(n)
	}
	if n.Local == "Signature" && n.Space == "http://www.w3.org/2000/09/xmldsig#" {
		g.signed = true
	}
}

func (g *guard) Close(n *xmldoc.Node) bool {
	return !g.accepted || g.collector.Close(n)
}

func (r *run) xml(data []byte, name string, row syntaxRow) []Invoice {
	g := &guard{format: row.format, collector: row.format.collector(r.limits)}
	checked := schema.NewValidator(row.format.schema(), !row.strict, r.limits.Errors, g)
	doc, fatal := xmldoc.Parse(data, xmldoc.Limits{
		Depth: r.limits.Depth, Elements: r.limits.Elements, Held: r.limits.Held, Attributes: r.limits.Attributes,
	}, checked)
	r.describe(data, g.root, g.signed)
	report := func(message string, offset int) {
		line, column := doc.Position(offset)
		w := wXSD
		if !strings.HasPrefix(message, "cvc-datatype-valid.1.2.1") {
			w.Evidence = Inferred
		}
		r.fail(w.technical(codeXSD, name, message, line, column))
	}
	violations := checked.Violations()
	if g.root != nil && !g.accepted {
		violations = []schema.Violation{{Message: "cvc-elt.1: Cannot find the declaration of element '" + g.root.Name() + "'.", Offset: g.root.Begin}}
	}
	for _, v := range violations {
		report(v.Message, v.Offset)
	}
	switch {
	case fatal != nil:
		report(fatal.Message, fatal.Offset)
		return nil
	case !g.accepted:
		return nil
	case g.collector.overflowed():
		r.fail(wTooLarge.technical(codeSize, name))
		return nil
	case len(violations) > 0 && !r.lenient:
		return nil
	}
	return r.keep(g.collector.invoices(doc.Root), name, row)
}

func (r *run) keep(invoices []Invoice, name string, row syntaxRow) []Invoice {
	if len(r.deposit.Invoices)+len(invoices) > r.limits.Invoices {
		r.fail(wTooManyFiles.technical(codeSize, name, r.limits.Invoices))
		return nil
	}
	before := len(r.deposit.Invoices)
	for _, i := range invoices {
		i.File = name
		if row.mixed && len(i.PiecesJointes) == 0 && len(i.Structural) < maxStructural {
			i.Structural = append(i.Structural, wNoAttachment.finding("PIECE_JOINTE", i.Paths.PieceJointe, i.Paths.PieceJointe))
		}
		r.deposit.Invoices = append(r.deposit.Invoices, i)
	}
	return r.deposit.Invoices[before:]
}

// describe tells what an XML file is, so that a wrong declaration can be
// explained beside the platform's answer.
func (r *run) describe(data []byte, root *xmldoc.Node, signed bool) {
	f := r.last()
	if f.Kind == kindFacturX {
		return
	}
	f.Signed = signed
	switch {
	case pdf.Is(data):
		f.Kind = "PDF"
	case root == nil:
	case ublFormat{}.accepts(root):
		f.Kind = "UBL " + root.Local
	case ciiFormat{}.accepts(root):
		f.Kind = "CII"
	default:
		f.Kind = clean(root.Name())
	}
}

const kindFacturX = "Factur-X"

package flux_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
)

func numbered(n int) fluxtest.Spec {
	s := full()
	s.Number = fmt.Sprintf("FA-%d", n)
	return s
}

func TestArchiveOfSeveralInvoices(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		syntaxe flux.Syntaxe
		make    func(fluxtest.Spec) []byte
	}{{flux.E1UBLInvoice, fluxtest.UBL}, {flux.E2CIIFacturX, fluxtest.FacturX}} {
		d := flux.Read(fluxtest.TarGz(
			fluxtest.File{Name: "lot/", Content: nil},
			fluxtest.File{Name: "lot/1.xml", Content: test.make(numbered(1))},
			fluxtest.File{Name: "lot/._1.xml", Content: []byte("resource fork")},
			fluxtest.File{Name: "../../etc/passwd", Content: test.make(numbered(2))},
			fluxtest.File{Name: "C:\\lot\\3.xml", Content: []byte("<rien/>")},
			fluxtest.File{Name: "4.xml", Content: test.make(numbered(4))},
		), "lot.tar.gz", test.syntaxe, false, flux.Limits{})
		var got []string
		for _, i := range d.Invoices {
			got = append(got, i.File+" "+i.Numero)
		}
		if want := []string{"1.xml FA-1", "passwd FA-2", "4.xml FA-4"}; !d.Archive || !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", test.syntaxe, got, want)
		}
		if len(d.Errors) != 1 || d.Errors[0].File != "3.xml" {
			t.Errorf("%s: errors %+v", test.syntaxe, d.Errors)
		}
	}
}

func gzipped(t *testing.T, write func(io.Writer)) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	write(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// zeros is a file of an archive that is nothing but zeros: it packs a
// thousandfold.
func zeros(t *testing.T, size int64, files int) []byte {
	t.Helper()
	block := make([]byte, 1<<20)
	return gzipped(t, func(w io.Writer) {
		packed := tar.NewWriter(w)
		for n := range files {
			if err := packed.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d.xml", n), Size: size, Typeflag: tar.TypeReg}); err != nil {
				t.Fatal(err)
			}
			for left := size; left > 0; left -= int64(len(block)) {
				if _, err := packed.Write(block[:min(left, int64(len(block)))]); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = packed.Close()
	})
}

func TestHostileArchives(t *testing.T) {
	t.Parallel()
	good := fluxtest.TarGz(fluxtest.File{Name: "1.xml", Content: fluxtest.UBL(full())})
	var many []fluxtest.File
	for n := range 12 {
		many = append(many, fluxtest.File{Name: fmt.Sprint(n, ".xml"), Content: fluxtest.UBL(numbered(n))})
	}
	limits := flux.Limits{File: 1 << 20, Entry: 1 << 20, Unpacked: 2 << 20, Invoices: 10}
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"one bomb", zeros(t, 6<<20, 1), "Le fichier depasse la taille maximale autorisee."},
		{"many bombs", zeros(t, 900<<10, 5), "Le fichier depasse la taille maximale autorisee."},
		{"a bomb that is not a tar", gzipped(t, func(w io.Writer) { _, _ = w.Write(make([]byte, 6<<20)) }), "Le flux ne contient aucune facture."},
		{"too many files", fluxtest.TarGz(many...), "Le flux contient plus de 10 factures."},
		{"cut short", good[:len(good)-40], "L'archive tar.gz n'est pas lisible."},
		{"not a tar", gzipped(t, func(w io.Writer) { _, _ = w.Write([]byte(strings.Repeat("bonjour ", 200))) }), "L'archive tar.gz n'est pas lisible."},
		{"only the mark of gzip", []byte{0x1f, 0x8b}, "L'archive tar.gz n'est pas lisible."},
		{"empty", fluxtest.TarGz(), "Le flux ne contient aucune facture."},
		{"an archive in an archive", fluxtest.TarGz(fluxtest.File{Name: "1.tar.gz", Content: good}), "Content is not allowed in prolog."},
		{"a file that is too large", bytes.Repeat([]byte(" "), 2<<20), "Le fichier depasse la taille maximale autorisee."},
	} {
		d := flux.Read(test.data, "lot.tar.gz", flux.E1UBLInvoice, false, limits)
		if !slices.ContainsFunc(d.Errors, func(e flux.TechnicalError) bool { return strings.Contains(e.Libelle, test.want) }) {
			t.Errorf("%s: %+v, want %s", test.name, d.Errors, test.want)
		}
	}
}

// Room is asked for once, and only for what unpacks beyond what is light.
func TestRoomIsAskedForWhatUnpacksToMuch(t *testing.T) {
	t.Parallel()
	blanks := make([]byte, 300<<10)
	for i := range blanks {
		blanks[i] = ' '
	}
	spec := full()
	spec.Attachments = []fluxtest.File{{Name: "plan.zip", MIME: "application/zip", Content: blanks}}
	for name, flow := range map[string]struct {
		syntaxe flux.Syntaxe
		data    []byte
	}{
		"archive":  {flux.E1UBLInvoice, fluxtest.TarGz(fluxtest.File{Name: "a.xml", Content: fluxtest.UBL(spec)}, fluxtest.File{Name: "b.xml", Content: fluxtest.UBL(spec)})},
		"Factur-X": {flux.E2CIIFacturX, fluxtest.FacturX(spec)},
		"XML":      {flux.E1UBLInvoice, fluxtest.UBL(spec)},
	} {
		for light, want := range map[int]int{100 << 10: 1, 10 << 20: 0} {
			if name == "XML" {
				want = 0
			}
			asked := 0
			flux.Read(flow.data, name, flow.syntaxe, false, flux.Limits{Light: light, Room: func() { asked++ }})
			if asked != want {
				t.Errorf("%s, %d bytes are light: asked %d times, want %d", name, light, asked, want)
			}
		}
	}
}

func TestLinksOfAnArchiveAreNotFollowed(t *testing.T) {
	t.Parallel()
	data := gzipped(t, func(w io.Writer) {
		packed := tar.NewWriter(w)
		for _, kind := range []byte{tar.TypeSymlink, tar.TypeLink, tar.TypeChar, tar.TypeFifo} {
			if err := packed.WriteHeader(&tar.Header{Name: "facture.xml", Linkname: "/etc/passwd", Typeflag: kind}); err != nil {
				t.Fatal(err)
			}
		}
		_ = packed.Close()
	})
	if d := flux.Read(data, "lot.tar.gz", flux.E1UBLInvoice, false, flux.Limits{}); len(d.Files) != 0 || len(d.Errors) != 1 {
		t.Errorf("files %+v, errors %+v", d.Files, d.Errors)
	}
}

func TestHostileXML(t *testing.T) {
	t.Parallel()
	ubl := string(fluxtest.UBL(full()))
	inside := func(what string) string {
		return strings.Replace(ubl, "<cac:PaymentMeans>", what+"<cac:PaymentMeans>", 1)
	}
	limits := flux.Limits{Depth: 50, Held: 1000, Elements: 5000, Lines: 100, Attributes: 50, Errors: 1000}
	for _, test := range []struct{ name, xml, want string }{
		{"depth", inside(strings.Repeat("<cac:Delivery>", 200) + strings.Repeat("</cac:Delivery>", 200)), "nested too deeply"},
		{"elements", inside("<cac:Delivery>" + strings.Repeat("<cbc:ID/>", 2000) + "</cac:Delivery>"), "too many elements"},
		{"lines", strings.Replace(ubl, "</Invoice>", strings.Repeat("<cac:InvoiceLine/>", 200)+"</Invoice>", 1), "depasse la taille"},
		{"attributes", inside("<cac:Delivery" + wide(100) + "/>"), "too many attributes"},
		{"billion laughs", "<!DOCTYPE a [<!ENTITY a \"a\"><!ENTITY b \"&a;&a;\">]>" + inside("&b;"), "DOCTYPE is disallowed"},
		{"an external entity", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a>&x;</a>", "DOCTYPE is disallowed"},
		{"another charset", `<?xml version="1.0" encoding="UTF-7"?><a/>`, `Encoding "UTF-7" is not supported.`},
	} {
		d := flux.Read([]byte(test.xml), "f.xml", flux.E1UBLInvoice, false, limits)
		if !slices.ContainsFunc(d.Errors, func(e flux.TechnicalError) bool { return strings.Contains(e.Libelle, test.want) }) {
			t.Errorf("%s: %+v, want %s", test.name, d.Errors, test.want)
		}
		if len(d.Errors) > 1000 {
			t.Errorf("%s: %d errors", test.name, len(d.Errors))
		}
	}
}

func wide(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d='1'", i)
	}
	return b.String()
}

func TestNamesAreOnlyLabels(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"../../a.xml": "a.xml", "/etc/passwd": "passwd", `C:\x\b.xml`: "b.xml", "": "", "..": "..", "a\x00\nb.xml": "ab.xml", "\xff.xml": ".xml",
		strings.Repeat("é", 300): strings.Repeat("é", 200),
	} {
		d := flux.Read(fluxtest.UBL(full()), name, flux.E1UBLInvoice, false, flux.Limits{})
		if d.Invoices[0].File != want {
			t.Errorf("%q is labelled %q, want %q", name, d.Invoices[0].File, want)
		}
	}
}

// Whatever the bytes and the declaration, Read ends with a deposit that is
// within its limits.
func FuzzRead(f *testing.F) {
	s := full()
	for n, data := range [][]byte{
		fluxtest.UBL(s), fluxtest.CII(s), fluxtest.CPP(s, s), fluxtest.PES(s), fluxtest.XCBL(s), fluxtest.FacturX(s), fluxtest.EncryptedPDF(s),
		fluxtest.TarGz(fluxtest.File{Name: "a", Content: fluxtest.UBL(s)}, fluxtest.File{Name: "b", Content: fluxtest.CII(s)}),
	} {
		for _, m := range []int{0, 2, 8} {
			f.Add(data, uint8(n+m))
		}
	}
	all := flux.Syntaxes()
	limits := flux.Limits{File: 1 << 20, Entry: 1 << 18, Unpacked: 1 << 20, Invoices: 5, Lines: 50, Depth: 40, Elements: 5000, Held: 2000, Attributes: 20, Errors: 10}
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		d := flux.Read(data, "f", all[int(which)%len(all)], false, limits)
		if len(d.Errors) > 10 || len(d.Invoices) > 5 || (len(d.Errors) == 0 && len(d.Invoices) == 0) {
			t.Errorf("%d errors, %d invoices", len(d.Errors), len(d.Invoices))
		}
		for _, i := range d.Invoices {
			if len(i.Lignes) > 50 || len(i.Structural) > 50 {
				t.Errorf("%d lines, %d findings", len(i.Lignes), len(i.Structural))
			}
			_ = flux.Libelle(append(i.Check(), i.Duplicate()))
			for _, p := range i.PiecesJointes {
				if content := p.Content(); content != nil && len(content) > p.Size() {
					t.Errorf("an attachment of %d bytes says %d", len(content), p.Size())
				}
			}
		}
		flux.ReadPDF(data, "f", limits)
	})
}

package fluxtest_test

import (
	"bytes"
	"testing"

	"chorus-qualif/server/flux/fluxtest"
)

// A scenario that deposits a sample must journal the same bytes each time.
func TestTheSameBytesEachTime(t *testing.T) {
	t.Parallel()
	spec := fluxtest.Spec{Service: "S", Attachments: []fluxtest.File{{Name: "a.txt", MIME: "text/plain", Content: []byte("a")}}}
	for name, build := range map[string]func(fluxtest.Spec) []byte{
		"UBL": fluxtest.UBL, "CII": fluxtest.CII, "XCBL": fluxtest.XCBL, "FacturX": fluxtest.FacturX, "PDF": fluxtest.PDF,
		"SignedPDF": fluxtest.SignedPDF, "EncryptedPDF": fluxtest.EncryptedPDF,
		"CPP": func(s fluxtest.Spec) []byte { return fluxtest.CPP(s, s) },
		"PES": func(s fluxtest.Spec) []byte { return fluxtest.PES(s) },
		"TarGz": func(s fluxtest.Spec) []byte {
			return fluxtest.TarGz(fluxtest.File{Name: "f/"}, fluxtest.File{Name: "f/a.xml", Content: fluxtest.UBL(s)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := build(spec), build(spec)
			if !bytes.Equal(first, second) {
				t.Error("two builds differ")
			}
			changed := spec
			changed.Number = "FA-2"
			if bytes.Equal(first, build(changed)) {
				t.Error("the number changes nothing")
			}
		})
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	got := fluxtest.Spec{Lines: []fluxtest.Line{{"a", "3", "1.333", "5.50"}, {"b", "1", "10", "20.00"}, {"c", "2", "0.005", "20.00"}}}.Totals()
	if got.HT.String() != "14.01" || got.TVA.String() != "2.22" || got.TTC.String() != "16.23" || len(got.Rates) != 2 {
		t.Errorf("%+v", got)
	}
}

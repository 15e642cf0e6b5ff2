// Package fluxtest makes deposits for tests and demonstrations: the invoice of
// a Spec in each format that deposer/flux accepts, PDFs, and archives. The same
// Spec always gives the same bytes. What it makes is correct; a test that
// wants it wrong changes the bytes.
//
// It panics on a Spec whose amounts are not numbers or whose dates are not
// days: a test's own mistake.
package fluxtest

import (
	"time"

	"github.com/shopspring/decimal"
)

// Spec is the invoice to make. Every field has a default: a plain invoice of
// 1,200 euros from 33254021516357 to 12345678200051, the recipient of
// qualification that demands nothing.
type Spec struct {
	Number string
	// Type is 380 or 381 (a credit note; UBL then has a CreditNote).
	Type string
	// IssueDate and DueDate are "2026-03-01"; no due date when empty.
	IssueDate, DueDate        string
	Supplier, SupplierName    string
	SupplierVAT               string
	Recipient, RecipientName  string
	Service, Engagement       string
	Market, Framework, Origin string
	// PaymentCode is UNTDID 4461 (30, a transfer, by default).
	PaymentCode, Currency, Note string
	Lines                       []Line
	Attachments                 []File
}

// Line is a line of the invoice. Rate is a percentage.
type Line struct {
	Name, Quantity, Price, Rate string
}

// File is a file to attach, or to put in an archive.
type File struct {
	Name, MIME string
	Content    []byte
}

// Default is the Spec that a zero Spec stands for.
func Default() Spec {
	return Spec{
		Number: "FA-2026-0001", Type: "380", IssueDate: "2026-03-01",
		Supplier: "33254021516357", SupplierName: "Fournisseur 33254021516357", SupplierVAT: "FR04332540215",
		Recipient: "12345678200051", RecipientName: "Destinataire sans parametre",
		Framework: "A1", PaymentCode: "30", Currency: "EUR",
		Lines: []Line{{Name: "Prestation de service", Quantity: "1", Price: "1000.00", Rate: "20.00"}},
	}
}

func (s Spec) filled() Spec {
	d := Default()
	for _, f := range []struct{ field, value *string }{
		{&s.Number, &d.Number}, {&s.Type, &d.Type}, {&s.IssueDate, &d.IssueDate}, {&s.Supplier, &d.Supplier},
		{&s.SupplierName, &d.SupplierName}, {&s.SupplierVAT, &d.SupplierVAT}, {&s.Recipient, &d.Recipient},
		{&s.RecipientName, &d.RecipientName}, {&s.Framework, &d.Framework}, {&s.PaymentCode, &d.PaymentCode}, {&s.Currency, &d.Currency},
	} {
		if *f.field == "" {
			*f.field = *f.value
		}
	}
	if len(s.Lines) == 0 {
		s.Lines = d.Lines
	}
	return s
}

func (s Spec) day(value string) time.Time {
	day, err := time.Parse("2006-01-02", value)
	if err != nil {
		panic(err)
	}
	return day
}

// Totals are the amounts of a Spec, rounded to the cent, as the invoices give
// them.
type Totals struct {
	HT, TVA, TTC decimal.Decimal
	Rates        []RateTotal
}

// RateTotal is the VAT of one rate.
type RateTotal struct {
	Rate      string
	Base, TVA decimal.Decimal
}

// Totals computes the amounts: VAT by rate, in the order in which the lines
// first have each.
func (s Spec) Totals() Totals {
	s = s.filled()
	var t Totals
	for _, l := range s.Lines {
		at := -1
		for i := range t.Rates {
			if t.Rates[i].Rate == l.Rate {
				at = i
			}
		}
		if at < 0 {
			at = len(t.Rates)
			t.Rates = append(t.Rates, RateTotal{Rate: l.Rate})
		}
		t.Rates[at].Base = t.Rates[at].Base.Add(l.amount())
	}
	for i := range t.Rates {
		r := &t.Rates[i]
		r.TVA = r.Base.Mul(decimal.RequireFromString(r.Rate)).Shift(-2).Round(2)
		t.HT, t.TVA = t.HT.Add(r.Base), t.TVA.Add(r.TVA)
	}
	t.TTC = t.HT.Add(t.TVA)
	return t
}

func (l Line) amount() decimal.Decimal {
	return decimal.RequireFromString(l.Quantity).Mul(decimal.RequireFromString(l.Price)).Round(2)
}

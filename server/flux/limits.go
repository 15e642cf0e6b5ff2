package flux

import "errors"

var errNotAmount = errors.New("not a decimal number")

// Limits bound what a deposit may ask of us. A zero field takes its default.
type Limits struct {
	// File is the size of the deposit in bytes: 30 MiB by default, the bound
	// of a flow through the API (AIFE, 30/04/2026, 5.4.1).
	File int
	// Entry is the size of one file of an archive once unpacked, and
	// Unpacked that of all of them and of all that a PDF inflates. Ours: as
	// large as the flow for one, ten times that in all, because XML shrinks
	// tenfold.
	Entry, Unpacked int
	// Light is how many bytes may be unpacked before Room is called, once:
	// it may wait until there is memory for up to Unpacked bytes and what is
	// made of them. nil is room for everybody. Ours.
	Light int
	Room  func()
	// Invoices is how many files an archive may hold: 500, the bound of the
	// annexe EDI.
	Invoices int
	// Lines is how many lines one file's invoices may have, Depth, Elements,
	// Held and Attributes bound its XML: Held is how many elements beside
	// the lines. Ours.
	Lines, Depth, Elements, Held, Attributes int
	// Errors is how many technical errors one file reports. Ours; a real
	// report had 53.
	Errors int
}

// DefaultLimits is Limits with every default.
func DefaultLimits() Limits {
	return Limits{
		File: 30 << 20, Entry: 30 << 20, Unpacked: 300 << 20, Light: 16 << 20, Invoices: 500,
		Lines: 100_000, Depth: 100, Elements: 3_000_000, Held: 200_000, Attributes: 100, Errors: 100,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, f := range []struct {
		field *int
		value int
	}{
		{&l.File, d.File}, {&l.Entry, d.Entry}, {&l.Unpacked, d.Unpacked}, {&l.Light, d.Light}, {&l.Invoices, d.Invoices},
		{&l.Lines, d.Lines}, {&l.Depth, d.Depth}, {&l.Elements, d.Elements}, {&l.Held, d.Held}, {&l.Attributes, d.Attributes}, {&l.Errors, d.Errors},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return l
}

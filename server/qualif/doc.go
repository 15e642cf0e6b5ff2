// Package qualif is the domain: the qualification environment of Chorus Pro
// around the technical account, as a state that only events change.
//
// A command is checked against the State and yields events; each event is a
// fact in domain words that carries every generated value; applying the same
// events to an empty State rebuilds an equal one. The package uses the standard
// library only: no input or output, no wall clock, no randomness that is not
// derived from the sandbox's seed.
package qualif

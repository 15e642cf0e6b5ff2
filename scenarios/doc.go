// Package scenarios holds the library of scenarios, reads Arazzo 1.0 documents
// (https://spec.openapis.org/arazzo/v1.0.1.html) over the program's own
// contracts, and checks them before anything runs: every mistake, with its
// place and what was probably meant.
//
// What two engines understand differently is a mistake too, so that a file that
// passes the check means the same everywhere; docs/scenarios.md lists it.
package scenarios

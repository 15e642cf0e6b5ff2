// Package qualify runs a client's own test command in the situations that
// integrators of Chorus Pro meet, each in a sandbox of its own, and judges what
// became of it: what the client survives, where it stops as it should, and what
// it never met.
//
// A [Situation] is data: how its sandbox is prepared, what goes wrong, which
// explanations prove that the client has met it, what a good client does. The
// built-in ones are in situations.yaml; a file of the same form changes them or
// adds others. [Run] runs them and makes a [Report], which writes itself as text,
// JSON, JUnit XML and HTML.
//
// A [Handout] is what a command is given: addresses and credentials of a sandbox,
// in its environment.
package qualify

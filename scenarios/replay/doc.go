// Package replay runs scenarios against a sandbox, or against the real
// platform, and tells everything that happened as a result.Replay.
//
// The flow of a workflow (steps, goto, retry, values, outputs) is run by the
// arazzo engine of libopenapi; this package makes its calls, judges its
// criteria, moves the sandbox's clock where it would wait, and writes down what
// came of each step. Nothing here knows the server: a target is base URLs.
package replay

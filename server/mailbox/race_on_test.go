//go:build race

package mailbox_test

// raced tells that the race detector is at work, which makes everything some
// ten times slower.
const raced = true

//go:build !race

package mailbox_test

// raced tells that the race detector is at work.
const raced = false

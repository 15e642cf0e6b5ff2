//go:build race

package sandboxes_test

// many is fewer under the race detector, which makes each ten times as heavy.
const many = 1000

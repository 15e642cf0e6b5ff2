//go:build !race

package sandboxes_test

const many = 10_000

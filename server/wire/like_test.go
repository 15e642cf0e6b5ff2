package wire_test

import (
	"testing"

	"chorus-qualif/server/wire"
)

func TestLike(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{"/a", "/a", true}, {"/a", "/ab", false}, {"/a*", "/ab", true}, {"*b", "/ab", true}, {"/*/c", "/a/b/c", true}, {"a*a", "a", false},
		{"*", "", true}, {"a*b*c", "axxbyyc", true}, {"a*b*c", "axxcyyb", false}, {"", "", true}, {"", "x", false},
	} {
		if got := wire.Like(test.pattern, test.text); got != test.want {
			t.Errorf("%q like %q: got %v", test.text, test.pattern, got)
		}
	}
}

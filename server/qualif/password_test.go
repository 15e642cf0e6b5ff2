package qualif_test

import (
	"fmt"
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
)

func count(text, among string) int {
	n := 0
	for _, r := range text {
		if strings.ContainsRune(among, r) {
			n++
		}
	}
	return n
}

const (
	lower = "abcdefghijklmnopqrstuvwxyz"
	upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digit = "0123456789"
)

// The shapes are those of real passwords: 13 characters of which 10 lower case,
// one upper case, one digit, one special; 16 with many specials before.
func TestPasswordShapes(t *testing.T) {
	t.Parallel()
	const draws = 5_000
	for generator, test := range map[string]struct {
		length, lowers, uppers, digits, specials int
		exact                                    bool
		alphabet                                 string
	}{
		"13-one-special":   {13, 10, 1, 1, 1, true, "_$(.:&;<"},
		"16-many-specials": {16, 1, 1, 1, 5, false, ":;&|{-+$("},
	} {
		t.Run(generator, func(t *testing.T) {
			t.Parallel()
			seen, first := map[string]bool{}, map[byte]bool{}
			holding := map[string]int{}
			for i := range draws {
				p := qualif.GeneratePassword(generator, int64(i%7), fmt.Sprint(i))
				counts := [5]int{len(p), count(p, lower), count(p, upper), count(p, digit), count(p, test.alphabet)}
				want := [5]int{test.length, test.lowers, test.uppers, test.digits, test.specials}
				fits := counts == want
				if !test.exact {
					fits = counts[0] == want[0] && counts[1] >= want[1] && counts[2] >= want[2] && counts[3] >= want[3] && counts[4] == want[4]
				}
				if !fits || counts[1]+counts[2]+counts[3]+counts[4] != counts[0] {
					t.Fatalf("%s has %v, want %v (length, lower, upper, digits, specials)", p, counts, want)
				}
				seen[p], first[p[0]] = true, true
				for _, r := range test.alphabet {
					if strings.ContainsRune(p, r) {
						holding[string(r)]++
					}
				}
			}
			if len(seen) != draws {
				t.Errorf("%d of %d passwords are not unique", draws-len(seen), draws)
			}
			if len(first) < 60 {
				t.Errorf("passwords begin with %d characters only: the order is not random", len(first))
			}
			// What breaks naive clients must turn up within a few accounts.
			for _, breaking := range []string{":", "$", "&", "("} {
				if share := float64(holding[breaking]) / draws; share < 0.10 {
					t.Errorf("%q is in %.1f %% of the passwords, want at least 10", breaking, 100*share)
				}
			}
			for _, r := range test.alphabet {
				if holding[string(r)] == 0 {
					t.Errorf("%q never turns up", r)
				}
			}
			if generator == "16-many-specials" && holding[":"] != draws {
				t.Errorf("only %d of %d passwords of 2020 have the header's separator", holding[":"], draws)
			}
		})
	}
}

func TestPasswordsComeFromTheSeed(t *testing.T) {
	t.Parallel()
	for _, generator := range []string{"13-one-special", "16-many-specials"} {
		draw := func(seed int64, purpose string) string { return qualif.GeneratePassword(generator, seed, purpose) }
		if first, again := draw(1, "a"), draw(1, "a"); first != again {
			t.Error("the same seed and purpose give another password")
		}
		if draw(1, "a") == draw(2, "a") || draw(1, "a") == draw(1, "b") || draw(1, "a") == draw(-1, "a") {
			t.Error("another seed or purpose gives the same password")
		}
	}
}

// Only a digest is kept, and it is of no use for another account.
func TestPasswordDigest(t *testing.T) {
	t.Parallel()
	sb, other := founded(t, "portail-2022"), founded(t, "portail-2022", func(f *qualif.Found) { f.Seed = 2 })
	created := sb.create()
	kept := created.Account.PasswordDigest
	if strings.Contains(kept, created.Password) || kept != sb.PasswordDigest(strings.ToLower(created.Account.Login), created.Password) {
		t.Errorf("got digest %s", kept)
	}
	if kept == sb.PasswordDigest("TECH_2_"+supplier+"@cpro.fr", created.Password) {
		t.Error("two accounts with one password have one digest")
	}
	if kept == other.PasswordDigest(created.Account.Login, created.Password) {
		t.Error("two seeds give one digest")
	}
}

package gateway_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/gateway"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func TestTokenLifetime(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "lifetime", nil)
	token := p.token(t, sb)
	advance(t, sb, time.Hour-time.Millisecond)
	expect(t, p.call(t, token), http.StatusOK, "")
	p.machine.move(48 * time.Hour)
	expect(t, p.call(t, token), http.StatusOK, "")
	advance(t, sb, time.Millisecond)
	expect(t, p.call(t, token), http.StatusUnauthorized, "token-expired")
	want := "the token was issued on 2026-03-01T09:00:00.000+01:00 and expired 2026-03-01T10:00:00.000+01:00, 3600 s later; the clock of sandbox lifetime reads 2026-03-01T10:00:00.000+01:00"
	if got := p.call(t, token).header.Get("X-Sandbox-Explain"); got != "token-expired: "+want {
		t.Errorf("got %q", got)
	}
}

func TestTokenLifetimeOnTheWall(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "wall", onSwitch(qualif.SwitchTokenClock, "wall"))
	token := p.token(t, sb)
	advance(t, sb, 48*time.Hour)
	expect(t, p.call(t, token), http.StatusOK, "")
	p.machine.move(time.Hour - time.Millisecond)
	expect(t, p.call(t, token), http.StatusOK, "")
	p.machine.move(time.Millisecond)
	expect(t, p.call(t, token), http.StatusUnauthorized, "token-expired")
}

// A reset takes the clock back to the start and keeps the seed: tokens of later
// are from the future, those of the start come true again.
func TestTokenAfterReset(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "reset", nil)
	first := p.token(t, sb)
	advance(t, sb, time.Millisecond)
	later := p.token(t, sb)
	if err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	r := p.call(t, later)
	expect(t, r, http.StatusUnauthorized, "token-unknown")
	if got := r.header.Get("WWW-Authenticate"); got != unknownToken {
		t.Errorf("got %q, want %q", got, unknownToken)
	}
	expect(t, p.call(t, first), http.StatusOK, "")
	advance(t, sb, time.Millisecond)
	expect(t, p.call(t, later), http.StatusOK, "")
}

func TestTokenOfAnotherSeed(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "seeds", nil))
	if _, _, err := p.registry.Put("seeds", sandboxes.Spec{Seed: 2}); err != nil {
		t.Fatal(err)
	}
	expect(t, p.call(t, token), http.StatusUnauthorized, "token-unknown")
}

func TestTokenOfADeletedSandbox(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "deleted", nil))
	if err := p.registry.Delete("deleted"); err != nil {
		t.Fatal(err)
	}
	r := p.call(t, token)
	expect(t, r, http.StatusUnauthorized, "token-unknown")
	if got := r.header.Get("X-Sandbox"); got != sandboxes.Default {
		t.Errorf("answered by sandbox %q", got)
	}
}

// Another process with the same seed and name takes the token, and one that is
// signed by another sandbox is nobody's.
func TestTokenInAnotherProcessAndSandbox(t *testing.T) {
	t.Parallel()
	here, there := newPlatform(t, nil), newPlatform(t, nil)
	token := here.token(t, here.sandbox(t, "replica", nil))
	there.sandbox(t, "replica", nil)
	expect(t, there.call(t, token), http.StatusOK, "")

	var key [32]byte
	here.sandbox(t, "mine", nil).Read(func(v sandboxes.View) { key = v.TokenKey() })
	forged := gateway.ForgeToken(sandboxes.Mark("replica"), 1, start, 1, key)
	expect(t, here.call(t, forged), http.StatusUnauthorized, "token-unknown")
	right := gateway.ForgeToken(sandboxes.Mark("mine"), 1, start, 1, key)
	expect(t, here.call(t, right), http.StatusOK, "")
}

func TestTokenTampered(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "tampered", nil))
	try := func(altered string) {
		t.Helper()
		r := p.serve(http.MethodPost, search, headers(altered), "{}")
		if r.status != http.StatusUnauthorized || r.header["WWW-Authenticate"][0] != unknownToken {
			t.Errorf("%s: got %d %q, want 401 and an unknown token", altered, r.status, r.header["WWW-Authenticate"])
		}
	}
	for i := range token {
		for _, digit := range digits + "-_é" {
			if altered := token[:i] + string(digit) + token[i+1:]; altered != token {
				try(altered)
			}
		}
		try(token[:i] + token[i+1:])
		try(token[:i] + "0" + token[i:])
	}
	if r := p.serve(http.MethodPost, search, headers(token), "{}"); r.status != http.StatusOK {
		t.Errorf("the token itself: got %d", r.status)
	}
}

func TestTokensOfOneInstantDiffer(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "instant", nil)
	if a, b := p.token(t, sb), p.token(t, sb); a == b {
		t.Errorf("two tokens of one instant are %s", a)
	}
}

// What is in a token comes out of it, and each 40 bytes have one writing.
func TestTokenIsABijection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := [40]byte(rapid.SliceOfN(rapid.Byte(), 40, 40).Draw(t, "raw"))
		text := gateway.Encode62(raw)
		if !tokenShape.MatchString(text) {
			t.Fatalf("%x is written %q", raw, text)
		}
		if back, ok := gateway.Decode62(text); !ok || back != raw {
			t.Fatalf("%x is written %q and read %x", raw, text, back)
		}
	})
	for _, edge := range []byte{0, 0xff} {
		raw := [40]byte(bytes.Repeat([]byte{edge}, 40))
		text := gateway.Encode62(raw)
		if back, ok := gateway.Decode62(text); !ok || back != raw {
			t.Errorf("%x is written %q and read %x", raw, text, back)
		}
	}
	largest := gateway.Encode62([40]byte(bytes.Repeat([]byte{0xff}, 40)))
	next := largest[:53] + string(digits[strings.IndexByte(digits, largest[53])+1])
	if _, ok := gateway.Decode62(next); ok {
		t.Errorf("%q is beyond 40 bytes and was read", next)
	}
}

func TestTokenHoldsItsClaims(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		mark, application := rapid.Uint64().Draw(t, "mark"), rapid.Uint32().Draw(t, "application")
		issued := time.UnixMilli(rapid.Int64Range(-1<<47, 1<<47-1).Draw(t, "issued"))
		serial := rapid.Uint32().Draw(t, "serial")
		key := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
		gotMark, gotApplication, gotIssued, genuine := gateway.CheckToken(gateway.ForgeToken(mark, application, issued, serial, key), key)
		if gotMark != mark || gotApplication != application || !gotIssued.Equal(issued) || !genuine {
			t.Fatalf("got %d %d %s %t, want %d %d %s true", gotMark, gotApplication, gotIssued, genuine, mark, application, issued)
		}
	})
}

// A clock that ticks expires tokens by itself.
func TestTokenOnATickingClock(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb, _, err := p.registry.Put("ticking", sandboxes.Spec{Mode: clock.Scaled, At: start, Rate: 60})
	if err != nil {
		t.Fatal(err)
	}
	token := p.token(t, sb)
	p.machine.move(59 * time.Second)
	expect(t, p.call(t, token), http.StatusOK, "")
	p.machine.move(time.Second)
	expect(t, p.call(t, token), http.StatusUnauthorized, "token-expired")
}

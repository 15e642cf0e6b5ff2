package gateway_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Sandboxes driven at the same time do not meet: each has its own clock, its
// own tokens and its own accounts.
func TestSandboxesDoNotMeet(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	const many = 40
	for i := range many {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			sb := p.sandbox(t, fmt.Sprintf("alone-%d", i), nil)
			own := p.token(t, sb)
			header := headers(own)
			header[wire.SandboxHeader] = "alone-0"
			created, err := sandboxes.Do(sb, qualif.Create{By: manager, Siret: siretB})
			if err != nil {
				t.Fatal(err)
			}
			header["cpro-account"] = basic(created.Account.Login, created.Password)
			wait := time.Duration(i) * time.Minute
			advance(t, sb, wait)
			r := p.send(t, http.MethodPost, search, header, "{}")
			status, code := http.StatusOK, ""
			if wait < 30*time.Minute {
				status, code = http.StatusUnauthorized, "technical-account-creation-pending"
			}
			expect(t, r, status, code)
			if got := r.header.Get(wire.SandboxHeader); got != sb.Name() {
				t.Errorf("answered by %q, want the token's own sandbox", got)
			}
			if got, want := r.header.Get("Date"), start.Add(wait).UTC().Format(http.TimeFormat); got != want {
				t.Errorf("Date: got %q, want %q", got, want)
			}
		})
	}
}

// Without a token the sandbox is the header's, or the default one.
func TestSandboxOfACallWithoutToken(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	advance(t, p.sandbox(t, "named", nil), time.Hour)
	for asked, want := range map[string]string{"": "default", "inconnu": "default", "named": "named"} {
		r := p.send(t, http.MethodPost, search, with(wire.SandboxHeader, asked), "{}")
		expect(t, r, http.StatusBadRequest, "authorization-missing")
		sb, _ := p.registry.Get(want)
		if got := r.header.Get(wire.SandboxHeader); got != want || r.header.Get("Date") != sb.Now().UTC().Format(http.TimeFormat) {
			t.Errorf("X-Sandbox %q: answered by %q at %s", asked, got, r.header.Get("Date"))
		}
	}
}

// Calls of one sandbox go on while others change it.
func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "busy", onSwitch(qualif.SwitchLockAfter, "10"))
	token := p.token(t, sb)
	var wg sync.WaitGroup
	ids := make([]sync.Map, 1)
	for worker := range 8 {
		wg.Go(func() {
			for i := range 25 {
				header := headers(token)
				if worker == 0 {
					advance(t, sb, time.Second)
				}
				if worker == 1 && i%5 == 0 {
					header["cpro-account"] = basic(active, "x")
				}
				r := p.send(t, http.MethodPost, search, header, "{}")
				if want := http.StatusOK; r.status != want && header["cpro-account"] == basic(active, secret) {
					t.Errorf("got %d %q", r.status, r.code())
				}
				if _, twice := ids[0].LoadOrStore(r.header.Get("x-correlationid"), true); twice {
					t.Errorf("%s came twice", r.header.Get("x-correlationid"))
				}
			}
		})
	}
	wg.Wait()
}

// The same seed and the same requests give the same bytes, tokens and
// correlation ids included.
func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	run := func() []string {
		p := newPlatform(t, nil)
		sb := p.sandbox(t, "same", nil)
		token := p.token(t, sb)
		seen := []string{token}
		for _, r := range []reply{p.call(t, token), p.send(t, http.MethodPost, search, with(wire.SandboxHeader, "same"), ""), p.call(t, "x"), p.call(t, p.token(t, sb))} {
			seen = append(seen, fmt.Sprint(r))
		}
		return seen
	}
	first, second := run(), run()
	for i := range first {
		if first[i] != second[i] {
			t.Errorf("first  %s\nsecond %s", first[i], second[i])
		}
	}
}

// The correlation id begins with the second on the sandbox's clock and a
// counter, both little-endian.
func TestCorrelationID(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "ids", nil)
	other := p.sandbox(t, "others", nil)
	token, foreign := p.token(t, sb), p.token(t, other)
	first := p.call(t, token).header.Get("x-correlationid")
	second := p.call(t, token).header.Get("x-correlationid")
	elsewhere := p.call(t, foreign).header.Get("x-correlationid")
	// 2026-03-01T08:00:00Z is 0x69a3f200; the first serial went to the token.
	if first[:15] != "Id-00f2a3690200" || second[:15] != "Id-00f2a3690300" {
		t.Errorf("got %q then %q", first, second)
	}
	if first[15:] == second[15:] || first == elsewhere {
		t.Errorf("got %q, %q, and %q elsewhere", first, second, elsewhere)
	}
}

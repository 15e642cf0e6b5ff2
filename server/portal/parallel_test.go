package portal_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/sandboxes"
)

// TestParallelCreations: 200 at once on one structure get 200 logins whose
// numbers follow each other, and as many passwords.
func TestParallelCreations(t *testing.T) {
	t.Parallel()
	const count = 200
	h := open(t, "portail-2022")
	replies := make([]reply, count)
	var group sync.WaitGroup
	for i := range count {
		group.Go(func() { replies[i] = h.as(manager).post("/structures/"+auteuil+accounts, "") })
	}
	group.Wait()
	var numbers []int
	passwords := map[string]bool{}
	for _, r := range replies {
		n, err := strconv.Atoi(fmt.Sprint(r.is(http.StatusCreated).value("technicalAccount.number")))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := r.text("technicalAccount.login"), fmt.Sprintf("TECH_%d_%s@cpro.fr", n, auteuil); got != want {
			t.Errorf("login: got %s, want %s", got, want)
		}
		numbers = append(numbers, n)
		passwords[r.text("password")] = true
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != i+1 {
			t.Fatalf("numbers: got %v, want 1 to %d", numbers, count)
		}
	}
	if len(passwords) != count {
		t.Errorf("got %d different passwords, want %d", len(passwords), count)
	}
	if got := len(h.as(manager).get("/structures/"+auteuil+accounts).lists("technicalAccounts", "login")); got != count {
		t.Errorf("got %d accounts listed, want %d", got, count)
	}
}

// TestParallelSubmissions: a form submitted many times at once creates one
// account.
func TestParallelSubmissions(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := h.as(manager)
	body := fmt.Sprintf(`{"preparation":%q}`, who.post("/structures/"+hotel+accounts+"/preparation", "").is(http.StatusOK).text("preparation"))
	replies := make([]reply, 20)
	var group sync.WaitGroup
	for i := range replies {
		group.Go(func() { replies[i] = who.post("/structures/"+hotel+accounts, body) })
	}
	group.Wait()
	created := 0
	for _, r := range replies {
		if r.status == http.StatusCreated {
			created++
			continue
		}
		r.refuses(http.StatusConflict, "preparation-unknown", "preparation")
	}
	if created != 1 {
		t.Errorf("got %d accounts, want 1", created)
	}
}

// TestParallelSandboxes: people of the same name in many sandboxes, each with
// its own clock, never meet.
func TestParallelSandboxes(t *testing.T) {
	t.Parallel()
	const count = 50
	h := open(t, "portail-2022")
	for i := range count {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			h := h.in(t)
			name, at := "sandbox-"+strconv.Itoa(i), start.AddDate(0, 0, i)
			sandbox, _, err := h.registry.Put(name, sandboxes.Spec{Seed: int64(i + 1), Mode: clock.Frozen, At: at})
			if err != nil {
				t.Fatal(err)
			}
			who := h.as(manager).with("X-Sandbox", name)
			for n := 1; n <= 1+i%5; n++ {
				r := who.post("/structures/"+auteuil+accounts, "").is(http.StatusCreated).
					has(map[string]any{"technicalAccount.login": fmt.Sprintf("TECH_%d_%s@cpro.fr", n, auteuil)})
				if got, want := r.header.Get("Date"), sandbox.Now().UTC().Format(http.TimeFormat); got != want {
					t.Errorf("Date: got %q, want %q", got, want)
				}
				if got := r.header.Get("X-Sandbox"); got != name {
					t.Errorf("X-Sandbox: got %q, want %q", got, name)
				}
			}
			span, err := clock.ParseSpan("30m")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := sandbox.Advance(sandboxes.Move{By: span}); err != nil {
				t.Fatal(err)
			}
			who.post(accounts+"/TECH_1_"+auteuil+"@cpro.fr/deactivation", "").is(http.StatusOK)
			if got, want := len(who.get("/structures/"+auteuil+accounts).lists("technicalAccounts", "login")), 1+i%5; got != want {
				t.Errorf("got %d accounts, want %d", got, want)
			}
		})
	}
}

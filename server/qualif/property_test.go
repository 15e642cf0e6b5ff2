package qualif_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chorus-qualif/server/qualif"
)

// world is a sandbox that rapid lives in, the oracle that watches it, and a
// script by which another can live the same.
type world struct {
	*rapid.T
	sb      *sandbox
	oracle  *oracle
	script  []func(*sandbox)
	forms   []string
	secrets []string
	// blind worlds are lived in without the oracle.
	blind bool
}

// lifeSeeds are accounts in every status at the start, on a structure where
// logins of every generation live together.
var lifeSeeds = []qualif.AccountSeed{
	{Status: qualif.Actif, PasswordDays: 420},
	{Status: qualif.Actif, PasswordDays: 500},
	{Status: qualif.EnCreation, ChangedMinutes: 20},
	{Status: qualif.EnDesactivation, ChangedMinutes: 10, PasswordDays: 3},
	{Status: qualif.EnReactivation, ChangedMinutes: 5, PasswordDays: 40},
	{Status: qualif.Inactif, ChangedDays: 59, PasswordDays: 60},
	{Status: qualif.Inactif, ChangedDays: 61, PasswordDays: 70},
	{Status: qualif.Supprime, ChangedDays: 100, PasswordDays: 120},
}

func lifeDataSet(t *testing.T) *qualif.DataSet {
	var seeds []qualif.AccountSeed
	for i, seed := range lifeSeeds {
		seed.StructureID, seed.Login = branchID, fmt.Sprintf("TECH_%d_%s@cpp2021.fr", i+1, branch)
		seeds = append(seeds, seed)
	}
	d := withRecipients(unindexed(seeds...))
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	return d
}

func newWorld(t *testing.T, rt *rapid.T, data *qualif.DataSet) *world {
	profile := rapid.SampledFrom(profileNames()).Draw(rt, "profile")
	switches := qualif.Switches{}
	for _, set := range [][]string{
		{qualif.SwitchLockAfter, "off", "3"}, {qualif.SwitchWhilePending, "refuse", "allow"},
		{qualif.SwitchExpiryReminder, "off", "15-days"}, {qualif.SwitchContactMail, "on", "off"},
	} {
		switches[set[0]] = rapid.SampledFrom(set[1:]).Draw(rt, set[0])
	}
	for _, s := range qualif.AllSwitches() {
		if slices.Contains(factureSwitches, s.Key) {
			switches[s.Key] = rapid.SampledFrom(s.Values).Draw(rt, s.Key)
		}
	}
	start := paris("2026-01-01 00:00:00").Add(time.Duration(rapid.Int64Range(0, int64(4*365*24*time.Hour/time.Millisecond)).Draw(rt, "start")) * time.Millisecond)
	if rapid.Bool().Draw(rt, "near a change") {
		start = rapid.SampledFrom([]time.Time{paris("2026-03-29 01:45:00 +0100"), paris("2026-10-25 02:15:00 +0200"), paris("2026-10-25 02:15:00 +0100"), paris("2028-02-29 12:00:00")}).Draw(rt, "change")
	}
	sb := foundedAt(t, start, profile, func(f *qualif.Found) { f.DataSet, f.Switches = data, switches })
	w := &world{T: rt, sb: sb, oracle: newOracle(profile, switches)}
	for i, seed := range lifeSeeds {
		login := fmt.Sprintf("TECH_%d_%s@cpp2021.fr", i+1, branch)
		password, _ := sb.SeedPassword(login)
		changed := civilDays(start, -seed.ChangedDays).Add(-time.Duration(seed.ChangedMinutes) * time.Minute)
		since, worksFrom := civilDays(start, -seed.PasswordDays), time.Time{}
		var wishes []wish
		switch seed.Status {
		case qualif.EnCreation:
			since, worksFrom = changed, changed.Add(halfHour)
		case qualif.EnDesactivation:
			wishes = []wish{{changed, false}}
		case qualif.EnReactivation:
			wishes = []wish{{changed.AddDate(0, 0, -1), false}, {changed, true}}
		case qualif.Inactif, qualif.Supprime:
			wishes = []wish{{changed.Add(-halfHour), false}}
		}
		w.oracle.born(login, branch, password, since, worksFrom, wishes...)
		w.secrets = append(w.secrets, password)
	}
	return w
}

// present is the sandbox's instant: the wall may have been set back.
func (w *world) present() time.Time {
	if w.sb.now.Before(w.sb.Now) {
		return w.sb.Now
	}
	return w.sb.now
}

// play runs a command, which must leave everything alone when it is refused.
func play[R any](w *world, command qualif.Command[R]) (R, error) {
	at := w.sb.now
	w.script = append(w.script, func(sb *sandbox) {
		sb.now = at
		_, _ = try(sb, command)
	})
	before := w.sb.Clone()
	before.CatchUp(at)
	result, err := try(w.sb, command)
	if err != nil {
		var refusal *qualif.Refusal
		if !errors.As(err, &refusal) {
			w.Fatalf("%T%+v: %v", command, command, err)
		}
		if !reflect.DeepEqual(before, w.sb.State) {
			w.Fatalf("%T%+v was refused (%v) and changed the state", command, command, err)
		}
	}
	return result, err
}

// expect compares an outcome with the oracle's.
func (w *world) expect(what string, accepted bool, err error) {
	if (err == nil) != accepted && !w.blind {
		w.Fatalf("%s at %s: got %v, the oracle would accept it: %v", what, w.present(), err, accepted)
	}
}

// pass moves the wall, mostly on, to where things are about to happen.
func (w *world) pass() {
	at := w.sb.now
	switch rapid.IntRange(-3, 7).Draw(w.T, "pass") {
	case -3, -2, -1, 0: // no time at all
	case 1:
		at = at.Add(time.Duration(rapid.Int64Range(1, int64(2*time.Hour)).Draw(w.T, "a while")))
	case 2:
		at = at.Add(halfHour)
	case 3:
		at = civilDays(at, rapid.SampledFrom([]int{1, 1, 15, 15, 59, 60, 61, 364, 423, 424, 425, 1000}).Draw(w.T, "days"))
	case 4, 5, 6:
		if due := w.sb.Due(time.Time{}); len(due) > 0 {
			at = rapid.SampledFrom(due).Draw(w.T, "due").At.Add(time.Duration(rapid.IntRange(-1, 1).Draw(w.T, "beside")) * time.Millisecond)
		}
	case 7:
		at = at.Add(-time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(w.T, "set back")))
	}
	w.sb.to(at)
	w.script = append(w.script, func(sb *sandbox) { sb.to(at) })
}

// watch compares every login and password with the oracle, now and at some
// instant to come.
func (w *world) watch() {
	w.compare(w.sb.State, w.present(), "")
	later := w.present().Add(time.Duration(rapid.Int64Range(0, int64(500*24*time.Hour)).Draw(w.T, "later")))
	if due := w.sb.Due(time.Time{}); len(due) > 0 && rapid.Bool().Draw(w.T, "at a due instant") {
		later = rapid.SampledFrom(due).Draw(w.T, "due").At.Add(-time.Duration(rapid.IntRange(0, 1).Draw(w.T, "before")) * time.Millisecond)
	}
	if later.Before(w.present()) {
		return
	}
	copied := w.sb.Clone()
	copied.CatchUp(later)
	w.compare(copied, later, "foreseen ")
}

func (w *world) compare(s *qualif.State, at time.Time, how string) {
	for _, l := range w.oracle.lives {
		a, ok := s.Account(l.login)
		if !ok {
			w.Fatalf("%s is gone", l.login)
		}
		want := l.passes(at, l.password())
		if got := s.Authenticate(at, strings.ToLower(l.login), l.password()); got.Granted() != want || a.Usable(at) != want {
			w.Fatalf("%s%s: %s: got %s (%s), usable %v; the oracle says %v", how, at, l.login, got.Code, got.Why, a.Usable(at), want)
		}
		for _, old := range l.passwords[:len(l.passwords)-1] {
			if s.Authenticate(at, l.login, old.password).Granted() {
				w.Fatalf("%s%s: %s: the password of %s still passes", how, at, l.login, old.since)
			}
		}
		if down, lost := l.down(at); lost != (a.Status == qualif.Supprime) || down && !lost != (a.Status == qualif.Inactif) || l.pending(at) != a.Status.Pending() {
			w.Fatalf("%s%s: %s is %s; the oracle says down %v, lost %v, pending %v", how, at, l.login, a.Status, down, lost, l.pending(at))
		}
	}
}

// check looks at the whole of a life once it has been lived.
func (w *world) check(t *testing.T, data *qualif.DataSet) {
	journal := journalJSON(t, w.sb.journal)
	var events []qualif.Event
	if err := json.Unmarshal(journal, &events); err != nil {
		w.Fatal(err)
	}
	half := rapid.IntRange(0, len(events)).Draw(w.T, "half")
	first := qualif.NewState(w.sb.library)
	if err := first.Replay(events[:half]); err != nil {
		w.Fatal(err)
	}
	second := first.Clone()
	if err := second.Replay(events[half:]); err != nil {
		w.Fatal(err)
	}
	if !reflect.DeepEqual(second, w.sb.State) {
		w.Fatalf("the journal does not rebuild the state\ngot  %+v\nwant %+v", second, w.sb.State)
	}
	again := foundedAt(t, w.sb.journal[0].At, w.oracle.profile, func(f *qualif.Found) { f.DataSet, f.Switches = data, w.oracle.switches })
	for _, line := range w.script {
		line(again)
	}
	if !bytes.Equal(journalJSON(t, again.journal), journal) {
		w.Fatalf("the same seed and commands gave another journal")
	}
	for _, secret := range w.secrets {
		if escaped, _ := json.Marshal(secret); bytes.Contains(journal, []byte(secret)) || bytes.Contains(journal, bytes.Trim(escaped, `"`)) {
			w.Fatalf("the journal tells %s", secret)
		}
	}
	w.checkOrder()
	w.checkInvoices()
	w.checkSorted()
}

// checkOrder reads the journal: instants never decrease, causes are earlier, a
// number is higher than any before it on its structure, a login is new.
func (w *world) checkOrder() {
	highest, logins := map[int64]int{}, map[string]bool{}
	for i, e := range w.sb.journal {
		if e.Seq != uint64(i+1) || e.Cause >= e.Seq || i > 0 && e.At.Before(w.sb.journal[i-1].At) {
			w.Fatalf("event %d: got seq %d at %s because of %d", i+1, e.Seq, e.At, e.Cause)
		}
		switch p := e.Payload.(type) {
		case qualif.TechnicalAccountImported:
			highest[p.Account.StructureID] = max(highest[p.Account.StructureID], p.Account.Number)
			logins[strings.ToLower(p.Account.Login)] = true
		case qualif.TechnicalAccountRequested:
			if p.Number != 0 && p.Number != highest[p.StructureID]+1 || p.Number == 0 && w.oracle.profile == "portail-2022" {
				w.Fatalf("number %d follows %d", p.Number, highest[p.StructureID])
			}
			if logins[strings.ToLower(p.Login)] {
				w.Fatalf("login %s is given twice", p.Login)
			}
			highest[p.StructureID], logins[strings.ToLower(p.Login)] = p.Number, true
		}
	}
}

// Whatever people ask for and whatever time passes, the rules hold.
func TestLives(t *testing.T) {
	t.Parallel()
	data := lifeDataSet(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, rt, data)
		w.watch()
		for range rapid.IntRange(30, 60).Draw(rt, "steps") {
			w.pass()
			rapid.SampledFrom(asks).Draw(rt, "ask").do(w)
			w.watch()
		}
		w.check(t, data)
	})
}

// The same for invoices, flows and files: these lives are full of them.
func TestInvoiceLives(t *testing.T) {
	t.Parallel()
	data := lifeDataSet(t)
	every := slices.Concat(factureAsks, factureAsks, asks)
	seen := map[qualif.Kind]int{}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, rt, data)
		for range rapid.IntRange(60, 120).Draw(rt, "steps") {
			w.pass()
			rapid.SampledFrom(every).Draw(rt, "ask").do(w)
		}
		w.check(t, data)
		for _, e := range w.sb.journal {
			seen[e.Payload.Kind()]++
		}
	})
	for _, kind := range []qualif.Kind{"PieceJointeAjoutee", "FluxDepose", "FluxAvance", "FluxTraite", "FactureDeposee", "FactureStatut", "FactureModifiee", "FactureAction"} {
		if seen[kind] == 0 {
			t.Errorf("no life had a %s", kind)
		}
	}
}

// A copy and its original live on without a trace of each other.
func TestCloneIsIndependent(t *testing.T) {
	t.Parallel()
	data := lifeDataSet(t)
	every := slices.Concat(factureAsks, asks)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, rt, data)
		live := func(sb *sandbox, what string, most int) {
			w.sb = sb
			for range rapid.IntRange(most/2, most).Draw(rt, what) {
				w.pass()
				rapid.SampledFrom(every).Draw(rt, "ask").do(w)
			}
		}
		original := w.sb
		live(original, "steps", 15)
		w.blind = true // the oracle can watch one life only
		twin := *original
		twin.State, twin.journal = original.Clone(), slices.Clone(original.journal)
		for range rapid.IntRange(1, 3).Draw(rt, "turns") {
			live(&twin, "steps of the copy", 6)
			live(original, "steps of the original", 6)
		}
		// Only states made apart share nothing with one another.
		for name, sb := range map[string]*sandbox{"original": original, "copy": &twin} {
			if !reflect.DeepEqual(sb.State, sb.replayed()) {
				rt.Fatalf("the %s is not what its own journal makes", name)
			}
		}
	})
}

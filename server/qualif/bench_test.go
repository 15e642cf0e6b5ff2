package qualif_test

import (
	"fmt"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// crowd is a sandbox of n accounts that work, each made at its own minute.
func crowd(b *testing.B, n int) *sandbox {
	b.Helper()
	sb := founded(b, "portail-2022")
	for range n {
		sb.create()
		sb.pass(time.Minute)
	}
	sb.pass(time.Hour)
	return sb
}

func BenchmarkAuthenticate(b *testing.B) {
	sb := crowd(b, 1)
	created := sb.active()
	for name, password := range map[string]string{"right": created.Password, "wrong": "x"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sb.Authenticate(sb.now, created.Account.Login, password)
			}
		})
	}
}

// BenchmarkAdvanceYear lets a year and two months pass over 5,000 accounts,
// each of which is deactivated, lost, and has its password expire: 15,000 events.
func BenchmarkAdvanceYear(b *testing.B) {
	const accounts = 5000
	sb := crowd(b, accounts)
	for _, a := range sb.Accounts() {
		do(sb, qualif.Deactivate{By: manager, Login: a.Login})
	}
	to := sb.now.AddDate(0, 14, 0)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		copied := sb.Clone()
		b.StartTimer()
		advanced, _, err := qualif.Execute(copied, sb.now, qualif.Advance{To: to})
		if err != nil || len(advanced.Fired) != 2*accounts {
			b.Fatalf("%d fired, %v", len(advanced.Fired), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(2*accounts), "ns/event")
}

func BenchmarkClone(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		sb := crowd(b, n)
		b.Run(fmt.Sprintf("accounts=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sb.Clone()
			}
		})
	}
}

func BenchmarkReplay(b *testing.B) {
	sb := crowd(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if err := qualif.NewState(sb.library).Replay(sb.journal); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(sb.journal)), "ns/event")
}

// BenchmarkSearch asks what few structures and what many answer to: by identifier,
// by part of a name that one has or a twelfth have, by a postal code, by nothing but
// yes-or-no criteria on the first page and on the last; again, and by two letters
// for the first time.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1, 1000, 1_000_000} {
		d := town(b, n)
		last, yes := d.Structures[n-1], true
		middle := min(n/2|1, n-1)
		unique, town := fmt.Sprintf("%07d", 7919*middle%10_000_019), ""
		if a := d.Structures[middle].Adresse; a != nil {
			town = a.Ville
		}
		for _, c := range []struct {
			name string
			q    qualif.StructureQuery
		}{
			{"identifier", qualif.StructureQuery{TypeIdentifiant: last.TypeIdentifiant, Identifiant: last.Identifiant}},
			{"name-of-one", qualif.StructureQuery{RaisonSociale: unique}},
			{"part-of-a-name", qualif.StructureQuery{RaisonSociale: unique[2:]}},
			{"words-and-town", qualif.StructureQuery{RaisonSociale: unique[1:], Ville: town}},
			{"name-of-a-twelfth", qualif.StructureQuery{RaisonSociale: "menuiserie"}},
			{"postal-code", qualif.StructureQuery{CodePostal: "59012"}},
			{"everything", qualif.StructureQuery{}},
			{"visible", qualif.StructureQuery{Publique: &yes, Visible: &qualif.Principal{Structures: []*qualif.Structure{&d.Structures[n-1]}}}},
			{"last-page", qualif.StructureQuery{Offset: max(n-10, 0)}},
			{"two-letters", qualif.StructureQuery{RaisonSociale: "me"}},
		} {
			c.q.Limit = 10
			d.Search(c.q)
			b.Run(fmt.Sprintf("structures=%d/%s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					d.Search(c.q)
				}
			})
		}
		b.Run(fmt.Sprintf("structures=%d/two-letters-anew", n), func(b *testing.B) {
			pairs := []string{"me", "en", "nu", "ui", "is", "se", "er", "ri", "ie", "im", "mp", "pr"} // more than are kept
			for i := 0; b.Loop(); i++ {
				d.Search(qualif.StructureQuery{RaisonSociale: pairs[i%len(pairs)], Limit: 10})
			}
		})
	}
}

func BenchmarkIndex(b *testing.B) {
	d := manyStructures(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Index(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFoundSandbox(b *testing.B) {
	for name, d := range map[string]*qualif.DataSet{
		"small":            dataSet(b, qualif.AccountSeed{StructureID: supplierID, Status: qualif.Actif}),
		"100000structures": manyStructures(b, 100_000),
	} {
		shelf := library{d}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				found := qualif.Found{Name: "bench", Seed: 1, Profile: "portail-2022", DataSet: d}
				if _, _, err := qualif.Execute(qualif.NewState(shelf), noon, found); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

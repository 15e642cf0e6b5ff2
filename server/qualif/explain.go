package qualif

import "time"

// Standing is how a technical account stands from an instant on, for a client
// that has its right password.
type Standing struct {
	At time.Time
	// Because is what happens by itself at that instant; "" for the first
	// standing, which is the present one.
	Because DueKind
	Verdict
}

// maxStandings bounds a look into the future; an account has a handful.
const maxStandings = 20

// Standings tells how an account stands at an instant, up to which the state must
// be caught up, and how it will if nobody does anything. It changes nothing. An
// unknown login has the one standing that a call with it would meet.
func (s *State) Standings(now time.Time, login string) []Standing {
	a, ok := s.Account(login)
	if !ok {
		return []Standing{{At: now, Verdict: s.stranger(login, "")}}
	}
	all := []Standing{{At: now, Verdict: s.standing(now, a)}}
	future := s.Clone()
	for len(all) < maxStandings {
		next, ok := future.nextAbout(a.Login)
		if !ok {
			break
		}
		result, _, err := Execute(future, next.At, Advance{To: next.At})
		if err != nil {
			break
		}
		then, _ := future.Account(login)
		all = append(all, Standing{At: result.To, Because: next.Kind, Verdict: future.standing(result.To, then)})
	}
	return all
}

// nextAbout is the first thing due about a subject.
func (s *State) nextAbout(subject string) (Due, bool) {
	for _, d := range s.Due(zeroInstant) {
		if foldLogin(d.Subject) == foldLogin(subject) {
			return d, true
		}
	}
	return Due{}, false
}

// CreationRefused tells why the manager of a structure could not ask for a
// technical account now; nil when they could. The state is not changed.
func (s *State) CreationRefused(now time.Time, siret string) error {
	structure, ok := s.data.ByIdentifier(SIRET, siret)
	if !ok {
		return refuse("structure-unknown", siret)
	}
	manager, ok := s.ManagerOf(structure.ID)
	if !ok {
		return refuse("not-primary-manager", siret)
	}
	_, _, err := Execute(s.Clone(), now, Prepare{By: manager, Siret: siret})
	return err
}

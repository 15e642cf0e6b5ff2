package portal

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// coolDown is how long a login is refused after too many wrong passwords, on
// the sandbox's clock.
const coolDown = 15 * time.Minute

// maxCounted bounds the logins whose failures are counted; beyond it the counts
// start anew.
const maxCounted = 100_000

// attempts counts wrong passwords in a row, where the switch
// portal.login-attempts asks for it. Unknown logins count like known ones, so
// that nobody learns which exist.
type attempts struct {
	mu     sync.Mutex
	counts map[attemptKey]attempt
}

type attemptKey struct {
	sandbox string
	founded time.Time
	login   string
}

type attempt struct {
	wrong int
	last  time.Time
}

func newAttempts() *attempts { return &attempts{counts: map[attemptKey]attempt{}} }

// logIn is the login of a person, within the limit.
func (all *attempts) logIn(sandbox *sandboxes.Sandbox, login, password string) (*qualif.Person, *qualif.Refusal) {
	var limit int
	var key attemptKey
	var now time.Time
	sandbox.Read(func(v sandboxes.View) {
		limit, _ = strconv.Atoi(v.Switches.Get(qualif.SwitchLoginAttempts)) // "off" is no limit
		key, now = attemptKey{sandbox.Name(), v.StartedAt, strings.ToLower(login)}, v.Present
	})
	if limit == 0 {
		return logIn(sandbox, login, password)
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	if until := all.counts[key].last.Add(coolDown); all.counts[key].wrong >= limit {
		if now.Before(until) {
			return nil, refusal("login-attempts", limit, screenInstant(until))
		}
		delete(all.counts, key)
	}
	person, refused := logIn(sandbox, login, password)
	switch {
	case refused == nil:
		delete(all.counts, key)
	case refused.Code == "login-refused":
		if len(all.counts) >= maxCounted {
			clear(all.counts)
		}
		all.counts[key] = attempt{all.counts[key].wrong + 1, now}
	}
	return person, refused
}

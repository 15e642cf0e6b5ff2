package portal

import (
	"sync"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// maxSessions bounds the memory of people who are logged in; beyond it the one
// unused for longest is logged out.
const maxSessions = 10_000

// session is a person logged in with a browser. Its values are its holder's:
// the mutex is held for the whole of a request.
type session struct {
	id, token string
	sandbox   string
	login     string
	// founded is the start of the sandbox's life that the login was in: a
	// sandbox that is reset has nobody logged in.
	founded time.Time

	mu sync.Mutex
	// seen is the last request, on the sandbox's clock.
	seen   time.Time
	locale locale
	notice *notice
	// forms are those shown and not submitted, by what they are about.
	forms map[string]qualif.Prepared
	// summary is what the screen that shows a new password shows, until
	// another screen is asked for.
	summary *summary
	ended   bool
}

// alive tells whether the session goes on at an instant of its sandbox.
func (s *session) alive(v sandboxes.View, idle time.Duration) bool {
	return !s.ended && s.founded.Equal(v.StartedAt) && !v.Present.Before(s.seen) && v.Present.Sub(s.seen) <= idle
}

// sessions holds who is logged in, by the value of the cookie.
type sessions struct {
	// secret makes values that nobody guesses.
	secret func() string

	mu   sync.Mutex
	byID map[string]*session
	// used orders sessions by their last use.
	used  map[string]uint64
	count uint64
}

func newSessions(secret func() string) *sessions {
	return &sessions{secret: secret, byID: map[string]*session{}, used: map[string]uint64{}}
}

// open logs a person in under a value that nobody knew before.
func (all *sessions) open(sandbox *sandboxes.Sandbox, login string, l locale) *session {
	s := &session{
		id: all.secret(), token: all.secret(), sandbox: sandbox.Name(), login: login, locale: l, forms: map[string]qualif.Prepared{},
	}
	sandbox.Read(func(v sandboxes.View) { s.founded, s.seen = v.StartedAt, v.Present })
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(all.byID) >= maxSessions {
		all.forget(all.oldest())
	}
	all.byID[s.id] = s
	all.use(s.id)
	return s
}

func (all *sessions) find(id string) *session {
	all.mu.Lock()
	defer all.mu.Unlock()
	s := all.byID[id]
	if s != nil {
		all.use(id)
	}
	return s
}

// close logs out.
func (all *sessions) close(id string) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.forget(id)
}

func (all *sessions) use(id string) {
	all.count++
	all.used[id] = all.count
}

func (all *sessions) forget(id string) {
	delete(all.byID, id)
	delete(all.used, id)
}

func (all *sessions) oldest() (id string) {
	first := all.count + 1
	for candidate, at := range all.used {
		if at < first {
			id, first = candidate, at
		}
	}
	return id
}

// Package jim is MailHog's chaos monkey: it refuses and breaks SMTP sessions by
// chance. Here the chance is seeded: the n-th connection that meets it fares
// the same each time.
package jim

import (
	"hash/fnv"
	"math/rand/v2"
	"sync"
)

// Settings are what MailHog's API shows and takes. Chances are from 0 to 1,
// speeds in bytes a second.
type Settings struct {
	DisconnectChance      float64
	AcceptChance          float64
	LinkSpeedAffect       float64
	LinkSpeedMin          float64
	LinkSpeedMax          float64
	RejectSenderChance    float64
	RejectRecipientChance float64
	RejectAuthChance      float64
	// Seed chooses among the possible courses of events. It is not
	// MailHog's; 0 stands for one made from the sandbox's name.
	Seed int64 `json:",omitempty"`
}

// Defaults are MailHog's.
func Defaults() Settings {
	return Settings{
		DisconnectChance: 0.005, AcceptChance: 0.99, LinkSpeedAffect: 0.1, LinkSpeedMin: 1024, LinkSpeedMax: 10240,
		RejectSenderChance: 0.05, RejectRecipientChance: 0.05, RejectAuthChance: 0.05,
	}
}

// Party is where Jim is or is not, scope by scope. It is safe for concurrent
// use.
type Party struct {
	mu     sync.Mutex
	scopes map[string]*guest
}

// guest is Jim in one scope. His last settings outlive his leaving, as in
// MailHog.
type guest struct {
	settings Settings
	there    bool
	met      uint64
}

// NewParty is a party without Jim.
func NewParty() *Party { return &Party{scopes: map[string]*guest{}} }

// Invite lets Jim come with these settings, or his last ones when s is nil. It
// reports false when he is there already.
func (p *Party) Invite(scope string, s *Settings) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.scopes[scope]
	if g == nil {
		g = &guest{settings: Defaults()}
		p.scopes[scope] = g
	}
	if g.there {
		return false
	}
	g.there, g.met = true, 0
	if s != nil {
		g.settings = *s
	}
	return true
}

// Instruct changes Jim's settings; he begins anew. It reports false when he is
// not there.
func (p *Party) Instruct(scope string, s Settings) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.scopes[scope]
	if g == nil || !g.there {
		return false
	}
	g.settings, g.met = s, 0
	return true
}

// Dismiss sends Jim away. It reports false when he is not there.
func (p *Party) Dismiss(scope string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.scopes[scope]
	if g == nil || !g.there {
		return false
	}
	g.there = false
	return true
}

// Forget is Dismiss, and his settings go too.
func (p *Party) Forget(scope string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.scopes, scope)
}

// Settings are Jim's, when he is there.
func (p *Party) Settings(scope string) (Settings, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.scopes[scope]
	if g == nil || !g.there {
		return Settings{}, false
	}
	return g.settings, true
}

// Meet is a connection's encounter with Jim: nil when he is not there.
func (p *Party) Meet(scope string) *Monkey {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.scopes[scope]
	if g == nil || !g.there {
		return nil
	}
	g.met++
	seed := uint64(g.settings.Seed)
	if seed == 0 {
		h := fnv.New64a()
		h.Write([]byte(scope))
		seed = h.Sum64()
	}
	return &Monkey{settings: g.settings, chance: rand.New(rand.NewPCG(seed, g.met))}
}

// Monkey is Jim on one connection. A nil Monkey does nothing. Its methods are
// for one goroutine at a time.
type Monkey struct {
	settings Settings
	chance   *rand.Rand
}

// RefusesConnection, and the like, draw whether it does.
func (m *Monkey) RefusesConnection() bool {
	return m != nil && m.chance.Float64() > m.settings.AcceptChance
}

// Disconnects draws whether the connection ends, once a command.
func (m *Monkey) Disconnects() bool {
	return m != nil && m.chance.Float64() < m.settings.DisconnectChance
}

// RefusesAuth draws whether a login is refused.
func (m *Monkey) RefusesAuth() bool {
	return m != nil && m.chance.Float64() < m.settings.RejectAuthChance
}

// RefusesSender draws whether a MAIL command is refused.
func (m *Monkey) RefusesSender() bool {
	return m != nil && m.chance.Float64() < m.settings.RejectSenderChance
}

// RefusesRecipient draws whether an RCPT command is refused.
func (m *Monkey) RefusesRecipient() bool {
	return m != nil && m.chance.Float64() < m.settings.RejectRecipientChance
}

// LinkSpeed draws whether the connection is slow, and how slow in bytes a
// second: at least 1. 0 is not slow.
func (m *Monkey) LinkSpeed() float64 {
	if m == nil || m.chance.Float64() >= m.settings.LinkSpeedAffect {
		return 0
	}
	s := m.settings
	return max(1, s.LinkSpeedMin+(s.LinkSpeedMax-s.LinkSpeedMin)*m.chance.Float64())
}

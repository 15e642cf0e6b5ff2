package qualif

import "errors"

// Fork makes a copied state a sandbox of its own, under another name: its
// client_ids, its secrets and the key of its tokens are no longer those of the
// sandbox it was copied from. Accounts, their passwords and what is due stay.
// It is a plain error on a state that was never founded.
type Fork struct {
	// Name is the fork's.
	Name string
}

func (c Fork) execute(t *Transaction) (struct{}, error) {
	s := t.s
	if s.Seq == 0 {
		return struct{}{}, errors.New("there is nothing to fork")
	}
	forked := SandboxForked{From: s.Name, Name: c.Name}
	for _, a := range s.Applications() {
		own := *a
		if own.Name == defaultApplicationName(s.Name) {
			own.Name = defaultApplicationName(c.Name)
		}
		own.ClientID = clientID(s.Seed, c.Name, own.Name)
		forked.Applications = append(forked.Applications, own)
	}
	t.emit(forked)
	return struct{}{}, nil
}

// SandboxForked is where the journal of a fork leaves that of the sandbox it
// was copied from: what is before it is shared history.
type SandboxForked struct {
	v1
	From string `json:"from"`
	Name string `json:"name"`
	// Applications replace those there were; only their names and client_ids
	// differ.
	Applications []Application `json:"applications"`
}

// Kind implements Payload.
func (SandboxForked) Kind() Kind { return "SandboxForked" }

// Subject implements Payload.
func (p SandboxForked) Subject() string { return p.Name }

func (p SandboxForked) apply(s *State, _ Event) {
	s.Name = p.Name
	s.applications = make(map[string]*Application, len(p.Applications))
	s.clients = make(map[string]*Application, len(p.Applications))
	for i := range p.Applications {
		app := p.Applications[i]
		s.applications[app.Name], s.clients[app.ClientID] = &app, &app
	}
}

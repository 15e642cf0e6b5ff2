package controlroom

import (
	"sync"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// brief is what the pages need of an event to list it; its data are read again
// for the few that are shown.
type brief struct {
	Seq, Cause uint64
	At         time.Time
	Kind       qualif.Kind
	Subject    string
	// Imported marks what came with the data set.
	Imported bool
}

// span is a stretch of an account's life that begins at an instant and lasts
// until the next one.
type span struct {
	From  time.Time
	State string
}

// The states of a bar beside those of an account: its password does not pass.
const (
	stateExpired = "EXPIRED"
	stateLocked  = "LOCKED"
)

// track is an account's life so far: its statuses, and apart from them the times
// when its password did not pass ("" ends one).
type track struct {
	Statuses, Blocks []span
	// Last is the latest event about it that did not come with the data set.
	Last uint64
}

// history is what the journal of a sandbox says, read once and kept up with.
type history struct {
	mu     sync.Mutex
	sb     *sandboxes.Sandbox
	epoch  uint64
	briefs []brief
	tracks map[string]*track
	// mails holds the event of each notification by its ID.
	mails map[string]uint64
}

// histories keeps the few that are being looked at; any can be read again.
type histories struct {
	mu     sync.Mutex
	recent []*history
}

const maxHistories = 32

// of is a sandbox's history up to its last event.
func (h *histories) of(sb *sandboxes.Sandbox) (*history, error) {
	found := h.find(sb)
	return found, found.follow()
}

func (h *histories) find(sb *sandboxes.Sandbox) *history {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, known := range h.recent {
		if known.sb == sb {
			copy(h.recent[1:i+1], h.recent[:i])
			h.recent[0] = known
			return known
		}
	}
	if len(h.recent) < maxHistories {
		h.recent = append(h.recent, nil)
	}
	copy(h.recent[1:], h.recent)
	h.recent[0] = &history{sb: sb}
	return h.recent[0]
}

// forget drops a sandbox that is gone.
func (h *histories) forget(sb *sandboxes.Sandbox) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, known := range h.recent {
		if known.sb == sb {
			h.recent = append(h.recent[:i], h.recent[i+1:]...)
			return
		}
	}
}

const followAtOnce = 5000

// follow reads the events that are new. Another life of the sandbox is read from
// its beginning.
func (h *history) follow() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		epoch := h.sb.Epoch()
		if h.epoch != epoch || h.tracks == nil {
			h.epoch, h.briefs, h.tracks, h.mails = epoch, nil, map[string]*track{}, map[string]uint64{}
		}
		events, last, err := h.sb.Journal(h.seq(), followAtOnce)
		if err != nil {
			return err
		}
		if h.sb.Epoch() != epoch {
			continue // read across two lives
		}
		for _, e := range events {
			h.learn(e)
		}
		if len(events) == 0 || h.seq() >= last {
			return nil
		}
	}
}

// seq is the number of the last event that is known.
func (h *history) seq() uint64 {
	if len(h.briefs) == 0 {
		return 0
	}
	return h.briefs[len(h.briefs)-1].Seq
}

func (h *history) learn(e qualif.Event) {
	_, imported := e.Payload.(qualif.TechnicalAccountImported)
	h.briefs = append(h.briefs, brief{e.Seq, e.Cause, e.At, e.Payload.Kind(), e.Payload.Subject(), imported})
	status := func(login string, s qualif.Status) {
		t := h.track(login)
		t.Statuses, t.Last = append(t.Statuses, span{e.At, string(s)}), e.Seq
	}
	block := func(login, state string) {
		t := h.track(login)
		t.Blocks, t.Last = append(t.Blocks, span{e.At, state}), e.Seq
	}
	switch p := e.Payload.(type) {
	case qualif.TechnicalAccountImported:
		h.bring(e.At, &p.Account)
	case qualif.TechnicalAccountRequested:
		status(p.Login, qualif.EnCreation)
	case qualif.TechnicalAccountEffective:
		status(p.Login, qualif.Actif)
	case qualif.DeactivationRequested:
		status(p.Login, qualif.EnDesactivation)
	case qualif.TechnicalAccountDeactivated:
		status(p.Login, qualif.Inactif)
	case qualif.ReactivationRequested:
		status(p.Login, qualif.EnReactivation)
	case qualif.TechnicalAccountReactivated:
		status(p.Login, qualif.Actif)
	case qualif.TechnicalAccountDeleted:
		status(p.Login, qualif.Supprime)
	case qualif.PasswordReset:
		block(p.Login, "")
	case qualif.PasswordExpired:
		block(p.Login, stateExpired)
	case qualif.AuthenticationFailed:
		if p.Locked {
			block(p.Login, stateLocked)
		}
	case qualif.ContactChanged:
		h.track(p.Login).Last = e.Seq
	case qualif.MailQueued:
		h.mails[p.Mail.ID] = e.Seq
	}
}

func (h *history) track(login string) *track {
	t, ok := h.tracks[login]
	if !ok {
		t = &track{}
		h.tracks[login] = t
	}
	return t
}

// bring draws the life that an account of the data set had before.
func (h *history) bring(start time.Time, a *qualif.TechnicalAccount) {
	t := h.track(a.Login)
	add := func(at time.Time, s qualif.Status) {
		if !at.IsZero() && !at.After(start) {
			t.Statuses = append(t.Statuses, span{at, string(s)})
		}
	}
	add(a.CreatedAt, qualif.EnCreation)
	add(a.EffectiveAt, qualif.Actif)
	add(a.DeactivatedAt, qualif.Inactif)
	if a.Status == qualif.Supprime {
		add(a.ReactivableUntil, qualif.Supprime)
	}
	if n := len(t.Statuses); n == 0 || t.Statuses[n-1].State != string(a.Status) {
		t.Statuses = append(t.Statuses, span{start, string(a.Status)})
	}
	if a.PasswordExpired(start) {
		t.Blocks = append(t.Blocks, span{a.PasswordExpiresAt, stateExpired})
	}
}

// at finds an event by its number.
func (h *history) at(seq uint64) (brief, bool) {
	if seq == 0 || seq > uint64(len(h.briefs)) {
		return brief{}, false
	}
	return h.briefs[seq-1], true
}

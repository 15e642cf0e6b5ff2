package sandboxes

import "time"

// touch notes that somebody uses the sandbox.
func (sb *Sandbox) touch() {
	if sb.registry.idleAfter > 0 {
		sb.used.Store(sb.registry.wall.Now().UnixNano())
	}
}

// Touch keeps a sandbox that is only listened to from going idle.
func (sb *Sandbox) Touch() { sb.touch() }

// sweeps is how many times sandboxes are looked through in the time after which
// an idle one goes: one lives at most a quarter longer than it has to.
const sweeps = 4

// sweepLater looks for idle sandboxes in a while, again and again.
func (r *Registry) sweepLater() {
	r.sweeping.Lock()
	defer r.sweeping.Unlock()
	if r.idleAfter > 0 && !r.stopped {
		r.stopSweep = r.wall.AfterFunc(max(r.idleAfter/sweeps, time.Millisecond), func() {
			r.sweep()
			r.sweepLater()
		})
	}
}

// sweep deletes the sandboxes that nobody has used for too long. The default one
// stays.
func (r *Registry) sweep() {
	limit := r.wall.Now().Add(-r.idleAfter).UnixNano()
	for _, name := range r.Names() {
		sb, ok := r.Find(name)
		if !ok || name == Default || sb.used.Load() > limit {
			continue
		}
		sb.mu.Lock()
		if !sb.gone && sb.used.Load() <= limit {
			_ = r.forget(sb) // a journal that cannot be dropped harms nobody
		}
		sb.mu.Unlock()
	}
}

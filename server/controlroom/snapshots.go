package controlroom

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"chorus-qualif/server/sandboxes"
)

type snapshotsPart struct {
	Rows []snapshotRow
	// From is the snapshot that a copy would be made from, "" for the present.
	From string
	// Take and Copy are what a person typed, shown again when it is refused.
	Take, Copy snapshotForm
}

type snapshotRow struct {
	Name   string
	At     time.Time
	Ago    string
	Events uint64
	// Restore, Drop and Copy are addresses.
	Restore, Drop, Copy string
	Chosen              bool
}

type snapshotForm struct {
	Name  string
	Wrong []string
}

// snapshots lists what the sandbox can be taken back to.
func (p *page) snapshots(sb *sandboxes.Sandbox) {
	part := &snapshotsPart{From: p.Query.Get("from")}
	for _, s := range sb.Snapshots() {
		query := "?snapshot=" + url.QueryEscape(s.Name)
		row := snapshotRow{
			Name: s.Name, At: s.At, Events: s.Events, Chosen: s.Name == part.From,
			Restore: p.Base + "/confirm/restore" + query, Drop: p.Base + "/confirm/drop-snapshot" + query,
			Copy: p.Base + "/snapshots?from=" + url.QueryEscape(s.Name) + "#copy",
		}
		switch since := p.Clock.Now.Sub(s.At); {
		case since > 0:
			row.Ago = words(since) + " ago"
		default:
			row.Ago = "the present"
		}
		part.Rows = append(part.Rows, row)
	}
	p.Snapshots = part
}

func snapshotNamed(sb *sandboxes.Sandbox, name string) (sandboxes.Snapshot, bool) {
	for _, s := range sb.Snapshots() {
		if s.Name == name {
			return s, true
		}
	}
	return sandboxes.Snapshot{}, false
}

// takeSnapshot keeps the sandbox as it is; a name that is taken is refused, so a
// slip loses nothing.
func (r *Room) takeSnapshot(v *visit, sb *sandboxes.Sandbox) {
	name := strings.TrimSpace(v.g.PostForm("name"))
	_, exists := snapshotNamed(sb, name)
	var err error
	switch {
	case name == "":
		err = errForm("Under which name?")
	case exists:
		err = errForm("A snapshot is called " + name + " already: delete it first, or choose another name.")
	default:
		err = v.ask(sb, http.MethodPut, nil, "snapshots", name).read(nil)
	}
	if err != nil {
		v.refuseSnapshot(sb, func(p *snapshotsPart) { p.Take = snapshotForm{name, reasons(err)} })
		return
	}
	v.done(notice{true, "Snapshot " + name + " is taken."}, "/sandboxes/"+sb.Name()+"/snapshots")
}

// fork makes a copy under a new name: another sandbox is never replaced.
func (r *Room) fork(v *visit, sb *sandboxes.Sandbox) {
	name, from := strings.TrimSpace(v.g.PostForm("as")), v.g.PostForm("snapshot")
	_, exists := r.o.Registry.Find(name)
	var err error
	switch {
	case name == "":
		err = errForm("What is the copy called?")
	case exists:
		err = errForm("A sandbox is called " + name + " already: choose another name, or delete it.")
	default:
		body := map[string]string{"as": name}
		if from != "" {
			body["snapshot"] = from
		}
		err = v.ask(sb, http.MethodPost, body, "fork").read(nil)
	}
	if err != nil {
		v.refuseSnapshot(sb, func(p *snapshotsPart) {
			p.Copy, p.From = snapshotForm{name, reasons(err)}, from
			for i := range p.Rows {
				p.Rows[i].Chosen = p.Rows[i].Name == from
			}
		})
		return
	}
	v.done(notice{true, fmt.Sprintf("Sandbox %s is a copy of %s, with credentials of its own.", name, sb.Name())}, "/sandboxes/"+name)
}

func (v *visit) refuseSnapshot(sb *sandboxes.Sandbox, complete func(*snapshotsPart)) {
	v.showScreen(http.StatusUnprocessableEntity, sb, screenNamed("snapshots"), func(p *page) { complete(p.Snapshots) })
}

// restore takes the sandbox back.
func (r *Room) restore(v *visit, sb *sandboxes.Sandbox) {
	name := v.g.PostForm("snapshot")
	if err := v.ask(sb, http.MethodPost, map[string]string{"snapshot": name}, "restore").read(nil); err != nil {
		v.done(notice{Text: wrong(err)}, "/sandboxes/"+sb.Name()+"/snapshots")
		return
	}
	v.done(notice{true, "Sandbox " + sb.Name() + " is as it was when " + name + " was taken."}, "/sandboxes/"+sb.Name())
}

func (r *Room) dropSnapshot(v *visit, sb *sandboxes.Sandbox) {
	name := v.g.PostForm("snapshot")
	sb.DropSnapshot(name)
	v.done(notice{true, "Snapshot " + name + " is gone."}, "/sandboxes/"+sb.Name()+"/snapshots")
}

package controlroom

import (
	"errors"
	"fmt"
	"net/http"

	"chorus-qualif/server/sandboxes"
)

// confirmation is what is asked before something that cannot be undone.
type confirmation struct {
	Title, Button string
	// Text says what is lost.
	Text string
	// Action is where the form goes, with Fields; Back is where not to.
	Action, Back, FormToken string
	Fields                  []pair
}

// confirmPage asks before what cannot be undone.
func (r *Room) confirmPage(v *visit, sb *sandboxes.Sandbox) {
	row := r.listRow(sb)
	c := confirmation{Back: row.Base, FormToken: r.formToken(v.cookie), Action: row.Base + "/" + v.g.Param("what")}
	lost := fmt.Sprintf("Its %d events, %d mails and %d calls are lost.", row.Events, row.Mails, row.Calls)
	switch v.g.Param("what") {
	case "reset":
		c.Title, c.Button = "Start "+row.Name+" over?", "Start over"
		c.Text = "The sandbox goes back to what it was made from: same seed, same data set, same clock. " + lost
	case "delete":
		c.Title, c.Button = "Delete "+row.Name+"?", "Delete"
		c.Text = fmt.Sprintf("Its %d accounts, %d events, %d mails and %d calls are lost, with its snapshots. Tokens it gave stop working.", row.Accounts, row.Events, row.Mails, row.Calls)
		if row.IsDefault {
			c.Text = "The default sandbox always exists: deleting it starts it over. " + lost
		}
	case "restore", "drop-snapshot":
		name := v.g.Query("snapshot")
		taken, ok := snapshotNamed(sb, name)
		if !ok {
			v.problem(http.StatusNotFound, fmt.Sprintf("Sandbox %s has no snapshot called %q any more.", row.Name, name))
			return
		}
		c.Fields, c.Back = []pair{{"snapshot", name}}, row.Base+"/snapshots"
		c.Title, c.Button, c.Text = "Delete snapshot "+name+"?", "Delete", "The sandbox itself stays as it is, and so do the copies made from the snapshot."
		if v.g.Param("what") == "restore" {
			c.Title, c.Button = "Take "+row.Name+" back to "+name+"?", "Go back"
			c.Text = fmt.Sprintf("Its clock goes back to %s and its journal to %d events, of %d now: what happened since is lost. Tokens it gave since stop working.",
				showInstant(taken.At), taken.Events, row.Events)
		}
	default:
		v.problem(http.StatusNotFound, "There is nothing to confirm here.")
		return
	}
	v.show(http.StatusOK, "confirm", c.Title, c)
}

func (r *Room) reset(v *visit, sb *sandboxes.Sandbox) {
	back := "/sandboxes/" + sb.Name()
	if err := sb.Reset(); err != nil {
		v.done(v.told(err), back)
		return
	}
	v.done(notice{true, "Sandbox " + sb.Name() + " is as new."}, back)
}

func (r *Room) remove(v *visit, sb *sandboxes.Sandbox) {
	if err := r.o.Registry.Delete(sb.Name()); err != nil && !errors.Is(err, sandboxes.ErrNone) {
		v.done(v.told(err), "/sandboxes/"+sb.Name())
		return
	}
	if sb.Name() == sandboxes.Default {
		v.done(notice{true, "The default sandbox always exists: it is as new."}, "/")
		return
	}
	r.histories.forget(sb)
	v.done(notice{true, "Sandbox " + sb.Name() + " is gone."}, "/")
}

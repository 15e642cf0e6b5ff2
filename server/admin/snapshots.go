package admin

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

type snapshotView struct {
	Name   string `json:"name"`
	At     string `json:"at"`
	Events uint64 `json:"events"`
}

func viewSnapshot(s sandboxes.Snapshot) snapshotView {
	return snapshotView{s.Name, qualif.FormatInstant(s.At), s.Events}
}

func (a *Admin) listSnapshots(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	list := struct {
		Snapshots []snapshotView `json:"snapshots"`
	}{[]snapshotView{}}
	for _, s := range sb.Snapshots() {
		list.Snapshots = append(list.Snapshots, viewSnapshot(s))
	}
	return wire.JSON(http.StatusOK, list)
}

func (a *Admin) putSnapshot(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	taken, err := sb.Snapshot(g.Param("snapshot"))
	if err != nil {
		return a.sandboxRefused(err)
	}
	return wire.JSON(http.StatusOK, viewSnapshot(taken))
}

func (a *Admin) deleteSnapshot(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	sb.DropSnapshot(g.Param("snapshot"))
	return wire.Reply{Status: http.StatusNoContent}
}

func (a *Admin) restoreSandbox(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	var given struct {
		Snapshot string `json:"snapshot"`
	}
	err := json.Unmarshal(body, &given)
	if err == nil {
		err = sb.Restore(given.Snapshot)
	}
	if err != nil {
		return a.sandboxRefused(err)
	}
	return wire.JSON(http.StatusOK, viewSandbox(sb))
}

func (a *Admin) forkSandbox(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	var given struct {
		As       string `json:"as"`
		Snapshot string `json:"snapshot"`
	}
	if err := json.Unmarshal(body, &given); err != nil {
		return a.sandboxRefused(err)
	}
	fork, created, err := a.o.Registry.Fork(sb.Name(), given.Snapshot, given.As)
	if err != nil {
		return a.sandboxRefused(err)
	}
	if created {
		return wire.JSON(http.StatusCreated, viewSandbox(fork))
	}
	return wire.JSON(http.StatusOK, viewSandbox(fork))
}

// sandboxRefused answers what the registry and its sandboxes refuse, in one
// place.
func (a *Admin) sandboxRefused(err error) wire.Reply {
	for _, known := range []struct {
		err    error
		status int
		code   string
	}{
		{sandboxes.ErrFull, http.StatusConflict, "sandbox-limit"},
		{sandboxes.ErrSnapshotLimit, http.StatusConflict, "snapshot-limit"},
		{sandboxes.ErrNone, http.StatusNotFound, "sandbox-unknown"},
		{sandboxes.ErrNoSnapshot, http.StatusNotFound, "snapshot-unknown"},
		{sandboxes.ErrName, http.StatusUnprocessableEntity, "name-refused"},
		{sandboxes.ErrSelf, http.StatusUnprocessableEntity, "fork-onto-itself"},
		{sandboxes.ErrTaken, http.StatusUnprocessableEntity, "sandbox-refused"},
	} {
		if errors.Is(err, known.err) {
			return wire.Refuse(known.status, known.code, err.Error())
		}
	}
	return a.refused(err)
}

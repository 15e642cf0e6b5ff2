package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

type sandboxView struct {
	Name              string            `json:"name"`
	Seed              int64             `json:"seed"`
	Profile           string            `json:"profile"`
	Clock             clockView         `json:"clock"`
	DataSet           dataSetView       `json:"dataSet"`
	Switches          map[string]string `json:"switches"`
	Events            uint64            `json:"events"`
	TechnicalAccounts int               `json:"technicalAccounts"`
	Mails             int               `json:"mails"`
}

type dataSetView struct {
	Name       string `json:"name"`
	Digest     string `json:"digest"`
	Structures int    `json:"structures"`
	People     int    `json:"people"`
}

func viewSandbox(sb *sandboxes.Sandbox) sandboxView {
	view := sandboxView{Name: sb.Name(), Clock: viewClock(sb.Clock())}
	sb.Read(func(v sandboxes.View) {
		data := v.Data()
		view.Seed, view.Profile, view.Switches = v.Seed, v.Profile.Name, v.Switches.Effective()
		view.DataSet = dataSetView{data.Name, data.Digest(), len(data.Structures), len(data.People)}
		view.Events, view.TechnicalAccounts, view.Mails = v.Seq, len(v.Accounts()), len(v.Mails())
	})
	return view
}

// pageSize is how many items a list gives when the caller does not say.
const pageSize = 100

func limitOf(g *gin.Context) int {
	if n, err := strconv.Atoi(g.Query("limit")); err == nil && n > 0 {
		return n
	}
	return pageSize
}

func (a *Admin) listSandboxes(g *gin.Context, _ []byte) wire.Reply {
	search, after, limit := g.Query("search"), g.Query("after"), limitOf(g)
	list := struct {
		Sandboxes []sandboxView `json:"sandboxes"`
		Next      *string       `json:"next"`
	}{Sandboxes: []sandboxView{}}
	for _, name := range a.o.Registry.Names() {
		if name <= after || !strings.Contains(name, search) {
			continue
		}
		if len(list.Sandboxes) == limit {
			last := list.Sandboxes[limit-1].Name
			list.Next = &last
			break
		}
		if sb, ok := a.o.Registry.Find(name); ok {
			list.Sandboxes = append(list.Sandboxes, viewSandbox(sb))
		}
	}
	return wire.JSON(http.StatusOK, list)
}

// sandboxSpec is the body of PUT; everything is optional.
type sandboxSpec struct {
	Seed     *int64            `json:"seed"`
	Profile  *string           `json:"profile"`
	Clock    *clockSpec        `json:"clock"`
	Fixtures *fixtures         `json:"fixtures"`
	Switches map[string]string `json:"switches"`
}

type clockSpec struct {
	Mode clock.Mode `json:"mode"`
	At   *time.Time `json:"at"`
	Rate *float64   `json:"rate"`
}

// fixtures is the name of a data set, or one given inline.
type fixtures struct {
	Name string
	YAML string `json:"yaml"`
	CSV  string `json:"csv"`
}

// UnmarshalJSON takes a string or an object.
func (f *fixtures) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return json.Unmarshal(text, &f.Name)
	}
	type object fixtures
	return json.Unmarshal(text, (*object)(f))
}

func (a *Admin) putSandbox(g *gin.Context, body []byte) wire.Reply {
	var given sandboxSpec
	if len(body) > 0 {
		if err := json.Unmarshal(body, &given); err != nil {
			return wire.Refuse(http.StatusBadRequest, "invalid-request", err.Error())
		}
	}
	spec, field, err := a.specOf(given)
	if err != nil {
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: field + "-refused", Field: field, Detail: err.Error()})
	}
	sb, created, err := a.o.Registry.Put(g.Param("name"), spec)
	switch {
	case errors.Is(err, sandboxes.ErrFull):
		return wire.Refuse(http.StatusConflict, "sandbox-limit", err.Error())
	case err != nil:
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "sandbox-refused", Detail: err.Error()})
	case created:
		return wire.JSON(http.StatusCreated, viewSandbox(sb))
	}
	return wire.JSON(http.StatusOK, viewSandbox(sb))
}

// specOf checks what the contract cannot; the error is about the named field.
func (a *Admin) specOf(given sandboxSpec) (spec sandboxes.Spec, field string, err error) {
	if given.Seed != nil {
		spec.Seed = *given.Seed
	}
	if given.Profile != nil {
		spec.Profile = *given.Profile
	}
	spec.Switches = given.Switches
	if err := spec.Switches.Check(); err != nil {
		return spec, "switches", err
	}
	if c := given.Clock; c != nil {
		spec.Mode = c.Mode
		if c.At != nil {
			spec.At = *c.At
		}
		if c.Rate != nil {
			spec.Rate = *c.Rate
		}
		if c.Mode == clock.Scaled {
			if err := clock.CheckRate(spec.Rate); err != nil {
				return spec, "clock", err
			}
		}
	}
	if f := given.Fixtures; f != nil {
		spec.DataSet, err = a.dataSet(*f)
	}
	return spec, "fixtures", err
}

func (a *Admin) dataSet(f fixtures) (*qualif.DataSet, error) {
	switch {
	case f.YAML != "":
		return a.o.Parse([]byte(f.YAML))
	case f.CSV != "":
		return a.o.Parse([]byte(f.CSV))
	}
	return a.o.Registry.Library().Named(f.Name)
}

func (a *Admin) getSandbox(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	return wire.JSON(http.StatusOK, viewSandbox(sb))
}

func (a *Admin) deleteSandbox(g *gin.Context, _ []byte) wire.Reply {
	if err := a.o.Registry.Delete(g.Param("name")); err != nil && !errors.Is(err, sandboxes.ErrNone) {
		return a.refused(err)
	}
	return wire.Reply{Status: http.StatusNoContent}
}

func (a *Admin) resetSandbox(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	if err := sb.Reset(); err != nil {
		return a.refused(err)
	}
	return wire.JSON(http.StatusOK, viewSandbox(sb))
}

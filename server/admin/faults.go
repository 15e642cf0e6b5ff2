package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

type faultMatch struct {
	Operation string            `json:"operation,omitempty"`
	Path      string            `json:"path,omitempty"`
	Method    string            `json:"method,omitempty"`
	Login     string            `json:"login,omitempty"`
	ClientID  string            `json:"clientId,omitempty"`
	Header    map[string]string `json:"header,omitempty"`
	Nth       int               `json:"nth,omitempty"`
	Every     int               `json:"every,omitempty"`
}

type faultView struct {
	Name        string          `json:"name"`
	Kind        string          `json:"kind"`
	Settings    json.RawMessage `json:"settings"`
	Match       faultMatch      `json:"match"`
	Probability float64         `json:"probability"`
	Burst       int             `json:"burst"`
	Times       *int            `json:"times"`
	From        *string         `json:"from"`
	Until       *string         `json:"until"`
	Seed        *int64          `json:"seed"`
	Enabled     bool            `json:"enabled"`
	Seen        int             `json:"seen"`
	Struck      int             `json:"struck"`
}

func viewFault(f faults.Fault) faultView {
	view := faultView{
		Name: f.Name, Kind: f.Kind, Settings: settingsOf(f.Settings), Match: faultMatch(f.Match), Probability: f.Probability,
		Burst: max(f.Burst, 1), From: wire.InstantOrNull(f.From), Until: wire.InstantOrNull(f.Until), Enabled: !f.Off, Seen: f.Seen, Struck: f.Struck,
	}
	if f.Times > 0 {
		view.Times = &f.Times
	}
	if f.Seed != 0 {
		view.Seed = &f.Seed
	}
	return view
}

func settingsOf(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || string(raw) == "null" {
		return json.RawMessage("{}")
	}
	return raw
}

func (a *Admin) listFaults(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	list := struct {
		Faults []faultView `json:"faults"`
	}{[]faultView{}}
	for _, f := range a.o.Faults.Of(sb).List() {
		list.Faults = append(list.Faults, viewFault(f))
	}
	return wire.JSON(http.StatusOK, list)
}

func (a *Admin) clearFaults(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	a.o.Faults.Of(sb).Remove("")
	return wire.Reply{Status: http.StatusNoContent}
}

func (a *Admin) getFault(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	f, ok := a.o.Faults.Of(sb).Get(g.Param("fault"))
	if !ok {
		return wire.Refuse(http.StatusNotFound, "fault-unknown", "no fault of sandbox "+sb.Name()+" is called "+g.Param("fault"))
	}
	return wire.JSON(http.StatusOK, viewFault(f))
}

func (a *Admin) deleteFault(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	a.o.Faults.Of(sb).Remove(g.Param("fault"))
	return wire.Reply{Status: http.StatusNoContent}
}

// faultSpec is the body of PUT; everything is optional but a preset or a kind.
type faultSpec struct {
	Preset      string          `json:"preset"`
	Kind        string          `json:"kind"`
	Settings    json.RawMessage `json:"settings"`
	Match       faultMatch      `json:"match"`
	Probability *float64        `json:"probability"`
	Burst       int             `json:"burst"`
	Times       int             `json:"times"`
	From        *time.Time      `json:"from"`
	Until       *time.Time      `json:"until"`
	Seed        int64           `json:"seed"`
	Enabled     *bool           `json:"enabled"`
}

var errFault = errors.New("give a preset or a kind, and not both: GET /__admin/v1/fault-kinds lists them")

func (given *faultSpec) spec() (spec faults.Spec, field string, err error) {
	spec = faults.Spec{Kind: given.Kind, Probability: 1}
	if (given.Kind == "") == (given.Preset == "") {
		return spec, "kind", errFault
	}
	if given.Preset != "" {
		preset, ok := faults.PresetNamed(given.Preset)
		if !ok {
			return spec, "preset", errors.New("no preset is called " + given.Preset + ": GET /__admin/v1/fault-kinds lists them")
		}
		spec = preset.Spec
	}
	if len(given.Settings) > 0 {
		spec.Settings = given.Settings
	}
	if given.Probability != nil {
		spec.Probability = *given.Probability
	}
	if given.Burst > 0 {
		spec.Burst = given.Burst
	}
	spec.Match, spec.Times, spec.Seed = faults.Match(given.Match).Over(spec.Match), given.Times, given.Seed
	if given.From != nil {
		spec.From = *given.From
	}
	if given.Until != nil {
		spec.Until = *given.Until
	}
	spec.Off = given.Enabled != nil && !*given.Enabled
	return spec, "", nil
}

func (a *Admin) putFault(g *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	given, refused := read[faultSpec](body)
	if refused != nil {
		return *refused
	}
	spec, field, err := given.spec()
	var f faults.Fault
	if err == nil {
		field = "settings"
		f, err = a.o.Faults.Put(sb, g.Param("fault"), spec)
	}
	switch {
	case errors.Is(err, faults.ErrTooMany):
		return wire.Refuse(http.StatusConflict, "fault-limit", err.Error())
	case err != nil:
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "fault-refused", Field: field, Detail: err.Error()})
	}
	return wire.JSON(http.StatusOK, viewFault(f))
}

type faultChange struct {
	At         string  `json:"at"`
	AfterCall  uint64  `json:"afterCall"`
	AfterEvent uint64  `json:"afterEvent"`
	Name       *string `json:"name"`
	// Fault is the body that asks for it again.
	Fault *faultAsked `json:"fault"`
}

type faultAsked struct {
	Kind        string          `json:"kind"`
	Settings    json.RawMessage `json:"settings"`
	Match       faultMatch      `json:"match"`
	Probability float64         `json:"probability"`
	Burst       int             `json:"burst"`
	Times       int             `json:"times,omitempty"`
	From        *string         `json:"from,omitempty"`
	Until       *string         `json:"until,omitempty"`
	Seed        int64           `json:"seed,omitempty"`
	Enabled     bool            `json:"enabled"`
}

func askedFor(s faults.Spec) *faultAsked {
	return &faultAsked{
		Kind: s.Kind, Settings: settingsOf(s.Settings), Match: faultMatch(s.Match), Probability: s.Probability, Burst: max(s.Burst, 1),
		Times: s.Times, From: wire.InstantOrNull(s.From), Until: wire.InstantOrNull(s.Until), Seed: s.Seed, Enabled: !s.Off,
	}
}

func (a *Admin) listFaultChanges(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	changes, forgotten := a.o.Faults.Of(sb).Changes()
	list := struct {
		Changes   []faultChange `json:"changes"`
		Forgotten int           `json:"forgotten"`
	}{[]faultChange{}, forgotten}
	for _, c := range changes {
		view := faultChange{At: qualif.FormatInstant(c.At), AfterCall: c.AfterCall, AfterEvent: c.AfterEvent}
		if c.Name != "" {
			view.Name = &c.Name
		}
		if c.Spec != nil {
			view.Fault = askedFor(*c.Spec)
		}
		list.Changes = append(list.Changes, view)
	}
	return wire.JSON(http.StatusOK, list)
}

type kindView struct {
	Name     string        `json:"name"`
	Doc      string        `json:"doc"`
	Strikes  []string      `json:"strikes"`
	Settings []settingView `json:"settings"`
}

type settingView struct {
	Name    string      `json:"name"`
	Type    faults.Type `json:"type"`
	Choices []string    `json:"choices"`
	Default *string     `json:"default"`
	Doc     string      `json:"doc"`
}

type presetView struct {
	Name        string          `json:"name"`
	Doc         string          `json:"doc"`
	Kind        string          `json:"kind"`
	Settings    json.RawMessage `json:"settings"`
	Match       faultMatch      `json:"match"`
	Probability float64         `json:"probability"`
	Burst       int             `json:"burst"`
}

func (a *Admin) listFaultKinds(*gin.Context, []byte) wire.Reply {
	list := struct {
		Kinds   []kindView   `json:"kinds"`
		Presets []presetView `json:"presets"`
	}{}
	for _, k := range faults.Kinds() {
		view := kindView{k.Name(), k.Doc(), k.On().Names(), []settingView{}}
		for _, s := range k.Settings() {
			setting := settingView{Name: s.Name, Type: s.Type, Choices: append([]string{}, s.Choices...), Doc: s.Doc}
			if s.Default != "" {
				setting.Default = &s.Default
			}
			view.Settings = append(view.Settings, setting)
		}
		list.Kinds = append(list.Kinds, view)
	}
	for _, p := range faults.Presets() {
		list.Presets = append(list.Presets, presetView{
			p.Name, p.Doc, p.Spec.Kind, settingsOf(p.Spec.Settings), faultMatch(p.Spec.Match), p.Spec.Probability, max(p.Spec.Burst, 1),
		})
	}
	return wire.JSON(http.StatusOK, list)
}

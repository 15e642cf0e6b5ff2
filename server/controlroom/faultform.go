package controlroom

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// faultFormPage asks for a fault of any kind, or changes one. Its fields are
// made of what the kind says of itself.
type faultFormPage struct {
	Kind, Doc  string
	Strikes    string
	Name       string
	Editing    bool
	Settings   []formField
	Match      []formField
	When       []formField
	On         bool
	Operations []string
	Wrong      []string
}

// formField is an input of the form: a list when it has choices, a text over
// several lines when it is tall.
type formField struct {
	Name, Label, Value, Help, Placeholder, List string
	Choices                                     []choice
	Tall                                        bool
}

// matchFields are the criteria of a match, in the control API's own names.
func matchFields() []formField {
	return []formField{
		{Name: "operation", Label: "Operation", Help: "* is anything; the portal's too", List: "operations"},
		{Name: "path", Label: "Path", Placeholder: "/cpro/*"},
		{Name: "method", Label: "Method", Placeholder: "POST"},
		{Name: "login", Label: "Technical account"},
		{Name: "clientId", Label: "client_id"},
		{Name: "header", Label: "Headers", Help: "as a JSON object of texts", Tall: true},
		{Name: "nth", Label: "Only call number", Help: "of those that fit, from 1"},
		{Name: "every", Label: "Every so many calls"},
	}
}

// whenFields say how often, and until when.
func whenFields() []formField {
	return []formField{
		{Name: "probability", Label: "Probability", Placeholder: "1", Help: "from 0 to 1"},
		{Name: "burst", Label: "Calls in a row", Placeholder: "1"},
		{Name: "times", Label: "Times at most"},
		{Name: "from", Label: "From", Placeholder: "2026-03-01T09:00", Help: "on the sandbox's clock, in Paris"},
		{Name: "until", Label: "Until", Placeholder: "2026-03-01T18:00"},
		{Name: "seed", Label: "Seed", Help: "the sandbox's own when empty"},
	}
}

// newFaultForm is the form of a fault, filled in.
func newFaultForm(kind faults.Kind, name string, spec faults.Spec) *faultFormPage {
	form := &faultFormPage{Kind: kind.Name(), Doc: kind.Doc(), Strikes: strikes(kind.On()), Name: name, Match: matchFields(), When: whenFields(), On: !spec.Off}
	var given map[string]any
	_ = json.Unmarshal(spec.Settings, &given) // what was asked for was an object, or nothing
	for _, s := range kind.Settings() {
		field := formField{Name: "settings." + s.Name, Label: s.Name, Help: s.Doc, Placeholder: s.Default, Tall: s.Type == faults.Text || s.Type == faults.Object}
		if value, ok := given[s.Name]; ok {
			field.Value = written(value)
		}
		choices := s.Choices
		if s.Type == faults.Boolean {
			choices = []string{"true", "false"}
		}
		if len(choices) > 0 {
			field.offer(choices, cmp.Or(s.Default, "nothing"))
		}
		form.Settings = append(form.Settings, field)
	}
	values := valuesOf(spec)
	for _, fields := range [][]formField{form.Match, form.When} {
		for i := range fields {
			fields[i].Value = values[fields[i].Name]
		}
	}
	return form
}

// offer makes a list of a field, whose first entry leaves the default.
func (f *formField) offer(choices []string, usual string) {
	f.Choices = append(f.Choices, choice{"", "default: " + usual, f.Value == ""})
	for _, c := range choices {
		f.Choices = append(f.Choices, choice{c, c, c == f.Value})
	}
}

// written is a value of JSON as a person writes it.
func written(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

// valuesOf are a fault's match and times as a person writes them; what is not
// asked for is "".
func valuesOf(spec faults.Spec) map[string]string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(n)
	}
	m := spec.Match
	values := map[string]string{
		"operation": m.Operation, "path": m.Path, "method": m.Method, "login": m.Login, "clientId": m.ClientID,
		"nth": number(m.Nth), "every": number(m.Every), "burst": number(spec.Burst), "times": number(spec.Times),
	}
	if len(m.Header) > 0 {
		values["header"] = written(m.Header)
	}
	if spec.Probability != 1 {
		values["probability"] = fmt.Sprint(spec.Probability)
	}
	if spec.Seed != 0 {
		values["seed"] = fmt.Sprint(spec.Seed)
	}
	if !spec.From.IsZero() {
		values["from"] = spec.From.In(qualif.Paris).Format(localLayout)
	}
	if !spec.Until.IsZero() {
		values["until"] = spec.Until.In(qualif.Paris).Format(localLayout)
	}
	return values
}

func strikes(on faults.Place) string {
	words := map[string]string{"token": "requests for a token", "api": "calls of the APIs", "portal": "the portal, when its path or operation is named"}
	var said []string
	for _, name := range on.Names() {
		said = append(said, words[name])
	}
	if last := len(said) - 1; last > 0 {
		return strings.Join(said[:last], ", ") + " and " + said[last]
	}
	return said[0]
}

// faultForm shows the form: of a kind, of a preset, or of a fault to change.
func (r *Room) faultForm(v *visit, sb *sandboxes.Sandbox) {
	kindName, name, spec := v.g.Query("kind"), v.g.Query("kind"), faults.Spec{Probability: 1}
	if preset, ok := faults.PresetNamed(v.g.Query("preset")); ok {
		kindName, name, spec = preset.Spec.Kind, preset.Name, preset.Spec
	}
	f, editing := r.o.Faults.Of(sb).Get(v.g.Query("fault"))
	if editing {
		kindName, name, spec = f.Kind, f.Name, f.Spec
	}
	kind, ok := faults.KindNamed(kindName)
	if !ok {
		v.problem(http.StatusNotFound, fmt.Sprintf("There is no fault of that name, no preset and no kind: go back to the faults of %s.", sb.Name()))
		return
	}
	form := newFaultForm(kind, name, spec)
	form.Editing = editing
	v.showFaultForm(http.StatusOK, sb, form)
}

func (v *visit) showFaultForm(status int, sb *sandboxes.Sandbox, form *faultFormPage) {
	form.Operations = v.room.operations
	one := screenNamed("faults")
	one.name, one.parts = "fault", []string{"clock"}
	v.showScreen(status, sb, one, func(p *page) { p.Form = form })
}

// askKind puts what the form says; what is wrong with it is shown with it.
func (r *Room) askKind(v *visit, sb *sandboxes.Sandbox) {
	kind, ok := faults.KindNamed(v.g.PostForm("kind"))
	if !ok {
		v.problem(http.StatusBadRequest, "There is no such kind of fault.")
		return
	}
	name, editing := strings.TrimSpace(v.g.PostForm("name")), v.g.PostForm("editing")
	_, taken := r.o.Faults.Of(sb).Get(name)
	var err error
	switch {
	case name == "":
		err = errForm("What is the fault called?")
	case taken && name != editing:
		err = errForm("A fault is called " + name + " already: choose another name, or change that one.")
	default:
		err = v.ask(sb, http.MethodPut, faultBody(kind, v.g.Request.PostForm), "faults", name).read(nil)
	}
	if err == nil {
		if editing != "" && editing != name {
			r.o.Faults.Of(sb).Remove(editing)
		}
		v.done(notice{true, "Fault " + name + " strikes from now on."}, "/sandboxes/"+sb.Name()+"/faults")
		return
	}
	form := newFaultForm(kind, name, faults.Spec{Off: v.g.PostForm("on") == ""})
	form.Editing, form.Wrong = editing != "", reasons(err)
	for _, fields := range [][]formField{form.Settings, form.Match, form.When} {
		for i := range fields {
			fields[i].keep(v.g.PostForm(fields[i].Name))
		}
	}
	v.showFaultForm(http.StatusUnprocessableEntity, sb, form)
}

// keep shows again what a person typed.
func (f *formField) keep(value string) {
	f.Value = value
	for i := range f.Choices {
		f.Choices[i].Chosen = f.Choices[i].Value == value
	}
}

// faultBody is the form in the words of the control API. A number that is none,
// or a date, goes as it was typed: the control API says so, with all that is
// wrong.
func faultBody(kind faults.Kind, form url.Values) map[string]any {
	settings, match := map[string]any{}, map[string]any{}
	body := map[string]any{"kind": kind.Name(), "settings": settings, "match": match, "enabled": form.Get("on") != ""}
	for _, s := range kind.Settings() {
		if value := strings.TrimSpace(form.Get("settings." + s.Name)); value != "" {
			settings[s.Name] = s.JSON(value)
		}
	}
	put := func(into map[string]any, fields []formField) {
		for _, field := range fields {
			setting := faults.Setting{Type: formTypes[field.Name]}
			if value := strings.TrimSpace(form.Get(field.Name)); value != "" {
				into[field.Name] = setting.JSON(value)
			}
		}
	}
	put(match, matchFields())
	put(body, whenFields())
	for _, name := range []string{"from", "until"} {
		if value, ok := body[name].(string); ok {
			if at, err := instantOf(value); err == nil {
				body[name] = qualif.FormatInstant(at)
			}
		}
	}
	return body
}

// formTypes are those of the fields that are no texts.
var formTypes = map[string]faults.Type{
	"nth": faults.Integer, "every": faults.Integer, "burst": faults.Integer, "times": faults.Integer, "seed": faults.Integer,
	"probability": faults.Number, "header": faults.Object,
}

package controlroom

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/sandboxes"
)

type faultsPart struct {
	Rows    []faultRow
	Presets []presetRow
	Kinds   []kindRow
}

// kindRow is a kind with the address of its form.
type kindRow struct{ Name, Doc, Strikes, Form string }

type faultRow struct {
	Name, Kind, Doc, When, Settings string
	On                              bool
	Seen, Struck                    int
	// Form is the address of the form that changes it.
	Form string
}

type presetRow struct {
	Name, Doc, Kind string
	Asked           bool
	Form            string
}

// faults lists those that were asked for, and those ready to be.
func (p *page) faults(r *Room, sb *sandboxes.Sandbox) {
	part := &faultsPart{}
	asked, docs := map[string]bool{}, map[string]string{}
	form := func(what, name string) string {
		return p.Base + "/faults/form?" + url.Values{what: {name}}.Encode()
	}
	for _, k := range faults.Kinds() {
		docs[k.Name()] = k.Doc()
		part.Kinds = append(part.Kinds, kindRow{k.Name(), k.Doc(), strikes(k.On()), form("kind", k.Name())})
	}
	for _, f := range r.o.Faults.Of(sb).List() {
		asked[f.Name] = true
		row := faultRow{Name: f.Name, Kind: f.Kind, Doc: docs[f.Kind], When: meant(f), On: !f.Off, Seen: f.Seen, Struck: f.Struck, Form: form("fault", f.Name)}
		if settings := string(f.Settings); settings != "null" {
			row.Settings = settings
		}
		part.Rows = append(part.Rows, row)
	}
	for _, preset := range faults.Presets() {
		part.Presets = append(part.Presets, presetRow{preset.Name, preset.Doc, preset.Spec.Kind, asked[preset.Name], form("preset", preset.Name)})
	}
	p.Faults = part
}

// meant says which calls a fault is for.
func meant(f faults.Fault) string {
	var said []string
	add := func(ok bool, format string, values ...any) {
		if ok {
			said = append(said, fmt.Sprintf(format, values...))
		}
	}
	add(f.Probability < 1, "%g %% of the calls", 100*f.Probability)
	add(f.Burst > 1, "%d in a row", f.Burst)
	add(f.Times > 0, "%d times at most", f.Times)
	add(f.Match.Operation != "", "operation %s", f.Match.Operation)
	add(f.Match.Method != "", "method %s", f.Match.Method)
	add(f.Match.Path != "", "path %s", f.Match.Path)
	add(f.Match.Login != "", "account %s", f.Match.Login)
	add(f.Match.ClientID != "", "client_id %s", f.Match.ClientID)
	add(f.Match.Nth > 0, "call number %d", f.Match.Nth)
	add(f.Match.Every > 1, "every %d calls", f.Match.Every)
	for _, name := range sortedKeys(keysOf(f.Match.Header)) {
		add(true, "header %s: %s", name, f.Match.Header[name])
	}
	add(!f.From.IsZero(), "from %s", showInstant(f.From))
	add(!f.Until.IsZero(), "until %s", showInstant(f.Until))
	if len(said) == 0 {
		return "every call it can strike"
	}
	return strings.Join(said, ", ")
}

func keysOf(texts map[string]string) map[string]bool {
	keys := map[string]bool{}
	for key := range texts {
		keys[key] = true
	}
	return keys
}

// changeFault does what a switch or a button of the faults says.
func (r *Room) changeFault(v *visit, sb *sandboxes.Sandbox) {
	back := v.from(sb, "", "faults")
	text, err := r.faultPressed(v, sb)
	if err != nil {
		v.done(notice{Text: wrong(err)}, back)
		return
	}
	v.done(notice{true, text}, back)
}

func (r *Room) faultPressed(v *visit, sb *sandboxes.Sandbox) (string, error) {
	name, do := v.g.PostForm("name"), v.g.PostForm("do")
	if do == "ask" {
		return r.askFault(v, sb, name)
	}
	f, ok := r.o.Faults.Of(sb).Get(name)
	if !ok {
		return "", errForm(fmt.Sprintf("No fault is called %q any more.", name))
	}
	switch do {
	case "on", "off":
		f.Off = do == "off"
		if _, err := r.o.Faults.Put(sb, name, f.Spec); err != nil {
			return "", err
		}
		return "Fault " + name + " is switched " + do + ".", nil
	case "remove":
		r.o.Faults.Of(sb).Remove(name)
		return "Fault " + name + " is gone.", nil
	}
	return "", errForm("There is no such button.")
}

// askFault puts a preset, narrowed to what the form says.
func (r *Room) askFault(v *visit, sb *sandboxes.Sandbox, name string) (string, error) {
	preset, ok := faults.PresetNamed(name)
	if !ok {
		return "", errForm(fmt.Sprintf("No preset is called %q.", name))
	}
	spec := preset.Spec
	if text := strings.TrimSpace(v.g.PostForm("times")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return "", errForm("How many times? A whole number from 1, or nothing for no end.")
		}
		spec.Times = n
	}
	spec.Match.Operation = strings.TrimSpace(v.g.PostForm("operation"))
	if _, err := r.o.Faults.Put(sb, preset.Name, spec); err != nil {
		return "", err
	}
	return "Fault " + preset.Name + " strikes from now on.", nil
}

package controlroom_test

import (
	"encoding/json"
	"html"
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/app"
	"chorus-qualif/server/faults"
)

// asked is a fault as the control API shows it.
func (h *house) asked(sandbox, fault string) (f map[string]any) {
	h.Helper()
	got := h.send("GET", "/__admin/v1/sandboxes/"+sandbox+"/faults/"+fault, "", nil)
	if got.status != http.StatusOK {
		h.Fatalf("fault %s: %d %s", fault, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), &f); err != nil {
		h.Fatal(err)
	}
	return f
}

// Every kind and every preset has a form with its own settings, which is taken as
// it is where the kind needs nothing.
func TestEveryKindHasItsForm(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	list := h.page(base + "/faults")
	for _, kind := range faults.Kinds() {
		address := base + "/faults/form?kind=" + kind.Name()
		wants(t, "list", list, `href="`+address+`"`)
		page := h.page(address)
		for _, s := range kind.Settings() {
			wants(t, kind.Name(), page, `name="settings.`+s.Name+`"`, html.EscapeString(s.Doc))
		}
		_, err := kind.Read(nil)
		got := h.press(address, base+"/faults/form", "kind", kind.Name(), "name", kind.Name(), "on", "on")
		if (got.status == http.StatusSeeOther) != (err == nil) {
			t.Errorf("%s: got %d, and %v", kind.Name(), got.status, err)
		}
	}
	for _, preset := range faults.Presets() {
		name := "p-" + preset.Name
		page := h.page(base + "/faults/form?preset=" + preset.Name)
		fields := []string{"kind", preset.Spec.Kind, "name", name, "on", "on"}
		var given map[string]any
		_ = json.Unmarshal(preset.Spec.Settings, &given)
		for key, value := range given {
			written, ok := value.(string)
			if !ok {
				text, _ := json.Marshal(value)
				written = string(text)
			}
			fields = append(fields, "settings."+key, written)
			wants(t, preset.Name, html.UnescapeString(page), written)
		}
		h.pressed(base+"/faults", base+"/faults/form", fields...)
		if got := h.asked("a", name); len(given) > 0 && jsonOf(t, got["settings"]) != jsonOf(t, given) {
			t.Errorf("%s: got %v, want %v", preset.Name, got["settings"], given)
		}
	}
	for _, query := range []string{"", "?kind=nope", "?preset=nope", "?fault=nope"} {
		if got := h.get(base + "/faults/form" + query); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d", query, got.status)
		}
	}
}

func jsonOf(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAFaultIsAskedForWithEverything(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	form := base + "/faults/form"
	page := h.pressed(form+"?kind=latency", form, "kind", "latency", "name", "late", "on", "on",
		"settings.min", "1ms", "settings.max", "PT2S", "settings.clock", "virtual", "operation", "rechercher*", "path", "/cpro/*", "method", "POST",
		"login", "TECH_*", "clientId", "abc", "header", `{"X-A":"b*"}`, "every", "3", "probability", "0.5", "burst", "2", "times", "4",
		"from", "2026-03-01T09:00", "until", "2026-03-02", "seed", "7")
	wants(t, "list", page, "Fault late strikes from now on.", "50 % of the calls", "every 3 calls", "header X-A: b*", "until 2 Mar 2026 00:00:00")
	got := h.asked("a", "late")
	want := `{"burst":2,"enabled":true,"from":"2026-03-01T09:00:00.000+01:00","kind":"latency","match":{"clientId":"abc","every":3,"header":{"X-A":"b*"},"login":"TECH_*","method":"POST","operation":"rechercher*","path":"/cpro/*"},"name":"late","probability":0.5,"seed":7,"seen":0,"settings":{"clock":"virtual","max":"PT2S","min":"1ms"},"struck":0,"times":4,"until":"2026-03-02T00:00:00.000+01:00"}`
	if jsonOf(t, got) != want {
		t.Errorf("got %s\nwant %s", jsonOf(t, got), want)
	}

	// It can be changed, and called something else.
	page = h.page(form + "?fault=late")
	wants(t, "filled in", page, "Change fault late", `value="2026-03-01T09:00:00"`, `value="0.5"`, `<option value="virtual" selected>`, "{&#34;X-A&#34;:&#34;b*&#34;}", "PT2S")
	h.pressed(form+"?fault=late", form, "kind", "latency", "editing", "late", "name", "later", "settings.fixed", "1s")
	if got := h.asked("a", "later"); got["enabled"] != false || jsonOf(t, got["settings"]) != `{"fixed":"1s"}` || jsonOf(t, got["match"]) != `{}` {
		t.Errorf("got %s", jsonOf(t, got))
	}
	if got := h.send("GET", "/__admin/v1/sandboxes/a/faults/late", "", nil); got.status != http.StatusNotFound {
		t.Errorf("the old name: got %d", got.status)
	}
}

// What is wrong with a form is told at once, beside what was typed.
func TestAFaultsFormIsRefusedPrecisely(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	form := base + "/faults/form"
	h.pressed(form+"?kind=forbidden", form, "kind", "forbidden", "name", "there", "on", "on")
	for name, test := range map[string]struct {
		kind   string
		fields []string
		says   []string
	}{
		"settings":      {"quota", []string{"name", "x", "settings.limit", "-1", "settings.retryAfter", "soon", "settings.window", "P1D"}, []string{"want a limit of 0 or more", `retryAfter "soon": want seconds, date or none`, "hours, minutes and seconds"}},
		"the rest":      {"forbidden", []string{"name", "x", "probability", "2", "nth", "0", "times", "many", "from", "tomorrow", "header", "none"}, []string{"Probability must be at most 1", "Nth must be at least 1", "Times must be an integer", "From must be an instant", "Header must be an object"}},
		"no name":       {"forbidden", []string{"name", ""}, []string{"What is the fault called?"}},
		"odd name":      {"forbidden", []string{"name", "a/b"}, []string{"The name must be"}},
		"taken name":    {"forbidden", []string{"name", "there"}, []string{"A fault is called there already"}},
		"needs a delay": {"latency", []string{"name", "x"}, []string{"want fixed, or min and max"}},
		"markup":        {"answer", []string{"name", "<script>", "settings.status", "<script>", "path", "<script>"}, []string{"The name must be"}},
	} {
		got := h.press(form+"?kind="+test.kind, form, append([]string{"kind", test.kind, "on", "on"}, test.fields...)...)
		if got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, "<script>") {
			t.Errorf("%s: got %d", name, got.status)
		}
		for _, part := range test.says {
			if said := html.UnescapeString(got.body); !strings.Contains(said, part) {
				t.Errorf("%s: %q is not in %s", name, part, text(got.body, "wrong"))
			}
		}
		for i := 2; i+1 < len(test.fields); i += 2 {
			if !strings.Contains(got.body, html.EscapeString(test.fields[i+1])) {
				t.Errorf("%s: %s=%s is forgotten", name, test.fields[i], test.fields[i+1])
			}
		}
	}
	if got := h.press(base, form, "kind", "nope", "name", "x"); got.status != http.StatusBadRequest {
		t.Errorf("got %d", got.status)
	}
	if got := h.send("GET", "/__admin/v1/sandboxes/a/faults", "", nil); strings.Count(got.body, `"name"`) != 1 {
		t.Errorf("something was asked for: %s", got.body)
	}
}

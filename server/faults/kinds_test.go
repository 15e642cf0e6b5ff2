package faults_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/faults"
)

// What a kind says of its settings is what it reads: forms are made of it.
func TestKindsReadWhatTheyDescribe(t *testing.T) {
	t.Parallel()
	wrong := map[faults.Type]string{
		faults.Length: `"soon"`, faults.Integer: `"x"`, faults.Number: `"x"`, faults.Boolean: `"x"`, faults.Text: `1`, faults.Choice: `"x"`, faults.Object: `1`,
	}
	described := map[string]int{}
	for _, kind := range faults.Kinds() {
		if kind.Doc() == "" || kind.On() == 0 || len(kind.On().Names()) == 0 {
			t.Errorf("%s says little of itself", kind.Name())
		}
		_, untouched := kind.Read(nil)
		for _, s := range kind.Settings() {
			described[kind.Name()]++
			if s.Doc == "" || (s.Type == faults.Choice) != (len(s.Choices) > 0) || s.Type == faults.Choice && s.Default != "" && !slices.Contains(s.Choices, s.Default) {
				t.Errorf("%s: %+v", kind.Name(), s)
			}
			_, err := kind.Read(json.RawMessage(`{"` + s.Name + `":` + wrong[s.Type] + `}`))
			if err == nil || !strings.Contains(err.Error(), s.Name+" ") {
				t.Errorf("%s takes %s as %s: %v", kind.Name(), wrong[s.Type], s.Name, err)
			}
			if s.Default == "" {
				continue
			}
			value, err := json.Marshal(s.JSON(s.Default))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := kind.Read(json.RawMessage(`{"` + s.Name + `":` + string(value) + `}`)); fmt.Sprint(err) != fmt.Sprint(untouched) {
				t.Errorf("%s: the default of %s is refused: %v", kind.Name(), s.Name, err)
			}
		}
		if _, err := kind.Read(json.RawMessage(`{"nonsense":1}`)); err == nil || !strings.Contains(err.Error(), `unknown field "nonsense"`) {
			t.Errorf("%s takes a setting that it does not have: %v", kind.Name(), err)
		}
	}
	if described["latency"] != 6 || described["connection-reset"] != 0 || described["answer"] != 4 {
		t.Errorf("got %v", described)
	}
}

func TestEveryMistakeIsToldAtOnce(t *testing.T) {
	t.Parallel()
	sb := open(t)
	for _, test := range []struct {
		spec faults.Spec
		says []string
	}{
		{faults.Spec{Kind: "quota", Settings: json.RawMessage(`{"limit":-1,"retryAfter":"soon","window":"P1D","colour":1}`), Probability: 2, Burst: -1},
			[]string{"probability from 0 to 1", "no negative number", "limit of 0 or more", `retryAfter "soon": want seconds, date or none`, "hours, minutes and seconds", `unknown field "colour": want limit, window or retryAfter`}},
		{faults.Spec{Kind: "maintenance", Settings: json.RawMessage(`{"from":"25:00","to":"noon"}`)}, []string{`"25:00" is not an hour`, `"noon" is not an hour`}},
		{faults.Spec{Kind: "answer", Settings: json.RawMessage(`{"status":99,"contentType":"\n","headers":{"a b":"1","c":"\n"}}`)},
			[]string{"status from 200 to 599", "contentType cannot be sent", `"a b" cannot be sent`, `"c" cannot be sent`}},
		{faults.Spec{Kind: "latency", Settings: json.RawMessage(`[]`)}, []string{"want a JSON object"}},
		{faults.Spec{Kind: "latency", Settings: json.RawMessage(`{"max":"2562047h"}`)}, []string{"want at most 87840h"}},
		{faults.Spec{Kind: "nonsense"}, []string{`"nonsense" is none of latency, `}},
	} {
		_, err := new(faults.Books).Put(sb, "x", test.spec)
		for _, part := range test.says {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: got %v, want %q in it", test.spec.Kind, err, part)
			}
		}
	}
}

func TestPresetsCanBeAskedFor(t *testing.T) {
	t.Parallel()
	sb := open(t)
	seen := map[string]bool{}
	for _, p := range faults.Presets() {
		if seen[p.Name] || p.Doc == "" {
			t.Errorf("%s is there twice, or says nothing", p.Name)
		}
		seen[p.Name] = true
		var books faults.Books
		if _, err := books.Put(sb, p.Name, p.Spec); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
}

func TestAMatchOverAnother(t *testing.T) {
	t.Parallel()
	base := faults.Match{Path: "/cpro/*", Nth: 3, Header: map[string]string{"a": "1"}}
	got := faults.Match{Operation: "x", Nth: 2}.Over(base)
	if got.Path != "/cpro/*" || got.Nth != 2 || got.Operation != "x" || got.Header["a"] != "1" {
		t.Errorf("got %+v", got)
	}
}

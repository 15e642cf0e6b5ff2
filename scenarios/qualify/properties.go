package qualify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"chorus-qualif/server/client"
)

var sandboxName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,59}$`)

// standing is the clock of a situation that says nothing of it: it stands on a
// working day, so that a run shows the same instants whenever it is made.
func standing() client.ClockSpec {
	return client.ClockSpec{Mode: "frozen", At: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)}
}

// properties are what a file may say of a situation.
func properties() map[string]func(*Situation, ast.Node) error {
	return map[string]func(*Situation, ast.Node) error{
		"name":     func(*Situation, ast.Node) error { return nil },
		"happens":  func(s *Situation, n ast.Node) error { return decode(n, &s.Happens) },
		"good":     func(s *Situation, n ast.Node) error { return decode(n, &s.Good) },
		"advice":   func(s *Situation, n ast.Node) error { return decode(n, &s.Advice) },
		"expect":   setExpect,
		"met":      func(s *Situation, n ast.Node) error { return decode(n, &s.Met) },
		"retries":  func(s *Situation, n ast.Node) error { return decode(n, &s.Retries) },
		"within":   setWithin,
		"says":     setSays,
		"profiles": func(s *Situation, n ast.Node) error { return decode(n, &s.Profiles) },
		"clock":    func(s *Situation, n ast.Node) (err error) { s.Clock, err = strict[client.ClockSpec](n); return err },
		"switches": func(s *Situation, n ast.Node) (err error) { s.Switches, err = strict[map[string]string](n); return err },
		"prepare":  setPrepare,
		"faults":   setFaults,
	}
}

func propertyNames() []string { return slices.Sorted(maps.Keys(properties())) }

func setExpect(s *Situation, n ast.Node) error {
	if err := decode(n, &s.Expect); err != nil {
		return err
	}
	if !slices.Contains([]Expectation{Survive, Stop, Either}, s.Expect) {
		return fmt.Errorf("%q: want survive, stop or either", s.Expect)
	}
	return nil
}

func setWithin(s *Situation, n ast.Node) error {
	var text string
	if err := decode(n, &text); err != nil {
		return err
	}
	var err error
	if s.Within, err = time.ParseDuration(text); err != nil || s.Within <= 0 {
		return fmt.Errorf("%q: want a length of time such as 30s", text)
	}
	return nil
}

func setSays(s *Situation, n ast.Node) error {
	var text string
	if err := decode(n, &text); err != nil {
		return err
	}
	var err error
	s.Says, err = regexp.Compile(text)
	return err
}

// acts are what the gestionnaire principal can do in a preparation.
func acts() []string { return []string{"create", "reset", "deactivate", "activate"} }

func setPrepare(s *Situation, n ast.Node) error {
	steps, err := strict[[]struct {
		Advance        string                  `json:"advance"`
		PasswordExpiry string                  `json:"passwordExpiry"`
		Portal         string                  `json:"portal"`
		Application    *client.ApplicationSpec `json:"application"`
	}](n)
	s.Prepare = nil
	errs := []error{err}
	for i, step := range steps {
		given := 0
		for _, is := range []bool{step.Advance != "", step.PasswordExpiry != "", step.Portal != "", step.Application != nil} {
			if is {
				given++
			}
		}
		_, wrong := time.ParseDuration(step.PasswordExpiry)
		switch {
		case given != 1:
			errs = append(errs, fmt.Errorf("step %d: want one of advance, passwordExpiry, portal and application", i+1))
		case step.PasswordExpiry != "" && wrong != nil:
			errs = append(errs, fmt.Errorf("step %d: passwordExpiry %q: want a length of time such as -10m or 1m", i+1, step.PasswordExpiry))
		case step.Portal != "" && !slices.Contains(acts(), step.Portal):
			errs = append(errs, fmt.Errorf("step %d: portal %q: want %s", i+1, step.Portal, strings.Join(acts(), ", ")))
		}
		s.Prepare = append(s.Prepare, Step(step))
	}
	return errors.Join(errs...)
}

func setFaults(s *Situation, n ast.Node) error {
	faults, err := strict[map[string]Fault](n)
	s.Faults = faults
	errs := []error{err}
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		if _, err := faults[name].spec(0); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// spec is the fault as the control API takes it, "mid" being the first call
// after so many.
func (f Fault) spec(after int) (client.FaultSpec, error) {
	copied := maps.Clone(f)
	if match, ok := f["match"].(map[string]any); ok {
		match = maps.Clone(match)
		for _, key := range []string{"nth", "every"} {
			if match[key] == "mid" {
				match[key] = after + 1
			}
		}
		copied["match"] = match
	}
	return transcribe[client.FaultSpec](copied)
}

// decode reads a value of a file.
func decode(n ast.Node, into any) error {
	err := yaml.NodeToValue(n, into, yaml.Strict())
	var at yaml.Error
	if errors.As(err, &at) {
		return errors.New(at.GetMessage())
	}
	return err
}

// strict reads a value by the names of its JSON, and takes no others.
func strict[T any](n ast.Node) (T, error) {
	var value any
	var none T
	if err := decode(n, &value); err != nil {
		return none, err
	}
	return transcribe[T](value)
}

func transcribe[T any](value any) (T, error) {
	var into T
	text, err := json.Marshal(value)
	if err != nil {
		return into, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&into)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return into, fmt.Errorf("%s: a %s is no %s", kind.Field, kind.Value, kind.Type)
	}
	return into, err
}

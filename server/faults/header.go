package faults

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"chorus-qualif/server/sandboxes"
)

// Header asks for a fault on the one call that carries it: a kind or a preset,
// then settings, as "server-error; status=502; retryAfter=30".
const Header = "X-Sandbox-Fault"

// headerName is what the fault of a header is called.
const headerName = "header"

// StrikeOnce adds to a plan (nil is none) what the header of a call asks for;
// the error says what is wrong with it.
func StrikeOnce(sb *sandboxes.Sandbox, text string, c *Call, p *Plan) (*Plan, error) {
	spec, err := parseHeader(text)
	if err != nil {
		return p, err
	}
	r, err := newRule(headerName, spec, sb)
	if err != nil {
		return p, err
	}
	return r.strike(c, p), nil
}

func parseHeader(text string) (Spec, error) {
	parts := strings.Split(text, ";")
	name := strings.TrimSpace(parts[0])
	spec := Spec{Kind: name}
	if preset, ok := PresetNamed(name); ok {
		spec = preset.Spec
	}
	spec.Probability, spec.Burst = 1, 0
	settings := map[string]any{}
	if len(spec.Settings) > 0 {
		if err := json.Unmarshal(spec.Settings, &settings); err != nil {
			return spec, err
		}
	}
	for _, part := range parts[1:] {
		if strings.TrimSpace(part) == "" {
			continue
		}
		key, value, ok := strings.Cut(part, "=")
		if !ok {
			return spec, fmt.Errorf("%q: want key=value", strings.TrimSpace(part))
		}
		settings[strings.TrimSpace(key)] = typed(strings.TrimSpace(value))
	}
	var err error
	spec.Settings, err = json.Marshal(settings)
	return spec, err
}

// typed reads a number or a truth value where there is one.
func typed(text string) any {
	if n, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
		return n
	}
	if text == "true" || text == "false" {
		return text == "true"
	}
	return text
}

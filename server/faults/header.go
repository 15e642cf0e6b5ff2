package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chorus-qualif/server/sandboxes"
)

// Header asks for a fault on the one call that carries it: a kind or a preset,
// then settings, as "server-error; status=502; retryAfter=30". A value with a
// semicolon goes between double quotes.
const Header = "X-Sandbox-Fault"

// maxHeader bounds the header, in bytes.
const maxHeader = 4096

// headerName is what the fault of a header is called.
const headerName = "header"

// StrikeOnce adds to a plan (nil is none) what the headers of a call ask for,
// whatever its place; the error says what is wrong with them.
func StrikeOnce(sb *sandboxes.Sandbox, asked []string, c *Call, p *Plan) (*Plan, error) {
	for _, text := range asked {
		spec, err := parseHeader(text)
		if err != nil {
			return p, fmt.Errorf("the header %s: %w", Header, err)
		}
		r, err := newRule(headerName, spec, sb)
		if err != nil {
			return p, fmt.Errorf("the header %s: %w", Header, err)
		}
		// It is on the call that is meant.
		r.Match = Match{Path: "*"}
		p = r.strike(c, p)
	}
	return p, nil
}

// parseHeader reads a preset or a kind, and settings over the preset's.
func parseHeader(text string) (spec Spec, err error) {
	if len(text) > maxHeader {
		return spec, fmt.Errorf("it has %d bytes, want at most %d", len(text), maxHeader)
	}
	parts := split(text)
	name := strings.TrimSpace(parts[0])
	spec = Spec{Kind: name}
	if preset, ok := PresetNamed(name); ok {
		spec = preset.Spec
	}
	spec.Probability, spec.Burst = 1, 0
	kind, ok := KindNamed(spec.Kind)
	if !ok {
		return spec, fmt.Errorf("%q is no preset, and no kind: these are %s", name, strings.Join(kindNames(), ", "))
	}
	settings := map[string]json.RawMessage{}
	if len(spec.Settings) > 0 {
		if err := json.Unmarshal(spec.Settings, &settings); err != nil {
			return spec, err
		}
	}
	var wrong mistakes
	for _, part := range parts[1:] {
		wrong.add(settle(settings, kind.Settings(), strings.TrimSpace(part)))
	}
	if err := wrong.err(); err != nil {
		return spec, err
	}
	spec.Settings, err = json.Marshal(settings)
	return spec, err
}

// settle puts "key=value" among the settings of a kind.
func settle(settings map[string]json.RawMessage, known []Setting, part string) error {
	if part == "" {
		return nil
	}
	key, value, ok := strings.Cut(part, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !ok || key == "" {
		return fmt.Errorf("%q: want key=value", part)
	}
	if strings.HasPrefix(value, `"`) {
		unquoted, err := strconv.Unquote(value)
		if err != nil {
			return fmt.Errorf("%s: the value %s does not end with its quote", key, value)
		}
		value = unquoted
	}
	setting := Setting{Name: key, Type: Text} // read says that there is no such setting
	if at := slices.IndexFunc(known, func(s Setting) bool { return strings.EqualFold(s.Name, key) }); at >= 0 {
		setting = known[at]
	}
	encoded, err := json.Marshal(setting.JSON(value))
	// A preset's own setting may differ in its case.
	maps.DeleteFunc(settings, func(name string, _ json.RawMessage) bool { return strings.EqualFold(name, key) })
	settings[setting.Name] = encoded
	return err
}

// split cuts a text at its semicolons, those between double quotes apart.
func split(text string) []string {
	var parts []string
	quoted, begin := false, 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quoted:
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ';' && !quoted:
			parts, begin = append(parts, text[begin:i]), i+1
		}
	}
	return append(parts, text[begin:])
}

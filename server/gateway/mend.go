package gateway

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"chorus-qualif/openapi"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/wire"
)

// What clients send that the contract refuses and that the real service, so far
// as is known, reads all the same. A body is looked at only once it has been
// refused, so a good one costs nothing.

// read checks a body against the contract, as leniently as the sandbox's
// switches say: the body that the operation gets, or what is wrong with it.
func (g *Gateway) read(x *exchange, body []byte) ([]byte, []openapi.Violation) {
	violations := g.violations(x, body)
	if len(violations) == 0 {
		return body, nil
	}
	m := &mender{
		empty: x.switches.Get(qualif.SwitchEmptyValues) == "ignore", booleans: x.switches.Get(qualif.SwitchBooleanTexts) == "read",
		array: x.switches.Get(qualif.SwitchArrayBody) == "accept",
	}
	mended, ok := m.mend(body, violations)
	if !ok {
		return body, violations
	}
	x.lenient = strings.Join(m.told, "; ")
	return mended, g.violations(x, mended)
}

func (g *Gateway) violations(x *exchange, body []byte) []openapi.Violation {
	violations := g.contract.CheckRequest(x.declared, wire.RequestOf(x.Context, body))
	if len(violations) > 0 && x.switches.Get(qualif.SwitchUnknownProperties) == "accept" {
		violations = slices.DeleteFunc(violations, func(v openapi.Violation) bool { return v.Rule == openapi.RuleUnknownProperty })
	}
	return violations
}

// mender corrects the values that are in violation, as far as it is lenient.
type mender struct {
	empty, booleans, array bool
	// told says what was corrected; how is what became of the latest value.
	told []string
	how  string
}

// mend is the body with every correction that the switches allow; false when
// there is none.
func (m *mender) mend(body []byte, violations []openapi.Violation) (mended []byte, ok bool) {
	mended = body
	for _, v := range violations {
		mendable := v.In == "body" && (v.Rule == openapi.RuleType || v.Rule == openapi.RuleEnum || v.Rule == openapi.RuleFormat)
		switch {
		case !mendable:
		case v.Pointer == "":
			if m.array && isEmptyArray(body) {
				m.told = []string{"[] counts as {} (" + qualif.SwitchArrayBody + ")"}
				return []byte("{}"), true
			}
		default:
			if better, found := m.at(mended, strings.Split(v.Pointer[1:], "/")); found {
				mended, ok = better, true
				m.told = append(m.told, v.Pointer+": "+m.how)
			}
		}
	}
	return mended, ok
}

func isEmptyArray(body []byte) bool {
	var list []json.RawMessage
	return json.Unmarshal(body, &list) == nil && list != nil && len(list) == 0
}

// at corrects the value at a path. Only what is on the path is decoded: the rest
// may be a file of many megabytes.
func (m *mender) at(text []byte, path []string) (mended []byte, ok bool) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return nil, false
	}
	if text[0] == '[' {
		return m.inArray(text, path)
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) != nil {
		return nil, false
	}
	name := strings.ReplaceAll(strings.ReplaceAll(path[0], "~1", "/"), "~0", "~")
	value, there := object[name]
	switch {
	case !there:
		return nil, false
	case len(path) > 1:
		if object[name], ok = m.at(value, path[1:]); !ok {
			return nil, false
		}
	case m.empty && string(value) == `""`:
		delete(object, name)
		m.how = `"" counts as absent (` + qualif.SwitchEmptyValues + ")"
	case m.booleans && (string(value) == `"true"` || string(value) == `"false"`):
		object[name] = value[1 : len(value)-1]
		m.how = "a text counts as a boolean (" + qualif.SwitchBooleanTexts + ")"
	default:
		return nil, false
	}
	return written(object)
}

// inArray goes through an element of an array; elements themselves are left as
// they are.
func (m *mender) inArray(text []byte, path []string) (mended []byte, ok bool) {
	var list []json.RawMessage
	var i int
	if len(path) < 2 || json.Unmarshal(text, &list) != nil || json.Unmarshal([]byte(path[0]), &i) != nil || i < 0 || i >= len(list) {
		return nil, false
	}
	if list[i], ok = m.at(list[i], path[1:]); !ok {
		return nil, false
	}
	return written(list)
}

// written is JSON in which what was not corrected is as it was sent.
func written(value any) ([]byte, bool) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err == nil
}

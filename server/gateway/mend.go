package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
	x.lenient = m.notes()
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
	// told says what was corrected, up to maxTold values; more counts the rest.
	told []string
	more int
}

// maxTold bounds what is told of a body.
const maxTold = 20

// branch is where the values in violation are, below a value.
type branch struct {
	wrong bool
	below map[string]*branch
}

func (b *branch) add(path []string) {
	for _, name := range path {
		if b.below == nil {
			b.below = map[string]*branch{}
		}
		if b.below[name] == nil {
			b.below[name] = &branch{}
		}
		b = b.below[name]
	}
	b.wrong = true
}

// mend is the body with every correction that the switches allow; false when
// there is none.
func (m *mender) mend(body []byte, violations []openapi.Violation) (mended []byte, ok bool) {
	root := &branch{}
	for _, v := range violations {
		if v.In != "body" || v.Rule != openapi.RuleType && v.Rule != openapi.RuleEnum && v.Rule != openapi.RuleFormat {
			continue
		}
		if v.Pointer == "" {
			if m.array && isEmptyArray(body) {
				m.tell("[] counts as {}", qualif.SwitchArrayBody)
				return []byte("{}"), true
			}
			return body, false
		}
		root.add(strings.Split(v.Pointer[1:], "/"))
	}
	return m.below(body, root, "")
}

func (m *mender) tell(what, because string) {
	if len(m.told) == maxTold {
		m.more++
		return
	}
	m.told = append(m.told, what+" ("+because+")")
}

// notes is what was corrected, as a sentence; "" when nothing was.
func (m *mender) notes() string {
	if m.more > 0 {
		return fmt.Sprintf("%s; and %d more", strings.Join(m.told, "; "), m.more)
	}
	return strings.Join(m.told, "; ")
}

func isEmptyArray(body []byte) bool {
	var list []json.RawMessage
	return json.Unmarshal(body, &list) == nil && list != nil && len(list) == 0
}

// below corrects what is below a value. Only what leads to something wrong is
// decoded, and once: the rest may be a file of many megabytes.
func (m *mender) below(text []byte, b *branch, at string) (mended []byte, ok bool) {
	text = bytes.TrimSpace(text)
	if len(b.below) == 0 || len(text) == 0 {
		return text, false
	}
	if text[0] == '[' {
		return m.elements(text, b, at)
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) != nil {
		return text, false
	}
	for _, token := range slices.Sorted(maps.Keys(b.below)) {
		name := strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		if value, there := object[name]; there && m.property(object, name, value, b.below[token], at+"/"+token) {
			ok = true
		}
	}
	if !ok {
		return text, false
	}
	return written(object)
}

// property corrects a property of an object, or what is below it.
func (m *mender) property(object map[string]json.RawMessage, name string, value json.RawMessage, b *branch, at string) bool {
	switch {
	case !b.wrong:
		mended, ok := m.below(value, b, at)
		if ok {
			object[name] = mended
		}
		return ok
	case m.empty && string(value) == `""`:
		delete(object, name)
		m.tell(at+`: "" counts as absent`, qualif.SwitchEmptyValues)
	case m.booleans && (string(value) == `"true"` || string(value) == `"false"`):
		object[name] = value[1 : len(value)-1]
		m.tell(at+": a text counts as a boolean", qualif.SwitchBooleanTexts)
	default:
		return false
	}
	return true
}

// elements corrects what is below the elements of an array; elements themselves
// are left as they are.
func (m *mender) elements(text []byte, b *branch, at string) (mended []byte, ok bool) {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil {
		return text, false
	}
	for i := range list {
		if element, found := b.below[strconv.Itoa(i)]; found {
			better, changed := m.below(list[i], element, fmt.Sprintf("%s/%d", at, i))
			if changed {
				list[i], ok = better, true
			}
		}
	}
	if !ok {
		return text, false
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

package replay

import (
	"encoding/json"
	"strings"

	"chorus-qualif/scenarios/result"
)

// masked is what is shown of a secret.
const masked = "***"

// shortest is how long a text is that is worth hiding: one of three letters
// would be found in every other word.
const shortest = 5

// mask hides the secrets of a real platform wherever they appear in a result.
// Those of a sandbox are nobody's.
type mask struct {
	on      bool
	secrets []string
}

func (m *mask) add(value any) {
	if text, ok := value.(string); ok && len(text) >= shortest {
		m.secrets = append(m.secrets, text)
	}
}

// hide replaces the secrets in a step or a run, in place.
func (m *mask) hide(in any) {
	if !m.on {
		return
	}
	if step, ok := in.(*result.Step); ok {
		m.learn(step)
	}
	var values any
	if text, err := json.Marshal(in); err != nil || json.Unmarshal(text, &values) != nil {
		return
	}
	text, err := json.Marshal(m.without(values))
	if err != nil {
		return
	}
	switch v := in.(type) {
	case *result.Step:
		*v = result.Step{}
	case *result.Run:
		*v = result.Run{}
	}
	_ = json.Unmarshal(text, in) // it has just been written, and only texts changed
}

// without is a JSON value whose texts hold no secret.
func (m *mask) without(value any) any {
	switch v := value.(type) {
	case string:
		for _, secret := range m.secrets {
			v = strings.ReplaceAll(v, secret, masked)
		}
		return v
	case []any:
		for i := range v {
			v[i] = m.without(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = m.without(v[name])
		}
	}
	return value
}

// learn takes the secrets that an answer gives: tokens and passwords.
func (m *mask) learn(step *result.Step) {
	if step.Request != nil {
		for _, name := range []string{"Authorization", "cpro-account"} {
			m.add(result.Value(step.Request.Headers, name))
		}
	}
	if step.Answer == nil || step.Answer.Body == nil {
		return
	}
	var body map[string]any
	if json.Unmarshal([]byte(step.Answer.Body.Text), &body) != nil {
		return
	}
	for _, name := range []string{"access_token", "refresh_token", "password", "cproAccount"} {
		m.add(body[name])
	}
}

package record

import (
	"encoding/base64"
	"fmt"
	"mime"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v4"

	"chorus-qualif/openapi"
	"chorus-qualif/server/client"
)

const sandboxHeader = "X-Sandbox"

// header is a header of a request, whatever the case of its name.
func header(c *client.Request, name string) string {
	for other, value := range c.RequestHeaders {
		if strings.EqualFold(other, name) {
			return value
		}
	}
	return ""
}

// name is a call for people.
func name(c *client.Request) string { return fmt.Sprintf("call %d (%s %s)", c.ID, c.Method, c.Target) }

// call tells one call.
func (t *tape) call(m moment) {
	c := m.call
	op, ok := t.o.Contracts.Operation(c.Operation)
	switch {
	case ok:
	case c.Operation == "":
		t.fail(name(c), "it is a page of the portal, which was kept as a fault struck it: a scenario only calls operations")
		return
	default:
		t.fail(name(c), "no contract declares it: a scenario only calls operations")
		return
	}
	if why, repeating := t.unheard(c); why != "" {
		if repeating {
			why += "; repeated at once, the two would make one step that tries again"
		}
		t.fail(name(c), "%s", why)
		return
	}
	t.introduce(c)
	description := fmt.Sprintf("%s %s answered %d at %s.", c.Method, op.Path, c.Status, instant{c.Virtual})
	if c.Why != "" {
		description += " Why: " + c.Why
	}
	s := t.step(op.ID, op, description)
	s.retries = m.retries
	t.parameters(c, s)
	t.headers(c, s)
	t.body(c, s)
	t.expect(c, s)
	t.answered(c, s)
	if c.Virtual.After(t.now.Time) && t.exact {
		t.now = instant{c.Virtual} // a fault let time pass
	}
}

// parameters are those of the path and of the query.
func (t *tape) parameters(c *client.Request, s *step) {
	target, err := url.ParseRequestURI(c.Target)
	if err != nil {
		t.fail(name(c), "its path cannot be read: %v", err)
		return
	}
	given, wanted := strings.Split(target.EscapedPath(), "/"), strings.Split(s.operation.Path, "/")
	for i, part := range wanted {
		if !strings.HasPrefix(part, "{") || i >= len(given) {
			continue
		}
		value, err := url.PathUnescape(given[i])
		if err != nil {
			t.fail(name(c), "its path cannot be read: %v", err)
			continue
		}
		parameter := strings.Trim(part, "{}")
		s.parameter(parameter, "path", t.sent(c, parameter, value))
	}
	for _, pair := range strings.Split(target.RawQuery, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err1 := url.QueryUnescape(key)
		value, err2 := url.QueryUnescape(value)
		switch {
		case err1 != nil || err2 != nil:
			t.fail(name(c), "its query cannot be read: %s", pair)
		case s.has(key):
			t.fail(name(c), "it gives the parameter %s twice", key)
		default:
			s.parameter(key, "query", t.sent(c, key, value))
			s.breaks = s.breaks || !declares(s.operation, key)
		}
	}
}

func declares(op *openapi.Operation, parameter string) bool {
	for _, p := range op.Parameters {
		if p.In == "query" && p.Name == parameter {
			return true
		}
	}
	return false
}

// headers are those that decide: who calls, which sandbox, which language.
func (t *tape) headers(c *client.Request, s *step) {
	if s.operation.Document == "portal" || header(c, sandboxHeader) != "" {
		s.parameter(sandboxHeader, "header", "$inputs.sandbox")
	}
	if given := header(c, "Authorization"); given != "" {
		s.parameter("Authorization", "header", t.authorization(c, given))
	}
	if given := header(c, "cpro-account"); given != "" {
		s.parameter("cpro-account", "header", t.account(c, given))
	}
	if given := header(c, "Accept-Language"); given != "" {
		s.parameter("Accept-Language", "header", t.literal(c, given))
	}
	if given := header(c, faultHeader); given != "" {
		s.parameter(faultHeader, "header", t.literal(c, given))
	}
}

func (t *tape) authorization(c *client.Request, given string) string {
	scheme, value, ok := strings.Cut(given, " ")
	if !ok {
		return t.secret(c, "token", given, "unknown")
	}
	made := "unknown-token"
	if strings.EqualFold(scheme, "Basic") {
		made = madeUp(value)
	}
	value = t.secret(c, "token", value, made)
	if strings.HasPrefix(value, "$") {
		value = "{" + value + "}"
	}
	return scheme + " " + value
}

// account is the header cpro-account. An unknown password that passed is the one
// that a page showed.
func (t *tape) account(c *client.Request, given string) string {
	login, ok := loginOf(given)
	wrong := refused(c, "technical-account") && !strings.HasSuffix(c.Code, "-pending") && !strings.HasSuffix(c.Code, "-inactive")
	if _, known := t.known["s"+given]; ok && !known && !wrong {
		if reset, shown := t.resets[strings.ToLower(login)]; shown {
			t.learn("s"+given, reset)
		}
	}
	return t.secret(c, "technical-account", given, madeUp(given))
}

// secret is the reference to a secret, or what replaces one that the sandbox
// refused.
func (t *tape) secret(c *client.Request, check, given, madeUp string) string {
	if reference := t.reference("", given); reference != given {
		return reference
	}
	if inside, ok := t.embedded(given); ok {
		return inside
	}
	if !refused(c, check) {
		t.fail(name(c), "it was let in by a secret that neither the sandbox's credentials nor a recorded answer gives in this form")
	}
	return madeUp
}

// refused tells whether a call did not pass a check of the gateway, or of
// whoever else asked who it was.
func refused(c *client.Request, check string) bool {
	for _, step := range c.Trail {
		if step.Check == check {
			return step.Outcome != "passed"
		}
	}
	return c.Status == 401 || c.Operation == tokenOperation && c.Status >= 400
}

// madeUp is a refused base64 of login:password with another password.
func madeUp(given string) string {
	if login, ok := loginOf(given); ok {
		return base64.StdEncoding.EncodeToString([]byte(login + ":not-the-password"))
	}
	if login, _, ok := strings.Cut(given, ":"); ok {
		return login + ":not-the-password"
	}
	if plain, err := base64.StdEncoding.DecodeString(given); err == nil && len(plain) > 0 {
		return base64.StdEncoding.EncodeToString([]byte("no-colon"))
	}
	return "not-base64"
}

// body is what was sent, as a mapping.
func (t *tape) body(c *client.Request, s *step) {
	declared := s.operation.BodyType()
	if !s.operation.Body || declared == "" {
		return
	}
	s.contentType, s.payload = declared, mapping()
	switch {
	case c.RequestBody.Cut:
		t.fail(name(c), "its body of %d bytes was not kept whole: start the server with --requests-body-bytes %d or more, or send a smaller file", c.RequestBody.Size, c.RequestBody.Size)
		return
	case c.RequestBody.Withheld:
		t.fail(name(c), "its body is not UTF-8")
		return
	case strings.TrimSpace(c.RequestBody.Text) == "" && c.Status == 400:
		t.fail(name(c), "it sent no body, and a scenario always sends one to %s", s.operation.ID)
		return
	case strings.TrimSpace(c.RequestBody.Text) == "":
		return
	}
	kind := declared
	if given := header(c, "Content-Type"); given != "" {
		if kind, _, _ = mime.ParseMediaType(given); kind != declared {
			s.contentType, s.breaks = given, true
		}
	}
	var err error
	switch kind {
	case "application/x-www-form-urlencoded":
		s.payload, err = t.form(c)
	default:
		s.payload, err = t.json(c)
	}
	if err != nil {
		t.fail(name(c), "%v", err)
		return
	}
	s.breaks = s.breaks || strange(s.operation, s.payload, nil)
}

// form reads a form, in its order.
func (t *tape) form(c *client.Request) (*yaml.Node, error) {
	n, seen := mapping(), map[string]bool{}
	if values, err := url.ParseQuery(c.RequestBody.Text); err == nil && c.Operation == tokenOperation && !refused(c, "") {
		t.secretOf(values.Get("client_id"), values.Get("client_secret"))
	}
	for _, pair := range strings.Split(c.RequestBody.Text, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err1 := url.QueryUnescape(key)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return mapping(), fmt.Errorf("its form cannot be read")
		}
		if seen[key] {
			return mapping(), fmt.Errorf("its form gives %s twice", key)
		}
		seen[key] = true
		n.Content = append(n.Content, text(key), text(t.sent(c, key, value)))
	}
	return n, nil
}

// strange tells whether a body has a property that the contract does not
// declare: the step then says that it is meant.
func strange(op *openapi.Operation, n *yaml.Node, path []string) bool {
	for i, child := range n.Content {
		inner := path
		if n.Kind == yaml.MappingNode {
			if i%2 == 0 {
				continue
			}
			inner = append(append([]string{}, path...), n.Content[i-1].Value)
			if known, _ := op.BodyProperty(inner...); !known {
				return true
			}
		}
		if strange(op, child, inner) {
			return true
		}
	}
	return false
}

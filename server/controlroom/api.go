package controlroom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chorus-qualif/server/sandboxes"
)

// apiAnswer is what the control API said.
type apiAnswer struct {
	status int
	header http.Header
	body   []byte
}

// ask puts a question about a sandbox to the control API, on whose words the
// pages rely. parts are those of the path after the sandbox's; body is sent as
// JSON unless it is nil. Asking counts as using the sandbox.
func (v *visit) ask(sb *sandboxes.Sandbox, method string, body any, parts ...string) apiAnswer {
	target := "/__admin/v1/sandboxes/" + url.PathEscape(sb.Name())
	for _, part := range parts {
		target += "/" + url.PathEscape(part)
	}
	return v.askAt(method, target, body)
}

func (v *visit) askAt(method, target string, body any) apiAnswer {
	return v.askWithin(v.g.Request.Context(), method, target, body)
}

func (v *visit) askWithin(ctx context.Context, method, target string, body any) apiAnswer {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			panic("a question to the control API cannot be written: " + err.Error())
		}
	}
	request := httptest.NewRequestWithContext(ctx, method, target, &sent)
	request.Host = "localhost"
	if v.room.o.Token != "" {
		request.Header.Set("Authorization", "Bearer "+v.room.o.Token)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	recorded := httptest.NewRecorder()
	v.room.o.API.ServeHTTP(recorded, request)
	return apiAnswer{recorded.Code, recorded.Header(), recorded.Body.Bytes()}
}

// errAPI is what the control API refused, each reason a sentence.
type errAPI []string

func (e errAPI) Error() string { return strings.Join(e, " ") }

// namedByForms are the fields that the forms call the name.
var namedByForms = []string{"snapshot", "webhook", "fault", "/as"}

// read decodes a success; anything else is an errAPI with all that is wrong.
func (a apiAnswer) read(into any) error {
	if a.status/100 == 2 {
		if into == nil {
			return nil
		}
		return json.Unmarshal(a.body, into)
	}
	var problem struct {
		Detail string
		Errors []struct{ Pointer, Message string }
	}
	if err := json.Unmarshal(a.body, &problem); err != nil || problem.Detail == "" {
		return errors.New("the control API answered " + http.StatusText(a.status))
	}
	var all errAPI
	for _, e := range problem.Errors {
		if slices.Contains(namedByForms, e.Pointer) {
			_, rest, _ := strings.Cut(e.Message, " ")
			e.Message = "the name " + rest
		}
		all = append(all, sentence(e.Message))
	}
	if len(all) == 0 {
		for _, part := range strings.Split(problem.Detail, "; ") {
			all = append(all, sentence(part))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}

// reasons are what is wrong with a form, each a sentence.
func reasons(err error) []string {
	var api errAPI
	if errors.As(err, &api) {
		return api
	}
	return []string{wrong(err)}
}

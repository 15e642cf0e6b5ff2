package replay

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pb33f/libopenapi/arazzo"
	"go.yaml.in/yaml/v4"

	"chorus-qualif/scenarios/result"
)

// maxAnswer is how much of an answer is read.
const maxAnswer = 32 << 20

// request is what a step sends, built from the values of the engine.
func (p *planned) request(ctx context.Context, t Target, values *arazzo.ExecutionRequest) (*http.Request, []byte, error) {
	path, query, header := p.Operation.Path, url.Values{}, http.Header{}
	var errs []error
	for _, parameter := range p.Parameters {
		text, err := inText(values.Parameters[parameter.Name])
		if err != nil {
			errs = append(errs, fmt.Errorf("parameter %s: %w", parameter.Name, err))
			continue
		}
		switch parameter.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+parameter.Name+"}", url.PathEscape(text))
		case "query":
			query.Set(parameter.Name, text)
		case "header":
			header.Set(parameter.Name, text)
		}
	}
	body, err := payload(values)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, nil, err
	}
	address := t.base(p.Operation.Document) + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, p.Operation.Method, address, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header = header
	if values.RequestBody != nil && header.Get("Content-Type") == "" {
		header.Set("Content-Type", values.ContentType)
	}
	if host := header.Get("Host"); host != "" {
		request.Host = host
	}
	if t.AdminToken != "" && p.Operation.Document == "admin" {
		header.Set("Authorization", "Bearer "+t.AdminToken)
	}
	return request, body, nil
}

// payload is a body as its content type writes it.
func payload(values *arazzo.ExecutionRequest) ([]byte, error) {
	if values.RequestBody == nil {
		return nil, nil
	}
	if values.ContentType != "application/x-www-form-urlencoded" {
		return written(values.RequestBody)
	}
	fields, ok := plain(values.RequestBody).(map[string]any)
	if !ok {
		return nil, errors.New("the payload of a form is a mapping")
	}
	form := url.Values{}
	var errs []error
	for name, value := range fields {
		text, err := inText(value)
		if err != nil {
			errs = append(errs, fmt.Errorf("field %s: %w", name, err))
		}
		form.Set(name, text)
	}
	return []byte(form.Encode()), errors.Join(errs...)
}

// answer is what came back, in every shape that is needed.
type answer struct {
	status int
	header http.Header
	body   []byte
	// value is the body for expressions: nil when it is empty, a node for
	// JSON, else a text.
	value any
}

// send makes a call and reads the whole answer.
func send(client *http.Client, request *http.Request) (*answer, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("no answer came: %w", reason(err))
	}
	defer func() { _ = response.Body.Close() }()
	a := &answer{status: response.StatusCode, header: response.Header}
	if a.body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1)); err != nil {
		return nil, fmt.Errorf("the answer ended early: %w", reason(err))
	}
	if len(a.body) > maxAnswer {
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	a.value, err = a.read()
	return a, err
}

// reason is why a call failed, without the addresses, which are others each
// time.
func reason(err error) error {
	var at *net.OpError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: %w", at.Op, at.Err)
	}
	var told *url.Error
	if errors.As(err, &told) {
		return told.Err
	}
	return err
}

// read is the body as expressions see it. An answer without a type is taken for
// JSON, as it is by others.
func (a *answer) read() (any, error) {
	if len(a.body) == 0 {
		return nil, nil
	}
	kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err == nil && kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return string(a.body), nil
	}
	node, err := nodeOf(a.body)
	if err != nil {
		return nil, fmt.Errorf("the answer is no JSON, as it says: %w", err)
	}
	return node, nil
}

// seen are the headers for the engine, under every name that a step spells.
func (a *answer) seen(spelled []string) map[string][]string {
	all := map[string][]string{}
	for _, name := range spelled {
		if values := a.header.Values(name); len(values) > 0 {
			all[name] = []string{strings.Join(values, ", ")}
		}
	}
	return all
}

// headers are a message's header lines, sorted by name.
func headers(from http.Header) []result.Header {
	var all []result.Header
	for name, values := range from {
		for _, value := range values {
			all = append(all, result.Header{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(all, func(a, b result.Header) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func body(header http.Header, content []byte) *result.Body {
	if len(content) == 0 {
		return nil
	}
	b := &result.Body{ContentType: header.Get("Content-Type"), Text: string(content)}
	if !utf8.Valid(content) {
		b.Text, b.Encoding = base64.StdEncoding.EncodeToString(content), "base64"
	}
	return b
}

// described is an answer for results. The control API runs on the machine's
// time, so its Date would make no two results equal.
func (a *answer) described(document string) *result.Answer {
	header := a.header
	if document == "admin" {
		header = header.Clone()
		header.Del("Date")
	}
	return &result.Answer{Status: a.status, Headers: headers(header), Body: body(a.header, a.body)}
}

// valueNode is the value of a body as a node; nil for none.
func valueNode(value any) (*yaml.Node, error) {
	if value == nil {
		return nil, nil
	}
	return nodeFrom(value)
}

// Package client is a Go client of the control API of the sandbox server
// (openapi/admin.yaml): sandboxes, clocks, mails, what clients called, faults,
// events. It imports nothing but the standard library, and nothing of the
// program, so any program may import it.
//
// Instants are the sandbox's own, and zero where the API says null; texts and
// numbers are likewise empty. Lengths of time are texts, Go (30m) or ISO 8601
// (P60D), because a day is not always 24 hours.
//
// Every refusal is an *[Error]; a server that cannot be reached is an
// *[Unreachable].
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// DefaultURL is where the server listens when it is not told otherwise.
const DefaultURL = "http://127.0.0.1:8081"

// Options are how a server is reached; the zero Options are fine on one's own
// machine.
type Options struct {
	// Token is sent as a bearer, for a server started with --admin-token.
	Token string
	// HTTP makes the calls; http.DefaultClient when nil. Waits and streams
	// last for minutes: bound calls by their context, not by a timeout here.
	HTTP *http.Client
}

// Client calls one server. It is safe for use by several goroutines.
type Client struct {
	base    *url.URL
	options Options
	key     string
}

// New is a client of the control API at a base URL, such as [DefaultURL]. It
// calls nothing yet; the error is about the URL.
func New(baseURL string, o Options) (*Client, error) {
	base, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("admin URL: %w", err)
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, fmt.Errorf("admin URL %q: want a URL such as %s", baseURL, DefaultURL)
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	return &Client{base: base, options: o}, nil
}

// URL is the base URL, without a final slash.
func (c *Client) URL() string { return strings.TrimSuffix(c.base.String(), "/") }

// WithIdempotencyKey is the client with a key on every POST: one that is sent
// again with the same key and body is answered as before and does nothing. Give
// each step a key of its own; a key is good for one life of a sandbox.
func (c *Client) WithIdempotencyKey(key string) *Client {
	keyed := *c
	keyed.key = key
	return &keyed
}

// call is one request: what to send, and where the answer goes.
type call struct {
	method string
	// path holds the segments below the base, unescaped.
	path  []string
	query url.Values
	// body is sent as JSON when it is not nil.
	body any
	// into receives the JSON of the answer; a *[]byte receives its bytes.
	into   any
	header http.Header
}

// control is a path below /__admin/v1.
func control(parts ...string) []string { return append([]string{"__admin", "v1"}, parts...) }

// ask sends a request and reads its answer.
func ask[T any](ctx context.Context, c *Client, request call) (T, error) {
	var answer T
	request.into = &answer
	err := c.do(ctx, request)
	return answer, err
}

func (c *Client) do(ctx context.Context, request call) error {
	response, err := c.open(ctx, request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return c.cut(request, err)
	}
	switch into := request.into.(type) {
	case nil:
	case *[]byte:
		*into = text
	default:
		if err := json.Unmarshal(text, into); err != nil {
			return &Error{Status: response.StatusCode, Title: http.StatusText(response.StatusCode), Body: text,
				Detail: fmt.Sprintf("%s %s: the answer is not what the control API answers: %v", request.method, c.url(request), err)}
		}
	}
	return nil
}

// open sends a request and returns the answer when it is a success.
func (c *Client) open(ctx context.Context, request call) (*http.Response, error) {
	var body io.Reader
	if request.body != nil {
		text, err := json.Marshal(request.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	for _, part := range request.path {
		if part == "" || part == "." || part == ".." {
			return nil, fmt.Errorf("%q cannot be part of the path /%s", part, strings.Join(request.path, "/"))
		}
	}
	r, err := http.NewRequestWithContext(ctx, request.method, c.url(request), body)
	if err != nil {
		return nil, err
	}
	for name, values := range request.header {
		r.Header[name] = values
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.options.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.options.Token)
	}
	if c.key != "" && request.method == http.MethodPost {
		r.Header.Set("Idempotency-Key", c.key)
	}
	response, err := c.options.HTTP.Do(r)
	if err != nil {
		return nil, c.cut(request, err)
	}
	if response.StatusCode/100 == 2 {
		return response, nil
	}
	defer func() { _ = response.Body.Close() }()
	return nil, refusal(response)
}

func (c *Client) url(request call) string {
	escaped := make([]string, len(request.path))
	for i, part := range request.path {
		escaped[i] = url.PathEscape(part)
	}
	full := c.URL() + "/" + strings.Join(escaped, "/")
	if len(request.query) > 0 {
		full += "?" + request.query.Encode()
	}
	return full
}

// cut is the error of a call that got no whole answer: the context's, when it
// has ended, else an Unreachable.
func (c *Client) cut(request call, err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s %s: %w", request.method, c.url(request), err)
	}
	return &Unreachable{URL: c.URL(), Err: err}
}

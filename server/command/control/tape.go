package control

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// tape keeps the body of the last answer, so that --json prints what the API
// said and not what was made of it.
type tape struct{ last []byte }

// RoundTrip implements http.RoundTripper.
func (t *tape) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil || strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		return response, err
	}
	var kept bytes.Buffer
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(response.Body, writer{&kept, t}), response.Body}
	t.last = nil
	return response, nil
}

// keep keeps of the last answer one element of a list that it has.
func (t *tape) keep(list string, i int) error {
	var answer map[string][]json.RawMessage
	if err := json.Unmarshal(t.last, &answer); err != nil {
		return err
	}
	t.last = answer[list][i]
	return nil
}

type writer struct {
	kept *bytes.Buffer
	tape *tape
}

// Write implements io.Writer.
func (w writer) Write(p []byte) (int, error) {
	w.kept.Write(p)
	w.tape.last = w.kept.Bytes()
	return len(p), nil
}

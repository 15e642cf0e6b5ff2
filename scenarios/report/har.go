package report

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"chorus-qualif/scenarios/result"
)

// HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/); fields of
// our own begin with _, as it asks.
type (
	harLog struct {
		Version string     `json:"version"`
		Creator harCreator `json:"creator"`
		Pages   []harPage  `json:"pages"`
		Entries []harEntry `json:"entries"`
	}
	harCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harPage struct {
		Started string   `json:"startedDateTime"`
		ID      string   `json:"id"`
		Title   string   `json:"title"`
		Timings struct{} `json:"pageTimings"`
	}
	harEntry struct {
		Page     string      `json:"pageref"`
		Started  string      `json:"startedDateTime"`
		Time     float64     `json:"time"`
		Request  harRequest  `json:"request"`
		Response harResponse `json:"response"`
		Cache    struct{}    `json:"cache"`
		Timings  harTimings  `json:"timings"`
		Step     string      `json:"_step"`
		Verdict  string      `json:"_verdict"`
		Explain  string      `json:"_explain,omitempty"`
	}
	harRequest struct {
		Method      string          `json:"method"`
		URL         string          `json:"url"`
		HTTPVersion string          `json:"httpVersion"`
		Cookies     []string        `json:"cookies"`
		Headers     []result.Header `json:"headers"`
		QueryString []result.Header `json:"queryString"`
		PostData    *harBody        `json:"postData,omitempty"`
		HeadersSize int             `json:"headersSize"`
		BodySize    int             `json:"bodySize"`
	}
	harResponse struct {
		Status      int             `json:"status"`
		StatusText  string          `json:"statusText"`
		HTTPVersion string          `json:"httpVersion"`
		Cookies     []string        `json:"cookies"`
		Headers     []result.Header `json:"headers"`
		Content     harBody         `json:"content"`
		RedirectURL string          `json:"redirectURL"`
		HeadersSize int             `json:"headersSize"`
		BodySize    int             `json:"bodySize"`
	}
	harBody struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text"`
		Encoding string `json:"encoding,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
)

// HAR writes the exchanges as an HTTP Archive, a page for each workflow. The
// instants are those of the sandbox's clock, and the beginning of Unix time on a
// platform, whose clock is not read; the durations are real.
func HAR(w io.Writer, r *result.Replay) error {
	archive := harLog{Version: "1.2", Creator: harCreator{"chorus-qualif", r.Tool}, Pages: []harPage{}, Entries: []harEntry{}}
	for _, run := range r.Runs {
		id := run.File + "#" + run.Workflow
		archive.Pages = append(archive.Pages, harPage{Started: started(run.Before), ID: id, Title: run.Title + ": " + run.Workflow})
		for _, step := range run.Steps {
			if step.Request != nil && step.Answer != nil {
				archive.Entries = append(archive.Entries, harOf(id, step))
			}
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(map[string]harLog{"log": archive})
}

func started(at time.Time) string {
	if at.IsZero() {
		at = time.Unix(0, 0).UTC()
	}
	return at.Format("2006-01-02T15:04:05.000Z07:00")
}

func harOf(page string, step *result.Step) harEntry {
	milliseconds := float64(step.Wall.Microseconds()) / 1000
	answer := bodyOf(step.Answer.Body)
	entry := harEntry{
		Page: page, Started: started(step.Before), Time: milliseconds, Timings: harTimings{Wait: milliseconds},
		Step: step.ID, Verdict: string(step.Verdict), Explain: step.Explanation,
		Request: harRequest{
			Method: step.Request.Method, URL: step.Request.URL, HTTPVersion: "HTTP/1.1", Cookies: []string{},
			Headers: orEmpty(step.Request.Headers), QueryString: query(step.Request.URL), HeadersSize: -1,
		},
		Response: harResponse{
			Status: step.Answer.Status, StatusText: http.StatusText(step.Answer.Status), HTTPVersion: "HTTP/1.1", Cookies: []string{},
			Headers: orEmpty(step.Answer.Headers), Content: answer, HeadersSize: -1, BodySize: answer.Size,
		},
	}
	if step.Request.Body != nil {
		sent := bodyOf(step.Request.Body)
		entry.Request.PostData, entry.Request.BodySize = &sent, sent.Size
	}
	return entry
}

func bodyOf(b *result.Body) harBody {
	if b == nil {
		return harBody{}
	}
	return harBody{len(b.Text), b.ContentType, b.Text, b.Encoding}
}

func orEmpty(headers []result.Header) []result.Header {
	if headers == nil {
		return []result.Header{}
	}
	return headers
}

func query(address string) []result.Header {
	all := []result.Header{}
	parsed, err := url.Parse(address)
	if err != nil {
		return all
	}
	values := parsed.Query()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			all = append(all, result.Header{Name: name, Value: value})
		}
	}
	return all
}

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
	"chorus-qualif/server/har"
)

// HAR writes the exchanges as an HTTP Archive, a page for each workflow. The
// instants are those of the sandbox's clock, and the beginning of Unix time on a
// platform, whose clock is not read; the durations are real.
func HAR(w io.Writer, r *result.Replay) error {
	var pages []har.Page
	var entries []har.Entry
	for _, run := range r.Runs {
		id := run.File + "#" + run.Workflow
		pages = append(pages, har.Page{Started: started(run.Before), ID: id, Title: run.Title + ": " + run.Workflow})
		for _, step := range run.Steps {
			if step.Request != nil && step.Answer != nil {
				entries = append(entries, harOf(id, step))
			}
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	archive := har.Of(r.Tool, entries)
	archive.Log.Pages = pages
	return encoder.Encode(archive)
}

func started(at time.Time) string {
	if at.IsZero() {
		at = time.Unix(0, 0).UTC()
	}
	return at.Format("2006-01-02T15:04:05.000Z07:00")
}

func harOf(page string, step *result.Step) har.Entry {
	milliseconds := float64(step.Wall.Microseconds()) / 1000
	answer := bodyOf(step.Answer.Body)
	entry := har.Entry{
		Page: page, Started: started(step.Before), Time: milliseconds, Timings: har.Timings{Wait: milliseconds},
		Step: step.ID, Verdict: string(step.Verdict), Explain: step.Explanation,
		Request: har.Request{
			Method: step.Request.Method, URL: step.Request.URL, HTTPVersion: "HTTP/1.1", Cookies: []har.Pair{},
			Headers: pairs(step.Request.Headers), QueryString: query(step.Request.URL), HeadersSize: -1,
		},
		Response: har.Response{
			Status: step.Answer.Status, StatusText: http.StatusText(step.Answer.Status), HTTPVersion: "HTTP/1.1", Cookies: []har.Pair{},
			Headers: pairs(step.Answer.Headers), Content: answer, HeadersSize: -1, BodySize: answer.Size,
		},
	}
	if step.Request.Body != nil {
		sent := step.Request.Body
		entry.Request.PostData, entry.Request.BodySize = &har.Post{MimeType: sent.ContentType, Text: sent.Text, Encoding: sent.Encoding}, len(sent.Text)
	}
	return entry
}

func bodyOf(b *result.Body) har.Content {
	if b == nil {
		return har.Content{}
	}
	return har.Content{Size: len(b.Text), MimeType: b.ContentType, Text: b.Text, Encoding: b.Encoding}
}

func pairs(headers []result.Header) []har.Pair {
	all := make([]har.Pair, 0, len(headers))
	for _, h := range headers {
		all = append(all, har.Pair{Name: h.Name, Value: h.Value})
	}
	return all
}

func query(address string) []har.Pair {
	all := []har.Pair{}
	parsed, err := url.Parse(address)
	if err != nil {
		return all
	}
	values := parsed.Query()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			all = append(all, har.Pair{Name: name, Value: value})
		}
	}
	return all
}

package har_test

import (
	"encoding/json"
	"testing"

	"chorus-qualif/server/har"
)

// Readers of archives want lists where there is nothing, and none of our own
// fields where they say nothing.
func TestAnArchiveOfNothingAndOfLittle(t *testing.T) {
	t.Parallel()
	for want, entries := range map[string][]har.Entry{
		`{"log":{"version":"1.2","creator":{"name":"chorus-qualif","version":"1.0"},"entries":[]}}`: nil,
		`{"log":{"version":"1.2","creator":{"name":"chorus-qualif","version":"1.0"},"entries":[{"startedDateTime":"","time":0,` +
			`"request":{"method":"","url":"","httpVersion":"","cookies":null,"headers":null,"queryString":null,"headersSize":0,"bodySize":0},` +
			`"response":{"status":0,"statusText":"","httpVersion":"","cookies":null,"headers":null,"content":{"size":0,"mimeType":"","text":""},` +
			`"redirectURL":"","headersSize":0,"bodySize":0},"cache":{},"timings":{"send":0,"wait":0,"receive":0}}]}}`: {{}},
	} {
		got, err := json.Marshal(har.Of("1.0", entries))
		if err != nil || string(got) != want {
			t.Errorf("got %s %v, want %s", got, err, want)
		}
	}
}

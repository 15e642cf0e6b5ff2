package wire

import (
	"net/http"
	"strings"
	"time"
)

// Headers that stand beside an answer; a client that does not know them never
// trips on them.
const (
	// SandboxHeader names the sandbox: on a request it chooses one where no
	// credential does, on an answer it tells which one answered.
	SandboxHeader = "X-Sandbox"
	// RequestHeader is the number of the call in the sandbox's request journal.
	RequestHeader = "X-Sandbox-Request-Id"
	// ExplainHeader tells why, as "code: sentence".
	ExplainHeader = "X-Sandbox-Explain"
)

// Stamp dates an answer by a sandbox's clock.
func Stamp(h http.Header, sandbox string, now time.Time) {
	h.Set("Date", now.UTC().Format(http.TimeFormat))
	h.Set(SandboxHeader, sandbox)
}

// maxExplanation keeps the header under what servers and proxies accept.
const maxExplanation = 2000

// Explain writes the explanation of an answer. Whatever a header cannot carry
// (control characters, anything but ASCII) is replaced, and what is too long
// is cut.
func Explain(h http.Header, code, why string) {
	text := code
	if why != "" {
		text += ": " + why
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	if len(text) > maxExplanation {
		text = text[:maxExplanation] + "..."
	}
	h.Set(ExplainHeader, text)
}

package controlroom

import (
	"net/http"
	"net/url"
	"strings"

	"chorus-qualif/server/sandboxes"
)

// harQuery asks the control API for the calls that the page's filters leave.
func harQuery(given url.Values) url.Values {
	asked := url.Values{}
	for _, name := range []string{"status", "operation"} {
		if value := strings.TrimSpace(given.Get(name)); value != "" {
			asked.Set(name, value)
		}
	}
	if path := strings.TrimSpace(given.Get("path")); path != "" {
		asked.Set("path", anywhere(path))
	}
	return asked
}

// anywhere is the pattern of a part of a path.
func anywhere(path string) string { return "*" + path + "*" }

// downloadCalls answers with the filtered calls as an HTTP Archive, their secrets
// masked.
func (r *Room) downloadCalls(v *visit, sb *sandboxes.Sandbox) {
	answer := v.askAt(http.MethodGet, "/__admin/v1/sandboxes/"+url.PathEscape(sb.Name())+"/requests.har?"+harQuery(v.g.Request.URL.Query()).Encode(), nil)
	if err := answer.read(nil); err != nil {
		v.problem(answer.status, wrong(err))
		return
	}
	v.g.Header("Content-Disposition", answer.header.Get("Content-Disposition"))
	v.g.Data(http.StatusOK, answer.header.Get("Content-Type"), answer.body)
}

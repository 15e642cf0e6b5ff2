package admin

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/har"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

func (a *Admin) exportRequests(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	found, _ := a.o.Requests.Of(sb).Find(criteriaIn(g), 0)
	var entries []har.Entry
	for _, e := range found {
		entries = append(entries, harOf(e, a.o.PlatformURL(), g.Query("secrets") == "true"))
	}
	reply := wire.JSON(http.StatusOK, har.Of(a.o.Version.Version, entries))
	reply.Header = http.Header{"Content-Disposition": {`attachment; filename="` + sb.Name() + `.har"`}}
	return reply
}

func harOf(e *requests.Entry, platform string, secrets bool) har.Entry {
	v := viewRequest(e, secrets)
	entry := har.Entry{
		Started: e.Wall.UTC().Format(time.RFC3339Nano), Time: v.LatencyMs, Timings: har.Timings{Wait: v.LatencyMs},
		Virtual: qualif.FormatInstant(e.Virtual),
		Request: har.Request{
			Method: e.Method, URL: platform + e.Target, HTTPVersion: "HTTP/1.1", Cookies: []har.Pair{}, Headers: pairs(v.RequestHeaders),
			QueryString: []har.Pair{}, HeadersSize: -1, BodySize: e.Body.Size,
		},
		Response: har.Response{
			Status: e.Status, StatusText: http.StatusText(e.Status), HTTPVersion: "HTTP/1.1", Cookies: []har.Pair{}, Headers: pairs(v.ResponseHeaders),
			Content:     har.Content{Size: e.Answer.Size, MimeType: v.ResponseHeaders["Content-Type"], Text: v.ResponseBody.Text},
			HeadersSize: -1, BodySize: e.Answer.Size,
		},
	}
	if e.Body.Size > 0 {
		entry.Request.PostData = &har.Post{MimeType: v.RequestHeaders["Content-Type"], Text: v.RequestBody.Text}
	}
	if e.Code != "" {
		entry.Explain = e.Code + ": " + e.Why
	}
	return entry
}

func pairs(headers map[string]string) []har.Pair {
	all := make([]har.Pair, 0, len(headers))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		all = append(all, har.Pair{Name: name, Value: headers[name]})
	}
	return all
}

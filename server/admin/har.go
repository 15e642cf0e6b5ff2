package admin

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/); fields of
// our own begin with _, as it asks.

type harLog struct {
	Version string     `json:"version"`
	Creator harCreator `json:"creator"`
	Entries []harEntry `json:"entries"`
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harEntry struct {
	Started  string      `json:"startedDateTime"`
	Time     float64     `json:"time"`
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
	Virtual  string      `json:"_virtual"`
	Explain  string      `json:"_explain,omitempty"`
}

type harRequest struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []string  `json:"cookies"`
	Headers     []harPair `json:"headers"`
	QueryString []harPair `json:"queryString"`
	PostData    *harPost  `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int       `json:"bodySize"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []string   `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int        `json:"bodySize"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harPost struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
}

type harContent struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

func (a *Admin) exportRequests(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	found, _ := a.o.Requests.Of(sb).Find(criteriaIn(g), 0)
	archive := struct {
		Log harLog `json:"log"`
	}{harLog{"1.2", harCreator{"chorus-qualif", a.o.Version.Version}, []harEntry{}}}
	for _, e := range found {
		archive.Log.Entries = append(archive.Log.Entries, harOf(e, a.o.PlatformURL(), g.Query("secrets") == "true"))
	}
	reply := wire.JSON(http.StatusOK, archive)
	reply.Header = http.Header{"Content-Disposition": {`attachment; filename="` + sb.Name() + `.har"`}}
	return reply
}

func harOf(e *requests.Entry, platform string, secrets bool) harEntry {
	v := viewRequest(e, secrets)
	entry := harEntry{
		Started: e.Wall.UTC().Format(time.RFC3339Nano), Time: v.LatencyMs, Timings: harTimings{Wait: v.LatencyMs},
		Virtual: qualif.FormatInstant(e.Virtual),
		Request: harRequest{
			Method: e.Method, URL: platform + e.Target, HTTPVersion: "HTTP/1.1", Cookies: []string{}, Headers: pairs(v.RequestHeaders),
			QueryString: []harPair{}, HeadersSize: -1, BodySize: e.Body.Size,
		},
		Response: harResponse{
			Status: e.Status, StatusText: http.StatusText(e.Status), HTTPVersion: "HTTP/1.1", Cookies: []string{}, Headers: pairs(v.ResponseHeaders),
			Content:     harContent{e.Answer.Size, v.ResponseHeaders["Content-Type"], v.ResponseBody.Text},
			HeadersSize: -1, BodySize: e.Answer.Size,
		},
	}
	if e.Body.Size > 0 {
		entry.Request.PostData = &harPost{v.RequestHeaders["Content-Type"], v.RequestBody.Text}
	}
	if e.Code != "" {
		entry.Explain = e.Code + ": " + e.Why
	}
	return entry
}

func pairs(headers map[string]string) []harPair {
	all := make([]harPair, 0, len(headers))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		all = append(all, harPair{name, headers[name]})
	}
	return all
}

package admin

import (
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chorus-qualif/server/wire"
)

const plain = "text/plain; charset=utf-8"

func (a *Admin) livez(*gin.Context, []byte) wire.Reply {
	return wire.Reply{Status: http.StatusOK, Raw: []byte("ok\n"), ContentType: plain}
}

func (a *Admin) readyz(*gin.Context, []byte) wire.Reply {
	if !a.o.Ready() {
		return wire.Reply{Status: http.StatusServiceUnavailable, Raw: []byte("not ready\n"), ContentType: plain}
	}
	return wire.Reply{Status: http.StatusOK, Raw: []byte("ok\n"), ContentType: plain}
}

func (a *Admin) version(*gin.Context, []byte) wire.Reply {
	return wire.JSON(http.StatusOK, a.o.Version)
}

// metrics answers through the Prometheus library's own handler, which
// negotiates the format.
func (a *Admin) metrics() func(*gin.Context, []byte) wire.Reply {
	handler := promhttp.HandlerFor(a.o.Metrics, promhttp.HandlerOpts{DisableCompression: true})
	return func(g *gin.Context, _ []byte) wire.Reply {
		recorded := httptest.NewRecorder()
		handler.ServeHTTP(recorded, g.Request)
		return wire.Reply{Status: recorded.Code, Raw: recorded.Body.Bytes(), ContentType: recorded.Header().Get("Content-Type")}
	}
}

func (a *Admin) getDocument(g *gin.Context, _ []byte) wire.Reply {
	file := g.Param("document")
	name, extension, _ := strings.Cut(file, ".")
	document, ok := a.o.Contract.Set.Document(name)
	switch {
	case ok && extension == "json":
		text, err := document.JSON()
		if err != nil {
			return wire.Refuse(http.StatusInternalServerError, "internal-error", name+".yaml cannot be shown as JSON: "+err.Error())
		}
		return wire.Reply{Status: http.StatusOK, Raw: text, ContentType: "application/json"}
	case ok && extension == "yaml":
		return wire.Reply{Status: http.StatusOK, Raw: document.YAML, ContentType: "application/yaml"}
	}
	var names []string
	for _, d := range a.o.Contract.Set.Documents() {
		names = append(names, d.Name)
	}
	return wire.Refuse(http.StatusNotFound, "document-unknown", "no document is called "+file+": there are "+strings.Join(names, ", ")+", each as .yaml and .json")
}

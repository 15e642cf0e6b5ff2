package gateway_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/chorus"
	"chorus-qualif/server/gateway"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

func BenchmarkTokenCheck(b *testing.B) {
	p := newPlatform(b, nil)
	sb := p.sandbox(b, "bench", nil)
	text := p.token(b, sb)
	var key [32]byte
	sb.Read(func(v sandboxes.View) { key = v.TokenKey() })
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			gateway.Decode62(text)
		}
	})
	b.Run("encode", func(b *testing.B) {
		raw, _ := gateway.Decode62(text)
		b.ReportAllocs()
		for b.Loop() {
			gateway.Encode62(raw)
		}
	})
	b.Run("check", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			gateway.CheckToken(text, key)
		}
	})
	b.Run("key", func(b *testing.B) {
		b.ReportAllocs()
		sb.Read(func(v sandboxes.View) {
			for b.Loop() {
				v.TokenKey()
			}
		})
	})
	b.Run("switch", func(b *testing.B) {
		b.ReportAllocs()
		sb.Read(func(v sandboxes.View) {
			for b.Loop() {
				v.Switches.Get(qualif.SwitchLockAfter)
			}
		})
	})
}

// discard is a connection that nobody reads.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

const searchBody = `{"structure":{"raisonSocialeStructure":"DESTINATAIRE","identifiantStructure":"12345678200036",` +
	`"typeIdentifiantStructure":"SIRET","libelleStructure":null,"adresseCodePostal":"75012","estMOA":false},"restreindreStructuresPrivees":true,` +
	`"parametres":{"pageResultatDemandee":1,"nbResultatsParPage":10,"triColonne":"IdentifiantStructure","triSens":"Ascendant"}}`

// benchmarked is a platform whose search does nothing, and which tells nobody.
func benchmarked(b *testing.B, journals *requests.Journals) *platform {
	return newPlatform(b, func(o *gateway.Options) {
		o.Operations["rechercherStructure"] = func(*chorus.Call) chorus.Answer { return chorus.Answer{Body: chorus.Done} }
		o.Answered, o.Contract.Violated = nil, nil
		o.Log, o.Contract.Log = slog.New(slog.DiscardHandler), slog.New(slog.DiscardHandler)
		o.Journals = journals
	})
}

// BenchmarkGateway is a call through every check to an operation that does
// nothing, without the network.
func BenchmarkGateway(b *testing.B) {
	p := benchmarked(b, nil)
	token := p.token(b, p.sandbox(b, "bench", nil))
	run := func(name, path, body string, status int, change func(http.Header)) {
		b.Run(name, func(b *testing.B) { benchmarkCall(b, p.engine, path, token, body, status, change) })
	}
	run("accepted", search, searchBody, 200, func(http.Header) {})
	run("body-refused", search, `{"inconnue":1,`+searchBody[1:], 400, func(http.Header) {})
	run("account-refused", search, searchBody, 401, func(h http.Header) { h["Cpro-Account"] = []string{basic(active, "x")} })
	run("route-refused", "/cpro/x", searchBody, 403, func(http.Header) {})
	run("token-refused", search, searchBody, 401, func(h http.Header) { h["Authorization"] = []string{"Bearer x"} })
	journaled := benchmarked(b, requests.New(requests.DefaultLimits))
	b.Run("accepted-journaled", func(b *testing.B) {
		benchmarkCall(b, journaled.engine, search, journaled.token(b, journaled.sandbox(b, "bench", nil)), searchBody, 200, func(http.Header) {})
	})
	p.options.Contract.Requests, p.options.Contract.Answers = wire.Off, wire.Off
	run("accepted-unchecked", search, searchBody, 200, func(http.Header) {})

	bare := gin.New()
	bare.POST(search, func(c *gin.Context) { c.JSON(http.StatusOK, chorus.Done) })
	b.Run("bare-gin", func(b *testing.B) { benchmarkCall(b, bare, search, token, searchBody, 200, func(http.Header) {}) })
}

func benchmarkCall(b *testing.B, handler http.Handler, path, token, body string, status int, change func(http.Header)) {
	request, err := http.NewRequest(http.MethodPost, path, nil)
	if err != nil {
		b.Fatal(err)
	}
	for name, value := range headers(token) {
		request.Header.Set(name, value)
	}
	change(request.Header)
	request.ContentLength = int64(len(body))
	w := &discard{header: http.Header{}}
	reader := bytes.NewReader(nil)
	b.ReportAllocs()
	for b.Loop() {
		reader.Reset([]byte(body))
		request.Body = io.NopCloser(reader)
		clear(w.header)
		handler.ServeHTTP(w, request)
	}
	if w.status != status {
		b.Fatalf("got %d, want %d", w.status, status)
	}
}

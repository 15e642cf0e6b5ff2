// Package admin is the control API: what a test suite and an operator talk to
// beside the emulated platform. It listens on its own address.
package admin

import (
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/webhooks"
	"chorus-qualif/server/wire"
)

// Options are the control API's dependencies.
type Options struct {
	Registry *sandboxes.Registry
	Contract *wire.Contract
	Log      *slog.Logger
	// Token, when not empty, must come as a bearer token with every call but
	// the probes.
	Token string
	// Hosts lists the host names served besides IP addresses, localhost and
	// names without a dot; a browser that was led here by another name is
	// refused.
	Hosts []string
	// PlatformURL is where the platform listens, without a final slash, as a
	// client on this machine would write it.
	PlatformURL func() string
	// Ready tells whether every listener is bound.
	Ready func() bool
	// Parse reads a data set that came inside a request, YAML or CSV.
	Parse func(content []byte) (*qualif.DataSet, error)
	// Compose writes the bodies of a notification.
	Compose func(m *qualif.Mail, sandbox string) (text, html string)
	// Delivery tells where a notification stands ("queued", "sent" or
	// "failed"), after how many attempts, and the mail server's last words.
	Delivery func(sandbox, mailID string) (state string, attempts int, words string)
	// Requests holds the calls that clients made.
	Requests *requests.Journals
	// Faults holds what is to go wrong.
	Faults *faults.Books
	// Webhooks holds those of every sandbox.
	Webhooks *webhooks.Hooks
	// ExplainToken tells what an access token is worth now.
	ExplainToken func(token string) TokenFacts
	// Refusals lists the explanations that clients can meet.
	Refusals []requests.Refusal
	// Version of the program.
	Version Version
	// Metrics gathers what /metrics shows.
	Metrics prometheus.Gatherer
}

// Version tells which program this is.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
}

// Admin answers the operations of the admin document.
type Admin struct {
	o    Options
	once *once
	// listeners counts the streams and waits that are open.
	listeners atomic.Int64
}

// New is a control API over the given dependencies.
func New(o Options) *Admin { return &Admin{o: o, once: newOnce()} }

// Register adds the operations to an engine.
func (a *Admin) Register(engine *gin.Engine) {
	engine.Use(a.guard, a.onlyOnce)
	c := a.o.Contract
	c.Handle(engine, "listSandboxes", a.listSandboxes)
	c.Handle(engine, "putSandbox", a.putSandbox)
	c.Handle(engine, "getSandbox", a.in(a.getSandbox))
	c.Handle(engine, "deleteSandbox", a.deleteSandbox)
	c.Handle(engine, "resetSandbox", a.in(a.resetSandbox))
	c.Handle(engine, "listSnapshots", a.in(a.listSnapshots))
	c.Handle(engine, "putSnapshot", a.in(a.putSnapshot))
	c.Handle(engine, "deleteSnapshot", a.in(a.deleteSnapshot))
	c.Handle(engine, "restoreSandbox", a.in(a.restoreSandbox))
	c.Handle(engine, "forkSandbox", a.in(a.forkSandbox))
	c.Handle(engine, "getCredentials", a.in(a.getCredentials))
	c.Handle(engine, "getPersonCredentials", a.in(a.getPersonCredentials))
	c.Handle(engine, "listApplications", a.in(a.listApplications))
	c.Handle(engine, "putApplication", a.in(a.putApplication))
	c.Handle(engine, "getClock", a.in(a.getClock))
	c.Handle(engine, "advanceClock", a.in(a.advanceClock))
	c.Handle(engine, "peekClock", a.in(a.peekClock))
	c.Handle(engine, "freezeClock", a.in(a.freezeClock))
	c.Handle(engine, "resumeClock", a.in(a.resumeClock))
	c.Handle(engine, "scaleClock", a.in(a.scaleClock))
	c.Handle(engine, "setClock", a.in(a.setClock))
	c.Handle(engine, "getTimeline", a.in(a.getTimeline))
	c.Handle(engine, "listSandboxTechnicalAccounts", a.in(a.listAccounts))
	c.Handle(engine, "listMails", a.in(a.listMails))
	c.Handle(engine, "getJournal", a.in(a.getJournal))
	a.registerTools(engine)
	c.Handle(engine, "listSwitches", a.listSwitches)
	c.Handle(engine, "listProfiles", a.listProfiles)
	c.Handle(engine, "livez", a.livez)
	c.Handle(engine, "readyz", a.readyz)
	c.Handle(engine, "version", a.version)
	c.Handle(engine, "metrics", a.metrics())
	c.Handle(engine, "getOpenapiDocument", a.getDocument)
	engine.HandleMethodNotAllowed = true
	engine.NoRoute(func(g *gin.Context) {
		c.Write(g, nil, wire.Refuse(http.StatusNotFound, "path-unknown", "nothing is at "+g.Request.URL.Path+"; the admin document lists what there is: /openapi/admin.yaml"))
	})
	engine.NoMethod(func(g *gin.Context) {
		c.Write(g, nil, wire.Refuse(http.StatusMethodNotAllowed, "method-unknown", g.Request.URL.Path+" does not take "+g.Request.Method))
	})
}

// registerTools adds what a test suite asks for between its steps.
func (a *Admin) registerTools(engine *gin.Engine) {
	c := a.o.Contract
	c.Handle(engine, "listRequests", a.in(a.listRequests))
	c.Handle(engine, "clearRequests", a.in(a.clearRequests))
	c.Handle(engine, "countRequests", a.in(a.countRequests))
	c.Handle(engine, "verifyRequests", a.in(a.verifyRequests))
	c.Handle(engine, "getRequest", a.in(a.getRequest))
	c.Handle(engine, "exportRequestsHar", a.in(a.exportRequests))
	c.Handle(engine, "getUsage", a.in(a.getUsage))
	c.Handle(engine, "listFaults", a.in(a.listFaults))
	c.Handle(engine, "clearFaults", a.in(a.clearFaults))
	c.Handle(engine, "putFault", a.in(a.putFault))
	c.Handle(engine, "getFault", a.in(a.getFault))
	c.Handle(engine, "deleteFault", a.in(a.deleteFault))
	c.Handle(engine, "listFaultChanges", a.in(a.listFaultChanges))
	c.Handle(engine, "listFaultKinds", a.listFaultKinds)
	c.Handle(engine, "fireDue", a.in(a.fireDue))
	c.Handle(engine, "streamEvents", a.in(a.streamEvents))
	c.Handle(engine, "waitEvent", a.in(a.waitEvent))
	c.Handle(engine, "explainAccount", a.in(a.explainAccount))
	c.Handle(engine, "explainToken", a.in(a.explainToken))
	c.Handle(engine, "explainStructure", a.in(a.explainStructure))
	c.Handle(engine, "explainFlux", a.in(a.explainFlux))
	c.Handle(engine, "listWebhooks", a.in(a.listWebhooks))
	c.Handle(engine, "putWebhook", a.in(a.putWebhook))
	c.Handle(engine, "deleteWebhook", a.in(a.deleteWebhook))
	c.Handle(engine, "listWebhookDeliveries", a.in(a.listDeliveries))
	c.Handle(engine, "redeliverWebhook", a.in(a.redeliver))
}

// in finds the sandbox that the path names.
func (a *Admin) in(answer func(*gin.Context, *sandboxes.Sandbox, []byte) wire.Reply) func(*gin.Context, []byte) wire.Reply {
	return func(g *gin.Context, body []byte) wire.Reply {
		name := g.Param("name")
		sb, err := a.o.Registry.Resolve(name)
		switch {
		case errors.Is(err, sandboxes.ErrFull):
			return wire.Refuse(http.StatusNotFound, "sandbox-unknown", err.Error())
		case err != nil:
			return wire.Refuse(http.StatusNotFound, "sandbox-unknown", "no sandbox is called "+name+"; PUT /__admin/v1/sandboxes/"+name+" creates it")
		}
		return answer(g, sb, body)
	}
}

// refused turns a refusal of the domain into a problem; anything else is a
// fault of ours.
func (a *Admin) refused(err error) wire.Reply {
	return wire.Refusal(err, "en", a.o.Log)
}

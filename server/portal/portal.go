// Package portal is what a person does on the portal of Chorus Pro about
// technical accounts. The methods of visit say what the portal does, whatever it
// looks like; api.go and json.go dress it as JSON under /portail/api/v1.
package portal

import (
	"log/slog"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Options are what a Portal works with; all are needed.
type Options struct {
	Registry *sandboxes.Registry
	// Contract holds the document "portal".
	Contract *wire.Contract
	// Log hears of changes that could not be kept.
	Log *slog.Logger
}

// Portal answers the portal's requests. It is safe for concurrent use and keeps
// nothing of its own: everything is in the sandboxes.
type Portal struct {
	registry *sandboxes.Registry
	contract *wire.Contract
	log      *slog.Logger
	matcher  language.Matcher
}

// New is a Portal on the sandboxes of a registry.
func New(o Options) *Portal {
	return &Portal{registry: o.Registry, contract: o.Contract, log: o.Log, matcher: newMatcher()}
}

// Register adds every operation of the document "portal" to an engine. An
// operation that the document does not declare is a mistake of ours: it panics.
func (p *Portal) Register(engine *gin.Engine) {
	for id, answer := range p.operations() {
		op, ok := p.contract.Set.Operation(id)
		if !ok {
			panic("no document declares operation " + id)
		}
		p.contract.Handle(engine.Group("", p.enter(op)), id, p.dress(op, answer))
	}
}

package gateway

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/bytedance/sonic"
	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/chorus"
	"chorus-qualif/server/faults"
	"chorus-qualif/server/files"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Undeclared is the operation that Options.Answered hears of for a request that
// no document declares.
const Undeclared = "undeclared"

const (
	apiRoot        = "/cpro/"
	portalRoot     = "/portail/"
	tokenOperation = "issueToken"
)

// Options are a gateway's dependencies.
type Options struct {
	Registry *sandboxes.Registry
	// Contract holds the documents, and how requests and answers are checked
	// against them.
	Contract *wire.Contract
	// Operations answers the calls, by operationId.
	Operations map[string]chorus.Operation
	// Explain adds the header X-Sandbox-Explain to whatever is not a plain
	// success.
	Explain bool
	Log     *slog.Logger
	// Journals keeps the calls; nil keeps none.
	Journals *requests.Journals
	// Faults holds what is to go wrong; nil is nothing.
	Faults *faults.Books
	// Files holds the contents of files.
	Files *files.Store
	// BodiesBytes is how many bytes of large bodies may be in work at once;
	// others wait their turn. 0 is DefaultBodiesBytes.
	BodiesBytes int64
	// Answered is told of every answer: the operationId (or Undeclared), the
	// status, and the code of the explanation, "" for a plain success. It may
	// be nil.
	Answered func(operation string, status int, code string)
}

// Gateway is the platform's listener as clients see it. It is safe for
// concurrent use.
type Gateway struct {
	registry *sandboxes.Registry
	contract *wire.Contract
	explain  bool
	log      *slog.Logger
	answered func(operation string, status int, code string)
	journals *requests.Journals
	faults   *faults.Books
	files    *files.Store
	room     *room
	json     sonic.API

	token  *openapi.Operation
	routes []route
	// methods lists the declared methods by path.
	methods map[string][]string
}

type route struct {
	declared *openapi.Operation
	answer   chorus.Operation
	// limit is how many bytes of body it takes.
	limit int64
}

// New is a gateway in front of the given operations. Each operation of the
// documents that name a PISTE API must have a handler, and each handler such an
// operation: the error lists all that have not.
func New(o Options) (*Gateway, error) {
	g := &Gateway{
		registry: o.Registry, contract: o.Contract, explain: o.Explain, log: o.Log, answered: o.Answered, journals: o.Journals, faults: o.Faults,
		files: o.Files, room: newRoom(o.BodiesBytes), methods: map[string][]string{},
		// As Jackson writes JSON: & < and > are left as they are. Maps are
		// sorted, so that the same answer is the same bytes.
		json: sonic.Config{SortMapKeys: true, CompactMarshaler: true, CopyString: true, ValidateString: true}.Froze(),
	}
	var errs []error
	for _, document := range o.Contract.Set.Documents() {
		if document.API != "" {
			errs = append(errs, g.declare(document, o.Operations))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(o.Operations)) {
		if declared, ok := o.Contract.Set.Operation(id); !ok || declared.API == "" {
			errs = append(errs, fmt.Errorf("operation %s has a handler, and no document of a PISTE API declares it", id))
		}
	}
	var ok bool
	if g.token, ok = o.Contract.Set.Operation(tokenOperation); !ok {
		errs = append(errs, fmt.Errorf("no document declares operation %s", tokenOperation))
	} else {
		g.methods[g.token.Path] = []string{g.token.Method}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	return g, nil
}

func (g *Gateway) declare(document *openapi.Document, handlers map[string]chorus.Operation) error {
	var errs []error
	for _, declared := range document.Operations {
		answer := handlers[declared.ID]
		switch {
		case !strings.HasPrefix(declared.Path, apiRoot):
			errs = append(errs, fmt.Errorf("operation %s of %s.yaml is not under %s", declared.ID, document.Name, apiRoot))
		case answer == nil:
			errs = append(errs, fmt.Errorf("operation %s of %s.yaml has no handler", declared.ID, document.Name))
		default:
			g.routes = append(g.routes, route{declared, answer, chorus.MaxBody(declared.ID)})
			g.methods[declared.Path] = append(g.methods[declared.Path], declared.Method)
		}
	}
	return errors.Join(errs...)
}

// Register adds the gateway's routes: the token endpoint, every declared
// operation, and what answers all that no route of the engine does. A path with
// a slash too many is an undeclared one, so the engine no longer redirects it.
func (g *Gateway) Register(engine *gin.Engine) {
	engine.RedirectTrailingSlash = false
	engine.RedirectFixedPath = false
	engine.Handle(g.token.Method, g.token.GinPath, func(c *gin.Context) {
		g.respond(g.arrival(c, g.token), g.issue)
	})
	for _, r := range g.routes {
		engine.Handle(r.declared.Method, r.declared.GinPath, func(c *gin.Context) {
			x := g.arrival(c, r.declared)
			x.correlated = true
			defer x.unreserve(g.room)
			g.respond(x, func(x *exchange) answer { return g.pass(x, r) })
		})
	}
	engine.NoRoute(g.undeclared)
	engine.NoMethod(g.undeclared)
}

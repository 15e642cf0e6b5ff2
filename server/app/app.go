package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/admin"
	"chorus-qualif/server/chorus"
	"chorus-qualif/server/controlroom"
	"chorus-qualif/server/gateway"
	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/portal"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
	"chorus-qualif/server/wire"
)

// App is the program. Start it once, then Stop it.
type App struct {
	o        Options
	registry *sandboxes.Registry
	mailbox  *mailbox.Mailbox
	watch    *watch
	metrics  *metrics
	servers  []*server
	room     *controlroom.Room

	ready  atomic.Bool
	failed chan error
	stop   sync.Once
}

// server is one HTTP listener.
type server struct {
	// setting is the option that names the address.
	setting, addr string
	http          *http.Server
	listener      net.Listener
}

// New builds every part; nothing listens yet.
func New(options Options) (*App, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	a := &App{o: o, metrics: newMetrics(), failed: make(chan error, 8)}
	a.watch = newWatch(&o)
	if a.mailbox, err = mailbox.New(o.mailbox()); err != nil {
		return nil, err
	}
	if a.registry, err = o.registry(a.mailbox, a.watch.files.Luggage); err != nil {
		return nil, err
	}
	a.mailbox.Use(a.registry)
	a.metrics.watch(a.registry, a.watch.files)
	contract := &wire.Contract{
		Set: o.Contracts, Requests: o.ValidateRequests, Answers: o.ValidateAnswers, Log: o.Log, Violated: a.metrics.violated,
	}
	platform, err := a.platform(contract)
	if err != nil {
		return nil, err
	}
	a.serve("addr", o.Addr, platform)
	a.serve("admin-addr", o.AdminAddr, a.admin(contract))
	return a, nil
}

func newJournals() store.Journals { return store.NewMemory() }

// platform is what the real one would answer: PISTE, the APIs and the portal.
func (a *App) platform(contract *wire.Contract) (http.Handler, error) {
	engine := newEngine()
	engine.Use(requests.Watch("/portail/", a.watch.requests, a.registry))
	g, err := gateway.New(gateway.Options{
		Registry: a.registry, Contract: contract, Operations: chorus.Operations(), Explain: !a.o.HideExplanations,
		Log: a.o.Log, Answered: a.metrics.answered, Journals: a.watch.requests, Faults: a.watch.faults,
		Files: a.watch.files, BodiesBytes: a.o.BodiesTotalBytes,
	})
	if err != nil {
		return nil, err
	}
	g.Register(engine)
	a.watch.gateway = g
	portal.New(portal.Options{
		Registry: a.registry, Contract: contract, Log: a.o.Log,
		Faults: a.watch.faults, Journals: a.watch.requests, Explain: !a.o.HideExplanations,
		MatelasCSV: func(w io.Writer, data *qualif.DataSet, passwords func(login string) string) error {
			_, err := fixtures.WriteCSV(w, data, passwords)
			return err
		},
	}).Register(engine)
	return engine, nil
}

func (a *App) admin(contract *wire.Contract) http.Handler {
	engine := newEngine()
	performances := a.newStage()
	a.furnish(engine, performances, admin.New(admin.Options{
		Registry: a.registry, Contract: contract, Log: a.o.Log, Token: a.o.AdminToken, Hosts: a.o.AdminHosts,
		PlatformURL: a.PlatformURL, Ready: a.ready.Load, Version: a.o.Version, Metrics: a.metrics.gatherer,
		Requests: a.watch.requests, Faults: a.watch.faults, Refusals: refusals(), ExplainToken: a.watch.explainToken, Webhooks: a.watch.webhooks,
		Compose: compose, Delivery: a.delivery,
		Parse: func(content []byte) (*qualif.DataSet, error) {
			set, _, err := fixtures.Parse("inline", content)
			return set, err
		},
	}).Register)
	a.mailbox.RegisterAdmin(contract, engine)
	performances.RegisterAdmin(contract, engine)
	return engine
}

// delivery is where a notification stands; the mail room remembers the latest
// ones, and what it has forgotten was sent.
func (a *App) delivery(sandbox, mail string) (state string, attempts int, words string) {
	if d, ok := a.mailbox.Delivery(sandbox, mail); ok {
		return string(d.State), d.Attempts, d.Words
	}
	return string(outbox.Sent), 1, ""
}

func newEngine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.UseRawPath = true
	engine.UnescapePathValues = true
	engine.RedirectTrailingSlash = false
	return engine
}

func (a *App) serve(setting, addr string, handler http.Handler) {
	a.servers = append(a.servers, &server{setting: setting, addr: addr, http: &http.Server{
		BaseContext: func(net.Listener) context.Context { return a.watch.ending },
		Handler:     handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(a.o.Log.Handler(), slog.LevelWarn),
	}})
}

// BindError is an address that cannot be listened on; Setting is the option's
// name on the command line ("admin-addr").
type BindError = mailbox.BindError

// Start binds every listener, then serves them. Every address that cannot be
// bound is a BindError, all of them joined, and then none is left listening.
func (a *App) Start() error {
	var errs []error
	for _, s := range a.servers {
		listener, err := net.Listen("tcp", s.addr)
		if err != nil {
			errs = append(errs, &BindError{Setting: s.setting, Addr: s.addr, Err: reason(err)})
			continue
		}
		s.listener = listener
	}
	if err := a.mailbox.Listen(); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		for _, s := range a.servers {
			if s.listener != nil {
				_ = s.listener.Close()
			}
		}
		a.registry.Stop()
		return errors.Join(errs...)
	}
	for _, s := range a.servers {
		go func() {
			if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
				a.failed <- fmt.Errorf("listener --%s: %w", s.setting, err)
			}
		}()
	}
	go func() {
		if err := a.mailbox.Serve(); err != nil {
			a.failed <- fmt.Errorf("mail listener: %w", err)
		}
	}()
	a.ready.Store(true)
	return nil
}

// reason is the operating system's own words: the address is said already.
func reason(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// Failed delivers the error of a listener that stopped by itself.
func (a *App) Failed() <-chan error { return a.failed }

// Stop takes no new connection, lets the calls under way end until the context
// does, then closes everything. Stopping twice is no error.
func (a *App) Stop(ctx context.Context) error {
	var errs []error
	a.stop.Do(func() {
		a.ready.Store(false)
		a.watch.end()
		a.room.Stop()
		for _, s := range a.servers {
			if err := s.http.Shutdown(ctx); err != nil {
				errs = append(errs, err, s.http.Close())
			}
		}
		a.registry.Stop()
		switch err := a.mailbox.Shutdown(ctx); {
		case errors.Is(err, outbox.ErrUndelivered):
			// They end with the sandboxes they are about: nothing outlives the program.
			a.o.Log.Warn("mails were not delivered", "error", err)
		case err != nil:
			errs = append(errs, err)
		}
	})
	return errors.Join(errs...)
}

// Addr is where the platform listens, AdminAddr where the control API does;
// both once Start has returned.
func (a *App) Addr() string { return a.servers[0].listener.Addr().String() }

// AdminAddr is where the control API listens.
func (a *App) AdminAddr() string { return a.servers[1].listener.Addr().String() }

// Platform answers as the platform does, without a listener: for tests that
// bring their own, and for benchmarks.
func (a *App) Platform() http.Handler { return a.servers[0].http.Handler }

// MailAddr is where MailHog's pages and API are, SMTPAddr where mail is taken.
func (a *App) MailAddr() string { return a.mailbox.HTTPAddr() }

// SMTPAddr is where mail is taken from anyone.
func (a *App) SMTPAddr() string { return a.mailbox.SMTPAddr() }

// MailURL is how MailHog's pages and API are reached, without a final slash.
func (a *App) MailURL() string { return urlOf(a.MailAddr()) }

// Mailbox is the mail room.
func (a *App) Mailbox() *mailbox.Mailbox { return a.mailbox }

// Registry is the sandboxes' home.
func (a *App) Registry() *sandboxes.Registry { return a.registry }

// PlatformURL is how clients reach the platform, without a final slash.
func (a *App) PlatformURL() string {
	if a.o.PlatformURL != "" {
		return a.o.PlatformURL
	}
	return urlOf(a.Addr())
}

// AdminURL is how the control API is reached, without a final slash.
func (a *App) AdminURL() string { return urlOf(a.AdminAddr()) }

// urlOf names an address as a caller on this machine would: a listener on all
// interfaces is reached on the loopback one.
func urlOf(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "http://" + addr
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"chorus-qualif/server/admin"
	"chorus-qualif/server/app"
)

// serve is the command that starts the server. Its values are texts: they are
// checked together, so that every mistake is told at once.
type serve struct {
	Config string `help:"YAML file of settings, one key a flag. Flags and environment come before it." placeholder:"FILE"`

	Addr      string `group:"Listeners" default:"${addr}" help:"Where the emulated platform listens (PISTE, the APIs, the portal). Port 0 takes a free one. [${default}, $$QUALIF_ADDR]" placeholder:"HOST:PORT"`
	AdminAddr string `group:"Listeners" default:"${admin_addr}" help:"Where the control API listens. [${default}, $$QUALIF_ADMIN_ADDR]" placeholder:"HOST:PORT"`

	MailAddr string `group:"Listeners" default:"${mail_addr}" help:"Where captured mail is shown: MailHog's pages and API. [${default}, $$QUALIF_MAIL_ADDR]" placeholder:"HOST:PORT"`
	SMTPAddr string `name:"smtp-addr" group:"Listeners" default:"${smtp_addr}" help:"Where mail is taken, from anyone. [${default}, $$QUALIF_SMTP_ADDR]" placeholder:"HOST:PORT"`

	SMTPRelay    string `name:"smtp-relay" group:"Mail" help:"Mail server that notifications go to instead of the embedded one: smtp://user:password@host:port, smtps:// or smtp+starttls://. [the embedded one, $$QUALIF_SMTP_RELAY]" placeholder:"URL"`
	MailFrom     string `group:"Mail" help:"Sender of the notifications, where the relay takes only some. [$$QUALIF_MAIL_FROM]" placeholder:"ADDRESS"`
	MailOutgoing string `group:"Mail" help:"JSON file of the servers that captured mail may be released to, as MailHog reads it. [$$QUALIF_MAIL_OUTGOING]" placeholder:"FILE"`

	PlatformURL string `group:"Listeners" help:"How clients reach the platform, when that is not its own address. [$$QUALIF_PLATFORM_URL]" placeholder:"URL"`
	AdminToken  string `group:"Listeners" help:"Bearer token to ask of every admin call. [none, $$QUALIF_ADMIN_TOKEN]" placeholder:"TOKEN"`
	AdminHosts  string `group:"Listeners" help:"More host names that the admin listener serves, by commas. [$$QUALIF_ADMIN_HOSTS]" placeholder:"NAMES"`

	Fixtures []string `group:"Sandboxes" sep:"," help:"Data set to load: our YAML or the CSV of the portal; repeatable. The first one serves sandboxes that ask for none. [the built-in one, $$QUALIF_FIXTURES]" placeholder:"FILE"`
	Profile  string   `group:"Sandboxes" default:"portail-2022" help:"Portal generation: portail-2022 or cpp-2020. [${default}, $$QUALIF_PROFILE]" placeholder:"NAME"`
	Seed     string   `group:"Sandboxes" default:"1" help:"Everything generated follows from it. [${default}, $$QUALIF_SEED]" placeholder:"N"`
	Clock    string   `group:"Sandboxes" default:"real" help:"How clocks start: real, frozen, frozen@INSTANT, offset@INSTANT, or a number of virtual seconds a second. [${default}, $$QUALIF_CLOCK]" placeholder:"CLOCK"`
	Switch   []string `group:"Sandboxes" sep:"," help:"Behaviour to change, as key=value; repeatable. docs/fidelity.md lists them. [$$QUALIF_SWITCH]" placeholder:"KEY=VALUE"`

	MaxSandboxes string `group:"Sandboxes" default:"100000" help:"How many sandboxes there may be; 0 is no bound. [${default}, $$QUALIF_MAX_SANDBOXES]" placeholder:"N"`

	AutoSandboxes string `group:"Sandboxes" default:"off" help:"Whether naming a sandbox that does not exist creates it: on or off. [${default}, $$QUALIF_AUTO_SANDBOXES]" placeholder:"on|off"`
	IdleAfter     string `group:"Sandboxes" default:"0s" help:"How long a sandbox may go unused before it is deleted; 0s is for ever. [${default}, $$QUALIF_IDLE_AFTER]" placeholder:"DURATION"`

	Requests           string `group:"Sandboxes" default:"1000" help:"How many calls each sandbox keeps in its request journal; 0 keeps none. [${default}, $$QUALIF_REQUESTS]" placeholder:"N"`
	RequestsBytes      string `group:"Sandboxes" default:"4194304" help:"How many bytes of memory a sandbox's request journal may take. [${default}, $$QUALIF_REQUESTS_BYTES]" placeholder:"N"`
	RequestsBodyBytes  string `group:"Sandboxes" default:"65536" help:"How many bytes of each body a request journal keeps. [${default}, $$QUALIF_REQUESTS_BODY_BYTES]" placeholder:"N"`
	RequestsTotalBytes string `group:"Sandboxes" default:"268435456" help:"How many bytes the request journals of all sandboxes may take. [${default}, $$QUALIF_REQUESTS_TOTAL_BYTES]" placeholder:"N"`

	FilesTotalBytes  string `group:"Sandboxes" default:"1073741824" help:"How many bytes of memory the files of all sandboxes may take; beyond, a call that brings one is answered 503. 0 is no bound. [${default}, $$QUALIF_FILES_TOTAL_BYTES]" placeholder:"N"`
	BodiesTotalBytes string `group:"Sandboxes" default:"134217728" help:"How many bytes of request bodies over 1 MiB may be in work at once; other such calls wait their turn. [${default}, $$QUALIF_BODIES_TOTAL_BYTES]" placeholder:"N"`

	WebhookPrivate string `group:"Sandboxes" default:"off" help:"Whether webhooks may reach addresses that are not public: on or off. [${default}, $$QUALIF_WEBHOOK_PRIVATE]" placeholder:"on|off"`

	Explain          string `group:"Answers" default:"on" help:"Whether refusals carry the header X-Sandbox-Explain: on or off. [${default}, $$QUALIF_EXPLAIN]" placeholder:"on|off"`
	ValidateRequests string `group:"Answers" default:"enforce" help:"What a request that breaks the contract leads to: enforce, report or off. [${default}, $$QUALIF_VALIDATE_REQUESTS]" placeholder:"MODE"`
	ValidateAnswers  string `group:"Answers" default:"enforce" help:"Whether answers are checked: enforce and report log and count violations, off does not look. [${default}, $$QUALIF_VALIDATE_ANSWERS]" placeholder:"MODE"`

	Log      string `group:"Program" default:"auto" help:"Form of the log: text, json, or auto (text on a terminal). [${default}, $$QUALIF_LOG]" placeholder:"FORM"`
	LogLevel string `group:"Program" default:"${log_level}" help:"debug, info, warn or error. [${default}, $$QUALIF_LOG_LEVEL]" placeholder:"LEVEL"`
	Drain    string `group:"Program" default:"10s" help:"How long calls under way may take to end after SIGTERM. [${default}, $$QUALIF_DRAIN]" placeholder:"DURATION"`
}

// Run implements the command.
func (c *serve) Run(r *run) error {
	settings, mistakes := c.settings(r)
	a, err := app.New(settings.options)
	if err != nil {
		return misuse{errors.Join(mistakes, err)}
	}
	if err := a.Start(); err != nil || mistakes != nil {
		_ = a.Stop(context.Background())
		return misuse{errors.Join(mistakes, located(err, r.source))}
	}
	c.announce(a, r, settings)
	return c.wait(a, r, settings)
}

// announce tells where to point a client.
func (c *serve) announce(a *app.App, r *run, s settings) {
	if s.human {
		a.Card().Print(r.Stdout)
		return
	}
	a.Card().Log(s.options.Log)
}

// wait serves until it is told to stop or a listener fails, then drains.
func (c *serve) wait(a *app.App, r *run, s settings) error {
	var failure error
	select {
	case <-r.ctx.Done():
	case failure = <-a.Failed():
	}
	s.options.Log.Info("stopping", "drain", s.drain.String())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), s.drain)
	defer cancel()
	if err := a.Stop(ctx); err != nil && failure == nil {
		s.options.Log.Warn("calls under way were cut", "error", err)
	}
	return failure
}

// located adds to each address that cannot be bound where it came from.
func located(err error, source func(string) string) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	var all []error
	for _, each := range joined.Unwrap() {
		var bind *app.BindError
		if errors.As(each, &bind) {
			each = fmt.Errorf("%s: cannot listen on %q: %w", source(bind.Setting), bind.Addr, bind.Err)
		}
		all = append(all, each)
	}
	return errors.Join(all...)
}

// settings are the checked values of the command.
type settings struct {
	options app.Options
	drain   time.Duration
	human   bool
}

func logger(r *run, form string, level slog.Level) (log *slog.Logger, human bool) {
	human = form == "text" || (form == "auto" && terminal(r.Stdout))
	options := &slog.HandlerOptions{Level: level}
	if human {
		return slog.New(slog.NewTextHandler(r.Stderr, options)), true
	}
	return slog.New(slog.NewJSONHandler(r.Stdout, options)), false
}

func versionOf(r *run) admin.Version { return buildVersion(r.Version) }

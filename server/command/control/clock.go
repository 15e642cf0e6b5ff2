package control

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type clock struct {
	Remote remote `embed:""`

	Show     clockShow     `cmd:"" help:"Read the clock: what time it is, how it runs, what happens next." example:"clock show --sandbox demo"`
	Advance  clockAdvance  `cmd:"" help:"Move the clock forward: what is due on the way happens, and is listed." example:"clock advance 30m; clock advance P424D; clock advance --to 2026-03-02T09:00:00+01:00; clock advance next"`
	Peek     clockPeek     `cmd:"" help:"Tell what an advance would do; nothing changes." example:"clock peek P1D"`
	Until    clockUntil    `cmd:"" help:"Move the clock forward until something happens."`
	Timeline clockTimeline `cmd:"" help:"List what is due." example:"clock timeline --until 2026-05-01T00:00:00+02:00"`
	Fire     clockFire     `cmd:"" help:"Let something of the timeline happen now; the clock stays." example:"clock fire 12"`
	Set      clockSet      `cmd:"" help:"Set the clock to a later instant; what is due until then happens." example:"clock set 2026-03-02T09:00:00+01:00"`
	Freeze   clockFreeze   `cmd:"" help:"Stop the clock." example:"clock freeze; clock freeze --at 2026-03-02T09:00:00+01:00"`
	Resume   clockResume   `cmd:"" help:"Let the clock run at the pace of real time, from where it stands." example:"clock resume"`
	Scale    clockScale    `cmd:"" help:"Let the clock run faster or slower." example:"clock scale 60"`
}

func showClock(s *session, c client.Clock) error {
	return card("now", moment(c.Now), "clock", clockWords(c), "next", due(c.Next)).Print(s.screen())
}

type clockShow struct{}

// Run implements the command.
func (clockShow) Run(r *Run, g *clock) error {
	return talk(r, &g.Remote, func(s *session) (client.Clock, error) { return s.sandbox.Clock(s.Context) }, showClock)
}

// step is how far to go.
type step struct {
	By        string `arg:"" optional:"" name:"length" help:"How far: a length of time such as 30m or P60D, next (the next thing that is due) or idle (until nothing is)." placeholder:"LENGTH" complete:"step"`
	To        string `help:"To this instant, instead of LENGTH." placeholder:"INSTANT"`
	MaxEvents string `help:"How many due events may happen at most. [the server's]" placeholder:"N"`
}

func (c *step) read(r *Run) (client.Step, error) {
	k := read(r)
	to := k.instant("to", c.To)
	most := int(k.whole("max-events", c.MaxEvents, 1))
	if (c.By == "") == (c.To == "") {
		k.errs = append(k.errs, fmt.Errorf("want either a length of time or --to"))
	}
	step := client.Span(c.By)
	switch {
	case c.To != "":
		step = client.To(to)
	case c.By == "next":
		step = client.Next()
	case c.By == "idle":
		step = client.Idle()
	}
	return step.AtMost(most), k.wrong()
}

// once is the key of a call that may be sent again.
type once struct {
	Key string `help:"Idempotency key: a call that is sent again with it does nothing." placeholder:"KEY"`
}

func (c once) of(sb *client.Sandbox) *client.Sandbox {
	if c.Key == "" {
		return sb
	}
	return sb.WithIdempotencyKey(c.Key)
}

type clockAdvance struct {
	Step step `embed:""`
	Once once `embed:""`
}

// Run implements the command.
func (c *clockAdvance) Run(r *Run, g *clock) error {
	step, err := c.Step.read(r)
	if err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Advanced, error) { return c.Once.of(s.sandbox).Advance(s.Context, step) }, showAdvance)
}

type clockPeek struct {
	Step step `embed:""`
}

// Run implements the command.
func (c *clockPeek) Run(r *Run, g *clock) error {
	step, err := c.Step.read(r)
	if err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Advanced, error) { return s.sandbox.Peek(s.Context, step) }, showAdvance)
}

func showAdvance(s *session, a client.Advanced) error {
	if _, err := fmt.Fprintf(s.Stdout, "from %s to %s; next: %s\n", moment(a.From), moment(a.To), due(a.Next)); err != nil {
		return err
	}
	t := table.New("AT", "WHAT", "SUBJECT", "EVENTS")
	for _, f := range a.Fired {
		var events []string
		for _, e := range f.Events {
			events = append(events, "#"+strconv.FormatInt(e, 10))
		}
		t.Add(moment(f.Due), f.Kind, f.Subject, strings.Join(events, " "))
	}
	if t.Len() == 0 {
		_, err := fmt.Fprintln(s.Stdout, "nothing was due")
		return err
	}
	return t.Print(s.screen())
}

// nearestDue tells, below a refusal, what is due.
func nearestDue(s client.Stopped) string {
	var b strings.Builder
	for _, d := range s.Nearest {
		fmt.Fprintf(&b, "\n  due in %s: %s", d.In, due(&d))
	}
	return b.String()
}

type clockUntil struct {
	Event   untilEvent   `cmd:"" help:"Until an event, or something due, happens on the way." example:"clock until event TechnicalAccountEffective; clock until event password-expired TECH_1_41783652090157@cpro.fr"`
	Mail    untilMail    `cmd:"" help:"Until a notification is there." example:"clock until mail --kind technical-account-expiry-reminder --deadline P500D"`
	State   untilState   `cmd:"" help:"Until a technical account has a status." example:"clock until state TECH_1_41783652090157@cpro.fr ACTIF"`
	Invoice untilInvoice `cmd:"" help:"Until an invoice has a status, or has passed it; it need not be there yet." example:"clock until invoice 8420001 MISE_A_DISPOSITION --deadline P1D"`
	Flow    untilFlow    `cmd:"" help:"Until a deposited flow has a state." example:"clock until flow CPP0011100000000000425001 IN_INTEGRE --deadline PT1H"`
}

// condition is what all conditions share.
type condition struct {
	Deadline  string `help:"Give up there: an instant of the sandbox or a length of time. [P500D]" placeholder:"INSTANT|LENGTH"`
	MaxEvents string `help:"How many due events may happen at most. [the server's]" placeholder:"N"`
	Once      once   `embed:""`
}

func (c *condition) run(r *Run, g *clock, step client.Step) error {
	k := read(r)
	step = step.AtMost(int(k.whole("max-events", c.MaxEvents, 1))).Within(c.Deadline)
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Advanced, error) { return c.Once.of(s.sandbox).Advance(s.Context, step) }, showAdvance)
}

type untilEvent struct {
	Kind      string    `arg:"" help:"Kind of an event (TechnicalAccountEffective) or of what is due (technical-account-effective)." placeholder:"KIND" complete:"due"`
	Subject   string    `arg:"" optional:"" help:"What it is about, such as a login; anything when absent." placeholder:"SUBJECT" complete:"login"`
	Condition condition `embed:""`
}

// Run implements the command.
func (c *untilEvent) Run(r *Run, g *clock) error {
	return c.Condition.run(r, g, client.UntilEvent(c.Kind, c.Subject))
}

type untilMail struct {
	To        string    `help:"Its recipient." placeholder:"ADDRESS"`
	Subject   string    `help:"Part of its subject." placeholder:"TEXT"`
	Kind      string    `help:"What it is about." placeholder:"KIND" complete:"mail-kind"`
	After     string    `help:"Only mails after this one." placeholder:"ID"`
	Condition condition `embed:""`
}

// Run implements the command.
func (c *untilMail) Run(r *Run, g *clock) error {
	return c.Condition.run(r, g, client.UntilMail(client.MailCriteria{To: c.To, Subject: c.Subject, Kind: c.Kind, After: c.After}))
}

type untilState struct {
	Login     string    `arg:"" help:"The technical account." placeholder:"LOGIN" complete:"login"`
	Status    string    `arg:"" help:"EN_CREATION, ACTIF, EN_DESACTIVATION, INACTIF, EN_REACTIVATION or SUPPRIME." placeholder:"STATUS" complete:"status"`
	Condition condition `embed:""`
}

// Run implements the command.
func (c *untilState) Run(r *Run, g *clock) error {
	return c.Condition.run(r, g, client.UntilState(c.Login, c.Status))
}

type untilInvoice struct {
	ID        string    `arg:"" help:"Its identifiantFactureCPP." placeholder:"ID" complete:"invoice"`
	Status    string    `arg:"" help:"Its statutFacture, such as MISE_A_DISPOSITION." placeholder:"STATUS" complete:"statut"`
	Condition condition `embed:""`
}

// Run implements the command.
func (c *untilInvoice) Run(r *Run, g *clock) error {
	k := read(r)
	id := k.whole("id", c.ID, 1)
	if err := k.wrong(); err != nil {
		return err
	}
	return c.Condition.run(r, g, client.UntilFacture(id, c.Status))
}

type untilFlow struct {
	Numero    string    `arg:"" help:"Its numeroFluxDepot." placeholder:"NUMERO" complete:"flow"`
	State     string    `arg:"" help:"Its etatCourantFlux, such as IN_INTEGRE." placeholder:"STATE" complete:"etat"`
	Condition condition `embed:""`
}

// Run implements the command.
func (c *untilFlow) Run(r *Run, g *clock) error {
	return c.Condition.run(r, g, client.UntilFlux(c.Numero, c.State))
}

type clockTimeline struct {
	Until string `help:"Only what is due by this instant." placeholder:"INSTANT"`
}

type timeline struct {
	now time.Time
	due []client.Due
}

// Run implements the command.
func (c *clockTimeline) Run(r *Run, g *clock) error {
	k := read(r)
	until := k.instant("until", c.Until)
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (timeline, error) {
		now, due, err := s.sandbox.Timeline(s.Context, until)
		return timeline{now, due}, err
	}, func(s *session, line timeline) error {
		t := table.New("ID", "AT", "IN", "WHAT", "SUBJECT")
		for _, d := range line.due {
			t.Add(d.ID, moment(d.Due), d.In, d.Kind, d.Subject)
		}
		return s.print(t, "nothing is due")
	})
}

type clockFire struct {
	ID   string `arg:"" help:"Its ID in the timeline." placeholder:"ID" complete:"due-id"`
	Once once   `embed:""`
}

// Run implements the command.
func (c *clockFire) Run(r *Run, g *clock) error {
	k := read(r)
	id := k.whole("id", c.ID, 1)
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Advanced, error) { return c.Once.of(s.sandbox).Fire(s.Context, id) }, showAdvance)
}

type clockSet struct {
	At string `arg:"" help:"The instant, not in the past." placeholder:"INSTANT"`
}

// Run implements the command.
func (c *clockSet) Run(r *Run, g *clock) error {
	return clockAt(r, g, "at", cmp.Or(c.At, "nothing"), func(s *session, at time.Time) (client.Clock, error) { return s.sandbox.SetClock(s.Context, at) })
}

type clockFreeze struct {
	At string `help:"At this instant. [where it stands]" placeholder:"INSTANT"`
}

// Run implements the command.
func (c *clockFreeze) Run(r *Run, g *clock) error {
	return clockAt(r, g, "at", c.At, func(s *session, at time.Time) (client.Clock, error) { return s.sandbox.Freeze(s.Context, at) })
}

func clockAt(r *Run, g *clock, flag, value string, ask func(*session, time.Time) (client.Clock, error)) error {
	k := read(r)
	at := k.instant(flag, value)
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Clock, error) { return ask(s, at) }, showClock)
}

type clockResume struct{}

// Run implements the command.
func (clockResume) Run(r *Run, g *clock) error {
	return talk(r, &g.Remote, func(s *session) (client.Clock, error) { return s.sandbox.Resume(s.Context) }, showClock)
}

type clockScale struct {
	Rate string `arg:"" help:"Virtual seconds a second: with 60, a minute passes each second." placeholder:"RATE"`
}

// Run implements the command.
func (c *clockScale) Run(r *Run, g *clock) error {
	k := read(r)
	rate := k.rate("rate", c.Rate)
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Clock, error) { return s.sandbox.Scale(s.Context, rate) }, showClock)
}

package qualif_test

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"chorus-qualif/server/qualif"
)

// ask is something that can be asked of a world.
type ask struct {
	name string
	do   func(w *world)
}

// String lets rapid tell what it drew.
func (a ask) String() string { return a.name }

var asks = []ask{
	{"create", (*world).create},
	{"create", (*world).create},
	{"prepare", (*world).prepare},
	{"prepare a reset", (*world).prepareReset},
	{"reset", (*world).reset},
	{"reset", (*world).reset},
	{"deactivate", (*world).deactivate},
	{"deactivate", (*world).deactivate},
	{"activate", (*world).activate},
	{"activate", (*world).activate},
	{"change a contact", (*world).changeContact},
	{"change one's own contact", (*world).changeMyContact},
	{"transfer", (*world).transfer},
	{"put an application", (*world).putApplication},
	{"fork", func(w *world) {
		_, _ = play(w, qualif.Fork{Name: rapid.SampledFrom([]string{"fork", "other"}).Draw(w.T, "name")})
	}},
	{"try a password", (*world).attempt},
	{"try a password", (*world).attempt},
	{"advance", (*world).advance},
	{"set the clock", (*world).setClock},
	{"fire what is due later", (*world).fire},
}

// person is anybody, in any case.
func (w *world) person() string {
	login := rapid.SampledFrom([]string{manager, colleague, deputy, retired, stranger, "nobody@example.fr"}).Draw(w.T, "person")
	if rapid.Bool().Draw(w.T, "in capitals") {
		return strings.ToUpper(login)
	}
	return login
}

// actor is mostly whoever manages a structure.
func (w *world) actor(siret string) string {
	if now := w.oracle.managers[siret]; now != "" && rapid.IntRange(0, 4).Draw(w.T, "by its manager") > 0 {
		return now
	}
	return w.person()
}

func (w *world) siret() string {
	return rapid.SampledFrom([]string{supplier, supplier, supplier, branch, branch, partner, partner, closed, orphan, foreign, "00000000000000"}).Draw(w.T, "siret")
}

func (w *world) email() string {
	return rapid.SampledFrom([]string{"a@mail.example", "b@mail.example", "not an address", "c.allavoine@mail.example"}).Draw(w.T, "email")
}

// login is some account's, in any case, or nobody's; by is mostly its manager.
// Mostly it is one of those that the oracle would accept, if there is any.
func (w *world) login(acceptable func(*life) bool) (login, by string) {
	pool := w.oracle.lives
	if rapid.IntRange(0, 4).Draw(w.T, "acceptable") > 0 {
		var fit []*life
		for _, l := range pool {
			if acceptable(l) {
				fit = append(fit, l)
			}
		}
		if len(fit) > 0 {
			pool = fit
		}
	}
	i := rapid.IntRange(-1, 4*len(pool)-1).Draw(w.T, "login")
	if i < 0 {
		return "TECH_99_" + supplier + "@cpro.fr", w.person()
	}
	l := pool[i%len(pool)]
	login, by = l.login, w.actor(l.siret)
	if rapid.Bool().Draw(w.T, "in capitals") {
		login = strings.ToUpper(login)
	}
	return login, by
}

func anyLife(*life) bool { return true }

func (w *world) create() {
	siret := w.siret()
	c := qualif.Create{By: w.actor(siret), Siret: siret}
	if len(w.forms) > 0 && rapid.Bool().Draw(w.T, "with a form") {
		c.Preparation = rapid.SampledFrom(w.forms).Draw(w.T, "form")
	}
	if rapid.IntRange(0, 3).Draw(w.T, "with a contact") == 0 {
		c.Contact = w.email()
	}
	may := w.oracle.mayCreate(w.present(), c.By, c.Siret)
	created, err := play(w, c)
	if err == nil || c.Preparation == "" && c.Contact == "" {
		w.expect("create", may, err)
	}
	if err != nil || w.blind {
		return
	}
	at := w.sb.Now
	worksFrom := at.Add(halfHour)
	if w.oracle.profile == "cpp-2020" {
		worksFrom = at
	}
	if !created.EffectiveAt.Equal(worksFrom) {
		w.Fatalf("effective %s, want %s", created.EffectiveAt, worksFrom)
	}
	w.oracle.born(created.Account.Login, c.Siret, created.Password, at, worksFrom)
	w.secrets = append(w.secrets, created.Password)
}

func (w *world) prepare() {
	siret := w.siret()
	c := qualif.Prepare{By: w.actor(siret), Siret: siret}
	may := w.oracle.mayCreate(w.present(), c.By, c.Siret)
	prepared, err := play(w, c)
	w.expect("prepare", may, err)
	if err == nil {
		w.forms = append(w.forms, prepared.ID)
		if prepared.Password != "" {
			w.secrets = append(w.secrets, prepared.Password)
		}
	}
}

// may tells what the oracle makes of a request about an account.
func (w *world) may(by, login string, allowed func(*life) bool) (*life, bool) {
	l := w.oracle.find(login)
	return l, l != nil && w.oracle.manages(by, l.siret) && allowed(l)
}

func (w *world) mayReset(l *life) bool {
	return l.mayReset(w.present(), w.oracle.switches.Get(qualif.SwitchWhilePending))
}

func (w *world) reset() {
	login, by := w.login(w.mayReset)
	c := qualif.Reset{By: by, Login: login}
	if len(w.forms) > 0 && rapid.Bool().Draw(w.T, "with a form") {
		c.Preparation = rapid.SampledFrom(w.forms).Draw(w.T, "form")
	}
	l, may := w.may(by, login, w.mayReset)
	reset, err := play(w, c)
	if err == nil || c.Preparation == "" {
		w.expect("reset", may, err)
	}
	if err == nil && !w.blind {
		l.passwords = append(l.passwords, spell{password: reset.Password, since: w.sb.Now})
		l.wrong = 0
		w.secrets = append(w.secrets, reset.Password)
	}
}

func (w *world) prepareReset() {
	login, by := w.login(w.mayReset)
	_, may := w.may(by, login, w.mayReset)
	prepared, err := play(w, qualif.PrepareReset{By: by, Login: login})
	w.expect("prepare a reset", may, err)
	if err == nil {
		w.forms = append(w.forms, prepared.ID)
	}
}

func (w *world) deactivate() {
	allowed := func(l *life) bool { return l.mayDeactivate(w.present()) }
	login, by := w.login(allowed)
	l, may := w.may(by, login, allowed)
	_, err := play(w, qualif.Deactivate{By: by, Login: login})
	w.expect("deactivate", may && w.oracle.profile == "portail-2022", err)
	if err == nil && !w.blind {
		l.wishes = append(l.wishes, wish{w.sb.Now, false})
	}
}

func (w *world) activate() {
	allowed := func(l *life) bool { return l.mayActivate(w.present()) }
	login, by := w.login(allowed)
	l, may := w.may(by, login, allowed)
	_, err := play(w, qualif.Activate{By: by, Login: login})
	w.expect("activate", may && w.oracle.profile == "portail-2022", err)
	if err == nil && !w.blind {
		l.wishes = append(l.wishes, wish{w.sb.Now, true})
	}
}

func (w *world) changeContact() {
	login, by := w.login(anyLife)
	_, _ = play(w, qualif.ChangeContact{By: by, Login: login, Contact: w.email()})
}

func (w *world) changeMyContact() {
	_, _ = play(w, qualif.ChangeMyContact{By: w.person(), Contact: w.email()})
	if w.oracle.profile != "cpp-2020" || w.blind {
		return
	}
	for _, l := range w.oracle.lives {
		a, _ := w.sb.Account(l.login)
		if want := w.sb.ContactOf(w.oracle.managers[l.siret]); a.Contact != want && a.Status != qualif.Supprime {
			w.Fatalf("%s has contact %s, its manager %s", l.login, a.Contact, want)
		}
	}
}

func (w *world) transfer() {
	siret := w.siret()
	c := qualif.TransferManager{By: w.actor(siret), Siret: siret, To: w.person()}
	if _, err := play(w, c); err != nil || w.blind {
		return
	}
	if !w.oracle.manages(c.By, c.Siret) {
		w.Fatalf("%s passed on %s, which %s manages", c.By, c.Siret, w.oracle.managers[c.Siret])
	}
	w.oracle.managers[c.Siret] = c.To
}

func (w *world) putApplication() {
	c := qualif.PutApplication{Name: rapid.SampledFrom([]string{"", "mine", "APP_SANDBOX_test@qualif.example"}).Draw(w.T, "name")}
	if rapid.Bool().Draw(w.T, "with lists") {
		c.Subscriptions = rapid.SliceOfN(rapid.SampledFrom(append([]string{"nothing"}, qualif.APIs...)), 0, 3).Draw(w.T, "subscriptions")
		c.Raccordements = rapid.SliceOfN(rapid.SampledFrom([]string{supplier, branch, partner, "0"}), 0, 3).Draw(w.T, "raccordements")
	}
	_, _ = play(w, c)
	siret := w.siret()
	_, _ = play(w, qualif.DeclareRaccordement{By: w.actor(siret), Siret: siret, Application: "mine", Contact: w.email()})
}

func (w *world) attempt() {
	login, _ := w.login(anyLife)
	c := qualif.NoteAttempt{Login: login, Right: rapid.IntRange(0, 3).Draw(w.T, "right") == 0}
	if _, err := play(w, c); err != nil {
		w.Fatal(err)
	}
	if l := w.oracle.find(c.Login); l != nil && !w.blind {
		l.note(c.Right)
	}
}

func (w *world) advance() {
	c := qualif.Advance{MaxEvents: rapid.IntRange(0, 3).Draw(w.T, "budget")}
	switch rapid.IntRange(0, 4).Draw(w.T, "advance") {
	case 0:
		c.Until = qualif.UntilIdle
	case 1, 2:
		c.Until = qualif.UntilNext
	default:
		c.To = w.present().Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(100*24*time.Hour)).Draw(w.T, "by")))
	}
	from := w.present()
	advanced, err := play(w, c)
	if err != nil {
		return
	}
	// The state goes by milliseconds.
	if advanced.From.Before(from.Truncate(time.Millisecond)) || advanced.To.Before(advanced.From) || !w.sb.Now.Equal(advanced.To) {
		w.Fatalf("from %s: got %+v, now %s", from, advanced, w.sb.Now)
	}
	for _, f := range advanced.Fired {
		if !f.At.After(advanced.From) || f.At.After(advanced.To) {
			w.Fatalf("%+v fired between %s and %s", f, advanced.From, advanced.To)
		}
	}
	w.sb.now = advanced.To
}

func (w *world) setClock() {
	c := qualif.SetClock{Clock: qualif.ClockSetting{Mode: "scaled", Rate: rapid.Float64Range(0.001, 1e6).Draw(w.T, "rate")}}
	if rapid.Bool().Draw(w.T, "with a jump") {
		c.At = w.present().Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(48*time.Hour)).Draw(w.T, "jump")))
	}
	if set, err := play(w, c); err == nil {
		w.sb.now = set.To
	}
}

func (w *world) fire() {
	due := w.sb.Due(time.Time{})
	if len(due) == 0 {
		return
	}
	hurried := rapid.SampledFrom(due).Draw(w.T, "due")
	_, err := play(w, qualif.FireDue{Order: hurried.Order})
	w.expect("fire", true, err)
	if l := w.oracle.find(hurried.Subject); l != nil && err == nil && !w.blind {
		l.hurry(hurried.Kind, w.sb.Now)
	}
}

package controlroom

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type listPage struct {
	Rows      []listRow
	Pager     pager
	Search    string
	All       int
	FormToken string
	Form      createForm
	Profiles  []string
	DataSets  []string
	Modes     []choice
}

type listRow struct {
	Name, Base            string
	Now                   time.Time
	Mode                  clock.Mode
	Rate                  float64
	Profile, DataSet      string
	Seed                  int64
	Accounts, Mails       int
	Events                uint64
	Calls                 int
	Next                  *dueRow
	IsDefault, CanDelete  bool
	ConfirmReset, Destroy string
}

// createForm is what a person typed, shown again when it is refused.
type createForm struct{ Name, Seed, Profile, DataSet, Mode, At, Wrong string }

const sandboxesAtOnce = 25

func (r *Room) list(g *gin.Context) {
	visitOf(g).showList(http.StatusOK, createForm{Mode: string(clock.Frozen)})
}

func (v *visit) showList(status int, form createForm) {
	r := v.room
	search := strings.TrimSpace(v.g.Query("search"))
	names := r.o.Registry.Names()
	p := &listPage{Search: search, All: len(names), FormToken: r.formToken(v.cookie), Form: form, DataSets: r.o.DataSets}
	for _, profile := range qualif.Profiles() {
		p.Profiles = append(p.Profiles, profile.Name)
	}
	for _, mode := range []choice{{Value: string(clock.Frozen), Label: "stands still (frozen)"}, {Value: string(clock.Offset), Label: "runs from an instant (offset)"}, {Value: string(clock.Real), Label: "is the machine's (real)"}} {
		mode.Chosen = mode.Value == form.Mode
		p.Modes = append(p.Modes, mode)
	}
	var fitting []string
	for _, name := range names {
		if strings.Contains(strings.ToLower(name), strings.ToLower(search)) {
			fitting = append(fitting, name)
		}
	}
	n, _ := strconv.Atoi(v.g.Query("page"))
	q := query{"/", url.Values{}}
	if search != "" {
		q.all.Set("search", search)
	}
	q.all.Set("page", strconv.Itoa(max(1, n)))
	from, to, pager := q.pageOf("sandboxes", "page", "sandboxes", len(fitting), sandboxesAtOnce)
	p.Pager = pager
	for _, name := range fitting[from:to] {
		if sb, ok := r.o.Registry.Find(name); ok {
			p.Rows = append(p.Rows, r.listRow(sb))
		}
	}
	v.show(status, "list", "Sandboxes", p)
}

func (r *Room) listRow(sb *sandboxes.Sandbox) listRow {
	base := "/sandboxes/" + sb.Name()
	reading := sb.Clock()
	row := listRow{
		Name: sb.Name(), Base: base, Mode: reading.Mode, Rate: reading.Rate, Calls: r.o.Requests.Of(sb).Size().Count,
		IsDefault: sb.Name() == sandboxes.Default, Next: newClockPart(reading).Next,
	}
	sb.Read(func(v sandboxes.View) {
		row.Now, row.Profile, row.DataSet, row.Seed = v.Present, v.Profile.Name, v.Data().Name, v.Seed
		row.Accounts, row.Mails, row.Events = len(v.Accounts()), len(v.Mails()), v.Seq
	})
	return row
}

// create makes a sandbox; one that exists is not replaced by a slip of the hand.
func (r *Room) create(g *gin.Context) {
	v := visitOf(g)
	form := createForm{
		Name: strings.TrimSpace(g.PostForm("name")), Seed: strings.TrimSpace(g.PostForm("seed")), Profile: g.PostForm("profile"),
		DataSet: g.PostForm("data-set"), Mode: g.PostForm("mode"), At: strings.TrimSpace(g.PostForm("at")),
	}
	spec, err := r.specOf(form)
	if _, exists := r.o.Registry.Find(form.Name); err == nil && exists {
		err = errForm("A sandbox is called " + form.Name + " already: open it, or reset it.")
	}
	if err == nil {
		_, _, err = r.o.Registry.Put(form.Name, spec)
	}
	if err != nil {
		form.Wrong = wrong(err)
		v.showList(http.StatusUnprocessableEntity, form)
		return
	}
	v.done(notice{true, "Sandbox " + form.Name + " is ready."}, "/sandboxes/"+form.Name)
}

func wrong(err error) string {
	var form errForm
	if errors.As(err, &form) {
		return string(form)
	}
	var api errAPI
	if errors.As(err, &api) {
		return err.Error()
	}
	return sentence(err.Error())
}

func (r *Room) specOf(form createForm) (spec sandboxes.Spec, err error) {
	if form.Seed != "" {
		if spec.Seed, err = strconv.ParseInt(form.Seed, 10, 64); err != nil {
			return spec, errForm("The seed is a whole number.")
		}
	}
	if form.Profile != "" {
		if _, err := qualif.ProfileNamed(form.Profile); err != nil {
			return spec, err
		}
		spec.Profile = form.Profile
	}
	if form.DataSet != "" {
		if spec.DataSet, err = r.o.Registry.Library().Named(form.DataSet); err != nil {
			return spec, err
		}
	}
	switch spec.Mode = clock.Mode(form.Mode); spec.Mode {
	case clock.Frozen, clock.Offset, clock.Real:
	default:
		return spec, errForm("The clock is frozen, offset or real.")
	}
	if form.At != "" && spec.Mode != clock.Real {
		spec.At, err = instantOf(form.At)
	}
	return spec, err
}

package controlroom

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/scenarios/result"
)

// runView is a run as the control API shows it.
type runView struct {
	ID, Scenario, Recorded, Workflow, State, Sandbox, Next string
	Verdict                                                result.Verdict
	Kept                                                   bool
	Plan                                                   []string
	Run                                                    *result.Run
}

// The states of a run, as the control API says them.
const (
	runWaiting = "waiting"
	runEnded   = "ended"
)

// word is where a run stands, class how it is coloured.
func (v *runView) word() (word, class string) {
	if v.State == runEnded {
		return string(v.Verdict), "verdict-" + string(v.Verdict)
	}
	return v.State, "verdict-" + v.State
}

// sandboxAt is the page of the sandbox that a run is in; "" when it is gone.
func (r *Room) sandboxAt(v *runView) string {
	if v.Sandbox == "" || v.State == runEnded && !v.Kept {
		return ""
	}
	if _, ok := r.o.Registry.Find(v.Sandbox); !ok {
		return ""
	}
	return "/sandboxes/" + v.Sandbox
}

// runsPart lists the runs that the server remembers, the latest first.
type runsPart struct {
	Rows []runRow
}

type runRow struct {
	ID, Address, Word, Class      string
	Scenario, Workflow, Recorded  string
	Sandbox, SandboxAddress, Next string
}

// runs asks for them; false when the refusal was answered.
func (v *visit) runs() (*runsPart, bool) {
	var list struct{ Runs []runView }
	if !v.understood(v.askAt(http.MethodGet, apiRuns, nil), &list) {
		return nil, false
	}
	part := &runsPart{}
	for i := range list.Runs {
		one := &list.Runs[i]
		row := runRow{
			ID: one.ID, Address: "/scenario-runs/" + one.ID, Scenario: one.Scenario, Workflow: one.Workflow, Recorded: one.Recorded,
			Sandbox: one.Sandbox, SandboxAddress: v.room.sandboxAt(one), Next: one.Next,
		}
		row.Word, row.Class = one.word()
		part.Rows = append(part.Rows, row)
	}
	return part, true
}

// runsParts answers with the list alone, for the script of the page.
func (r *Room) runsParts(g *gin.Context) {
	v := visitOf(g)
	if part, ok := v.runs(); ok {
		v.writeParts("scenarios", []string{"runs"}, &scenariosPage{Runs: part})
	}
}

func (r *Room) followRuns(g *gin.Context) { visitOf(g).follow("scenarios", "runs", apiRuns) }

func (r *Room) followRun(g *gin.Context) {
	v := visitOf(g)
	v.follow("run "+g.Param("run"), "run", apiRun(g))
}

func apiRun(g *gin.Context) string { return apiRuns + "/" + url.PathEscape(g.Param("run")) }

// follow streams that a part changed, which shows what an address of the control
// API answers.
func (v *visit) follow(of, part, target string) {
	first := v.askAt(http.MethodGet, target, nil)
	if !v.understood(first, nil) {
		return
	}
	seen := string(first.body)
	v.room.stream(v, feed{
		of:      of,
		changed: func() (a, b <-chan struct{}) { return v.room.o.RunsChanged(), nil },
		look: func() (parts []string, there bool) {
			answer := v.askAt(http.MethodGet, target, nil)
			if answer.status != http.StatusOK {
				return nil, false
			}
			if now := string(answer.body); now != seen {
				seen, parts = now, []string{part}
			}
			return parts, true
		},
	})
}

// runPage is one run.
type runPage struct {
	ID, Base, FormToken string
	Title               string
	Run                 *runPart
}

func (r *Room) run(g *gin.Context) {
	v := visitOf(g)
	if p, ok := v.runPage(); ok {
		v.show(http.StatusOK, "run", p.Title+" · run "+p.ID, p)
	}
}

func (r *Room) runParts(g *gin.Context) {
	v := visitOf(g)
	if p, ok := v.runPage(); ok {
		v.writeParts("run", []string{"run"}, p)
	}
}

func (v *visit) runPage() (*runPage, bool) {
	var view runView
	if !v.understood(v.askAt(http.MethodGet, apiRun(v.g), nil), &view) {
		return nil, false
	}
	p := &runPage{ID: view.ID, Base: "/scenario-runs/" + view.ID, FormToken: v.room.formToken(v.cookie), Title: view.Workflow, Run: newRunPart(&view)}
	p.Run.SandboxAddress = v.room.sandboxAt(&view)
	return p, true
}

// inputPrefix begins the names of the fields that are inputs.
const inputPrefix = "input."

// A person waits for a run that long before its page is shown as it stands,
// which then follows it.
const runPatience = 2 * time.Second

// startRun starts a run of a scenario of the library.
func (r *Room) startRun(g *gin.Context) {
	v := visitOf(g)
	inputs := map[string]string{}
	for name, values := range g.Request.PostForm {
		if input, ok := strings.CutPrefix(name, inputPrefix); ok && values[0] != "" {
			inputs[input] = values[0]
		}
	}
	workflow := g.PostForm("workflow")
	err := v.start(apiScenarios+"/"+url.PathEscape(g.Param("scenario"))+"/runs", map[string]any{
		"workflow": workflow, "inputs": inputs, "byHand": g.PostForm("do") == "hand", "keep": g.PostForm("keep") != "",
	})
	if err != nil {
		v.showScenario(http.StatusUnprocessableEntity, workflow, reasons(err))
	}
}

// start asks for a run and leads to its page.
func (v *visit) start(target string, spec any) error {
	ctx, cancel := context.WithTimeout(v.g.Request.Context(), runPatience)
	defer cancel()
	var view runView
	if err := v.askWithin(ctx, http.MethodPost, target, spec).read(&view); err != nil {
		return err
	}
	v.g.Redirect(http.StatusSeeOther, "/scenario-runs/"+view.ID)
	return nil
}

// stepRun lets the step that waits go, or all that follow.
func (r *Room) stepRun(g *gin.Context) {
	v := visitOf(g)
	ctx, cancel := context.WithTimeout(g.Request.Context(), runPatience)
	defer cancel()
	var view runView
	back := "/scenario-runs/" + url.PathEscape(g.Param("run"))
	if err := v.askWithin(ctx, http.MethodPost, apiRun(g)+"/step", map[string]any{"all": g.PostForm("do") == "all"}).read(&view); err != nil {
		v.done(notice{Text: wrong(err)}, back)
		return
	}
	v.done(outcome(&view), back)
}

// outcome is what came of the step that went last.
func outcome(view *runView) notice {
	text := "The run is under way."
	switch {
	case view.Verdict == result.Passed || view.Verdict == result.Failed:
		text = "The run " + string(view.Verdict) + "."
	case view.State == runEnded:
		text = "The run was broken off."
	}
	good := view.State != runEnded || view.Verdict == result.Passed
	if view.Run == nil || view.State != runWaiting {
		return notice{good, text}
	}
	for _, s := range slices.Backward(view.Run.Steps) {
		if s.Verdict != "" {
			return notice{s.Verdict != result.Failed && s.Verdict != result.Broken, "Step " + s.ID + ": " + string(s.Verdict) + ". Step " + view.Next + " waits."}
		}
	}
	return notice{good, text}
}

// forgetRun throws a run away.
func (r *Room) forgetRun(g *gin.Context) {
	v := visitOf(g)
	err := v.askAt(http.MethodDelete, apiRun(g), nil).read(nil)
	var refused errAPI
	switch {
	case errors.As(err, &refused), err == nil:
		v.done(notice{true, "Run " + g.Param("run") + " is thrown away."}, "/scenarios")
	default:
		v.problem(http.StatusInternalServerError, wrong(err))
	}
}

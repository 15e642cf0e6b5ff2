package stage

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/scenarios"
	"chorus-qualif/server/wire"
)

type workflowView struct {
	ID          string   `json:"id"`
	Summary     string   `json:"summary,omitempty"`
	Description string   `json:"description,omitempty"`
	Tags        []string `json:"tags"`
	Steps       int      `json:"steps"`
}

type scenarioView struct {
	Name        string         `json:"name"`
	Title       string         `json:"title"`
	Summary     string         `json:"summary,omitempty"`
	Description string         `json:"description,omitempty"`
	Workflows   []workflowView `json:"workflows"`
}

func viewScenario(f *scenarios.File) scenarioView {
	view := scenarioView{Name: Name(f), Title: f.Title, Summary: f.Summary, Description: f.Description, Workflows: []workflowView{}}
	for _, w := range f.Workflows {
		view.Workflows = append(view.Workflows, workflowView{w.ID, w.Summary, w.Description, tagsOf(w), len(w.Steps)})
	}
	return view
}

// RegisterAdmin adds the operations of the control API that list scenarios and
// perform them. Register what guards the listener before.
func (s *Stage) RegisterAdmin(contract *wire.Contract, engine *gin.Engine) {
	contract.Handle(engine, "listScenarios", s.listScenarios)
	contract.Handle(engine, "getScenario", s.getScenario)
	contract.Handle(engine, "getScenarioOutline", s.outlineScenario)
	contract.Handle(engine, "getRecording", s.getRecording)
	contract.Handle(engine, "startRecordingRun", s.startRecording)
	contract.Handle(engine, "startScenarioRun", s.startRun)
	contract.Handle(engine, "listScenarioRuns", s.listRuns)
	contract.Handle(engine, "getScenarioRun", s.getRun)
	contract.Handle(engine, "stepScenarioRun", s.stepRun)
	contract.Handle(engine, "deleteScenarioRun", s.deleteRun)
}

func (s *Stage) listScenarios(*gin.Context, []byte) wire.Reply {
	files, err := s.Scenarios()
	if err != nil {
		return wire.Refuse(http.StatusInternalServerError, "library-broken", err.Error())
	}
	list := struct {
		Scenarios []scenarioView `json:"scenarios"`
	}{[]scenarioView{}}
	for _, f := range files {
		list.Scenarios = append(list.Scenarios, viewScenario(f))
	}
	return wire.JSON(http.StatusOK, list)
}

func (s *Stage) getScenario(g *gin.Context, _ []byte) wire.Reply {
	text, ok := scenarios.Text(g.Param("scenario"))
	if !ok {
		return unknown("no scenario of the library is called " + g.Param("scenario"))
	}
	return wire.Reply{Status: http.StatusOK, Raw: text, ContentType: "application/yaml"}
}

func (s *Stage) startRun(g *gin.Context, body []byte) wire.Reply {
	var given struct {
		Workflow string         `json:"workflow"`
		Inputs   map[string]any `json:"inputs"`
		Seed     int64          `json:"seed"`
		ByHand   bool           `json:"byHand"`
		Keep     bool           `json:"keep"`
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &given); err != nil {
			return wire.Refuse(http.StatusBadRequest, "body-unreadable", err.Error())
		}
	}
	p, err := s.Begin(g.Request.Context(), Request{
		Scenario: g.Param("scenario"), Workflow: given.Workflow, Inputs: given.Inputs, Seed: given.Seed, ByHand: given.ByHand, Keep: given.Keep,
	})
	switch {
	case errors.Is(err, ErrUnknown):
		return unknown(err.Error())
	case errors.Is(err, ErrFull):
		return wire.Refuse(http.StatusConflict, "runs-full", err.Error())
	case err != nil:
		return wire.Refuse(http.StatusBadRequest, "inputs-wrong", err.Error())
	}
	return wire.JSON(http.StatusCreated, p.View())
}

func (s *Stage) listRuns(*gin.Context, []byte) wire.Reply {
	list := struct {
		Runs []View `json:"runs"`
	}{[]View{}}
	for _, p := range s.Performances() {
		view := p.View()
		view.Run = nil // long, and each has an address of its own
		list.Runs = append(list.Runs, view)
	}
	return wire.JSON(http.StatusOK, list)
}

func (s *Stage) getRun(g *gin.Context, _ []byte) wire.Reply {
	p, err := s.Performance(g.Param("run"))
	if err != nil {
		return unknown(err.Error())
	}
	return wire.JSON(http.StatusOK, p.View())
}

func (s *Stage) stepRun(g *gin.Context, body []byte) wire.Reply {
	var given struct {
		All bool `json:"all"`
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &given); err != nil {
			return wire.Refuse(http.StatusBadRequest, "body-unreadable", err.Error())
		}
	}
	p, err := s.Performance(g.Param("run"))
	if err != nil {
		return unknown(err.Error())
	}
	if err := p.Step(g.Request.Context(), given.All); err != nil {
		return wire.Refuse(http.StatusConflict, "run-ended", err.Error())
	}
	return wire.JSON(http.StatusOK, p.View())
}

func (s *Stage) deleteRun(g *gin.Context, _ []byte) wire.Reply {
	if err := s.Forget(g.Param("run")); err != nil {
		return unknown(err.Error())
	}
	return wire.Reply{Status: http.StatusNoContent}
}

func unknown(detail string) wire.Reply {
	return wire.Refuse(http.StatusNotFound, "scenario-unknown", detail)
}

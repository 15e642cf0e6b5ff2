package stage

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/scenarios"
	"chorus-qualif/server/wire"
)

type outline struct {
	Name        string            `json:"name"`
	Title       string            `json:"title"`
	Summary     string            `json:"summary,omitempty"`
	Description string            `json:"description,omitempty"`
	Workflows   []workflowOutline `json:"workflows"`
}

type workflowOutline struct {
	ID          string         `json:"id"`
	Summary     string         `json:"summary,omitempty"`
	Description string         `json:"description,omitempty"`
	Tags        []string       `json:"tags"`
	Inputs      []inputOutline `json:"inputs"`
	Steps       []stepOutline  `json:"steps"`
}

type inputOutline struct {
	Name        string `json:"name"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	Required    bool   `json:"required"`
	Secret      bool   `json:"secret,omitempty"`
	// Default is JSON.
	Default string `json:"default,omitempty"`
}

type stepOutline struct {
	ID          string             `json:"id"`
	Description string             `json:"description,omitempty"`
	Operation   *operationOutline  `json:"operation,omitempty"`
	Calls       string             `json:"calls,omitempty"`
	Criteria    []criterionOutline `json:"criteria"`
}

type operationOutline struct {
	Document string `json:"document"`
	ID       string `json:"id"`
	Method   string `json:"method"`
	Path     string `json:"path"`
}

type criterionOutline struct {
	Condition string `json:"condition"`
	Context   string `json:"context,omitempty"`
	Type      string `json:"type"`
}

func (s *Stage) outlineScenario(g *gin.Context, _ []byte) wire.Reply {
	files, err := s.Scenarios()
	if err != nil {
		return wire.Refuse(http.StatusInternalServerError, "library-broken", err.Error())
	}
	for _, f := range files {
		if Name(f) == g.Param("scenario") {
			return wire.JSON(http.StatusOK, outlineOf(f))
		}
	}
	return unknown("no scenario of the library is called " + g.Param("scenario"))
}

func outlineOf(f *scenarios.File) outline {
	o := outline{Name: Name(f), Title: f.Title, Summary: f.Summary, Description: f.Description, Workflows: []workflowOutline{}}
	for _, w := range f.Workflows {
		one := workflowOutline{ID: w.ID, Summary: w.Summary, Description: w.Description, Tags: tagsOf(w), Inputs: []inputOutline{}, Steps: []stepOutline{}}
		for _, i := range w.Inputs {
			input := inputOutline{Name: i.Name, Type: i.Type, Description: i.Description, Required: i.Required, Secret: i.Secret}
			if i.Default != nil {
				if text, err := json.Marshal(i.Default); err == nil { // it came from YAML: what is no JSON is refused when the file is read
					input.Default = string(text)
				}
			}
			one.Inputs = append(one.Inputs, input)
		}
		for _, step := range w.Steps {
			one.Steps = append(one.Steps, outlineStep(step))
		}
		o.Workflows = append(o.Workflows, one)
	}
	return o
}

func outlineStep(s *scenarios.Step) stepOutline {
	one := stepOutline{ID: s.ID, Description: s.Description, Calls: s.Calls, Criteria: []criterionOutline{}}
	if op := s.Operation; op != nil {
		one.Operation = &operationOutline{op.Document, op.ID, op.Method, op.Path}
	}
	for _, c := range s.Criteria {
		one.Criteria = append(one.Criteria, criterionOutline{c.Condition, c.Context, c.Type})
	}
	return one
}

// tagsOf is never nil.
func tagsOf(w *scenarios.Workflow) []string {
	if w.Tags == nil {
		return []string{}
	}
	return w.Tags
}

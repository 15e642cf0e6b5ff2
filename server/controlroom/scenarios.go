package controlroom

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// registerScenarios adds the pages of what belongs to no sandbox: the library of
// scenarios, and their runs.
func (r *Room) registerScenarios(pages *gin.RouterGroup) {
	pages.GET("/scenarios", r.scenarios)
	pages.GET("/scenarios/:scenario", r.scenario)
	pages.GET("/scenarios/:scenario/arazzo", r.downloadScenario)
	pages.POST("/scenarios/:scenario/runs", r.change(r.startRun))
	pages.GET("/scenario-runs/live", r.followRuns)
	pages.GET("/scenario-runs/parts", r.runsParts)
	pages.GET("/scenario-runs/:run", r.run)
	pages.GET("/scenario-runs/:run/live", r.followRun)
	pages.GET("/scenario-runs/:run/parts", r.runParts)
	pages.POST("/scenario-runs/:run/step", r.change(r.stepRun))
	pages.POST("/scenario-runs/:run/forget", r.change(r.forgetRun))
}

// Where the control API has them.
const (
	apiScenarios = "/__admin/v1/scenarios"
	apiRuns      = "/__admin/v1/scenario-runs"
)

// scenariosPage is the library, and what became of its runs.
type scenariosPage struct {
	Rows            []scenarioRow
	All, Workflows  int
	Search, Tag     string
	Tags            []choice
	Runs            *runsPart
	FormToken, Base string
}

// scenarioRow is a file of the library.
type scenarioRow struct {
	Name, Title, Summary, Address string
	Workflows                     []workflowRow
	Tags                          []string
	Steps                         int
}

type workflowRow struct {
	ID, Summary string
	Tags        []string
	Steps       int
}

// fits tells whether a row is looked for, by a part of any of its words and by a
// tag.
func (s scenarioRow) fits(search, tag string) bool {
	if tag != "" && !slices.Contains(s.Tags, tag) {
		return false
	}
	words := []string{s.Name, s.Title, s.Summary}
	for _, w := range s.Workflows {
		words = append(words, w.ID, w.Summary)
	}
	return strings.Contains(strings.ToLower(strings.Join(words, "\n")), strings.ToLower(search))
}

func (r *Room) scenarios(g *gin.Context) {
	v := visitOf(g)
	var library struct {
		Scenarios []struct {
			Name, Title, Summary string
			Workflows            []workflowRow
		}
	}
	if !v.understood(v.askAt(http.MethodGet, apiScenarios, nil), &library) {
		return
	}
	p := &scenariosPage{
		All: len(library.Scenarios), Search: strings.TrimSpace(g.Query("search")), Tag: g.Query("tag"), FormToken: r.formToken(v.cookie), Base: "/scenario-runs",
	}
	tags := map[string]bool{}
	for _, s := range library.Scenarios {
		row := scenarioRow{Name: s.Name, Title: s.Title, Summary: s.Summary, Address: "/scenarios/" + s.Name, Workflows: s.Workflows}
		for _, w := range s.Workflows {
			row.Steps += w.Steps
			for _, tag := range w.Tags {
				if tags[tag] = true; !slices.Contains(row.Tags, tag) {
					row.Tags = append(row.Tags, tag)
				}
			}
		}
		p.Workflows += len(s.Workflows)
		if row.fits(p.Search, p.Tag) {
			p.Rows = append(p.Rows, row)
		}
	}
	p.Tags = []choice{{"", "any tag", p.Tag == ""}}
	for _, tag := range sortedKeys(tags) {
		p.Tags = append(p.Tags, choice{tag, tag, tag == p.Tag})
	}
	var ok bool
	if p.Runs, ok = v.runs(); ok {
		v.show(http.StatusOK, "scenarios", "Scenarios", p)
	}
}

// understood reads an answer of the control API into a value, or answers with what
// it refused.
func (v *visit) understood(answer apiAnswer, into any) bool {
	err := answer.read(into)
	switch {
	case err != nil && answer.status < http.StatusBadRequest:
		v.problem(http.StatusInternalServerError, v.told(err).Text) // an answer that cannot be read is ours
	case err != nil:
		v.problem(answer.status, wrong(err))
	}
	return err == nil
}

// scenarioPage is one file of the library.
type scenarioPage struct {
	Name, Title, Summary string
	Paragraphs           []paragraph
	Workflows            []workflowPage
	FormToken            string
	Wrong                []string
}

type workflowPage struct {
	ID, Summary, Description string
	Tags                     []string
	Inputs                   []inputField
	Steps                    []stepRow
	Keep                     bool
}

// longestDefault is how much of a default is shown, in bytes: some are files.
const longestDefault = 120

// inputField is an input that a run can be given; the sandbox's name is not one
// of them, as each run gets a fresh one.
type inputField struct {
	Name, Type, Description, Default string
	Required, Secret                 bool
	// Value is what a person typed.
	Value string
}

type stepRow struct {
	ID, Description, Calls string
	Operation              *struct{ Document, ID, Method, Path string }
	Criteria               []struct{ Condition, Context, Type string }
}

func (r *Room) scenario(g *gin.Context) {
	visitOf(g).showScenario(http.StatusOK, "", nil)
}

// showScenario answers with a scenario's page; workflow is the one whose form was
// refused, and wrong says why.
func (v *visit) showScenario(status int, workflow string, wrong []string) {
	p := &scenarioPage{FormToken: v.room.formToken(v.cookie), Wrong: wrong}
	var outline struct {
		Name, Title, Summary, Description string
		Workflows                         []workflowPage
	}
	if !v.understood(v.askAt(http.MethodGet, apiScenarios+"/"+url.PathEscape(v.g.Param("scenario"))+"/outline", nil), &outline) {
		return
	}
	p.Name, p.Title, p.Summary, p.Workflows = outline.Name, outline.Title, outline.Summary, outline.Workflows
	p.Paragraphs = paragraphs(outline.Description)
	for i := range p.Workflows {
		w := &p.Workflows[i]
		w.Inputs = slices.DeleteFunc(w.Inputs, func(f inputField) bool { return f.Name == "sandbox" })
		for j := range w.Inputs {
			w.Inputs[j].Default = cut(typed(w.Inputs[j]), longestDefault)
		}
		if w.ID != workflow {
			continue
		}
		w.Keep = v.g.PostForm("keep") != ""
		for j := range w.Inputs {
			w.Inputs[j].Value = v.g.PostForm(inputPrefix + w.Inputs[j].Name)
		}
	}
	v.show(status, "scenario", p.Title, p)
}

// typed is the default of an input as a person would type it: a text goes without
// its quotes, anything else is JSON.
func typed(f inputField) string {
	var text string
	if f.Type == "string" && json.Unmarshal([]byte(f.Default), &text) == nil {
		return text
	}
	return f.Default
}

// paragraph is one of a description; Advice is what a good client does.
type paragraph struct {
	Text   string
	Advice bool
}

func paragraphs(text string) []paragraph {
	var all []paragraph
	for _, part := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if words := strings.Fields(part); len(words) > 0 {
			one := strings.Join(words, " ")
			all = append(all, paragraph{one, strings.HasPrefix(one, "A good client")})
		}
	}
	return all
}

// downloadScenario answers with a file of the library as written.
func (r *Room) downloadScenario(g *gin.Context) {
	v, name := visitOf(g), g.Param("scenario")
	answer := v.askAt(http.MethodGet, apiScenarios+"/"+url.PathEscape(name), nil)
	if v.understood(answer, nil) {
		v.download(name+".arazzo.yaml", answer)
	}
}

// download hands on what the control API answered, as a file.
func (v *visit) download(name string, answer apiAnswer) {
	v.g.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	v.g.Data(http.StatusOK, answer.header.Get("Content-Type"), answer.body)
}

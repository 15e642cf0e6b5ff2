package replay

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"chorus-qualif/scenarios"
)

// Story is one workflow to replay.
type Story struct {
	File     *scenarios.File
	Workflow *scenarios.Workflow
}

// Select lists the workflows of files, in order: those of the given ids, when
// any is given, that have one of the given tags, when any is. The error names
// every id and tag that no workflow has.
func Select(files []*scenarios.File, workflows, tags []string) ([]Story, error) {
	var all []Story
	ids, words := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		for _, w := range f.Workflows {
			ids[w.ID] = true
			tagged := len(tags) == 0
			for _, tag := range w.Tags {
				words[tag] = true
				tagged = tagged || slices.Contains(tags, tag)
			}
			if tagged && (len(workflows) == 0 || slices.Contains(workflows, w.ID)) {
				all = append(all, Story{f, w})
			}
		}
	}
	var errs []error
	for _, id := range workflows {
		if !ids[id] {
			errs = append(errs, fmt.Errorf("no file has a workflow %q%s", id, hint(id, ids)))
		}
	}
	for _, tag := range tags {
		if !words[tag] {
			errs = append(errs, fmt.Errorf("no workflow has the tag %q%s", tag, hint(tag, words)))
		}
	}
	if len(errs) == 0 && len(all) == 0 {
		errs = append(errs, errors.New("no workflow has both one of the ids and one of the tags"))
	}
	return all, errors.Join(errs...)
}

// sandboxName is the name of a story's sandbox: those of the file and of the
// workflow, made of what names may have, and short enough for a number after.
func (s Story) sandboxName() string {
	base := strings.TrimSuffix(filepath.Base(s.File.Name), scenarios.Extension)
	if base != s.Workflow.ID {
		base += "." + s.Workflow.ID
	}
	name := strings.Map(func(r rune) rune {
		if r < 128 && (r == '.' || r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '-'
	}, base)
	name = strings.TrimLeft(name, "._-")
	const room = 50
	return "replay-" + name[:min(len(name), room)]
}

// workflows are the story's own and those that it calls, each once.
func (s Story) workflows() []*scenarios.Workflow {
	all := []*scenarios.Workflow{s.Workflow}
	for i := 0; i < len(all); i++ {
		for _, step := range all[i].Steps {
			if w, ok := s.File.Workflow(step.Calls); ok && !slices.Contains(all, w) {
				all = append(all, w)
			}
		}
	}
	return all
}

package command

import (
	"io"

	written "chorus-qualif/scenarios/report"
	"chorus-qualif/scenarios/result"
)

// replayReports are the files that a replay leaves when it is asked to.
type replayReports struct {
	JUnit  string `name:"junit" group:"Reports" help:"Write JUnit XML: a workflow is a suite, a step a case; - is the standard output." placeholder:"FILE"`
	HTML   string `name:"html" group:"Reports" help:"Write one HTML file, for a screen or for paper." placeholder:"FILE"`
	JSON   string `name:"json" group:"Reports" help:"Write everything that happened, as JSON." placeholder:"FILE"`
	HAR    string `name:"har" group:"Reports" help:"Write the exchanges as an HTTP Archive." placeholder:"FILE"`
	GitHub string `name:"github" group:"Reports" help:"Write annotations for GitHub Actions; - is the standard output, where GitHub reads them." placeholder:"FILE"`
}

// reporters are the reports that were asked for.
func (c *replayReports) reporters(r *run) []reporter {
	var reports []reporter
	for _, asked := range []struct {
		file  string
		write written.Writer
	}{{c.JUnit, written.JUnit}, {c.HTML, written.HTML}, {c.JSON, written.JSON}, {c.HAR, written.HAR}, {c.GitHub, written.GitHub}} {
		if asked.file != "" {
			reports = append(reports, func(all *result.Replay) error {
				return output(r, asked.file, func(w io.Writer) error { return asked.write(w, all) })
			})
		}
	}
	return reports
}

// shownOn is where the progress is shown: on the standard error when a report
// other than annotations takes the standard output.
func (c *replayReports) shownOn(r *run) *run {
	if c.JUnit != "-" && c.HTML != "-" && c.JSON != "-" && c.HAR != "-" {
		return r
	}
	aside := *r
	aside.Stdout = r.Stderr
	return &aside
}

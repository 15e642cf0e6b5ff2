package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/qualif"
)

// dataSets groups the commands on data sets.
type dataSets struct {
	Validate validate `cmd:"" help:"Check data set files: every mistake with its line, exit code 1 if there is one."`
	Convert  convert  `cmd:"" help:"Convert a data set between our YAML and the portal's CSV."`
	Generate generate `cmd:"" help:"Generate a data set of any size from a seed."`
	Schema   schema   `cmd:"" help:"Print the JSON Schema of our YAML, for editors."`
}

type validate struct {
	Files []string `arg:"" name:"file" help:"YAML or CSV files." placeholder:"FILE"`
}

// Run implements the command.
func (c *validate) Run(r *run) error {
	var errs []error
	for _, file := range c.Files {
		set, notices, err := fixtures.Read(file)
		for _, notice := range notices {
			fmt.Fprintf(r.Stderr, "%s: note: %s\n", file, notice)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		fmt.Fprintf(r.Stdout, "%s: data set %q: %d structures, %d people, %d technical accounts\n",
			file, set.Name, len(set.Structures), len(set.People), len(set.Accounts))
	}
	return errors.Join(errs...)
}

type convert struct {
	File   string `arg:"" help:"Data set to read: YAML or CSV, or builtin for the one inside the program." placeholder:"FILE"`
	To     string `default:"" help:"Form to write: yaml or csv. [by the output's extension, else the other form]" placeholder:"FORM"`
	Output string `short:"o" default:"-" help:"File to write; - is the standard output. [${default}]" placeholder:"FILE"`
	Seed   string `default:"1" help:"Seed of the sandbox whose passwords a CSV shows, where the data set has none. [${default}]" placeholder:"N"`
}

// Run implements the command.
func (c *convert) Run(r *run) error {
	k := &checker{source: r.source}
	seed := k.number("seed", c.Seed, 1)
	form := k.form("to", c.To, c.Output)
	if len(k.errs) > 0 {
		return misuse{errors.Join(k.errs...)}
	}
	set, notices, from, err := c.read()
	if err != nil {
		return err
	}
	if form == "" {
		form = otherForm(from)
	}
	err = output(r, c.Output, func(w io.Writer) error {
		if form == fixtures.YAML {
			return fixtures.WriteYAML(w, set)
		}
		left, err := fixtures.WriteCSV(w, set, func(login string) string {
			person, ok := set.Person(login)
			if !ok {
				return ""
			}
			return qualif.PersonPassword(seed, person)
		})
		notices = append(notices, left...)
		return err
	})
	for _, notice := range notices {
		fmt.Fprintf(r.Stderr, "%s: note: %s\n", c.File, notice)
	}
	return err
}

// builtin stands for the data set inside the program.
const builtin = "builtin"

func (c *convert) read() (*qualif.DataSet, []fixtures.Notice, fixtures.Format, error) {
	if c.File == builtin {
		set, err := fixtures.Builtin()
		return set, nil, fixtures.YAML, err
	}
	set, notices, err := fixtures.Read(c.File)
	if err != nil {
		return nil, notices, "", err
	}
	head, err := os.ReadFile(c.File)
	return set, notices, fixtures.Sniff(c.File, head[:min(len(head), 4096)]), err
}

func otherForm(form fixtures.Format) fixtures.Format {
	if form == fixtures.CSV {
		return fixtures.YAML
	}
	return fixtures.CSV
}

// form is the format asked for, or the one of the output's extension, or "".
func (c *checker) form(flag, value, file string) fixtures.Format {
	if value == "" {
		value = strings.TrimPrefix(strings.Replace(filepath.Ext(file), ".yml", ".yaml", 1), ".")
	}
	switch form := fixtures.Format(value); form {
	case fixtures.YAML, fixtures.CSV, "":
		return form
	}
	c.fail(flag, value, "want yaml or csv")
	return ""
}

type schema struct{}

// Run implements the command.
func (schema) Run(r *run) error {
	_, err := io.WriteString(r.Stdout, fixtures.Schema())
	return err
}

// output writes a file whole or not at all: into a temporary file beside it
// first. "-" is the standard output.
func output(r *run, path string, write func(io.Writer) error) error {
	if path == "-" {
		return write(r.Stdout)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	err = write(temporary)
	err = errors.Join(err, temporary.Close())
	if err == nil {
		// CreateTemp makes files for their owner alone; this one is like any other.
		err = errors.Join(os.Chmod(temporary.Name(), 0o644), os.Rename(temporary.Name(), path))
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
	}
	return err
}

package command

import (
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"chorus-qualif/server/command/control"
)

// control is what the commands that call the control API get of a run.
func (r *run) control() *control.Run {
	return &control.Run{Context: r.ctx, Stdin: r.Stdin, Stdout: r.Stdout, Stderr: r.Stderr, Lookup: r.Lookup, Source: r.source, Width: columns(r)}
}

// columns is the width of a person's terminal; 0 when the output is none.
func columns(r *run) int {
	f, ok := r.Stdout.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// Commands lists every command with its group, as one types them, those that are
// hidden left out.
func Commands() ([][]string, error) {
	parser, err := kong.New(&grammar{}, kong.Name("chorus-qualif"))
	if err != nil {
		return nil, err
	}
	all := [][]string{{}}
	_ = kong.Visit(parser.Model, func(v kong.Visitable, next kong.Next) error {
		if node, ok := v.(*kong.Node); ok && node.Type == kong.CommandNode && !node.Hidden {
			all = append(all, strings.Fields(node.Path()))
		}
		return next(nil)
	})
	return all, nil
}

package command

import (
	"embed"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"chorus-qualif/server/command/control"
)

//go:embed completions
var completions embed.FS

type completion struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish." placeholder:"SHELL"`
}

// Help says how the code is used.
func (completion) Help() string {
	return `For example, in ~/.bashrc, in ~/.zshrc after compinit, and in ~/.config/fish/config.fish:

  source <(chorus-qualif completion bash)
  source <(chorus-qualif completion zsh)
  chorus-qualif completion fish | source

Commands, flags and values are completed; names of sandboxes, faults, accounts and so on come from the running server.`
}

// Run implements the command.
func (c *completion) Run(r *run) error {
	text, err := completions.ReadFile("completions/" + c.Shell + ".sh")
	if err != nil {
		return err
	}
	_, err = r.Stdout.Write(text)
	return err
}

// complete prints what may stand in place of the last word, each on a line with
// what it means after a tab; ":file" stands for the names of files.
type complete struct {
	Words []string `arg:"" optional:""`
}

// Run implements the command.
func (c *complete) Run(r *run, model *kong.Application) error {
	if len(c.Words) == 0 {
		return nil
	}
	at := &place{node: model.Node, given: map[string]string{}}
	last := len(c.Words) - 1
	for _, word := range c.Words[:last] {
		at.step(word)
	}
	return at.offer(r, c.Words[last])
}

// place is where one is in a command line.
type place struct {
	node *kong.Node
	// argument is how many positional arguments there are before.
	argument int
	// waiting is a flag whose value comes next.
	waiting *kong.Flag
	// given holds the flags that there are, with their values, and the
	// arguments under their names after control.Argument.
	given map[string]string
	// over tells that the flags are over, after --.
	over bool
}

// flags are those that may stand here: the command's, its groups', and those of
// the command that runs without a name.
func (p *place) flags() (all []*kong.Flag) {
	for node := p.node; node != nil; node = node.Parent {
		all = append(all, node.Flags...)
		if node == p.node && node.DefaultCmd != nil {
			all = append(all, node.DefaultCmd.Flags...)
		}
	}
	return slices.DeleteFunc(all, func(f *kong.Flag) bool { return f.Hidden })
}

func (p *place) flag(word string) *kong.Flag {
	for _, f := range p.flags() {
		if word == "--"+f.Name || (f.Short != 0 && word == "-"+string(f.Short)) {
			return f
		}
	}
	return nil
}

// step goes past one word.
func (p *place) step(word string) {
	if p.waiting != nil {
		p.given[p.waiting.Name], p.waiting = word, nil
		return
	}
	name, value, assigned := strings.Cut(word, "=")
	switch f := p.flag(name); {
	case word == "--":
		p.over = true
	case !p.over && f != nil && !assigned && !f.IsBool():
		p.waiting = f
	case !p.over && f != nil:
		p.given[f.Name] = value
	case !p.over && strings.HasPrefix(word, "-"):
	default:
		if i := slices.IndexFunc(p.node.Children, func(n *kong.Node) bool { return n.Name == word }); i >= 0 && p.argument == 0 {
			p.node = p.node.Children[i]
			return
		}
		if p.argument < len(p.node.Positional) {
			p.given[control.Argument+p.node.Positional[p.argument].Name] = word
		}
		p.argument++
	}
}

// offer prints what may stand in place of a word that has begun.
func (p *place) offer(r *run, begun string) error {
	name, _, assigned := strings.Cut(begun, "=")
	switch f := p.flag(name); {
	case p.waiting != nil:
		return p.values(r, p.waiting.Value, p.waiting.PlaceHolder, begun, "")
	case !p.over && assigned && f != nil:
		return p.values(r, f.Value, f.PlaceHolder, begun, name+"=")
	case !p.over && strings.HasPrefix(begun, "-"):
		return p.offerFlags(r.Stdout, begun)
	}
	for _, child := range p.node.Children {
		if p.argument == 0 && !child.Hidden && strings.HasPrefix(child.Name, begun) {
			if err := candidate(r.Stdout, child.Name, child.Help); err != nil {
				return err
			}
		}
	}
	arguments := p.node.Positional
	if len(arguments) == 0 {
		return nil
	}
	// The last argument may be one that is given several times.
	argument := arguments[min(p.argument, len(arguments)-1)]
	if p.argument >= len(arguments) && !argument.IsCumulative() {
		return nil
	}
	return p.values(r, argument, argument.Tag.PlaceHolder, begun, "")
}

func (p *place) offerFlags(w io.Writer, begun string) error {
	for _, f := range p.flags() {
		_, there := p.given[f.Name]
		if (there && !f.IsCumulative()) || !strings.HasPrefix("--"+f.Name, begun) {
			continue
		}
		if err := candidate(w, "--"+f.Name, f.Help); err != nil {
			return err
		}
	}
	return nil
}

// values prints what a flag or an argument may be.
func (p *place) values(r *run, v *kong.Value, placeholder, begun, before string) error {
	what := v.Tag.Get("complete")
	var all []control.Candidate
	switch {
	case v.Enum != "":
		for value := range maps.Keys(v.EnumMap()) {
			all = append(all, control.Candidate{Value: value})
		}
	case what == "" && (strings.Contains(placeholder, "FILE") || strings.Contains(placeholder, "DIR")):
		what = control.Files
	case what != "":
		all = control.Values(r.control(), p.given, what)
	}
	slices.SortStableFunc(all, func(a, b control.Candidate) int { return strings.Compare(a.Value, b.Value) })
	for _, c := range all {
		if !strings.HasPrefix(before+c.Value, begun) {
			continue
		}
		if err := candidate(r.Stdout, before+c.Value, c.Doc); err != nil {
			return err
		}
	}
	if what == control.Files || strings.Contains(placeholder, "FILE") {
		_, err := fmt.Fprintln(r.Stdout, ":file")
		return err
	}
	return nil
}

func candidate(w io.Writer, value, doc string) error {
	doc, _, _ = strings.Cut(doc, "\n")
	_, err := fmt.Fprintf(w, "%s\t%s\n", value, doc)
	return err
}

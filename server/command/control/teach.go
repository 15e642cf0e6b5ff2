package control

import (
	"strings"

	"github.com/alecthomas/kong"
)

// Teach adds to the help of each command the examples of its tag.
func Teach(model *kong.Application) {
	teach(model.Node, model.Name)
}

func teach(node *kong.Node, program string) {
	if node.Tag != nil && node.Tag.Has("example") {
		node.Detail = strings.TrimLeft(node.Detail+"\n\nFor example:\n\n", "\n")
		for example := range strings.SplitSeq(node.Tag.Get("example"), "; ") {
			node.Detail += "  " + program + " " + example + "\n"
		}
	}
	for _, child := range node.Children {
		teach(child, program)
	}
}

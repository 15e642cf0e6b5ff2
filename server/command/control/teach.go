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
	if node.Tag != nil {
		examples := node.Tag.GetAll("example")
		for i, example := range examples {
			if i == 0 {
				node.Detail = strings.TrimLeft(node.Detail+"\n\nFor example:\n\n", "\n")
			}
			node.Detail += "  " + program + " " + example + "\n"
		}
	}
	for _, child := range node.Children {
		teach(child, program)
	}
}

package chorus

import (
	"slices"
	"strings"

	"chorus-qualif/server/qualif"
)

// condition is something asked for, with where its invoices stand in an order;
// without ranges it is the order alone.
type condition struct {
	qualif.Ordre
	plages []plage
}

// maxPlages bounds the ranges of conditions taken together.
const maxPlages = 256

// partage tells the conditions that ask for values, which can be taken together
// with others, from those that ask for a range. Those that would make too many
// ranges together count as ranges.
func partage(all []condition) (same, ranges []condition) {
	together := 1
	for _, c := range all {
		byValue := !slices.ContainsFunc(c.plages, func(p plage) bool { return !p.egale })
		if byValue && together*len(c.plages) <= maxPlages {
			together *= len(c.plages)
			same = append(same, c)
		} else {
			ranges = append(ranges, c)
		}
	}
	return slices.Clip(same), ranges
}

// ensemble is several conditions as one: the order is by the first, then by the
// second and so on, and a range is of one value of each but the last.
func ensemble(all []condition) condition {
	if len(all) == 0 {
		all = []condition{{Ordre: qualif.ParID}}
	}
	names := make([]string, len(all))
	together := condition{plages: []plage{{avant: never, apres: never}}}
	for i, c := range all {
		names[i] = c.Nom
		if len(c.plages) == 0 {
			continue
		}
		var next []plage
		for _, before := range together.plages {
			for _, p := range c.plages {
				next = append(next, before.puis(p))
			}
		}
		together.plages = next
	}
	together.Nom = strings.Join(names, ",")
	together.Comparer = func(d *qualif.DataSet, a, b *qualif.Facture) int {
		for i := range all {
			if c := all[i].Comparer(d, a, b); c != 0 {
				return c
			}
		}
		return 0
	}
	return together
}

func never(*qualif.DataSet, *qualif.Facture) bool { return false }

// puis is a range of a second order within a range of a first.
func (p plage) puis(then plage) plage {
	return plage{
		avant: func(d *qualif.DataSet, f *qualif.Facture) bool {
			return p.avant(d, f) || !p.apres(d, f) && then.avant(d, f)
		},
		apres: func(d *qualif.DataSet, f *qualif.Facture) bool {
			return p.apres(d, f) || !p.avant(d, f) && then.apres(d, f)
		},
	}
}

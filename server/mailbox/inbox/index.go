package inbox

import (
	"cmp"
	"slices"
	"strings"
)

// index finds the messages one of whose texts contains another, without
// looking at the messages: each different text is kept once, with its
// messages, and every three bytes in a row lead to the texts that hold them.
type index struct {
	texts map[string]*text
	grams map[uint32][]*text
	// gone counts the texts that left but are still among grams.
	gone int
}

type text struct {
	value string
	mails queue
}

func newIndex() index { return index{texts: map[string]*text{}, grams: map[uint32][]*text{}} }

func (x *index) add(value string, m *Mail) {
	t := x.texts[value]
	if t == nil {
		t = &text{value: value}
		x.texts[value] = t
		for _, g := range gramsOf(value) {
			x.grams[g] = append(x.grams[g], t)
		}
	}
	t.mails.push(m)
}

func (x *index) remove(value string, m *Mail) {
	t := x.texts[value]
	t.mails.remove(m)
	if t.mails.len() > 0 {
		return
	}
	delete(x.texts, value)
	if x.gone++; x.gone > len(x.texts)+256 {
		x.sweep()
	}
}

// sweep forgets the texts that left. As it comes only when more texts left
// than stay, its cost is spread over those that left.
func (x *index) sweep() {
	x.grams = make(map[uint32][]*text, len(x.grams)/2)
	x.gone = 0
	for _, t := range x.texts {
		for _, g := range gramsOf(t.value) {
			x.grams[g] = append(x.grams[g], t)
		}
	}
}

// find lists the messages with a text that contains part, each once, newest
// first.
func (x *index) find(part string) []*Mail {
	var found [][]*Mail
	for _, t := range x.candidates(part) {
		if t.mails.len() > 0 && strings.Contains(t.value, part) {
			found = append(found, t.mails.mails)
		}
	}
	if len(found) == 1 {
		all := slices.Clone(found[0])
		slices.Reverse(all)
		return all
	}
	all := slices.Concat(found...)
	sortNewestFirst(all)
	return slices.Compact(all)
}

func sortNewestFirst(all []*Mail) {
	slices.SortFunc(all, func(a, b *Mail) int { return cmp.Compare(b.Seq, a.Seq) })
}

// candidates are the texts that hold the rarest three bytes of part; a shorter
// part is looked for in all the texts.
func (x *index) candidates(part string) []*text {
	grams := gramsOf(part)
	if len(grams) == 0 {
		all := make([]*text, 0, len(x.texts))
		for _, t := range x.texts {
			all = append(all, t)
		}
		return all
	}
	rarest := x.grams[grams[0]]
	for _, g := range grams[1:] {
		if list := x.grams[g]; len(list) < len(rarest) {
			rarest = list
		}
	}
	return rarest
}

// gramsOf lists the different runs of three bytes.
func gramsOf(value string) []uint32 {
	if len(value) < 3 {
		return nil
	}
	grams := make([]uint32, 0, len(value)-2)
	for i := range len(value) - 2 {
		grams = append(grams, uint32(value[i])|uint32(value[i+1])<<8|uint32(value[i+2])<<16)
	}
	slices.Sort(grams)
	return slices.Compact(grams)
}

package qualif

import (
	"cmp"
	"slices"
)

// crowded is the share of the rows, one in so many, beyond which candidates are
// not worth looking at one by one: reading them all in order is sooner done
// than sorting what was found.
const crowded = 32

// candidates are the rows that may have all the words of a query, ascending. It
// gives none and false where the index cannot tell: no word is long enough, or
// too many rows have them.
func (x *searchIndex) candidates(q *StructureQuery) (rows []uint32, ok bool) {
	if len(x.starts) == 0 {
		return nil, false
	}
	buckets := len(x.starts) - 1
	var lists [][]uint32
	for _, words := range q.words() {
		for at := 0; at+runLength <= len(*words); at++ {
			b := bucketOf((*words)[at:], buckets)
			lists = append(lists, x.postings[x.starts[b]:x.starts[b+1]])
		}
	}
	if len(lists) == 0 {
		return nil, false
	}
	slices.SortFunc(lists, func(a, b []uint32) int { return cmp.Compare(len(a), len(b)) })
	rows = lists[0]
	for _, list := range lists[1:] {
		if len(rows) == 0 {
			break
		}
		rows = intersect(rows, list)
	}
	return rows, len(rows) <= max(len(x.rows)/crowded, minIndexed)
}

// intersect keeps what of a short ascending list is in a long one, looking ahead
// in steps that double.
func intersect(short, long []uint32) []uint32 {
	kept := make([]uint32, 0, len(short))
	for _, row := range short {
		step := 1
		for step < len(long) && long[step] < row {
			step *= 2
		}
		from := step / 2
		at, found := slices.BinarySearch(long[from:min(step+1, len(long))], row)
		if found {
			kept = append(kept, row)
		}
		long = long[from+at:]
	}
	return kept
}

// among lists which of some rows match, in the order of the query.
func (x *searchIndex) among(candidates []uint32, q *StructureQuery) []*Structure {
	order := x.columns[q.Sort]
	var ranks []uint32
	for _, row := range candidates {
		if q.matches(&x.rows[row]) {
			ranks = append(ranks, order.rank[row])
		}
	}
	slices.Sort(ranks)
	if q.Desc {
		slices.Reverse(ranks)
	}
	found := make([]*Structure, len(ranks))
	for i, rank := range ranks {
		found[i] = x.rows[order.order[rank]].s
	}
	return found
}

// classed answers a query that asks for classes of structures only: how many
// there are of each is known, so the rows are read as far as the page goes.
func (x *searchIndex) classed(q *StructureQuery) (page []*Structure, total int) {
	order := x.columns[q.Sort]
	wanted := q.classes()
	for c, all := range wanted {
		if all {
			total += x.counts[c]
		}
	}
	own := x.ownRanks(q)
	total += len(own)
	if q.Offset >= total {
		return nil, total
	}
	for i, seen := 0, 0; i < len(order.order) && len(page) < q.Limit; i++ {
		at := i
		if q.Desc {
			at = len(order.order) - 1 - i
		}
		if !wanted[order.classes[at]] {
			if _, mine := slices.BinarySearch(own, uint32(at)); !mine {
				continue
			}
		}
		if seen++; seen > q.Offset {
			page = append(page, x.rows[order.order[at]].s)
		}
	}
	return page, total
}

// ownRanks are the places, ascending, of the private structures that match and
// that the caller sees because they are his own.
func (x *searchIndex) ownRanks(q *StructureQuery) []uint32 {
	if q.Visible == nil {
		return nil
	}
	var ranks []uint32
	for _, s := range q.Visible.Structures {
		row := x.rowOf(s.ID)
		if row < 0 || x.rows[row].s.Publique || !q.takes(x.rows[row].class) {
			continue
		}
		ranks = append(ranks, x.columns[q.Sort].rank[row])
	}
	slices.Sort(ranks)
	return slices.Compact(ranks)
}

// rowOf is the number of a structure's row, or -1.
func (x *searchIndex) rowOf(id int64) int {
	at, ok := slices.BinarySearchFunc(x.rows, id, func(r row, id int64) int { return cmp.Compare(r.s.ID, id) })
	if !ok {
		return -1
	}
	return at
}

package qualif

import (
	"math/bits"
	"slices"
	"sync"
)

// searchKey is a search without its page, its direction and the caller's own
// structures: what is found is the same for all that share one.
type searchKey struct {
	words  [fields + 1]string
	pays   string
	sort   SortColumn
	wanted [classes]bool
}

func (q *StructureQuery) key() searchKey {
	k := searchKey{pays: q.CodePays, sort: q.Sort, wanted: q.classes()}
	for i, words := range q.words() {
		k.words[i] = *words
	}
	return k
}

// classes are the classes of which every structure is asked for; the caller's
// own private ones come on top.
func (q *StructureQuery) classes() (wanted [classes]bool) {
	for c := range wanted {
		wanted[c] = q.takes(class(c)) && (q.Visible == nil || class(c)&classPublique != 0)
	}
	return wanted
}

// recentSearches holds what the latest large searches found: a client that reads
// page after page, or asks again, does not wait for the search again. All who
// use the data set share it.
type recentSearches struct {
	mu    sync.Mutex
	found []recentSearch
}

type recentSearch struct {
	key   searchKey
	ranks []uint32
}

// maxRecent searches are kept, of four bytes for each structure found.
const maxRecent = 8

func (r *recentSearches) get(key *searchKey) ([]uint32, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := slices.IndexFunc(r.found, func(s recentSearch) bool { return s.key == *key })
	if at < 0 {
		return nil, false
	}
	hit := r.found[at]
	copy(r.found[1:at+1], r.found[:at])
	r.found[0] = hit
	return hit.ranks, true
}

func (r *recentSearches) put(key searchKey, ranks []uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found = slices.Insert(r.found, 0, recentSearch{key, slices.Clip(ranks)})
	r.found = r.found[:min(len(r.found), maxRecent)]
}

// paged answers a query of which the places of what matches are known, the
// caller's own structures apart.
func (x *searchIndex) paged(q *StructureQuery, ranks []uint32) (page []*Structure, total int) {
	own := slices.DeleteFunc(x.ownRanks(q), func(rank uint32) bool { return !q.says(&x.rows[x.columns[q.Sort].order[rank]]) })
	total = len(ranks) + len(own)
	from := min(max(q.Offset, 0), total)
	both := union{ranks, own}
	for i := from; i < from+min(max(q.Limit, 0), total-from); i++ {
		at := i
		if q.Desc {
			at = total - 1 - i
		}
		page = append(page, x.rows[x.columns[q.Sort].order[both.at(at)]].s)
	}
	return page, total
}

// ranked are the places of all that matches, the caller's own apart.
func (x *searchIndex) ranked(q *StructureQuery, wanted *[classes]bool, candidates []uint32, few bool) []uint32 {
	column := x.columns[q.Sort]
	ranks := []uint32{}
	if few {
		for _, row := range candidates {
			if r := &x.rows[row]; wanted[r.class] && q.says(r) {
				ranks = append(ranks, column.rank[row])
			}
		}
		slices.Sort(ranks)
		return ranks
	}
	// The rows are read as they lie in memory, and put in order by marking
	// their places.
	marks := make([]uint64, len(x.rows)/64+1)
	for row := range x.rows {
		if r := &x.rows[row]; wanted[r.class] && q.says(r) {
			rank := column.rank[row]
			marks[rank/64] |= 1 << (rank % 64)
		}
	}
	for i, word := range marks {
		for ; word != 0; word &= word - 1 {
			ranks = append(ranks, uint32(i*64+bits.TrailingZeros64(word)))
		}
	}
	return ranks
}

// union is two ascending lists without a common value, read as one; the second
// is short.
type union struct{ long, short []uint32 }

func (u union) at(i int) uint32 {
	// before is how many of the short list come before place i.
	before := 0
	for before < len(u.short) {
		place, _ := slices.BinarySearch(u.long, u.short[before])
		switch place += before; {
		case place == i:
			return u.short[before]
		case place > i:
			return u.long[i-before]
		}
		before++
	}
	return u.long[i-before]
}

package qualif

import (
	"cmp"
	"slices"
	"strings"
)

// The texts of a structure that a search may ask for a part of.
const (
	fieldRaisonSociale = iota
	fieldLibelle
	fieldNom
	fieldPrenom
	fieldVille
	fieldCodePostal
	fields
)

// row is a structure as searches see it.
type row struct {
	s *Structure
	// text holds the fields in upper case, one after the other; ends is where
	// each of them ends.
	text  string
	ends  [fields]uint32
	class class
}

func (r *row) field(i int) string {
	from := uint32(0)
	if i > 0 {
		from = r.ends[i-1]
	}
	return r.text[from:r.ends[i]]
}

// contains tells whether any of the fields has the words in it.
func (r *row) contains(words string) bool {
	for i := range fields {
		if strings.Contains(r.field(i), words) {
			return true
		}
	}
	return false
}

// class is all that searches ask of a structure with yes or no: bits, and the
// type of its identifier above them.
type class uint8

const (
	classPublique class = 1 << iota
	classInactive
	classMOA
	classMOAUniquement
	classType // the first bit of the type

	classes = 8 * classType
)

func (c class) kind() IdentifierType {
	return IdentifierTypes[min(int(c/classType), len(IdentifierTypes)-1)]
}

func classOf(s *Structure) class {
	c := class(max(slices.Index(IdentifierTypes, s.TypeIdentifiant), 0)) * classType
	return c | bitIf(s.Publique, classPublique) | bitIf(s.Inactive, classInactive) |
		bitIf(s.Parametres.EstMOA, classMOA) | bitIf(s.Parametres.EstMOAUniquement, classMOAUniquement)
}

func bitIf(is bool, bit class) class {
	if is {
		return bit
	}
	return 0
}

// column is an order of the rows: order has their numbers, rank the place of
// each, classes their classes in that order.
type column struct {
	order, rank []uint32
	classes     []class
}

// searchIndex holds the rows by idStructureCPP, in every order that a search
// can ask for, and by the parts of their texts.
//
// Parts are runs of three bytes. Each falls into one of a power of two of
// buckets; that two may share one only makes candidates that are then looked
// at. The rows of bucket b, ascending, are postings[starts[b]:starts[b+1]].
type searchIndex struct {
	rows     []row
	columns  map[SortColumn]column
	counts   [classes]int
	starts   []uint32
	postings []uint32
	recent   *recentSearches
}

// newSearchIndex sorts once for every search to come. The structures are sorted
// by id.
func newSearchIndex(structures []Structure) searchIndex {
	x := searchIndex{rows: make([]row, len(structures)), columns: map[SortColumn]column{}, recent: &recentSearches{}}
	var text strings.Builder
	for i := range structures {
		s := &structures[i]
		town, code := "", ""
		if s.Adresse != nil {
			town, code = s.Adresse.Ville, s.Adresse.CodePostal
		}
		r := &x.rows[i]
		r.s, r.class = s, classOf(s)
		text.Reset()
		for f, value := range [fields]string{s.RaisonSociale, s.Libelle, s.Nom, s.Prenom, town, code} {
			text.WriteString(strings.ToUpper(value))
			r.ends[f] = uint32(text.Len())
		}
		r.text = text.String()
		x.counts[r.class]++
	}
	for name, key := range sortKeys {
		x.columns[name] = x.sortedBy(key)
	}
	x.post()
	return x
}

// sortedBy is the order of a column. Ties keep the order of ids, so that pages
// never overlap.
func (x *searchIndex) sortedBy(key func(*Structure) string) column {
	type entry struct {
		key string
		row uint32
	}
	entries := make([]entry, len(x.rows))
	for i := range x.rows {
		entries[i] = entry{key(x.rows[i].s), uint32(i)}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.key, b.key), cmp.Compare(a.row, b.row))
	})
	c := column{make([]uint32, len(entries)), make([]uint32, len(entries)), make([]class, len(entries))}
	for i, e := range entries {
		c.order[i], c.rank[e.row], c.classes[i] = e.row, uint32(i), x.rows[e.row].class
	}
	return c
}

const (
	// runLength is how long a part of a text is.
	runLength = 3
	// minIndexed is how many structures are worth an index: fewer are read
	// through sooner.
	minIndexed = 64
	maxBuckets = 1 << 18
)

func bucketOf(text string, buckets int) uint32 {
	h := (uint32(text[0])<<16 | uint32(text[1])<<8 | uint32(text[2])) * 0x9e3779b1
	return h >> 7 & uint32(buckets-1)
}

// post fills the buckets: once to count, once to place.
func (x *searchIndex) post() {
	if len(x.rows) < minIndexed {
		return
	}
	buckets := 1 << 10
	for buckets < len(x.rows) && buckets < maxBuckets {
		buckets *= 2
	}
	x.starts = make([]uint32, buckets+1)
	x.eachPart(buckets, func(_, bucket uint32) { x.starts[bucket+1]++ })
	for b := range buckets {
		x.starts[b+1] += x.starts[b]
	}
	x.postings = make([]uint32, x.starts[buckets])
	next := slices.Clone(x.starts)
	x.eachPart(buckets, func(row, bucket uint32) {
		x.postings[next[bucket]] = row
		next[bucket]++
	})
}

// eachPart visits the buckets of each row, each once a row.
func (x *searchIndex) eachPart(buckets int, visit func(row, bucket uint32)) {
	seen := make([]uint32, buckets)
	for i := range x.rows {
		r := &x.rows[i]
		for f := range fields {
			text := r.field(f)
			for at := 0; at+runLength <= len(text); at++ {
				if b := bucketOf(text[at:], buckets); seen[b] != uint32(i)+1 {
					seen[b] = uint32(i) + 1
					visit(uint32(i), b)
				}
			}
		}
	}
}

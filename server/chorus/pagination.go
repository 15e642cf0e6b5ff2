package chorus

import (
	"cmp"
	"math"
	"slices"
)

// pagination is the page that a request asks for. Every operation names the
// object differently, and all agree on what is in it. Each property may be
// absent, null or zero.
type pagination struct {
	Page    int64  `json:"pageResultatDemandee"`
	Taille  int64  `json:"nbResultatsParPage"`
	Colonne string `json:"triColonne"`
	Sens    string `json:"triSens"`
}

const (
	// defaultPageSize is what the annex of the official specification says
	// and what a recorded answer shows (218 results on 22 pages).
	defaultPageSize = 10
	// maxPageSize bounds an answer to some megabytes. Clients ask for 1000
	// and 9999999999 results a page and are not refused; how many they get
	// when there are more is not known.
	maxPageSize = 10_000
)

// window is a pagination made whole: Offset results are skipped, Size follow.
type window struct {
	page         int64
	offset, size int
}

// window takes a page or a size below 1 for one not given.
func (p *pagination) window() window {
	w := window{page: max(p.Page, 1), size: defaultPageSize}
	if p.Taille > 0 {
		w.size = int(min(p.Taille, maxPageSize))
	}
	w.offset = math.MaxInt
	if before := w.page - 1; before <= math.MaxInt/maxPageSize {
		w.offset = int(before) * w.size
	}
	return w
}

// ascending tells the direction; Descendant is the official default.
func (p *pagination) ascending() bool { return p.Sens == "Ascendant" }

// parametresRetour is where a page stands among the results.
type parametresRetour struct {
	PageCourante       int `json:"pageCourante"`
	Pages              int `json:"pages"`
	NbResultatsParPage int `json:"nbResultatsParPage"`
	Total              int `json:"total"`
}

// among describes the page of a search that found total results. A page beyond
// the last is echoed, as far as the contract's int32 goes.
func (w window) among(total int) parametresRetour {
	return parametresRetour{
		PageCourante: int(min(w.page, math.MaxInt32)), Pages: (total + w.size - 1) / w.size,
		NbResultatsParPage: w.size, Total: total,
	}
}

// cut is the part of a list that a page shows.
func cut[T any](all []T, w window) []T {
	from := min(w.offset, len(all))
	return all[from : from+min(w.size, len(all)-from)]
}

// order sorts a list by a column, then by id so that pages never overlap;
// Descendant is the exact reverse of Ascendant.
func order[T any](all []T, p *pagination, by func(a, b T) int, id func(T) int64) {
	slices.SortFunc(all, func(a, b T) int {
		return cmp.Or(by(a, b), cmp.Compare(id(a), id(b)))
	})
	if !p.ascending() {
		slices.Reverse(all)
	}
}

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

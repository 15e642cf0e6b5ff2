package portal

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chorus-qualif/server/qualif"
)

// pageSize is "5 lignes par page".
const pageSize = 5

// column is one of the sortable columns of "Mes structures".
type column struct {
	// Key is in the address, and names the sentence of the heading.
	Key  string
	Name string
	// Sort is "ascending", "descending" or "none", as aria-sort says it.
	Sort string
	// Link sorts by it, the other way round if it sorts already.
	Link string

	compare func(a, b structureRow) int
}

// structureRow is a structure as the list shows it.
type structureRow struct {
	Identifiant, RaisonSociale, Created, Services, Status, Path string

	membership membership
}

func structureColumns() []column {
	return []column{
		{Key: "identifiant", compare: func(a, b structureRow) int { return cmp.Compare(a.Identifiant, b.Identifiant) }},
		{Key: "raison-sociale", compare: func(a, b structureRow) int {
			return cmp.Compare(strings.ToUpper(a.RaisonSociale), strings.ToUpper(b.RaisonSociale))
		}},
		{Key: "date-creation", compare: func(a, b structureRow) int {
			return a.membership.Structure.DateCreation.Compare(b.membership.Structure.DateCreation)
		}},
		{Key: "services", compare: func(a, b structureRow) int {
			return cmp.Compare(len(a.membership.Structure.Services), len(b.membership.Structure.Services))
		}},
		{Key: "statut", compare: func(a, b structureRow) int { return cmp.Compare(a.Status, b.Status) }},
	}
}

// pager is the bar above a list.
type pager struct {
	Page, Pages, Total          int
	First, Previous, Next, Last string
}

// managerPage is "Activités du gestionnaire".
type managerPage struct {
	Columns []column
	Rows    []structureRow
	Pager   pager
	CSV     string
}

func (c *call) structureRows() []structureRow {
	var rows []structureRow
	for _, m := range c.managed() {
		rows = append(rows, structureRow{
			Identifiant: m.Structure.Identifiant, RaisonSociale: m.Structure.Designation(), Created: screenDay(m.Structure.DateCreation),
			Services: count(len(m.Structure.Services)), Status: structureStatus(m.Structure), Path: structurePath(m.Structure.Identifiant),
			membership: m,
		})
	}
	return rows
}

func structureStatus(s *qualif.Structure) string {
	if s.Inactive {
		return "INACTIF"
	}
	return "ACTIF"
}

// count shows a number, and nothing when there is none.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// sorted sorts the rows as the address asks, and completes the columns.
func (c *call) sorted(rows []structureRow) []column {
	columns := structureColumns()
	by, descending := c.g.Query("tri"), c.g.Query("sens") == "desc"
	for i := range columns {
		one := &columns[i]
		one.Name, one.Sort, one.Link = c.locale.say("column."+one.Key), "none", withQuery(manager2020, "tri", one.Key)
		if one.Key != by {
			continue
		}
		one.Sort = "ascending"
		slices.SortStableFunc(rows, one.compare)
		if descending {
			one.Sort = "descending"
			slices.Reverse(rows)
		} else {
			one.Link = withQuery(manager2020, "tri", one.Key, "sens", "desc")
		}
	}
	return columns
}

func (c *call) showManager() {
	rows := c.structureRows()
	page := managerPage{Columns: c.sorted(rows)}
	tri, sens := c.g.Query("tri"), c.g.Query("sens")
	page.Rows, page.Pager = cut(rows, c.g.Query("page"), func(n string) string { return withQuery(manager2020, "tri", tri, "sens", sens, "page", n) })
	if c.profile.ExportCSV {
		page.CSV = withQuery(structuresCSV, "tri", tri, "sens", sens)
	}
	c.show(http.StatusOK, "gestionnaire.2020", "manager-activities", "gestionnaire", page)
}

// cut is the page of a list that the address asks for; one that is not there is
// the nearest.
func cut[T any](all []T, asked string, link func(page string) string) ([]T, pager) {
	last := max(1, (len(all)+pageSize-1)/pageSize)
	number, _ := strconv.Atoi(asked)
	number = min(max(number, 1), last)
	p := pager{Page: number, Pages: last, Total: len(all)}
	if number > 1 {
		p.First, p.Previous = link("1"), link(strconv.Itoa(number-1))
	}
	if number < last {
		p.Next, p.Last = link(strconv.Itoa(number+1)), link(strconv.Itoa(last))
	}
	return all[(number-1)*pageSize : min(number*pageSize, len(all))], p
}

// exportStructures is "Exporter au format CSV": the columns that the screen
// shows, all rows, in its order. No source shows the file: semicolons and UTF-8
// with its mark are what French spreadsheets open by themselves.
func (c *call) exportStructures() {
	if !c.profile.ExportCSV {
		c.fail(http.StatusNotFound, c.locale.say("page-unknown"))
		return
	}
	rows := c.structureRows()
	var head []string
	for _, one := range c.sorted(rows) {
		head = append(head, one.Name)
	}
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = ';', true
	_ = w.Write(head) // a Buffer takes everything
	for _, r := range rows {
		_ = w.Write([]string{r.Identifiant, r.RaisonSociale, r.Created, r.Services, r.Status})
	}
	w.Flush()
	c.download("mes-structures.csv", "text/csv; charset=utf-8", out.Bytes())
}

package portal

import (
	"bytes"
	"net/http"
	"sync"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// generationDelay is how long the generation of a data set takes, on the
// sandbox's clock: guides of editors say minutes, the number is our choice.
const generationDelay = 5 * time.Minute

// generations holds when the data set of each sandbox was last generated. A
// sandbox's data set is chosen when the sandbox is made and never changes, so
// that nobody takes it from under a colleague: generating it hands it out anew,
// and all that is new is the time it takes.
type generations struct {
	mu    sync.Mutex
	asked map[string]generation
}

type generation struct {
	// founded is the life of the sandbox that it was asked in.
	founded, at time.Time
}

func newGenerations() *generations { return &generations{asked: map[string]generation{}} }

func (all *generations) ask(sandbox *sandboxes.Sandbox) {
	all.mu.Lock()
	defer all.mu.Unlock()
	sandbox.Read(func(v sandboxes.View) { all.asked[sandbox.Name()] = generation{v.StartedAt, v.Present} })
}

// ready is when the data set can be had: the start of the sandbox when nobody
// generated it anew.
func (all *generations) ready(sandbox *sandboxes.Sandbox) (asked, ready time.Time) {
	all.mu.Lock()
	last := all.asked[sandbox.Name()]
	all.mu.Unlock()
	sandbox.Read(func(v sandboxes.View) {
		asked, ready = v.StartedAt, v.StartedAt
		if last.founded.Equal(v.StartedAt) && !last.at.IsZero() {
			asked, ready = last.at, last.at.Add(generationDelay)
		}
	})
	return asked, ready
}

// matelasPage is the data set as people consult it.
type matelasPage struct {
	domainPage
	DataSet           string
	Generated         string
	ReadyAt           string
	Ready, Confirming bool
	Download          bool
	Total             int
	Rows              []matelasRow
}

// matelasRow is a structure of the data set with its gestionnaire principal.
type matelasRow struct {
	Kind, Siret, Name, Login, Password string
}

// maxMatelasRows bounds the page; the file has them all.
const maxMatelasRows = 200

func (c *call) showMatelas()       { c.matelasPage(http.StatusOK, false) }
func (c *call) confirmGeneration() { c.matelasPage(http.StatusOK, true) }

func (c *call) matelasPage(status int, confirming bool) {
	asked, ready := c.p.matelas.ready(c.sandbox)
	page := matelasPage{
		domainPage: c.domainPage("matelas-de-donnees", nil), Generated: screenInstant(asked), ReadyAt: screenInstant(ready),
		Ready: !c.now.Before(ready), Confirming: confirming, Download: c.p.matelasCSV != nil,
	}
	c.sandbox.Read(func(v sandboxes.View) {
		page.DataSet, page.Total = v.Data().Name, len(v.Data().Structures)
		if page.Ready {
			page.Rows = c.matelasRows(v)
		}
	})
	c.modal = confirming
	c.show(status, "matelas.2022", "domain.matelas-de-donnees", "domaines", page)
}

func (c *call) matelasRows(v sandboxes.View) []matelasRow {
	all := v.Data().Structures
	rows := make([]matelasRow, 0, min(len(all), maxMatelasRows))
	for i := range all[:min(len(all), maxMatelasRows)] {
		row := matelasRow{Kind: c.locale.say("private"), Siret: all[i].Identifiant, Name: all[i].Designation()}
		if all[i].Publique {
			row.Kind = c.locale.say("public")
		}
		if login, ok := v.ManagerOf(all[i].ID); ok {
			if person, ok := v.Data().Person(login); ok {
				row.Login, row.Password = person.Login, v.PersonPassword(person)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func (c *call) generate() {
	c.p.matelas.ask(c.sandbox)
	c.tell(true, c.locale.say("matelas-asked", int(generationDelay/time.Minute)))
	c.redirect(matelas2022)
}

// downloadMatelas is the portal's own file, once the data set is there.
func (c *call) downloadMatelas() {
	_, ready := c.p.matelas.ready(c.sandbox)
	switch {
	case c.p.matelasCSV == nil:
		c.fail(http.StatusNotFound, c.locale.say("page-unknown"))
		return
	case c.now.Before(ready):
		c.errors[""] = c.locale.say("matelas-not-ready", screenInstant(ready))
		c.matelasPage(http.StatusConflict, false)
		return
	}
	var data *qualif.DataSet
	c.sandbox.Read(func(v sandboxes.View) { data = v.Data() })
	var out bytes.Buffer
	err := c.p.matelasCSV(&out, data, func(login string) (password string) {
		c.sandbox.Read(func(v sandboxes.View) {
			if person, ok := v.Data().Person(login); ok {
				password = v.PersonPassword(person)
			}
		})
		return password
	})
	if err != nil {
		c.errors[""] = c.locale.say("matelas-unwritable", err)
		c.matelasPage(http.StatusConflict, false)
		return
	}
	c.download("matelas-structures-et-utilisateurs.csv", "text/csv; charset=utf-8", out.Bytes())
}

// download answers with a file to keep.
func (c *call) download(name, kind string, body []byte) {
	c.g.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	c.g.Data(http.StatusOK, kind, body)
}

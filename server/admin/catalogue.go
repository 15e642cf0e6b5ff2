package admin

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/wire"
)

type switchView struct {
	Key      string   `json:"key"`
	Values   []string `json:"values"`
	Default  string   `json:"default"`
	Doc      string   `json:"doc"`
	Evidence string   `json:"evidence"`
}

func (a *Admin) listSwitches(*gin.Context, []byte) wire.Reply {
	list := struct {
		Switches []switchView `json:"switches"`
	}{}
	for _, s := range qualif.AllSwitches() {
		list.Switches = append(list.Switches, switchView{s.Key, s.Values, s.Default(), s.Doc, s.Evidence})
	}
	return wire.JSON(http.StatusOK, list)
}

type profileView struct {
	Name   string            `json:"name"`
	Values map[string]string `json:"values"`
}

func (a *Admin) listProfiles(*gin.Context, []byte) wire.Reply {
	list := struct {
		Profiles []profileView `json:"profiles"`
	}{}
	for _, p := range qualif.Profiles() {
		values := map[string]string{}
		for _, row := range p.Rows() {
			values[row.Key] = row.Value
		}
		list.Profiles = append(list.Profiles, profileView{p.Name, values})
	}
	return wire.JSON(http.StatusOK, list)
}

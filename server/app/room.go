package app

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/fixtures"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/controlroom"
	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/stage"
)

// newRoom makes the control room, whose pages are at the root of the admin
// listener.
func (a *App) newRoom(api http.Handler, performances *stage.Stage) *controlroom.Room {
	names := []string{fixtures.BuiltinName}
	for _, set := range a.o.DataSets {
		if set.Name != fixtures.BuiltinName {
			names = append(names, set.Name)
		}
	}
	return controlroom.New(controlroom.Options{
		Registry: a.registry, Requests: a.watch.requests, Faults: a.watch.faults, Webhooks: a.watch.webhooks,
		API: api, Documents: a.o.Contracts, Refusals: refusals(), Log: a.o.Log, Wall: a.o.Wall, Token: a.o.AdminToken,
		DataSets: names, PlatformURL: a.PlatformURL, MailURL: a.MailURL,
		Compose: compose, MailState: a.mailState, RunsChanged: performances.Changed, Version: a.o.Version.Version,
	})
}

// furnish puts the control room beside the control API that register adds: its
// visitors are let in before the guard, which goes for both.
func (a *App) furnish(engine *gin.Engine, performances *stage.Stage, register func(*gin.Engine)) {
	a.room = a.newRoom(engine, performances)
	engine.Use(a.room.Admit)
	register(engine)
	a.room.Register(engine)
}

// newStage is where scenarios are performed on this very server.
func (a *App) newStage() *stage.Stage {
	return stage.New(stage.Options{
		Contracts: a.o.Contracts, Wall: a.o.Wall, Tool: "chorus-qualif " + a.o.Version.Version, Ending: a.watch.ending,
		DataSet: fixtures.BuiltinName,
		Target: func() replay.Target {
			return replay.Target{Kind: result.Server, Platform: urlOf(a.Addr()), Admin: a.AdminURL(), AdminToken: a.o.AdminToken}
		},
	})
}

// mailState is where a notification stands, in a word.
func (a *App) mailState(sandbox, mail string) string {
	state, _, _ := a.delivery(sandbox, mail)
	return state
}

// compose writes a notification's bodies.
func compose(m *qualif.Mail, sandbox string) (text, html string) {
	message := mailbox.Compose(m, sandbox)
	return message.Text, message.HTML
}

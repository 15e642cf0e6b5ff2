package admin

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/webhooks"
	"chorus-qualif/server/wire"
)

type hookView struct {
	Name      string   `json:"name"`
	URL       string   `json:"url"`
	Secret    string   `json:"secret"`
	Kinds     []string `json:"kinds"`
	Sent      uint64   `json:"sent"`
	Dropped   uint64   `json:"dropped"`
	LastError *string  `json:"lastError"`
}

func viewHook(h webhooks.Hook) hookView {
	view := hookView{Name: h.Name, URL: h.URL, Secret: h.Secret, Kinds: append([]string{}, h.Kinds...), Sent: h.Sent, Dropped: h.Dropped}
	if h.LastError != "" {
		view.LastError = &h.LastError
	}
	return view
}

func (a *Admin) listWebhooks(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	list := struct {
		Webhooks []hookView `json:"webhooks"`
	}{[]hookView{}}
	for _, h := range a.o.Webhooks.List(sb) {
		list.Webhooks = append(list.Webhooks, viewHook(h))
	}
	return wire.JSON(http.StatusOK, list)
}

func (a *Admin) putWebhook(g *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	given, refused := read[struct {
		URL    string   `json:"url"`
		Secret string   `json:"secret"`
		Kinds  []string `json:"kinds"`
	}](body)
	if refused != nil {
		return *refused
	}
	h, err := a.o.Webhooks.Put(sb, g.Param("webhook"), webhooks.Spec{URL: given.URL, Secret: given.Secret, Kinds: given.Kinds})
	switch {
	case errors.Is(err, webhooks.ErrLimit):
		return wire.Refuse(http.StatusConflict, "webhook-limit", err.Error())
	case errors.Is(err, webhooks.ErrPrivate):
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "webhook-private", Field: "url", Detail: err.Error()})
	case err != nil:
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "webhook-refused", Field: "url", Detail: err.Error()})
	}
	return wire.JSON(http.StatusOK, viewHook(h))
}

func (a *Admin) deleteWebhook(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	a.o.Webhooks.Remove(sb, g.Param("webhook"))
	return wire.Reply{Status: http.StatusNoContent}
}

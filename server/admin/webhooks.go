package admin

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/qualif"
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

type deliveryView struct {
	ID             string  `json:"id"`
	Event          uint64  `json:"event"`
	Kind           string  `json:"kind"`
	At             string  `json:"at"`
	Outcome        string  `json:"outcome"`
	Attempts       int     `json:"attempts"`
	FirstAttemptAt *string `json:"firstAttemptAt"`
	LastAttemptAt  *string `json:"lastAttemptAt"`
	NextAttemptAt  *string `json:"nextAttemptAt"`
	LastError      *string `json:"lastError"`
}

func viewDelivery(d webhooks.Delivery) deliveryView {
	view := deliveryView{
		ID: d.ID, Event: d.Event, Kind: d.Kind, At: qualif.FormatInstant(d.At), Outcome: outcomeOf(d), Attempts: d.Attempts,
		FirstAttemptAt: wire.InstantOrNull(d.FirstAttempt), LastAttemptAt: wire.InstantOrNull(d.LastAttempt), NextAttemptAt: wire.InstantOrNull(d.NextAttempt),
	}
	if d.Error != "" {
		view.LastError = &d.Error
	}
	return view
}

func outcomeOf(d webhooks.Delivery) string { return strings.ReplaceAll(string(d.Outcome), " ", "-") }

func (a *Admin) listDeliveries(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	h, err := a.o.Webhooks.Get(sb, g.Param("webhook"))
	if err != nil {
		return wire.Refuse(http.StatusNotFound, "webhook-unknown", err.Error())
	}
	list := struct {
		Deliveries []deliveryView `json:"deliveries"`
	}{[]deliveryView{}}
	wanted := g.Query("outcome")
	for _, d := range h.Deliveries {
		if wanted == "" || wanted == outcomeOf(d) {
			list.Deliveries = append(list.Deliveries, viewDelivery(d))
		}
	}
	return wire.JSON(http.StatusOK, list)
}

func (a *Admin) redeliver(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	d, err := a.o.Webhooks.Redeliver(g.Request.Context(), sb, g.Param("webhook"), g.Param("delivery"))
	switch {
	case errors.Is(err, webhooks.ErrNoHook):
		return wire.Refuse(http.StatusNotFound, "webhook-unknown", err.Error())
	case errors.Is(err, webhooks.ErrTrying):
		return wire.Refuse(http.StatusConflict, "delivery-under-way", err.Error())
	case err != nil:
		return wire.Refuse(http.StatusNotFound, "delivery-unknown", err.Error())
	}
	return wire.JSON(http.StatusOK, viewDelivery(d))
}

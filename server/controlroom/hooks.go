package controlroom

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/webhooks"
)

type webhooksPart struct {
	Rows []hookRow
	// Kinds are those of the events there were so far.
	Kinds []string
	Form  hookForm
}

// shownDeliveries is how many a webhook shows; the control API tells of more.
const shownDeliveries = 20

type hookRow struct {
	webhooks.Hook
	Wanted string
	// Latest are the deliveries, the last first.
	Latest []webhooks.Delivery
}

// hookForm is what a person typed, shown again when it is refused.
type hookForm struct {
	Name, URL, Kinds, Secret string
	Wrong                    []string
}

// webhooks lists who is told of the sandbox's events.
func (p *page) webhooks(r *Room, sb *sandboxes.Sandbox) {
	part := &webhooksPart{}
	for _, h := range r.o.Webhooks.List(sb) {
		row := hookRow{Hook: h, Wanted: strings.Join(h.Kinds, ", "), Latest: h.Deliveries[max(0, len(h.Deliveries)-shownDeliveries):]}
		slices.Reverse(row.Latest)
		part.Rows = append(part.Rows, row)
	}
	if h, err := r.histories.of(sb); err == nil {
		part.Kinds = h.kinds()
	}
	p.Webhooks = part
}

// kinds are those of the events so far, sorted.
func (h *history) kinds() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := map[string]bool{}
	for _, b := range h.briefs {
		seen[string(b.Kind)] = true
	}
	return sortedKeys(seen)
}

// addWebhook asks for a webhook; a name that is taken is refused.
func (r *Room) addWebhook(v *visit, sb *sandboxes.Sandbox) {
	form := hookForm{
		Name: strings.TrimSpace(v.g.PostForm("name")), URL: strings.TrimSpace(v.g.PostForm("url")),
		Kinds: strings.TrimSpace(v.g.PostForm("kinds")), Secret: v.g.PostForm("secret"),
	}
	taken := slices.ContainsFunc(r.o.Webhooks.List(sb), func(h webhooks.Hook) bool { return h.Name == form.Name })
	var err error
	switch {
	case form.Name == "":
		err = errForm("Under which name?")
	case taken:
		err = errForm("A webhook is called " + form.Name + " already: remove it first, or choose another name.")
	default:
		body := map[string]any{"url": form.URL}
		if kinds := strings.FieldsFunc(form.Kinds, func(c rune) bool { return c == ',' || c == ';' || c == ' ' || c == '\n' || c == '\r' }); len(kinds) > 0 {
			body["kinds"] = kinds
		}
		if form.Secret != "" {
			body["secret"] = form.Secret
		}
		err = v.ask(sb, http.MethodPut, body, "webhooks", form.Name).read(nil)
	}
	if err != nil {
		form.Wrong = reasons(err)
		v.showScreen(http.StatusUnprocessableEntity, sb, screenNamed("webhooks"), func(p *page) { p.Webhooks.Form = form })
		return
	}
	v.done(notice{true, "Events go to webhook " + form.Name + " from now on."}, "/sandboxes/"+sb.Name()+"/webhooks")
}

func (r *Room) removeWebhook(v *visit, sb *sandboxes.Sandbox) {
	name := v.g.PostForm("name")
	r.o.Webhooks.Remove(sb, name)
	v.done(notice{true, "Webhook " + name + " is gone."}, "/sandboxes/"+sb.Name()+"/webhooks")
}

// redeliver sends a delivery once more, and tells whether it was taken.
func (r *Room) redeliver(v *visit, sb *sandboxes.Sandbox) {
	name := v.g.PostForm("name")
	var told struct {
		Event uint64 `json:"event"`
		Error string `json:"lastError"`
	}
	err := v.ask(sb, http.MethodPost, nil, "webhooks", name, "deliveries", v.g.PostForm("delivery"), "redeliver").read(&told)
	said := notice{true, fmt.Sprintf("Webhook %s took event %d.", name, told.Event)}
	switch {
	case err != nil:
		said = notice{false, strings.Join(reasons(err), " ")}
	case told.Error != "":
		said = notice{false, fmt.Sprintf("Webhook %s did not take event %d: %s", name, told.Event, told.Error)}
	}
	v.done(said, "/sandboxes/"+sb.Name()+"/webhooks")
}

package record

import (
	"encoding/json"
	"slices"

	"go.yaml.in/yaml/v4"

	"chorus-qualif/server/client"
)

// application is what an event says of a PISTE application.
type application struct {
	Name          string   `json:"name"`
	ClientID      string   `json:"clientId"`
	Enabled       bool     `json:"enabled"`
	Subscriptions []string `json:"subscriptions"`
	Terms         []string `json:"terms"`
	Raccordements []int64  `json:"raccordements"`
}

func applicationOf(e *client.Event) (a application, ok bool) {
	var data struct {
		Application application `json:"application"`
	}
	err := json.Unmarshal(e.Data, &data)
	return data.Application, e.Kind == "ApplicationChanged" && err == nil
}

// application tells a change of a PISTE application, by the control API or by a
// "raccordement" declared on a page of the portal: putApplication does both.
func (t *tape) application(what string, e *client.Event) {
	now, ok := applicationOf(e)
	if !ok {
		t.fail(what, "it cannot be read")
		return
	}
	before, known := t.applicationBefore(now.Name, e.Seq)
	s := t.control("putApplication", "putApplication", "The PISTE application "+now.Name+" is registered or changed, by the control API or on a page of the portal.")
	s.parameter("application", "path", t.reference("", now.Name))
	s.payload = mapping()
	add := func(name string, value *yaml.Node) { s.payload.Content = append(s.payload.Content, text(name), value) }
	if !known || now.Enabled != before.Enabled {
		add("enabled", boolean(now.Enabled))
	}
	if !known || !slices.Equal(now.Subscriptions, before.Subscriptions) {
		add("subscriptions", texts(now.Subscriptions))
	}
	if !known || !slices.Equal(now.Terms, before.Terms) {
		add("terms", texts(now.Terms))
	}
	if !slices.Equal(now.Raccordements, before.Raccordements) {
		add("raccordements", texts(t.sirets(what, now.Raccordements)))
	}
	s.criterion("$statusCode == 200")
	if !known {
		t.learn("s"+now.ClientID, source{step: s, pointer: "/clientId"})
		t.clients[now.ClientID] = s
	}
}

// applicationBefore is an application before an event.
func (t *tape) applicationBefore(name string, seq int64) (a application, known bool) {
	for i := range t.o.Events {
		if e := &t.o.Events[i]; e.Seq < seq {
			if one, ok := applicationOf(e); ok && one.Name == name {
				a, known = one, true
			}
		}
	}
	return a, known
}

// sirets are those of structures, which the journal tells of those that have
// technical accounts.
func (t *tape) sirets(what string, ids []int64) []string {
	known := map[int64]string{}
	type structure struct {
		ID    int64  `json:"idStructure"`
		Siret string `json:"siret"`
	}
	for _, e := range t.o.Events {
		var data struct {
			structure
			Account structure `json:"account"`
		}
		if json.Unmarshal(e.Data, &data) == nil {
			known[data.ID], known[data.Account.ID] = data.Siret, data.Account.Siret
		}
	}
	var all []string
	for _, id := range ids {
		siret, ok := known[id]
		if !ok {
			t.fail(what, "the SIRET of structure %d is not in the journal: put the application by a step by hand", id)
		}
		all = append(all, siret)
	}
	return all
}

// secretOf learns the secret of an application that was registered meanwhile,
// from the call that it got a token by.
func (t *tape) secretOf(clientID, secret string) {
	if s, ok := t.clients[clientID]; ok {
		t.learn("s"+secret, source{step: s, pointer: "/clientSecret"})
	}
}

func boolean(value bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "false"}
	if value {
		n.Value = "true"
	}
	return n
}

func texts(all []string) *yaml.Node {
	n := sequence()
	n.Style = yaml.FlowStyle
	for _, one := range all {
		n.Content = append(n.Content, text(one))
	}
	return n
}

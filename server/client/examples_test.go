package client_test

import (
	"encoding/json"
	"testing"

	"github.com/goccy/go-yaml"

	"chorus-qualif/server/app/apptest"
	"chorus-qualif/server/client"
)

// The examples of the contract hold every property; what a walk through a small
// sandbox does not meet is met here.
func TestTheContractsExamplesFitTheTypes(t *testing.T) {
	t.Parallel()
	answers := map[string]func() any{
		"listSandboxes": of[client.SandboxPage], "putSandbox": of[client.SandboxInfo], "getCredentials": of[client.Credentials],
		"getClock": of[client.Clock], "advanceClock": of[client.Advanced], "listMails": of[client.MailPage], "getMail": of[client.CapturedMail],
		"getMailDelivery": of[client.MailDelivery], "getJournal": of[client.JournalPage], "listRequests": of[client.RequestPage],
		"getRequest": of[client.Request], "verifyRequests": of[client.Verified], "getUsage": of[client.Usage], "getFault": of[client.Fault],
		"putFault": of[client.Fault], "waitEvent": of[client.Event], "explainAccount": of[client.AccountExplained], "explainToken": of[client.TokenExplained],
		"explainStructure": of[client.StructureExplained], "explainFlux": of[client.FluxExplained], "putWebhook": of[client.Webhook],
		"redeliverWebhook": of[client.WebhookDelivery],
		"version":          of[client.Version], "putApplication": of[client.Application], "putSnapshot": of[client.Snapshot],
	}
	tried := 0
	for id, examples := range examplesOf(t) {
		for name, example := range examples {
			if answers[id] == nil {
				continue
			}
			value := answers[id]()
			text, err := json.Marshal(example)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, value); err != nil {
				t.Errorf("%s, %s: %v", id, name, err)
				continue
			}
			var said, kept any
			again, err := json.Marshal(value)
			if err != nil || json.Unmarshal(again, &kept) != nil || json.Unmarshal(text, &said) != nil {
				t.Fatal(err)
			}
			if missing := lost("", said, kept); len(missing) > 0 {
				t.Errorf("%s, %s: the client's value lacks %v", id, name, missing)
			}
			tried++
		}
	}
	if tried < len(answers) {
		t.Errorf("got %d examples for %d types", tried, len(answers))
	}
}

func of[T any]() any { return new(T) }

// examplesOf are the examples of what each operation answers with 200.
func examplesOf(t *testing.T) map[string]map[string]any {
	t.Helper()
	var contract struct {
		Paths map[string]map[string]any
	}
	for _, document := range apptest.Contracts(t).Documents() {
		if document.Name == "admin" {
			if err := yaml.Unmarshal(document.YAML, &contract); err != nil {
				t.Fatal(err)
			}
		}
	}
	all := map[string]map[string]any{}
	for _, item := range contract.Paths {
		for _, member := range item {
			operation, _ := member.(map[string]any)
			id, _ := operation["operationId"].(string)
			examples, _ := within(operation, "responses", "200", "content", "application/json", "examples").(map[string]any)
			for name, example := range examples {
				if all[id] == nil {
					all[id] = map[string]any{}
				}
				all[id][name] = within(example, "value")
			}
		}
	}
	return all
}

func within(value any, path ...string) any {
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

package control

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"chorus-qualif/server/client"
)

// Candidate is what a shell may complete a word to.
type Candidate struct{ Value, Doc string }

// Files stands for the names of files, where a tag says what completes a value.
const Files = "file"

// patience is how long the server may take to tell what could come next.
const patience = time.Second

// Argument comes before the name of a positional argument among what was given.
const Argument = "argument "

// Values lists what may stand where a tag "complete" says what: from the running
// server, for the sandbox that the flags given so far or the environment name.
// It is empty when the server does not answer.
func Values(r *Run, given map[string]string, what string) []Candidate {
	if fixed := fixedValues(what); fixed != nil {
		return fixed
	}
	outside := func(flag, variable string) string {
		value, _ := r.Lookup(variable)
		return cmp.Or(given[flag], value)
	}
	at := remote{AdminURL: outside("admin-url", "QUALIF_ADMIN_URL"), AdminToken: outside("admin-token", "QUALIF_ADMIN_TOKEN"), Sandbox: outside("sandbox", "QUALIF_SANDBOX")}
	s, err := at.open(r)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.Context, patience)
	defer cancel()
	if what == "delivery" {
		list, _ := s.sandbox.WebhookDeliveries(ctx, given[Argument+"webhook"], "")
		return gather(list, func(d client.WebhookDelivery) Candidate { return Candidate{d.ID, d.Outcome + " " + d.Kind} })
	}
	return s.values(ctx, what)
}

// fixedValues are those that no server has to tell.
func fixedValues(what string) []Candidate {
	switch what {
	case "step":
		return words("next", "idle", "30m", "1h", "P1D", "P60D", "P424D")
	case "clock":
		return words("real", "frozen", "frozen@", "offset@", "60")
	case "status":
		return words("EN_CREATION", "ACTIF", "EN_DESACTIVATION", "INACTIF", "EN_REACTIVATION", "SUPPRIME")
	case "statut":
		return words("BROUILLON", "A_VALIDER_1", "REFUSEE_1", "VALIDEE_1", "DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION", "SERVICE_FAIT",
			"MANDATEE", "MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE", "MISE_EN_PAIEMENT", "SUSPENDUE", "COMPLETEE", "REJETEE", "A_RECYCLER", "SUPPRIMEE")
	case "etat":
		return words("IN_RECU", "IN_TRAITE_SE_CPP", "IN_EN_COURS_TRAITEMENT_CPP", "IN_INTEGRE", "IN_INTEGRE_PARTIEL", "IN_REJETE", "IN_INCIDENTE")
	case "api":
		return words("factures", "structures", "transverses", "utilisateurs", "engagementsJuridiques", "facturesTravaux", nobody)
	case "outcome":
		return words("trying", "taken", "given-up")
	}
	return nil
}

func words(all ...string) []Candidate {
	return gather(all, func(word string) Candidate { return Candidate{Value: word} })
}

// gather makes candidates of a list.
func gather[T any](list []T, of func(T) Candidate) []Candidate {
	all := make([]Candidate, 0, len(list))
	for _, each := range list {
		all = append(all, of(each))
	}
	return all
}

// values asks the server; what it does not tell is left out, since nobody is
// there to read an error.
func (s *session) values(ctx context.Context, what string) []Candidate {
	const most = 1000
	switch what {
	case "sandbox":
		page, _ := s.client.Sandboxes(ctx, client.SandboxQuery{Limit: most})
		return gather(page.Sandboxes, func(i client.SandboxInfo) Candidate { return Candidate{i.Name, moment(i.Clock.Now)} })
	case "snapshot":
		list, _ := s.sandbox.Snapshots(ctx)
		return gather(list, func(i client.Snapshot) Candidate { return Candidate{i.Name, moment(i.At)} })
	case "profile":
		list, _ := s.client.Profiles(ctx)
		return gather(list, func(p client.Profile) Candidate { return Candidate{Value: p.Name} })
	case "switch":
		list, _ := s.client.Switches(ctx)
		var all []Candidate
		for _, each := range list {
			all = append(all, gather(each.Values, func(v string) Candidate { return Candidate{each.Key + "=" + v, each.Doc} })...)
		}
		return all
	case "login":
		list, _ := s.sandbox.Accounts(ctx)
		return gather(list, func(a client.Account) Candidate { return Candidate{a.Login, a.Status} })
	case "due", "due-id":
		_, list, _ := s.sandbox.Timeline(ctx, time.Time{})
		return gather(list, func(d client.Due) Candidate {
			if what == "due" {
				return Candidate{d.Kind, ""}
			}
			return Candidate{strconv.FormatInt(d.ID, 10), due(&d)}
		})
	case "mail", "mail-kind":
		page, _ := s.sandbox.Mails(ctx, client.MailQuery{Limit: most})
		return gather(page.Mails, func(m client.Mail) Candidate {
			if what == "mail" {
				return Candidate{m.ID, m.Subject}
			}
			return Candidate{m.Kind, ""}
		})
	}
	if named := s.named(ctx, what); named != nil {
		return named
	}
	return s.observed(ctx, what)
}

// named asks about what the sandbox has names for.
func (s *session) named(ctx context.Context, what string) (all []Candidate) {
	switch what {
	case "application":
		list, _ := s.sandbox.Applications(ctx)
		return gather(list, func(a client.Application) Candidate { return Candidate{a.Name, listed(a.Subscriptions)} })
	case "webhook":
		list, _ := s.sandbox.Webhooks(ctx)
		return gather(list, func(h client.Webhook) Candidate { return Candidate{h.Name, h.URL} })
	case "siret":
		given, _ := s.sandbox.Credentials(ctx)
		for _, m := range given.Managers {
			all = append(all, gather(m.Structures, func(siret string) Candidate { return Candidate{siret, m.Login} })...)
		}
	case "flow":
		return s.subjects(ctx, "FluxDepose")
	case "invoice":
		return s.subjects(ctx, "FactureDeposee")
	case "event":
		page, _ := s.sandbox.Journal(ctx, 0, 1000)
		seen := map[string]bool{}
		for _, e := range page.Events {
			if !seen[e.Kind] {
				all = append(all, Candidate{Value: e.Kind})
			}
			seen[e.Kind] = true
		}
	}
	return all
}

// subjects are what events of a kind are about, as far as a page of the journal
// goes.
func (s *session) subjects(ctx context.Context, kind string) (all []Candidate) {
	page, _ := s.sandbox.Journal(ctx, 0, 1000)
	for _, e := range page.Events {
		if e.Kind == kind {
			all = append(all, Candidate{e.Subject, moment(e.At)})
		}
	}
	return all
}

// observed asks about calls and faults.
func (s *session) observed(ctx context.Context, what string) []Candidate {
	switch what {
	case "request":
		page, _ := s.sandbox.Requests(ctx, client.RequestQuery{Limit: 1000})
		return gather(page.Requests, func(q client.RequestBrief) Candidate {
			return Candidate{strconv.FormatInt(q.ID, 10), strconv.Itoa(q.Status) + " " + q.Method + " " + q.Target}
		})
	case "operation":
		usage, _ := s.sandbox.Usage(ctx)
		return gather(usage.Operations, func(o client.OperationUsage) Candidate { return Candidate{o.Operation, o.Document} })
	case "code":
		usage, _ := s.sandbox.Usage(ctx)
		return gather(usage.Refusals, func(f client.RefusalUsage) Candidate { return Candidate{f.Code, f.Check} })
	case "fault":
		list, _ := s.sandbox.Faults(ctx)
		return gather(list, func(f client.Fault) Candidate { return Candidate{f.Name, f.Kind} })
	case "kind":
		all, _ := s.waysToFail(ctx)
		return gather(all.kinds, func(k client.FaultKind) Candidate { return Candidate{k.Name, k.Doc} })
	case "preset":
		all, _ := s.waysToFail(ctx)
		return gather(all.presets, func(p client.FaultPreset) Candidate { return Candidate{p.Name, p.Doc} })
	}
	return nil
}

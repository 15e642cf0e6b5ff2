package controlroom

import (
	"fmt"
	"strings"

	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
)

// usagePart is which of what there is to meet the sandbox's clients have met.
type usagePart struct {
	Operations, Refusals         []usageRow
	OperationsMet, OperationsAll int
	RefusalsMet, RefusalsAll     int
	Show                         []tab
}

// usageRow is an operation or a refusal.
type usageRow struct {
	Name, Of, Answers string
	Times             uint64
}

// usage holds the calls against the documents.
func (p *page) usage(r *Room, sb *sandboxes.Sandbox) {
	report := r.o.Requests.Of(sb).Report(r.o.Documents, r.o.Refusals)
	part := &usagePart{
		OperationsMet: report.OperationsMet, OperationsAll: len(report.Operations), RefusalsMet: report.RefusalsMet, RefusalsAll: len(report.Refusals),
	}
	show := p.Query.Get("show")
	shown := func(times uint64) bool {
		return show == "met" && times > 0 || show == "never" && times == 0 || show != "met" && show != "never"
	}
	for _, op := range report.Operations {
		if shown(op.Times) {
			part.Operations = append(part.Operations, usageRow{op.Operation, op.Document, answersOf(op.Answers), op.Times})
		}
	}
	for _, one := range report.Refusals {
		if shown(one.Times) {
			part.Refusals = append(part.Refusals, usageRow{one.Code, one.Check, "", one.Times})
		}
	}
	for _, one := range []struct{ show, label string }{{"", "All"}, {"met", "Met"}, {"never", "Never met"}} {
		address := p.Base + "/usage"
		if one.show != "" {
			address += "?show=" + one.show
		}
		part.Show = append(part.Show, tab{one.label, address, one.show == show})
	}
	p.Usage = part
}

// answersOf says what an operation answered: "200 ×3, 401 technical-account-inactive ×1".
func answersOf(answers []requests.Met) string {
	said := make([]string, len(answers))
	for i, m := range answers {
		said[i] = strings.TrimSpace(fmt.Sprintf("%d %s", m.Status, m.Code)) + fmt.Sprintf(" ×%d", m.Times)
	}
	return strings.Join(said, ", ")
}

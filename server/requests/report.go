package requests

import "chorus-qualif/openapi"

// Refusal is an explanation that clients can meet, and the check that gives it.
type Refusal struct{ Code, Check string }

// Report tells which of what there is to meet a sandbox's clients have met.
type Report struct {
	// Operations are those that clients can call, in the order of the
	// documents: PISTE, the APIs, the portal.
	Operations []OperationUse
	Refusals   []RefusalUse
	// OperationsMet and RefusalsMet count those that were met at least once.
	OperationsMet, RefusalsMet int
}

// OperationUse is how often an operation was called, and what it answered.
type OperationUse struct {
	Operation, Document string
	Times               uint64
	Answers             []Met
}

// RefusalUse is how often a refusal was met.
type RefusalUse struct {
	Refusal
	Times uint64
}

// Report holds the sandbox's use against the operations of the documents and the
// refusals that are known.
func (j *Journal) Report(documents *openapi.Set, known []Refusal) Report {
	answers, codes := map[string][]Met{}, map[string]uint64{}
	for _, m := range j.Usage() {
		answers[m.Operation] = append(answers[m.Operation], m)
		codes[m.Code] += m.Times
	}
	var r Report
	for _, document := range documents.Documents() {
		if document.API == "" && document.Name != "piste" && document.Name != "portal" {
			continue
		}
		for _, op := range document.Operations {
			use := OperationUse{Operation: op.ID, Document: document.Name, Answers: answers[op.ID]}
			for _, m := range use.Answers {
				use.Times += m.Times
			}
			if use.Times > 0 {
				r.OperationsMet++
			}
			r.Operations = append(r.Operations, use)
		}
	}
	for _, one := range known {
		if codes[one.Code] > 0 {
			r.RefusalsMet++
		}
		r.Refusals = append(r.Refusals, RefusalUse{one, codes[one.Code]})
	}
	return r
}

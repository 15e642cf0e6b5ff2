package openapi

import (
	"net/http"
	"strconv"
)

// responseCheck validates the answers of one status.
type responseCheck struct {
	headers   []parameterCheck
	contents  []content
	emptyBody bool
}

// ValidateResponse checks an answer against the document and returns every
// violation, or nil when there is none: a status that the operation does not
// declare, a missing header, a body where none is declared or the reverse,
// another Content-Type, a body that does not fit the schema.
//
// Text bodies are not looked into, only their Content-Type is.
func (o *Operation) ValidateResponse(status int, header http.Header, body []byte) []Violation {
	response, ok := o.responses[status]
	if !ok {
		return []Violation{{In: inStatus, Rule: RuleUndeclaredStatus,
			Message: "status " + strconv.Itoa(status) + " is not declared for " + o.ID}}
	}
	var violations []Violation
	for i := range response.headers {
		violations = response.headers[i].check(violations, header[response.headers[i].name])
	}
	return response.checkBody(violations, header.Get("Content-Type"), body)
}

func (r *responseCheck) checkBody(violations []Violation, contentType string, body []byte) []Violation {
	switch {
	case len(body) == 0 && (r.emptyBody || len(r.contents) == 0):
		return violations
	case len(body) == 0:
		return append(violations, Violation{In: inBody, Rule: RuleMissingBody, Message: "the answer has no body"})
	case len(r.contents) == 0:
		return append(violations, Violation{In: inBody, Rule: RuleUnexpectedBody, Message: "the answer must have no body"})
	}
	got := mediaType(contentType)
	want := make([]string, 0, len(r.contents))
	for i := range r.contents {
		one := &r.contents[i]
		if one.mediaType != got {
			want = append(want, one.mediaType)
			continue
		}
		if one.kind == jsonContent {
			return one.schema.checkJSON(violations, body)
		}
		return violations
	}
	return append(violations, contentTypeViolation(want...))
}

package openapi

import (
	"net/http"
	"net/url"
)

// Request is what a router knows of a request once it found the operation.
type Request struct {
	// Path holds the path parameters by name, unescaped.
	Path map[string]string
	// Query holds the query parameters, unescaped.
	Query  url.Values
	Header http.Header
	// ContentType is the header of that name as received, "" when absent.
	ContentType string
	// Body is the whole body.
	Body []byte
}

// bodyCheck validates the body of requests.
type bodyCheck struct {
	required bool
	content  content
}

// ValidateRequest checks the parameters and the body against the document and
// returns every violation, or nil when there is none: parameters first, in the
// order of the document, then the body by JSON pointer within each object.
//
// A body that is malformed, missing or of another Content-Type gives a single
// violation for the body. An absent Content-Type is taken for the right one,
// since real clients leave it out. An operation that declares no body ignores
// it, whatever it is: clients send JSON with a GET.
func (o *Operation) ValidateRequest(request Request) []Violation {
	var violations []Violation
	for i := range o.parameters {
		violations = o.parameters[i].check(violations, request.values(&o.parameters[i]))
	}
	if o.body == nil {
		return violations
	}
	return o.body.check(violations, request.ContentType, request.Body)
}

func (r *Request) values(p *parameterCheck) []string {
	switch p.at.in {
	case "path":
		if value, ok := r.Path[p.name]; ok {
			return []string{value}
		}
		return nil
	case "query":
		return r.Query[p.name]
	}
	return r.Header[p.name]
}

func (b *bodyCheck) check(violations []Violation, contentType string, body []byte) []Violation {
	want := b.content.mediaType
	if contentType != "" && mediaType(contentType) != want {
		return append(violations, contentTypeViolation(want))
	}
	if blank(body) {
		if b.required {
			violations = append(violations, Violation{In: inBody, Rule: RuleMissingBody, Message: "the request has no body"})
		}
		return violations
	}
	if b.content.kind == formContent {
		return b.content.schema.checkForm(violations, body)
	}
	return b.content.schema.checkJSON(violations, body)
}

func blank(body []byte) bool {
	for _, c := range body {
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

func contentTypeViolation(want ...string) Violation {
	return Violation{In: inHeader, Pointer: "Content-Type", Rule: RuleContentType, Message: "Content-Type must be " + list(want)}
}

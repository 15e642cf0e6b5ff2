// Package openapi holds the contracts of every HTTP interface of the program
// and validates requests and answers against them.
//
// The documents are OpenAPI 3.0.3, one per API, written from the published
// facts about Chorus Pro and PISTE (structures, transverses, factures and so
// on) or for the program's own interfaces (portal, admin). They are embedded;
// [Load] parses, checks and compiles them once, at start.
//
// Four extensions are understood:
//
//   - x-piste-api, on a document: the API that a PISTE application must have
//     subscribed to before it may call the document's operations.
//   - x-checked-by, on a parameter: somebody else checks it, so
//     [Operation.ValidateRequest] does not. The header cpro-account is
//     the gateway's business, which answers 401 and not 400.
//   - x-empty-body, on a response: the body may be left out although a content
//     is described, as the platform answers some statuses with and without.
//   - x-violation-message, on a schema: what to say when its pattern, its
//     oneOf or its anyOf is not met, instead of showing a regular expression to
//     people.
//
// And one format of ours: date-or-date-time, a day or an instant whose fraction
// and offset may be absent, as the services of Chorus Pro read dates.
//
// Everything is safe for concurrent use once loaded.
package openapi

// Package chorus is the Chorus Pro operations that clients call: each decodes
// its request, asks the domain, and encodes the answer of the real contract.
package chorus

import (
	"time"

	"chorus-qualif/openapi"
	"chorus-qualif/server/files"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// Call is a call that passed every check of the gateway: its body satisfies
// the contract.
type Call struct {
	Sandbox   *sandboxes.Sandbox
	Operation *openapi.Operation
	// Principal is on whose behalf it is made.
	Principal qualif.Principal
	// Present is the instant of the call on the sandbox's clock.
	Present time.Time
	Body    []byte
	// Files holds the contents of files.
	Files *files.Store
	// Reserve waits until the call may take some bytes of memory for a large
	// answer, and keeps them for it until it is answered; false tells that the
	// caller is not there any more. Nil is no bound.
	Reserve func(bytes int64) bool
}

// Answer is what the service says: HTTP 200 with codeRetour and libelle,
// whatever the business outcome, unless Status says otherwise.
type Answer struct {
	// Status is the HTTP status; 0 is 200.
	Status int
	// Body is written as JSON.
	Body any
	// Code and Why explain a codeRetour other than 0, beside the answer.
	Code, Why string
}

// Operation answers one declared operation.
type Operation func(*Call) Answer

// Envelope begins every answer of the services (in the official contract both
// fields are required).
type Envelope struct {
	CodeRetour int    `json:"codeRetour"`
	Libelle    string `json:"libelle"`
}

// Done is the envelope of a search or consultation that succeeded.
var Done = Envelope{0, "TRA_MSG_00.000"}

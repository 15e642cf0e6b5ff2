// Package rendu writes invoices as the files that the platform hands over: a
// PDF for people, and its own XML ("pivot") for software. The same invoice
// gives the same bytes.
package rendu

import (
	"time"

	"chorus-qualif/server/qualif"
)

// Document is an invoice with the names that stand behind its ids.
type Document struct {
	Facture *qualif.Facture
	// Fournisseur and Destinataire are never nil; a Service is nil when the
	// invoice names none.
	Fournisseur, Destinataire *qualif.Structure
	Service                   *qualif.Service
	// Pieces are the attachments to put into the file, the main one first.
	Pieces []Piece
	// Sandbox is the sandbox's name, Le the instant of the file on its clock.
	Sandbox string
	Le      time.Time
}

// Piece is an attachment and its content.
type Piece struct {
	Nom, TypeMime, Designation string
	Contenu                    []byte
}

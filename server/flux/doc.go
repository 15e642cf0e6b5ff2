// Package flux reads what clients deposit with factures/v1/deposer/flux and
// deposer/pdf: invoices in XML, in a PDF that carries XML, or several of them
// in a tar.gz.
//
// It is pure: bytes in, a Deposit out, no clock, no directory of structures,
// no other package of the program. Whatever it is given it answers within
// Limits: what is wrong comes back as TechnicalErrors (the flow is not
// receivable), as the Structural findings of one invoice (the platform's
// format rules), or from Invoice.Check (rules on values). The rules that need
// the directory (supplier and recipient known, service, commitment number,
// duplicates) are the caller's; Invoice.Paths and the wording functions give
// the texts their element paths.
//
// # What the platform's texts are
//
// The texts that were observed are reproduced to the letter; Wordings lists
// each with its evidence, and every Finding carries it. They name elements by
// the path that the platform's own mapping gives them: a CII path is
// prefixed by "FichierXml" and ends in ".value"
// (FichierXml.ExchangedDocument.ID.value), a UBL path has no prefix
// (AccountingSupplierParty.Party.PartyIdentification.ID.value).
//
// # What of the formats is known
//
// UBL 2.1 and the Cross Industry Invoice (D16B, and the profiles of Factur-X)
// are public standards; how Chorus Pro uses them is in AIFE's "Dossier de
// spécifications externes, annexe EDI" V4.20–V4.22, known here through the
// clients that quote it (the rule numbers G1.05, G1.02, S2.05 are its own) and
// through samples generated for the real platform. The schemas of
// CPP_FACTURE_MIN, PES_FACTURE and of the CII before 16B are not public; the
// docstrings of cpp.go, pes.go and cii.go say what is ours there.
package flux

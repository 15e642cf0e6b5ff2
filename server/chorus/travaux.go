package chorus

import "encoding/json"

// rechercherTravauxParam takes every criterion: none finds anything.
type rechercherTravauxParam map[string]json.RawMessage

// rechercherTravaux finds nothing, which is a refusal (recorded): the platform
// has no works invoices in qualification but those that somebody enters on the
// portal, and the sandbox has none.
func rechercherTravaux(*Call, *rechercherTravauxParam) Answer {
	return *refuse(opRechercherTravaux, nothingFound, "no sandbox has works invoices")
}

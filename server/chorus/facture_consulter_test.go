package chorus_test

// provocationsConsultation are the refusals of searching and showing invoices.
// 8420001 is the first invoice of platform.invoices.
var provocationsConsultation = map[string]map[string]string{
	"rechercherFactureRecipiendaire":            {"nothing-found": techMairie + `|{"numeroFacture":"X"}`},
	"rechercherFactureATraiterParRecipiendaire": {"nothing-found": techAlpha + `|{}`},
	"rechercherDemandePaiement":                 {"unavailable-in-qualification": `{}`},
	"consulterFactureParFournisseur": {
		"invoice-unknown": techAlpha + `|{"identifiantFactureCPP":1}`, "invoice-out-of-scope": techMairie + `|{"identifiantFactureCPP":8420001}`,
	},
	"consulterFactureParRecipiendaire": {
		"invoice-unknown": techMairie + `|{}`, "invoice-out-of-scope": techMairie + `|{"identifiantFactureCPP":8420005}`,
	},
	"consulterFactureParValideur": {
		"invoice-unknown": techGamma + `|{"identifiantFactureCPP":0}`, "invoice-out-of-scope": techAlpha + `|{"identifiantFactureCPP":8420005}`,
	},
	"consulterHistoriqueFacture": {
		"invoice-unknown": techAlpha + `|{"idFacture":null}`, "invoice-out-of-scope": techAlpha + `|{"idFacture":8420004}`,
	},
}

package chorus

// The operations that search and show invoices.
const (
	opRechercherEmises         = "rechercherFactureParFournisseur"
	opRechercherEmisesATraiter = "rechercherFactureATraiterParFournisseur"
	opRechercherRecues         = "rechercherFactureRecipiendaire"
	opRechercherRecuesATraiter = "rechercherFactureATraiterParRecipiendaire"
	opRechercherAValider       = "rechercherFactureParValideur"
	opRechercherATraiterVal    = "rechercherFactureATraiterParValideur"
	opRechercherDemandes       = "rechercherDemandePaiement"
	opConsulterEmise           = "consulterFactureParFournisseur"
	opConsulterRecue           = "consulterFactureParRecipiendaire"
	opConsulterAValider        = "consulterFactureParValideur"
	opConsulterHistorique      = "consulterHistoriqueFacture"
	opTelechargerGroupe        = "telechargerGroupeFacture"
)

// The situations in which they refuse.
const (
	nothingFound      = "nothing-found"
	unavailable       = "unavailable-in-qualification"
	factureUnknown    = "invoice-unknown"
	factureOutOfScope = "invoice-out-of-scope"
	formatUnknown     = "format-unknown"
	tooMany           = "too-many-invoices"
)

func consultations() map[string]Operation {
	return map[string]Operation{
		opRechercherEmises:         decoded(rechercherEmises),
		opRechercherEmisesATraiter: decoded(rechercherEmisesATraiter),
		opRechercherRecues:         decoded(rechercherRecues),
		opRechercherRecuesATraiter: decoded(rechercherRecuesATraiter),
		opRechercherAValider:       decoded(rechercherAValider),
		opRechercherATraiterVal:    decoded(rechercherATraiterValideur),
		opRechercherDemandes:       decoded(rechercherDemandes),
		opConsulterEmise:           decoded(consulterEmise),
		opConsulterRecue:           decoded(consulterRecue),
		opConsulterAValider:        decoded(consulterAValider),
		opConsulterHistorique:      decoded(consulterHistorique),
		opTelechargerGroupe:        decoded(telechargerGroupe),
	}
}

// refusConsultations are their refusals. 20000 with GDP_MSG_11.008, 20001 with
// GDP_MSG_11.005 are what completer says (official) of an invoice that does not
// exist or is not the caller's; that these operations say the same is inferred.
func refusConsultations() map[situation]refusalText {
	const (
		recorded = "recorded (Pastell)"
		likeIt   = "inferred: what rechercher/recipiendaire says (recorded)"
		inferred = "inferred: what completer says (official)"
	)
	all := map[situation]refusalText{
		{opRechercherRecues, nothingFound}:         {20000, "TRA_MSG_00.015", "La recherche n'a retourné aucun résultat", recorded},
		{opRechercherRecuesATraiter, nothingFound}: {20000, "TRA_MSG_00.015", "La recherche n'a retourné aucun résultat", likeIt},
		{opRechercherDemandes, unavailable}:        {20099, "GDP_MSG_99.001", "Ce service n'est pas disponible dans cet environnement.", ours},
		{opTelechargerGroupe, formatUnknown}:       {20010, "GDP_MSG_99.010", "Le format demandé n'existe pas.", ours},
		{opTelechargerGroupe, tooMany}:             {20011, "GDP_MSG_99.011", "Le nombre de factures demandées est trop élevé.", ours},
	}
	for _, operation := range []string{opConsulterEmise, opConsulterRecue, opConsulterAValider, opConsulterHistorique, opTelechargerGroupe} {
		all[situation{operation, factureUnknown}] = refusalText{20000, "GDP_MSG_11.008", "La demande de paiement n'existe pas.", inferred}
		all[situation{operation, factureOutOfScope}] = refusalText{20001, "GDP_MSG_11.005", "Vous n'êtes pas habilité sur cette demande de paiement.", inferred}
	}
	return all
}

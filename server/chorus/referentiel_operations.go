package chorus

// The operations on reference data, and the searches of recipients, bank accounts
// and commitments.
const (
	opTauxTva             = "recupererTauxTva"
	opFormatFlux          = "recupererFormatFlux"
	opSyntaxeFlux         = "recupererSyntaxeFlux"
	opModeDepot           = "recupererModeDepot"
	opDevises             = "recupererDevises"
	opPays                = "recupererPays"
	opModeReglements      = "recupererModeReglements"
	opCadreFacturation    = "recupererCadreFacturation"
	opTypeDemande         = "recupererTypeDemandePaiement"
	opEtatParTypeDemande  = "recupererEtatParTypeDemandePaiement"
	opTypeFactureTravaux  = "recupererTypeFactureTravaux"
	opTypeIdentifiant     = "recupererTypeIdentifiantStructure"
	opMotifsExoneration   = "recupererMotifsExonerationTva"
	opMotifsRefusAValider = "recupererMotifsRefusFactureAValider"
	opTypePieceJointe     = "recupererTypePieceJointe"
	opCoordonneesValides  = "recupererCoordonneesBancairesValides"
	opCategories          = "rechercherCategorieSollicitation"
	opSousCategories      = "rechercherSousCategorieSollicitation"
	opDestinataires       = "rechercherDestinataire"
	opRechercherExecutant = "rechercherServiceExecutant"
	opInformationSIRET    = "consulterInformationSIRET"
	opAnnuaire            = "telechargerAnnuaireDestinataire"
	opEngagements         = "rechercherEngagementJuridique"
	opRechercherTravaux   = "rechercherFactureTravaux"
)

// referentiel are the operations on reference data.
func referentiel() map[string]Operation {
	return map[string]Operation{
		opTauxTva:             selonLangue(listeTauxTva),
		opFormatFlux:          toujours(listeFormatsFlux()),
		opSyntaxeFlux:         toujours(listeSyntaxesFlux()),
		opModeDepot:           toujours(listeModesDepot()),
		opDevises:             selonLangue(listeDevises),
		opPays:                selonLangue(listePays),
		opModeReglements:      toujours(listeModesReglement()),
		opCadreFacturation:    selonDemande(listeCadres),
		opTypeDemande:         toujours(listeTypesDemande()),
		opEtatParTypeDemande:  selonDemande(listeEtatsDemande),
		opTypeFactureTravaux:  toujours(listeTypesTravaux()),
		opTypeIdentifiant:     toujours(listeTypesIdentifiant()),
		opMotifsExoneration:   selonLangue(listeMotifsExoneration),
		opMotifsRefusAValider: motifsRefusAValider(),
		opTypePieceJointe:     typesPiece(),
		opCoordonneesValides:  decoded(coordonneesValides),
		opCategories:          decoded(rechercherCategories),
		opSousCategories:      decoded(rechercherSousCategories),
		opDestinataires:       decoded(rechercherDestinataire),
		opRechercherExecutant: decoded(rechercherExecutant),
		opInformationSIRET:    decoded(informationSIRET),
		opAnnuaire:            telechargerAnnuaire(),
		opEngagements:         decoded(rechercherEngagements),
		opRechercherTravaux:   decoded(rechercherTravaux),
	}
}

// refusReferentiel are their refusals.
func refusReferentiel() map[situation]refusalText {
	return map[situation]refusalText{
		{opCoordonneesValides, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
		{opCoordonneesValides, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas rattaché à cette structure.", ours},
		{opCoordonneesValides, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},

		{opRechercherExecutant, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
		{opRechercherExecutant, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas rattaché à cette structure.", ours},
		{opRechercherExecutant, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},

		{opInformationSIRET, structureUnknown}:  {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
		{opInformationSIRET, structureNotNamed}: {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},
		{opInformationSIRET, unavailable}:       {20099, "GCU_MSG_99.011", "Ce service n'est pas disponible dans cet environnement.", ours},

		{opRechercherTravaux, nothingFound}: {20007, "GFT_MSG_01.075", "La recherche n'a retourné aucun résultat", "number and code recorded (Pastell); the sentence is that of TRA_MSG_00.015"},
	}
}

package chorus

// The operations on flows and files.
const (
	opDeposerFlux     = "deposerFluxFacture"
	opDeposerPDF      = "deposerPdfFacture"
	opConsulterCR     = "consulterCR"
	opConsulterCRDet  = "consulterCRDetaille"
	opAjouterFichier  = "ajouterFichierDansSysteme"
	opRechercherPJ    = "rechercherPieceJointeStructure"
	opRechercherMesPJ = "rechercherPieceJointeSurMonCompte"
	opTelechargerPJ   = "telechargerPieceJointe"
	opDetacherPJ      = "detacherPieceJointe"
)

// The situations in which they refuse.
const (
	fichierMissing   = "file-missing"
	fichierTooLarge  = "file-too-large"
	nomMissing       = "file-name-missing"
	syntaxeMissing   = "syntax-missing"
	formatMissing    = "format-missing"
	extensionMissing = "file-extension-missing"
	notPDF           = "file-not-pdf"
	fluxNotNamed     = "flux-not-named"
	fluxUnknown      = "flux-unknown"
	objetMissing     = "object-missing"
	facturesMissing  = "invoices-not-named"
	lienNotNamed     = "attachment-not-named"
	lienUnknown      = "attachment-unknown"
	lienFixed        = "invoice-attachments-fixed"
)

// Created is the envelope of what was put on the platform.
var Created = Envelope{0, "GCU_MSG_01_000"}

// fluxEtFichiers are the operations on flows and files.
func fluxEtFichiers() map[string]Operation {
	return map[string]Operation{
		opDeposerFlux:     decodedFile(deposerFlux),
		opDeposerPDF:      decodedFile(deposerPDF),
		opConsulterCR:     decoded(consulterCR),
		opConsulterCRDet:  decoded(consulterCRDetaille),
		opAjouterFichier:  decodedFile(ajouterFichier),
		opRechercherPJ:    decoded(rechercherPJStructure),
		opRechercherMesPJ: decoded(rechercherMesPJ),
		opTelechargerPJ:   decoded(telechargerPJ),
		opDetacherPJ:      decoded(detacherPJ),
	}
}

// refusFlux are their refusals.
func refusFlux() map[situation]refusalText {
	const (
		tooLarge  = "official number and message (annexe API V5.00) of deposer/flux; the words are ours"
		tooLarge2 = "official number; the message is that of deposer/flux, the words are ours"
		observed  = "observed (a client's test on the real platform)"
		sibling   = "inferred: what consulterCRDetaille says (observed)"
		completer = "inferred: what completer says (official); the number is ours"
		search    = "inferred: what rechercher/recipiendaire says (recorded)"
	)
	return map[situation]refusalText{
		{opDeposerFlux, fichierTooLarge}: {20001, "GDP_MSG_11.022", "La taille du fichier dépasse la taille maximale autorisée.", tooLarge},
		{opDeposerFlux, fichierMissing}:  {20002, "GCU_MSG_99.030", "Le fichier est obligatoire.", ours},
		{opDeposerFlux, nomMissing}:      {20003, "GCU_MSG_99.031", "Le nom du fichier est obligatoire.", ours},
		{opDeposerFlux, syntaxeMissing}:  {20004, "GCU_MSG_99.032", "La syntaxe du flux est obligatoire.", ours},

		{opConsulterCR, fluxUnknown}:     {20001, "POQ_MSG_01.003", "Flux introuvable.", sibling},
		{opConsulterCR, fluxNotNamed}:    {20002, "GCU_MSG_99.033", "Le numéro du flux est obligatoire.", ours},
		{opConsulterCRDet, fluxUnknown}:  {20001, "POQ_MSG_01.003", "Flux introuvable.", observed},
		{opConsulterCRDet, fluxNotNamed}: {20002, "GCU_MSG_99.033", "Le numéro du flux est obligatoire.", ours},

		{opAjouterFichier, fichierMissing}:   {20001, "GCU_MSG_99.030", "Le fichier est obligatoire.", ours},
		{opAjouterFichier, nomMissing}:       {20002, "GCU_MSG_99.031", "Le nom du fichier est obligatoire.", ours},
		{opAjouterFichier, fichierTooLarge}:  {20003, "GDP_MSG_11.022", "La taille du fichier dépasse la taille maximale autorisée.", tooLarge2},
		{opAjouterFichier, extensionMissing}: {20004, "GCU_MSG_99.034", "L'extension du fichier est obligatoire.", ours},

		{opDeposerPDF, fichierMissing}: {20001, "GCU_MSG_99.030", "Le fichier est obligatoire.", ours},
		{opDeposerPDF, nomMissing}:     {20002, "GCU_MSG_99.031", "Le nom du fichier est obligatoire.", ours},
		{opDeposerPDF, formatMissing}:  {20003, "GCU_MSG_99.035", "Le format de dépôt est obligatoire.", ours},
		{opDeposerPDF, notPDF}:         {20004, "GCU_MSG_99.036", "Le fichier n'est pas un PDF lisible.", ours},

		{opRechercherPJ, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
		{opRechercherPJ, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas rattaché à cette structure.", ours},
		{opRechercherPJ, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},

		{opTelechargerPJ, nothingFound}:        {20000, "TRA_MSG_00.015", "La recherche n'a retourné aucun résultat", search},
		{opTelechargerPJ, structureUnknown}:    {20001, "GCU_MSG_99.001", "La structure n'existe pas.", likeFlux},
		{opTelechargerPJ, structureOutOfScope}: {20002, "GCU_MSG_99.002", "Vous n'êtes pas rattaché à cette structure.", ours},
		{opTelechargerPJ, factureUnknown}:      {20003, "GDP_MSG_11.008", "La demande de paiement n'existe pas.", completer},
		{opTelechargerPJ, factureOutOfScope}:   {20004, "GDP_MSG_11.005", "Vous n'êtes pas habilité sur cette demande de paiement.", completer},
		{opTelechargerPJ, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},
		{opTelechargerPJ, structureNamedTwice}: {20006, "GCU_MSG_99.006", "Un seul identifiant de structure doit être renseigné.", ours},
		{opTelechargerPJ, objetMissing}:        {20007, "GCU_MSG_99.037", "L'objet de la pièce jointe est obligatoire.", ours},
		{opTelechargerPJ, tooMany}:             {20009, "GDP_MSG_99.011", "Le nombre de factures demandées est trop élevé.", ours},
		{opTelechargerPJ, facturesMissing}:     {20008, "GCU_MSG_99.038", "La liste des factures est obligatoire.", ours},

		{opDetacherPJ, lienNotNamed}: {20001, "GCU_MSG_99.039", "L'identifiant de la pièce jointe est obligatoire.", ours},
		{opDetacherPJ, lienUnknown}:  {20002, "GCU_MSG_99.040", "La pièce jointe n'existe pas.", ours},
		{opDetacherPJ, lienFixed}:    {20003, "GCU_MSG_99.041", "Les pièces jointes de cette facture ne peuvent plus être modifiées.", ours},
	}
}

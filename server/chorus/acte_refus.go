package chorus

// refusActes are the refusals of the acts on invoices.
//
// Known: the three of completer, whole; 20002 of traiter/recue, with its
// sentence and no code; GDP_MSG_11.001 with the statuses that it is about; that
// soumettre has 20013 and 20303 to 20305, added with rules on the total and the
// discount, and recycler 20004 to 20014. The rest is ours: the numbers fill what
// is free, the family GDP_MSG_99 is none of the platform's.
func refusActes() map[situation]refusalText {
	return joined(refusSoumettre(), refusFournisseur(), refusTraitement())
}

const (
	phraseInconnue  = "La demande de paiement n'existe pas."
	phraseDroits    = "L'utilisateur n'a pas les habilitations nécessaires pour soumettre la demande."
	phraseEtat      = "L'état de la demande de paiement ne permet pas de réaliser l'action."
	phraseIncoheren = "Incohérence au niveau du statut d'origine ou de destination de la facture."
	phraseChamp     = "Un champ obligatoire n'est pas renseigné."
	phraseMotif     = "Le motif est obligatoire."

	preuveCompleter = "official (annex API: number, code and sentence, as a C# client of 2017 quotes them)"
	commeCompleter  = "inferred: number, code and sentence of completer (official)"
	preuveEtat      = "official code, with the statuses that it allows (a client quotes it); the number is ours"
	preuveNumero    = "the number is official (annex API V4.10, added with the rules on the total and the discount), what it means is inferred, the words are ours"
	preuveRecycler  = "the number is official (annex API V4.10), its meaning and the words are ours"
	preuveRecue     = "official (community): number and sentence"
)

func refusSoumettre() map[situation]refusalText {
	return map[situation]refusalText{
		{opSoumettre, factureState}:                     {20000, "GDP_MSG_11.001", phraseEtat, preuveEtat},
		{opSoumettre, factureOutOfScope}:                {20001, "GDP_MSG_11.005", phraseDroits, commeCompleter},
		{opSoumettre, "supplier-unknown"}:               {20002, "GDP_MSG_99.102", "Le fournisseur n'existe pas.", ours},
		{opSoumettre, "recipient-unknown"}:              {20003, "GDP_MSG_99.103", "Le destinataire n'existe pas ou n'est pas une structure publique active.", ours},
		{opSoumettre, "service-unknown"}:                {20004, "GDP_MSG_99.104", "Le service exécutant n'existe pas ou n'est pas actif chez le destinataire.", ours},
		{opSoumettre, "service-required"}:               {20005, "GDP_MSG_99.105", "Le code du service exécutant est obligatoire pour ce destinataire.", ours},
		{opSoumettre, "commitment-required"}:            {20006, "GDP_MSG_99.106", "Le numéro d'engagement est obligatoire pour ce destinataire.", ours},
		{opSoumettre, "service-or-commitment-required"}: {20007, "GDP_MSG_99.107", "Le code du service exécutant ou le numéro d'engagement est obligatoire pour ce destinataire.", ours},
		{opSoumettre, "number-taken"}:                   {20008, "GDP_MSG_99.108", "Le numéro de facture est déjà utilisé par ce fournisseur.", ours},
		{opSoumettre, "number-invalid"}:                 {20009, "GDP_MSG_99.109", "Le numéro de facture comporte des caractères non autorisés.", ours},
		{opSoumettre, dateInvalid}:                      {20010, "GDP_MSG_99.110", "La date de facture n'est pas valide.", ours},
		{opSoumettre, "file-unknown"}:                   {20011, "GDP_MSG_99.111", "La pièce jointe n'existe pas.", ours},
		{opSoumettre, fieldMissing}:                     {20012, "GDP_MSG_99.112", phraseChamp, ours},
		{opSoumettre, "parts-incoherent"}:               {20013, "GDP_MSG_99.113", "Les montants de l'en-tête ne correspondent pas aux lignes.", preuveNumero},
		{opSoumettre, "supplier-inactive"}:              {20014, "GDP_MSG_99.114", "Le fournisseur est inactif.", ours},
		{opSoumettre, "supplier-service-unknown"}:       {20015, "GDP_MSG_99.115", "Le service du fournisseur n'existe pas.", ours},
		{opSoumettre, "bank-account-unknown"}:           {20016, "GDP_MSG_99.116", "Les coordonnées bancaires du fournisseur n'existent pas ou ne sont plus valides.", ours},
		{opSoumettre, "validator-required"}:             {20017, "GDP_MSG_99.117", "Le valideur est obligatoire pour ce cadre de facturation.", ours},
		{opSoumettre, "validator-unknown"}:              {20018, "GDP_MSG_99.118", "Le valideur n'existe pas ou est inactif.", ours},
		{opSoumettre, "validator-service-unknown"}:      {20019, "GDP_MSG_99.119", "Le service du valideur n'existe pas ou n'est pas actif.", ours},
		{opSoumettre, "attachment-incomplete"}:          {20020, "GDP_MSG_99.120", "La désignation et le type de la pièce jointe complémentaire sont obligatoires.", ours},
		{opSoumettre, "code-unknown"}:                   {20021, "GDP_MSG_99.121", "La valeur d'un code n'existe pas.", ours},
		{opSoumettre, numberOutOfRange}:                 {20022, "GDP_MSG_99.122", "La valeur d'un nombre n'est pas valide.", ours},
		{opSoumettre, "total-incoherent"}:               {20303, "GDP_MSG_99.123", "Le montant TTC total n'est pas cohérent.", preuveNumero},
		{opSoumettre, "discount-incoherent"}:            {20304, "GDP_MSG_99.124", "Le montant de la remise globale TTC n'est pas cohérent.", preuveNumero},
		{opSoumettre, "due-incoherent"}:                 {20305, "GDP_MSG_99.125", "Le montant à payer n'est pas cohérent.", preuveNumero},
	}
}

func refusFournisseur() map[situation]refusalText {
	return map[situation]refusalText{
		{opCompleter, factureUnknown}:          {20000, "GDP_MSG_11.008", phraseInconnue, preuveCompleter},
		{opCompleter, factureOutOfScope}:       {20001, "GDP_MSG_11.005", phraseDroits, preuveCompleter},
		{opCompleter, "invoice-not-suspended"}: {20002, "GDP_MSG_11.033", "Le statut de la demande de paiement n'est pas défini à \"Suspendue\".", preuveCompleter},
		{opCompleter, "file-unknown"}:          {20003, "GDP_MSG_99.111", "La pièce jointe n'existe pas.", ours},
		{opCompleter, "attachment-incomplete"}: {20004, "GDP_MSG_99.120", "La désignation et le type de la pièce jointe complémentaire sont obligatoires.", ours},
		{opCompleter, "completion-empty"}:      {20005, "GDP_MSG_99.126", "Une pièce jointe ou un commentaire est obligatoire.", ours},
		{opCompleter, fieldMissing}:            {20006, "GDP_MSG_99.112", phraseChamp, ours},

		{opRecycler, factureUnknown}:                   {20000, "GDP_MSG_11.008", phraseInconnue, commeCompleter},
		{opRecycler, factureOutOfScope}:                {20001, "GDP_MSG_11.005", phraseDroits, commeCompleter},
		{opRecycler, factureState}:                     {20002, "GDP_MSG_11.001", phraseEtat, preuveEtat},
		{opRecycler, fieldMissing}:                     {20003, "GDP_MSG_99.112", phraseChamp, ours},
		{opRecycler, "recipient-unknown"}:              {20004, "GDP_MSG_99.103", "Le destinataire n'existe pas ou n'est pas une structure publique active.", preuveRecycler},
		{opRecycler, "service-unknown"}:                {20005, "GDP_MSG_99.104", "Le service exécutant n'existe pas ou n'est pas actif chez le destinataire.", preuveRecycler},
		{opRecycler, "service-required"}:               {20006, "GDP_MSG_99.105", "Le code du service exécutant est obligatoire pour ce destinataire.", preuveRecycler},
		{opRecycler, "commitment-required"}:            {20007, "GDP_MSG_99.106", "Le numéro d'engagement est obligatoire pour ce destinataire.", preuveRecycler},
		{opRecycler, "service-or-commitment-required"}: {20008, "GDP_MSG_99.107", "Le code du service exécutant ou le numéro d'engagement est obligatoire pour ce destinataire.", preuveRecycler},
		{opRecycler, "code-unknown"}:                   {20009, "GDP_MSG_99.121", "La valeur d'un code n'existe pas.", preuveRecycler},

		{opCorrigerValideur, factureUnknown}:      {20000, "GDP_MSG_11.008", phraseInconnue, commeCompleter},
		{opCorrigerValideur, factureOutOfScope}:   {20001, "GDP_MSG_11.005", phraseDroits, commeCompleter},
		{opCorrigerValideur, factureState}:        {20002, "GDP_MSG_11.001", phraseEtat, preuveEtat},
		{opCorrigerValideur, fieldMissing}:        {20003, "GDP_MSG_99.112", phraseChamp, ours},
		{opCorrigerValideur, structureUnknown}:    {20004, "GCU_MSG_99.001", "La structure n'existe pas.", ours},
		{opCorrigerValideur, structureNotNamed}:   {20005, "GCU_MSG_99.005", "L'identifiant de la structure est obligatoire.", ours},
		{opCorrigerValideur, structureNamedTwice}: {20006, "GCU_MSG_99.006", "Un seul identifiant de structure doit être renseigné.", ours},
		{opCorrigerValideur, "validator-unknown"}: {20007, "GDP_MSG_99.118", "Le valideur n'existe pas ou est inactif.", ours},

		{opTraiterRejets, factureUnknown}:         {20000, "GDP_MSG_11.008", phraseInconnue, commeCompleter},
		{opTraiterRejets, factureOutOfScope}:      {20001, "GDP_MSG_11.005", phraseDroits, commeCompleter},
		{opTraiterRejets, "invoice-not-rejected"}: {20002, "GDP_MSG_99.127", "Le statut de la demande de paiement n'est pas défini à \"Rejetée\".", ours},
		{opTraiterRejets, facturesMissing}:        {20003, "GCU_MSG_99.038", "La liste des factures est obligatoire.", ours},
	}
}

func refusTraitement() map[situation]refusalText {
	return map[situation]refusalText{
		{opTraiterRecue, factureUnknown}:    {20000, "GDP_MSG_11.008", phraseInconnue, commeCompleter},
		{opTraiterRecue, factureOutOfScope}: {20001, "GDP_MSG_11.005", phraseDroits, commeCompleter},
		{opTraiterRecue, statusIncoherent}:  {20002, "", phraseIncoheren, preuveRecue},
		{opTraiterRecue, "reason-missing"}:  {20003, "GDP_MSG_99.128", phraseMotif, ours},
		{opTraiterRecue, fieldMissing}:      {20004, "GDP_MSG_99.112", phraseChamp, ours},

		{opTraiterAValider, factureUnknown}:            {20000, "GDP_MSG_11.008", phraseInconnue, commeCompleter},
		{opTraiterAValider, factureOutOfScope}:         {20001, "GDP_MSG_11.005", phraseDroits, commeCompleter},
		{opTraiterAValider, "invoice-not-to-validate"}: {20002, "GDP_MSG_99.129", "La demande de paiement n'est pas à valider.", ours},
		{opTraiterAValider, "reason-missing"}:          {20003, "GDP_MSG_99.128", phraseMotif, ours},
		{opTraiterAValider, "action-unknown"}:          {20004, "GDP_MSG_99.130", "L'action demandée n'existe pas.", ours},
		{opTraiterAValider, fieldMissing}:              {20005, "GDP_MSG_99.112", phraseChamp, ours},
		{opTraiterAValider, "validator-other"}:         {20006, "GDP_MSG_99.131", "La structure n'est pas le valideur de la demande de paiement.", ours},

		{opEtatsDeTraitement, fieldMissing}: {20001, "GDP_MSG_99.112", phraseChamp, ours},
	}
}

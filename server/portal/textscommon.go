package portal

// commonTexts are the words of both generations. Labels are those of the guides
// of the AIFE; no public source shows the sentences, which are ours.
var commonTexts = map[string]sentence{
	"simulator":            {"simulateur", "simulator"},
	"banner.qualification": {"Environnement de qualification", "Qualification environment"},
	"banner.simulator":     {"Simulateur : ce n'est pas le portail de l'État", "Simulator: this is not the State's portal"},
	"environment":          {"Environnement", "Environment"},
	"sandbox":              {"Bac à sable", "Sandbox"},
	"clock":                {"Horloge", "Clock"},
	"skip":                 {"Aller au contenu", "Skip to content"},
	"menu":                 {"Menu principal", "Main menu"},
	"footer": {
		"chorus-qualif, un simulateur fait pour les tests : sans lien avec l'AIFE ni avec l'État, données fictives.",
		"chorus-qualif, a simulator made for tests: no link with the AIFE or the State, fictitious data."},
	"log-in":          {"Se connecter", "Log in"},
	"log-out":         {"Se déconnecter", "Log out"},
	"login-page":      {"Connexion", "Log in"},
	"login-lead":      {"Connectez-vous avec un compte d'utilisateur du matelas de données.", "Log in with a user account of the data set."},
	"login-address":   {"Adresse de connexion", "Login address"},
	"login":           {"Login", "Login"},
	"password":        {"Mot de passe", "Password"},
	"sandbox-help":    {"« default » si personne ne vous en a indiqué un autre.", "“default” unless somebody gave you another."},
	"session-expired": {"Votre session a expiré : connectez-vous de nouveau.", "Your session has expired: log in again."},
	"logged-out":      {"Vous êtes déconnecté.", "You are logged out."},
	"mandatory":       {"Ce champ est obligatoire.", "This field is mandatory."},
	"no-structure": {
		"Vous n'êtes gestionnaire principal d'aucune structure.", "You are not the primary manager of any structure."},
	"problem":         {"Votre demande n'a pas abouti", "Your request did not succeed"},
	"page-unknown":    {"Cette page n'existe pas.", "This page does not exist."},
	"page-broken":     {"Le simulateur n'a pas pu afficher cette page.", "The simulator could not show this page."},
	"not-kept":        {"Le simulateur n'a pas pu enregistrer votre demande : rien n'a changé.", "The simulator could not keep your request: nothing has changed."},
	"form-unreadable": {"Le formulaire reçu est illisible ou trop grand.", "The form received is unreadable or too large."},
	"form-not-ours": {
		"Ce formulaire ne vient pas de cette page, ou il est trop ancien. Revenez en arrière, actualisez la page et recommencez.",
		"This form does not come from this page, or is too old. Go back, reload the page and try again."},
	"back-home":          {"Retour à l'accueil", "Back to the home page"},
	"copy":               {"Copier", "Copy"},
	"copied":             {"Copié", "Copied"},
	"copy.login":         {"Copier le login", "Copy the login"},
	"copy.mot-de-passe":  {"Copier le mot de passe", "Copy the password"},
	"cancel":             {"Annuler", "Cancel"},
	"confirm":            {"Confirmer", "Confirm"},
	"structure":          {"Structure", "Structure"},
	"technical-user":     {"Utilisateur technique", "Technical user"},
	"not-simulated":      {"Hors simulation", "Not simulated"},
	"not-simulated-text": {"Cette partie du portail n'est pas simulée : le simulateur s'en tient au compte technique.", "This part of the portal is not simulated: the simulator is about the technical account only."},

	"column.identifiant":    {"Identifiant structure", "Structure identifier"},
	"column.raison-sociale": {"Raison sociale", "Company name"},
	"column.date-creation":  {"Date de création", "Creation date"},
	"column.statut":         {"Statut", "Status"},
}

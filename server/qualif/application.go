package qualif

import (
	"slices"
	"sort"
)

// APIs lists the PISTE APIs of Chorus Pro, by the segment of their paths
// ("/cpro/structures/v1/…"); an application subscribes to them one by one.
var APIs = []string{"factures", "structures", "transverses", "utilisateurs", "engagementsJuridiques", "facturesTravaux"}

// Application is a PISTE application: the bearer of OAuth2 credentials.
type Application struct {
	// Name is unique in its sandbox; the default one is APP_SANDBOX_<email>.
	Name string `json:"name"`
	// ID is small and unique in its sandbox: tokens carry it.
	ID       uint32 `json:"id"`
	ClientID string `json:"clientId"`
	Enabled  bool   `json:"enabled"`
	// Subscriptions names the APIs ticked, Terms those whose CGU are
	// accepted; a call needs both.
	Subscriptions []string `json:"subscriptions"`
	Terms         []string `json:"terms"`
	// Raccordements are the structures (idStructureCPP, ascending) that
	// declared this application on the portal.
	Raccordements []int64 `json:"raccordements"`
}

// refusal is RefusesAPI for one application.
func (a *Application) refusal(api string) (code, why string) {
	switch {
	case !slices.Contains(a.Subscriptions, api):
		return "api-not-subscribed", "application " + a.Name + " has not subscribed to API " + api
	case !slices.Contains(a.Terms, api):
		return "terms-not-accepted", "application " + a.Name + " has not accepted the CGU of API " + api
	case len(a.Raccordements) == 0:
		return "raccordement-missing", "no structure has declared a raccordement for application " + a.Name
	}
	return "", ""
}

// Applications lists the sandbox's PISTE applications by id.
func (s *State) Applications() []*Application {
	all := make([]*Application, 0, len(s.applications))
	for _, a := range s.applications {
		all = append(all, a)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return all
}

// Application finds an application by the id that tokens carry.
func (s *State) Application(id uint32) (*Application, bool) {
	for _, a := range s.applications {
		if a.ID == id {
			return a, true
		}
	}
	return nil, false
}

// ApplicationByClientID finds an application by its OAuth2 client_id.
func (s *State) ApplicationByClientID(clientID string) (*Application, bool) {
	a, ok := s.clients[clientID]
	return a, ok
}

// ClientSecret is the application's OAuth2 secret. PISTE shows it at any time,
// so it is derived from the sandbox's seed and name and never stored.
func (s *State) ClientSecret(a *Application) string {
	return uuid(s.Seed, "client secret "+s.Name+"/"+a.Name)
}

// TokenKey is the key that signs this sandbox's tokens: another seed or name
// makes every older token a foreign one.
func (s *State) TokenKey() [32]byte { return secret(s.Seed, "token "+s.Name) }

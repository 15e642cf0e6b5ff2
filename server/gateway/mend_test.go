package gateway_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/wire"
)

// What clients in production send and the contract does not have, and what the
// operation gets of it.
func TestLenientBodies(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "lenient", qualif.Switches{qualif.SwitchArrayBody: "accept", qualif.SwitchUnknownProperties: "accept"}))
	for sent, want := range map[string]string{
		`{"numeroFacture":"","factureTelechargeeParDestinataire":""}`:                           `{"numeroFacture":""}`,
		`{"numeroFacture":"F","factureTelechargeeParDestinataire":"false"}`:                     `{"factureTelechargeeParDestinataire":false,"numeroFacture":"F"}`,
		`{"rechercheSirenFournisseur":"true","typeDemandePaiement":"","cadreFacturation":"" }`:  `{"rechercheSirenFournisseur":true}`,
		`{"montantHTMin":"","montantHTMax":1.50,"periodeDateDepotDu":""}`:                       `{"montantHTMax":1.50}`,
		`{"paramRecherche":{"pageResultatDemandee":"","triSens":""},"idDestinataire":26300989}`: `{"idDestinataire":26300989,"paramRecherche":{}}`,
		`{"listeFournisseurs":[{"idFournisseur":1},{"idFournisseur":""}]}`:                      `{"listeFournisseurs":[{"idFournisseur":1},{}]}`,
		`{"factureTelechargeeParDestinataire":"","a/b":{"c~d":"<&>"}}`:                          `{"a/b":{"c~d":"<&>"}}`,
		`[]`:    `{}`,
		` [ ] `: `{}`,
		// What is no violation is passed on byte for byte.
		` {"factureTelechargeeParDestinataire" :null} `: ` {"factureTelechargeeParDestinataire" :null} `,
	} {
		r := p.send(t, http.MethodPost, "/cpro/factures/v1/rechercher/recipiendaire", headers(token), sent)
		expect(t, r, http.StatusOK, "seen")
		if got := strings.TrimPrefix(r.header.Get(wire.ExplainHeader), "seen: "); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%s: the operation got %s, want %s", sent, got, want)
		}
	}
}

// What leniency does not cover is refused, and told as it was sent.
func TestLenientBodiesAreRefused(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	refuses := qualif.Switches{qualif.SwitchEmptyValues: "refuse", qualif.SwitchBooleanTexts: "refuse"}
	for i, row := range []struct {
		switches   qualif.Switches
		path, body string
		why        []string
	}{
		{refuses, search, `{"restreindreStructuresPrivees":""}`, []string{"/restreindreStructuresPrivees restreindreStructuresPrivees must be true or false"}},
		{refuses, search, `{"restreindreStructuresPrivees":"false"}`, []string{"/restreindreStructuresPrivees "}},
		{refuses, search, `{"structure":{"statutStructure":""}}`, []string{"/structure/statutStructure "}},
		{nil, search, `[]`, []string{"the body must be an object"}},
		{nil, search, `[{}]`, []string{"the body must be an object"}},
		{qualif.Switches{qualif.SwitchArrayBody: "accept"}, search, `[1]`, []string{"the body must be an object"}},
		{qualif.Switches{qualif.SwitchArrayBody: "accept"}, search, `""`, []string{"the body must be an object"}},
		{nil, search, `{"restreindreStructuresPrivees":" "}`, []string{"/restreindreStructuresPrivees "}},
		{nil, search, `{"restreindreStructuresPrivees":"TRUE"}`, []string{"/restreindreStructuresPrivees "}},
		{nil, search, `{"restreindreStructuresPrivees":"","structure":{"estMOA":"oui"}}`, []string{"/structure/estMOA "}},
		{nil, search, `{"parametres":{"nbResultatsParPage":"true"}}`, []string{"/parametres/nbResultatsParPage nbResultatsParPage must be an integer"}},
		{nil, search, `{"parametres":{"triSens":"true"}}`, []string{"/parametres/triSens triSens must be one of Ascendant, Descendant"}},
		{nil, search, `{"structure":"","inconnue":""}`, []string{"/inconnue "}},
	} {
		token := p.token(t, p.sandbox(t, fmt.Sprintf("refused-%d", i), row.switches))
		r := p.send(t, http.MethodPost, row.path, headers(token), row.body)
		expect(t, r, http.StatusBadRequest, "body-invalid")
		for _, why := range row.why {
			if got := r.header.Get(wire.ExplainHeader); !strings.Contains(got, why) {
				t.Errorf("%s: got %q, want %q", row.body, got, why)
			}
		}
		if got := r.header.Get(wire.ExplainHeader); strings.Count(got, "; ") != 0 {
			t.Errorf("%s: got %q, want one violation", row.body, got)
		}
	}
}

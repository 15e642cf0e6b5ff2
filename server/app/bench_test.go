package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/admin"
	"chorus-qualif/server/app"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

const (
	rechercher = "/cpro/structures/v1/rechercher"
	// search is a request as integrators write it: criteria, page and sort.
	search = `{"structure":{"identifiantStructure":"12345678200051","typeIdentifiantStructure":"SIRET","statutStructure":"ACTIF","typeStructure":"PUBLIQUE"},` +
		`"restreindreStructuresPrivees":true,"parametres":{"pageResultatDemandee":1,"nbResultatsParPage":10,"triSens":"Ascendant","triColonne":"IdentifiantStructure"}}`
)

// recherche and trouvees are the shapes of the operation, for the bare handler.
type recherche struct {
	Structure struct {
		Identifiant string `json:"identifiantStructure"`
		Type        string `json:"typeIdentifiantStructure"`
		Statut      string `json:"statutStructure"`
		Nature      string `json:"typeStructure"`
	} `json:"structure"`
	Restreindre bool `json:"restreindreStructuresPrivees"`
	Parametres  struct {
		Page    int    `json:"pageResultatDemandee"`
		Taille  int    `json:"nbResultatsParPage"`
		Sens    string `json:"triSens"`
		Colonne string `json:"triColonne"`
	} `json:"parametres"`
}

type trouvees struct {
	CodeRetour int         `json:"codeRetour"`
	Libelle    string      `json:"libelle"`
	Structures []structure `json:"listeStructures"`
	Page       struct {
		Courante int `json:"pageCourante"`
		Pages    int `json:"pages"`
		Taille   int `json:"nbResultatsParPage"`
		Total    int `json:"total"`
	} `json:"parametresRetour"`
}

type structure struct {
	ID          int64  `json:"idStructureCPP"`
	Identifiant string `json:"identifiantStructure"`
	Type        string `json:"typeIdentifiantStructure"`
	Designation string `json:"designationStructure"`
	Statut      string `json:"statut"`
}

// bareGin decodes the same request and encodes the same answer, and does
// nothing in between: the ceiling for anything made of Gin.
func bareGin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.POST(rechercher, func(g *gin.Context) {
		var given recherche
		if err := g.ShouldBindJSON(&given); err != nil {
			g.Status(http.StatusBadRequest)
			return
		}
		answer := trouvees{Libelle: "TRA_MSG_00.000", Structures: []structure{{26300004, given.Structure.Identifiant, given.Structure.Type, "Destinataire sans paramètre", "ACTIVE"}}}
		answer.Page.Courante, answer.Page.Pages, answer.Page.Taille, answer.Page.Total = 1, 1, 10, 1
		g.JSON(http.StatusOK, answer)
	})
	return engine
}

// platform is the whole program's platform side, with a token and a technical
// account that works.
func platform(b testing.TB, options app.Options) (http.Handler, http.Header) {
	b.Helper()
	a, err := app.New(options)
	if err != nil {
		b.Fatal(err)
	}
	sb, _ := a.Registry().Get(sandboxes.Default)
	c := admin.CredentialsOf(sb, "http://platform.example")
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}}
	request := httptest.NewRequest(http.MethodPost, "/api/oauth/token", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorded := httptest.NewRecorder()
	a.Platform().ServeHTTP(recorded, request)
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(recorded.Body.Bytes(), &token); err != nil || token.AccessToken == "" {
		b.Fatalf("no token: %d %s", recorded.Code, recorded.Body)
	}
	header := http.Header{"Authorization": {"Bearer " + token.AccessToken}, "Content-Type": {"application/json"}}
	for _, account := range c.TechnicalAccounts {
		if account.Usable {
			header.Set("cpro-account", *account.CproAccount)
			return a.Platform(), header
		}
	}
	b.Fatal("no account works")
	return nil, nil
}

func call(b testing.TB, handler http.Handler, header http.Header, body string, status int) {
	request := httptest.NewRequest(http.MethodPost, rechercher, strings.NewReader(body))
	request.Header = header
	recorded := httptest.NewRecorder()
	handler.ServeHTTP(recorded, request)
	if recorded.Code != status {
		text, _ := io.ReadAll(recorded.Body)
		b.Fatalf("got %d %s, want %d", recorded.Code, text, status)
	}
}

// BenchmarkRechercher puts side by side, in one run, what Gin costs and what
// the whole path does: token, subscription, technical account, request against
// the contract, search, answer against the contract.
func BenchmarkRechercher(b *testing.B) {
	run := func(name string, handler http.Handler, header http.Header, body string, status int) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call(b, handler, header, body, status)
			}
		})
	}
	full, header := platform(b, app.Options{})
	unchecked, other := platform(b, app.Options{ValidateAnswers: wire.Off})
	plain := http.Header{"Content-Type": {"application/json"}}
	run("bare-gin", bareGin(), plain, search, http.StatusOK)
	run("full-path", full, header, search, http.StatusOK)
	run("full-path-answers-unchecked", unchecked, other, search, http.StatusOK)
	run("full-path-refused", full, header, strings.Replace(search, `"ACTIF"`, `"ACTIVE"`, 1), http.StatusBadRequest)
}

package chorus

import (
	"net/http"
	"slices"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// consulterCRParam is the request of both; a date and a syntax, which clients
// send with the number, choose nothing: the number is unique.
type consulterCRParam struct {
	NumeroFluxDepot string `json:"numeroFluxDepot"`
}

type consulterCRDetailleRetour struct {
	Envelope
	CodeInterface        string            `json:"codeInterfaceDepotFlux"`
	DateDepotFlux        string            `json:"dateDepotFlux"`
	DateEtat             string            `json:"dateHeureEtatCourantFlux"`
	Etat                 qualif.EtatFlux   `json:"etatCourantDepotFlux"`
	NomFichier           string            `json:"nomFichier"`
	ListeErreurDP        []erreurDP        `json:"listeErreurDP"`
	ListeErreurTechnique []erreurTechnique `json:"listeErreurTechnique"`
}

type erreurDP struct {
	Numero       string `json:"numeroDP"`
	Fournisseur  string `json:"identifiantFournisseur,omitempty"`
	Destinataire string `json:"identifiantDestinataire,omitempty"`
	Libelle      string `json:"libelleErreurDP"`
}

type erreurTechnique struct {
	Code    string `json:"codeErreur"`
	Libelle string `json:"libelleErreur"`
	Nature  string `json:"natureErreur"`
}

// consulterCRDetaille tells where a flow stands and, once it is treated, what was
// wrong with it and with each of its invoices.
func consulterCRDetaille(c *Call, p *consulterCRParam) Answer {
	f, _, refused := fluxVisible(c, opConsulterCRDet, p.NumeroFluxDepot)
	if refused != nil {
		return *refused
	}
	return Answer{Body: &consulterCRDetailleRetour{
		Done, codeInterface(f), isoDate(f.Le), isoDate(f.Depuis), f.Etat, nomFlux(f), rejected(f), technical(f),
	}}
}

type consulterCRRetour struct {
	Envelope
	NumeroFluxDepot       string          `json:"numeroFluxDepot"`
	NomFichierFlux        string          `json:"nomFichierFlux"`
	CodeInterfaceFlux     string          `json:"codeInterfaceFlux"`
	CodeAppliPartenaire   string          `json:"codeAppliPartenaire"`
	DesignationPartenaire string          `json:"designationPartenaire,omitempty"`
	DateDepotFlux         string          `json:"dateDepotFlux"`
	DateEtat              string          `json:"dateHeureEtatCourantFlux"`
	Etat                  qualif.EtatFlux `json:"etatCourantFlux"`
	FichierCR             []byte          `json:"fichierCR"`
}

// appliPartenaire is codeAppliPartenaire of what does not come by EDI: ours.
const appliPartenaire = "PORTAIL"

// consulterCR tells where a flow stands, with a report for people.
func consulterCR(c *Call, p *consulterCRParam) Answer {
	f, depositor, refused := fluxVisible(c, opConsulterCR, p.NumeroFluxDepot)
	if refused != nil {
		return *refused
	}
	report, err := fluxReport(f, depositor)
	if err != nil {
		return Answer{Status: http.StatusInternalServerError, Code: "internal-error", Why: "the report could not be written"}
	}
	return Answer{Body: &consulterCRRetour{
		Done, f.Numero, nomFlux(f), codeInterface(f), appliPartenaire, depositor, isoDate(f.Le), isoDate(f.Depuis), f.Etat, report,
	}}
}

// fluxVisible finds a flow that the caller deposited, or that was deposited for a
// structure which he reaches, and the name of whose account deposited it. One of
// somebody else's is not found either: which number exists is nobody's business.
// The flow is never changed.
func fluxVisible(c *Call, operation, numero string) (f *qualif.Flux, depositor string, refused *Answer) {
	if numero == "" {
		return nil, "", refuse(operation, fluxNotNamed, "the request has no numeroFluxDepot")
	}
	c.Sandbox.Read(func(v sandboxes.View) {
		found, ok := v.Flux(numero)
		switch {
		case !ok:
			refused = refuse(operation, fluxUnknown, "this sandbox has no flow %.40q", numero)
		case found.Par != c.Principal.Login && !slices.ContainsFunc(found.Portee, c.Principal.Reaches):
			refused = refuse(operation, fluxUnknown, "flow %s was deposited by %s, none of whose structures %s reaches", numero, found.Par, c.Principal.Login)
		case found.Etat == qualif.FluxEnAttenteSE && v.Switches.Get(qualif.SwitchFluxVisible) == "late":
			refused = refuse(operation, fluxUnknown, "flow %s is not found before %s, since the switch %s is late", numero, qualif.FormatInstant(found.Suite[0].A), qualif.SwitchFluxVisible)
		default:
			f, depositor = found, nameOf(v, found.Par)
		}
	})
	return f, depositor, refused
}

// nameOf names whoever a login belongs to: the structure of a technical account,
// or a person.
func nameOf(v sandboxes.View, login string) string {
	if account, ok := v.Account(login); ok {
		structure, _ := v.Data().Structure(account.StructureID)
		return structure.Designation()
	}
	if person, ok := v.Data().Person(login); ok {
		return person.Prenom + " " + person.Nom
	}
	return ""
}

// codeInterface and nomFlux have the shapes of the official samples: FSO1110A and
// FSO1110A_CPP001_CPP0011110000000000001557.
func codeInterface(f *qualif.Flux) string { return "FSO" + f.Interface + "A" }

func nomFlux(f *qualif.Flux) string { return codeInterface(f) + "_CPP001_" + f.Numero }

// rejected lists the invoices that were refused.
func rejected(f *qualif.Flux) []erreurDP {
	all := []erreurDP{}
	for i := range f.Resultats {
		r := &f.Resultats[i]
		if r.FactureID != 0 {
			continue
		}
		findings := make([]flux.Finding, len(r.Fautes))
		for j, text := range r.Fautes {
			findings[j].Text = text
		}
		all = append(all, erreurDP{r.Numero, r.Fournisseur, r.Destinataire, flux.Libelle(findings)})
	}
	return all
}

// technical lists what makes a flow not receivable, which is known once it is
// treated.
func technical(f *qualif.Flux) []erreurTechnique {
	all := []erreurTechnique{}
	if !f.Etat.Final() || f.Etat == qualif.FluxIncidente {
		return all
	}
	for _, e := range f.Erreurs {
		all = append(all, erreurTechnique(e))
	}
	return all
}

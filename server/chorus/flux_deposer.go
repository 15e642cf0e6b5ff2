package chorus

import (
	"strings"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type deposerFluxParam struct {
	FichierFlux   fichier `json:"fichierFlux"`
	NomFichier    string  `json:"nomFichier"`
	SyntaxeFlux   string  `json:"syntaxeFlux"`
	AvecSignature bool    `json:"avecSignature"`
}

type deposerFluxRetour struct {
	Envelope
	NumeroFluxDepot string `json:"numeroFluxDepot"`
	DateDepot       string `json:"dateDepot"`
	SyntaxeFlux     string `json:"syntaxeFlux,omitempty"`
}

// deposerFlux acknowledges a flow of invoices. The file is read at once, outside
// of the sandbox's lock; what was found in it shows when the flow is treated, on
// the sandbox's clock.
func deposerFlux(c *Call, p *deposerFluxParam) Answer {
	if refused := fluxIncomplete(p); refused != nil {
		return *refused
	}
	content, err := p.FichierFlux.decode()
	switch {
	case err != nil:
		return notBase64(err)
	case len(content) == 0:
		return *refuse(opDeposerFlux, fichierMissing, "fichierFlux is blank")
	case len(content) > maxFlux:
		return *refuse(opDeposerFlux, fichierTooLarge, "the file has %d bytes, and a flow at most %d (30 Mo)", len(content), maxFlux)
	}
	syntaxe := flux.Syntaxe(p.SyntaxeFlux)
	deposit := c.Files.Begin()
	defer deposit.End()
	read := flux.Read(content, p.NomFichier, syntaxe, p.AvecSignature, flux.Limits{File: maxFlux, Room: deposit.Large})
	r := reading{deposit: deposit, whole: content, day: c.Present.In(qualif.Paris)}
	lues, err := r.all(read.Invoices)
	if err != nil {
		return filesFull(err)
	}
	deposited, err := sandboxes.Do(c.Sandbox, qualif.DeposerFlux{
		Pour: c.Principal, Interface: syntaxe.Interface(), Syntaxe: p.SyntaxeFlux, Fichier: p.NomFichier, Taille: int64(len(content)),
		Signe: p.AvecSignature, Lues: lues, Erreurs: technicalErrors(read.Errors),
	})
	if err != nil {
		return refuseActe(opDeposerFlux, err)
	}
	answer := &deposerFluxRetour{Envelope: Created, NumeroFluxDepot: deposited.Numero, DateDepot: jour(deposited.Le)}
	if !strings.HasPrefix(p.SyntaxeFlux, "IN_DP_PDFARCHIVE_") { // they are not among the values of the answer
		answer.SyntaxeFlux = p.SyntaxeFlux
	}
	return agi(answer, wrongNote(lues))
}

// wrongNote is the first note of a flow with an instruction to the automatic
// recipient that cannot be followed; "" when there is none.
func wrongNote(lues []qualif.FactureLue) string {
	for i := range lues {
		if _, _, err := qualif.LireConsigne(lues[i].Commentaire); err != nil {
			return lues[i].Commentaire
		}
	}
	return ""
}

// fluxIncomplete refuses a request in which something is not given; the
// explanation lists all that is not.
func fluxIncomplete(p *deposerFluxParam) *Answer {
	return incomplete(opDeposerFlux, []given{
		{fichierMissing, "fichierFlux", p.FichierFlux.absent()}, {nomMissing, "nomFichier", p.NomFichier == ""},
		{syntaxeMissing, "syntaxeFlux", !flux.Syntaxe(p.SyntaxeFlux).Known()},
	})
}

// given is a property that an operation needs, whatever the contract says.
type given struct {
	situation, property string
	missing             bool
}

// incomplete refuses for the first property that is missing, and tells all of
// them in the explanation.
func incomplete(operation string, all []given) *Answer {
	var first string
	var missing []string
	for _, g := range all {
		if g.missing {
			missing = append(missing, g.property)
			if first == "" {
				first = g.situation
			}
		}
	}
	if first == "" {
		return nil
	}
	return refuse(operation, first, "the request has no %s", strings.Join(missing, ", no "))
}

func technicalErrors(found []flux.TechnicalError) []qualif.ErreurTechnique {
	var all []qualif.ErreurTechnique
	for _, e := range found {
		all = append(all, qualif.ErreurTechnique{Code: e.Code, Libelle: e.Libelle, Nature: e.Nature})
	}
	return all
}

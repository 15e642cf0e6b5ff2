package chorus

import (
	"net/http"
	"reflect"

	"github.com/bytedance/sonic"
	"github.com/bytedance/sonic/decoder"
)

// The operations of this package, by the operationId of the contract.
const (
	opRechercherStructure   = "rechercherStructure"
	opConsulterStructure    = "consulterStructureAvecTVAIntraCom"
	opRechercherServices    = "rechercherServicesStructure"
	opConsulterService      = "consulterServiceStructure"
	opRechercherEspaces     = "rechercherEspaces"
	opListerRattachements   = "listerRattachementsStructureUtilisateur"
	opHealthCheck           = "healthCheck"
	opActivesFournisseur    = "recupererStructuresActivesFournisseur"
	opActivesDestinataire   = "recupererStructuresActivesDestinataire"
	opActivesFactureTravaux = "recupererStructuresActivesFactureTravaux"
	opPourUtilisateur       = "recupererStructuresPourUtilisateur"
	opMesRattachements      = "recupererRattachements"
)

// Operations is every operation that is emulated, by operationId. Each may be called by many
// goroutines at once.
//
// A body is decoded leniently: what the contract refuses must have been refused
// before. One that still cannot be decoded (with the validation off) is
// answered like the service does: 400 with codeRetour and libelle.
func Operations() map[string]Operation {
	return joined(annuaire(), fluxEtFichiers(), consultations(), actes(), referentiel())
}

// annuaire are the operations on structures, services and people.
func annuaire() map[string]Operation {
	return map[string]Operation{
		opRechercherStructure:   decoded(rechercherStructure),
		opConsulterStructure:    decoded(consulterStructure),
		opRechercherServices:    decoded(rechercherServices),
		opConsulterService:      decoded(consulterService),
		opRechercherEspaces:     decoded(rechercherEspaces),
		opListerRattachements:   decoded(listerRattachements),
		opHealthCheck:           healthCheck,
		opActivesFournisseur:    decoded(structuresActives(espaceFacturesEmises)),
		opActivesDestinataire:   decoded(structuresActives(espaceFacturesRecues)),
		opActivesFactureTravaux: decoded(structuresActives(espaceFacturesTravaux)),
		opPourUtilisateur:       decoded(structuresPourUtilisateur),
		opMesRattachements:      decoded(mesRattachements),
	}
}

// codec takes property names as they are spelled in the contract: the JSON
// packages for Go would take any case.
var codec = sonic.Config{CaseSensitive: true}.Froze()

// decoded makes an Operation of a function that wants its parameters decoded.
// No body stands for no parameter: clients call so.
func decoded[P any](answer func(*Call, *P) Answer) Operation {
	// Compiling the decoder now spares the first call the wait; what cannot be
	// compiled is compiled, or interpreted, when it is first used.
	_ = decoder.Pretouch(reflect.TypeFor[P]())
	return func(c *Call) Answer {
		var params P
		if !blank(c.Body) {
			if err := codec.Unmarshal(c.Body, &params); err != nil {
				return unreadable()
			}
		}
		return answer(c, &params)
	}
}

func blank(body []byte) bool {
	for _, b := range body {
		if b != ' ' && b != '\n' && b != '\r' && b != '\t' {
			return false
		}
	}
	return true
}

func unreadable() Answer {
	return Answer{
		Status: http.StatusBadRequest, Body: Envelope{http.StatusBadRequest, "Requête mal formulée"},
		Code: "body-unreadable", Why: "the body is not the JSON that this operation takes",
	}
}

package chorus

import (
	"cmp"
	"slices"
	"strings"

	"chorus-qualif/server/reference"
)

type tauxTvaRetour struct {
	Envelope
	Liste []tauxTva `json:"listeTauxTva"`
}

type tauxTva struct {
	Code    string  `json:"codeTauxTva"`
	Libelle string  `json:"libelleTauxTva"`
	Valeur  float64 `json:"valeurTauxTva"`
}

func listeTauxTva(string) any {
	return &tauxTvaRetour{Done, each(reference.TauxTVA(), func(t reference.Taux) tauxTva { return tauxTva(t) })}
}

type devisesRetour struct {
	Envelope
	Liste []devise `json:"listeDevises"`
}

type devise struct {
	Code    string `json:"codeDevise"`
	Libelle string `json:"libelleDevise"`
}

func listeDevises(lang string) any {
	return &devisesRetour{Done, each(reference.Devises(), func(l reference.Libelle) devise { return devise{l.Code, l.Dans(lang)} })}
}

type paysRetour struct {
	Envelope
	Liste []pays `json:"listePays"`
}

type pays struct {
	Code    string `json:"codePays"`
	Libelle string `json:"libellePays"`
}

func listePays(lang string) any {
	return &paysRetour{Done, each(reference.Pays(), func(l reference.Libelle) pays { return pays{l.Code, l.Dans(lang)} })}
}

type motifsExonerationRetour struct {
	Envelope
	Liste []motifExoneration `json:"listeMotifsExonerationTva"`
	pageRacine
}

type motifExoneration struct {
	Code    string `json:"codeMotifExonerationTva"`
	Libelle string `json:"libelleMotifExonerationTva"`
}

func listeMotifsExoneration(lang string) any {
	list := each(reference.MotifsExoneration(), func(l reference.Libelle) motifExoneration { return motifExoneration{l.Code, l.Dans(lang)} })
	return &motifsExonerationRetour{Done, list, seulePage(len(list))}
}

type formatsFluxRetour struct {
	Envelope
	Liste []formatFlux `json:"listeFormatFlux"`
	pageRacine
}

type formatFlux struct {
	Code string `json:"formatFlux"`
}

func listeFormatsFlux() any {
	list := each(reference.FormatsFlux(), func(code string) formatFlux { return formatFlux{code} })
	return &formatsFluxRetour{Done, list, seulePage(len(list))}
}

type syntaxesFluxRetour struct {
	Envelope
	Liste []syntaxeFlux `json:"listeSyntaxeFlux"`
}

type syntaxeFlux struct {
	Code string `json:"syntaxeFlux"`
}

func listeSyntaxesFlux() any {
	return &syntaxesFluxRetour{Done, each(reference.SyntaxesFlux(), func(code string) syntaxeFlux { return syntaxeFlux{code} })}
}

type modesDepotRetour struct {
	Envelope
	Liste []modeDepot `json:"listeModeDepot"`
	pageRacine
}

type modeDepot struct {
	Code string `json:"modeDepot"`
}

func listeModesDepot() any {
	list := each(reference.ModesDepot(), func(code string) modeDepot { return modeDepot{code} })
	return &modesDepotRetour{Done, list, seulePage(len(list))}
}

type modesReglementRetour struct {
	Envelope
	Liste []modeReglement `json:"listeModePaiement"`
}

type modeReglement struct {
	Code string `json:"modePaiement"`
}

// listeModesReglement says what operations that write say: so do the tests of a
// client.
func listeModesReglement() any {
	return &modesReglementRetour{Created, each(reference.ModesReglement(), func(code string) modeReglement { return modeReglement{code} })}
}

type cadresRetour struct {
	Envelope
	Liste []cadreFacturation `json:"listeCadreFacturation"`
}

type cadreFacturation struct {
	Code string `json:"codeCadreFacturation"`
}

func listeCadres(kind string) any {
	return &cadresRetour{Done, each(reference.CadresFacturation(kind), func(code string) cadreFacturation { return cadreFacturation{code} })}
}

type typesDemandeRetour struct {
	Envelope
	Liste []typeDemande `json:"listeTypeDemandePaiement"`
}

type typeDemande struct {
	Code string `json:"typeDemandePaiement"`
}

// listeTypesDemande says what operations that write say when they succeed: so does
// the official sample.
func listeTypesDemande() any {
	return &typesDemandeRetour{Created, each(reference.TypesDemandePaiement(), func(code string) typeDemande { return typeDemande{code} })}
}

type etatsDemandeRetour struct {
	Envelope
	Liste []etatDemande `json:"listeEtatDemandePaiement"`
}

type etatDemande struct {
	Code string `json:"etatDemandePaiement"`
}

func listeEtatsDemande(kind string) any {
	return &etatsDemandeRetour{Done, each(reference.Statuts(kind), func(code string) etatDemande { return etatDemande{code} })}
}

type typesTravauxRetour struct {
	Envelope
	Liste []typeTravaux `json:"listeTypeFactureTravaux"`
}

type typeTravaux struct {
	Code string `json:"typeFactureTravaux"`
}

func listeTypesTravaux() any {
	return &typesTravauxRetour{Done, each(reference.TypesFactureTravaux(), func(code string) typeTravaux { return typeTravaux{code} })}
}

type typesIdentifiantRetour struct {
	Envelope
	Liste []typeIdentifiant `json:"listeTypeIdentifiant"`
}

type typeIdentifiant struct {
	Code string `json:"typeIdentifiantStructure"`
}

func listeTypesIdentifiant() any {
	return &typesIdentifiantRetour{Done, each(reference.TypesIdentifiant(), func(code string) typeIdentifiant { return typeIdentifiant{code} })}
}

type motifsRefusRetour struct {
	Envelope
	Liste []motifRefus `json:"listeMotifRefusFactureAValider"`
}

type motifRefus struct {
	ID      int64  `json:"idMotif"`
	Code    string `json:"codeMotif"`
	Libelle string `json:"libelleMotif"`
}

type motifsRefusParam struct {
	Cadre string `json:"codeCadreFacturationAValider"`
}

// motifsRefusAValider lists the same reasons whatever the framework.
func motifsRefusAValider() Operation {
	body := &motifsRefusRetour{Done, each(reference.MotifsRefus(), func(m reference.Motif) motifRefus { return motifRefus(m) })}
	return decoded(func(*Call, *motifsRefusParam) Answer { return Answer{Body: body} })
}

type typesPieceParam struct {
	CodeLangue string `json:"codeLangue"`
	TypeObjet  string `json:"typeObjet"`
}

type typesPieceRetour struct {
	Envelope
	Liste []typePiece `json:"listeTypePieceJointe"`
}

type typePiece struct {
	ID      int64  `json:"idTypePieceJointe"`
	Code    string `json:"codeTypePieceJointe"`
	Libelle string `json:"libelleTypePieceJointe"`
	Objet   string `json:"typeObjet"`
}

// typesPiece lists the types of attachments of an object by code, as the official
// sample does, and in French: it shows no other language.
func typesPiece() Operation {
	made := map[string]*typesPieceRetour{}
	for _, objet := range append(reference.Objets(), "") {
		list := each(reference.TypesPiece(objet), func(t reference.TypePiece) typePiece { return typePiece(t) })
		slices.SortFunc(list, func(a, b typePiece) int { return cmp.Or(strings.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID)) })
		made[objet] = &typesPieceRetour{Done, list}
	}
	return decoded(func(_ *Call, p *typesPieceParam) Answer {
		if body, ok := made[p.TypeObjet]; ok {
			return Answer{Body: body}
		}
		return Answer{Body: made[""]}
	})
}

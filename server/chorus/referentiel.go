package chorus

import (
	"strings"

	"chorus-qualif/server/reference"
)

// The lists of values never change, so their answers are made at start.

// toujours answers the same to everybody.
func toujours(body any) Operation {
	return decoded(func(*Call, *noParam) Answer { return Answer{Body: body} })
}

type langueParam struct {
	CodeLangue string `json:"codeLangue"`
}

// selonLangue answers in French, or in English when EN is asked for, in any
// case: clients send "FR" and "fr".
func selonLangue(body func(codeLangue string) any) Operation {
	french, english := body("FR"), body("EN")
	return decoded(func(_ *Call, p *langueParam) Answer {
		if strings.EqualFold(p.CodeLangue, "EN") {
			return Answer{Body: english}
		}
		return Answer{Body: french}
	})
}

type typeDemandeParam struct {
	Type string `json:"typeDemandePaiement"`
}

// selonDemande answers for each kind of payment request, and for all of them.
func selonDemande(body func(typeDemandePaiement string) any) Operation {
	made := map[string]any{"": body("")}
	for _, kind := range reference.TypesDemandePaiement() {
		made[kind] = body(kind)
	}
	return decoded(func(_ *Call, p *typeDemandeParam) Answer { return Answer{Body: made[p.Type]} })
}

// pageRacine is the page that three lists declare beside codeRetour. No client
// says which page it wants, so it is always the only one.
type pageRacine struct {
	PageCourante       int `json:"pageCourante"`
	Pages              int `json:"pages"`
	NbResultatsParPage int `json:"nbResultatsParPage"`
	Total              int `json:"total"`
}

func seulePage(total int) pageRacine { return pageRacine{1, 1, total, total} }

// each makes a list of another.
func each[A, B any](list []A, spell func(A) B) []B {
	spelled := make([]B, len(list))
	for i, item := range list {
		spelled[i] = spell(item)
	}
	return spelled
}

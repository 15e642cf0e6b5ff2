package chorus

import (
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type traiterRecueParam struct {
	IDFacture      int64         `json:"idFacture"`
	NouveauStatut  qualif.Statut `json:"nouveauStatut"`
	Motif          string        `json:"motif"`
	NumeroDPMandat string        `json:"numeroDPMandat"`
}

type traiterRecueRetour struct {
	Envelope
	IDFacture      int64         `json:"idFacture"`
	Numero         string        `json:"numeroFacture"`
	DateTraitement string        `json:"dateTraitement"`
	NouveauStatut  qualif.Statut `json:"nouveauStatut"`
}

// traiterRecue is a recipient that gives an invoice its next status.
func traiterRecue(c *Call, p *traiterRecueParam) Answer {
	if refused := incomplete(opTraiterRecue, []given{
		{fieldMissing, "idFacture", p.IDFacture == 0}, {fieldMissing, "nouveauStatut", p.NouveauStatut == ""},
	}); refused != nil {
		return *refused
	}
	f, err := sandboxes.Do(c.Sandbox, qualif.TraiterRecue{
		Pour: c.Principal, FactureID: p.IDFacture, Statut: p.NouveauStatut, Motif: p.Motif, NumeroDPMandat: p.NumeroDPMandat,
	})
	if err != nil {
		return refuseActe(opTraiterRecue, err)
	}
	return Answer{Body: &traiterRecueRetour{Created, f.ID, f.Numero, jour(f.Depuis), f.Statut}}
}

type traiterAValiderParam struct {
	IDFacture  int64  `json:"idFacture"`
	Action     string `json:"action"`
	IDValideur int64  `json:"idValideur"`
	MotifRefus string `json:"motifRefus"`
	Complement string `json:"complementInfo"`
}

type traiterAValiderRetour struct {
	Envelope
	IDFacture      int64         `json:"idFacture"`
	Numero         string        `json:"numeroFacture"`
	DateTraitement string        `json:"dateTraitement"`
	Statut         qualif.Statut `json:"statutFacture"`
}

// traiterAValider is a validator's verdict. typeValideur is ignored: its values
// are not public, and an invoice has one validator here.
func traiterAValider(c *Call, p *traiterAValiderParam) Answer {
	if refused := incomplete(opTraiterAValider, []given{
		{fieldMissing, "idFacture", p.IDFacture == 0}, {fieldMissing, "action", p.Action == ""},
	}); refused != nil {
		return *refused
	}
	f, err := sandboxes.Do(c.Sandbox, qualif.TraiterAValider{
		Pour: c.Principal, FactureID: p.IDFacture, Action: p.Action, ValideurID: p.IDValideur, Motif: p.MotifRefus, Complement: p.Complement,
	})
	if err != nil {
		return refuseActe(opTraiterAValider, err)
	}
	return Answer{Body: &traiterAValiderRetour{Created, f.ID, f.Numero, jour(f.Depuis), f.Statut}}
}

type statutsValideurRetour struct {
	Envelope
	Liste []statutVisible `json:"listeStatutFacture"`
}

type statutVisible struct {
	Code qualif.Statut `json:"codeStatutFacture"`
}

// statutsValideur answers the same to everybody, validator or not.
func statutsValideur() Operation {
	return toujours(&statutsValideurRetour{Done, each(qualif.StatutsValideur(), func(s qualif.Statut) statutVisible { return statutVisible{s} })})
}

type etatsDeTraitementParam struct {
	StatutCourant qualif.Statut `json:"statutCourant"`
}

type etatsDeTraitementRetour struct {
	Envelope
	Liste []statutPossible `json:"listeStatutsPossiblesPourTraitement"`
}

type statutPossible struct {
	Statut qualif.Statut `json:"statutPossiblePourTraitement"`
}

// etatsDeTraitement lists what a recipient may make of an invoice: nothing for a
// status that it cannot treat.
func etatsDeTraitement(_ *Call, p *etatsDeTraitementParam) Answer {
	if refused := incomplete(opEtatsDeTraitement, []given{{fieldMissing, "statutCourant", p.StatutCourant == ""}}); refused != nil {
		return *refused
	}
	return Answer{Body: &etatsDeTraitementRetour{Done, each(qualif.Traitements(p.StatutCourant), func(s qualif.Statut) statutPossible { return statutPossible{s} })}}
}

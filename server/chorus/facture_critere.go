package chorus

import (
	"slices"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// critereFacture is everything that a search of invoices may ask for; what is
// zero asks for nothing. The operations spell it in their own ways.
type critereFacture struct {
	numero, flux, marche, bonCommande, origine string
	modeDepot, cadre                           string
	types                                      []string
	statuts                                    []qualif.Statut
	depot, emission, etat                      periode
	ht, ttc, aPayer                            fourchette
	fournisseurs, destinataires                []partieCherchee
	// siren extends the structures asked for to all those of their SIREN.
	sirenFournisseur, sirenDestinataire bool
	valideur, coordonnee                int64
	auteurs                             []int64
	rejetTraite, telechargee            *bool
	// autre tells that only payment requests of another kind are asked for:
	// there is none in qualification.
	autre bool
}

// partieCherchee is a structure in a criterion, with some of its services or
// all.
type partieCherchee struct {
	structure int64
	services  []int64
	// nom is a part of the designation, whatever the case.
	nom string
}

// sauf forgets the criterion of the structure that has a role, and keeps that of
// its services.
func (k *critereFacture) sauf(role qualif.RoleFacture) {
	without := func(wanted []partieCherchee) []partieCherchee {
		return []partieCherchee{{services: wanted[0].services, nom: wanted[0].nom}}
	}
	switch role {
	case qualif.RoleFournisseur:
		k.fournisseurs = without(k.fournisseurs)
	case qualif.RoleDestinataire:
		k.destinataires = without(k.destinataires)
	case qualif.RoleValideur:
		k.valideur = 0
	}
}

// vide tells a criterion that asks for nothing.
func (p *partieCherchee) vide() bool {
	return p.structure == 0 && len(p.services) == 0 && p.nom == ""
}

// fourchette is a range of amounts, bounds included.
type fourchette struct{ min, max qualif.Montant }

func (f *fourchette) avant(m qualif.Montant) bool { return !f.min.IsZero() && m.Cmp(f.min) < 0 }
func (f *fourchette) apres(m qualif.Montant) bool { return !f.max.IsZero() && m.Cmp(f.max) > 0 }

func (f *fourchette) contient(m qualif.Montant) bool { return !f.avant(m) && !f.apres(m) }

// periode is a range of instants; jusque is excluded.
type periode struct{ depuis, jusque time.Time }

func (p *periode) avant(at time.Time) bool { return !p.depuis.IsZero() && at.Before(p.depuis) }
func (p *periode) apres(at time.Time) bool { return !p.jusque.IsZero() && !at.Before(p.jusque) }

func (p *periode) contient(at time.Time) bool { return !p.avant(at) && !p.apres(at) }

// entre is the period between two criteria as clients write them: a day, or an
// instant with or without an offset; one without is Paris time. The end is
// included: a whole day, or a whole second.
func entre(from, to string) periode {
	start, _ := critereInstant(from)
	end, length := critereInstant(to)
	p := periode{depuis: start}
	if !end.IsZero() {
		p.jusque = length(end)
	}
	return p
}

var critereLayouts = []string{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999999999Z0700"}

// critereInstant reads a criterion; what the contract let through and is no
// instant asks for nothing.
func critereInstant(text string) (at time.Time, until func(time.Time) time.Time) {
	if day, err := time.ParseInLocation(time.DateOnly, text, qualif.Paris); err == nil {
		return day, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	}
	for _, layout := range critereLayouts {
		if at, err := time.ParseInLocation(layout, text, qualif.Paris); err == nil {
			return at, func(t time.Time) time.Time { return t.Truncate(time.Second).Add(time.Second) }
		}
	}
	return time.Time{}, nil
}

// accepte tells whether an invoice satisfies every criterion.
func (k *critereFacture) accepte(v sandboxes.View, f *qualif.Facture) bool {
	return !k.autre && k.texte(f) && k.codes(f) &&
		k.depot.contient(f.DateDepot) && k.emission.contient(f.DateFacture) && k.etat.contient(f.Depuis) &&
		k.ht.contient(f.Montants.HT) && k.ttc.contient(f.Montants.TTC) && k.aPayer.contient(f.Montants.APayer) &&
		oneOf(v, k.fournisseurs, k.sirenFournisseur, f.Fournisseur) && oneOf(v, k.destinataires, k.sirenDestinataire, f.Destinataire) &&
		(k.valideur == 0 || f.Valideur != nil && f.Valideur.StructureID == k.valideur) &&
		(k.coordonnee == 0 || f.CoordonneesBancaires == k.coordonnee) &&
		(k.rejetTraite == nil || f.RejetTraite == *k.rejetTraite) && (k.telechargee == nil || f.Telechargee == *k.telechargee) &&
		k.auteur(v, f)
}

func (k *critereFacture) texte(f *qualif.Facture) bool {
	return same(k.numero, f.Numero) && same(k.flux, f.Flux) && same(k.marche, f.NumeroMarche) &&
		same(k.bonCommande, f.NumeroBonCommande) && same(k.origine, f.NumeroFactureOrigine)
}

// same compares as the searches of structures do: whatever the case, and a "*"
// at the end stands for any rest.
func same(wanted, value string) bool {
	if wanted == "" {
		return true
	}
	start, open := strings.CutSuffix(fold(wanted), "*")
	return fold(value) == start || open && strings.HasPrefix(fold(value), start)
}

func fold(text string) string { return strings.ToUpper(text) }

func (k *critereFacture) codes(f *qualif.Facture) bool {
	return (k.modeDepot == "" || k.modeDepot == f.ModeDepot) && (k.cadre == "" || k.cadre == f.Cadre) &&
		(len(k.types) == 0 || slices.Contains(k.types, f.Type)) && (len(k.statuts) == 0 || slices.Contains(k.statuts, f.Statut))
}

func (k *critereFacture) auteur(v sandboxes.View, f *qualif.Facture) bool {
	if len(k.auteurs) == 0 {
		return true
	}
	person, ok := v.Data().Person(f.Auteur)
	return ok && slices.Contains(k.auteurs, person.ID)
}

// oneOf tells whether a party is one of those asked for.
func oneOf(v sandboxes.View, wanted []partieCherchee, siren bool, p qualif.Partie) bool {
	asked := false
	for i := range wanted {
		w := &wanted[i]
		if w.vide() {
			continue
		}
		asked = true
		if w.is(v, siren, p) {
			return true
		}
	}
	return !asked
}

func (p *partieCherchee) is(v sandboxes.View, siren bool, party qualif.Partie) bool {
	if len(p.services) > 0 && !slices.Contains(p.services, party.ServiceID) {
		return false
	}
	if p.nom != "" {
		structure, ok := v.Data().Structure(party.StructureID)
		if !ok || !strings.Contains(strings.ToUpper(structure.Designation()), strings.ToUpper(p.nom)) {
			return false
		}
	}
	return p.structure == 0 || p.structure == party.StructureID || siren && sameSIREN(v, p.structure, party.StructureID)
}

// sameSIREN tells whether two structures are establishments of one company.
func sameSIREN(v sandboxes.View, a, b int64) bool {
	first, ok1 := v.Data().Structure(a)
	second, ok2 := v.Data().Structure(b)
	return ok1 && ok2 && first.TypeIdentifiant == qualif.SIRET && second.TypeIdentifiant == qualif.SIRET &&
		len(first.Identifiant) == 14 && len(second.Identifiant) == 14 && first.Identifiant[:9] == second.Identifiant[:9]
}

package chorus

import (
	"cmp"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
)

type compareFactures = func(d *qualif.DataSet, a, b *qualif.Facture) int

// colonneFacture is the order of a sort column, under any of the names that the
// operations give it; that of deposit for columns that tell no order, and for
// those in which all invoices of a sandbox are alike (works invoices, factors,
// second validators).
func colonneFacture(column string) qualif.Ordre {
	if by, ok := colonnesFacture[column]; ok {
		return qualif.Ordre{Nom: column, Comparer: by}
	}
	return qualif.ParID
}

var colonnesFacture = map[string]compareFactures{
	"CodeFournisseur":            byParty(fournisseurDe, identifiant),
	"IdentifiantFournisseur":     byParty(fournisseurDe, identifiant),
	"TypeIdentifiantFournisseur": byParty(fournisseurDe, typeDe),
	"DesignationFournisseur":     byParty(fournisseurDe, designationDe),
	"Fournisseur":                byParty(fournisseurDe, designationDe),
	"CodeServiceFournisseur":     byService(fournisseurDe, serviceCode),
	"NomServiceFournisseur":      byService(fournisseurDe, serviceNom),
	"IdFournisseur":              byNumber(func(f *qualif.Facture) int64 { return f.Fournisseur.StructureID }),

	"CodeDestinataire":            byParty(destinataireDe, identifiant),
	"IdentifiantDestinataire":     byParty(destinataireDe, identifiant),
	"TypeIdentifiantDestinataire": byParty(destinataireDe, typeDe),
	"DesignationDestinataire":     byParty(destinataireDe, designationDe),
	"Destinataire":                byParty(destinataireDe, designationDe),
	"CodeServiceExecutant":        byService(destinataireDe, serviceCode),
	"NomServiceExecutant":         byService(destinataireDe, serviceNom),
	"IdDestinataire":              byNumber(func(f *qualif.Facture) int64 { return f.Destinataire.StructureID }),
	"IdServiceExecutant":          byNumber(func(f *qualif.Facture) int64 { return f.Destinataire.ServiceID }),

	"CodeValideur1":            byParty(valideurDe, identifiant),
	"IdentifiantValideur":      byParty(valideurDe, identifiant),
	"TypeIdentifiantValideur":  byParty(valideurDe, typeDe),
	"TypeIdentifiantValideur1": byParty(valideurDe, typeDe),
	"RaisonSocialeValideur1":   byParty(valideurDe, designationDe),
	"DesignationValideur":      byParty(valideurDe, designationDe),
	"IdValideur":               byNumber(func(f *qualif.Facture) int64 { return valideurDe(f).StructureID }),

	"TypeFacture":          byText(func(f *qualif.Facture) string { return f.Type }),
	"NumeroFacture":        byText(func(f *qualif.Facture) string { return f.Numero }),
	"Devise":               byText(func(f *qualif.Facture) string { return f.Devise }),
	"Statut":               byText(func(f *qualif.Facture) string { return string(f.Statut) }),
	"NumeroMarche":         byText(func(f *qualif.Facture) string { return f.NumeroMarche }),
	"NumeroBonCommande":    byText(func(f *qualif.Facture) string { return f.NumeroBonCommande }),
	"NumeroEngagement":     byText(func(f *qualif.Facture) string { return f.NumeroBonCommande }),
	"NumeroFluxDepot":      byText(func(f *qualif.Facture) string { return f.Flux }),
	"NumeroFactureOrigine": byText(func(f *qualif.Facture) string { return f.NumeroFactureOrigine }),
	"ModeDepot":            byText(func(f *qualif.Facture) string { return f.ModeDepot }),

	"DateFacture":     byTime(func(f *qualif.Facture) time.Time { return f.DateFacture }),
	"DateDepot":       byTime(func(f *qualif.Facture) time.Time { return f.DateDepot }),
	"MontantHT":       byAmount(func(m *qualif.Montants) qualif.Montant { return m.HT }),
	"MontantTTC":      byAmount(func(m *qualif.Montants) qualif.Montant { return m.TTC }),
	"MontantAPayer":   byAmount(func(m *qualif.Montants) qualif.Montant { return m.APayer }),
	"DateValidation1": byTime(validation),

	"FactureTelechargeeParDestinataire": func(_ *qualif.DataSet, a, b *qualif.Facture) int { return compareBool(a.Telechargee, b.Telechargee) },
}

func fournisseurDe(f *qualif.Facture) qualif.Partie  { return f.Fournisseur }
func destinataireDe(f *qualif.Facture) qualif.Partie { return f.Destinataire }

func valideurDe(f *qualif.Facture) qualif.Partie {
	if f.Valideur == nil {
		return qualif.Partie{}
	}
	return *f.Valideur
}

func identifiant(s *qualif.Structure) string   { return s.Identifiant }
func typeDe(s *qualif.Structure) string        { return string(s.TypeIdentifiant) }
func designationDe(s *qualif.Structure) string { return s.Designation() }
func serviceCode(s *qualif.Service) string     { return s.Code }
func serviceNom(s *qualif.Service) string      { return s.Libelle }

func byParty(party func(*qualif.Facture) qualif.Partie, value func(*qualif.Structure) string) compareFactures {
	text := func(d *qualif.DataSet, f *qualif.Facture) string {
		structure, _ := nommer(d, party(f))
		return value(structure)
	}
	return func(d *qualif.DataSet, a, b *qualif.Facture) int { return compareNames(text(d, a), text(d, b)) }
}

func byService(party func(*qualif.Facture) qualif.Partie, value func(*qualif.Service) string) compareFactures {
	text := func(d *qualif.DataSet, f *qualif.Facture) string {
		_, service := nommer(d, party(f))
		return value(service)
	}
	return func(d *qualif.DataSet, a, b *qualif.Facture) int { return compareNames(text(d, a), text(d, b)) }
}

func byText(value func(*qualif.Facture) string) compareFactures {
	return func(_ *qualif.DataSet, a, b *qualif.Facture) int { return strings.Compare(value(a), value(b)) }
}

func byNumber(value func(*qualif.Facture) int64) compareFactures {
	return func(_ *qualif.DataSet, a, b *qualif.Facture) int { return cmp.Compare(value(a), value(b)) }
}

func byAmount(value func(*qualif.Montants) qualif.Montant) compareFactures {
	return func(_ *qualif.DataSet, a, b *qualif.Facture) int { return value(&a.Montants).Cmp(value(&b.Montants)) }
}

func byTime(value func(*qualif.Facture) time.Time) compareFactures {
	return func(_ *qualif.DataSet, a, b *qualif.Facture) int { return value(a).Compare(value(b)) }
}

// nommer finds the structure and the service of a party; an empty one where
// there is none.
func nommer(d *qualif.DataSet, p qualif.Partie) (*qualif.Structure, *qualif.Service) {
	structure, ok := d.Structure(p.StructureID)
	if !ok {
		return &qualif.Structure{}, &qualif.Service{}
	}
	service, ok := structure.Service(p.ServiceID)
	if !ok {
		service = &qualif.Service{}
	}
	return structure, service
}

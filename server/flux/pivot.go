package flux

import (
	"strings"

	"chorus-qualif/server/flux/internal/xmldoc"
)

// pivotReader reads invoices whose elements have the names of the platform's
// published pivot (CPPFacturePivot V2_02 of 04/04/2022). A file may hold
// several.
type pivotReader struct {
	builder
	// unit tells the element that is one invoice.
	unit func(*xmldoc.Node) bool
	// value reads an element's value: its text, or an attribute.
	value func(*xmldoc.Node) string
	lines int
	all   []Invoice
}

// Open implements xmldoc.Observer.
func (r *pivotReader) Open(*xmldoc.Node) {}

// Close implements xmldoc.Observer.
func (r *pivotReader) Close(n *xmldoc.Node) bool {
	if !r.unit(n) {
		return true
	}
	if lines := len(n.At("DonneesFacture", "Lignes").All("Ligne")) + 1; r.room(r.lines + lines - 1) {
		r.lines += lines
		r.all = append(r.all, r.invoice(n))
	}
	return false
}

func (r *pivotReader) invoices(*xmldoc.Node) []Invoice { return r.all }

func (r *pivotReader) text(n *xmldoc.Node, at ...string) string { return r.value(n.At(at...)) }

func (r *pivotReader) number(n *xmldoc.Node, at ...string) Amount {
	v := r.text(n, at...)
	a, ok := ParseAmount(v)
	if !ok && v != "" {
		p := r.path(at...)
		r.add(wBadValue.finding("FORMAT_NUMERIQUE", p, p))
	}
	return a
}

func (r *pivotReader) invoice(n *xmldoc.Node) Invoice {
	r.found = nil
	data := n.At("DonneesFacture")
	for _, at := range [][]string{
		{"Fournisseur", "Identifiant"}, {"Debiteur", "Identifiant"}, {"DonneesFacture", "Id"}, {"DonneesFacture", "Type"},
		{"DonneesFacture", "DateEmissionFacture"}, {"DonneesFacture", "ModePaiement", "Code"}, {"DonneesFacture", "Devise"},
		{"DonneesFacture", "Montants", "MontantHT"}, {"DonneesFacture", "Montants", "MontantTTC"}, {"DonneesFacture", "Montants", "MontantNetAPayer"},
	} {
		if r.text(n, at...) == "" {
			r.missing(at...)
		}
	}
	i := Invoice{
		Numero:      r.text(data, "Id"),
		DateFacture: r.date(r.text(data, "DateEmissionFacture"), isoDay, "DonneesFacture", "DateEmissionFacture"),
		TypeCode:    r.text(data, "Type"),
		Devise:      r.text(data, "Devise"),
		Fournisseur: Party{
			Identifiant: r.text(n, "Fournisseur", "Identifiant"), Nom: r.text(n, "Fournisseur", "RaisonSociale"),
		},
		Destinataire:         Party{Identifiant: r.text(n, "Debiteur", "Identifiant"), Nom: r.text(n, "Debiteur", "Nom")},
		CodeService:          r.text(n, "Debiteur", "CodeService"),
		NumeroEngagement:     r.text(data, "Engagement", "NumeroEngagement"),
		NumeroMarche:         r.text(data, "Engagement", "NumeroMarche"),
		CadreCode:            r.text(data, "Cadre"),
		CodePaiement:         r.text(data, "ModePaiement", "Code"),
		NumeroFactureOrigine: r.text(data, "IdFactureOrigine"),
		PiecesJointes:        r.attachments(n),
		Paths:                r.paths(),
	}
	i.Fournisseur.Type = identifierType(i.Fournisseur.Identifiant, r.text(n, "Fournisseur", "TypeIdentifiant"))
	i.Destinataire.Type = identifierType(i.Destinataire.Identifiant, r.text(n, "Debiteur", "TypeIdentifiant"))
	i.Type, i.Cadre, i.ModePaiement = typeOf(i.TypeCode), frameworkOf(i.CadreCode), paymentMode(i.CodePaiement)
	r.amounts(&i, data)
	i.TypeTVA = vatType(i.TVA, onDebits)
	i.Structural = r.found
	return i
}

func (r *pivotReader) amounts(i *Invoice, data *xmldoc.Node) {
	i.Totaux = Totaux{
		HT: r.number(data, "Montants", "MontantHT"), TTC: r.number(data, "Montants", "MontantTTC"),
		APayer: r.number(data, "Montants", "MontantNetAPayer"),
	}
	for _, tax := range data.At("TVAs").All("TVA") {
		line := LigneTVA{Taux: r.number(tax, "Taux"), BaseHT: r.number(tax, "BaseHt"), Montant: r.number(tax, "MontantTVA")}
		i.TVA = append(i.TVA, line)
		i.Totaux.TVA = i.Totaux.TVA.Add(line.Montant)
	}
	for _, line := range data.At("Lignes").All("Ligne") {
		i.Lignes = append(i.Lignes, Ligne{
			Numero: line.Attr("NumOrdre"), Reference: r.text(line, "ReferenceProduit"), Denomination: r.text(line, "ReferenceProduit"),
			PrixUnitaire: r.number(line, "PrixUnitaire"), Quantite: r.number(line, "Quantite"), MontantHT: r.number(line, "MontantHT"),
			TauxTVA: r.number(line, "TauxTVA"),
		})
	}
}

func (r *pivotReader) attachments(n *xmldoc.Node) []PieceJointe {
	var out []PieceJointe
	for _, pj := range n.All("PJ") {
		if content := pj.At("Contenu"); len(content.Bytes()) > 0 {
			out = append(out, PieceJointe{Nom: r.text(pj, "NomPJ"), TypeMime: r.text(pj, "MimeTypePJ"), encoded: content.Bytes()})
		}
	}
	return out
}

func (r *pivotReader) paths() Paths {
	data := func(parts ...string) string { return r.path(append([]string{"DonneesFacture"}, parts...)...) }
	return Paths{
		Numero: data("Id"), DateFacture: data("DateEmissionFacture"), Type: data("Type"), Devise: data("Devise"), Cadre: data("Cadre"),
		CodePaiement: data("ModePaiement", "Code"), Fournisseur: r.path("Fournisseur", "Identifiant"), Destinataire: r.path("Debiteur", "Identifiant"),
		CodeService: r.path("Debiteur", "CodeService"), NumeroEngagement: data("Engagement", "NumeroEngagement"),
		NumeroMarche: data("Engagement", "NumeroMarche"), HT: data("Montants", "MontantHT"), TVA: data("TVAs", "TVA", "MontantTVA"),
		TTC: data("Montants", "MontantTTC"), APayer: data("Montants", "MontantNetAPayer"), Ligne: "DonneesFacture.Lignes.Ligne",
		LigneTVA: data("TVAs", "TVA", "MontantTVA"), PieceJointe: r.path("PJ", "Contenu"),
	}
}

func plainValue(n *xmldoc.Node) string {
	if n.Long() {
		return ""
	}
	return n.Value()
}

func isUnit(n *xmldoc.Node) bool {
	return strings.HasPrefix(n.Local, "CPPFacture") && strings.HasSuffix(n.Local, "Unitaire")
}

package schema_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/flux/internal/schema"
	"chorus-qualif/server/flux/internal/xmldoc"
)

const ram = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"

func check(t *testing.T, s *schema.Schema, lenient bool, xml string) []string {
	t.Helper()
	v := schema.NewValidator(s, lenient, 20, nil)
	doc, err := xmldoc.Parse([]byte(xml), xmldoc.Limits{}, v)
	if err != nil {
		t.Fatalf("%v in %s", err, xml)
	}
	var got []string
	for _, violation := range v.Violations() {
		line, column := doc.Position(violation.Offset)
		got = append(got, fmt.Sprintf("%d:%d %s", line, column, strings.ReplaceAll(violation.Message, ram, "ram")))
	}
	return got
}

func cii(document string) string {
	return `<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="` + ram +
		`" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">` + "\n<rsm:ExchangedDocumentContext/><rsm:ExchangedDocument>" +
		document + "</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction/></rsm:CrossIndustryInvoice>"
}

// The sentences and positions were compared with those of a JDK's Xerces on
// the schemas of Factur-X; newer versions write the found element as
// {"namespace":name}, and cvc-elt.1.a.
func TestViolationsAsXercesSaysThem(t *testing.T) {
	t.Parallel()
	const issued = `<ram:IssueDateTime><udt:DateTimeString format="102">20260301</udt:DateTimeString></ram:IssueDateTime>`
	for _, test := range []struct {
		name    string
		xml     string
		lenient bool
		want    []string
	}{
		{"as it should be", cii("<ram:ID>1</ram:ID><ram:TypeCode>380</ram:TypeCode>" + issued), true, nil},
		{"missing in the middle", cii("<ram:ID>1</ram:ID>\n" + issued), false, []string{
			`2:32 cvc-complex-type.2.4.b: The content of element 'rsm:ExchangedDocumentContext' is not complete. One of '{"ram":TestIndicator, "ram":BusinessProcessSpecifiedDocumentContextParameter, "ram":GuidelineSpecifiedDocumentContextParameter}' is expected.`,
			`3:20 cvc-complex-type.2.4.a: Invalid content was found starting with element 'ram:IssueDateTime'. One of '{"ram":Name, "ram":TypeCode}' is expected.`,
			`3:160 cvc-complex-type.2.4.b: The content of element 'rsm:SupplyChainTradeTransaction' is not complete. One of '{"ram":IncludedSupplyChainTradeLineItem, "ram":ApplicableHeaderTradeAgreement}' is expected.`,
		}},
		{"out of order", cii("<ram:TypeCode>380</ram:TypeCode><ram:ID>1</ram:ID>" + issued), true, []string{
			`2:95 cvc-complex-type.2.4.a: Invalid content was found starting with element 'ram:ID'. One of '{"ram":IssueDateTime, "ram":CopyIndicator, "ram":LanguageID, "ram":IncludedNote, "ram":EffectiveSpecifiedPeriod}' is expected.`,
		}},
		{"twice", cii("<ram:ID>1</ram:ID><ram:ID>2</ram:ID>"), true, []string{
			`2:81 cvc-complex-type.2.4.a: Invalid content was found starting with element 'ram:ID'. One of '{"ram":Name, "ram":TypeCode, "ram":IssueDateTime, "ram":CopyIndicator, "ram":LanguageID, "ram":IncludedNote, "ram":EffectiveSpecifiedPeriod}' is expected.`,
		}},
		{"unknown to the table, let pass", cii("<ram:ID>1</ram:ID><ram:Purpose>x</ram:Purpose><ram:TypeCode>380</ram:TypeCode>"), true, nil},
		{"text where elements belong", cii("oops<ram:ID>1</ram:ID>"), true, []string{
			`2:101 cvc-complex-type.2.3: Element 'rsm:ExchangedDocument' cannot have character [children], because the type's content type is element-only.`,
		}},
		{"not a truth value", cii("<ram:ID>1</ram:ID><ram:CopyIndicator><udt:Indicator>oui</udt:Indicator></ram:CopyIndicator>"), true, []string{
			`2:126 cvc-datatype-valid.1.2.1: 'oui' is not a valid value for 'boolean'.`,
			`2:126 cvc-complex-type.2.2: Element 'udt:Indicator' must have no element [children], and the value must be valid.`,
		}},
		{"another root", `<Invoice/>`, true, []string{`1:11 cvc-elt.1: Cannot find the declaration of element 'Invoice'.`}},
	} {
		if got := check(t, schema.CII(), test.lenient, test.xml); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %s\nwant %s", test.name, strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
		}
	}
}

func ubl(content string) string {
	return `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">` +
		"\n" + content + "</Invoice>"
}

func TestUBL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, xml, want string }{
		{"a date", ubl("<cbc:ID>1</cbc:ID><cbc:IssueDate>01/03/2026</cbc:IssueDate>"), `2:60 cvc-datatype-valid.1.2.1: '01/03/2026' is not a valid value for 'date'.`},
		{"an unknown element of a closed type", ubl("<cbc:ID>1</cbc:ID><cbc:Invented>x</cbc:Invented>"), `2:33 cvc-complex-type.2.4.a: Invalid content was found starting with element 'cbc:Invented'.`},
		{"the wrong namespace", ubl("<ID>1</ID>"), `2:5 cvc-complex-type.2.4.a: Invalid content was found starting with element 'ID'.`},
		{"a number anywhere, by its name", ubl("<cac:Delivery><cac:Any><cbc:ChargeAmount>1e3</cbc:ChargeAmount></cac:Any></cac:Delivery>"), `2:64 cvc-datatype-valid.1.2.1: '1e3' is not a valid value for 'decimal'.`},
		{"what must be there", ubl("<cbc:ID>1</cbc:ID><cbc:IssueDate>2026-03-01</cbc:IssueDate>"), `2:70 cvc-complex-type.2.4.b: The content of element 'Invoice' is not complete.`},
	} {
		got := check(t, schema.UBL(), false, test.xml)
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, test.want) }) {
			t.Errorf("%s:\n got %s\nwant %s", test.name, strings.Join(got, "\n     "), test.want)
		}
	}
}

func TestDatatypes(t *testing.T) {
	t.Parallel()
	for kind, texts := range map[schema.Kind]struct{ good, bad []string }{
		schema.Decimal: {[]string{"1", " -1.50 ", "+.5", "5.", "00"}, []string{"", ".", "1,5", "1 000", "1e3", "-", "1.2.3", "NaN"}},
		schema.Date:    {[]string{"2026-03-01", "2024-02-29Z", "2026-03-01+02:00"}, []string{"", "2026-3-1", "2025-02-29", "20260301", "2026-03-01T00:00:00", "2026-03-01+2"}},
		schema.Boolean: {[]string{"true", "false", "0", "1"}, []string{"", "TRUE", "oui"}},
		schema.Time:    {[]string{"10:00:00", "10:00:00.5Z"}, []string{"10:00", "25:00:00", "10:00:00."}},
		schema.Base64:  {[]string{"", "QUJD", "QQ==", "QU\nJD"}, []string{"QUJ", "Q=Q=", "Q*JD", "===="}},
	} {
		for _, text := range texts.good {
			if !schema.Valid(kind, []byte(text)) {
				t.Errorf("%q is a %s", text, kind)
			}
		}
		for _, text := range texts.bad {
			if schema.Valid(kind, []byte(text)) {
				t.Errorf("%q is no %s", text, kind)
			}
		}
	}
}

func TestViolationsAreBounded(t *testing.T) {
	t.Parallel()
	got := check(t, schema.UBL(), true, ubl(strings.Repeat("<cac:Delivery><cbc:Amount>x</cbc:Amount></cac:Delivery>", 100)))
	if len(got) != 20 {
		t.Errorf("%d violations, want the 20 that were asked for", len(got))
	}
}

package record

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chorus-qualif/server/client"
)

// stable are the properties of answers whose values depend on what was done and
// on nothing else: no date, no made-up number.
func stable() []string {
	return []string{
		"codeRetour", "expires_in", "error", "code", "statusCode", "status", "statut", "statutCourantCode", "etatCourantDepotFlux",
		"etatCourantFlux", "numeroFacture", "syntaxeFlux", "identifiantStructure", "montantTTC", "total",
	}
}

// most is how many properties beside codeRetour are checked: a scenario that
// checks everything breaks when anything changes.
const most = 3

// expect writes what must come back: the status, codeRetour, and a few more.
func (t *tape) expect(c *client.Request, s *step) {
	s.criterion(fmt.Sprintf("$statusCode == %d", c.Status))
	value, err := decoded(c.ResponseBody.Text)
	answer, ok := value.(object)
	if err != nil || !ok {
		return
	}
	left := most
	if codeRetour, ok := comparable(answer.find("codeRetour")); ok {
		s.criterion("$response.body#/codeRetour == " + codeRetour)
	}
	fields(answer, "", 0, func(name, pointer string, value any) {
		written, ok := comparable(value)
		if left == 0 || !ok || pointer == "/codeRetour" || !slices.Contains(stable(), name) {
			return
		}
		left--
		s.criterion("$response.body#" + pointer + " == " + written)
	})
}

// deepest is how far below the root properties are looked for.
const deepest = 2

// fields visits the scalars of an object, its own before those below, of arrays
// the first element.
func fields(o object, at string, depth int, visit func(name, pointer string, value any)) {
	for _, f := range o {
		if plainKey.MatchString(f.name) {
			visit(f.name, at+"/"+f.name, f.value)
		}
	}
	for _, f := range o {
		if depth == deepest || !plainKey.MatchString(f.name) {
			continue
		}
		pointer := at + "/" + f.name
		value := f.value
		if list, ok := value.([]any); ok && len(list) > 0 {
			value, pointer = list[0], pointer+"/0"
		}
		if inner, ok := value.(object); ok {
			fields(inner, pointer, depth+1, visit)
		}
	}
}

var plainNumber = regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// comparable is a value as conditions write it, if every engine reads it alike:
// 0 and 1 stand in quotes, as they would be taken for booleans.
func comparable(value any) (string, bool) {
	switch v := value.(type) {
	case bool:
		return strconv.FormatBool(v), true
	case json.Number:
		if v == "0" || v == "1" {
			return "'" + v.String() + "'", true
		}
		return v.String(), plainNumber.MatchString(v.String())
	case string:
		odd := v == "" || v == "true" || v == "false" || len(v) > 100 || strings.ContainsAny(v, "'\n\r\t\\&|{}$") || strings.TrimSpace(v) != v
		return "'" + v + "'", !odd
	}
	return "", false
}

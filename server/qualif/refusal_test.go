package qualif_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
)

// Each code of the table is used, and each code used is in the table: an
// unknown one would be a panic in front of a user.
func TestRefusalCodesAreUsed(t *testing.T) {
	t.Parallel()
	var used []string
	for _, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "refuse" {
					used = append(used, literals(t, n.Args[:1])...)
				}
			case *ast.ValueSpec: // the codes that are values of a type
				if name, ok := n.Type.(*ast.Ident); ok && name.Name == "faute" {
					used = append(used, literals(t, n.Values)...)
				}
			}
			return true
		})
	}
	known := qualif.RefusalCodes()
	for _, code := range known {
		if !slices.Contains(used, code) {
			t.Errorf("%s is never used", code)
		}
	}
	for _, code := range used {
		if !slices.Contains(known, code) {
			t.Errorf("%s is not in the table", code)
		}
	}
}

// literals are the strings among expressions.
func literals(t *testing.T, expressions []ast.Expr) []string {
	t.Helper()
	var all []string
	for _, e := range expressions {
		if literal, ok := e.(*ast.BasicLit); ok {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Error(err)
			}
			all = append(all, text)
		}
	}
	return all
}

// sources are the package's own files, parsed.
func sources(t *testing.T) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func TestRefusalsSpeakBothLanguages(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	login := sb.create().Account.Login
	r := refused(sb, "account-pending", qualif.Reset{By: manager, Login: login})
	french := "Une demande est déjà en cours sur le compte technique " + login + " : elle sera effective le 2026-03-01T12:30:00.000+01:00."
	english := "A request is already pending on technical account " + login + ": it takes effect on 2026-03-01T12:30:00.000+01:00."
	if r.Message("fr") != french || r.Message("") != french || r.Message("de") != french {
		t.Errorf("got %s", r.FR)
	}
	if r.Message("en") != english || r.Message("en-GB") != english || r.Error() != "account-pending: "+english {
		t.Errorf("got %s", r.EN)
	}
	if r.Category != qualif.Conflict || r.Field != "login" {
		t.Errorf("got %+v", r)
	}
	r = refused(sb, "not-primary-manager", qualif.Reset{By: deputy, Login: login})
	if r.Category != qualif.Forbidden {
		t.Errorf("got %+v", r)
	}
	r = refused(sb, "structure-unknown", qualif.Create{By: manager, Siret: "50 %s %d"})
	if r.Category != qualif.Unknown || !strings.Contains(r.EN, "50 %s %d does") {
		t.Errorf("got %+v", r)
	}
}

// The two messages of a refusal take the same values in the same order.
func TestRefusalMessagesAreFilled(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	old := founded(t, "cpp-2020")
	gone := sb.inactive().Account.Login
	sb.to(sb.now.AddDate(1, 0, 0))
	working, oldLogin := sb.active().Account.Login, old.active().Account.Login
	for _, r := range []*qualif.Refusal{
		refused(sb, "reactivation-window-over", qualif.Activate{By: manager, Login: gone}),
		refused(sb, "account-not-inactive", qualif.Activate{By: manager, Login: working}),
		refused(sb, "already-manager", qualif.TransferManager{By: manager, Siret: supplier, To: manager}),
		refused(sb, "person-not-attached", qualif.TransferManager{By: manager, Siret: supplier, To: stranger}),
		refused(sb, "email-invalid", qualif.ChangeContact{By: manager, Login: working, Contact: "x"}),
		refused(sb, "preparation-unknown", qualif.Create{By: manager, Siret: supplier, Preparation: "x"}),
		refused(sb, "application-invalid", qualif.PutApplication{}),
		refused(sb, "clock-backwards", qualif.Advance{To: noon}),
		refused(sb, "clock-until-unknown", qualif.Advance{Until: "forever"}),
		refused(old, "operation-not-offered", qualif.Activate{By: manager, Login: oldLogin}),
		refused(old, "contact-follows-manager", qualif.ChangeContact{By: manager, Login: oldLogin, Contact: "a@b.fr"}),
	} {
		for _, text := range []string{r.FR, r.EN} {
			if text == "" || strings.Contains(text, "%!") {
				t.Errorf("%s: got %q", r.Code, text)
			}
		}
	}
}

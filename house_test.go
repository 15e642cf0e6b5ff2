package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rules of the house (docs/architecture.md), checked on every file.

const (
	module           = "chorus-qualif/"
	maxFileLines     = 400
	maxFunctionLines = 60
)

// layers lists what each package may import of the program; what is not listed
// here is refused. The arrows point one way.
var layers = map[string][]string{
	"":                       {"server/command"},
	"openapi":                {},
	"fixtures":               {"server/qualif"},
	"scenarios":              {"openapi", "scenarios/result"},
	"scenarios/result":       {},
	"scenarios/junit":        {},
	"scenarios/report":       {"scenarios/junit", "scenarios/result", "server/har"},
	"scenarios/replay":       {"openapi", "scenarios", "scenarios/result", "server/client", "server/clock"},
	"scenarios/record":       {"openapi", "scenarios", "server/client"},
	"scenarios/qualify":      {"scenarios/junit", "server/client", "server/clock"},
	"server/clock":           {},
	"server/qualif":          {},
	"server/flux":            {"server/reference"},
	"server/store":           {"server/qualif"},
	"server/store/storetest": {"server/qualif", "server/store"},
	"server/sandboxes":       {"server/clock", "server/qualif", "server/store"},
	"server/files":           {"server/qualif", "server/sandboxes"},
	"server/wire":            {"openapi", "server/qualif"},
	"server/requests":        {"openapi", "server/qualif", "server/sandboxes", "server/wire"},
	"server/webhooks":        {"server/qualif", "server/sandboxes"},
	"server/faults":          {"openapi", "server/clock", "server/qualif", "server/sandboxes", "server/wire"},
	"server/chorus":          {"openapi", "server/qualif", "server/reference", "server/sandboxes", "server/files", "server/flux"},
	"server/reference":       {},
	"server/gateway": {"openapi", "server/qualif", "server/sandboxes", "server/wire", "server/chorus",
		"server/requests", "server/faults", "server/files"},
	"server/look":    {},
	"server/portal":  {"openapi", "server/faults", "server/look", "server/qualif", "server/requests", "server/sandboxes", "server/wire"},
	"server/mailbox": {"openapi", "server/clock", "server/qualif", "server/sandboxes", "server/wire"},
	"server/har":     {},
	"server/admin": {"openapi", "server/clock", "server/faults", "server/har", "server/qualif", "server/requests", "server/sandboxes",
		"server/webhooks", "server/wire"},
	"server/controlroom": {"openapi", "scenarios/result", "server/clock", "server/faults", "server/look", "server/qualif", "server/requests", "server/sandboxes", "server/webhooks"},
	"server/stage":       {"openapi", "scenarios", "server/client", "server/clock", "server/wire"},
	"server/app": {"fixtures", "openapi", "scenarios/replay", "scenarios/result", "server/stage", "server/admin", "server/chorus", "server/clock", "server/controlroom", "server/gateway", "server/mailbox",
		"server/faults", "server/portal", "server/qualif", "server/requests", "server/sandboxes", "server/store", "server/webhooks", "server/wire", "server/files"},
	"server/client":     {},
	"server/qualiftest": {"server/app", "server/client"},
	"server/command":    {"fixtures", "openapi", "scenarios", "scenarios/qualify", "scenarios/report", "server/admin", "server/app", "server/client", "server/clock", "server/mailbox", "server/qualif", "server/sandboxes", "server/wire"},
}

// longFiles and longFunctions are the exceptions, each with its reason in
// docs/architecture.md.
var (
	longFiles     = []string{}
	longFunctions = []string{}
)

type source struct {
	path, pkg string
	test      bool
	file      *ast.File
	lines     int
}

func sources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	set := token.NewFileSet()
	var all []source
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (path == "tools" || d.Name() == "testdata" || d.Name() == "node_modules" || (path != "." && strings.HasPrefix(d.Name(), "."))):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		pkg := strings.TrimSuffix(filepath.ToSlash(filepath.Dir(path)), ".")
		all = append(all, source{path, pkg, strings.HasSuffix(path, "_test.go"), file, set.File(file.Pos()).LineCount()})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return set, all
}

func TestArrowsPointOneWay(t *testing.T) {
	t.Parallel()
	_, all := sources(t)
	for _, s := range all {
		if s.test {
			continue
		}
		allowed, known := layers[s.pkg]
		if !known && !within(s.pkg) {
			t.Errorf("%s: package %q is not in the house; docs/architecture.md and this test say which are", s.path, s.pkg)
		}
		for _, spec := range s.file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			inner, ours := strings.CutPrefix(path, module)
			switch {
			case ours && !allows(allowed, inner) && !strings.HasPrefix(inner, s.pkg+"/") && !within(s.pkg):
				t.Errorf("%s: package %q may not import %q", s.path, s.pkg, inner)
			case !ours && s.pkg == "server/qualif" && strings.Contains(strings.SplitN(path, "/", 2)[0], "."):
				t.Errorf("%s: the domain imports %q, which is not the standard library", s.path, path)
			}
		}
	}
}

// allows tells whether a package, or the room it is in, is among those allowed.
func allows(allowed []string, inner string) bool {
	return slices.ContainsFunc(allowed, func(room string) bool { return inner == room || strings.HasPrefix(inner, room+"/") })
}

// within tells a package inside one of the house's rooms: it is that room's own
// affair.
func within(pkg string) bool {
	for room := range layers {
		if room != "" && strings.HasPrefix(pkg, room+"/") && layers[pkg] == nil {
			return true
		}
	}
	return false
}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	t.Parallel()
	set, all := sources(t)
	for _, s := range all {
		if s.test {
			continue
		}
		if s.lines > maxFileLines+1 && !slices.Contains(longFiles, s.path) {
			t.Errorf("%s: %d lines, more than %d", s.path, s.lines, maxFileLines)
		}
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
			if name := s.path + " " + f.Name.Name; lines > maxFunctionLines && !slices.Contains(longFunctions, name) {
				t.Errorf("%s: function %s has %d lines, more than %d", s.path, f.Name.Name, lines, maxFunctionLines)
			}
		}
	}
}

// Only package clock may know the machine's time, nobody the global random
// source, and tests never sleep.
func TestTimeAndRandomnessComeFromTheSandbox(t *testing.T) {
	t.Parallel()
	set, all := sources(t)
	forbidden := map[string][]string{
		"time": {"Now", "Since", "Until", "Sleep", "After", "Tick", "AfterFunc"},
		"rand": {"Int", "IntN", "Intn", "Float64", "Read", "Perm", "Shuffle"},
	}
	for _, s := range all {
		ast.Inspect(s.file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := selector.X.(*ast.Ident)
			if !ok || !slices.Contains(forbidden[pkg.Name], selector.Sel.Name) {
				return true
			}
			if (!s.test && s.pkg != "server/clock") || (s.test && selector.Sel.Name == "Sleep") {
				t.Errorf("%s: %s.%s", set.Position(n.Pos()), pkg.Name, selector.Sel.Name)
			}
			return true
		})
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: func init", set.Position(f.Pos()))
			}
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	t.Parallel()
	set, all := sources(t)
	for _, s := range all {
		if s.test || s.pkg == "" {
			continue
		}
		for _, decl := range s.file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) &&
					(d.Recv == nil || !slices.Contains(speakForThemselves, d.Name.Name)) {
					t.Errorf("%s: %s has no docstring", set.Position(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, name := range undocumented(d) {
					t.Errorf("%s: %s has no docstring", set.Position(d.Pos()), name)
				}
			}
		}
	}
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	kind := f.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}

// speakForThemselves are methods whose interface says all there is to say.
var speakForThemselves = []string{"Error", "Unwrap", "String", "Kind", "Subject"}

func undocumented(d *ast.GenDecl) []string {
	var names []string
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
				names = append(names, s.Name.Name)
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if n.IsExported() && s.Doc == nil && d.Doc == nil && s.Comment == nil {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// Nothing that the project ships may point outside it.
func TestNothingPointsOutside(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && (path == ".git" || d.Name() == "node_modules") {
				return filepath.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || path == "house_test.go" {
			return err
		}
		for _, word := range []string{"../sha" + "red", "/wo" + "rk/"} {
			if strings.Contains(string(text), word) {
				t.Errorf("%s mentions %q", path, word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

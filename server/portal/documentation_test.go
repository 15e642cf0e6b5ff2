package portal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every data-testid of the pages is listed in docs/portal.md, and every one
// listed there exists: robots are written against that list.
func TestDocumentedTestIDs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "portal.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.SplitSeq(string(page), "\n") {
		if cells := strings.Split(line, "|"); len(cells) == 4 {
			for _, match := range regexp.MustCompile("`([a-zA-Z0-9-]+(?:<[a-z]+>)?)`").FindAllStringSubmatch(cells[2], -1) {
				listed[match[1]] = true
			}
		}
	}
	// What a template makes of a value stands for all: one of them is listed.
	examples := map[string]string{
		"acceder-domaine-{{.Data.ID}}": "acceder-domaine-raccordements", "domaine-{{.Data.ID}}": "domaine-raccordements", "public-{{.ID}}": "public-entreprise",
		"acceder-{{.ID}}": "acceder-compte-technique", "application-{{.ID}}": "application-compte-technique", "etat-{{.ID}}": "etat-compte-technique",
		"modifier-{{.Identifiant}}": "modifier-<identifiant>", "tri-{{.Key}}": "tri-identifiant", "erreur-{{$.Data}}": "erreur-type", "copier-{{.Data}}": "copier-login",
	}
	there := map[string]bool{}
	names, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`data-testid="((?:[^"{]|\{\{[^}]*\}\})*)"`).FindAllStringSubmatch(string(text), -1) {
			id := match[1]
			if example, ok := examples[id]; ok {
				id = example
			}
			if strings.Contains(id, "{{") {
				continue // the two kinds of messages, both listed
			}
			if there[id] = true; !listed[id] {
				t.Errorf("%s: %s is not in docs/portal.md", name, id)
			}
		}
	}
	made := []string{"message-succes", "copier-mot-de-passe", "erreur-siret", "erreur-login", "erreur-contactEmail", "erreur-mot-de-passe", "erreur-sandbox", "erreur-application", "erreur-usage"}
	for _, id := range made {
		there[id] = true
	}
	for id := range listed {
		if !there[id] && strings.Contains(id, "-") && !strings.HasPrefix(id, "portail-") && !strings.HasPrefix(id, "cpp-") {
			t.Errorf("docs/portal.md lists %s, which no page has", id)
		}
	}
}

package controlroom_test

import (
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"chorus-qualif/server/app"
	"chorus-qualif/server/controlroom"
	"chorus-qualif/server/look/looktest"
)

// awkward is a password with everything that some language replaces.
const awkward = `$a&b:c(d;e<f'g"h\i%j` + "`k`" + `!l{m}#n é$(o) ${p} \u0041 \n`

const awkwardData = `name: awkward
structures:
  - siret: "93000000000018"
    raisonSociale: Menuiserie Caron
    people:
      - login: claire@caron.example
        role: GESTIONNAIRE_PRINCIPAL
        nom: Caron
        prenom: Claire
    accounts:
      - status: ACTIF
        password: `

// The programs of the page are really run against the program, as they are on
// the page.
func TestTheProgramsOfThePageRun(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	password, err := json.Marshal(awkward)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(awkwardData + string(password) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	h.put("awkward", `{"fixtures":{"yaml":`+string(data)+`}}`)
	page := h.page("/sandboxes/awkward")
	ran := map[string]bool{}
	for id, test := range map[string]struct {
		file    string
		command []string
	}{
		"curl":       {"client.sh", []string{"bash", "client.sh"}},
		"python":     {"client.py", []string{"python3", "client.py"}},
		"javascript": {"client.mjs", []string{"node", "client.mjs"}},
		"go":         {"main.go", []string{"go", "run", "main.go"}},
		"java":       {"Client.java", []string{"java", "Client.java"}},
		"php":        {"client.php", []string{"php", "client.php"}},
		"csharp":     {"Client.cs", []string{"bash", "-c", "mcs -r:System.Net.Http.dll Client.cs && mono Client.exe"}},
	} {
		ran[id] = true
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			needs(t, id)
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, test.file), []byte(source(t, page, id)), 0o600); err != nil {
				t.Fatal(err)
			}
			c := exec.Command(test.command[0], test.command[1:]...)
			c.Dir = dir
			out, err := c.CombinedOutput()
			if err != nil || !strings.HasSuffix(string(out), "\n200\n") || !strings.Contains(string(out), `"codeRetour":0`) {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	for _, s := range controlroom.Snippets(controlroom.Client{}) {
		if !ran[s.ID] {
			t.Errorf("%s is on the page and never run", s.Language)
		}
	}
}

// needs looks for what a language is run with, by asking it something.
func needs(t *testing.T, id string) {
	t.Helper()
	for _, ask := range map[string][][]string{
		"curl": {{"curl", "--version"}}, "python": {{"python3", "--version"}}, "javascript": {{"node", "--version"}}, "go": {{"go", "version"}},
		"java":   {{"javac", "-version"}},
		"php":    {{"php", "-r", "exit(extension_loaded('curl') ? 0 : 1);"}},
		"csharp": {{"mcs", "--version"}, {"mono", "--version"}},
	}[id] {
		if err := exec.Command(ask[0], ask[1:]...).Run(); err != nil {
			looktest.Lacking(t, "%s cannot be run here: %v: %v", id, ask, err)
		}
	}
}

// source is a program as the page shows it.
func source(t *testing.T, page, id string) string {
	t.Helper()
	found := regexp.MustCompile(`(?s)data-testid="code-` + id + `">(.*?)</code>`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no %s program on the page", id)
	}
	return html.UnescapeString(found[1])
}

// What each language reads back is what was meant, whatever the text.
func TestEveryLanguageQuotes(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", awkward, "'", `\`, `\'`, `"`, "\\\\", "a\nb\tc", "$PATH", "`id`", "\u2028", "é😀", "<?php ?>", "'; rm -rf /;'"} {
		for _, s := range controlroom.Snippets(controlroom.Client{Login: "LOGIN", Password: secret}) {
			var read string
			var err error
			switch s.ID {
			case "curl":
				literal := between(t, s.Text, "'%s:%s' 'LOGIN' ", " | base64")
				read = strings.ReplaceAll(strings.Trim(strings.ReplaceAll(literal, `'\''`, "\x00"), "'"), "\x00", "'")
			case "php":
				literal := between(t, s.Text, "base64_encode('LOGIN' . ':' . ", ");\n")
				read = unquotePHP(t, literal)
			case "go":
				read, err = strconv.Unquote(between(t, s.Text, `[]byte("LOGIN" + ":" + `, "))\n"))
			default:
				literal := regexp.MustCompile(`"LOGIN" \+ ":" \+ ("(?:[^"\\\n]|\\.)*")\)`).FindStringSubmatch(s.Text)
				if literal == nil {
					t.Errorf("%s: %q is not one literal: %s", s.ID, secret, s.Text)
					continue
				}
				err = json.Unmarshal([]byte(literal[1]), &read)
			}
			if err != nil || read != secret {
				t.Errorf("%s: got %q (%v), want %q", s.ID, read, err, secret)
			}
		}
	}
}

func between(t *testing.T, text, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, before)
	literal, _, closed := strings.Cut(rest, after)
	if !ok || !closed {
		t.Fatalf("nothing between %q and %q in %s", before, after, text)
	}
	return literal
}

// unquotePHP reads a text between single quotes by PHP's rules.
func unquotePHP(t *testing.T, literal string) string {
	t.Helper()
	if len(literal) < 2 || literal[0] != '\'' || literal[len(literal)-1] != '\'' {
		t.Fatalf("%s is no literal", literal)
	}
	var out strings.Builder
	inner := literal[1 : len(literal)-1]
	for i := 0; i < len(inner); i++ {
		switch {
		case inner[i] == '\'':
			t.Fatalf("%s ends early", literal)
		case inner[i] == '\\' && i+1 < len(inner) && (inner[i+1] == '\\' || inner[i+1] == '\''):
			i++
		}
		out.WriteByte(inner[i])
	}
	return out.String()
}

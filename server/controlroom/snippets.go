package controlroom

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"strconv"
	"strings"
)

// Client is what a client of the platform is configured with.
type Client struct {
	TokenURL, APIURL, ClientID, ClientSecret, Login, Password string
	// Structure is the SIRET that the snippets search.
	Structure string
}

// Snippet is a program that gets a token and makes a call.
type Snippet struct {
	ID, Language, Text string
	// Run says how it is run.
	Run string
}

// dialect is how a language writes programs and texts.
type dialect struct {
	id, language, file, run string
	literal                 func(string) string
}

func dialects() []dialect {
	return []dialect{
		{"curl", "curl", "curl.sh", "bash client.sh", shellLiteral},
		{"python", "Python", "client.py", "python3 client.py", jsonLiteral},
		{"javascript", "JavaScript", "client.mjs", "node client.mjs", jsonLiteral},
		{"php", "PHP", "client.php", "php client.php", phpLiteral},
		{"java", "Java", "Client.java", "java Client.java", jsonLiteral},
		{"csharp", "C#", "Client.cs", "dotnet run, or mcs -r:System.Net.Http.dll Client.cs && mono Client.exe", jsonLiteral},
		{"go", "Go", "main.go.txt", "go run main.go", strconv.Quote},
	}
}

// Snippets writes the client in every language. Its values are quoted as each
// language wants: passwords have $ & : ( ; and < in them.
func Snippets(c Client) []Snippet {
	var all []Snippet
	for _, d := range dialects() {
		text, err := fs.ReadFile(files, "snippets/"+d.file)
		if err != nil {
			panic("the embedded snippets are broken: " + err.Error())
		}
		body, _ := json.Marshal(map[string]any{"structure": map[string]string{"identifiantStructure": c.Structure, "typeIdentifiantStructure": "SIRET"}})
		all = append(all, Snippet{ID: d.id, Language: d.language, Run: d.run, Text: strings.NewReplacer(
			"@token-url@", d.literal(c.TokenURL), "@api-url@", d.literal(c.APIURL),
			"@client-id@", d.literal(c.ClientID), "@client-secret@", d.literal(c.ClientSecret),
			"@login@", d.literal(c.Login), "@password@", d.literal(c.Password), "@body@", d.literal(string(body)),
		).Replace(string(text))})
	}
	return all
}

// shellLiteral is a text as a POSIX shell takes it: between single quotes
// nothing is special but the single quote.
func shellLiteral(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// jsonLiteral is a text as JSON writes it, which Python, JavaScript, Java and C#
// read alike.
func jsonLiteral(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic("a text cannot be encoded: " + err.Error())
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// phpLiteral is a text between single quotes, where PHP replaces no $.
func phpLiteral(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

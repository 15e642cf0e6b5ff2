package qualify

import (
	"regexp"
	"slices"
	"strings"
)

// Merge is a base environment with more on top, in which proxies are told to
// leave this machine's own addresses alone: a client would otherwise look for
// the sandbox from the proxy's side.
func Merge(base, more []string) []string {
	all := make([]string, 0, len(base)+len(more)+2)
	var exceptions [2]string
	names := [2]string{"NO_PROXY", "no_proxy"}
	proxied := false
	for _, text := range base {
		name, value, _ := strings.Cut(text, "=")
		if at := slices.Index(names[:], name); at >= 0 {
			exceptions[at] = value
			continue
		}
		proxied = proxied || strings.HasSuffix(strings.ToLower(name), "_proxy") && value != ""
		all = append(all, text)
	}
	for i, value := range exceptions {
		if proxied && value != "*" {
			value = strings.TrimPrefix(value+",127.0.0.1,localhost", ",")
		}
		if value != "" {
			all = append(all, names[i]+"="+value)
		}
	}
	return append(all, more...)
}

// plain needs no quotes in any reader of such files.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// DotEnv writes an environment as a .env file that a POSIX shell, Docker Compose,
// Node and the dotenv libraries read to the same values. Only what needs quotes
// has them: docker run --env-file takes quotes for a part of the value.
func DotEnv(environ []string) []byte {
	var out strings.Builder
	for _, text := range environ {
		name, value, _ := strings.Cut(text, "=")
		out.WriteString(name + "=" + quoted(value) + "\n")
	}
	return []byte(out.String())
}

func quoted(value string) string {
	switch {
	case plain.MatchString(value):
		return value
	case !strings.ContainsAny(value, "'\n\r"):
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(value) + `"`
}

package qualify_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/server/app"
)

func TestHandoutIsComplete(t *testing.T) {
	t.Parallel()
	b := start(t, app.Options{AdminToken: "s3cret"})
	h, err := b.Handout(t.Context(), "default")
	if err != nil {
		t.Fatal(err)
	}
	h["situation"] = "nominal"
	environ := h.Environ()
	for i, v := range qualify.Variables() {
		if i >= len(environ) || !strings.HasPrefix(environ[i], v.Name+"=") || len(environ[i]) == len(v.Name)+1 {
			t.Errorf("%s is not given: %v", v.Name, environ)
		}
	}
	h.Outputs(map[string]string{"clientId": "x", "the-account2Use": "y"})
	if got, want := h.Environ()[len(environ):], []string{"QUALIF_OUTPUT_CLIENT_ID=x", "QUALIF_OUTPUT_THE_ACCOUNT2_USE=y"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got, err := h.Fill([]string{"A={{clientId}}/{{ sandbox }}", "B=plain", "C={{outputs.clientId}}"})
	if want := []string{"A=" + h["clientId"] + "/default", "B=plain", "C=x"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestMistakesOfTemplatesAreToldTogether(t *testing.T) {
	t.Parallel()
	err := qualify.CheckTemplates([]string{"A={{clientID}} {{pass}}", "no equals", "1A=x", "OK={{clientId}}"})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{"{{clientID}} is none of tokenUrl", "{{pass}} is none of", `"no equals": want NAME=TEMPLATE`, `"1A=x": want NAME=TEMPLATE`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %s in %v", want, err)
		}
	}
}

func TestProxiesLeaveTheSandboxAlone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ base, want []string }{
		{[]string{"A=1"}, []string{"A=1", "X=2"}},
		{[]string{"HTTP_PROXY=p", "NO_PROXY=corp"}, []string{"HTTP_PROXY=p", "NO_PROXY=corp,127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost", "X=2"}},
		{[]string{"https_proxy=p", "NO_PROXY=*"}, []string{"https_proxy=p", "NO_PROXY=*", "no_proxy=127.0.0.1,localhost", "X=2"}},
		{[]string{"NO_PROXY=corp"}, []string{"NO_PROXY=corp", "X=2"}},
	} {
		if got := qualify.Merge(test.base, []string{"X=2"}); !slices.Equal(got, test.want) {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// need skips a test that wants a program which this machine lacks.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("QUALIF_REQUIRE") != "" {
			t.Fatalf("%s is missing: .ci/run installs it", program)
		}
		t.Skipf("%s is missing: install it to run this test", program)
	}
}

// A shell and Node read a .env file to the values that were written.
func TestDotEnvIsReadBack(t *testing.T) {
	t.Parallel()
	values := []string{"plain", "a b", "it's", `q"q`, "$HOME", "`id`", `back\slash`, "yuktswhQ&kxm2", "a#b", "=", "é", "!x", "it's $5 and `id` and \\ \"q\""}
	var environ []string
	for i, value := range values {
		environ = append(environ, "V"+string(rune('A'+i))+"="+value)
	}
	file := filepath.Join(t.TempDir(), "x.env")
	if err := os.WriteFile(file, qualify.DotEnv(environ), 0o600); err != nil {
		t.Fatal(err)
	}
	readers := map[string][]string{
		"bash": {"-c", "set -a; . " + file + "; env -0"},
		"node": {"--env-file=" + file, "-e", `for (const [k, v] of Object.entries(process.env)) process.stdout.write(k + "=" + v + "\0")`},
	}
	for program, args := range readers {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			need(t, program)
			cmd := exec.Command(program, args...)
			cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			read := strings.Split(string(out), "\x00")
			for i, want := range environ {
				// Node knows no escapes: a value with both kinds of quotes is the shell's alone.
				if program == "node" && strings.ContainsAny(values[i], "'") && strings.ContainsAny(values[i], "\"\\$`") {
					continue
				}
				if !slices.Contains(read, want) {
					t.Errorf("%q was not read back", want)
				}
			}
		})
	}
}

package qualify_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets the test binary be the client that the tests run: what it is
// told to be is in its environment.
func TestMain(m *testing.M) {
	if behaviour := os.Getenv("CLIENT"); behaviour != "" {
		os.Exit(play(behaviour))
	}
	os.Exit(m.Run())
}

// play is a client that makes three calls, and behaves in some way when one is
// refused.
func play(behaviour string) int {
	switch behaviour {
	case "idle":
		return 0
	case "idle and fails":
		return 3
	case "waits":
		select {}
	}
	fmt.Println("it works <b>&amp;</b>")
	token := ask()
	n := 3
	if behaviour == "once" {
		n = 1
	}
	for range n {
		if call(token) == http.StatusOK {
			continue
		}
		switch behaviour {
		case "renews":
			if token = ask(); call(token) == http.StatusOK {
				continue
			}
		case "ignores":
			continue
		case "insists":
			for range 20 {
				call(token)
			}
		case "insists and waits":
			for range 20 {
				call(token)
			}
			select {}
		case "hangs":
			select {}
		case "dies":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		fmt.Fprintln(os.Stderr, "refused: the password may have expired")
		return 4
	}
	return 0
}

func ask() string {
	answer, err := http.PostForm(os.Getenv("QUALIF_TOKEN_URL"), url.Values{
		"grant_type": {"client_credentials"}, "client_id": {os.Getenv("MY_ID")}, "client_secret": {os.Getenv("QUALIF_CLIENT_SECRET")},
	})
	if err != nil {
		return ""
	}
	defer func() { _ = answer.Body.Close() }()
	var body struct {
		Token string `json:"access_token"`
	}
	_ = json.NewDecoder(answer.Body).Decode(&body)
	return body.Token
}

func call(token string) int {
	r, err := http.NewRequest(http.MethodPost, os.Getenv("QUALIF_API_URL")+"/cpro/structures/v1/rechercher",
		strings.NewReader(`{"structure":{"identifiantStructure":"`+os.Getenv("QUALIF_SIRET")+`","typeIdentifiantStructure":"SIRET"}}`))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("cpro-account", os.Getenv("QUALIF_CPRO_ACCOUNT"))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

package client

import (
	"context"
	"net/http"
)

// Switch is a behaviour on which public evidence is silent or divided.
type Switch struct {
	Key     string   `json:"key"`
	Values  []string `json:"values"`
	Default string   `json:"default"`
	// Doc is what it changes, Evidence what is known.
	Doc      string `json:"doc"`
	Evidence string `json:"evidence"`
}

// Switches lists the behaviours that a sandbox can set.
func (c *Client) Switches(ctx context.Context) ([]Switch, error) {
	list, err := ask[struct {
		Switches []Switch `json:"switches"`
	}](ctx, c, call{method: http.MethodGet, path: control("switches")})
	return list.Switches, err
}

// Profile is a portal generation: values under the same keys.
type Profile struct {
	Name   string            `json:"name"`
	Values map[string]string `json:"values"`
}

// Profiles lists the portal generations.
func (c *Client) Profiles(ctx context.Context) ([]Profile, error) {
	list, err := ask[struct {
		Profiles []Profile `json:"profiles"`
	}](ctx, c, call{method: http.MethodGet, path: control("profiles")})
	return list.Profiles, err
}

// Version is that of the server, and of the Go toolchain that built it.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
}

// Version tells the version of the server.
func (c *Client) Version(ctx context.Context) (Version, error) {
	return ask[Version](ctx, c, call{method: http.MethodGet, path: []string{"version"}})
}

// Ready tells whether the server takes requests: nil when it does.
func (c *Client) Ready(ctx context.Context) error {
	return c.do(ctx, call{method: http.MethodGet, path: []string{"readyz"}})
}

// Metrics shows the server's metrics in the text format of Prometheus.
func (c *Client) Metrics(ctx context.Context) (string, error) {
	text, err := ask[[]byte](ctx, c, call{method: http.MethodGet, path: []string{"metrics"}})
	return string(text), err
}

// Document fetches one of the contracts that the server holds, such as
// structures.yaml, or structures.json for the same as JSON.
func (c *Client) Document(ctx context.Context, name string) ([]byte, error) {
	return ask[[]byte](ctx, c, call{method: http.MethodGet, path: []string{"openapi", name}})
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// readyz asks a running server; it needs no shell and no curl in the image.
type readyz struct {
	AdminAddr string `default:"127.0.0.1:8081" help:"Where the server's control API listens. [${default}, $$QUALIF_ADMIN_ADDR]" placeholder:"HOST:PORT"`
	Wait      string `default:"0s" help:"How long to keep asking before giving up. [${default}]" placeholder:"DURATION"`
}

// pause between two questions.
const pause = 50 * time.Millisecond

// Run implements the command.
func (c *readyz) Run(r *run) error {
	k := &checker{source: r.source}
	addr := k.address("admin-addr", c.AdminAddr)
	wait, err := time.ParseDuration(c.Wait)
	if err != nil || wait < 0 {
		k.fail("wait", c.Wait, "want a duration such as 10s")
	}
	if len(k.errs) > 0 {
		return misuse{errors.Join(k.errs...)}
	}
	url := "http://" + reachable(addr) + "/readyz"
	ctx, cancel := context.WithTimeout(r.ctx, wait+5*time.Second)
	defer cancel()
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	for {
		err := ask(ctx, url)
		if err == nil {
			_, err = fmt.Fprintln(r.Stdout, "ready")
			return err
		}
		next := time.NewTimer(pause)
		select {
		case <-deadline.C:
			next.Stop()
			return fmt.Errorf("%s: %w", url, err)
		case <-next.C:
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", url, err)
		}
	}
}

// reachable turns an address to listen on into one to call.
func reachable(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func ask(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 200))
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	return nil
}

package command

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/app"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/wire"
)

// checker collects every mistake, with the place the value came from.
type checker struct {
	source func(flag string) string
	errs   []error
}

func (c *checker) fail(flag, value, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: %q: %s", c.source(flag), value, fmt.Sprintf(format, args...)))
}

func (c *checker) oneOf(flag, value string, allowed ...string) string {
	if !slices.Contains(allowed, value) {
		c.fail(flag, value, "want %s", strings.Join(allowed, ", "))
	}
	return value
}

func (c *checker) address(flag, value string) string {
	host, port, err := net.SplitHostPort(value)
	n, number := strconv.Atoi(port)
	switch {
	case err != nil:
		c.fail(flag, value, "want host:port, such as 127.0.0.1:8080 or :0")
	case number != nil || n < 0 || n > 65535:
		c.fail(flag, value, "port %q is not a number from 0 to 65535", port)
	default:
		return net.JoinHostPort(host, port)
	}
	return "" // a free port: the other mistakes are still found
}

func (c *checker) number(flag, value string, least int64) int64 {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < least {
		c.fail(flag, value, "want a whole number, %d or more", least)
	}
	return n
}

// settings checks every value and reads every file; what is wrong is returned
// joined, beside settings good enough to look for more mistakes.
func (c *serve) settings(r *run) (settings, error) {
	k := &checker{source: r.source}
	s := settings{options: app.Options{
		Addr: k.address("addr", c.Addr), AdminAddr: k.address("admin-addr", c.AdminAddr),
		MailAddr: k.address("mail-addr", c.MailAddr), SMTPAddr: k.address("smtp-addr", c.SMTPAddr),
		PlatformURL: k.baseURL("platform-url", c.PlatformURL), AdminToken: c.AdminToken, AdminHosts: list(c.AdminHosts),
		Seed: k.number("seed", c.Seed, 1), MaxSandboxes: int(k.number("max-sandboxes", c.MaxSandboxes, 0)),
		HideExplanations: k.oneOf("explain", c.Explain, "on", "off") == "off",
		ValidateRequests: k.mode("validate-requests", c.ValidateRequests), ValidateAnswers: k.mode("validate-answers", c.ValidateAnswers),
		Profile: k.profile(c.Profile), Switches: k.switches(c.Switch), DataSets: k.dataSets(c.Fixtures), Version: versionOf(r),
	}}
	k.clock(c.Clock, &s.options)
	c.mail(k, &s.options)
	c.observed(k, &s.options)
	var err error
	if s.drain, err = time.ParseDuration(c.Drain); err != nil || s.drain < 0 {
		k.fail("drain", c.Drain, "want a duration such as 10s")
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		k.fail("log-level", c.LogLevel, "want debug, info, warn or error")
	}
	s.options.Log, s.human = logger(r, k.oneOf("log", c.Log, "auto", "text", "json"), level)
	return s, errors.Join(k.errs...)
}

func (c *checker) mode(flag, value string) wire.Mode {
	if !slices.Contains(wire.Modes, wire.Mode(value)) {
		c.fail(flag, value, "want enforce, report or off")
		return ""
	}
	return wire.Mode(value)
}

func (c *checker) profile(value string) string {
	if _, err := qualif.ProfileNamed(value); err != nil {
		c.fail("profile", value, "%v", err)
		return ""
	}
	return value
}

func (c *checker) baseURL(flag, value string) string {
	if value == "" {
		return ""
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		c.fail(flag, value, "want a URL such as http://localhost:8080")
	}
	return strings.TrimSuffix(value, "/")
}

func (c *checker) switches(given []string) qualif.Switches {
	all := qualif.Switches{}
	for _, text := range given {
		key, value, ok := strings.Cut(text, "=")
		one := qualif.Switches{key: value}
		if err := one.Check(); !ok || err != nil {
			c.fail("switch", text, "%v", cmpError(err, "want key=value"))
			continue
		}
		all[key] = value
	}
	return all
}

func cmpError(err error, otherwise string) string {
	if err != nil {
		return err.Error()
	}
	return otherwise
}

func (c *checker) dataSets(files []string) []*qualif.DataSet {
	var all []*qualif.DataSet
	for _, file := range files {
		set, _, err := fixtures.Read(file)
		if err != nil {
			c.fail("fixtures", file, "%v", err)
			continue
		}
		all = append(all, set)
	}
	return all
}

// clock reads "real", "frozen", "frozen@INSTANT", "offset@INSTANT" or a rate.
func (c *checker) clock(value string, o *app.Options) {
	mode, instant, dated := strings.Cut(value, "@")
	if dated {
		at, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			c.fail("clock", value, "%q is not an instant such as 2026-03-01T09:00:00+01:00", instant)
		}
		o.ClockAt = at
	}
	rate, err := strconv.ParseFloat(mode, 64)
	switch {
	case mode == "real" && !dated, mode == "frozen", mode == "offset" && dated:
		o.Clock = clock.Mode(mode)
	case err == nil:
		o.Clock, o.ClockRate = clock.Scaled, rate
		if err := clock.CheckRate(rate); err != nil {
			c.fail("clock", value, "%v", err)
			o.Clock = clock.Real
		}
	default:
		c.fail("clock", value, "want real, frozen, frozen@INSTANT, offset@INSTANT or a rate such as 60")
	}
}

func list(text string) []string {
	var all []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.ToLower(strings.TrimSpace(part)); part != "" {
			all = append(all, part)
		}
	}
	return all
}

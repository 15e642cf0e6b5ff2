package qualify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"chorus-qualif/server/client"
)

// Place is a sandbox of a server that is there for one run.
type Place struct {
	Server
	Sandbox string
	// Close gives it back.
	Close func()
}

// errNotApplicable is a situation that cannot happen in the place's generation
// of the portal.
var errNotApplicable = errors.New("does not happen in this generation of the portal")

// prepare makes the sandbox what the situation says, and collects what its
// command is given. after is how many calls "mid" lets through.
func (s *Situation) prepare(ctx context.Context, p Place, after int) (Handout, error) {
	sb := p.Admin.Sandbox(p.Sandbox)
	info, err := sb.Put(ctx, client.Spec{Clock: &s.Clock, Switches: s.Switches})
	if err != nil {
		return nil, err
	}
	if len(s.Profiles) > 0 && !slices.Contains(s.Profiles, info.Profile) {
		return nil, errNotApplicable
	}
	h, err := p.Handout(ctx, p.Sandbox)
	if err != nil {
		return nil, err
	}
	if h["cproAccount"] == "" || h["managerPassword"] == "" {
		return nil, errors.New("the data set has no technical account that works and whose password is known, with its gestionnaire principal")
	}
	h["situation"] = s.Name
	for i, step := range s.Prepare {
		if err := step.do(ctx, sb, h); err != nil {
			return nil, fmt.Errorf("step %d of the preparation: %w", i+1, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Faults)) {
		spec, err := s.Faults[name].spec(after)
		if err == nil {
			_, err = sb.PutFault(ctx, name, spec)
		}
		if err != nil {
			return nil, fmt.Errorf("fault %s: %w", name, err)
		}
	}
	return h, sb.ClearRequests(ctx)
}

func (step Step) do(ctx context.Context, sb *client.Sandbox, h Handout) error {
	switch {
	case step.Advance != "":
		_, err := sb.Advance(ctx, client.Span(step.Advance))
		return err
	case step.PasswordExpiry != "":
		return toExpiry(ctx, sb, h["login"], step.PasswordExpiry)
	case step.Portal != "":
		return h.act(ctx, step.Portal)
	}
	credentials, err := sb.Credentials(ctx)
	if err == nil {
		_, err = sb.PutApplication(ctx, credentials.ApplicationName, *step.Application)
	}
	return err
}

// toExpiry moves the clock to a password's expiry, or near it.
func toExpiry(ctx context.Context, sb *client.Sandbox, login, offset string) error {
	by, err := time.ParseDuration(offset)
	if err != nil {
		return err
	}
	accounts, err := sb.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if account.Login == login {
			_, err := sb.Advance(ctx, client.To(account.PasswordExpiresAt.Add(by)))
			return err
		}
	}
	return fmt.Errorf("no account is called %s", login)
}

// Check finds the situations that a server cannot run: codes that it does not
// know in met, faults of no kind.
func Check(ctx context.Context, admin *client.Client, all []Situation) error {
	usage, err := admin.Sandbox("default").Usage(ctx)
	if err != nil {
		return err
	}
	kinds, presets, err := admin.FaultKinds(ctx)
	if err != nil {
		return err
	}
	codes := []string{}
	for _, refusal := range usage.Refusals {
		codes = append(codes, refusal.Code)
	}
	names := []string{}
	for _, kind := range kinds {
		codes, names = append(codes, "fault-"+kind.Name), append(names, kind.Name)
	}
	for _, preset := range presets {
		names = append(names, preset.Name)
	}
	var errs []error
	for _, s := range all {
		for _, code := range s.Met {
			if !slices.Contains(codes, code) {
				errs = append(errs, fmt.Errorf("situation %s: met: no explanation has the code %s", s.Name, code))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(s.Faults)) {
			spec, err := s.Faults[name].spec(0)
			if asked := cmp.Or(spec.Preset, spec.Kind); err != nil || !slices.Contains(names, asked) {
				errs = append(errs, fmt.Errorf("situation %s: fault %s: there is no kind or preset %q", s.Name, name, asked))
			}
		}
	}
	return errors.Join(errs...)
}

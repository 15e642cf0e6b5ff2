package control

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type faults struct {
	Remote remote `embed:""`

	List  faultsList  `cmd:"" help:"List the faults of the sandbox, in the order in which they strike." example:"faults list"`
	On    faultsOn    `cmd:"" help:"Ask for a fault: a preset (a situation that clients have met) or a kind with settings. A fault of that name is replaced." example:"faults on gateway-error; faults on slow --kind latency --set fixed=2s --path '/cpro/*' --times 3; faults on flaky --preset invalid-client --probability 0.2 --seed 7"`
	Off   faultsOff   `cmd:"" help:"Forget faults; one that does not exist is no error." example:"faults off slow"`
	Clear faultsClear `cmd:"" help:"Forget every fault." example:"faults clear"`
	Kinds faultsKinds `cmd:"" help:"List the ways to fail: presets, and kinds with their settings." example:"faults kinds"`
}

type faultsList struct{}

// Run implements the command.
func (faultsList) Run(r *Run, g *faults) error {
	return talk(r, &g.Remote, func(s *session) ([]client.Fault, error) { return s.sandbox.Faults(s.Context) }, listFaults)
}

func listFaults(s *session, all []client.Fault) error {
	t := table.New("FAULT", "ON", "KIND", "SETTINGS", "WHICH CALLS", "WHEN", "SEEN", "STRUCK")
	for _, f := range all {
		t.Add(f.Name, yes(f.Enabled), f.Kind, assignments(f.Settings), matchWords(f.Match), whenWords(f), f.Seen, f.Struck)
	}
	return s.print(t, "no faults")
}

func assignments(settings map[string]any) string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		text, isText := settings[key].(string)
		if !isText {
			raw, _ := json.Marshal(settings[key])
			text = string(raw)
		}
		all = append(all, key+"="+text)
	}
	return strings.Join(all, " ")
}

func matchWords(m client.FaultMatch) string {
	raw, _ := json.Marshal(m)
	var given map[string]any
	if json.Unmarshal(raw, &given) != nil || len(given) == 0 {
		return "all"
	}
	return assignments(given)
}

func whenWords(f client.Fault) string {
	var all []string
	add := func(given bool, format string, value any) {
		if given {
			all = append(all, fmt.Sprintf(format, value))
		}
	}
	add(f.Probability < 1, "probability %g", f.Probability)
	add(f.Burst > 1, "%d in a row", f.Burst)
	add(f.Times > 0, "%d times", f.Times)
	add(!f.From.IsZero(), "from %s", moment(f.From))
	add(!f.Until.IsZero(), "until %s", moment(f.Until))
	if len(all) == 0 {
		return "always"
	}
	return strings.Join(all, ", ")
}

type faultsOn struct {
	Name        string   `arg:"" help:"Name of the fault; that of the preset too, when neither --preset nor --kind is given." placeholder:"NAME" complete:"preset"`
	Preset      string   `help:"A situation that clients have met; faults kinds lists them." placeholder:"PRESET" complete:"preset" xor:"what"`
	Kind        string   `help:"A way to fail; faults kinds lists them." placeholder:"KIND" complete:"kind" xor:"what"`
	Set         []string `help:"A setting of the kind, as KEY=VALUE, VALUE being a text, a number, true, false or JSON; repeatable." placeholder:"KEY=VALUE" sep:"none"`
	Operation   string   `group:"Which calls" help:"Only calls of this operationId; undeclared for what no contract declares." placeholder:"ID" complete:"operation"`
	Path        string   `group:"Which calls" help:"Only calls to this path, * standing for anything." placeholder:"PATH"`
	Method      string   `group:"Which calls" help:"Only calls with this method." placeholder:"METHOD"`
	Login       string   `group:"Which calls" help:"Only calls of this technical account." placeholder:"LOGIN" complete:"login"`
	ClientID    string   `group:"Which calls" help:"Only calls of this PISTE application." placeholder:"ID"`
	Header      []string `group:"Which calls" help:"Only calls with this header, as NAME=VALUE; repeatable." placeholder:"NAME=VALUE" sep:"none"`
	Nth         string   `group:"Which calls" help:"Only the one call of this number, from 1, of those that fit." placeholder:"N"`
	Every       string   `group:"Which calls" help:"Only each so many of those that fit." placeholder:"N"`
	Probability string   `group:"When" help:"Share of these calls that it strikes, 0 to 1. [1, or the preset's]" placeholder:"SHARE"`
	Burst       string   `group:"When" help:"How many calls in a row it strikes then. [1, or the preset's]" placeholder:"N"`
	Times       string   `group:"When" help:"How many calls it strikes at most." placeholder:"N"`
	From        string   `group:"When" help:"Not before this instant of the sandbox." placeholder:"INSTANT"`
	Until       string   `group:"When" help:"Not after this instant of the sandbox." placeholder:"INSTANT"`
	Seed        string   `group:"When" help:"What chance follows from. [the sandbox's]" placeholder:"N"`
	Disabled    bool     `group:"When" help:"Keep it, and let it strike nothing."`
}

// Run implements the command.
func (c *faultsOn) Run(r *Run, g *faults) error {
	spec, err := c.spec(r)
	if err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Fault, error) { return s.sandbox.PutFault(s.Context, c.Name, spec) },
		func(s *session, f client.Fault) error { return listFaults(s, []client.Fault{f}) })
}

func (c *faultsOn) spec(r *Run) (client.FaultSpec, error) {
	k := read(r)
	spec := client.FaultSpec{
		Preset: c.Preset, Kind: c.Kind, Probability: k.share("probability", c.Probability), Burst: int(k.whole("burst", c.Burst, 1)),
		Times: int(k.whole("times", c.Times, 1)), From: k.instant("from", c.From), Until: k.instant("until", c.Until),
	}
	if c.Preset == "" && c.Kind == "" {
		spec.Preset = c.Name
	}
	for _, text := range c.Set {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			k.fail("set", text, "KEY=VALUE")
			continue
		}
		if spec.Settings == nil {
			spec.Settings = map[string]any{}
		}
		var parsed any = value
		if json.Unmarshal([]byte(value), &parsed) != nil {
			parsed = value
		}
		spec.Settings[key] = parsed
	}
	match := client.FaultMatch{Operation: c.Operation, Path: c.Path, Method: c.Method, Login: c.Login, ClientID: c.ClientID,
		Nth: int(k.whole("nth", c.Nth, 1)), Every: int(k.whole("every", c.Every, 1))}
	if len(c.Header) > 0 {
		match.Header = k.pairs("header", c.Header)
	}
	if matchWords(match) != "all" {
		spec.Match = &match
	}
	if c.Seed != "" {
		seed := k.whole("seed", c.Seed, 0)
		spec.Seed = &seed
	}
	if c.Disabled {
		off := false
		spec.Enabled = &off
	}
	return spec, k.wrong()
}

type faultsOff struct {
	Names []string `arg:"" name:"name" help:"The faults." placeholder:"NAME" complete:"fault"`
}

// Run implements the command.
func (c *faultsOff) Run(r *Run, g *faults) error {
	return talk(r, &g.Remote, func(s *session) (nothing, error) {
		for _, name := range c.Names {
			if err := s.sandbox.DeleteFault(s.Context, name); err != nil {
				return nothing{}, err
			}
		}
		return nothing{}, nil
	}, say("off: %s", strings.Join(c.Names, ", ")))
}

type faultsClear struct{}

// Run implements the command.
func (faultsClear) Run(r *Run, g *faults) error {
	return talk(r, &g.Remote, func(s *session) (nothing, error) { return done(s.sandbox.ClearFaults(s.Context)) }, say("nothing goes wrong any more"))
}

type faultsKinds struct{}

type waysToFail struct {
	kinds   []client.FaultKind
	presets []client.FaultPreset
}

func (s *session) waysToFail(ctx context.Context) (waysToFail, error) {
	kinds, presets, err := s.client.FaultKinds(ctx)
	return waysToFail{kinds, presets}, err
}

func settingWords(s client.FaultSetting) string {
	words := s.Type
	if len(s.Choices) > 0 {
		words = strings.Join(s.Choices, ", ")
	}
	if s.Default != "" {
		words += " [" + s.Default + "]"
	}
	return words
}

// Run implements the command.
func (faultsKinds) Run(r *Run, g *faults) error {
	return talk(r, &g.Remote, func(s *session) (waysToFail, error) { return s.waysToFail(s.Context) },
		func(s *session, all waysToFail) error {
			presets := table.New("PRESET", "KIND", "WHAT IT DOES")
			for _, p := range all.presets {
				presets.Add(p.Name, p.Kind, p.Doc)
			}
			kinds := table.New("KIND", "SETTING", "VALUE", "WHAT IT DOES")
			for _, k := range all.kinds {
				kinds.Add(k.Name, "", "", k.Doc)
				for _, setting := range k.Settings {
					kinds.Add("", setting.Name, settingWords(setting), setting.Doc)
				}
			}
			if err := presets.Print(s.screen()); err != nil {
				return err
			}
			if _, err := fmt.Fprintln(s.Stdout); err != nil {
				return err
			}
			return kinds.Print(s.screen())
		})
}

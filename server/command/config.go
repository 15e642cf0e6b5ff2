package command

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"

	"chorus-qualif/server/command/control"
)

// configFile is the YAML file named by --config or QUALIF_CONFIG: one key a
// flag, without the dashes in front. It stands between the environment and the
// defaults; the environment is read here too, so that one place decides.
type configFile struct {
	args   []string
	lookup func(string) (string, bool)
	path   string
	values map[string]any
}

// load reads the file, if one is named.
func (f *configFile) load() error {
	source := "flag --config"
	f.path = f.named()
	if f.path == "" {
		var ok bool
		if f.path, ok = f.lookup(envName("config")); !ok || f.path == "" {
			return nil
		}
		source = "environment variable " + envName("config")
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		var at *os.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return fmt.Errorf("%s: cannot read %s: %w", source, f.path, err)
	}
	if err := yaml.Unmarshal(text, &f.values); err != nil {
		return fmt.Errorf("%s: %s: %s", source, f.path, strings.SplitN(yaml.FormatError(err, false, false), "\n", 2)[0])
	}
	return nil
}

// named is the file on the command line, found before the flags are parsed
// because it takes part in that.
func (f *configFile) named() string {
	for i, arg := range f.args {
		if value, ok := strings.CutPrefix(arg, "--config="); ok {
			return value
		}
		if arg == "--config" && i+1 < len(f.args) {
			return f.args[i+1]
		}
		if arg == "--" {
			break
		}
	}
	return ""
}

// Validate implements kong.Resolver.
func (f *configFile) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver: the environment first, then the file.
func (f *configFile) Resolve(_ *kong.Context, at *kong.Path, flag *kong.Flag) (any, error) {
	if !control.Outside(at.Node(), flag.Name) {
		return nil, nil
	}
	if value, ok := f.lookup(envName(flag.Name)); ok {
		return value, nil
	}
	switch value := f.values[flag.Name].(type) {
	case nil:
		return nil, nil
	case []any:
		parts := make([]string, len(value))
		for i, v := range value {
			parts[i] = fmt.Sprint(v)
		}
		return strings.Join(parts, ","), nil
	default:
		return fmt.Sprint(value), nil
	}
}

// unknown refuses the keys of the file that are no flag.
func (f *configFile) unknown(model *kong.Application) error {
	var known []string
	for _, node := range append(model.Children, model.Node) {
		for _, flag := range node.Flags {
			if control.Outside(node, flag.Name) {
				known = append(known, flag.Name)
			}
		}
	}
	var errs []error
	for key := range f.values {
		if !slices.Contains(known, key) {
			errs = append(errs, fmt.Errorf("%s in file %s: there is no such setting", key, f.path))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

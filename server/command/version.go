package command

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"chorus-qualif/server/admin"
)

type version struct{}

// Run implements the command.
func (version) Run(r *run) error {
	v := versionOf(r)
	_, err := fmt.Fprintf(r.Stdout, "chorus-qualif %s (commit %s, %s)\n", v.Version, v.Commit, v.Go)
	return err
}

// buildVersion completes the version with what the toolchain recorded.
func buildVersion(given string) admin.Version {
	v := admin.Version{Version: given, Commit: "unknown", Go: runtime.Version()}
	if v.Version == "" {
		v.Version = "dev"
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				v.Commit = setting.Value
			}
		}
	}
	return v
}

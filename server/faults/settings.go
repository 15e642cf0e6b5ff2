package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"chorus-qualif/server/clock"
)

// read decodes settings over their defaults; a property that the kind does not
// have is an error.
func read[T any](raw json.RawMessage, defaults T) (T, error) {
	if len(bytes.TrimSpace(raw)) == 0 || string(bytes.TrimSpace(raw)) == "null" {
		return defaults, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&defaults); err != nil {
		return defaults, fmt.Errorf("settings: %w", err)
	}
	return defaults, nil
}

// Duration is a length of time as people write it: "2s", "PT30M".
type Duration time.Duration

// UnmarshalJSON reads what clock.ParseSpan reads; calendar units are refused,
// and so is more than a day and a half of each.
func (d *Duration) UnmarshalJSON(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return fmt.Errorf("want a duration such as \"2s\"")
	}
	span, err := clock.ParseSpan(written)
	switch {
	case err != nil:
		return err
	case span.Years+span.Months+span.Days > 0:
		return fmt.Errorf("duration %q: want hours, minutes and seconds", written)
	}
	*d = Duration(span.Exact)
	return nil
}

func (d Duration) String() string { return time.Duration(d).String() }

// onClock reads which clock is meant.
func onClock(name string) (virtual bool, err error) {
	switch name {
	case "wall":
		return false, nil
	case "virtual":
		return true, nil
	}
	return false, fmt.Errorf("settings: clock %q: want wall or virtual", name)
}

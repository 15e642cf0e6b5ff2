package qualif

import (
	"errors"
	"fmt"
	"maps"
)

// Found creates a sandbox: the first command on an empty state, and an error on
// any other. It registers the default PISTE application, APP_SANDBOX_<email>,
// with a raccordement for every structure that has a manager, and the technical
// accounts that the data set brings. An unknown profile, a wrong switch and a
// data set that is not in the library are plain errors; an instant that no
// sandbox can start at is a Refusal.
type Found struct {
	Name string
	// Seed makes everything unpredictable in the sandbox: passwords,
	// identifiers, keys.
	Seed int64
	// Profile is a name that ProfileNamed takes.
	Profile  string
	Switches Switches
	Clock    ClockSetting
	// DataSet is indexed and in the state's library.
	DataSet *DataSet
}

func (c Found) execute(t *Transaction) (struct{}, error) {
	if err := c.check(t); err != nil {
		return struct{}{}, err
	}
	created := SandboxCreated{Name: c.Name, Seed: c.Seed, Profile: c.Profile, Clock: c.Clock}
	if len(c.Switches) > 0 {
		created.Switches = maps.Clone(c.Switches)
	}
	t.because(t.emit(created))
	t.emit(DataSetLoaded{Name: c.DataSet.Name, Digest: c.DataSet.Digest()})
	t.emit(ApplicationChanged{Application: defaultApplication(t.s)})
	for _, seed := range seedAccounts(c.DataSet.Accounts, t.s.Profile, c.DataSet.index.byID) {
		t.emit(TechnicalAccountImported{Account: t.s.imported(seed, t.now)})
	}
	return struct{}{}, nil
}

func (c Found) check(t *Transaction) error {
	if t.s.Seq > 0 {
		return fmt.Errorf("sandbox %s exists already", t.s.Name)
	}
	if c.DataSet == nil || c.DataSet.index == nil {
		return errors.New("the data set is missing or not indexed")
	}
	if _, ok := t.s.library.DataSet(c.DataSet.Digest()); !ok {
		return fmt.Errorf("data set %s (%s) is not in the library", c.DataSet.Name, c.DataSet.Digest())
	}
	if t.now.Before(firstInstant) {
		return refuse("clock-too-early", FormatInstant(t.now))
	}
	if refusal := c.Clock.check(); refusal != nil {
		return refusal
	}
	_, err := ProfileNamed(c.Profile)
	return errors.Join(err, c.Switches.Check())
}

// defaultApplicationName is the name PISTE gives it: APP_SANDBOX_<email>.
func defaultApplicationName(sandbox string) string {
	return "APP_SANDBOX_" + sandbox + "@qualif.example"
}

// defaultApplication is the one PISTE creates for every developer, connected
// for every structure that has a manager: the platform's own steps are done.
func defaultApplication(s *State) Application {
	app := s.applicationNamed(defaultApplicationName(s.Name))
	app.Raccordements = s.data.index.managed // shared by all, as nothing changes it
	return app
}

package qualif

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// Kind names a type of event, in domain words.
type Kind string

// Event is a fact: what happened in a sandbox, when on its clock, because of
// which earlier event. The payload carries every generated value.
type Event struct {
	// Seq counts from 1 in each sandbox, without gaps.
	Seq uint64
	// At is the virtual instant, to the millisecond.
	At time.Time
	// Cause is the Seq of the event that led to this one, 0 for a command's
	// own first event.
	Cause   uint64
	Payload Payload
}

// Payload is the fact itself.
type Payload interface {
	// Kind names the type; it is stable, as journals outlive programs.
	Kind() Kind
	// Version counts the incompatible changes of the type's JSON.
	Version() int
	// Subject is what the event is about (a login, a structure), or "".
	Subject() string
	apply(s *State, e Event)
}

type eventJSON struct {
	Seq     uint64          `json:"seq"`
	At      string          `json:"at"`
	Kind    Kind            `json:"kind"`
	Version int             `json:"version"`
	Subject string          `json:"subject"`
	Cause   uint64          `json:"cause"`
	Data    json.RawMessage `json:"data"`
}

// instantLayout writes instants in journals: Paris time, milliseconds.
const instantLayout = "2006-01-02T15:04:05.000Z07:00"

// FormatInstant writes an instant as journals and explanations do: ISO 8601,
// Paris time, milliseconds.
func FormatInstant(at time.Time) string { return at.In(Paris).Format(instantLayout) }

// MarshalJSON writes the event with its kind, version and subject beside the
// data.
func (e Event) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(e.Payload)
	if err != nil {
		return nil, err
	}
	return json.Marshal(eventJSON{e.Seq, FormatInstant(e.At), e.Payload.Kind(), e.Payload.Version(), e.Payload.Subject(), e.Cause, data})
}

// UnmarshalJSON reads an event back; an unknown kind or version is an error.
func (e *Event) UnmarshalJSON(text []byte) error {
	var raw eventJSON
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	at, err := time.Parse(instantLayout, raw.At)
	if err != nil {
		return fmt.Errorf("event %d: instant: %w", raw.Seq, err)
	}
	read, ok := payloads[raw.Kind]
	if !ok {
		return fmt.Errorf("event %d: kind %q is unknown", raw.Seq, raw.Kind)
	}
	payload, err := read(raw.Data)
	if err != nil {
		return fmt.Errorf("event %d (%s): %w", raw.Seq, raw.Kind, err)
	}
	if payload.Version() != raw.Version {
		return fmt.Errorf("event %d (%s): version %d, this program reads %d", raw.Seq, raw.Kind, raw.Version, payload.Version())
	}
	*e = Event{Seq: raw.Seq, At: at.In(Paris), Cause: raw.Cause, Payload: payload}
	return nil
}

func reader[P Payload](data []byte) (Payload, error) {
	var p P
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	inParis(reflect.ValueOf(&p).Elem())
	return p, nil
}

// inParis puts the instants of a payload back in the time zone they were
// written in: JSON keeps no more of it than the offset.
func inParis(v reflect.Value) {
	if at, ok := v.Interface().(time.Time); ok {
		if !at.IsZero() {
			v.Set(reflect.ValueOf(at.In(Paris)))
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			inParis(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			inParis(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				inParis(v.Field(i))
			}
		}
	}
}

// payloads reads each kind back from its JSON.
var payloads = map[Kind]func([]byte) (Payload, error){
	"SandboxCreated":                reader[SandboxCreated],
	"SandboxForked":                 reader[SandboxForked],
	"DataSetLoaded":                 reader[DataSetLoaded],
	"ClockChanged":                  reader[ClockChanged],
	"ClockAdvanced":                 reader[ClockAdvanced],
	"ApplicationChanged":            reader[ApplicationChanged],
	"TechnicalAccountImported":      reader[TechnicalAccountImported],
	"TechnicalAccountPrepared":      reader[TechnicalAccountPrepared],
	"PreparationExpired":            reader[PreparationExpired],
	"TechnicalAccountRequested":     reader[TechnicalAccountRequested],
	"TechnicalAccountEffective":     reader[TechnicalAccountEffective],
	"PasswordReset":                 reader[PasswordReset],
	"PasswordExpired":               reader[PasswordExpired],
	"DeactivationRequested":         reader[DeactivationRequested],
	"TechnicalAccountDeactivated":   reader[TechnicalAccountDeactivated],
	"ReactivationRequested":         reader[ReactivationRequested],
	"TechnicalAccountReactivated":   reader[TechnicalAccountReactivated],
	"TechnicalAccountDeleted":       reader[TechnicalAccountDeleted],
	"ContactChanged":                reader[ContactChanged],
	"PersonContactChanged":          reader[PersonContactChanged],
	"ManagerChanged":                reader[ManagerChanged],
	"AuthenticationFailed":          reader[AuthenticationFailed],
	"AuthenticationFailuresCleared": reader[AuthenticationFailuresCleared],
	"MailQueued":                    reader[MailQueued],
	"PieceJointeAjoutee":            reader[PieceJointeAjoutee],
	"PieceJointeDetachee":           reader[PieceJointeDetachee],
	"FluxDepose":                    reader[FluxDepose],
	"FluxAvance":                    reader[FluxAvance],
	"FluxTraite":                    reader[FluxTraite],
	"FactureDeposee":                reader[FactureDeposee],
	"FactureStatut":                 reader[FactureStatut],
	"FactureModifiee":               reader[FactureModifiee],
	"FactureAction":                 reader[FactureAction],
}

// v1 is embedded by payloads whose JSON is in its first version.
type v1 struct{}

// Version is 1.
func (v1) Version() int { return 1 }

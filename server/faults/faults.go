// Package faults makes the platform fail on purpose: what is asked for, on the
// calls that are meant, the same way each time for the same seed.
package faults

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"time"

	"chorus-qualif/server/qualif"
)

// Place is where a call goes, or where a kind can strike: several are added up.
type Place uint8

// The places: the token endpoint, the APIs behind the gateway, the portal (its
// pages and the same as JSON).
const (
	Token Place = 1 << iota
	API
	Portal

	Everywhere = Token | API | Portal
)

// Names lists the places in the words of the control API.
func (p Place) Names() []string {
	var names []string
	for place, name := range [...]string{"token", "api", "portal"} {
		if p&(1<<place) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Call is what a fault can see of a call.
type Call struct {
	Place Place
	// Operation is the operationId, "undeclared", or "" for a page.
	Operation    string
	Method, Path string
	Header       http.Header
	// Present is the instant on the sandbox's clock, Wall on the machine's.
	Present, Wall time.Time
	// Login is the technical account that the call names, ClientID the PISTE
	// application's; "" when there is none. They cost something, and few ask.
	Login, ClientID func() string
}

// Plan is what will be done to a call.
type Plan struct {
	// Delays come first.
	Delays []Delay
	// Answer replaces the platform's; nil leaves it.
	Answer *Answer
	// Judges may change what the gateway says of a technical account.
	Judges []Judge
	// Wire is done to the answer on its way.
	Wire Wire
	// Deeds are done to the sandbox, by Carry, before the call is judged.
	Deeds []Deed
	// Struck tells what struck, in order.
	Struck []Struck
}

// Delay holds a call.
type Delay struct {
	By time.Duration
	// Virtual waits for the sandbox's clock, not for the machine's.
	Virtual bool
}

// Answer is what is said instead.
type Answer struct {
	Status      int
	ContentType string
	Body        []byte
	// Echo answers the request's own body.
	Echo bool
	// Header holds more headers by canonical name.
	Header map[string]string
}

// Judge gives another verdict on a technical account, or the same one.
type Judge func(v qualif.Verdict, now time.Time) qualif.Verdict

// Wire is what becomes of an answer between the platform and the client. The zero
// Wire does nothing.
type Wire struct {
	// Reset closes the connection without an answer.
	Reset bool
	// Cut is the part of the body that gets through before the connection is
	// closed, from 0 to 1; nil lets all of it.
	Cut *float64
	// Chunk is how many bytes leave at a time, with Pause between them, on the
	// machine's clock; 0 is all at once.
	Chunk int
	Pause time.Duration
	// Spoil makes JSON of the body that nobody can read.
	Spoil bool
	// ContentType replaces the answer's, and Page its body; "" leaves them.
	ContentType, Page string
}

// Struck is a fault that struck a call: its name, its kind, what it did.
type Struck struct{ Name, Kind, What string }

// Kind is one way to fail. Each is in a file of its own.
type Kind interface {
	// Name is stable: what the control API calls it.
	Name() string
	// Doc says in one sentence what it does.
	Doc() string
	// On tells the calls it can strike.
	On() Place
	// Settings describes what Read takes, in the order of a form.
	Settings() []Setting
	// Read makes an effect of settings, a JSON object or nothing; the error
	// says everything that is wrong with them.
	Read(settings json.RawMessage) (Effect, error)
}

// Effect is a kind with its settings.
type Effect struct {
	// Strike plans what happens to a call, and says it in words; "" lets the
	// call be. draw is the only randomness there is. It is called by one
	// goroutine at a time.
	Strike func(c *Call, draw *rand.Rand, p *Plan) string
}

// Kinds lists the ways to fail.
func Kinds() []Kind {
	return []Kind{
		latency{}, invalidClient{}, emptyToken{}, unauthorized{}, accountChanged{}, forbidden{}, quota{}, serverError{}, maintenance{},
		answer{}, connectionReset{}, truncatedBody{}, slowBody{}, malformedJSON{}, wrongContentType{}, delayedEffect{}, staleReads{}, meanwhile{},
	}
}

// KindNamed finds a kind.
func KindNamed(name string) (Kind, bool) {
	for _, k := range Kinds() {
		if k.Name() == name {
			return k, true
		}
	}
	return nil, false
}

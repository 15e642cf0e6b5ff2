package faults

import "encoding/json"

// Preset is a fault ready to ask for by name: a situation that clients of the
// real platform have met.
type Preset struct {
	Name string
	// Doc says what happens, and who met it.
	Doc  string
	Spec Spec
}

// nothingFound is a business refusal as one was recorded (factures/v1, an empty
// search), written inside a JSON text.
const nothingFound = `{\"codeRetour\":20000,\"libelle\":\"TRA_MSG_00.015 - La recherche n'a retourné aucun résultat\"}`

// onAPIs leaves the token endpoint alone.
func onAPIs(s *Spec) { s.Match.Path = "/cpro/*" }

// Presets lists the ready-made faults.
func Presets() []Preset {
	preset := func(name, doc, kind, settings string, change func(*Spec)) Preset {
		s := Spec{Kind: kind, Probability: 1}
		if settings != "" {
			s.Settings = json.RawMessage(settings)
		}
		if change != nil {
			change(&s)
		}
		return Preset{name, doc, s}
	}
	return []Preset{
		preset("flaky-oauth", "Good credentials are refused invalid_client about one time in ten, as integrators of PISTE report.", "invalid-client", "",
			func(s *Spec) { s.Probability = 0.1 }),
		preset("invalid-client", "Every token request is refused invalid_client.", "invalid-client", "", nil),
		preset("empty-token", "Tokens are granted empty (Pastell, issue 1682).", "empty-token", "", nil),
		preset("burst-401", "Now and then three calls in a row are refused with 401.", "unauthorized", "",
			func(s *Spec) { s.Probability, s.Burst = 0.1, 3 }),
		preset("too-fast-401", "Calls less than a second after the previous one are refused with 401: clients pause for one.", "unauthorized", `{"spacing":"1s"}`, nil),
		preset("wrong-account", "Every technical account is refused: the useful text is in WWW-Authenticate only.", "unauthorized", `{"as":"account"}`, nil),
		preset("legacy-401-body", "Every technical account is refused with the codeRetour 401 of before PISTE.", "unauthorized", `{"as":"legacy"}`, nil),
		preset("account-changed", "401 on one call, 403 on the next: somebody changed the technical account (OCA, issue 349).", "account-changed", "", nil),
		preset("api-not-subscribed", "The token is good, and calls get a 403 with an empty body (OCA, issue 410).", "forbidden", "", nil),
		preset("no-raccordement", "Calls get a 403 that echoes the request.", "forbidden", `{"body":"echo"}`, nil),
		preset("unknown-route", "Calls get a 403 with {}.", "forbidden", `{"body":"braces"}`, nil),
		preset("business-refusal", "Calls get HTTP 200 with a codeRetour that is not 0, which clients that read the status alone miss.", "answer",
			`{"status":200,"contentType":"application/json;charset=utf-8","body":"`+nothingFound+`"}`, onAPIs),
		preset("business-refusal-400", "Calls get the same two fields with HTTP 400.", "answer",
			`{"status":400,"contentType":"application/json;charset=utf-8","body":"`+nothingFound+`"}`, onAPIs),
		preset("quota", "Ten calls a minute, then 429.", "quota", `{"limit":10,"window":"1m"}`, nil),
		preset("gateway-down", "Everything is answered 503.", "server-error", "", nil),
		preset("gateway-flaky", "One call in ten is answered 502.", "server-error", `{"status":502}`, func(s *Spec) { s.Probability = 0.1 }),
		preset("maintenance-night", "Closed from 22:00 to 06:00, with 503.", "maintenance", "", nil),
		preset("slow", "Answers take about a second, now and then several.", "latency", `{"median":"800ms","sigma":0.6,"max":"10s"}`, nil),
		preset("held", "Calls are held until the sandbox's clock has moved by a minute.", "latency", `{"fixed":"1m","clock":"virtual"}`, nil),
		preset("reset", "Connections are reset instead of answered.", "connection-reset", "", nil),
		preset("truncated", "Half of each body gets through.", "truncated-body", "", nil),
		preset("dripping", "Bodies arrive a few bytes at a time.", "slow-body", "", nil),
		preset("malformed", "Bodies are no JSON.", "malformed-json", "", nil),
		preset("proxy-page", "A proxy's page in HTML instead of the JSON, with the same status.", "wrong-content-type", `{"page":"<html><body>Bad gateway</body></html>"}`, nil),
		preset("slow-creation", "An account works half an hour later than the platform said.", "delayed-effect", `{"by":"30m","of":"creation"}`, nil),
		preset("slow-deactivation", "An account goes on working for half an hour after its deactivation took effect.", "delayed-effect", `{"by":"30m","of":"deactivation"}`, nil),
		preset("slow-reactivation", "An account that is active again works half an hour later than the platform said.", "delayed-effect", `{"by":"30m","of":"reactivation"}`, nil),
		preset("stale-reset", "For five minutes after a reset the old password works and the new one does not.", "stale-reads", `{"for":"5m"}`, nil),
	}
}

// PresetNamed finds a preset.
func PresetNamed(name string) (Preset, bool) {
	for _, p := range Presets() {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
}

package app

import (
	"context"
	"slices"

	"chorus-qualif/server/admin"
	"chorus-qualif/server/chorus"
	"chorus-qualif/server/faults"
	"chorus-qualif/server/files"
	"chorus-qualif/server/gateway"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/webhooks"
)

// watch is what hangs on the sandboxes beside their state.
type watch struct {
	requests *requests.Journals
	faults   *faults.Books
	webhooks *webhooks.Hooks
	// files holds what the sandboxes carry.
	files *files.Store
	// gateway explains tokens.
	gateway *gateway.Gateway
	// ending is done when the program stops: streams and held calls end.
	ending context.Context
	end    context.CancelFunc
}

// newWatch makes it, and has the registry tell it of the sandboxes' lives.
func newWatch(o *Options) *watch {
	w := &watch{requests: requests.New(o.requestLimits()), files: files.New(o.filesLimit())}
	w.faults = &faults.Books{LastCall: func(sb *sandboxes.Sandbox) uint64 { return w.requests.Of(sb).Last() }}
	w.ending, w.end = context.WithCancel(context.Background())
	w.webhooks = webhooks.New(webhooks.Options{Private: o.WebhookPrivate, Ending: w.ending})
	o.lives = append(o.lives, w.requests.Observe, w.faults.Observe, w.webhooks.Observe)
	return w
}

// filesLimit is how many bytes of files there may be; 0 is no bound.
func (o *Options) filesLimit() int64 {
	if o.FilesTotalBytes == 0 {
		return files.DefaultLimit
	}
	return max(o.FilesTotalBytes, 0)
}

// requestLimits bound the journals of calls.
func (o *Options) requestLimits() requests.Limits {
	limits := requests.DefaultLimits
	switch {
	case o.Requests < 0:
		limits.Count = 0
	case o.Requests > 0:
		limits.Count = o.Requests
	}
	if o.RequestsBytes > 0 {
		limits.Bytes = o.RequestsBytes
	}
	if o.RequestsTotalBytes > 0 {
		limits.Total = o.RequestsTotalBytes
	}
	if o.RequestsBodyBytes > 0 {
		limits.Body = o.RequestsBodyBytes
	}
	return limits
}

// explainToken tells what a token is worth now.
func (w *watch) explainToken(text string) admin.TokenFacts {
	facts := w.gateway.ExplainToken(text)
	told := admin.TokenFacts{
		Sandbox: facts.Sandbox, Application: facts.Application, Issued: facts.Issued, Expires: facts.Expires, Code: facts.Code, Why: facts.Why,
	}
	for _, access := range facts.APIs {
		told.APIs = append(told.APIs, admin.Access(access))
	}
	return told
}

// refusals lists what a client can be refused for: by the gateway, then by the
// operations.
func refusals() []requests.Refusal {
	var all []requests.Refusal
	for _, c := range gateway.Codes() {
		all = append(all, requests.Refusal(c))
	}
	for _, r := range chorus.Refusals() {
		one := requests.Refusal{Code: r.Situation, Check: requests.CheckOperation.String()}
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

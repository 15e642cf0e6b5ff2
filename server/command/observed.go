package command

import (
	"time"

	"chorus-qualif/server/app"
)

// observed reads the settings of what watches over the sandboxes.
func (c *serve) observed(k *checker, o *app.Options) {
	o.AutoSandboxes = k.oneOf("auto-sandboxes", c.AutoSandboxes, "on", "off") == "on"
	if o.Requests = int(k.number("requests", c.Requests, 0)); o.Requests == 0 {
		o.Requests = -1
	}
	o.RequestsBytes = int(k.number("requests-bytes", c.RequestsBytes, 1))
	o.RequestsBodyBytes = int(k.number("requests-body-bytes", c.RequestsBodyBytes, 1))
	o.RequestsTotalBytes = int(k.number("requests-total-bytes", c.RequestsTotalBytes, 1))
	if o.FilesTotalBytes = k.number("files-total-bytes", c.FilesTotalBytes, 0); o.FilesTotalBytes == 0 {
		o.FilesTotalBytes = -1
	}
	o.BodiesTotalBytes = k.number("bodies-total-bytes", c.BodiesTotalBytes, 1)
	o.WebhookPrivate = k.oneOf("webhook-private", c.WebhookPrivate, "on", "off") == "on"
	o.IdleAfter = k.duration("idle-after", c.IdleAfter)
}

func (c *checker) duration(flag, value string) time.Duration {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		c.fail(flag, value, "want a duration such as 30m, 0s or more")
	}
	return max(d, 0)
}

package wire

import (
	"errors"
	"log/slog"
	"net/http"

	"chorus-qualif/server/qualif"
)

// statuses maps the domain's categories of refusal to HTTP, once for all.
var statuses = map[qualif.Category]int{
	qualif.Invalid:   http.StatusUnprocessableEntity,
	qualif.Forbidden: http.StatusForbidden,
	qualif.Unknown:   http.StatusNotFound,
	qualif.Conflict:  http.StatusConflict,
}

// Refusal is the answer of our own APIs to a command that the domain refused,
// in a language ("fr" or "en"). Any other error is a fault of ours: it is
// logged and answered 500 without its text.
func Refusal(err error, locale string, log *slog.Logger) Reply {
	var refused *qualif.Refusal
	if !errors.As(err, &refused) {
		log.Error("command failed", "error", err)
		return Refuse(http.StatusInternalServerError, "internal-error", "the server could not keep the change; its log says why")
	}
	return Reject(Problem{
		Status: statuses[refused.Category], Code: refused.Code, Detail: refused.Message(locale), Field: refused.Field,
	})
}

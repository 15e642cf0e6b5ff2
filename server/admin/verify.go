package admin

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

type expectation struct {
	Match    criteria   `json:"match"`
	Exactly  *int       `json:"exactly"`
	AtLeast  *int       `json:"atLeast"`
	AtMost   *int       `json:"atMost"`
	Sequence []criteria `json:"sequence"`
}

type verified struct {
	Found int      `json:"found"`
	IDs   []uint64 `json:"ids"`
}

type verification struct {
	verified
	MissingStep *int       `json:"missingStep"`
	Nearest     []nearMiss `json:"nearest"`
}

type nearMiss struct {
	ID     uint64     `json:"id"`
	Target string     `json:"target"`
	Misses []missView `json:"misses"`
}

type missView struct {
	Field string `json:"field"`
	Want  string `json:"want"`
	Got   string `json:"got"`
}

func (a *Admin) verifyRequests(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	given, refused := read[expectation](body)
	if refused != nil {
		return *refused
	}
	expected := requests.Expectation{Match: given.Match.meant(), Exactly: given.Exactly, AtLeast: given.AtLeast, AtMost: given.AtMost}
	for i := range given.Sequence {
		expected.Sequence = append(expected.Sequence, given.Sequence[i].meant())
	}
	v := a.o.Requests.Of(sb).Verify(&expected)
	found := verified{v.Found, append([]uint64{}, v.IDs...)}
	if v.Holds {
		return wire.JSON(http.StatusOK, found)
	}
	told := verification{verified: found, Nearest: []nearMiss{}}
	detail := fmt.Sprintf("found %d calls, want %s", v.Found, bounds(given))
	if len(given.Sequence) > 0 {
		told.MissingStep = &v.Missing
		detail = fmt.Sprintf("found %d of %d steps in order: no call fits step %d after those before it", v.Found, len(given.Sequence), v.Missing)
	}
	for _, near := range v.Nearest {
		view := nearMiss{near.Entry.ID, near.Entry.Target, []missView{}}
		for _, m := range near.Misses {
			view.Misses = append(view.Misses, missView(m))
		}
		told.Nearest = append(told.Nearest, view)
	}
	refusal := wire.Refuse(http.StatusUnprocessableEntity, "requests-not-verified", detail)
	refusal.Body = struct {
		wire.Problem
		Verification verification `json:"verification"`
	}{refusal.Body.(wire.Problem), told}
	return refusal
}

func bounds(x expectation) string {
	var words []string
	for _, bound := range []struct {
		word  string
		limit *int
	}{{"exactly", x.Exactly}, {"at least", x.AtLeast}, {"at most", x.AtMost}} {
		if bound.limit != nil {
			words = append(words, fmt.Sprintf("%s %d", bound.word, *bound.limit))
		}
	}
	if len(words) == 0 {
		return "at least 1"
	}
	return strings.Join(words, " and ")
}

package portal

import (
	"errors"
	"net/http"

	"github.com/bytedance/sonic"
	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/wire"
)

// answer is one operation: it gives the body of the answer, or the error to
// refuse with.
type answer func(v visit, g *gin.Context, body []byte) (any, error)

// operations lists the operations of the document "portal" by operationId.
func (p *Portal) operations() map[string]answer {
	return map[string]answer{
		"getMe":                      getMe,
		"changeMyContactEmail":       changeMyContactEmail,
		"listStructures":             listStructures,
		"listTechnicalAccounts":      listTechnicalAccounts,
		"createTechnicalAccount":     createTechnicalAccount,
		"prepareTechnicalAccount":    prepareTechnicalAccount,
		"transferManager":            transferManager,
		"resetPassword":              resetPassword,
		"deactivateTechnicalAccount": deactivateTechnicalAccount,
		"activateTechnicalAccount":   activateTechnicalAccount,
		"changeContactEmail":         changeContactEmail,
	}
}

// dress makes an operation answer in JSON. The status of success is the lowest
// that the document declares: 200, or 201 for a creation.
func (p *Portal) dress(op *openapi.Operation, do answer) func(*gin.Context, []byte) wire.Reply {
	return func(g *gin.Context, body []byte) wire.Reply {
		v := g.MustGet(visitKey).(visit)
		view, err := do(v, g, body)
		// Stamped anew: what the operation did may be later than its arrival.
		wire.Stamp(g.Writer.Header(), v.sandbox.Name(), v.sandbox.Now())
		if err != nil {
			return p.refuse(op, v.locale, err)
		}
		reply := wire.JSON(op.Statuses[0], view)
		reply.Header = http.Header{"Content-Language": {string(v.locale)}}
		return reply
	}
}

// errBody is a body that no contract check let through: the checks are off.
var errBody = errors.New("the body is not the JSON that this operation takes")

// refuse is the answer to a refused command. Where the refusal is about one
// field of the request, errors says where it is, as for a violation of the
// contract: a page puts the sentence beside it.
func (p *Portal) refuse(op *openapi.Operation, l locale, err error) wire.Reply {
	if errors.Is(err, errBody) {
		return wire.Refuse(http.StatusBadRequest, "invalid-request", err.Error())
	}
	reply := wire.Refusal(err, string(l), p.log)
	problem, ok := reply.Body.(wire.Problem)
	if !ok {
		return reply
	}
	if problem.Field != "" {
		in, pointer := place(op, problem.Field)
		problem.Errors = []openapi.Violation{{In: in, Pointer: pointer, Rule: problem.Code, Message: problem.Detail}}
		reply.Body = problem
	}
	reply.Header = http.Header{"Content-Language": {string(l)}}
	return reply
}

// place is where an operation has a field: among its parameters, else in its
// body.
func place(op *openapi.Operation, field string) (in, pointer string) {
	for _, parameter := range op.Parameters {
		if parameter.Name == field {
			return parameter.In, field
		}
	}
	return "body", "/" + field
}

// read decodes a body; none at all reads as an empty one.
func read[T any](body []byte) (T, error) {
	var value T
	if len(body) == 0 {
		return value, nil
	}
	if err := sonic.ConfigStd.Unmarshal(body, &value); err != nil {
		return value, errBody
	}
	return value, nil
}

func getMe(v visit, _ *gin.Context, _ []byte) (any, error) {
	who := v.me()
	return meJSON{
		Login: who.Person.Login, Nom: who.Person.Nom, Prenom: who.Person.Prenom, ContactEmail: who.Contact,
		Profile: who.Profile, Structures: each(who.Structures, membership.attachment),
	}, nil
}

func listStructures(v visit, _ *gin.Context, _ []byte) (any, error) {
	return structureListJSON{each(v.structures(), membership.json)}, nil
}

type contactJSON struct {
	ContactEmail string `json:"contactEmail"`
}

func changeMyContactEmail(v visit, _ *gin.Context, body []byte) (any, error) {
	given, err := read[contactJSON](body)
	if err != nil {
		return nil, err
	}
	done, err := v.changeMyContact(given.ContactEmail)
	if err != nil {
		return nil, err
	}
	return myContactChangedJSON{done.Subject, given.ContactEmail, done.Logins, done.Message}, nil
}

func transferManager(v visit, g *gin.Context, body []byte) (any, error) {
	given, err := read[struct {
		Login string `json:"login"`
	}](body)
	if err != nil {
		return nil, err
	}
	done, err := v.transfer(g.Param("siret"), given.Login)
	if err != nil {
		return nil, err
	}
	return managerTransferredJSON{done.Siret, done.Subject, done.Logins, done.Message}, nil
}

func listTechnicalAccounts(v visit, g *gin.Context, _ []byte) (any, error) {
	found, err := v.accounts(g.Param("siret"), qualif.Status(g.Query("status")))
	if err != nil {
		return nil, err
	}
	return accountListJSON{each(found, account.json)}, nil
}

func prepareTechnicalAccount(v visit, g *gin.Context, _ []byte) (any, error) {
	form, err := v.prepare(g.Param("siret"))
	if err != nil {
		return nil, err
	}
	view := preparationJSON{
		Preparation: form.ID, Login: form.Login, ContactEmail: form.Contact, ExpiresAt: qualif.FormatInstant(form.ExpiresAt),
		Others: each(form.Others, func(a *qualif.TechnicalAccount) otherAccountJSON { return otherAccountJSON{a.Login, a.Siret} }),
	}
	if form.Password != "" {
		header := cproAccount(form.Login, form.Password)
		view.Password, view.CproAccount = &form.Password, &header
	}
	return view, nil
}

func createTechnicalAccount(v visit, g *gin.Context, body []byte) (any, error) {
	given, err := read[struct {
		Preparation  string `json:"preparation"`
		ContactEmail string `json:"contactEmail"`
	}](body)
	if err != nil {
		return nil, err
	}
	done, err := v.create(g.Param("siret"), given.Preparation, given.ContactEmail)
	if err != nil {
		return nil, err
	}
	return createdJSON{
		done.Account.json(), done.Password, cproAccount(done.Account.Login, done.Password),
		qualif.FormatInstant(done.EffectiveAt), done.Message,
	}, nil
}

func resetPassword(v visit, g *gin.Context, _ []byte) (any, error) {
	done, err := v.resetPassword(g.Param("login"))
	if err != nil {
		return nil, err
	}
	return passwordResetJSON{done.Account.json(), done.Password, cproAccount(done.Account.Login, done.Password), done.Message}, nil
}

func deactivateTechnicalAccount(v visit, g *gin.Context, _ []byte) (any, error) {
	return toggle(v.deactivate(g.Param("login")))
}

func activateTechnicalAccount(v visit, g *gin.Context, _ []byte) (any, error) {
	return toggle(v.activate(g.Param("login")))
}

func toggle(done changed, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return toggledJSON{done.Account.json(), qualif.FormatInstant(done.EffectiveAt), done.Message}, nil
}

func changeContactEmail(v visit, g *gin.Context, body []byte) (any, error) {
	given, err := read[contactJSON](body)
	if err != nil {
		return nil, err
	}
	done, err := v.changeContact(g.Param("login"), given.ContactEmail)
	if err != nil {
		return nil, err
	}
	return contactChangedJSON{done.Account.json(), done.Message}, nil
}

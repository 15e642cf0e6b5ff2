package portal

import (
	"cmp"
	"slices"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// accounts lists the technical accounts of a structure by number. Those that
// are deleted are there only when asked for by their status; an empty status
// asks for all the others.
func (v visit) accounts(identifier string, status qualif.Status) (found []account, err error) {
	v.sandbox.Read(func(s sandboxes.View) {
		structure, refused := consulted(s, v.person.Login, identifier)
		if refused != nil {
			err = refused
			return
		}
		for _, a := range candidates(s.State, structure.ID, status) {
			if status == "" || a.Status == status {
				found = append(found, account{a, s.Present})
			}
		}
	})
	slices.SortFunc(found, func(a, b account) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Login, b.Login))
	})
	return found, err
}

func candidates(s *qualif.State, structureID int64, status qualif.Status) []*qualif.TechnicalAccount {
	if status != qualif.Supprime {
		return s.AccountsOf(structureID)
	}
	return slices.DeleteFunc(s.Accounts(), func(a *qualif.TechnicalAccount) bool { return a.StructureID != structureID })
}

// prepare is the form of a creation once the structure is chosen; its password
// is "" in a generation that shows it after the creation only.
func (v visit) prepare(identifier string) (qualif.Prepared, error) {
	return sandboxes.Do(v.sandbox, qualif.Prepare{By: v.person.Login, Siret: identifier})
}

// revealed is a technical account with the only showing of its new password,
// and the sentence that confirms the request.
type revealed struct {
	Account     account
	Password    string
	EffectiveAt time.Time
	Message     string
}

// create is "Création d'un compte technique". The preparation and the contact
// may be "": what they would replace is generated then.
func (v visit) create(identifier, preparation, contact string) (revealed, error) {
	created, err := sandboxes.Do(v.sandbox, qualif.Create{By: v.person.Login, Siret: identifier, Preparation: preparation, Contact: contact})
	if err != nil {
		return revealed{}, err
	}
	return v.reveal(created, "created", v.profile().CreateDelay), nil
}

// prepareReset is the form of a reset once the account is chosen.
func (v visit) prepareReset(login string) (qualif.Prepared, error) {
	return sandboxes.Do(v.sandbox, qualif.PrepareReset{By: v.person.Login, Login: login})
}

// resetPassword is "Réinitialisation du mot de passe d'un compte technique".
func (v visit) resetPassword(login string) (revealed, error) { return v.resetPrepared(login, "") }

// resetPrepared is a reset to the password that a form has shown; without a form
// the preparation is "".
func (v visit) resetPrepared(login, preparation string) (revealed, error) {
	reset, err := sandboxes.Do(v.sandbox, qualif.Reset{By: v.person.Login, Login: login, Preparation: preparation})
	if err != nil {
		return revealed{}, err
	}
	return v.reveal(reset, "password-reset", 0), nil
}

func (v visit) reveal(c qualif.Created, sentence string, delay time.Duration) revealed {
	message := v.locale.say(sentence, c.Account.Login) + " " + v.locale.effect(delay)
	return revealed{v.account(c.Account), c.Password, c.EffectiveAt, message}
}

// changed is a technical account after a request, and the sentence that
// confirms it.
type changed struct {
	Account     account
	EffectiveAt time.Time
	Message     string
}

// deactivate is "Désactiver un compte technique".
func (v visit) deactivate(login string) (changed, error) {
	toggled, err := sandboxes.Do(v.sandbox, qualif.Deactivate{By: v.person.Login, Login: login})
	return v.toggled(toggled, err, "deactivated")
}

// activate is "Activer un compte technique".
func (v visit) activate(login string) (changed, error) {
	toggled, err := sandboxes.Do(v.sandbox, qualif.Activate{By: v.person.Login, Login: login})
	return v.toggled(toggled, err, "activated")
}

func (v visit) toggled(t qualif.Toggled, err error, sentence string) (changed, error) {
	if err != nil {
		return changed{}, err
	}
	message := v.locale.say(sentence, t.Account.Login) + " " + v.locale.effect(v.profile().ToggleDelay)
	return changed{v.account(t.Account), t.EffectiveAt, message}, nil
}

// changeContact is "Changer l'email du contact d'un compte technique".
func (v visit) changeContact(login, contact string) (changed, error) {
	a, err := sandboxes.Do(v.sandbox, qualif.ChangeContact{By: v.person.Login, Login: login, Contact: contact})
	if err != nil {
		return changed{}, err
	}
	shown := v.account(a)
	return changed{shown, shown.Present, v.locale.say("contact-changed", a.Login) + " " + v.locale.effect(0)}, nil
}

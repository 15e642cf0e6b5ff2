package qualif

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Identifier names a structure the way people do.
type Identifier struct {
	Type  IdentifierType
	Value string
}

type dataIndex struct {
	digest        string
	byID          map[int64]*Structure
	byIdentifier  map[Identifier]*Structure
	person        map[string]*Person
	byPerson      map[string][]*Rattachement
	byStructure   map[int64][]*Rattachement
	rattachements map[int64]*Rattachement
	order         map[SortColumn][]*Structure
}

// Index checks the data set, sorts it and builds what look-ups need. It must be
// called once, before the data set is shared; it returns every mistake joined
// (duplicate ids, unknown references, impossible values), not only the first.
func (d *DataSet) Index() error {
	slices.SortFunc(d.Structures, func(a, b Structure) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(d.People, func(a, b Person) int { return strings.Compare(a.Login, b.Login) })
	slices.SortFunc(d.Rattachements, func(a, b Rattachement) int { return cmp.Compare(a.ID, b.ID) })
	x := &dataIndex{
		byID:          make(map[int64]*Structure, len(d.Structures)),
		byIdentifier:  make(map[Identifier]*Structure, len(d.Structures)),
		person:        make(map[string]*Person, len(d.People)),
		byPerson:      make(map[string][]*Rattachement, len(d.People)),
		byStructure:   make(map[int64][]*Rattachement, len(d.Structures)),
		rattachements: make(map[int64]*Rattachement, len(d.Rattachements)),
	}
	err := errors.Join(x.structures(d), x.people(d), x.attachments(d), x.accounts(d))
	if err != nil {
		return fmt.Errorf("data set %q: %w", d.Name, err)
	}
	if x.digest, err = digestOf(d); err != nil {
		return fmt.Errorf("data set %q: %w", d.Name, err)
	}
	x.order = sortOrders(d.Structures)
	d.index = x
	return nil
}

// digestOf streams, because a data set may hold a million structures.
func digestOf(d *DataSet) (string, error) {
	sum := sha256.New()
	encoder := json.NewEncoder(sum)
	err := errors.Join(encoder.Encode(d.Name), encodeEach(encoder, d.Structures), encodeEach(encoder, d.People),
		encodeEach(encoder, d.Rattachements), encodeEach(encoder, d.Accounts))
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), err
}

func encodeEach[T any](encoder *json.Encoder, all []T) error {
	for i := range all {
		if err := encoder.Encode(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

func (x *dataIndex) structures(d *DataSet) error {
	var errs []error
	for i := range d.Structures {
		s := &d.Structures[i]
		id := Identifier{s.TypeIdentifiant, s.Identifiant}
		switch {
		case s.ID <= 0:
			errs = append(errs, fmt.Errorf("structure %s %s: idStructureCPP %d is not positive", s.TypeIdentifiant, s.Identifiant, s.ID))
		case x.byID[s.ID] != nil:
			errs = append(errs, fmt.Errorf("structure %s %s: idStructureCPP %d is taken", s.TypeIdentifiant, s.Identifiant, s.ID))
		case s.Identifiant == "" || !slices.Contains(IdentifierTypes, s.TypeIdentifiant):
			errs = append(errs, fmt.Errorf("structure %d: no identifier, or type %q is not an official one", s.ID, s.TypeIdentifiant))
		case s.TypeIdentifiant == SIRET && !isSIRET(s.Identifiant):
			errs = append(errs, fmt.Errorf("structure %d: SIRET %q is not 14 digits", s.ID, s.Identifiant))
		case x.byIdentifier[id] != nil:
			errs = append(errs, fmt.Errorf("structure %d: identifier %s %s is taken", s.ID, s.TypeIdentifiant, s.Identifiant))
		}
		x.byID[s.ID], x.byIdentifier[id] = s, s
	}
	return errors.Join(errs...)
}

func (x *dataIndex) people(d *DataSet) error {
	var errs []error
	for i := range d.People {
		p := &d.People[i]
		key := foldLogin(p.Login)
		if p.Login == "" || x.person[key] != nil {
			errs = append(errs, fmt.Errorf("person %d: login %q is empty or taken", p.ID, p.Login))
		}
		x.person[key] = p
	}
	return errors.Join(errs...)
}

func (x *dataIndex) attachments(d *DataSet) error {
	var errs []error
	principal := map[int64]string{}
	for i := range d.Rattachements {
		r := &d.Rattachements[i]
		fail := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("rattachement %d: %s", r.ID, fmt.Sprintf(format, args...)))
		}
		if x.rattachements[r.ID] != nil || r.ID <= 0 {
			fail("id is taken or not positive")
		}
		if x.person[foldLogin(r.Login)] == nil {
			fail("login %q is nobody's", r.Login)
		}
		if x.byID[r.StructureID] == nil {
			fail("structure %d does not exist", r.StructureID)
		}
		switch r.Role {
		case GestionnairePrincipal:
			if other := principal[r.StructureID]; other != "" {
				fail("structure %d already has %s as gestionnaire principal", r.StructureID, other)
			}
			principal[r.StructureID] = r.Login
		case GestionnaireSecondaire, Utilisateur:
		default:
			fail("role %q: want GESTIONNAIRE_PRINCIPAL, GESTIONNAIRE_SECONDAIRE or UTILISATEUR", r.Role)
		}
		x.rattachements[r.ID] = r
		x.byPerson[foldLogin(r.Login)] = append(x.byPerson[foldLogin(r.Login)], r)
		x.byStructure[r.StructureID] = append(x.byStructure[r.StructureID], r)
	}
	return errors.Join(errs...)
}

func (x *dataIndex) accounts(d *DataSet) error {
	var errs []error
	for i, a := range d.Accounts {
		s := x.byID[a.StructureID]
		switch {
		case s == nil:
			errs = append(errs, fmt.Errorf("account %d: structure %d does not exist", i, a.StructureID))
		case s.TypeIdentifiant != SIRET:
			errs = append(errs, fmt.Errorf("account %d: structure %d has no SIRET, and a technical login is made of one", i, a.StructureID))
		case !a.Status.known():
			errs = append(errs, fmt.Errorf("account %d: status %q is none of %v", i, a.Status, Statuses))
		case a.ChangedDays < 0 || a.ChangedMinutes < 0 || a.PasswordDays < 0:
			errs = append(errs, fmt.Errorf("account %d: an age is negative", i))
		}
	}
	return errors.Join(errs...)
}

// Digest identifies the content: equal data sets have equal digests.
func (d *DataSet) Digest() string { return d.index.digest }

// Structure finds a structure by its idStructureCPP.
func (d *DataSet) Structure(id int64) (*Structure, bool) {
	s, ok := d.index.byID[id]
	return s, ok
}

// ByIdentifier finds a structure by the identifier people know it by.
func (d *DataSet) ByIdentifier(kind IdentifierType, value string) (*Structure, bool) {
	s, ok := d.index.byIdentifier[Identifier{kind, value}]
	return s, ok
}

// Person finds a person by login, whatever its case.
func (d *DataSet) Person(login string) (*Person, bool) {
	p, ok := d.index.person[foldLogin(login)]
	return p, ok
}

func foldLogin(login string) string { return strings.ToLower(login) }

func isSIRET(value string) bool {
	return len(value) == 14 && strings.Trim(value, "0123456789") == ""
}

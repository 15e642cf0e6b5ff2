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
	"sync"
)

// Identifier names a structure the way people do.
type Identifier struct {
	Type  IdentifierType `json:"type"`
	Value string         `json:"value"`
}

// fold is the identifier as look-ups compare it: whatever the case.
func (i Identifier) fold() Identifier { return Identifier{i.Type, strings.ToUpper(i.Value)} }

type dataIndex struct {
	digest       string
	byID         map[int64]*Structure
	byIdentifier map[Identifier]*Structure
	// person and byPerson are by folded login.
	person      map[string]*Person
	byPerson    map[string][]*Rattachement
	byStructure map[int64][]*Rattachement
	// managed lists the structures that have a gestionnaire principal, by id.
	managed []int64
	search  searchIndex

	engagements engagementIndex
	// derived holds what was made of the data set, by who made it.
	derived sync.Map
}

// Index checks the data set, sorts it and builds what look-ups need. It must be
// called once, before the data set is shared; it returns every mistake joined
// (duplicate ids, unknown references, impossible values), not only the first.
func (d *DataSet) Index() error {
	slices.SortFunc(d.Structures, func(a, b Structure) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(d.People, func(a, b Person) int { return strings.Compare(a.Login, b.Login) })
	slices.SortFunc(d.Rattachements, func(a, b Rattachement) int { return cmp.Compare(a.ID, b.ID) })
	x := &dataIndex{
		byID:         make(map[int64]*Structure, len(d.Structures)),
		byIdentifier: make(map[Identifier]*Structure, len(d.Structures)),
		person:       make(map[string]*Person, len(d.People)),
		byPerson:     make(map[string][]*Rattachement, len(d.People)),
		byStructure:  make(map[int64][]*Rattachement, len(d.Structures)),
	}
	c := checker{index: x}
	c.structures(d.Structures)
	c.people(d.People)
	c.attachments(d.Rattachements)
	c.accounts(d.Accounts)
	err := errors.Join(c.errs...)
	if err == nil {
		x.digest, err = digestOf(d)
	}
	if err != nil {
		return fmt.Errorf("data set %q: %w", d.Name, err)
	}
	x.search = newSearchIndex(d.Structures)
	x.engagements = newEngagementIndex(d.Structures, x.byID)
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

// Digest identifies the content ("sha256:" and 64 hexadecimal digits): equal
// data sets have equal digests.
func (d *DataSet) Digest() string { return d.index.digest }

// Structure finds a structure by its idStructureCPP.
func (d *DataSet) Structure(id int64) (*Structure, bool) {
	s, ok := d.index.byID[id]
	return s, ok
}

// ByIdentifier finds a structure by the identifier people know it by, whatever
// the case of its letters.
func (d *DataSet) ByIdentifier(kind IdentifierType, value string) (*Structure, bool) {
	s, ok := d.index.byIdentifier[Identifier{kind, value}.fold()]
	return s, ok
}

// Person finds a person by login, whatever its case.
func (d *DataSet) Person(login string) (*Person, bool) {
	p, ok := d.index.person[foldLogin(login)]
	return p, ok
}

// foldLogin is a login as it is compared: whatever the case.
func foldLogin(login string) string { return strings.ToLower(login) }

func isSIRET(value string) bool {
	return len(value) == 14 && strings.Trim(value, "0123456789") == ""
}

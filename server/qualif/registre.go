package qualif

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// registre is what the sandbox knows of invoices, flows and files. The values
// of its maps are replaced, never changed; its lists only grow, or are replaced.
type registre struct {
	flux        map[string]*Flux
	ordreFlux   []string
	factures    map[int64]*Facture
	ordre       []int64
	pieces      map[int64]*PieceJointe
	ordrePieces []int64
	// parPiece is the invoice that a file deposited by deposer/pdf became.
	parPiece map[int64]int64

	// parNumero is by number in upper case; parFlux by numeroFluxDepot; the
	// others by idStructureCPP. All are in the order of deposit.
	parNumero, parFlux                           map[string][]int64
	parFournisseur, parDestinataire, parValideur map[int64][]int64
	numeros                                      map[cleNumero]int64
	// liens, passages and saisies count what was ever numbered.
	liens, passages, saisies int64
	vues                     *vues
}

// cleNumero is what makes an invoice's number unique (AIFE, 30/04/2026, 3.2).
type cleNumero struct {
	annee  int
	siren  string
	numero string
}

func newRegistre() registre {
	return registre{
		flux: map[string]*Flux{}, factures: map[int64]*Facture{}, pieces: map[int64]*PieceJointe{}, parPiece: map[int64]int64{},
		parNumero: map[string][]int64{}, parFlux: map[string][]int64{}, parFournisseur: map[int64][]int64{},
		parDestinataire: map[int64][]int64{}, parValideur: map[int64][]int64{}, numeros: map[cleNumero]int64{}, vues: newVues(),
	}
}

func (r *registre) clone() registre {
	c := *r
	c.vues = newVues()
	c.flux, c.factures, c.pieces = maps.Clone(r.flux), maps.Clone(r.factures), maps.Clone(r.pieces)
	c.parPiece, c.numeros = maps.Clone(r.parPiece), maps.Clone(r.numeros)
	c.ordreFlux, c.ordre, c.ordrePieces = slices.Clip(r.ordreFlux), slices.Clip(r.ordre), slices.Clip(r.ordrePieces)
	c.parNumero, c.parFlux = cloneLists(r.parNumero), cloneLists(r.parFlux)
	c.parFournisseur, c.parDestinataire, c.parValideur = cloneLists(r.parFournisseur), cloneLists(r.parDestinataire), cloneLists(r.parValideur)
	return c
}

// cloneLists copies a map of lists that only grow. Only the original may go on
// in the room behind a list: the copy's are clipped, so that its first addition
// moves them. The original is not touched, as others may be reading it.
func cloneLists[K comparable](lists map[K][]int64) map[K][]int64 {
	copied := make(map[K][]int64, len(lists))
	for key, list := range lists {
		copied[key] = slices.Clip(list)
	}
	return copied
}

// Facture finds an invoice by identifiantFactureCPP.
func (s *State) Facture(id int64) (*Facture, bool) {
	f, ok := s.registre.factures[id]
	return f, ok
}

// Factures lists the ids of all invoices in the order of deposit. The slice is
// shared: it must not be changed.
func (s *State) Factures() []int64 { return s.registre.ordre }

// FacturesNumerotees lists the invoices of a number, whatever the case and the
// supplier, in the order of deposit. The slice is shared.
func (s *State) FacturesNumerotees(numero string) []int64 {
	return s.registre.parNumero[strings.ToUpper(numero)]
}

// FacturesDuFlux lists the invoices that a flow became. The slice is shared.
func (s *State) FacturesDuFlux(numero string) []int64 { return s.registre.parFlux[numero] }

// FacturesDe lists the invoices of which a structure is the supplier, in the
// order of deposit. The slice is shared.
func (s *State) FacturesDe(structureID int64) []int64 {
	return s.registre.parFournisseur[structureID]
}

// FacturesPour lists the invoices of which a structure is the recipient, those
// that it does not see yet included, in the order of deposit. The slice is
// shared.
func (s *State) FacturesPour(structureID int64) []int64 {
	return s.registre.parDestinataire[structureID]
}

// FacturesAValider lists the invoices of which a structure is or was the
// validator, in the order of deposit. The slice is shared.
func (s *State) FacturesAValider(structureID int64) []int64 {
	return s.registre.parValideur[structureID]
}

// Flux finds a flow by its numeroFluxDepot.
func (s *State) Flux(numero string) (*Flux, bool) {
	f, ok := s.registre.flux[numero]
	return f, ok
}

// FluxDeposes lists the numbers of all flows in the order of deposit. The slice
// is shared.
func (s *State) FluxDeposes() []string { return s.registre.ordreFlux }

// PieceJointe finds a file by its pieceJointeId.
func (s *State) PieceJointe(id int64) (*PieceJointe, bool) {
	p, ok := s.registre.pieces[id]
	return p, ok
}

// PiecesJointes lists the ids of all files in the order they came. The slice is
// shared.
func (s *State) PiecesJointes() []int64 { return s.registre.ordrePieces }

// Brouillon finds the invoice that a file deposited by deposer/pdf became.
func (s *State) Brouillon(pieceID int64) (*Facture, bool) {
	return s.Facture(s.registre.parPiece[pieceID])
}

// NumeroPris tells which invoice has a number already among those of the
// supplier's SIREN and the year of issue; false when none has.
func (s *State) NumeroPris(fournisseur *Structure, annee int, numero string) (int64, bool) {
	id, ok := s.registre.numeros[cleDe(fournisseur, annee, numero)]
	return id, ok
}

func cleDe(fournisseur *Structure, annee int, numero string) cleNumero {
	siren := fournisseur.Identifiant
	if fournisseur.TypeIdentifiant == SIRET && len(siren) == 14 {
		siren = siren[:9]
	}
	return cleNumero{annee, string(fournisseur.TypeIdentifiant) + " " + siren, strings.ToUpper(numero)}
}

// amendFacture replaces an invoice by a changed copy.
func (s *State) amendFacture(id int64, change func(*Facture)) *Facture {
	was := s.registre.factures[id]
	f := *was
	change(&f)
	s.registre.factures[id] = &f
	s.registre.vues.note(was, &f)
	return &f
}

// addFacture makes an invoice known, in place of a draft of the same id.
func (s *State) addFacture(f *Facture) {
	r := &s.registre
	was, draft := r.factures[f.ID]
	if draft {
		s.unlist(was)
	} else {
		r.ordre = append(r.ordre, f.ID)
	}
	r.factures[f.ID] = f
	r.vues.note(was, f)
	s.list(f)
}

// list puts an invoice where searches find it; unlist takes it away.
func (s *State) list(f *Facture) {
	r := &s.registre
	if f.Numero != "" {
		add(r.parNumero, strings.ToUpper(f.Numero), f.ID)
	}
	if f.Flux != "" {
		add(r.parFlux, f.Flux, f.ID)
	}
	add(r.parFournisseur, f.Fournisseur.StructureID, f.ID)
	add(r.parDestinataire, f.Destinataire.StructureID, f.ID)
	if f.Valideur != nil {
		add(r.parValideur, f.Valideur.StructureID, f.ID)
	}
	if fournisseur, ok := s.data.Structure(f.Fournisseur.StructureID); ok && f.Numero != "" {
		r.numeros[cleDe(fournisseur, f.Annee(), f.Numero)] = f.ID
	}
}

func (s *State) unlist(f *Facture) {
	r := &s.registre
	remove(r.parNumero, strings.ToUpper(f.Numero), f.ID)
	remove(r.parFlux, f.Flux, f.ID)
	remove(r.parFournisseur, f.Fournisseur.StructureID, f.ID)
	remove(r.parDestinataire, f.Destinataire.StructureID, f.ID)
	if f.Valideur != nil {
		remove(r.parValideur, f.Valideur.StructureID, f.ID)
	}
	if fournisseur, ok := s.data.Structure(f.Fournisseur.StructureID); ok {
		// A number used again after a rejection is the later invoice's.
		if cle := cleDe(fournisseur, f.Annee(), f.Numero); r.numeros[cle] == f.ID {
			delete(r.numeros, cle)
		}
	}
}

// add keeps a list in the order of ids, which is that of deposit.
func add[K comparable](lists map[K][]int64, key K, id int64) {
	list := lists[key]
	if len(list) == 0 || list[len(list)-1] < id {
		lists[key] = append(list, id)
		return
	}
	if at, found := slices.BinarySearch(list, id); !found {
		lists[key] = slices.Insert(slices.Clone(list), at, id)
	}
}

func remove[K comparable](lists map[K][]int64, key K, id int64) {
	if at, found := slices.BinarySearch(lists[key], id); found {
		lists[key] = slices.Delete(slices.Clone(lists[key]), at, at+1)
	}
}

// fitsRegistre tells what a payload about invoices refers to and the state does
// not have.
func (s *State) fitsRegistre(p Payload) error {
	var parties []*Partie
	switch p := p.(type) {
	case FactureDeposee:
		parties = []*Partie{&p.Facture.Fournisseur, &p.Facture.Destinataire, p.Facture.Valideur}
	case FactureModifiee:
		parties = []*Partie{p.Destinataire, p.Valideur}
	}
	for _, partie := range parties {
		if partie == nil || partie.StructureID == 0 {
			continue
		}
		if _, known := s.data.Structure(partie.StructureID); !known {
			return fmt.Errorf("structure %d does not exist", partie.StructureID)
		}
	}
	if _, deposee := p.(FactureDeposee); deposee {
		return nil
	}
	known := false
	switch p.(type) {
	case FluxAvance, FluxTraite:
		_, known = s.Flux(p.Subject())
	default:
		id, err := strconv.ParseInt(p.Subject(), 10, 64)
		if err == nil {
			_, known = s.Facture(id)
		}
	}
	if !known {
		return fmt.Errorf("%s does not exist", p.Subject())
	}
	return nil
}

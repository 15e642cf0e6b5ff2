package qualif

import "time"

// faute is something in an invoice that the directory does not agree with.
type faute string

const (
	fauteFournisseurInconnu    faute = "supplier-unknown"
	fauteFournisseurPortee     faute = "supplier-out-of-scope"
	fauteDestinataireInconnu   faute = "recipient-unknown"
	fauteServiceInconnu        faute = "service-unknown"
	fauteServiceObligatoire    faute = "service-required"
	fauteEngagementObligatoire faute = "commitment-required"
	fauteServiceOuEngagement   faute = "service-or-commitment-required"
	fauteDoublon               faute = "number-taken"
)

// adresse is where an invoice is to go, as it says.
type adresse struct {
	destinataire *Structure
	service      *Service
}

// recoit finds what is wrong with a recipient: it must be an active public
// structure; its service must exist and be in force; the service and the
// commitment number must be there as the recipient's parameters demand (API
// reference D.10).
func (s *State) recoit(recipient Identifier, codeService, engagement string, now time.Time) (adresse, []faute) {
	structure, ok := s.data.ByIdentifier(recipient.Type, recipient.Value)
	if !ok || !structure.Publique || structure.Inactive {
		return adresse{}, []faute{fauteDestinataireInconnu}
	}
	to := adresse{destinataire: structure}
	var all []faute
	p := structure.Parametres
	if codeService != "" {
		to.service = structure.serviceCoded(codeService, now)
		if to.service == nil {
			all = append(all, fauteServiceInconnu)
		}
	}
	switch {
	case codeService == "" && p.CodeServiceDoitEtreRenseigne:
		all = append(all, fauteServiceObligatoire)
	case codeService == "" && engagement == "" && p.GestionNumeroEJOuCodeService:
		all = append(all, fauteServiceOuEngagement)
	}
	if engagement == "" && (p.NumeroEJDoitEtreRenseigne || to.service != nil && to.service.NumeroEngagement) {
		all = append(all, fauteEngagementObligatoire)
	}
	return to, all
}

// serviceCoded finds a service in force by its code, nil when there is none.
func (s *Structure) serviceCoded(code string, now time.Time) *Service {
	for i := range s.Services {
		service := &s.Services[i]
		ended := !service.DateFin.IsZero() && now.After(service.DateFin)
		early := !service.DateDebut.IsZero() && now.Before(service.DateDebut)
		if service.Code == code && service.Actif && !ended && !early {
			return service
		}
	}
	return nil
}

// partie is the recipient as an invoice keeps it.
func (a adresse) partie() Partie {
	p := Partie{StructureID: a.destinataire.ID}
	if a.service != nil {
		p.ServiceID = a.service.ID
	}
	return p
}

// numeroLibre tells whether a supplier may use a number in a year; own is the
// invoice that may have it already.
func (s *State) numeroLibre(supplier *Structure, annee int, numero string, own int64) bool {
	id, taken := s.NumeroPris(supplier, annee, numero)
	if !taken || id == own {
		return true
	}
	return s.registre.factures[id].Statut == StatutRejetee && s.Switches.Get(SwitchNumberReuse) == "accept"
}

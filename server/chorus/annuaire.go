package chorus

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"

	"chorus-qualif/server/qualif"
)

// maxAnnuaire bounds the directory: the real one has some 200,000 structures in
// all. Of a data set with more public structures the first are listed, by id.
const maxAnnuaire = 100_000

type annuaireRetour struct {
	Envelope
	Fichier string `json:"fichierResultat"`
}

// annuaireFait is the directory of a data set, as it is answered.
type annuaireFait struct {
	zip string
	// left is how many public structures were beyond the bound.
	left int
}

// telechargerAnnuaire hands out the directory of public structures. It is made
// once for each data set, when first asked for: a hundred thousand structures
// take seconds.
func telechargerAnnuaire() Operation {
	made := qualif.NewDerived(annuaireDe)
	return decoded(func(c *Call, _ *noParam) Answer {
		directory := made.Of(dataOf(c))
		if c.Reserve != nil && !c.Reserve(int64(len(directory.zip))) {
			return Answer{Status: http.StatusServiceUnavailable, Code: "caller-gone", Why: "the caller left before there was room for the answer"}
		}
		answer := Answer{Body: &annuaireRetour{Created, directory.zip}}
		if directory.left > 0 {
			answer.Code, answer.Why = "directory-cut", "the data set has more public structures than the directory holds; the others are found by searches"
		}
		return answer
	})
}

// annuaireDe writes the directory: base64 of a ZIP, which is what a client's
// contract says, of one XML document of ours. The format of the real one is not
// public; this has what invoices need to know of their recipients, in the words
// of structures/v1/consulter and rechercher/services.
func annuaireDe(data *qualif.DataSet) annuaireFait {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	made := annuaireFait{}
	// Writing to memory does not fail.
	if file, err := archive.Create("annuaire.xml"); err == nil {
		made.left = writeAnnuaire(file, data)
	}
	_ = archive.Close()
	made.zip = base64.StdEncoding.EncodeToString(out.Bytes())
	return made
}

type annuaireStructure struct {
	XMLName                      xml.Name              `xml:"structure"`
	ID                           int64                 `xml:"idStructureCPP"`
	Identifiant                  string                `xml:"identifiantStructure"`
	Type                         qualif.IdentifierType `xml:"typeIdentifiantStructure"`
	Designation                  string                `xml:"designationStructure"`
	Statut                       string                `xml:"statut"`
	EstMOA                       bool                  `xml:"estMOA"`
	EstMOAUniquement             bool                  `xml:"estMOAUniquement"`
	CodeServiceDoitEtreRenseigne bool                  `xml:"codeServiceDoitEtreRenseigne"`
	NumeroEJDoitEtreRenseigne    bool                  `xml:"numeroEJDoitEtreRenseigne"`
	GestionNumeroEJOuCodeService bool                  `xml:"gestionNumeroEJOuCodeService"`
	CodePostal                   string                `xml:"adresseCodePostal,omitempty"`
	Ville                        string                `xml:"adresseVille,omitempty"`
	Services                     []annuaireService     `xml:"services>service"`
}

type annuaireService struct {
	Code             string `xml:"codeService"`
	Libelle          string `xml:"libelleService"`
	EstActif         bool   `xml:"estActif"`
	NumeroEngagement bool   `xml:"numeroEngagement"`
}

func writeAnnuaire(w io.Writer, data *qualif.DataSet) (left int) {
	_, _ = io.WriteString(w, xml.Header+"<annuaire>\n")
	encoder := xml.NewEncoder(w)
	listed := 0
	for i := range data.Structures {
		s := &data.Structures[i]
		if !s.Publique {
			continue
		}
		if listed++; listed > maxAnnuaire {
			left++
			continue
		}
		_ = encoder.Encode(spellAnnuaire(s))
		_, _ = io.WriteString(w, "\n")
	}
	_, _ = io.WriteString(w, "</annuaire>\n")
	return left
}

func spellAnnuaire(s *qualif.Structure) *annuaireStructure {
	spelled := &annuaireStructure{
		ID: s.ID, Identifiant: s.Identifiant, Type: s.TypeIdentifiant, Designation: s.Designation(), Statut: s.StatutAPI(),
		EstMOA: s.Parametres.EstMOA, EstMOAUniquement: s.Parametres.EstMOAUniquement,
		CodeServiceDoitEtreRenseigne: s.Parametres.CodeServiceDoitEtreRenseigne, NumeroEJDoitEtreRenseigne: s.Parametres.NumeroEJDoitEtreRenseigne,
		GestionNumeroEJOuCodeService: s.Parametres.GestionNumeroEJOuCodeService,
	}
	if s.Adresse != nil {
		spelled.CodePostal, spelled.Ville = s.Adresse.CodePostal, s.Adresse.Ville
	}
	for i := range s.Services {
		service := &s.Services[i]
		spelled.Services = append(spelled.Services, annuaireService{service.Code, service.Libelle, service.Actif, service.NumeroEngagement})
	}
	return spelled
}

package portal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// checklist says where each of the 89 requirements of the portal's own guides is
// checked: in tests of this package, or, where the answer is a decision, in
// docs/fidelity.md.
var checklist = []struct {
	item  int
	what  string
	where string
}{
	{1, "both terms, utilisateur technique and compte technique", "TestConnections2022"},
	{2, "GET /cpp/utilisateur?execution=e1s1 leads home", "TestHome2022"},
	{3, "the user's name at the right of the header", "TestHome2022"},
	{4, "audience tabs, Entreprise active", "TestHome2022"},
	{5, "heading of the home page", "TestHome2022"},
	{6, "six domain cards with their sub-titles", "TestHome2022"},
	{7, "Accéder au domaine; Raccordements framed in green", "TestHome2022"},
	{8, "search box", "TestHome2022"},
	{9, "left column and its button", "TestHome2022"},
	{10, "title and four applications of the domain", "TestConnections2022"},
	{11, "Disponible and Accéder on each card", "TestConnections2022"},
	{12, "side column of the domain", "TestConnections2022"},
	{13, "the application is opened by Accéder", "TestConnections2022"},
	{14, "green message and redirect after each operation", "TestCreation2022 TestOtherRequests2022"},
	{15, "as many technical accounts as needed", "TestCreation2022 TestStaleForm"},
	{16, "type of request Création d'un compte technique", "TestCreation2022"},
	{17, "Choisir la structure", "TestCreation2022"},
	{18, "parameters appear once the structure is chosen", "TestCreation2022 TestWithoutScripts"},
	{19, "title, sub-title and warning of the form", "TestCreation2022"},
	{20, "asterisks; login and password are read-only", "TestCreation2022"},
	{21, "example values", "TestCreation2022 TestCreateThirdAccount"},
	{22, "columns and rows of the list of accounts", "TestCreation2022"},
	{23, "the list is there only if there are others", "TestCreation2022"},
	{24, "the contact e-mail can be edited", "TestCreation2022"},
	{25, "Soumettre validates", "TestCreation2022"},
	{26, "effective after 30 minutes", "TestCreation2022"},
	{27, "redirect, message, mail of the creation", "TestCreation2022"},
	{28, "login and password can be copied", "TestCreation2022"},
	{29, "link to the official documentation", "TestConnections2022"},
	{30, "a technical account cannot log in to the portal", "TestHome2022 TestManager2020"},
	{31, "the rights of the primary manager are told", "TestConnections2022"},
	{32, "the root leads to the portal", "TestOddRequests"},
	{33, "header and menu; the brand block of the State is left out", "TestHome2022 docs/fidelity.md"},
	{34, "side column of the home page", "TestHome2022"},
	{35, "side column of the domain: documentation and news", "TestConnections2022"},
	{36, "Plus de détails on three cards, the text on the fourth", "TestConnections2022"},
	{37, "breadcrumb", "TestConnections2022"},
	{38, "the form at first: two fields and Soumettre", "TestCreation2022"},
	{39, "footer; the brand block of the State is left out", "TestHome2022 docs/fidelity.md"},
	{40, "the five request types in their order, after the blank one", "TestCreation2022"},
	{41, "creation", "TestCreation2022"},
	{42, "another reading of the password on the same image", "docs/fidelity.md"},
	{43, "reset: structure and account, immediate, message, mail", "TestOtherRequests2022"},
	{44, "deactivation: 30 minutes, message, mail; the label is Type de demande", "TestOtherRequests2022"},
	{45, "reactivation: only the inactive ones, 30 minutes, message, mail", "TestOtherRequests2022"},
	{46, "change of the contact's e-mail", "TestOtherRequests2022"},
	{47, "no deletion, no expiry, no export", "TestOtherRequests2022"},
	{48, "the same screens in both environments: the banner tells which", "TestHome2022 TestEveryPageIsGuarded"},
	{49, "linked articles", "TestConnections2022"},
	{50, "share widget", "docs/fidelity.md"},
	{51, "English labels", "TestManager2020 TestTechnicalUser2020 TestPropagation2020"},
	{52, "definition; no login to the portal", "TestManager2020"},
	{53, "rights of the primary manager", "TestManager2020"},
	{54, "creation needs a primary manager, who has the tab", "TestManager2020 TestPropagation2020 TestOddRequests"},
	{55, "general information before the creation", "TestTechnicalUser2020"},
	{56, "summary of account and structure", "TestTechnicalUser2020"},
	{57, "the password is never shown again", "TestTechnicalUser2020 TestPDFIsDeterministic"},
	{58, "PDF from the summary", "TestTechnicalUser2020 TestPDFIsDeterministic"},
	{59, "mail to the primary manager at the creation", "TestTechnicalUser2020"},
	{60, "the return button leads to an updated block", "TestTechnicalUser2020"},
	{61, "reset: button, window, confirmation, summary", "TestTechnicalUser2020"},
	{62, "mail to the primary manager at the reset", "TestTechnicalUser2020"},
	{63, "the contact follows a change of primary manager", "TestPropagation2020"},
	{64, "the contact follows the manager's own", "TestPropagation2020"},
	{65, "metadata of the article", "docs/fidelity.md"},
	{66, "French labels, both spellings of the activity", "TestManager2020 TestTechnicalUser2020"},
	{67, "wording of the role", "TestTechnicalUser2020"},
	{68, "warning: never redisplayed", "TestTechnicalUser2020"},
	{69, "PDF", "TestTechnicalUser2020"},
	{70, "block updated on return", "TestTechnicalUser2020"},
	{71, "confirmation window", "TestTechnicalUser2020"},
	{72, "propagation", "TestPropagation2020"},
	{73, "legal footer of the AIFE", "docs/fidelity.md"},
	{74, "a guide that mentions no mail", "docs/fidelity.md TestTechnicalUser2020"},
	{75, "only the primary manager may reset", "TestPropagation2020"},
	{76, "tabs with their capitals", "TestManager2020"},
	{77, "Mes structures: export, pager, columns, sort, buttons", "TestManager2020 TestPagesOfFive"},
	{78, "formats of dates", "TestManager2020 TestTechnicalUser2020"},
	{79, "spellings of statuses and roles", "TestTechnicalUser2020"},
	{80, "header lines of the block", "TestTechnicalUser2020"},
	{81, "columns, pager and total of the users", "TestTechnicalUser2020"},
	{82, "five buttons; without icons", "TestTechnicalUser2020 docs/fidelity.md"},
	{83, "reset in place of create when there is a technical user", "TestTechnicalUser2020"},
	{84, "window and Confirmer", "TestTechnicalUser2020"},
	{85, "advice about the password", "TestTechnicalUser2020"},
	{86, "mail to the primary manager", "TestTechnicalUser2020"},
	{87, "point of attention", "TestTechnicalUser2020"},
	{88, "propagation", "TestPropagation2020"},
	{89, "shape of the login; misread mail domains", "TestTechnicalUser2020 docs/fidelity.md"},
}

func TestChecklistIsWholeAndReal(t *testing.T) {
	t.Parallel()
	declared := map[string]bool{}
	names, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(text, -1) {
			declared[string(match[1])] = true
		}
	}
	for i, c := range checklist {
		if c.item != i+1 {
			t.Errorf("place %d has item %d", i+1, c.item)
		}
		for _, where := range strings.Fields(c.where) {
			if where != "docs/fidelity.md" && !declared[where] {
				t.Errorf("item %d (%s): no test is called %s", c.item, c.what, where)
			}
		}
		if c.where == "" || c.what == "" {
			t.Errorf("item %d is nowhere", c.item)
		}
	}
	if len(checklist) != 89 {
		t.Errorf("got %d items, want 89", len(checklist))
	}
}

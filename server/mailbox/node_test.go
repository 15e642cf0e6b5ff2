package mailbox_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"chorus-qualif/server/mailbox"
)

// The npm client mailhog was written against the real MailHog, by others.
func TestAClientOfOthersIsContent(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		require(t, "there is no Node.js")
	}
	if _, err := os.Stat("testdata/node/node_modules/mailhog/package.json"); err != nil {
		require(t, "the npm package mailhog is not there: run server/mailbox/testdata/node/install.sh")
	}
	h := open(t, mailbox.Options{})
	resetPassword(t, h.put(t, "notified"))
	notice, _ := h.await(t, "notified", mailbox.Criteria{})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	said, err := exec.CommandContext(ctx, node, "testdata/node/client.js", h.HTTPAddr(), h.SMTPAddr(), "notified", contact, notice.Subject).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

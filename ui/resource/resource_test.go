package resource

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

func TestShellQuoting(t *testing.T) {
	evil := []string{"plain", "", "it's", "$(reboot)", "a b", "`id`", "x;y", "한국", "\n"}
	line := "printf '%s\\n' " + cliText([][]string{evil})
	out, err := exec.CommandContext(t.Context(), "sh", "-c", line).Output()
	if err != nil {
		t.Skip("no POSIX shell here:", err)
	}
	if diff := cmp.Diff(strings.Join(evil, "\n")+"\n", string(out)); diff != "" {
		t.Errorf("a shell reads it otherwise (-want +got):\n%s", diff)
	}
}

func TestRowIDsNameOneResource(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringMatching(`[a-z0-9:/._ -]*`)
		r := model.Ref{
			Partition: part.Draw(t, "p"), Place: model.Place{Account: part.Draw(t, "a"), Region: part.Draw(t, "r")},
			Kind: model.KindID(part.Draw(t, "k")), ID: rapid.String().Draw(t, "id"),
		}
		if got := RefOf(RowID(r)); got != r {
			t.Fatalf("%v came back as %v", r, got)
		}
	})
}

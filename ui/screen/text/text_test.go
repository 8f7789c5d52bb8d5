package text

import (
	"strings"
	"testing"

	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

func TestProseIsBrokenAndCopiedWhole(t *testing.T) {
	sentence := strings.Repeat("a sentence of some length ", 10) + "and its end"
	for _, prose := range []bool{true, false} {
		uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
			return New(h.Theme, h.Speak, screen.TextRequest{Title: "words", Text: sentence, Remark: "a remark", Prose: prose})
		}, func(h *uitest.Host) {
			h.Wants("› words", " a remark")
			if shown := strings.Contains(h.Screen(), "and its end"); shown != prose {
				t.Errorf("prose %v, and the end is shown: %v", prose, shown)
			}
			h.Press("c")
			if len(h.Copied) != 1 || h.Copied[0] != sentence {
				t.Errorf("copied %q", h.Copied)
			}
		})
	}
}

package detail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// onTask runs a test on one of Virginia's tasks.
func onTask(t *testing.T, test func(h *uitest.Host)) {
	t.Helper()
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		return New(Needs{
			Theme: h.Theme, Clock: h.Clock, Catalog: h.Catalog,
			Account: h.Account, Marks: h.Marks, Notes: h.Records, Speak: h.Speak, Open: &h.Opened, Actions: h.Actions,
		}, h.Account.Resource(uitest.Ref("us-east-1", "ecs:task", "task0000")))
	}, test)
}

func TestDetailOfWhatIsGoneStays(t *testing.T) {
	onTask(t, func(h *uitest.Host) {
		h.Wants("› task0000", "BELONGS TO", "FIRST SEEN", "LAST READ")
		gone := uitest.News(time.Second)
		gone.Gone = []model.Ref{uitest.Ref("us-east-1", "ecs:task", "task0000")}
		h.Feed(gone)
		h.Wants("GONE", "it is no longer listed", "task0000")
	})
}

func TestDetailJoinsWhatEventsSay(t *testing.T) {
	onTask(t, func(h *uitest.Host) {
		task := uitest.Ref("us-east-1", "ecs:task", "task0000")
		h.WantsNot("VERDICT", "CHAIN")
		h.Overlay(uitest.Told(task, "run-9"))
		h.Wants("VERDICT         planted", "CHAIN           assume-1", "event run-9", "session ASIAEXAMPLE 10-04 02:11", "by the event that made it")
		if lines := strings.Split(h.Screen(), "\n"); !slices.ContainsFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "run-9" }) {
			t.Errorf("the chain breaks off:\n%s", h.Screen())
		}
		for !strings.Contains(h.Line("▸"), "assume-1") {
			h.Press("down")
		}
		h.Press("c")
		if len(h.Copied) != 1 || h.Copied[0] != "assume-1" {
			t.Errorf("copied %q", h.Copied)
		}
		h.Later(20 * time.Second)
		h.Feed(uitest.News(time.Second, uitest.Task("us-east-1", "task0000", 16, 4*time.Hour)))
		h.Wants("VERDICT         planted")
		h.Overlay(&model.OverlayBatch{Source: "events", Replace: true})
		h.WantsNot("VERDICT", "CHAIN", "run-9", "session")
	})
}

func TestAGuessIsNamedAndCalledOne(t *testing.T) {
	onTask(t, func(h *uitest.Host) {
		task := uitest.Task("us-east-1", "task0000", 16, 4*time.Hour)
		h.Feed(uitest.News(time.Second, task)) // AWS's record names no maker any more.
		h.Overlay(&model.OverlayBatch{Source: "events", Set: map[model.Ref]model.About{task.Ref: {
			Maker: model.Maker{ARN: "arn:aws:iam::123456789012:role/deploy", Source: model.Guessed},
		}}})
		h.Wants("? (not known)", "perhaps arn:aws:iam::123456789012:role/deploy: a guess, by which nothing is selected or marked")
	})
}

package detail

import (
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
		h.Wants("› task0000", "BELONGS TO")
		gone := uitest.News(time.Second)
		gone.Gone = []model.Ref{uitest.Ref("us-east-1", "ecs:task", "task0000")}
		h.Feed(gone)
		h.Wants("GONE", "it is no longer listed", "task0000")
	})
}

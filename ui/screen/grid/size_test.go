package grid

import (
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/uitest"
)

// TestASizeThatIsNotKnownIsNoZero: a task that does not say what it takes makes vCPU and memory lower
// bounds, and unknown where nothing else is there.
func TestASizeThatIsNotKnownIsNoZero(t *testing.T) {
	b := uitest.Breach()
	for _, f := range b.Found {
		if r := f.Resource; r.Ref.Region == "ap-northeast-2" && r.Ref.Kind == "ecs:task" || r.Name == "task0000" {
			r.Size, r.Rate = model.Size{}, model.Rate{Billed: true}
		}
	}
	onGrid(t, b, func(h *uitest.Host) {
		if fields := strings.Fields(h.Line("ap-northeast-2")); fields[5] != "?" || fields[6] != "?" {
			t.Errorf("nothing is known of its size: %q", fields)
		}
		if line := h.Line("us-east-1"); !strings.Contains(line, "464+") {
			t.Errorf("one of many is not known: %q", line)
		}
	})
}

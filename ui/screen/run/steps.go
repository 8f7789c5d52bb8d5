package run

import (
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
)

// stepsText lists steps, those that failed or are blocked first, with all that is known of them.
func stepsText(steps []runs.Step) string {
	var b strings.Builder
	for _, state := range []port.StepState{
		port.StepFailed, port.StepBlocked, port.StepCalling, port.StepCalled, port.StepWaiting, port.StepVerified,
	} {
		for i := range steps {
			s := &steps[i]
			if s.Status.State != state {
				continue
			}
			b.WriteString(s.Planned.ID + "  " + state.String() + "  " + s.Planned.Op + "  " + targetText(s.Planned.Targets) + "\n")
			if s.Status.Why != "" && state != port.StepVerified {
				b.WriteString("      " + model.Clean(s.Status.Why) + "\n")
			}
			if f := s.Status.Failure; f != nil && state != port.StepVerified {
				b.WriteString("      " + f.Error() + "\n")
			}
		}
	}
	return b.String()
}

func targetText(refs []model.Ref) string {
	if len(refs) == 0 {
		return ""
	}
	text := refs[0].String()
	if len(refs) > 1 {
		text += " and " + kit.Count(len(refs)-1) + " more"
	}
	return text
}

// sheet is every step as it stands.
func (r *Screen) sheet() *export.Sheet {
	steps := slices.Clone(r.entry.Progress.Steps)
	s := &export.Sheet{Name: "run", Keys: []string{"step", "phase", "region", "op", "state", "at", "why", "failure", "targets"}}
	s.Rows = func() [][]any {
		rows := make([][]any, len(steps))
		for i := range steps {
			x := &steps[i]
			at, failure := any(nil), any(nil)
			if !x.Status.At.IsZero() {
				at = x.Status.At.UTC().Format(time.RFC3339)
			}
			if x.Status.Failure != nil {
				failure = x.Status.Failure.Error()
			}
			targets := make([]string, len(x.Planned.Targets))
			for j, ref := range x.Planned.Targets {
				targets[j] = ref.String()
			}
			rows[i] = []any{x.Planned.ID, x.Planned.Phase.String(), x.Planned.Region, x.Planned.Op, x.Status.State.String(), at, x.Status.Why, failure, targets}
		}
		return rows
	}
	return s
}

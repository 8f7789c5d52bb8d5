package run

import (
	"slices"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
)

// targetText names the first of some resources and counts the others.
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
	s := &export.Sheet{Name: "run", Keys: []string{"step", "phase", "region", "op", "state", "at", "why", "failure", "refused", "targets"}}
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
			rows[i] = []any{x.Planned.ID, x.Planned.Phase.String(), x.Planned.Region, x.Planned.Op, x.Status.State.String(), at, x.Status.Why, failure, x.Status.Refused, targets}
		}
		return rows
	}
	return s
}

package ecsref

import (
	"strings"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// startedByMost is how many characters EventBridge and Scheduler leave of startedBy: longer names
// are cut off there, as tasks in the wild show.
const startedByMost = 36

// Starter is the rule or schedule that startedBy names. startedBy has no bus and no group, so that
// one that is known by its name is taken, and else the default ones; a name that may have been cut
// off is not guessed at.
func Starter(v *kind.Visit, startedBy string) (model.Ref, bool) {
	if name, ok := strings.CutPrefix(startedBy, "events-rule/"); ok {
		return byName(v, RuleKind, name, len(startedBy), v.ARN("events", "rule/"+name))
	}
	if name, ok := strings.CutPrefix(startedBy, "chronos-schedule/"); ok {
		return byName(v, ScheduleKind, name, len(startedBy), v.ARN("scheduler", "schedule/default/"+name))
	}
	return model.Ref{}, false
}

// byName finds the one known resource of a kind with a name, or with one that was cut to the length
// of startedBy.
func byName(v *kind.Visit, id model.KindID, name string, length int, standard string) (model.Ref, bool) {
	var exact, cut []model.Ref
	for _, r := range v.KnownOf(id) {
		switch have := kind.Tail(r.Ref.ID); {
		case have == name:
			exact = append(exact, r.Ref)
		case length == startedByMost && strings.HasPrefix(have, name):
			cut = append(cut, r.Ref)
		}
	}
	switch {
	case len(exact) == 1:
		return exact[0], true
	case len(exact) == 0 && len(cut) == 1:
		return cut[0], true
	case len(exact) > 1 || len(cut) > 1 || length >= startedByMost:
		return model.Ref{}, false
	}
	return v.Ref(id, standard), true
}

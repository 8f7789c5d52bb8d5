package ecs

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
)

// prove lists the three statuses in their order. What is in none of them is gone; what is being
// deleted is over too unless something still holds it.
func (k definition) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	states := map[string]types.TaskDefinitionStatus{}
	for _, status := range definitionStatuses() {
		err := kind.Pages(ctx, definitionLister(v, status), func(arns []string) {
			for _, arn := range arns {
				states[arn] = status
			}
		})
		if err != nil {
			return nil, err
		}
	}
	known := v.KnownBy(ecsref.DefinitionKind)
	holders := k.holders(v)
	readings := make(map[model.Ref]kind.Reading, len(refs))
	for _, ref := range refs {
		status, listed := states[ref.ID]
		switch holder := holders[ref]; {
		case !listed:
			readings[ref] = kind.Reading{Presence: kind.Absent}
		case status == types.TaskDefinitionStatusDeleteInProgress && holder == "":
			readings[ref] = kind.Reading{Presence: kind.Leaving, Resource: k.moved(v, known[ref], ref, status)}
		case status == types.TaskDefinitionStatusDeleteInProgress:
			readings[ref] = kind.Reading{Presence: kind.Present, Why: string(status) + ", and " + holder + " still uses it", Resource: k.moved(v, known[ref], ref, status)}
		default:
			readings[ref] = kind.Reading{Presence: kind.Present, Why: string(status), Resource: k.moved(v, known[ref], ref, status)}
		}
	}
	return readings, nil
}

// moved is what is known of a revision in its new status: nothing else of it ever changes, but for
// when it was deregistered.
func (k definition) moved(v *kind.Visit, old *model.Resource, ref model.Ref, status types.TaskDefinitionStatus) *model.Resource {
	again := kind.StillThere(k.bare(v, ref.ID, status), old)
	if old == nil || old.State == again.State {
		return again
	}
	again.Attrs = slices.Clone(again.Attrs)
	for i, f := range k.fields {
		if f.ID == "deregistered" && i < len(again.Attrs) {
			again.Attrs[i] = model.Unknown()
		}
	}
	return again
}

// holders names for each definition a live service or task that uses it.
func (k definition) holders(v *kind.Visit) map[model.Ref]string {
	holders := map[model.Ref]string{}
	for _, kind := range [...]model.KindID{ecsref.ServiceKind, ecsref.TaskKind} {
		for _, r := range v.KnownOf(kind) {
			if !r.Counts {
				continue
			}
			for _, u := range r.Uses {
				holders[u] = r.Thing()
			}
		}
	}
	return holders
}

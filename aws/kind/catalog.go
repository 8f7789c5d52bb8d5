package kind

import (
	"maps"
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Catalog is the pure half of kinds, for screens, filters and reports.
func Catalog(defs []Def) (*model.Catalog, error) {
	kinds := make([]model.Kind, len(defs))
	for i, d := range defs {
		kinds[i] = d.Kind
	}
	return model.NewCatalog(kinds...)
}

// Rules are the planning half of kinds.
func Rules(defs []Def) map[model.KindID]plan.Rule {
	rules := make(map[model.KindID]plan.Rule, len(defs))
	for _, d := range defs {
		rules[d.ID] = d.Rule
	}
	return rules
}

// IAMActions are the actions that a caller needs, for the policies in the README; the lists are
// sorted.
type IAMActions struct {
	// Read is enough to look, to keep evidence and to plan; Remove comes on top for running a plan,
	// Restore for taking a run back. They are apart, since what makes things is not needed to remove
	// them.
	Read, Remove, Restore []string
}

// Permissions are the IAM actions of kinds, which follow from what they declare to call.
func Permissions(defs []Def) IAMActions {
	read, remove, restore := map[string]bool{}, map[string]bool{}, map[string]bool{}
	put := func(into map[string]bool, lists ...[]string) {
		for _, list := range lists {
			for _, action := range list {
				into[action] = true
			}
		}
	}
	for _, d := range defs {
		put(read, d.Calls, d.EvidenceCalls, d.ReadCalls)
		for name, op := range d.Ops {
			put(read, op.Reads)
			into := remove
			if op.Prepare != nil {
				into = restore
			}
			put(into, []string{name}, op.Also, op.Actions)
		}
	}
	return IAMActions{
		Read: slices.Sorted(maps.Keys(read)), Remove: slices.Sorted(maps.Keys(remove)), Restore: slices.Sorted(maps.Keys(restore)),
	}
}

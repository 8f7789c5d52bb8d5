package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// Warning is what the review says of one resource; the zero value says nothing. Warnings that differ
// in nothing but their resource are told in one line, so that forty of them hide no other.
type Warning struct {
	// Name is what the resource is called.
	Name string
	// One is the whole sentence where it is the only one; Many is what is said of several, behind
	// their number: "tasks are protected against …".
	One, Many string
}

// namedMost is how many resources a folded warning names.
const namedMost = 3

// folded are warnings as sentences, equal ones together.
func folded(list []Warning) []string {
	like := map[string][]Warning{}
	for _, w := range list {
		like[w.Many] = append(like[w.Many], w)
	}
	var out []string
	for many, group := range like {
		slices.SortFunc(group, func(a, b Warning) int { return strings.Compare(a.Name+a.One, b.Name+b.One) })
		group = slices.Compact(group)
		if len(group) == 1 {
			out = append(out, model.Clean(group[0].One))
			continue
		}
		names := make([]string, 0, namedMost+1)
		for _, w := range group[:min(len(group), namedMost)] {
			names = append(names, w.Name)
		}
		if more := len(group) - namedMost; more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		out = append(out, model.Clean(fmt.Sprintf("%d %s (%s)", len(group), many, strings.Join(names, ", "))))
	}
	slices.Sort(out)
	return out
}

package runs

import (
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// LeftBehind is what the removals of this case left and nobody here can remove, such as machines
// that go on being billed; each once, in the order of the runs.
func (p *Plans) LeftBehind() []model.Uncovered {
	var left []model.Uncovered
	for _, e := range p.entries {
		for _, u := range e.Uncovered() {
			if e.Plan.Verb == plan.Delete && !slices.Contains(left, u) {
				left = append(left, u)
			}
		}
	}
	return left
}

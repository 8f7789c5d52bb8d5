package runs

import (
	"slices"

	"github.com/rootout/rootout/model"
)

// LeftBehind is what the removals of this session left and nobody here can remove, such as machines
// that go on being billed; each once, in the order of the runs.
func (p *Plans) LeftBehind() []model.Uncovered {
	var left []model.Uncovered
	for _, e := range p.EndedRuns() {
		for _, u := range e.Progress.Summary.Uncovered {
			if !slices.Contains(left, u) {
				left = append(left, u)
			}
		}
	}
	return left
}

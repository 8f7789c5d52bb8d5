package words

import (
	"testing"

	"github.com/rootout/rootout/model"
)

// TestAFigureIsWordedAlikeEverywhere: the console and scan print the same sums.
func TestAFigureIsWordedAlikeEverywhere(t *testing.T) {
	all := model.Sum{Count: 1200, New: 3, VCPU: 14.4, MemoryMiB: 6.2 * 1024 * 1024, PerHour: 4.21, Estimated: true}
	least, nothing := all, model.Sum{AtLeast: true}
	least.AtLeast = true
	for _, c := range []struct {
		got, want string
	}{
		{CountFigure(&all).Text(false), "1,200"},
		{CountFigure(&least).Text(false), "1,200+"},
		{NewFigure(&least).Text(false), "+3+"},
		{VCPUFigure(&least).Text(false), "14.4+"},
		{MemoryFigure(&all).Text(false), "6.2 TiB"},
		{MemoryFigure(&least).Text(true), "6.2+ TiB"},
		{RateFigure(&all).Text(false), "≈4.21"},
		{RateFigure(&least).Text(false), "≈4.21+"},
		{CountFigure(&nothing).Text(true), Unasked},
		{CountFigure(&nothing).Text(false), Unknown},
		{RateFigure(&nothing).Text(false), Unknown},
		{CountFigure(&model.Sum{}).Text(true), "0"},
		{RateFigure(&model.Sum{}).Text(false), "0"},
		{CountFigure(&model.Sum{Disabled: 1}).Text(false), Unknown},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

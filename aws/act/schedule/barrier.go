package schedule

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// barrierKey names the steps that a barrier waits for: those of one phase, in one place or in all.
type barrierKey struct {
	place      model.Place
	everywhere bool
	phase      model.Phase
	until      plan.Until
}

// keyOf is the key of a barrier of a step in a place.
func keyOf(b plan.Barrier, at model.Place) barrierKey {
	k := barrierKey{place: at, phase: b.Phase, until: b.Until, everywhere: b.Everywhere}
	if b.Everywhere {
		k.place = model.Place{}
	}
	return k
}

// barrier counts the steps before it.
type barrier struct {
	// left have not come as far as it wants, hopeless of them never will.
	left, hopeless int
	waiting        []*step
}

func (s *Schedule) barrierOf(k barrierKey) *barrier {
	if s.barriers[k] == nil {
		s.barriers[k] = &barrier{}
	}
	return s.barriers[k]
}

// recount moves a step from one state to another in the counts of all barriers that wait for its
// phase, and returns the steps behind those barriers that opened by it, or never will.
func (s *Schedule) recount(one *step, was, now port.StepState) []*step {
	var news []*step
	for until := plan.Attempted; until <= plan.Proven; until++ {
		for _, everywhere := range [...]bool{false, true} {
			k := keyOf(plan.Barrier{Phase: one.Phase, Until: until, Everywhere: everywhere}, one.Place)
			at := s.barriers[k]
			if at == nil {
				continue
			}
			left := one01(!reached(now, until)) - one01(!reached(was, until))
			never := one01(hopeless(now, until)) - one01(hopeless(was, until))
			at.left += left
			at.hopeless += never
			if left < 0 && at.left == 0 || never > 0 && at.hopeless == never {
				news = append(news, at.waiting...)
			}
		}
	}
	return news
}

func one01(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

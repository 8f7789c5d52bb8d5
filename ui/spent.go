package ui

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// restoreSpent reads from the case what was spent before this session by what is gone since.
func (c *console) restoreSpent(from port.Case) {
	spender, ok := from.(port.Spender)
	if !ok {
		return
	}
	ctx := c.Loop.Context()
	type read struct {
		spent map[model.Ref]model.Spent
		err   error
	}
	background.Do(c.Loop, func() read {
		spent, err := spender.Spent(ctx)
		return read{spent, err}
	}, func(r read) {
		if r.err != nil {
			c.Speak.Say(kit.Alarm, "what was spent before could not be read from the case: "+r.err.Error())
			return
		}
		c.Account.SpentBefore(r.spent)
	})
}

package ui

import (
	"context"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// Session is the world as the console meets it once it is connected. Scanner, Runner and Case may
// each be nil: without a scanner nothing comes in, without a runner nothing can be planned, without
// a case nothing is kept.
type Session struct {
	Caller  model.Caller
	Scanner port.Scanner
	Runner  port.Runner
	Case    port.Case
	// Lookup brings CloudTrail's events; nil brings none.
	Lookup port.Lookup
	// Notices are whole sentences that are shown once, for example that the caller is the root
	// user.
	Notices []string
	// ReadOnly says that nothing can be changed, ReadOnlyReason why, in words.
	ReadOnly       bool
	ReadOnlyReason string
}

// readOnly is why nothing can be changed, "" where it can.
func (s *Session) readOnly() string {
	switch {
	case !s.ReadOnly:
		return ""
	case s.ReadOnlyReason == "":
		return "this console is read-only"
	}
	return "this console is read-only: " + s.ReadOnlyReason
}

// start takes over what the case kept and begins to listen to the scan.
func (c *console) start(s *Session) {
	c.session = s
	c.connecting, c.connectError = false, nil
	c.Account.Connect(s.Caller, s.Scanner)
	c.Plans.Connect(s.Runner, s.readOnly())
	if s.Case != nil {
		c.Marks.KeepIn(s.Case)
		c.Records.KeepIn(s.Case)
		c.Plans.KeepIn(s.Case)
		c.restore(s.Case)
		c.restoreSpent(s.Case)
	}
	c.Account.Follow()
	c.History.Connect(s.Caller, s.Lookup)
}

// kept is what a case holds for the screens.
type kept struct {
	marks []model.Mark
	notes map[model.Ref]string
	plans []*runs.Entry
	// billed is since when the account is billed, as far as the case knows.
	billed time.Time
	err    error
}

func readCase(ctx context.Context, from port.Case) kept {
	var k kept
	var err error
	if k.marks, err = from.Marks(ctx); err != nil {
		return kept{err: err}
	}
	if k.notes, err = from.Notes(ctx); err != nil {
		return kept{err: err}
	}
	if k.billed, err = from.BilledSince(ctx); err != nil {
		return kept{err: err}
	}
	past, err := from.Past(ctx)
	for i := range past {
		k.plans = append(k.plans, runs.EntryOf(&past[len(past)-1-i]))
	}
	k.err = err
	return k
}

// restore reads marks, notes and plans from the case.
func (c *console) restore(from port.Case) {
	ctx := c.Loop.Context()
	background.Do(c.Loop, func() kept { return readCase(ctx, from) }, func(k kept) {
		if k.err != nil {
			c.Speak.Say(kit.Alarm, "the case could not be read: "+k.err.Error())
		}
		if k.notes != nil {
			c.Records.Restore(k.notes)
		}
		c.Account.BilledFrom(k.billed)
		c.Plans.Restore(k.plans)
		c.Marks.Restore(k.marks, func(n int) {
			if n > 0 {
				c.Speak.Say(kit.Info, words.Count(n, "mark was", "marks were")+" kept from before")
			}
		})
		c.offerInterrupted()
	})
}

// offerInterrupted tells of a run that was interrupted, before anything else is done.
func (c *console) offerInterrupted() {
	e := c.Plans.Interrupted()
	if e == nil {
		return
	}
	c.Speak.Ask(&kit.Dialog{
		Title: "A run was interrupted",
		Body: []string{
			"The plan " + e.Plan.Phrase() + " of " + c.Clock.Full(e.Plan.FrozenAt) + " was begun and has not ended.",
			"What it did is in the journal: it verifies before it repeats. Review it, and type its phrase to resume.",
		},
		Buttons: []kit.Button{{ID: "later", Label: "later (5 lists it)", Cancel: true}, {ID: "review", Label: "review", Key: "r"}},
	}, func(a kit.Answer) {
		if !a.Cancelled {
			opener{c}.Plans()
			opener{c}.Plan(e)
		}
	})
}

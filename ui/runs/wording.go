package runs

import (
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
)

// Wording is how one speaks of what a plan reaches: what a removal reaches is gone, what an undo
// reaches is back as it was.
type Wording struct {
	// Ended is the state of a plan that has reached all of its goals.
	Ended string
	// one and many say what targets are that have reached their goal.
	one, many string
	// Left stands before a target that has not reached its goal.
	Left string
	// MoreLeft says that there are more of those than are named.
	MoreLeft string
	// LeftOut is what is said of what is wished for and not in the plan.
	LeftOut string
	// NothingLeft says what to do where every target was left out, Read what the plan is about.
	NothingLeft, Read string
}

// WordingOf is how one speaks of a plan.
func WordingOf(p *plan.Plan) Wording {
	switch p.Verb {
	case plan.Delete:
		return Wording{
			Ended: "gone", one: "gone", many: "gone", Left: "left", MoreLeft: "are left; their marks stay", LeftOut: "left out",
			NothingLeft: "nothing is left to remove: enter lists what was left out and what uses it; esc goes back",
			Read:        "read what will be removed; nothing has run",
		}
	case plan.Undo, plan.Restore:
		return Wording{
			Ended: map[plan.Verb]string{plan.Undo: "undone", plan.Restore: "restored"}[p.Verb],
			one:   "back as it was", many: "back as they were", Left: "not back", MoreLeft: "are not back", LeftOut: "not put back",
			NothingLeft: "nothing of it can be put back exactly: why stands above; esc goes back",
			Read:        "read what will be put back; nothing has run",
		}
	case plan.Cut, plan.Enable, plan.Close:
	}
	return Wording{
		Ended: "done", one: "done", many: "done", Left: "not done", MoreLeft: "are not done", LeftOut: "left out",
		NothingLeft: "nothing is left to do: why stands above; esc goes back",
		Read:        "read what will be done; nothing has run",
	}
}

// Reached says what so many targets are that have reached their goal: "gone", "back as they were".
func (w Wording) Reached(n int) string {
	if n == 1 {
		return w.one
	}
	return w.many
}

// All says that all of so many targets have reached their goal: "all gone", "all back as they
// were".
func (w Wording) All(n int) string {
	if w.one != w.many && n == 1 {
		return w.one
	}
	return "all " + w.many
}

// Verdict is how a run ended, in a sentence.
func (v *Progress) Verdict() string {
	s, w := v.Summary, WordingOf(v.Plan)
	all := "all " + kit.Count(s.Planned) + " are "
	if w.one != w.many && s.Planned == 1 {
		all = "it is "
	}
	switch {
	case s.Complete():
		return all + w.Reached(s.Planned) + ", proven by a fresh listing"
	case s.Reached() == s.Planned:
		return all + "proven " + w.Reached(s.Planned) + "; what stays or came back stands below"
	}
	are := " are"
	if w.one != w.many && s.Reached() == 1 {
		are = " is"
	}
	return kit.Count(s.Reached()) + " of " + kit.Count(s.Planned) + are + " proven " + w.Reached(s.Reached()) + "; what is " + w.Left + " stands below"
}

// ShortDigest is the part of a plan's digest by which people name it.
func ShortDigest(digest string) string { return (&plan.Plan{Digest: digest}).Short() }

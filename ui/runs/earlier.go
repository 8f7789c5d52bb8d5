package runs

import (
	"strings"

	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// EntryOf is a plan of an earlier session.
func EntryOf(p *port.Past) *Entry {
	return &Entry{Plan: p.Plan, Interrupted: p.Interrupted(), Outcome: p.Outcome, EndedAt: p.Ended}
}

// earlier is how its run ended before this session, nil unless it did and nothing was begun since.
func (e *Entry) earlier() *port.Outcome {
	if e.Progress != nil || e.Interrupted {
		return nil
	}
	return e.Outcome
}

// HowItEnded says in a few words how its run ended, "" until it has.
func (e *Entry) HowItEnded() string {
	o := e.earlier()
	switch {
	case !e.Ended():
		return ""
	case o == nil:
		o = e.Progress.Summary.Outcome()
	}
	w := WordingOf(e.Plan)
	if o.Complete() {
		return kit.Count(o.Planned) + " " + w.Reached(o.Planned) + ", proven by a fresh listing"
	}
	parts := []string{kit.Count(o.Reached()) + " of " + kit.Count(o.Planned) + " " + w.Reached(o.Reached())}
	for _, part := range []struct {
		n         int
		one, many string
	}{
		{len(o.Left), w.Left, w.Left},
		{len(o.Uncovered), "thing stays behind", "things stay behind"},
		{len(o.Respawned), "came back", "came back"},
		{o.Uncounted, "cell not counted", "cells not counted"},
	} {
		if part.n > 0 {
			parts = append(parts, words.Count(part.n, part.one, part.many))
		}
	}
	return strings.Join(parts, ", ")
}

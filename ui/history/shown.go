package history

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/background"
)

// Wish is what a screen wants to see of the events.
type Wish struct {
	// Filter selects, nil selects all; Env is what it is held against.
	Filter *query.Filter[trail.Row]
	Env    query.Env
	// Since and Until bound the time that is shown, Parts is into how many parts it is counted.
	Since, Until time.Time
	Parts        int
	// GroupBy is by what events are put together; Only are the keys of the groups whose events are
	// listed, none is all.
	GroupBy string
	Only    string
	// Reads lists what only looked too; it is counted whatever is listed.
	Reads bool
	// Unfolded are runs of one call that are listed one by one, by the number of their oldest event.
	Unfolded map[int32]bool
}

// Line is an event, or a run of the same call by one session.
type Line struct {
	// First and Last are the numbers of its newest and its oldest event, Count how many there are.
	First, Last int32
	Count       int
}

// Shown is what there is to be seen. It never changes.
type Shown struct {
	Wish   Wish
	Events *trail.Frozen
	Lines  []Line
	// Matching is how many events the lines stand for, Of how many were read in all.
	Matching, Of int
	// Partial says that only the newest events were looked at so far: the rest follows.
	Partial bool
	// Unlisted are events that only looked, and are not listed for that.
	Unlisted  int
	Groups    []*Group
	Histogram *trail.Histogram
}

// Group is events with something in common, and what came of them.
type Group struct {
	*trail.Group
	// Made is how many things the session is known to have made, Alive how many of them are there
	// now.
	Made, Alive int
}

// Show finds what a wish is for, beside the loop. Loud says that the operator waits for it.
func (h *History) Show(w Wish, kind *background.Latest, loud bool, then func(*Shown)) {
	if h.book == nil {
		return
	}
	book, snap := h.book, h.o.Present()
	whole := func() *Shown { return show(w, book, snap, 0) }
	if !loud {
		background.DoLatest(h.o.Loop, kind, true, whole, then)
		return
	}
	background.DoLatest(h.o.Loop, kind, false, func() *Shown { return show(w, book, snap, firstLines) }, func(s *Shown) {
		then(s)
		if s.Partial {
			background.DoLatest(h.o.Loop, kind, true, whole, then)
		}
	})
}

// firstLines is how many lines are found before the operator is shown any: more than a screen holds.
const firstLines = 400

// show finds what a wish is for. With a limit it stops when so many lines were found.
func show(w Wish, b *book, snap *model.Snapshot, limit int) *Shown {
	s := &Shown{Wish: w, Events: b.read(), Histogram: trail.NewHistogram(w.Since, w.Until, w.Parts)}
	s.Of = s.Events.Len()
	groups := trail.NewGroups(w.GroupBy)
	var folding fold
	for r := range s.Events.Between(w.Since, w.Until) {
		if w.Filter != nil && !w.Filter.Match(&r, w.Env) {
			continue
		}
		s.Histogram.Add(&r)
		if key := groups.Add(&r); w.Only != "" && key != w.Only {
			continue
		}
		if s.Matching++; r.Class == trail.Read && !w.Reads {
			s.Unlisted++
			continue
		}
		if folding.add(&r); limit > 0 && len(folding.runs) > limit {
			s.Partial = true
			break
		}
	}
	s.Lines = folding.lines(w.Unfolded)
	s.Groups = ranked(groups.All(), w.GroupBy, b, snap)
	return s
}

// fold gathers runs of one call.
type fold struct {
	numbers []int32
	runs    []run
	last    trail.Row
}

// run is so many of the numbers, from here on.
type run struct{ from, count int }

// gapMost is how far apart two events of one run may be.
const gapMost = 5 * time.Minute

func (f *fold) add(r *trail.Row) {
	same := len(f.numbers) > 0 && r.Name == f.last.Name && r.Source == f.last.Source && r.Region == f.last.Region && r.Error == f.last.Error &&
		r.Session == f.last.Session && f.last.Time.Sub(r.Time) <= gapMost
	if same {
		f.runs[len(f.runs)-1].count++
	} else {
		f.runs = append(f.runs, run{from: len(f.numbers), count: 1})
	}
	f.numbers = append(f.numbers, r.Number)
	f.last = *r
}

func (f *fold) lines(unfolded map[int32]bool) []Line {
	lines := make([]Line, 0, len(f.runs))
	for _, r := range f.runs {
		all := f.numbers[r.from : r.from+r.count]
		if last := all[len(all)-1]; r.count > 1 && !unfolded[last] {
			lines = append(lines, Line{First: all[0], Last: last, Count: r.count})
			continue
		}
		for _, n := range all {
			lines = append(lines, Line{First: n, Last: n, Count: 1})
		}
	}
	return lines
}

// ranked puts those first that changed most, and counts what sessions made.
func ranked(groups []*trail.Group, by string, b *book, snap *model.Snapshot) []*Group {
	made, alive := map[string]int{}, map[string]int{}
	if by == "session" {
		made = b.sessions()
		for r := range snap.All {
			if session := r.About().Session; session != "" && r.Counts && r.Maker.Source == model.FromEvent {
				alive[session]++
			}
		}
	}
	out := make([]*Group, len(groups))
	for i, g := range groups {
		out[i] = &Group{Group: g, Made: made[g.Key], Alive: alive[g.Key]}
	}
	slices.SortStableFunc(out, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(b.Changes, a.Changes), b.Last.Compare(a.Last), strings.Compare(a.Key, b.Key))
	})
	return out
}

// Record is AWS's record of an event, brought beside the loop.
func (h *History) Record(n int32, then func(raw []byte, err error)) {
	book := h.book
	type found struct {
		raw []byte
		err error
	}
	background.Do(h.o.Loop, func() found {
		raw, err := book.record(n)
		return found{raw, err}
	}, func(f found) { then(f.raw, f.err) })
}

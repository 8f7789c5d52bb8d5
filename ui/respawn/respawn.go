// Package respawn watches what comes back after the runs of this session have ended, and by what.
//
// It must not know a screen: it says in words what came back, and by which list it is looked at.
package respawn

import (
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Options are what watching needs of the console.
type Options struct {
	Loop    *background.Loop
	Catalog *model.Catalog
	// Present is the inventory now, EndedRuns the removals that have ended, PutBack what was put
	// back since: what that brings is wanted.
	Present   func() *model.Snapshot
	EndedRuns func() []*runs.Entry
	PutBack   func() map[model.Ref]bool
	// AtHome says whether the screen is shown that tells what came back by itself.
	AtHome func() bool
	Say    func(level kit.Level, text string)
}

// Watch knows what came back. It belongs to the update loop.
type Watch struct {
	o         Options
	comparing background.Latest
	// back are the things that came back and were not looked at yet, with their causes.
	back []respawned
	// seen were looked at; told is how many the operator has been told of.
	seen map[model.Ref]bool
	told int
	// lookedAt are what was looked at, in the order in which it came back.
	lookedAt []respawned
}

// respawned is a thing that came back, with the ARNs by which it and its cause are listed.
type respawned struct {
	plan.Respawn
	arn, byARN string
}

// New returns a watch that has seen nothing.
func New(o Options) *Watch { return &Watch{o: o, seen: map[model.Ref]bool{}} }

// Look compares beside the loop what is there with what was there before each run. It is called
// with every batch; those that come meanwhile wait.
func (w *Watch) Look() {
	ended := w.o.EndedRuns()
	if len(ended) == 0 {
		return
	}
	snap, wanted := w.o.Present(), w.o.PutBack()
	seen := make(map[model.Ref]bool, len(w.seen))
	for ref := range w.seen {
		seen[ref] = true
	}
	compare := func() []respawned { return cameBack(snap, ended, seen, wanted) }
	background.DoLatest(w.o.Loop, &w.comparing, true, compare, func(back []respawned) {
		w.back = slices.DeleteFunc(back, func(r respawned) bool { return w.seen[r.Ref] })
		if len(w.back) > w.told && !w.o.AtHome() {
			w.o.Say(kit.Alarm, w.Text()+" (1 shows it)")
		}
		w.told = len(w.back)
	})
}

// cameBack compares a snapshot with what was there before each run. A run's plan, start, end and
// graph do not change any more.
func cameBack(snap *model.Snapshot, ended []*runs.Entry, seen, wanted map[model.Ref]bool) []respawned {
	found := make(map[model.Ref]*model.Resource, snap.Len())
	for r := range snap.All {
		found[r.Ref] = r
	}
	var out []respawned
	done := map[model.Ref]bool{}
	for _, e := range ended {
		for _, b := range plan.Respawned(e.Plan, e.Progress.Started, e.Before, found) {
			r := found[b.Ref]
			// What was last seen before the run ended may be gone like the rest of it.
			if done[b.Ref] || seen[b.Ref] || wanted[b.By] || !r.SeenAt.After(e.EndedAt) {
				continue
			}
			done[b.Ref] = true
			c := respawned{Respawn: b, arn: r.ARN}
			if by := found[b.By]; by != nil && by.Counts {
				c.byARN = by.ARN
			}
			out = append(out, c)
		}
	}
	return out
}

// Any says whether something came back that was not looked at yet.
func (w *Watch) Any() bool { return len(w.back) > 0 }

// Text says what came back, where, and by what; "" where nothing did.
func (w *Watch) Text() string {
	if len(w.back) == 0 {
		return ""
	}
	kinds, regions, causes := map[model.KindID]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range w.back {
		kinds[r.Ref.Kind], regions[r.Ref.Title()], causes[r.Cause] = true, true, true
	}
	first := w.back[0]
	what := words.Count(len(w.back), "thing", "things")
	if len(kinds) == 1 {
		what = words.KindCount(w.o.Catalog, first.Ref.Kind, len(w.back))
	}
	where := first.Ref.Title()
	if len(regions) > 1 {
		where = words.Count(len(regions), "region", "regions")
	}
	text := what + " came back in " + where + ": " + model.Clean(first.Cause)
	if n := len(causes) - 1; n > 0 {
		text += ", and " + words.Count(n, "other cause", "other causes")
	}
	return text
}

// All says of everything that came back, whether it was looked at or not, what it is and by what it
// came.
func (w *Watch) All() []plan.Respawn {
	var all []plan.Respawn
	for _, r := range slices.Concat(w.lookedAt, w.back) {
		all = append(all, r.Respawn)
	}
	return all
}

// LookAt lists what came back together with what brings it back, and takes it as looked at; what
// does not fit into one list is told again. It is not ok where nothing that came back has an ARN.
func (w *Watch) LookAt() (list screen.ListRequest, ok bool) {
	var arns []string
	add := func(arn string) {
		if arn != "" && len(arns) < screen.ARNsMost && !slices.Contains(arns, arn) {
			arns = append(arns, arn)
		}
	}
	for _, r := range w.back {
		add(r.byARN)
	}
	for _, r := range w.back {
		add(r.arn)
	}
	list, ok = screen.ListOfARNs(w.o.Catalog, "what came back", arns)
	if !ok {
		return list, false
	}
	list.Remarks = make(map[model.Ref]string, len(w.back))
	var rest []respawned
	for _, r := range w.back {
		if r.arn == "" || slices.Contains(arns, r.arn) {
			w.seen[r.Ref] = true
			w.lookedAt = append(w.lookedAt, r)
		} else {
			rest = append(rest, r)
		}
		list.Remarks[r.Ref] = "came back: " + model.Clean(r.Cause)
		if !r.By.IsZero() {
			list.Remarks[r.By] = "brings it back: mark it too, and plan the removal of both"
		}
	}
	w.back, w.told = rest, len(rest)
	return list, true
}

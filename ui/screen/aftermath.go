package screen

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// aftermath watches what comes back after the runs of this session have ended.
type aftermath struct {
	job background.Latest
	// back are the things that came back and were not looked at yet, with their causes.
	back []comeback
	// seen were looked at; told is how many the operator has been told of.
	seen map[model.Ref]bool
	told int
}

// comeback is a thing that came back, with the ARNs by which it and its cause are listed.
type comeback struct {
	plan.Respawn
	arn, byARN string
}

// ended is the newest run of this session that has told its end, nil for none.
func (w *World) ended() *PlanEntry {
	for i := len(w.Plans) - 1; i >= 0; i-- {
		if v := w.Plans[i].View; v != nil && v.summary != nil {
			return w.Plans[i]
		}
	}
	return nil
}

// watchBack looks beside the loop for what came back. It is asked for with every batch once a run has ended; batches that come meanwhile wait.
func (w *World) watchBack() {
	if w.ended() == nil {
		return
	}
	snap, runs := w.Present(), []*PlanEntry{}
	for _, e := range w.Plans {
		if e.View != nil && e.View.summary != nil && e.before != nil {
			runs = append(runs, e)
		}
	}
	seen := make(map[model.Ref]bool, len(w.after.seen))
	for ref := range w.after.seen {
		seen[ref] = true
	}
	background.DoLatest(w.Loop, &w.after.job, true, func() []comeback { return cameBack(snap, runs, seen) }, func(back []comeback) {
		w.after.back = slices.DeleteFunc(back, func(c comeback) bool { return w.after.seen[c.Ref] })
		if len(w.after.back) > w.after.told && w.Top() != Screen(w.home) {
			w.Say(kit.Alarm, w.backText()+" (1 shows it)")
		}
		w.after.told = len(w.after.back)
	})
}

// cameBack compares a snapshot with what was there before each run. A run's plan, start, end and graph do not change any more.
func cameBack(snap *model.Snapshot, runs []*PlanEntry, seen map[model.Ref]bool) []comeback {
	found := make(map[model.Ref]*model.Resource, snap.Len())
	for r := range snap.All {
		found[r.Ref] = r
	}
	var out []comeback
	done := map[model.Ref]bool{}
	for _, e := range runs {
		for _, b := range plan.Respawned(e.Plan, e.View.started, e.before, found) {
			r := found[b.Ref]
			// What was last seen before the run ended may be gone like the rest of it.
			if done[b.Ref] || seen[b.Ref] || !r.SeenAt.After(e.ended) {
				continue
			}
			done[b.Ref] = true
			c := comeback{Respawn: b, arn: r.ARN}
			if by := found[b.By]; by != nil && by.Counts {
				c.byARN = by.ARN
			}
			out = append(out, c)
		}
	}
	return out
}

// backText says what came back, where, and by what; "" where nothing did.
func (w *World) backText() string {
	back := w.after.back
	if len(back) == 0 {
		return ""
	}
	kinds, regions, causes := map[model.KindID]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range back {
		kinds[c.Ref.Kind], regions[c.Ref.Region], causes[c.Cause] = true, true, true
	}
	what := words.Count(len(back), "thing", "things")
	if len(kinds) == 1 {
		what = words.KindCount(w.Catalog, back[0].Ref.Kind, len(back))
	}
	where := back[0].Ref.Region
	if len(regions) > 1 {
		where = words.Count(len(regions), "region", "regions")
	}
	text := what + " came back in " + where + ": " + model.Clean(back[0].Cause)
	if n := len(causes) - 1; n > 0 {
		text += ", and " + words.Count(n, "other cause", "other causes")
	}
	return text
}

// backMost bounds how many things one list of what came back names; the rest is told again when that one is left.
const backMost = 200

// openBack lists what came back together with what brings it back, and takes it as looked at.
func (w *World) openBack() {
	var arns []string
	add := func(arn string) {
		if arn != "" && len(arns) < backMost && !slices.Contains(arns, arn) {
			arns = append(arns, arn)
		}
	}
	for _, c := range w.after.back {
		add(c.byARN)
	}
	for _, c := range w.after.back {
		add(c.arn)
	}
	l := w.listARNs("what came back", arns)
	if l == nil {
		w.Refuse("what came back has no ARN to list it by: " + w.backText())
		return
	}
	if w.after.seen == nil {
		w.after.seen = map[model.Ref]bool{}
	}
	var rest []comeback
	for _, c := range w.after.back {
		if c.arn == "" || slices.Contains(arns, c.arn) {
			w.after.seen[c.Ref] = true
		} else {
			rest = append(rest, c)
		}
	}
	l.causes = make(map[model.Ref]string, len(w.after.back))
	for _, c := range w.after.back {
		l.causes[c.Ref] = "came back: " + model.Clean(c.Cause)
		if !c.By.IsZero() {
			l.causes[c.By] = "brings it back: mark it too, and plan the removal of both"
		}
	}
	w.after.back, w.after.told = rest, len(rest)
	w.Push(l)
}

// listARNs is a list of things by their ARNs, nil where there is none.
func (w *World) listARNs(name string, arns []string) *List {
	if len(arns) == 0 {
		return nil
	}
	q, err := query.Parse(w.Catalog, `arn:"`+strings.Join(arns, `","`)+`"`, query.Options{NoRaw: true})
	if err != nil {
		return nil
	}
	l := NewList(w, Place{Name: name})
	l.filter.Set(q)
	return l
}

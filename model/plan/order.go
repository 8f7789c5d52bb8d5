package plan

import (
	"maps"
	"slices"
	"strconv"

	"github.com/rootout/rootout/model"
)

// draft is a step on its way to becoming one: still about single resources, with its place among
// the drafts of its resource.
type draft struct {
	Step
	ref model.Ref
	// nth is the place among the resource's drafts.
	nth int
}

// inOrder turns drafts into ordered steps: in batches as large as the operations take, earlier
// phases first, the dearest first. waits says what a draft waits for one by one; stepOf are the ids
// of each resource's steps.
func inOrder(
	drafts []draft, rules map[model.KindID]Rule, waits func(d draft, stepOf map[model.Ref][]string) []Wait,
) []Step {
	batches := inBatches(drafts, rules)
	slices.SortStableFunc(batches, compareDrafts)
	for i := range batches {
		batches[i].ID = stepID(i)
	}
	stepOf := stepsByTarget(batches)
	steps := make([]Step, len(batches))
	for i, b := range batches {
		b.After = waits(b, stepOf)
		b.Barriers = append(barriers(b.Phase), b.Barriers...)
		steps[i] = b.Step
	}
	return steps
}

// inBatches joins drafts of one place, kind, operation and turn, and with the same parameters, into
// calls of the size that the operation takes.
func inBatches(drafts []draft, rules map[model.KindID]Rule) []draft {
	type key struct {
		place      model.Place
		op, params string
		kind       model.KindID
		nth        int
	}
	open := map[key]int{}
	var out []draft
	for _, d := range drafts {
		size := rules[d.Kind].Batch[d.Op]
		if size <= 1 {
			out = append(out, d)
			continue
		}
		k := key{place: d.Place, op: d.Op, params: canonicalParams(d.Params), kind: d.Kind, nth: d.nth}
		if at, ok := open[k]; ok && len(out[at].Targets) < size {
			out[at].Targets = append(out[at].Targets, d.Targets...)
			out[at].USDPerHour += d.USDPerHour
			continue
		}
		open[k] = len(out)
		out = append(out, d)
	}
	return out
}

func canonicalParams(params map[string]string) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(params)) {
		text += strconv.Quote(name) + "=" + strconv.Quote(params[name]) + ";"
	}
	return text
}

// compareDrafts puts earlier phases first, then the dearest, then a stable order by place, kind,
// resource and turn.
func compareDrafts(a, b draft) int {
	switch {
	case a.Phase != b.Phase:
		return int(a.Phase) - int(b.Phase)
	case a.USDPerHour > b.USDPerHour:
		return -1
	case a.USDPerHour < b.USDPerHour:
		return 1
	}
	if c := a.ref.Compare(b.ref); c != 0 {
		return c
	}
	return a.nth - b.nth
}

// stepsByTarget are the steps of each resource in the order in which its kind wants them, which
// need not be the order of the plan: a call for ten resources stands where its first one does.
func stepsByTarget(batches []draft) map[model.Ref][]string {
	inTurn := slices.Clone(batches)
	slices.SortStableFunc(inTurn, func(a, b draft) int { return a.nth - b.nth })
	stepOf := map[model.Ref][]string{}
	for _, d := range inTurn {
		for _, ref := range d.Targets {
			stepOf[ref] = append(stepOf[ref], d.ID)
		}
	}
	return stepOf
}

// barriers keep the phases apart within a place: nothing is drained before what would bring it back
// has been told to be silent, and what costs nothing is tidied after the last call that stops the
// burning.
func barriers(p model.Phase) []Barrier {
	switch p {
	case model.Drain:
		return []Barrier{{Phase: model.Silence, Until: Attempted}}
	case model.Tidy:
		return []Barrier{{Phase: model.Drain, Until: Attempted}}
	case model.Silence, model.Remove, model.Erase, model.Restore, model.Verify:
	}
	return nil
}

// waitList collects the dependencies of one step: of several degrees for one step the strictest
// holds.
type waitList struct {
	own   string
	found map[string]Until
}

func newWaitList(own string) *waitList { return &waitList{own: own, found: map[string]Until{}} }

func (l *waitList) add(id string, until Until) {
	if id != "" && id != l.own {
		l.found[id] = max(l.found[id], until)
	}
}

// before adds the step that comes before this one on the same resource.
func (l *waitList) before(steps []string, until Until) {
	if at := slices.Index(steps, l.own); at > 0 {
		l.add(steps[at-1], until)
	}
}

func (l *waitList) sorted() []Wait {
	waits := make([]Wait, 0, len(l.found))
	for id, u := range l.found {
		waits = append(waits, Wait{Step: id, Until: u})
	}
	slices.SortFunc(waits, func(a, b Wait) int { return stepNumber(a.Step) - stepNumber(b.Step) })
	return waits
}

func last(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[len(ids)-1]
}

package act

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// fresh is what a fresh listing of the plan's cells found.
type fresh struct {
	mu        sync.Mutex
	found     map[model.Ref]*model.Resource
	uncounted map[model.CellKey]model.Cell
	// expired is what AWS said when the credentials ran out in the middle of it.
	expired *model.Failure
}

// verify lists every kind of the plan in every region of it anew, and sums up what is proven gone. Credentials that run out meanwhile pause the
// run, and it is all read again.
func (n *run) verify() *port.Summary {
	seen := n.list()
	n.askAgain(seen)
	for seen.expired != nil && n.ctx.Err() == nil {
		n.pause(seen.expired)
		if !n.unpaused() {
			return n.stopped()
		}
		n.box.state(port.RunVerifying)
		seen = n.list()
		n.askAgain(seen)
	}
	if n.ctx.Err() != nil {
		return n.stopped()
	}
	summary := n.summary(func(ref model.Ref) string { return n.leftBecause(seen, ref) })
	gone := &model.Batch{}
	for _, t := range n.plan.Targets {
		if summary.Left[t.Ref] == "" && seen.found[t.Ref] == nil {
			gone.Gone = append(gone.Gone, t.Ref)
		}
	}
	n.publish(gone)
	for _, cell := range seen.uncounted {
		summary.Uncounted = append(summary.Uncounted, cell)
	}
	slices.SortFunc(summary.Uncounted, func(a, b model.Cell) int {
		return model.Ref{Place: model.Place{Region: a.Key.Region}, Kind: a.Key.Kind}.Compare(model.Ref{Place: model.Place{Region: b.Key.Region}, Kind: b.Key.Kind})
	})
	summary.Respawned = plan.Respawned(n.plan, n.began, n.graph, seen.found)
	return summary
}

// stopped sums up a run that was stopped: what had been proven until then.
func (n *run) stopped() *port.Summary {
	return n.summary(func(ref model.Ref) string {
		if n.isGone(ref) {
			return ""
		}
		return "the run was stopped"
	})
}

// summary counts the targets that why says nothing against.
func (n *run) summary(why func(model.Ref) string) *port.Summary {
	s := &port.Summary{Planned: n.plan.N(), Left: map[model.Ref]string{}, Took: n.o.Now().Sub(n.began)}
	for _, t := range n.plan.Targets {
		if reason := why(t.Ref); reason != "" {
			s.Left[t.Ref] = reason
			continue
		}
		s.Gone++
		s.Uncovered = append(s.Uncovered, t.Behind...)
	}
	return s
}

// leftBecause says why a target is not proven gone, or "".
func (n *run) leftBecause(seen *fresh, ref model.Ref) string {
	if r := seen.found[ref]; r != nil && r.Counts && !r.Deleting {
		if n.madeAgain(ref, r) {
			return madeAgainWhy
		}
		return n.whyOf(ref, "AWS says "+r.State)
	}
	if cell, open := seen.uncounted[ref.Cell()]; open && seen.found[ref] == nil {
		why := "its cell could not be counted: " + cell.State.String()
		if cell.Failure != nil {
			why = cell.Failure.Error()
		}
		return n.whyOf(ref, why)
	}
	return ""
}

func (n *run) isGone(ref model.Ref) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.gone[ref]
}

// whyOf prefers what a failed step says of the target to what the listing says.
func (n *run) whyOf(ref model.Ref, otherwise string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.steps {
		if (s.state == port.StepFailed || s.state == port.StepBlocked) && slices.Contains(s.Targets, ref) {
			return s.why
		}
	}
	return otherwise
}

// relistings is how often cells that broke off in the final listing are read again.
const (
	relistings  = 2
	relistPause = time.Second
)

// list reads the plan's cells, all regions side by side, and those that broke off again.
func (n *run) list() *fresh {
	seen := &fresh{found: map[model.Ref]*model.Resource{}, uncounted: map[model.CellKey]model.Cell{}}
	cells := map[model.CellKey]bool{}
	for _, t := range n.plan.Targets {
		cells[t.Ref.Cell()] = true
	}
	for again := 0; len(cells) > 0; again++ {
		var work sync.WaitGroup
		for key := range cells {
			work.Go(func() { n.listCell(seen, key) })
		}
		work.Wait()
		clear(cells)
		for key, cell := range seen.uncounted {
			cells[key] = cell.State == model.CellUnreachable && !n.isSilent(key.Region)
		}
		maps.DeleteFunc(cells, func(_ model.CellKey, broken bool) bool { return !broken })
		if len(cells) == 0 || again == relistings || !n.sleep(relistPause) {
			break
		}
		for key := range cells {
			delete(seen.uncounted, key)
		}
	}
	return seen
}

// askAgain reads what no listing shows and no step has proven: a listing that shows only some of a kind (the rules that start tasks) is no proof
// for a target whose step has failed half-way.
func (n *run) askAgain(seen *fresh) {
	open := map[model.CellKey][]model.Ref{}
	for _, t := range n.plan.Targets {
		if seen.found[t.Ref] == nil && !n.isGone(t.Ref) {
			open[t.Ref.Cell()] = append(open[t.Ref.Cell()], t.Ref)
		}
	}
	var work sync.WaitGroup
	for key, refs := range open {
		if !n.isSilent(key.Region) {
			work.Go(func() { n.askCell(seen, key, refs) })
		}
	}
	work.Wait()
}

func (n *run) askCell(seen *fresh, key model.CellKey, refs []model.Ref) {
	ctx, cancel := context.WithTimeout(n.ctx, n.o.scaled(listingWait))
	defer cancel()
	def := n.runner.defs[key.Kind]
	for chunk := range slices.Chunk(refs, max(1, def.ProveBatch)) {
		fates, err := def.Prove(ctx, n.visit(key.Region), chunk)
		if err != nil {
			seen.uncount(key, n.o.Now(), err)
			return
		}
		for ref, fate := range fates {
			if fate.State == kind.Alive {
				seen.put(&model.Resource{Ref: ref, State: fate.Why, Counts: true})
			}
		}
	}
}

func (seen *fresh) put(r *model.Resource) {
	seen.mu.Lock()
	defer seen.mu.Unlock()
	seen.found[r.Ref] = r
}

func (n *run) listCell(seen *fresh, key model.CellKey) {
	ctx, cancel := context.WithTimeout(n.ctx, n.o.scaled(listingWait))
	defer cancel()
	visit := n.visit(key.Region)
	visit.Report = func(r *model.Resource, raw json.RawMessage) {
		seen.put(r)
		n.publish(&model.Batch{Found: []model.Found{{Resource: r, Raw: raw}}})
	}
	err := n.runner.defs[key.Kind].List(ctx, visit)
	if err == nil || aws.Classify(err) == aws.Unsupported {
		return
	}
	seen.uncount(key, n.o.Now(), err)
}

// uncount notes that a cell could not be read to its end.
func (seen *fresh) uncount(key model.CellKey, at time.Time, err error) {
	state := model.CellUnreachable
	switch aws.Classify(err) {
	case aws.Denied:
		state = model.CellDenied
	case aws.Expired, aws.InvalidToken:
		state = model.CellDenied
		seen.mu.Lock()
		seen.expired = aws.Describe(err).Model()
		seen.mu.Unlock()
	case aws.Throttled:
		state = model.CellThrottled
	default:
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	seen.uncounted[key] = model.Cell{Key: key, State: state, AsOf: at, Failure: aws.Describe(err).Model()}
}

// summaryRecord is the summary as the journal keeps it.
func summaryRecord(s *port.Summary) map[string]any {
	left := map[string]string{}
	for ref, why := range s.Left {
		left[ref.String()] = why
	}
	respawned := make([]string, 0, len(s.Respawned))
	for _, r := range s.Respawned {
		respawned = append(respawned, r.Ref.String()+": "+r.Cause)
	}
	return map[string]any{
		"planned": s.Planned, "gone": s.Gone, "left": left, "uncovered": s.Uncovered,
		"uncounted": len(s.Uncounted), "respawned": respawned, "tookMs": s.Took.Milliseconds(),
	}
}

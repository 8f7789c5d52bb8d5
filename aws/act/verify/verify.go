// Package verify ends a run: it lists every cell of the plan anew, asks for what no listing shows,
// and sums up which targets have reached their goals by that and what is left.
//
// It must not know how steps are made or ordered; why a step failed it is told.
package verify

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

const (
	// listingWait is how long one cell may take.
	listingWait = time.Minute
	// relistings is how often cells that broke off in the final listing are read again.
	relistings  = 2
	relistPause = time.Second
)

// Run is what the verification needs of the run.
type Run interface {
	// Dead says that a place has left calls unanswered: it is listed once, and not again.
	Dead(at model.Place) bool
	// Failed is why the step of a target failed or was blocked, or "".
	Failed(ref model.Ref) string
	// Told is what was last said of a step of a target that has not ended, or "".
	Told(ref model.Ref) string
	// Expired pauses the run, since the credentials have run out; Verifying shows that it goes on.
	Expired(failure *model.Failure)
	Verifying()
}

// Verify lists every kind of the plan in every place of it anew, and sums up what is proven.
// Credentials that run out meanwhile pause the run, and it is all read again.
func Verify(j *job.Job, run Run) *port.Summary {
	v := &verification{job: j, run: run}
	seen := v.look()
	for seen.expired != nil && j.Context.Err() == nil {
		run.Expired(seen.expired)
		if !j.Unpaused() {
			return Stopped(j, run)
		}
		run.Verifying()
		seen = v.look()
	}
	if j.Context.Err() != nil {
		return Stopped(j, run)
	}
	summary := summarize(j, func(t plan.Target) string { return v.leftBecause(seen, t) })
	gone := &model.Batch{}
	for _, t := range j.Plan.Targets {
		if t.Goal == plan.Gone && summary.Left[t.Ref] == "" && seen.found[t.Ref] == nil {
			gone.Gone = append(gone.Gone, t.Ref)
		}
	}
	j.Publish(gone)
	for _, cell := range seen.uncounted {
		summary.Uncounted = append(summary.Uncounted, cell)
	}
	slices.SortFunc(summary.Uncounted, func(a, b model.Cell) int {
		return model.Ref{Place: a.Key.Place, Kind: a.Key.Kind}.Compare(model.Ref{Place: b.Key.Place, Kind: b.Key.Kind})
	})
	summary.Respawned = plan.Respawned(j.Plan, j.Began, j.Graph, seen.found)
	return summary
}

// Stopped sums up a run that was stopped: what had been proven until then. What failed before has
// not been left because of that.
func Stopped(j *job.Job, run Run) *port.Summary {
	return summarize(j, func(t plan.Target) string {
		if j.Reached(t.Ref) {
			return ""
		}
		if why := run.Failed(t.Ref); why != "" {
			return why
		}
		if told := run.Told(t.Ref); told != "" {
			return "the run was stopped: " + told
		}
		return "the run was stopped"
	})
}

// summarize counts the targets that why says nothing against, by their goals.
func summarize(j *job.Job, why func(plan.Target) string) *port.Summary {
	s := &port.Summary{Planned: j.Plan.N(), Left: map[model.Ref]string{}, Took: j.Now().Sub(j.Began)}
	for _, t := range j.Plan.Targets {
		if reason := why(t); reason != "" {
			s.Left[t.Ref] = reason
			continue
		}
		switch t.Goal {
		case plan.Gone:
			s.Gone++
			s.Uncovered = append(s.Uncovered, t.Leftovers...)
		case plan.Exists:
			s.Made++
		case plan.Changed:
			s.Changed++
		}
	}
	return s
}

type verification struct {
	job *job.Job
	run Run
}

// sight is what a fresh look at the plan's cells found.
type sight struct {
	mu        sync.Mutex
	found     map[model.Ref]*model.Resource
	uncounted map[model.CellKey]model.Cell
	// expired is what AWS said when the credentials ran out in the middle of it.
	expired *model.Failure
}

// leftBecause says why a target has not reached its goal by what was seen, or "".
func (v *verification) leftBecause(seen *sight, t plan.Target) string {
	r := seen.found[t.Ref]
	there := r != nil && r.Counts && !r.Deleting
	cell, open := seen.uncounted[t.Ref.Cell()]
	// Of what was listed and could not be described no state is known.
	undescribed := there && r.State == ""
	switch {
	case open && (r == nil || undescribed):
		why := "its cell could not be counted: " + cell.State.String()
		if cell.Failure != nil {
			why = cell.Failure.Error()
		}
		return v.whyLeft(t.Ref, why)
	case t.Goal == plan.Gone:
		if !there {
			return ""
		}
		if v.job.MadeAgain(t.Ref, r) {
			return job.MadeAgainWhy
		}
		return v.whyLeft(t.Ref, "AWS says "+r.State)
	case !there:
		return v.whyLeft(t.Ref, "a fresh listing does not show it")
	case !v.job.Reached(t.Ref):
		return v.whyLeft(t.Ref, "it is there, and not all of it is as it was")
	}
	return ""
}

// whyLeft prefers what a failed step says of the target to what the listing says.
func (v *verification) whyLeft(ref model.Ref, otherwise string) string {
	if why := v.run.Failed(ref); why != "" {
		return why
	}
	return otherwise
}

func (v *verification) look() *sight {
	seen := v.list()
	v.askAgain(seen)
	return seen
}

// list reads the plan's cells, all places side by side, and those that broke off again.
func (v *verification) list() *sight {
	seen := &sight{found: map[model.Ref]*model.Resource{}, uncounted: map[model.CellKey]model.Cell{}}
	cells := map[model.CellKey]bool{}
	for _, t := range v.job.Plan.Targets {
		cells[t.Ref.Cell()] = true
	}
	for again := 0; len(cells) > 0; again++ {
		var work sync.WaitGroup
		for key := range cells {
			work.Go(func() { v.listCell(seen, key) })
		}
		work.Wait()
		clear(cells)
		for key, cell := range seen.uncounted {
			cells[key] = cell.State == model.CellUnreachable && !v.run.Dead(key.Place)
		}
		maps.DeleteFunc(cells, func(_ model.CellKey, broken bool) bool { return !broken })
		if len(cells) == 0 || again == relistings || !v.job.Sleep(relistPause) {
			break
		}
		for key := range cells {
			delete(seen.uncounted, key)
		}
	}
	return seen
}

// askAgain reads what no listing shows and no step has proven gone: a listing that shows only some
// of a kind (the rules that start tasks) is no proof for a target whose step has failed half-way,
// nor against one that was put back.
func (v *verification) askAgain(seen *sight) {
	open := map[model.CellKey][]model.Ref{}
	for _, t := range v.job.Plan.Targets {
		if seen.found[t.Ref] == nil && (t.Goal != plan.Gone || !v.job.Reached(t.Ref)) {
			open[t.Ref.Cell()] = append(open[t.Ref.Cell()], t.Ref)
		}
	}
	var work sync.WaitGroup
	for key, refs := range open {
		if !v.run.Dead(key.Place) {
			work.Go(func() { v.askCell(seen, key, refs) })
		}
	}
	work.Wait()
}

func (v *verification) askCell(seen *sight, key model.CellKey, refs []model.Ref) {
	ctx, cancel := context.WithTimeout(v.job.Context, v.job.Scaled(listingWait))
	defer cancel()
	def := v.job.Defs[key.Kind]
	for chunk := range slices.Chunk(refs, max(1, def.ReadBatch)) {
		readings, err := def.Read(ctx, v.job.Visit(key.Place), chunk)
		if err != nil {
			seen.uncount(key, v.job.Now(), err)
			return
		}
		for ref, reading := range readings {
			if reading.Presence == kind.Present {
				seen.add(&model.Resource{Ref: ref, State: reading.Why, Counts: true})
			}
		}
	}
}

func (seen *sight) add(r *model.Resource) {
	seen.mu.Lock()
	defer seen.mu.Unlock()
	seen.found[r.Ref] = r
}

func (v *verification) listCell(seen *sight, key model.CellKey) {
	ctx, cancel := context.WithTimeout(v.job.Context, v.job.Scaled(listingWait))
	defer cancel()
	visit := v.job.Visit(key.Place)
	visit.Report = func(r *model.Resource, raw json.RawMessage) {
		seen.add(r)
		v.job.Publish(&model.Batch{Found: []model.Found{{Resource: r, Raw: raw}}})
	}
	err := v.job.Defs[key.Kind].ListIn(ctx, visit)
	if err == nil || aws.Classify(err) == aws.Unsupported {
		return
	}
	seen.uncount(key, v.job.Now(), err)
}

// uncount notes that a cell could not be read to its end.
func (seen *sight) uncount(key model.CellKey, at time.Time, err error) {
	class := aws.Classify(err)
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if class == aws.Expired || class == aws.InvalidToken {
		seen.expired = aws.Describe(err).Model()
	}
	seen.uncounted[key] = model.Cell{Key: key, State: class.CellState(), AsOf: at, Failure: aws.Describe(err).Model()}
}

// Package evidence puts on disk what each target of a run was before anything is done to it: its
// record and what is taken beside it, or, of a thing that is to be made, that it was not there.
//
// It must not know what is done to the targets and in which order; whoever makes a step asks
// whether the evidence of its targets is there, and an error means that they must not be touched.
package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

// Record is the described record: the evidence without which nothing is touched. Absence is what
// stands in its place for a thing that is to be made.
const (
	Record  = "record"
	Absence = "absence"
)

// besideRecord stands for all that is taken beside the record, where none of it could be.
const besideRecord = "beside the record"

// workers is how many targets of one place have their evidence taken at once.
const workers = 32

// extraWait is how long what is taken beside the record may hold a step up; undoWait is that of a
// step that can be undone, since its undo may stand on it; recordWait is how long a place may
// take to list a record that the case lost.
const (
	extraWait  = 2 * time.Second
	undoWait   = time.Minute
	recordWait = time.Minute
)

// ErrThere is returned for a thing that is to be made and is there already.
var ErrThere = errors.New("it is there already: whoever made it made another thing")

// Keeper takes the evidence of one run, each target's once.
type Keeper struct {
	job *job.Job
	// resumed says that an earlier run may have taken evidence before it did something.
	resumed bool

	mu     sync.Mutex
	items  map[model.Ref]*item
	visits map[model.Place]*kind.Visit
}

// item is the evidence of one target on its way to the disk.
type item struct {
	taken atomic.Bool
	done  chan struct{}
	// extra ends when what is taken beside the record is not waited for any more; cancelExtra ends
	// it.
	extra       context.Context //nolint:containedctx // It is the wait itself, which ends when a step is ready.
	cancelExtra context.CancelFunc
	err         error
}

// New makes the keeper of a run; resumed says that it is not the first run of its plan.
func New(j *job.Job, resumed bool) *Keeper {
	return &Keeper{job: j, resumed: resumed, items: map[model.Ref]*item{}, visits: map[model.Place]*kind.Visit{}}
}

func (k *Keeper) newItem() *item {
	ctx, cancel := context.WithCancel(k.job.Context)
	return &item{done: make(chan struct{}), extra: ctx, cancelExtra: cancel}
}

// Begin takes evidence for the targets of steps, in their order, before any of them needs it: in
// each place some targets at once. Steps wait for their own targets only.
func (k *Keeper) Begin(steps []*job.Step) {
	byPlace := map[model.Place][]model.Ref{}
	k.mu.Lock()
	for _, s := range steps {
		for _, ref := range s.Targets {
			if k.items[ref] == nil {
				k.items[ref] = k.newItem()
				byPlace[s.Place] = append(byPlace[s.Place], ref)
			}
		}
	}
	k.mu.Unlock()
	for _, refs := range byPlace {
		next := make(chan model.Ref)
		k.job.Work.Go(func() {
			defer close(next)
			for _, ref := range refs {
				select {
				case next <- ref:
				case <-k.job.Context.Done():
					return
				}
			}
		})
		for range min(workers, len(refs)) {
			k.job.Work.Go(func() {
				for ref := range next {
					k.take(ref)
				}
			})
		}
	}
}

// Of waits until the evidence of a step's targets is on disk, for a while only for what is taken
// beside the records. Its error is why the step must not go on.
func (k *Keeper) Of(s *job.Step) error {
	wait := extraWait
	if len(s.Inverse) > 0 {
		wait = undoWait
	}
	limit := time.NewTimer(k.job.Scaled(wait))
	defer limit.Stop()
	for _, ref := range s.Targets {
		it := k.itemOf(ref)
		if !it.taken.Load() {
			k.job.Work.Go(func() { k.take(ref) })
		}
		select {
		case <-it.done:
		case <-k.job.Context.Done():
			return k.job.Context.Err()
		case <-limit.C:
			limit.Reset(0)
			it.cancelExtra()
			select {
			case <-it.done:
			case <-k.job.Context.Done():
				return k.job.Context.Err()
			}
		}
		if it.err != nil {
			return it.err
		}
	}
	return nil
}

func (k *Keeper) itemOf(ref model.Ref) *item {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.items[ref] == nil {
		k.items[ref] = k.newItem()
	}
	return k.items[ref]
}

// Forget lets evidence of a step's targets that could not be taken be taken again.
func (k *Keeper) Forget(s *job.Step) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, ref := range s.Targets {
		it := k.items[ref]
		if it == nil {
			continue
		}
		select {
		case <-it.done:
			if it.err != nil {
				k.items[ref] = k.newItem()
			}
		default:
		}
	}
}

// Put keeps one item of evidence and returns when it is on disk.
func (k *Keeper) Put(ref model.Ref, e kind.Evidence) error {
	return k.job.Store.PutEvidence(k.job.Context, casefile.Evidence{
		Ref: ref, Plan: k.job.Plan.Digest, At: k.job.Now(), What: e.What, Data: e.Data, Missing: e.Missing,
	})
}

// take takes the evidence of one target, once.
func (k *Keeper) take(ref model.Ref) {
	it := k.itemOf(ref)
	if it.taken.Swap(true) {
		return
	}
	defer close(it.done)
	if k.job.GoalOf(ref) == plan.Exists {
		it.err = k.absence(ref)
	} else {
		it.err = k.presence(it.extra, ref)
	}
	it.cancelExtra()
}

// absence reads that a thing which is to be made is not there. Where an earlier run of the plan
// kept that, it may have been made since by that run, and what was kept stands.
func (k *Keeper) absence(ref model.Ref) error {
	if k.resumed {
		kept, err := k.job.Store.Evidence(k.job.Context, ref)
		if err != nil {
			return err
		}
		for _, e := range kept {
			if e.Plan == k.job.Plan.Digest && e.What == Absence {
				return nil
			}
		}
	}
	ctx, cancel := context.WithTimeout(k.job.Context, k.job.Scaled(recordWait))
	defer cancel()
	readings, err := k.job.Defs[ref.Kind].Read(ctx, k.job.Visit(ref.Place), []model.Ref{ref})
	if err != nil {
		return fmt.Errorf("looking whether it is there: %w", err)
	}
	if readings[ref].Presence != kind.Absent {
		return ErrThere
	}
	data, err := json.Marshal(map[string]any{"exists": false, "readAt": k.job.Now().UTC()})
	if err != nil {
		return err
	}
	return k.Put(ref, kind.Evidence{What: Absence, Data: data})
}

// presence keeps what a thing is now: its record, and what its kind takes beside it.
func (k *Keeper) presence(extra context.Context, ref model.Ref) error {
	record, err := k.record(ref) //nolint:contextcheck // The record is what a step waits for: only the end of the run ends the wait.
	if err != nil {
		return err
	}
	if err := k.Put(ref, kind.Evidence{What: Record, Data: record}); err != nil {
		return err
	}
	def := k.job.Defs[ref.Kind]
	if def.Evidence == nil {
		return nil
	}
	r := k.job.Graph.Get(ref)
	if r == nil {
		return k.Put(ref, kind.Evidence{What: besideRecord, Missing: "it was not there any more when the evidence was taken"})
	}
	for _, e := range def.Evidence(extra, k.visit(ref.Place), r) {
		if err := k.Put(ref, e); err != nil {
			return err
		}
	}
	return nil
}

// visit is the one look at a place that all evidence in it shares: what one task's definition says
// is asked for once.
func (k *Keeper) visit(at model.Place) *kind.Visit {
	k.mu.Lock()
	v := k.visits[at]
	k.mu.Unlock()
	if v != nil {
		return v
	}
	fresh := k.job.Visit(at)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.visits[at] == nil {
		k.visits[at] = fresh
	}
	return k.visits[at]
}

// record is what the case holds of a resource, or a fresh reading where it holds nothing.
func (k *Keeper) record(ref model.Ref) (json.RawMessage, error) {
	raw, err := k.job.Store.Raw(k.job.Context, ref)
	if err != nil || len(raw) > 0 {
		return raw, err
	}
	if raw, err = k.listed(ref); err != nil || len(raw) > 0 {
		return raw, err
	}
	return nil, errors.New("there is no record of " + ref.String() + "; scan again")
}

// listed lists the resource's cell for its record alone. It happens only where a case was lost
// between scan and run.
func (k *Keeper) listed(ref model.Ref) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(k.job.Context, k.job.Scaled(recordWait))
	defer cancel()
	visit := k.job.Visit(ref.Place)
	visit.Known = nil
	var mu sync.Mutex
	var found json.RawMessage
	visit.Report = func(r *model.Resource, raw json.RawMessage) {
		mu.Lock()
		defer mu.Unlock()
		if r.Ref == ref && len(raw) > 0 {
			found = raw
		}
	}
	err := k.job.Defs[ref.Kind].ListIn(ctx, visit)
	mu.Lock()
	defer mu.Unlock()
	if len(found) > 0 {
		return found, nil
	}
	return nil, err
}

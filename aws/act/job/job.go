// Package job holds what all parts of one run share: its plan and what was planned over, the
// connection, the case and the feed, the journal, the clock that stands still in a pause, and looks
// at places.
//
// It decides nothing about steps. It must not know the order of a run, how a step is made or
// proven, or the screen.
package job

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

// AWS is what a run needs of the connection; *aws.Connection is one.
type AWS interface {
	Caller() model.Caller
	Clients(region string) *aws.Clients
	Grant(digest, account string, steps map[string]aws.Allowed) (*aws.Permit, error)
	SignInAgain(ctx context.Context) error
	ReadOnly() bool
}

// Store is what a run needs of the case; *casefile.Case is one. Append and PutEvidence return when
// it is on disk.
type Store interface {
	Append(ctx context.Context, e casefile.Entry) (uint64, error)
	PutEvidence(ctx context.Context, e casefile.Evidence) error
	Evidence(ctx context.Context, ref model.Ref) ([]casefile.Evidence, error)
	Journal(ctx context.Context, digest string) ([]casefile.Entry, error)
	SavePlan(ctx context.Context, p *plan.Plan) error
	Plan(ctx context.Context, digest string) (*plan.Plan, error)
	Plans(ctx context.Context) ([]casefile.PlanInfo, error)
	Raw(ctx context.Context, ref model.Ref) (json.RawMessage, error)
	Sealer() model.Sealer
}

// Feed takes what a run reads, so that the grid counts down while it works; *scan.Scanner is one.
type Feed interface {
	Publish(b *model.Batch)
	Focus(places ...model.Place)
	Rescan(keys ...model.CellKey)
}

// World are the circumstances of a run.
type World struct {
	AWS   AWS
	Defs  map[model.KindID]kind.Def
	Store Store
	// Feed may be nil.
	Feed        Feed
	Protections []plan.Protection
	Now         func() time.Time
	// Poll is how often what is under way is looked at again. Speed divides all waits, for a
	// simulator that runs fast.
	Poll  time.Duration
	Speed float64
}

// Scaled is a wait at the speed of the world that is run against.
func (w *World) Scaled(d time.Duration) time.Duration { return time.Duration(float64(d) / w.Speed) }

// Step is one step of the plan and what its run remembers of it.
type Step struct {
	plan.Step
	// Intended says that it was meant to be called before, so that it is looked at before it is
	// called again.
	Intended bool
	// Receipt is what AWS gave for the work that it goes on with.
	Receipt kind.Receipt
}

// Job is one plan under way.
type Job struct {
	World
	Plan *plan.Plan
	// Snapshot and Graph are what was planned over.
	Snapshot *model.Snapshot
	Graph    *model.Graph
	Steps    []*Step
	Began    time.Time
	// Context is the life of the run, which outlives the call that began it; Work is all that goes
	// on in it.
	Context context.Context //nolint:containedctx // See above.
	Work    sync.WaitGroup
	Pauses  *Pauses

	targets map[model.Ref]plan.Goal
	stepsOf map[model.Ref][]*Step

	mu sync.Mutex
	// reached are the targets whose goal has been proven.
	reached map[model.Ref]bool
}

// New makes the job of a plan. ctx is the life of the run.
func New(ctx context.Context, w World, p *plan.Plan, snapshot *model.Snapshot) *Job {
	j := &Job{
		World: w, Plan: p, Snapshot: snapshot, Graph: model.NewGraph(snapshot), Began: w.Now(), Context: ctx,
		targets: map[model.Ref]plan.Goal{}, stepsOf: map[model.Ref][]*Step{}, reached: map[model.Ref]bool{}, Pauses: newPauses(w.Now),
	}
	for _, t := range p.Targets {
		j.targets[t.Ref] = t.Goal
	}
	for _, s := range p.Steps {
		step := &Step{Step: s}
		j.Steps = append(j.Steps, step)
		for _, ref := range s.Targets {
			j.stepsOf[ref] = append(j.stepsOf[ref], step)
		}
	}
	return j
}

// Planned says whether a resource is a target of the plan.
func (j *Job) Planned(ref model.Ref) bool {
	_, in := j.targets[ref]
	return in
}

// StepsOf are the steps that name a target, in the order of the plan.
func (j *Job) StepsOf(ref model.Ref) []*Step { return j.stepsOf[ref] }

// GoalOf is what is to become of a target.
func (j *Job) GoalOf(ref model.Ref) plan.Goal { return j.targets[ref] }

// Reach notes that the goal of targets has been proven.
func (j *Job) Reach(refs ...model.Ref) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, ref := range refs {
		j.reached[ref] = true
	}
}

// Reached says whether the goal of a target has been proven.
func (j *Job) Reached(ref model.Ref) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.reached[ref]
}

// Note writes an entry into the journal and returns when it is on disk.
func (j *Job) Note(ctx context.Context, step string, k casefile.EntryKind, payload any) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	_, err = j.Store.Append(ctx, casefile.Entry{At: j.Now(), Plan: j.Plan.Digest, Step: step, Kind: k, Payload: data})
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// Visit is a fresh look at one place: what an earlier one shared must not be taken for the present.
func (j *Job) Visit(at model.Place) *kind.Visit {
	caller := j.AWS.Caller()
	return &kind.Visit{
		Account: caller.Account, Partition: caller.Partition, Region: at.Region,
		Clients: j.AWS.Clients(at.Region), Now: j.Now, Sealer: j.Store.Sealer(), Known: j.known(at),
	}
}

// known is what the plan was made over, less what is proven gone: listings that AWS leaves draining
// things out of describe them too, and what is still in use can be told by its users.
func (j *Job) known(at model.Place) func(model.KindID) []*model.Resource {
	return func(k model.KindID) []*model.Resource {
		all := j.Snapshot.In(at.Cell(k))
		j.mu.Lock()
		defer j.mu.Unlock()
		out := make([]*model.Resource, 0, len(all))
		for _, r := range all {
			if !j.reached[r.Ref] || j.targets[r.Ref] != plan.Gone {
				out = append(out, r)
			}
		}
		return out
	}
}

// Publish hands facts on to whoever follows the run.
func (j *Job) Publish(b *model.Batch) {
	if j.Feed != nil && !b.Empty() {
		b.At = j.Now()
		j.Feed.Publish(b)
	}
}

// Protected says whether the protect list holds a resource.
func (j *Job) Protected(r *model.Resource) bool {
	return plan.ProtectedBy(j.Protections, r) != ""
}

// MadeAgain says whether what stands under a target's name was created later than the target:
// identity is the creation time, not the name.
func (j *Job) MadeAgain(ref model.Ref, now *model.Resource) bool {
	before := j.Graph.Get(ref)
	return now != nil && before != nil && !before.MadeAt.IsZero() && now.MadeAt.After(before.MadeAt.Add(time.Second))
}

// MadeAgainWhy is said of a target that stands under its old name and is another thing.
const MadeAgainWhy = "it was made again under its old name: whoever made it is still at work. Take his access away, then retry"

// Sleep waits at the speed of the world and says whether the run lives on.
func (j *Job) Sleep(d time.Duration) bool {
	t := time.NewTimer(j.Scaled(d))
	defer t.Stop()
	select {
	case <-j.Context.Done():
		return false
	case <-t.C:
		return true
	}
}

// Unpaused waits while the run is paused and says whether it lives on.
func (j *Job) Unpaused() bool { return j.Pauses.wait(j.Context) }

// Clock is the time that the run has been going, pauses left out: what waits are measured with.
func (j *Job) Clock() time.Time { return j.Pauses.clock() }

// Package port holds the small interfaces between the screens and the world: who scans, who runs a
// plan, who keeps the case.
//
// Package ui sees AWS and the disk through these interfaces only; packages under aws and
// model/casefile implement them and cmd joins the two. It must not know how any of them is done.
package port

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Scanner looks at the account and goes on looking.
type Scanner interface {
	// Next waits for the next batch of facts. It returns the context's error when that ends, and
	// io.EOF after Close.
	Next(ctx context.Context) (*model.Batch, error)
	// Rescan reads the given cells again at once; no keys means all.
	Rescan(keys ...model.CellKey)
	// Watch tells which places deserve a look every few seconds; the others are read every minute.
	Watch(places ...model.Place)
}

// RegionSkipper is a Scanner that can leave regions out of the reading.
type RegionSkipper interface {
	// LeaveOut says anew which regions are not to be read; nil reads all. It returns at once.
	LeaveOut(leftOut func(region string) bool)
}

// StepState is how far a step has come.
type StepState uint8

// The states of a step.
const (
	StepWaiting  StepState = iota // Something has to happen first, see Why.
	StepCalling                   // Evidence or the call itself is under way.
	StepCalled                    // AWS accepted the call; proof is awaited.
	StepVerified                  // A re-read proved it.
	StepFailed                    // AWS refused, or it cannot be proven; what depends on it is blocked.
	StepBlocked                   // A step that it depends on failed, or a newcomer stands in the way.
)

// String is the word on the screen and in JSON.
func (s StepState) String() string {
	return [...]string{"waiting", "calling", "called", "verified", "failed", "blocked"}[s]
}

// StepStatus is the news of one step.
type StepStatus struct {
	Step  string
	State StepState
	At    time.Time
	// Why says in words what it waits for or why it failed; Failure is AWS's answer if there was
	// one. While a step is being repeated it is the newest refusal, and Refused how often AWS has
	// refused it by now.
	Why     string
	Failure *model.Failure
	Refused int
	// Reached are the targets whose goal has been proven so far.
	Reached []model.Ref
}

// RunState is how a run is as a whole.
type RunState uint8

// The states of a run.
const (
	RunGoing     RunState = iota
	RunPaused             // The credential has expired: Resume with a new one.
	RunVerifying          // All steps have ended; the fresh listing is under way.
	RunDone               // Ended; Summary tells how.
)

// RunUpdate is news of a run.
type RunUpdate struct {
	State RunState
	Steps []StepStatus
	// Newcomers are resources that appeared under a planned container from another hand; they block
	// its step until the operator decides.
	Newcomers []model.Ref
	Paused    *model.Failure
	Summary   *Summary
	At        time.Time
}

// Summary is how a run ended.
type Summary struct {
	// Planned is the plan's N. Gone, Made and Changed are how many of them have reached their goal,
	// by what the goal was, which a fresh listing proved.
	Planned, Gone, Made, Changed int
	// Left are targets that have not reached their goal, with the reason; Uncovered what stays
	// because rootout cannot remove it.
	Left      map[model.Ref]string
	Uncovered []model.Uncovered
	// Uncounted are cells of the plan that the fresh listing could not count.
	Uncounted []model.Cell
	// Respawned are things that came back, with the cause.
	Respawned []Respawn
	Took      time.Duration
	// Unwritten is why the case could not note that the run has ended, so that it will be offered
	// again; empty if it could.
	Unwritten string
}

// Reached is how many targets have reached their goal.
func (s *Summary) Reached() int { return s.Gone + s.Made + s.Changed }

// Complete says whether every goal is proven and nothing is left behind.
func (s *Summary) Complete() bool {
	return s.Reached() == s.Planned && len(s.Left) == 0 && len(s.Uncovered) == 0 && len(s.Uncounted) == 0 && len(s.Respawned) == 0 && s.Unwritten == ""
}

// Respawn is something that came back, with its cause.
type Respawn = plan.Respawn

// Run is a plan that is under way.
type Run interface {
	// Next waits for news; io.EOF after the update that holds the Summary.
	Next(ctx context.Context) (*RunUpdate, error)
	// Retry tries failed steps again; no ids means all of them.
	Retry(ids ...string)
	// Resume goes on after a pause.
	Resume()
	// Stop ends the run after the calls that are under way; it can be run again.
	Stop()
}

// Runner makes plans and runs them.
type Runner interface {
	// Freeze computes the plan for what is marked over a snapshot; nothing is called.
	Freeze(snapshot *model.Snapshot, wish plan.Wish) (*plan.Plan, error)
	// Undo computes the plan that takes back what the runs of a plan did, as far as it can be taken
	// back exactly; only are the steps to take back, none means all. Nothing is called.
	Undo(ctx context.Context, snapshot *model.Snapshot, digest string, only []string) (*plan.Plan, error)
	// Start confirms a plan by its phrase and runs it over what is known now, or resumes it where
	// the journal says that it was interrupted. Its protections are computed again over the
	// snapshot, whatever it says.
	Start(ctx context.Context, snapshot *model.Snapshot, p *plan.Plan, phrase string) (Run, error)
}

// Estimator is a Runner that can tell how long the rest of a plan takes.
type Estimator interface {
	// Rest is how long what is left of a plan takes, over what is known now; nothing is called.
	Rest(snapshot *model.Snapshot, p *plan.Plan, left map[model.Ref]bool) plan.ETA
}

// Spender is a Case that knows what was spent by things that are billed no more.
type Spender interface {
	Spent(ctx context.Context) (map[model.Ref]model.Spent, error)
}

// Case keeps what must survive the program: notes, marks, raw records.
type Case interface {
	// Raw is the described record of a resource, secrets replaced, as it was last seen; nil when
	// there is none.
	Raw(ctx context.Context, ref model.Ref) (json.RawMessage, error)
	// Marks are what the operator has marked, Notes what he left on resources.
	Marks(ctx context.Context) ([]model.Mark, error)
	SetMarks(ctx context.Context, marked []model.Mark) error
	Notes(ctx context.Context) (map[model.Ref]string, error)
	SetNote(ctx context.Context, ref model.Ref, note string) error
	// SavePlan keeps a plan that was reviewed; one that is kept already stays as it is.
	SavePlan(ctx context.Context, p *plan.Plan) error
	// BilledSince is when the oldest bill began that the case has ever seen run up; the zero time for
	// none.
	BilledSince(ctx context.Context) (time.Time, error)
	// Past are the plans of the case, the newest first; with an error, those that could be read.
	Past(ctx context.Context) ([]Past, error)
	// Path is where the case lies, to be shown.
	Path() string
}

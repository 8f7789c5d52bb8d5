// Package execute takes one step from "free to go" to AWS's answer: evidence, a look whether it is
// needed at all, the gate, the intent on disk, the call under the step's permit, and the answer on
// disk.
//
// It must not know which step goes when, nor how a goal is proven: it is given a step, and tells a
// Board what became of it.
package execute

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act/evidence"
	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/aws/act/prove"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
)

// Board hears how far a step is.
type Board interface {
	// Update shows a state that a step is in and will leave by itself.
	Update(s *job.Step, state port.StepState, why string)
	// Accepted says that AWS has taken the call.
	Accepted(s *job.Step)
	// Proven says that nothing needs to be called: its goal is reached.
	Proven(s *job.Step)
	// Later puts a step back until the next look; failure is AWS's refusal where that is why.
	Later(s *job.Step, why string, failure *model.Failure)
	// Ended ends a step that did not succeed.
	Ended(s *job.Step, state port.StepState, why string, failure *model.Failure)
	// Newcomers are in the way of a step.
	Newcomers(s *job.Step, refs []model.Ref)
	// Expired says that the credentials have run out: the run has to be paused.
	Expired(failure *model.Failure)
}

const (
	// gateWait is how long a gate may stay shut before it is given up with AWS's reason, as the
	// facts advise for DeleteCluster.
	gateWait = 10 * time.Minute
	// transportTries is how often a call is made again after an answer that was none (the SDK has
	// made three attempts each time).
	transportTries = 4
	// callGrace is how long a call that is under way when the run is stopped may still take to be
	// answered and written down.
	callGrace = 5 * time.Second
)

// Executor makes the steps of one run.
type Executor struct {
	job      *job.Job
	evidence *evidence.Keeper
	permit   *aws.Permit
	board    Board
	breaker  *Breaker

	mu    sync.Mutex
	tries map[*job.Step]*attempts
}

// attempts is what is remembered of a step until it ends.
type attempts struct {
	// since is when its gate was first looked at, for giving up.
	since time.Time
	// unanswered counts looks and calls that got no answer; lost says that an attempt of a call was
	// among them, so that it may have got through.
	unanswered int
	lost       atomic.Bool
}

// New makes the executor of a run.
func New(j *job.Job, k *evidence.Keeper, permit *aws.Permit, board Board, b *Breaker) *Executor {
	return &Executor{job: j, evidence: k, permit: permit, board: board, breaker: b, tries: map[*job.Step]*attempts{}}
}

// Forget starts a step anew: its waits begin again, and evidence that could not be taken is taken
// again.
func (x *Executor) Forget(s *job.Step) {
	x.mu.Lock()
	delete(x.tries, s)
	x.mu.Unlock()
	x.breaker.Reset(s.Place)
	x.evidence.Forget(s)
}

func (x *Executor) attemptsOf(s *job.Step) *attempts {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.tries[s] == nil {
		x.tries[s] = &attempts{}
	}
	return x.tries[s]
}

// Perform takes a step from "free to go" to its answer.
func (x *Executor) Perform(s *job.Step) {
	op := x.job.Defs[s.Kind].Ops[s.Op]
	if !x.job.Unpaused() {
		return
	}
	if x.breaker.Open(s.Place) {
		x.board.Ended(s, port.StepFailed, "the region does not answer: nothing more is asked of it in this run", nil)
		return
	}
	x.board.Update(s, port.StepCalling, "evidence")
	err := x.evidence.Of(s)
	if x.job.Context.Err() != nil {
		return
	}
	if x.mayBeDone(s, err) && x.done(s) {
		x.board.Proven(s)
		return
	}
	if err != nil {
		x.withoutEvidence(s, err)
		return
	}
	a := x.attemptsOf(s)
	if a.since.IsZero() {
		a.since = x.job.Clock()
	}
	if !x.gateOpen(op, s) {
		return
	}
	x.board.Update(s, port.StepCalling, "")
	failure, err := x.call(s, s.Targets, func(ctx context.Context) (kind.Answer, error) {
		return op.Call(ctx, x.job.Visit(s.Place), s.Step)
	})
	x.answered(op, s, failure, err)
}

// mayBeDone says whether the call of a step may have been made already, so that it is looked at
// first: an earlier run intended it, or there is no record of its targets because they are gone.
func (x *Executor) mayBeDone(s *job.Step, evidenceErr error) bool {
	return s.Intended || evidenceErr != nil && !errors.Is(evidenceErr, evidence.ErrThere)
}

// done looks whether a step has reached its goal. What cannot be read has not.
func (x *Executor) done(s *job.Step) bool {
	if s.Interim && x.job.Defs[s.Kind].Ops[s.Op].Prove == nil {
		// Its goal is on the way to another one, and reading tells of that one only: where the
		// target is gone nothing is left to be done on the way.
		last := *s
		last.Goal = x.job.GoalOf(s.Targets[0])
		s = &last
	}
	proof, err := prove.Judge(x.job, s)
	return err == nil && proof.State == kind.Reached
}

// withoutEvidence ends a step whose targets must not be touched, or waits for credentials when that
// is all that is missing.
func (x *Executor) withoutEvidence(s *job.Step, err error) {
	if class := aws.Classify(err); class == aws.Expired || class == aws.InvalidToken {
		x.board.Expired(aws.Describe(err).Model())
		x.evidence.Forget(s)
		x.board.Later(s, "the credentials have run out", nil)
		return
	}
	x.board.Ended(s, port.StepFailed, "no evidence, so it is not touched: "+err.Error(), nil)
}

// gateOpen asks whether the call's time has come, and looks for what came into a container
// meanwhile. When it has not, the step has been put back or ended.
func (x *Executor) gateOpen(op kind.Op, s *job.Step) bool {
	if op.Inspect != nil {
		inspected, err := op.Inspect(x.job.Context, x.job.Visit(s.Place), s.Step, x.job.Planned)
		if err != nil {
			x.answered(op, s, failureOf(s.Targets, nil, err), err)
			return false
		}
		if !x.endSpawned(op, s, inspected) {
			return false
		}
	}
	if op.Ready == nil {
		return true
	}
	ready, why, err := op.Ready(x.job.Context, x.job.Visit(s.Place), s.Step)
	switch {
	case err != nil:
		x.answered(op, s, failureOf(s.Targets, nil, err), err)
	case ready:
		return true
	case x.tooLong(s):
		x.board.Ended(s, port.StepFailed, "given up after "+gateWait.String()+": "+why, nil)
	default:
		x.attemptsOf(s).unanswered = 0
		x.board.Later(s, why, nil)
	}
	return false
}

func (x *Executor) tooLong(s *job.Step) bool {
	return x.job.Clock().Sub(x.attemptsOf(s).since) > x.job.Scaled(gateWait)
}

// endSpawned ends what planned owners have made since the plan was frozen, each with its evidence
// and its intent on disk before; what somebody else made, and what is protected, blocks the step.
func (x *Executor) endSpawned(op kind.Op, s *job.Step, inspected kind.Inspected) bool {
	blocking := inspected.Newcomers
	for _, l := range inspected.Spawned {
		if x.job.Protected(l.Resource) {
			blocking = append(blocking, l.Resource)
		}
	}
	if len(blocking) > 0 {
		x.stopForNewcomers(s, blocking)
		return false
	}
	for _, l := range inspected.Spawned {
		x.job.Publish(&model.Batch{Found: []model.Found{{Resource: l.Resource, Raw: l.Raw}}})
		if err := x.evidence.Put(l.Resource.Ref, kind.Evidence{What: evidence.Record, Data: l.Raw}); err != nil {
			x.withoutEvidence(s, err)
			return false
		}
		failure, err := x.call(s, []model.Ref{l.Resource.Ref}, func(ctx context.Context) (kind.Answer, error) {
			return kind.Answer{}, op.RemoveSpawned(ctx, x.job.Visit(s.Place), s.Step, l.Resource)
		})
		if failure != nil || err != nil {
			x.answered(op, s, failure, err)
			return false
		}
	}
	return true
}

func (x *Executor) stopForNewcomers(s *job.Step, newcomers []*model.Resource) {
	refs := make([]model.Ref, 0, len(newcomers))
	batch := &model.Batch{}
	for _, r := range newcomers {
		refs = append(refs, r.Ref)
		batch.Found = append(batch.Found, model.Found{Resource: r})
	}
	x.job.Publish(batch)
	x.board.Newcomers(s, refs)
	x.board.Ended(s, port.StepBlocked, "a newcomer that nobody planned stands in the way: "+newcomers[0].Thing()+
		". Look at it; mark it and make a plan for it, or leave it and its container.", nil)
}

// answered decides what follows from AWS's answer to a call, or to the look that goes before it.
func (x *Executor) answered(op kind.Op, s *job.Step, failure *model.Failure, err error) {
	if x.job.Context.Err() != nil {
		return
	}
	var unwritten *unwrittenError
	if errors.As(err, &unwritten) {
		x.board.Ended(s, port.StepFailed, err.Error(), failure)
		return
	}
	described := aws.Describe(err)
	x.breaker.Heard(s.Place, !aws.Unanswered(err))
	a := x.attemptsOf(s)
	if described.Class == aws.Unreachable {
		a.unanswered++
	}
	switch {
	case failure == nil:
		x.board.Accepted(s)
	case err != nil && x.succeededBefore(op, s, described.Code):
		x.doneBefore(s)
	case err == nil && !slices.Contains(op.Again, failure.Code):
		x.board.Ended(s, port.StepFailed, failure.Error(), failure)
	case described.Class == aws.Expired, described.Class == aws.InvalidToken:
		x.board.Expired(failure)
		x.board.Later(s, "the credentials have run out", nil)
	case slices.Contains(op.Again, failure.Code) && !x.tooLong(s):
		x.board.Later(s, failure.Error(), failure)
	case described.Class == aws.Unreachable && a.unanswered < transportTries, described.Class == aws.Throttled && !x.tooLong(s):
		x.board.Later(s, failure.Error(), failure)
	case described.Class == aws.Unreadable:
		x.unreadable(s, failure, err)
	default:
		x.board.Ended(s, port.StepFailed, failure.Error(), failure)
	}
}

// doneBefore goes on with a step that AWS says is done already. One on the way to another is proven
// by that; the journal has it, since no answer of its own says so.
func (x *Executor) doneBefore(s *job.Step) {
	if s.Interim {
		x.board.Proven(s)
		return
	}
	x.board.Accepted(s)
}

// succeededBefore says whether AWS's refusal means that there is nothing left to be done: the
// target is gone, or, where an earlier call may have got through without an answer, it is there.
func (x *Executor) succeededBefore(op kind.Op, s *job.Step, code string) bool {
	return slices.Contains(op.Gone, code) ||
		slices.Contains(op.There, code) && (s.Intended || x.attemptsOf(s).lost.Load())
}

package act

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// transportTries is how often a call is made again after an answer that was none (the SDK has made three attempts each time).
const transportTries = 4

// intent and result are what the journal says of a call.
type intent struct {
	Op      string      `json:"op"`
	Region  string      `json:"region"`
	Targets []model.Ref `json:"targets"`
}

type result struct {
	OK      bool                      `json:"ok"`
	Failure *model.Failure            `json:"failure,omitempty"`
	Refused map[string]*model.Failure `json:"refused,omitempty"`
}

// perform takes a step from "free to go" to its answer.
func (n *run) perform(s *stepRun) {
	def := n.runner.defs[s.Kind]
	op := def.Ops[s.Op]
	if !n.unpaused() {
		return
	}
	if n.isSilent(s.Region) {
		n.finish(s, port.StepFailed, "the region does not answer: nothing more is asked of it in this run", nil)
		return
	}
	n.update(s, port.StepCalling, "evidence")
	err := n.evidenceOf(s)
	if n.ctx.Err() != nil {
		return
	}
	if (s.intended || err != nil) && n.alreadyGone(def, s) {
		n.verified(s)
		return
	}
	if err != nil {
		n.withoutEvidence(s, err)
		return
	}
	if s.since.IsZero() {
		s.since = n.clock()
	}
	if !n.gateOpen(op, s) {
		return
	}
	n.update(s, port.StepCalling, "")
	s.tries++
	failure, err := n.make(s, s.Targets, func(ctx context.Context) (map[model.Ref]*model.Failure, error) {
		return op.Call(ctx, n.visit(s.Region), s.Step)
	})
	n.answered(op, s, failure, err)
}

// callGrace is how long a call that is under way when the run is stopped may still take to be answered and written down.
const callGrace = 5 * time.Second

// make writes the intent down, makes a call under the step's permit, and writes the answer down. A run that is stopped meanwhile lets it end.
func (n *run) make(s *stepRun, targets []model.Ref, call func(context.Context) (map[model.Ref]*model.Failure, error)) (*model.Failure, error) {
	if err := n.note(n.ctx, s.ID, casefile.Intent, intent{Op: s.Op, Region: s.Region, Targets: targets}); err != nil {
		return nil, &unwrittenError{err}
	}
	if n.ctx.Err() != nil {
		return nil, n.ctx.Err()
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(n.ctx))
	defer cancel()
	release := context.AfterFunc(n.ctx, func() { time.AfterFunc(n.o.scaled(callGrace), cancel) })
	defer release()
	refused, err := call(aws.WithPermit(ctx, n.permit, s.ID))
	failure := failureOf(targets, refused, err)
	if noteErr := n.note(ctx, s.ID, casefile.Result, result{OK: failure == nil, Failure: failure, Refused: named(refused)}); noteErr != nil {
		return failure, &unwrittenError{noteErr}
	}
	return failure, err
}

// unwrittenError is a journal that does not take an entry: nothing more is called then.
type unwrittenError struct{ err error }

func (e *unwrittenError) Error() string {
	return "nothing is called that cannot be written down: " + e.err.Error()
}

func (e *unwrittenError) Unwrap() error { return e.err }

// withoutEvidence ends a step whose targets must not be touched, or waits for credentials when that is all that is missing.
func (n *run) withoutEvidence(s *stepRun, err error) {
	if class := aws.Classify(err); class == aws.Expired || class == aws.InvalidToken {
		n.pause(aws.Describe(err).Model())
		n.mu.Lock()
		n.forgetFailedEvidence(s)
		n.mu.Unlock()
		n.later(s, "the credentials have run out")
		return
	}
	n.finish(s, port.StepFailed, "no evidence, so it is not touched: "+err.Error(), nil)
}

// gateOpen asks whether the call's time has come, and looks for what came into a container meanwhile. When it has not, the step has been put
// back or ended.
func (n *run) gateOpen(op kind.Op, s *stepRun) bool {
	if op.Sweep != nil {
		swept, err := op.Sweep(n.ctx, n.visit(s.Region), s.Step, n.isPlanned)
		if err != nil {
			s.tries++
			n.answered(op, s, failureOf(s.Targets, nil, err), err)
			return false
		}
		if !n.clear(op, s, swept) {
			return false
		}
	}
	if op.Ready == nil {
		return true
	}
	ready, why, err := op.Ready(n.ctx, n.visit(s.Region), s.Step)
	switch {
	case err != nil:
		s.tries++
		n.answered(op, s, failureOf(s.Targets, nil, err), err)
	case ready:
		return true
	case n.tooLong(s):
		n.finish(s, port.StepFailed, "given up after "+gateWait.String()+": "+why, nil)
	default:
		s.tries = 0
		n.later(s, why)
	}
	return false
}

func (n *run) tooLong(s *stepRun) bool { return n.clock().Sub(s.since) > n.o.scaled(gateWait) }

// clear ends what planned owners have made since the plan was frozen, each with its evidence and its intent on disk before; what somebody else
// made, and what is protected, blocks the step.
func (n *run) clear(op kind.Op, s *stepRun, swept kind.Swept) bool {
	blocking := swept.Newcomers
	for _, l := range swept.Later {
		if n.isProtected(l.Resource) {
			blocking = append(blocking, l.Resource)
		}
	}
	if len(blocking) > 0 {
		n.stopForNewcomers(s, blocking)
		return false
	}
	for _, l := range swept.Later {
		n.publish(&model.Batch{Found: []model.Found{{Resource: l.Resource, Raw: l.Raw}}})
		if err := n.put(l.Resource.Ref, kind.Evidence{What: recordEvidence, Data: l.Raw}); err != nil {
			n.withoutEvidence(s, err)
			return false
		}
		failure, err := n.make(s, []model.Ref{l.Resource.Ref}, func(ctx context.Context) (map[model.Ref]*model.Failure, error) {
			return nil, op.Clear(ctx, n.visit(s.Region), s.Step, l.Resource)
		})
		if failure != nil || err != nil {
			s.tries++
			n.answered(op, s, failure, err)
			return false
		}
	}
	return true
}

func (n *run) isProtected(r *model.Resource) bool {
	return slices.ContainsFunc(n.o.Protections, func(p plan.Protection) bool {
		protected, _ := p.Protects(r)
		return protected
	})
}

func (n *run) stopForNewcomers(s *stepRun, newcomers []*model.Resource) {
	refs := make([]model.Ref, 0, len(newcomers))
	batch := &model.Batch{}
	for _, r := range newcomers {
		refs = append(refs, r.Ref)
		batch.Found = append(batch.Found, model.Found{Resource: r})
	}
	n.publish(batch)
	n.box.newcomers(refs)
	n.mu.Lock()
	s.met = true
	n.mu.Unlock()
	n.finish(s, port.StepBlocked, "a newcomer that nobody planned stands in the way: "+newcomers[0].Thing()+
		". Look at it; mark it and make a plan for it, or leave it and its container.", nil)
}

func (n *run) isPlanned(ref model.Ref) bool { return n.planned[ref] }

// failureOf is AWS's refusal of a call as a whole or, in a good answer, of the first target that it names.
func failureOf(targets []model.Ref, refused map[model.Ref]*model.Failure, err error) *model.Failure {
	if err != nil {
		return aws.Describe(err).Model()
	}
	for _, ref := range targets {
		if f := refused[ref]; f != nil {
			return f
		}
	}
	return nil
}

// answered decides what follows from AWS's answer to a call, or to the look that goes before it.
func (n *run) answered(op kind.Op, s *stepRun, failure *model.Failure, err error) {
	if n.ctx.Err() != nil {
		return
	}
	var unwritten *unwrittenError
	if errors.As(err, &unwritten) {
		n.finish(s, port.StepFailed, err.Error(), failure)
		return
	}
	described := aws.Describe(err)
	n.hear(s.Region, described.Class == aws.Unreachable)
	switch {
	case failure == nil, err != nil && slices.Contains(op.Gone, described.Code):
		n.called(s)
	case err == nil && !slices.Contains(op.Again, failure.Code):
		n.finish(s, port.StepFailed, failure.Error(), failure)
	case described.Class == aws.Expired, described.Class == aws.InvalidToken:
		n.pause(failure)
		n.later(s, "the credentials have run out")
	case slices.Contains(op.Again, failure.Code) && !n.tooLong(s):
		n.later(s, failure.Error())
	case described.Class == aws.Unreachable && s.tries < transportTries, described.Class == aws.Throttled && !n.tooLong(s):
		n.later(s, failure.Error())
	default:
		n.finish(s, port.StepFailed, failure.Error(), failure)
	}
}

// silence is how many calls in a row a region may leave unanswered before it is taken for dead; each has been three attempts of the SDK.
const silence = 4

// hear counts the calls in a row that a region did not answer.
func (n *run) hear(region string, unanswered bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if unanswered {
		n.silent[region]++
	} else {
		n.silent[region] = 0
	}
}

// isSilent says whether a region is taken for dead. One dead region must not hold the others' summary back for long.
func (n *run) isSilent(region string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.silent[region] >= silence
}

func named(refused map[model.Ref]*model.Failure) map[string]*model.Failure {
	if len(refused) == 0 {
		return nil
	}
	out := make(map[string]*model.Failure, len(refused))
	for ref, f := range refused {
		out[ref.ID] = f
	}
	return out
}

// called goes on from an accepted call: a step on the way is done with its good answer, and the step that removes has to be proven.
func (n *run) called(s *stepRun) {
	if !s.Removes {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.end(s, port.StepVerified, "")
		return
	}
	n.update(s, port.StepCalled, "")
	n.awaitProof(s)
}

// verified ends a step that is proven.
func (n *run) verified(s *stepRun) {
	if err := n.note(n.ctx, s.ID, casefile.Verified, intent{Op: s.Op, Region: s.Region, Targets: s.Targets}); err != nil {
		n.finish(s, port.StepFailed, err.Error(), nil)
		return
	}
	var gone []model.Ref
	n.mu.Lock()
	if s.Removes {
		for _, ref := range s.Targets {
			n.gone[ref] = true
		}
		gone = s.Targets
	}
	n.end(s, port.StepVerified, "")
	n.mu.Unlock()
	n.publish(&model.Batch{Gone: gone})
}

// finish ends a step that did not succeed.
func (n *run) finish(s *stepRun, state port.StepState, why string, failure *model.Failure) {
	if n.ctx.Err() != nil {
		return
	}
	k := casefile.Failed
	if state == port.StepBlocked {
		k = casefile.Blocked
	}
	_ = n.note(n.ctx, s.ID, k, map[string]any{"why": why, "failure": failure})
	n.mu.Lock()
	defer n.mu.Unlock()
	s.failure = failure
	n.end(s, state, why)
}

// update shows how far a step is.
func (n *run) update(s *stepRun, state port.StepState, why string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.set(s, state, why)
}

// alreadyGone reads the targets of a call that an earlier run may have made, or of which there is no record: what is gone needs no call.
func (n *run) alreadyGone(def kind.Def, s *stepRun) bool {
	if def.Prove == nil {
		return false
	}
	fates, err := def.Prove(n.ctx, n.visit(s.Region), s.Targets)
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(s.Targets, func(ref model.Ref) bool { return fates[ref].State == kind.Alive })
}

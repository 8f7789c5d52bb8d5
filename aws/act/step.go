package act

import (
	"slices"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
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
	n.update(s, port.StepCalling, "evidence")
	why := n.evidenceOf(s)
	if (s.intended || why != "") && n.alreadyGone(def, s) {
		n.verified(s)
		return
	}
	if why != "" {
		n.finish(s, port.StepFailed, why, nil)
		return
	}
	if !n.gateOpen(op, s) {
		return
	}
	n.update(s, port.StepCalling, "")
	if err := n.note(n.ctx, s.ID, casefile.Intent, intent{Op: s.Op, Region: s.Region, Targets: s.Targets}); err != nil {
		n.finish(s, port.StepFailed, "nothing is called that cannot be written down: "+err.Error(), nil)
		return
	}
	s.calls++
	refused, err := op.Call(aws.WithPermit(n.ctx, n.permit, s.ID), n.visit(s.Region), s.Step)
	failure := failureOf(s, refused, err)
	if n.ctx.Err() != nil {
		return
	}
	if err := n.note(n.ctx, s.ID, casefile.Result, result{OK: failure == nil, Failure: failure, Refused: named(refused)}); err != nil {
		n.finish(s, port.StepFailed, err.Error(), failure)
		return
	}
	n.answered(op, s, failure, err)
}

// gateOpen asks whether the call's time has come, and looks for newcomers. When it has not, the step has been put back or ended.
func (n *run) gateOpen(op kind.Op, s *stepRun) bool {
	if op.Sweep != nil {
		ctx := aws.WithPermit(n.ctx, n.permit, s.ID)
		newcomers, err := op.Sweep(ctx, n.visit(s.Region), s.Step, n.isPlanned)
		if err != nil {
			n.answered(op, s, failureOf(s, nil, err), err)
			return false
		}
		if len(newcomers) > 0 {
			n.stopForNewcomers(s, newcomers)
			return false
		}
	}
	if op.Ready == nil {
		return true
	}
	ready, why, err := op.Ready(n.ctx, n.visit(s.Region), s.Step)
	switch {
	case err != nil:
		n.answered(op, s, failureOf(s, nil, err), err)
	case ready:
		return true
	case n.o.Now().Sub(s.since) > n.o.scaled(gateWait):
		n.finish(s, port.StepFailed, "given up after "+gateWait.String()+": "+why, nil)
	default:
		n.later(s, why)
	}
	return false
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
	n.finish(s, port.StepBlocked, "a newcomer that nobody planned stands in the way: "+newcomers[0].Thing()+
		". Look at it; mark it and make a plan for it, or leave it and its container.", nil)
}

func (n *run) isPlanned(ref model.Ref) bool { return n.planned[ref] }

// failureOf is AWS's refusal of a call as a whole or, in a good answer, of the first target that it names.
func failureOf(s *stepRun, refused map[model.Ref]*model.Failure, err error) *model.Failure {
	if err != nil {
		return aws.Describe(err).Model()
	}
	for _, ref := range s.Targets {
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
	described := aws.Describe(err)
	switch {
	case failure == nil, err != nil && slices.Contains(op.Gone, described.Code):
		n.called(s)
	case err == nil && !slices.Contains(op.Again, failure.Code):
		n.finish(s, port.StepFailed, failure.Error(), failure)
	case described.Class == aws.Expired, described.Class == aws.InvalidToken:
		n.pause(failure)
		n.later(s, "the credentials have run out")
	case slices.Contains(op.Again, failure.Code) && n.o.Now().Sub(s.since) <= n.o.scaled(gateWait):
		n.later(s, failure.Error())
	case described.Class == aws.Unreachable && s.calls < transportTries, described.Class == aws.Throttled:
		n.later(s, failure.Error())
	default:
		n.finish(s, port.StepFailed, failure.Error(), failure)
	}
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

// called goes on from an accepted call: a step on the way is done with it, a removal has to be proven.
func (n *run) called(s *stepRun) {
	if !s.Removes {
		n.verified(s)
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

// recall takes up what the journal says of earlier runs of the plan: verified steps are not repeated, intended ones are looked at first.
func (n *run) recall(past []casefile.Entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, e := range past {
		s := n.byID[e.Step]
		if s == nil {
			continue
		}
		switch e.Kind {
		case casefile.Intent:
			s.intended = true
		case casefile.Verified:
			if s.state != port.StepVerified {
				s.state = port.StepVerified
				n.open--
				n.barrier(s.Region, s.Phase).left--
				for _, ref := range s.Targets {
					n.gone[ref] = n.gone[ref] || s.Removes
				}
			}
		default:
		}
	}
}

// Package act runs a confirmed plan: evidence first, then intent on disk, the call, and the proof
// by reading again.
//
// Every step is written down before it is made and after it was answered, so that a run that is
// killed at any moment can be run again: what the journal says was intended is looked at before it
// is repeated. The rooms below it each do one thing: schedule (what may go when), evidence, execute
// (one step), prove, verify (the fresh listing at the end), over what they share in job. The
// package must not know the screen, and it names no kind: how a step is called, gated and proven
// comes from the kind's own file.
package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// Options are the circumstances of runs.
type Options struct {
	AWS     job.AWS
	Defs    []kind.Def
	Catalog *model.Catalog
	Store   job.Store
	// Feed takes what a run reads; nil where nobody follows.
	Feed job.Feed
	// Protections are the protect list. A protect list that cannot be read stops every plan:
	// ProtectErr says why.
	Protections []plan.Protection
	ProtectErr  error
	// Now is the clock, time.Now if nil.
	Now func() time.Time
	// Poll is how often what is under way is looked at again, 3 s if 0. Speed divides all waits,
	// for a simulator that runs fast.
	Poll  time.Duration
	Speed float64
	// Latency is what one round trip is taken to be in an ETA.
	Latency time.Duration
}

// Runner implements port.Runner.
type Runner struct {
	options Options
	world   job.World

	mu sync.Mutex
	// runs are those under way, and some that have ended; nothing begins once it is closed.
	runs   []*run
	closed bool
}

// New makes a runner.
func New(o Options) *Runner {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.Poll <= 0 {
		o.Poll = pollEvery
	}
	if o.Latency <= 0 {
		o.Latency = 100 * time.Millisecond
	}
	defs := make(map[model.KindID]kind.Def, len(o.Defs))
	for _, d := range o.Defs {
		defs[d.ID] = d
	}
	return &Runner{options: o, world: job.World{
		AWS: o.AWS, Defs: defs, Store: o.Store, Feed: o.Feed, Protections: o.Protections, Now: o.Now, Poll: o.Poll, Speed: o.Speed,
	}}
}

// Freeze computes the plan for what is marked over a snapshot; AWS is not called. Whoever shows it keeps
// it.
func (r *Runner) Freeze(snapshot *model.Snapshot, wish plan.Wish) (*plan.Plan, error) {
	if err := r.mayPlan(); err != nil {
		return nil, err
	}
	in := r.input(snapshot)
	in.Wish = wish
	p, err := plan.Freeze(in)
	if err != nil {
		return p, fmt.Errorf("plan: %w", err)
	}
	return p, nil
}

// Rest implements port.Estimator.
func (r *Runner) Rest(snapshot *model.Snapshot, p *plan.Plan, left map[model.Ref]bool) plan.ETA {
	return plan.EstimateRest(p, r.input(snapshot), left)
}

// mayPlan refuses every plan while the protect list cannot be read.
func (r *Runner) mayPlan() error {
	if r.options.ProtectErr != nil {
		return fmt.Errorf("plan: the protect list cannot be read, so nothing may be planned: %w", r.options.ProtectErr)
	}
	return nil
}

func (r *Runner) input(snapshot *model.Snapshot) plan.Input {
	rules := kind.Rules(r.options.Defs)
	for id, rule := range rules {
		rule.Settle = r.world.Scaled(rule.Settle)
		if settleOf := rule.SettleOf; settleOf != nil {
			rule.SettleOf = func(res *model.Resource, g *model.Graph) time.Duration { return r.world.Scaled(settleOf(res, g)) }
		}
		rules[id] = rule
	}
	return plan.Input{
		Snapshot: snapshot, Catalog: r.options.Catalog, Rules: rules, Caller: r.options.AWS.Caller(),
		Now: r.options.Now(), Protections: r.options.Protections,
		Latency: r.options.Latency, Poll: r.world.Scaled(r.options.Poll),
		Rates: func(op string) (string, int, float64) {
			limit := limitOf(op)
			return limit.Bucket, limit.Burst, limit.PerSecond * r.options.Speed
		},
	}
}

// limitOf is the token bucket of an operation that is written as "ecs:StopTask".
func limitOf(op string) service.Limit {
	prefix, operation, _ := strings.Cut(op, ":")
	return service.Of(prefix).Limit(operation)
}

func bucketOf(op string) string { return limitOf(op).Bucket }

// Start confirms a plan by its phrase and runs it, over what is known now: protections are computed
// again over the snapshot, whatever the plan says. A plan whose run was interrupted goes on where
// the journal says it stood. Nothing is called, and nothing written, when it is refused.
func (r *Runner) Start(ctx context.Context, snapshot *model.Snapshot, p *plan.Plan, phrase string) (port.Run, error) {
	if err := r.admit(snapshot, p, phrase); err != nil {
		return nil, err
	}
	if err := r.options.Store.SavePlan(ctx, p); err != nil {
		return nil, fmt.Errorf("run: keep the plan: %w", err)
	}
	past, err := r.options.Store.Journal(ctx, p.Digest)
	if err != nil {
		return nil, fmt.Errorf("run: read the journal: %w", err)
	}
	if err := r.notTakenBack(ctx, p, past); err != nil {
		return nil, err
	}
	permit, err := r.options.AWS.Grant(p.Digest, p.Account, r.allowed(p))
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	n := newRun(ctx, r.world, p, snapshot, permit, len(past) > 0)
	if err := r.begin(ctx, n, past); err != nil {
		n.cancel()
		permit.Revoke()
		return nil, err
	}
	return n, nil
}

// begin takes up what earlier runs have done, writes down that it is confirmed and begun, and
// starts it.
func (r *Runner) begin(ctx context.Context, n *run, past []casefile.Entry) error {
	n.replay(past)
	p := n.job.Plan
	confirmed := map[string]any{"phrase": p.Phrase(), "caller": p.Caller, "as": r.options.AWS.Caller().ARN}
	if err := n.job.Note(ctx, "", casefile.Confirm, confirmed); err != nil {
		return err
	}
	begun := map[string]any{"steps": len(p.Steps), "targets": len(p.Targets), "resumed": len(past) > 0}
	if err := n.job.Note(ctx, "", casefile.Begin, begun); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errors.New("run: rootout is ending")
	}
	n.start() //nolint:contextcheck // A run outlives the call that began it; Stop ends it.
	r.runs = append(slices.DeleteFunc(r.runs, (*run).hasEnded), n)
	return nil
}

// Close stops what runs, and returns when nothing of it calls or writes any more: the case may be
// closed then. Nothing begins after it.
func (r *Runner) Close() {
	r.mu.Lock()
	runs := r.runs
	r.runs, r.closed = nil, true
	r.mu.Unlock()
	for _, n := range runs {
		n.Stop()
	}
	for _, n := range runs {
		<-n.ended
	}
}

// admit refuses a plan that must not run here.
func (r *Runner) admit(snapshot *model.Snapshot, p *plan.Plan, phrase string) error {
	switch {
	case r.options.AWS.ReadOnly():
		return errors.New("run: this console was started with --read-only")
	case r.options.ProtectErr != nil:
		return fmt.Errorf("run: the protect list cannot be read, so nothing may run: %w", r.options.ProtectErr)
	case p.Account != r.options.AWS.Caller().Account:
		return fmt.Errorf("run: %w: it is for %s, you are in %s", plan.ErrAccount, p.Account, r.options.AWS.Caller().Account)
	}
	if err := p.Check(); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	if err := p.Confirm(phrase); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	for _, s := range p.Steps {
		if _, known := r.world.Defs[s.Kind].Ops[s.Op]; !known {
			return fmt.Errorf("run: %w: step %s calls %s, which is nothing that can be done to %s", plan.ErrChanged, s.ID, s.Op, s.Kind)
		}
	}
	if snapshot == nil {
		return errors.New("run: nobody has looked at the account yet, so what is protected cannot be told; scan first")
	}
	if err := plan.Recheck(p, r.input(snapshot)); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return nil
}

// allowed is what the permit of a plan lets each step call.
func (r *Runner) allowed(p *plan.Plan) map[string]aws.Allowed {
	out := make(map[string]aws.Allowed, len(p.Steps))
	for _, s := range p.Steps {
		service, operation, _ := strings.Cut(s.Op, ":")
		a := aws.Allowed{Service: service, Operations: []string{operation}, Place: s.Place}
		for _, also := range r.world.Defs[s.Kind].Ops[s.Op].Also {
			if other, name, _ := strings.Cut(also, ":"); other == service {
				a.Operations = append(a.Operations, name)
			}
		}
		out[s.ID] = a
	}
	return out
}

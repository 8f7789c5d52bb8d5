// Package act runs a confirmed plan: evidence first, then intent on disk, the call, and the proof by reading again.
//
// Every step is written down before it is made and after it was answered, so that a run that is killed at any moment can be run again: what the
// journal says was intended is looked at before it is repeated. The package must not know the screen, and it names no kind: how a step is
// called, gated and proven comes from the kind's own file.
package act

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// AWS is what a run needs of the connection; *aws.Connection is one.
type AWS interface {
	Caller() aws.Caller
	Clients(region string) *aws.Clients
	Grant(digest, account string, steps map[string]aws.Allowed) (*aws.Permit, error)
	SignInAgain(ctx context.Context) error
	ReadOnly() bool
}

// Store is what a run needs of the case; *casefile.Case is one. Append and PutEvidence return when it is on disk.
type Store interface {
	Append(ctx context.Context, e casefile.Entry) (uint64, error)
	PutEvidence(ctx context.Context, e casefile.Evidence) error
	Journal(ctx context.Context, digest string) ([]casefile.Entry, error)
	SavePlan(ctx context.Context, p *plan.Plan) error
	Raw(ctx context.Context, ref model.Ref) (json.RawMessage, error)
	Sealer() model.Sealer
}

// Feed takes what a run reads, so that the grid counts down while it works; *scan.Scanner is one.
type Feed interface {
	Publish(b *model.Batch)
	Focus(places ...model.Place)
	Rescan(keys ...model.CellKey)
}

// Options are the circumstances of runs.
type Options struct {
	AWS     AWS
	Defs    []kind.Def
	Catalog *model.Catalog
	Store   Store
	Feed    Feed
	// Protections are the protect list. A protect list that cannot be read stops every plan: ProtectErr says why.
	Protections []plan.Protection
	ProtectErr  error
	// Now is the clock, time.Now if nil.
	Now func() time.Time
	// Poll is how often what is under way is looked at again, kind.PollEvery if 0. Speed divides all waits, for a simulator that runs fast.
	Poll  time.Duration
	Speed float64
	// Latency is what one round trip is taken to be in an ETA.
	Latency time.Duration
}

// The waits of a run. Evidence beside the record may hold a step up for two seconds; a gate that does not open within ten minutes
// is given up with AWS's reason, as the facts advise for DeleteCluster; a proof gets a quarter of an hour, since Fargate may take a task's stop
// timeout of 120 s and a provider of Managed Instances drains its machines first.
const (
	evidenceWait = 2 * time.Second
	gateWait     = 10 * time.Minute
	proofWait    = 15 * time.Minute
	listingWait  = time.Minute
)

// Runner implements port.Runner.
type Runner struct {
	options Options
	defs    map[model.KindID]kind.Def

	mu sync.Mutex
	// snapshot is what was last planned over: what proofs and listings know of targets beforehand.
	snapshot *model.Snapshot
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
		o.Poll = kind.PollEvery
	}
	if o.Latency <= 0 {
		o.Latency = 100 * time.Millisecond
	}
	r := &Runner{options: o, defs: make(map[model.KindID]kind.Def, len(o.Defs))}
	for _, d := range o.Defs {
		r.defs[d.ID] = d
	}
	return r
}

// scaled is a wait at the speed of the world that is run against.
func (o *Options) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / o.Speed)
}

// Freeze computes the plan for marks over a snapshot; AWS is not called, and nothing is kept before it starts.
func (r *Runner) Freeze(snapshot *model.Snapshot, marked []model.Ref, hidden int) (*plan.Plan, error) {
	if r.options.ProtectErr != nil {
		return nil, fmt.Errorf("plan: the protect list cannot be read, so nothing may be planned: %w", r.options.ProtectErr)
	}
	in := r.input(snapshot)
	in.Marked, in.HiddenByFilter = marked, hidden
	p, err := plan.Freeze(in)
	if err != nil {
		return p, fmt.Errorf("plan: %w", err)
	}
	return p, nil
}

// Recheck computes a plan's protections again over what is known now. Start refuses a plan whose regions nobody has looked at.
func (r *Runner) Recheck(snapshot *model.Snapshot, p *plan.Plan) error {
	if r.options.ProtectErr != nil {
		return fmt.Errorf("run: the protect list cannot be read, so nothing may run: %w", r.options.ProtectErr)
	}
	if err := plan.Recheck(p, r.input(snapshot)); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return nil
}

func (r *Runner) input(snapshot *model.Snapshot) plan.Input {
	r.mu.Lock()
	r.snapshot = snapshot
	r.mu.Unlock()
	caller := r.options.AWS.Caller()
	rules := kind.Rules(r.options.Defs)
	for id, rule := range rules {
		rule.Settle = r.options.scaled(rule.Settle)
		rules[id] = rule
	}
	return plan.Input{
		Snapshot: snapshot, Catalog: r.options.Catalog, Rules: rules,
		Account: caller.Account, Partition: caller.Partition,
		Caller: plan.Caller{ARN: caller.ARN, UserID: caller.UserID},
		Now:    r.options.Now(), Protections: r.options.Protections,
		Latency: r.options.Latency, Poll: r.options.scaled(r.options.Poll),
		Rates: func(op string) (string, int, float64) {
			bucket, burst, perSecond := rates(op)
			return bucket, burst, perSecond * r.options.Speed
		},
	}
}

// rates reads the token buckets of package aws for operations written as "ecs:StopTask".
func rates(op string) (bucket string, burst int, perSecond float64) {
	service, operation, _ := strings.Cut(op, ":")
	limit := aws.LimitOf(service, operation)
	return limit.Bucket, limit.Burst, limit.PerSecond
}

// Start confirms a plan by its phrase and runs it. A plan whose run was interrupted goes on where the journal says it stood. Nothing is called,
// and nothing written, when it is refused.
func (r *Runner) Start(ctx context.Context, p *plan.Plan, phrase string) (port.Run, error) {
	if err := r.admit(p, phrase); err != nil {
		return nil, err
	}
	permit, err := r.options.AWS.Grant(p.Digest, p.Account, r.allowed(p))
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	if err := r.options.Store.SavePlan(ctx, p); err != nil {
		return nil, fmt.Errorf("run: keep the plan: %w", err)
	}
	past, err := r.options.Store.Journal(ctx, p.Digest)
	if err != nil {
		return nil, fmt.Errorf("run: read the journal: %w", err)
	}
	run := r.newRun(ctx, p, permit)
	run.recall(past)
	if err := run.note(ctx, "", casefile.Confirm, map[string]any{"phrase": p.Phrase(), "caller": p.Caller, "as": r.options.AWS.Caller().ARN}); err != nil {
		return nil, err
	}
	if err := run.note(ctx, "", casefile.Begin, map[string]any{"steps": len(p.Steps), "targets": len(p.Targets), "resumed": len(past) > 0}); err != nil {
		return nil, err
	}
	run.start() //nolint:contextcheck // A run outlives the call that began it; Stop ends it.
	return run, nil
}

// admit refuses a plan that must not run here.
func (r *Runner) admit(p *plan.Plan, phrase string) error {
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
		if _, known := r.defs[s.Kind].Ops[s.Op]; !known {
			return fmt.Errorf("run: %w: step %s calls %s, which is nothing that removes %s", plan.ErrChanged, s.ID, s.Op, s.Kind)
		}
	}
	r.mu.Lock()
	snapshot := r.snapshot
	r.mu.Unlock()
	if snapshot == nil {
		return errors.New("run: nobody has looked at the account yet, so what is protected cannot be told; scan first")
	}
	return r.Recheck(snapshot, p)
}

// allowed is what the permit of a plan lets each step call.
func (r *Runner) allowed(p *plan.Plan) map[string]aws.Allowed {
	out := make(map[string]aws.Allowed, len(p.Steps))
	for _, s := range p.Steps {
		service, operation, _ := strings.Cut(s.Op, ":")
		a := aws.Allowed{Service: service, Operations: []string{operation}, Region: s.Region}
		for _, also := range r.defs[s.Kind].Ops[s.Op].Also {
			if other, name, _ := strings.Cut(also, ":"); other == service {
				a.Operations = append(a.Operations, name)
			}
		}
		out[s.ID] = a
	}
	return out
}

package act

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
	"github.com/rootout/rootout/model/port"
)

// run is one plan under way. One lock covers the states of its steps; calls are made without it.
type run struct {
	runner *Runner
	o      *Options
	plan   *plan.Plan
	permit *aws.Permit
	// snapshot and graph are what was planned over.
	snapshot *model.Snapshot
	graph    *model.Graph
	began    time.Time

	ctx    context.Context //nolint:containedctx // The life of the run, which outlives the call that began it.
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu    sync.Mutex
	steps []*stepRun
	byID  map[string]*stepRun
	// barriers count, for each region and phase, the steps that have not been attempted.
	barriers map[barrierKey]*barrier
	queues   map[queueKey]*queue
	provers  map[proverKey]*prover
	gone     map[model.Ref]bool
	planned  map[model.Ref]bool
	silent   map[string]int // Calls in a row that a region did not answer.
	paused   chan struct{}  // Closed by Resume; nil while the run goes on.
	open     int            // Steps that have not ended.
	idle     chan struct{}  // Receives when open falls to 0.
	over     bool           // It is being summed up for the last time: nothing is called or retried any more.
	// pausedAt is since when the run is paused, pausedFor how long it was before: waits do not count it.
	pausedAt  time.Time
	pausedFor time.Duration

	evidence map[model.Ref]*keeping
	visits   map[string]*kind.Visit // For evidence.
	box      *updates
}

type barrierKey struct {
	region string
	phase  model.Phase
}

type barrier struct {
	left    int
	waiting []*stepRun
}

// stepRun is one step and how far it has come.
type stepRun struct {
	plan.Step
	index   int
	state   port.StepState
	why     string
	failure *model.Failure
	// dependents are the steps that wait for this one.
	dependents []*stepRun
	queued     bool
	// intended says that it was meant to be called before, so that it is looked at before it is called again.
	intended bool
	// since is when its gate was first looked at, tries counts looks and calls that got no answer: both for giving up.
	since time.Time
	tries int
	// met says that a newcomer blocks it.
	met bool
}

func (r *Runner) newRun(ctx context.Context, p *plan.Plan, permit *aws.Permit) *run {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.mu.Lock()
	snapshot := r.snapshot
	r.mu.Unlock()
	if snapshot == nil {
		snapshot = model.NewInventory().Snapshot()
	}
	n := &run{
		runner: r, o: &r.options, plan: p, permit: permit, snapshot: snapshot, graph: model.NewGraph(snapshot), began: r.options.Now(),
		ctx: aws.WithClass(life, aws.Run), cancel: cancel,
		byID: map[string]*stepRun{}, barriers: map[barrierKey]*barrier{}, queues: map[queueKey]*queue{}, provers: map[proverKey]*prover{},
		gone: map[model.Ref]bool{}, silent: map[string]int{}, planned: map[model.Ref]bool{},
		evidence: map[model.Ref]*keeping{}, visits: map[string]*kind.Visit{}, idle: make(chan struct{}, 1), box: newUpdates(),
	}
	for _, t := range p.Targets {
		n.planned[t.Ref] = true
	}
	for i, s := range p.Steps {
		step := &stepRun{Step: s, index: i}
		n.steps = append(n.steps, step)
		n.byID[s.ID] = step
	}
	n.link()
	return n
}

// link turns what steps wait for into who has to be told.
func (n *run) link() {
	for _, s := range n.steps {
		for _, w := range s.After {
			before := n.byID[w.Step]
			before.dependents = append(before.dependents, s)
		}
		for _, b := range s.Barriers {
			at := n.barrier(s.Region, b.Phase)
			at.waiting = append(at.waiting, s)
		}
		n.barrier(s.Region, s.Phase).left++
	}
	n.open = len(n.steps)
}

func (n *run) barrier(region string, phase model.Phase) *barrier {
	k := barrierKey{region: region, phase: phase}
	if n.barriers[k] == nil {
		n.barriers[k] = &barrier{}
	}
	return n.barriers[k]
}

// start offers every step that is free, and sees the run to its end.
func (n *run) start() {
	if n.o.Feed != nil {
		n.o.Feed.Focus(model.PlacesIn(n.plan.Account, n.plan.Regions()...)...)
	}
	n.keepEvidence()
	n.mu.Lock()
	for _, s := range n.steps {
		n.box.step(n.status(s))
		n.offer(s)
	}
	if n.open == 0 {
		n.idle <- struct{}{}
	}
	n.mu.Unlock()
	go n.lead()
}

// lead waits until every step has ended, verifies by a fresh listing, and sums up. What is retried meanwhile is waited for again.
func (n *run) lead() {
	defer n.box.close()
	defer n.permit.Revoke()
	var summary *port.Summary
	for summary == nil {
		select {
		case <-n.idle:
		case <-n.ctx.Done():
		}
		if n.ctx.Err() != nil {
			n.close()
			n.work.Wait() // The calls that were under way are answered, and none begins.
			summary = n.stopped()
			break
		}
		n.box.state(port.RunVerifying)
		summary = n.verify()
		if !n.conclude() {
			n.box.state(port.RunGoing)
			summary = nil
		}
	}
	if n.o.Feed != nil {
		n.o.Feed.Focus()
		n.o.Feed.Rescan()
	}
	// A stopped run has a begin and no end in the journal: it is offered again.
	if n.ctx.Err() == nil {
		if err := n.note(n.ctx, "", casefile.End, summaryRecord(summary)); err != nil {
			summary.Left[model.Ref{}] = err.Error()
		}
	}
	// Whoever reads the summary may count on it: nothing of the run calls or writes any more.
	n.cancel()
	n.work.Wait()
	n.box.finish(summary)
}

// close lets nothing new begin.
func (n *run) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.over = true
}

// conclude ends the run unless something was retried while it was being verified.
func (n *run) conclude() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.over = n.open == 0 || n.ctx.Err() != nil
	return n.over
}

// Next waits for news; io.EOF after the update that holds the Summary.
func (n *run) Next(ctx context.Context) (*port.RunUpdate, error) { return n.box.next(ctx, n.o.Now) }

// Stop ends the run after the calls that are under way. What the journal says then is what a later run goes on from.
func (n *run) Stop() { n.cancel() }

// Retry tries failed steps again, those that a newcomer blocked, and with them what they blocked; no ids means all of them. After the summary it
// does nothing: what is left is taken up by running the plan again.
func (n *run) Retry(ids ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.over {
		return
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	for _, s := range n.steps {
		if (s.state == port.StepFailed || s.met) && (len(ids) == 0 || wanted[s.ID]) {
			n.reopen(s)
		}
	}
	for _, s := range n.steps {
		n.offer(s)
	}
}

// reopen puts a failed step, and what was blocked by it, back to waiting. The lock is held.
func (n *run) reopen(s *stepRun) {
	if s.state != port.StepFailed && s.state != port.StepBlocked {
		return
	}
	n.open++
	n.silent[s.Region] = 0
	s.since, s.failure, s.intended, s.tries, s.met = time.Time{}, nil, true, 0, false
	n.forgetFailedEvidence(s)
	n.set(s, port.StepWaiting, "to be tried again")
	for _, d := range s.dependents {
		if d.state == port.StepBlocked {
			n.reopen(d)
		}
	}
}

// Resume goes on after a pause; it signs in again first, since a pause means that the credentials had run out.
func (n *run) Resume() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.over {
		return
	}
	n.work.Go(func() {
		if err := n.o.AWS.SignInAgain(n.ctx); err != nil {
			n.box.pause(aws.Describe(err).Model())
			return
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.paused != nil {
			close(n.paused)
			n.paused = nil
			n.pausedFor += n.o.Now().Sub(n.pausedAt)
			n.box.state(port.RunGoing)
			_ = n.note(n.ctx, "", casefile.Resume, map[string]any{"as": n.o.AWS.Caller().ARN})
		}
	})
}

// pause holds every step back until Resume.
func (n *run) pause(f *model.Failure) {
	n.mu.Lock()
	first := n.paused == nil
	if first {
		n.paused, n.pausedAt = make(chan struct{}), n.o.Now()
	}
	n.mu.Unlock()
	if first {
		n.box.pause(f)
		_ = n.note(n.ctx, "", casefile.Pause, f)
	}
}

// clock is the time that the run has been going, pauses left out: what waits are measured with.
func (n *run) clock() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.o.Now()
	if n.paused != nil {
		now = n.pausedAt
	}
	return now.Add(-n.pausedFor)
}

// unpaused waits while the run is paused and says whether it lives on.
func (n *run) unpaused() bool {
	for {
		n.mu.Lock()
		gate := n.paused
		n.mu.Unlock()
		if gate == nil {
			return n.ctx.Err() == nil
		}
		select {
		case <-gate:
		case <-n.ctx.Done():
			return false
		}
	}
}

// note writes an entry into the journal and returns when it is on disk.
func (n *run) note(ctx context.Context, step string, k casefile.EntryKind, payload any) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	_, err = n.o.Store.Append(ctx, casefile.Entry{At: n.o.Now(), Plan: n.plan.Digest, Step: step, Kind: k, Payload: data})
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// visit is a fresh look at one region: what an earlier one shared must not be taken for the present.
func (n *run) visit(region string) *kind.Visit {
	caller := n.o.AWS.Caller()
	return &kind.Visit{
		Account: caller.Account, Partition: caller.Partition, Region: region,
		Clients: n.o.AWS.Clients(region), Now: n.o.Now, Sealer: n.o.Store.Sealer(), Known: n.known(region),
	}
}

func (n *run) publish(b *model.Batch) {
	if n.o.Feed != nil && !b.Empty() {
		b.At = n.o.Now()
		n.o.Feed.Publish(b)
	}
}

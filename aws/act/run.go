package act

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act/evidence"
	"github.com/rootout/rootout/aws/act/execute"
	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/aws/act/prove"
	"github.com/rootout/rootout/aws/act/schedule"
	"github.com/rootout/rootout/aws/act/verify"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// inFlightMost is how many steps of one bucket may be between evidence and answer at once. With 40
// ms a call it is far more than any bucket of AWS lets through, and it keeps the order of the
// queue, the dearest first, nearly strict.
const inFlightMost = 64

// run is one plan under way. It joins the rooms: the schedule says what may go, the executor makes
// it, the provers prove it. One lock covers the schedule and what is said of steps; calls are made
// without it.
type run struct {
	job      *job.Job
	permit   *aws.Permit
	cancel   context.CancelFunc
	evidence *evidence.Keeper
	executor *execute.Executor
	provers  *prove.Provers
	breaker  *execute.Breaker
	news     *updates
	idle     chan struct{} // Receives when no step is open any more.
	ended    chan struct{} // Is closed when nothing calls or writes any more.

	mu       sync.Mutex
	schedule *schedule.Schedule
	byID     map[string]*job.Step
	said     map[string]said
	refused  map[string]refused
	// blockedByNewcomer are steps that a newcomer blocks: retrying looks again.
	blockedByNewcomer map[string]bool
	// over says that it is being summed up for the last time: nothing is called or retried any
	// more.
	over bool
}

// said is what was last said of a step.
type said struct {
	why     string
	failure *model.Failure
}

// refused is the newest refusal of a step that is being repeated, and how often it was refused.
type refused struct {
	failure *model.Failure
	times   int
}

func newRun(ctx context.Context, w job.World, p *plan.Plan, snapshot *model.Snapshot, permit *aws.Permit, resumed bool) *run {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	j := job.New(aws.WithClass(life, aws.Run), w, p, snapshot)
	n := &run{
		job: j, permit: permit, cancel: cancel, evidence: evidence.New(j, resumed), breaker: execute.NewBreaker(),
		news: newUpdates(), idle: make(chan struct{}, 1), ended: make(chan struct{}),
		schedule: schedule.New(p.Steps, bucketOf, inFlightMost), byID: map[string]*job.Step{}, said: map[string]said{}, refused: map[string]refused{},
		blockedByNewcomer: map[string]bool{},
	}
	for _, s := range j.Steps {
		n.byID[s.ID] = s
	}
	n.provers = prove.New(j, n)
	n.executor = execute.New(j, n.evidence, permit, n, n.breaker)
	return n
}

// start offers every step that is free, and sees the run to its end.
func (n *run) start() {
	if n.job.Feed != nil {
		n.job.Feed.Focus(n.job.Plan.Places()...)
	}
	n.mu.Lock()
	var open []*job.Step
	for _, s := range n.job.Steps {
		if n.schedule.State(s.ID) != port.StepVerified {
			open = append(open, s)
		}
		n.tell(s)
	}
	n.mu.Unlock()
	n.evidence.Begin(open)
	n.mu.Lock()
	n.schedule.Offer()
	n.advance()
	n.mu.Unlock()
	go n.lead()
}

// advance starts what may start, and tells what the schedule has decided. The lock is held.
func (n *run) advance() {
	for _, c := range n.schedule.Changes() {
		n.said[c.ID] = said{why: c.Why}
		n.tell(n.byID[c.ID])
	}
	if n.job.Context.Err() == nil {
		for _, id := range n.schedule.Take() {
			s := n.byID[id]
			n.job.Work.Go(func() {
				n.executor.Perform(s)
				n.mu.Lock()
				defer n.mu.Unlock()
				n.schedule.Release(s.ID)
				n.advance()
			})
		}
	}
	if n.schedule.Open() == 0 {
		select {
		case n.idle <- struct{}{}:
		default:
		}
	}
}

// tell gives the step's news to whoever follows the run. The lock is held.
func (n *run) tell(s *job.Step) {
	words := n.said[s.ID]
	before := n.refused[s.ID]
	st := port.StepStatus{Step: s.ID, State: n.schedule.State(s.ID), At: n.job.Now(), Why: words.why, Failure: words.failure, Refused: before.times}
	if st.Failure == nil && (st.State == port.StepWaiting || st.State == port.StepCalling) {
		st.Failure = before.failure
	}
	for _, ref := range s.Targets {
		if n.job.Reached(ref) {
			st.Reached = append(st.Reached, ref)
		}
	}
	n.news.step(st)
}

// set puts a step into a state, says why, and lets go what that frees. The lock is held.
func (n *run) set(s *job.Step, state port.StepState, why string, failure *model.Failure) {
	n.said[s.ID] = said{why: why, failure: failure}
	n.schedule.Set(s.ID, state)
	n.tell(s)
	n.advance()
}

// Update implements execute.Board.
func (n *run) Update(s *job.Step, state port.StepState, why string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.set(s, state, why, nil)
}

// Accepted implements execute.Board: an interim step is done with its good answer, any other has to
// be proven.
func (n *run) Accepted(s *job.Step) {
	if s.Interim {
		n.Update(s, port.StepVerified, "")
		return
	}
	n.Update(s, port.StepCalled, "")
	n.provers.Await(s)
}

// Later implements execute.Board: the step goes again after one polling interval, without holding a
// place in its queue meanwhile.
func (n *run) Later(s *job.Step, why string, failure *model.Failure) {
	n.mu.Lock()
	if failure != nil {
		n.refused[s.ID] = refused{failure: failure, times: n.refused[s.ID].times + 1}
	}
	n.said[s.ID] = said{why: why}
	n.schedule.Hold(s.ID)
	n.tell(s)
	n.mu.Unlock()
	n.job.Work.Go(func() {
		if n.job.Sleep(n.job.Poll) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.schedule.Requeue(s.ID)
			n.advance()
		}
	})
}

// Ended implements execute.Board.
func (n *run) Ended(s *job.Step, state port.StepState, why string, failure *model.Failure) {
	if n.job.Context.Err() != nil {
		return
	}
	k := casefile.Failed
	if state == port.StepBlocked {
		k = casefile.Blocked
	}
	_ = n.job.Note(n.job.Context, s.ID, k, map[string]any{"why": why, "failure": failure})
	n.mu.Lock()
	defer n.mu.Unlock()
	n.set(s, state, why, failure)
}

// Newcomers implements execute.Board.
func (n *run) Newcomers(s *job.Step, refs []model.Ref) {
	n.news.newcomers(refs)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blockedByNewcomer[s.ID] = true
}

// Pending implements prove.Outcome.
func (n *run) Pending(s *job.Step, why string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.schedule.State(s.ID) != port.StepCalled || n.said[s.ID] != (said{why: why}) {
		n.set(s, port.StepCalled, why, nil)
	}
}

// Unproven implements prove.Outcome.
func (n *run) Unproven(s *job.Step, why string, failure *model.Failure) {
	n.Ended(s, port.StepFailed, why, failure)
}

// Proven implements prove.Outcome and execute.Board: it ends a step that is proven.
func (n *run) Proven(s *job.Step) {
	if err := n.job.Note(n.job.Context, s.ID, casefile.Verified, execute.IntentOf(s, s.Targets)); err != nil {
		n.Ended(s, port.StepFailed, err.Error(), nil)
		return
	}
	n.mu.Lock()
	reached := n.reachedBy(s)
	n.job.Reach(reached...)
	n.set(s, port.StepVerified, "", nil)
	n.mu.Unlock()
	if s.Goal == plan.Gone {
		n.job.Publish(&model.Batch{Gone: reached})
	}
}

// reachedBy are the targets whose goal is reached now that a step is proven: what is gone is gone,
// and what is put back by several steps is when all of them are proven. The lock is held.
func (n *run) reachedBy(s *job.Step) []model.Ref {
	if s.Interim {
		return nil
	}
	if s.Goal == plan.Gone {
		return s.Targets
	}
	var out []model.Ref
	for _, ref := range s.Targets {
		if !slices.ContainsFunc(n.job.StepsOf(ref), func(other *job.Step) bool {
			return other != s && n.schedule.State(other.ID) != port.StepVerified
		}) {
			out = append(out, ref)
		}
	}
	return out
}

// Expired implements execute.Board, prove.Outcome and verify.Run: it holds every step back until
// Resume.
func (n *run) Expired(f *model.Failure) {
	if n.job.Pauses.Begin() {
		n.news.pause(f)
		_ = n.job.Note(n.job.Context, "", casefile.Pause, f)
	}
}

// Dead implements verify.Run.
func (n *run) Dead(at model.Place) bool { return n.breaker.Open(at) }

// Verifying implements verify.Run.
func (n *run) Verifying() { n.news.state(port.RunVerifying) }

// Failed implements verify.Run.
func (n *run) Failed(ref model.Ref) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.job.StepsOf(ref) {
		if state := n.schedule.State(s.ID); state == port.StepFailed || state == port.StepBlocked {
			return n.said[s.ID].why
		}
	}
	return ""
}

// Told implements verify.Run.
func (n *run) Told(ref model.Ref) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.job.StepsOf(ref) {
		if n.schedule.State(s.ID) != port.StepVerified && n.said[s.ID].why != "" {
			return n.said[s.ID].why
		}
	}
	return ""
}

// lead waits until every step has ended, verifies by a fresh listing, and sums up. What is retried
// meanwhile is waited for again.
func (n *run) lead() {
	defer close(n.ended)
	defer n.news.close()
	defer n.permit.Revoke()
	summary := n.await()
	if n.job.Feed != nil {
		n.job.Feed.Focus()
		n.job.Feed.Rescan()
	}
	// A stopped run has a begin and no end in the journal: it is offered again.
	if n.job.Context.Err() == nil {
		if err := n.job.Note(n.job.Context, "", casefile.End, summary.Outcome()); err != nil {
			summary.Unwritten = err.Error()
		}
	}
	// Whoever reads the summary may count on it: nothing of the run calls or writes any more.
	n.cancel()
	n.job.Work.Wait()
	n.news.finish(summary)
}

func (n *run) await() *port.Summary {
	for {
		select {
		case <-n.idle:
			if n.busy() {
				continue // A step was opened again since it was said.
			}
		case <-n.job.Context.Done():
		}
		if n.job.Context.Err() != nil {
			n.shut()
			n.job.Work.Wait() // The calls that were under way are answered, and none begins.
			return verify.Stopped(n.job, n)
		}
		n.Verifying()
		summary := verify.Verify(n.job, n)
		if n.conclude() {
			return summary
		}
		n.news.state(port.RunGoing)
	}
}

// hasEnded says whether nothing of it calls or writes any more.
func (n *run) hasEnded() bool {
	select {
	case <-n.ended:
		return true
	default:
		return false
	}
}

// busy says whether steps are open.
func (n *run) busy() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.schedule.Open() > 0
}

// shut lets nothing new begin.
func (n *run) shut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.over = true
}

// conclude ends the run unless something was retried while it was being verified.
func (n *run) conclude() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.over = n.schedule.Open() == 0 || n.job.Context.Err() != nil
	return n.over
}

// Next waits for news; io.EOF after the update that holds the Summary.
func (n *run) Next(ctx context.Context) (*port.RunUpdate, error) { return n.news.next(ctx, n.job.Now) }

// Stop ends the run after the calls that are under way. What the journal says then is what a later
// run goes on from.
func (n *run) Stop() { n.cancel() }

// Retry tries failed steps again, those that a newcomer blocked, and with them what they blocked;
// no ids means all of them. After the summary it does nothing: what is left is taken up by running
// the plan again.
func (n *run) Retry(ids ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.over {
		return
	}
	for _, s := range n.job.Steps {
		failed := n.schedule.State(s.ID) == port.StepFailed || n.blockedByNewcomer[s.ID]
		if failed && (len(ids) == 0 || slices.Contains(ids, s.ID)) {
			n.reopen(s.ID)
		}
	}
	for _, id := range n.schedule.Unbarred() {
		n.reopen(id)
	}
	n.schedule.Offer()
	n.advance()
}

// reopen starts a step anew, and what was blocked because of it. The lock is held.
func (n *run) reopen(id string) {
	for _, again := range n.schedule.Reopen(id) {
		s := n.byID[again]
		s.Intended = true
		delete(n.blockedByNewcomer, s.ID)
		n.executor.Forget(s)
		n.said[s.ID] = said{why: "to be tried again"}
		delete(n.refused, s.ID)
		n.tell(s)
	}
}

// Resume goes on after a pause; it signs in again first, since a pause means that the credentials
// had run out.
func (n *run) Resume() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.over {
		return
	}
	n.job.Work.Go(func() {
		if err := n.job.AWS.SignInAgain(n.job.Context); err != nil {
			n.news.pause(aws.Describe(err).Model())
			return
		}
		if n.job.Pauses.End() {
			n.news.resumed()
			_ = n.job.Note(n.job.Context, "", casefile.Resume, map[string]any{"as": n.job.AWS.Caller().ARN})
		}
	})
}

// pollEvery is how often a run looks again at what is under way. ECS's own waiters poll every 6 to
// 15 s; the read buckets of ECS (20 calls a second and region) allow for more, and a responder who
// watches the burn wants to see it fall.
const pollEvery = 3 * time.Second

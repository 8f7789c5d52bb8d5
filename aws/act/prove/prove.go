// Package prove finds out whether steps that were called have reached their goals, by reading again
// and again until AWS shows it: many targets of one kind and place in one call, or one step by its
// own receipt.
//
// It must not know how a step is made, what waits for it or how a run is summed up: it tells an
// Outcome what it found.
package prove

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Outcome hears what became of steps.
type Outcome interface {
	// Pending says what a step is still waiting for.
	Pending(s *job.Step, why string)
	// Proven says that a step has reached its goal.
	Proven(s *job.Step)
	// Unproven says that it cannot be proven, or that its goal is lost.
	Unproven(s *job.Step, why string, failure *model.Failure)
	// Expired says that the credentials have run out: the run has to be paused.
	Expired(failure *model.Failure)
}

const (
	// proofWait is how long a proof may take: Fargate may take a task's stop timeout of 120 s, and
	// a provider of Managed Instances drains its machines first.
	proofWait = 15 * time.Minute
	// proofPause keeps steps that are called one after another from causing a read each.
	proofPause = time.Second
	// refusalsMost is how many reads in a row AWS may deny, or answer so that nobody can read it,
	// before what waits for proof is called failed.
	refusalsMost = 3
	// failuresMost is how many reads in a row have to say that AWS has given up: the first may still
	// tell of an attempt before the run's own.
	failuresMost = 2
)

// Provers prove the steps of one run.
type Provers struct {
	job *job.Job
	out Outcome

	mu    sync.Mutex
	byKey map[proverKey]*prover
}

// New makes the provers of a run.
func New(j *job.Job, out Outcome) *Provers {
	return &Provers{job: j, out: out, byKey: map[proverKey]*prover{}}
}

type proverKey struct {
	place model.Place
	kind  model.KindID
}

// Await proves a step that AWS has accepted, and returns at once.
func (ps *Provers) Await(s *job.Step) {
	k := proverKey{place: s.Place, kind: s.Kind}
	ps.mu.Lock()
	p := ps.byKey[k]
	if p == nil {
		p = &prover{
			job: ps.job, out: ps.out, key: k, wake: make(chan struct{}, 1),
			waiting: map[*job.Step]*wait{}, byRef: map[model.Ref]*job.Step{}, failed: map[model.Ref]int{},
		}
		ps.byKey[k] = p
		ps.job.Work.Go(p.live)
	}
	ps.mu.Unlock()
	p.add(s)
}

// Judge asks once whether a step has reached its goal, for a call that may have been made before.
func Judge(j *job.Job, s *job.Step) (kind.Proof, error) {
	def := j.Defs[s.Kind]
	if op := def.Ops[s.Op]; op.Prove != nil {
		return op.Prove(j.Context, j.Visit(s.Place), s.Step, s.Receipt)
	}
	readings, err := def.Read(j.Context, j.Visit(s.Place), s.Targets)
	if err != nil {
		return kind.Proof{}, err
	}
	all := kind.Proof{State: kind.Reached}
	for _, ref := range s.Targets {
		if p := judge(j, s, ref, readings[ref]); p.State != kind.Reached {
			all = p
			if p.State == kind.Lost {
				break
			}
		}
	}
	return all, nil
}

// judge tells by a reading how far a step is with one target.
func judge(j *job.Job, s *job.Step, ref model.Ref, r kind.Reading) kind.Proof {
	p := kind.Judge(s.Goal, r)
	if p.State == kind.Pending && r.Presence == kind.Present && j.MadeAgain(ref, r.Resource) {
		p.State, p.Why = kind.Lost, job.MadeAgainWhy
	}
	return p
}

// prover reads the called resources of one place and kind again and again, many in one call, until
// each step has met its fate.
type prover struct {
	job  *job.Job
	out  Outcome
	key  proverKey
	wake chan struct{}

	mu      sync.Mutex
	waiting map[*job.Step]*wait
	// byRef is the step that each target waits for, where reading the target tells.
	byRef map[model.Ref]*job.Step
	// failed is how many reads in a row said of a target that AWS has given up.
	failed map[model.Ref]int
}

// wait is one step that waits for its proof.
type wait struct {
	since time.Time
	// left are the targets of which it is not known yet.
	left map[model.Ref]bool
	// refused is how many reads in a row AWS has denied.
	refused int
}

func (p *prover) add(s *job.Step) {
	w := &wait{since: p.job.Clock(), left: map[model.Ref]bool{}}
	p.mu.Lock()
	p.waiting[s] = w
	if p.reads(s) {
		for _, ref := range s.Targets {
			w.left[ref] = true
			p.byRef[ref] = s
		}
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// reads says whether reading its targets proves a step.
func (p *prover) reads(s *job.Step) bool { return p.job.Defs[p.key.kind].Ops[s.Op].Prove == nil }

func (p *prover) live() {
	for {
		refs, steps := p.pending()
		if len(refs) == 0 && len(steps) == 0 {
			select {
			case <-p.job.Context.Done():
				return
			case <-p.wake:
			}
			continue
		}
		if !p.job.Unpaused() {
			return
		}
		p.pass(refs, steps)
		if !p.rest() {
			return
		}
	}
}

// pending are the targets to be read, and the steps to be asked about one by one, in the order of
// the plan.
func (p *prover) pending() ([]model.Ref, []*job.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var asked []*job.Step
	for s := range p.waiting {
		if !p.reads(s) {
			asked = append(asked, s)
		}
	}
	slices.SortFunc(asked, func(a, b *job.Step) int { return cmp.Or(len(a.ID)-len(b.ID), cmp.Compare(a.ID, b.ID)) })
	return slices.SortedFunc(maps.Keys(p.byRef), model.Ref.Compare), asked
}

// rest waits one polling interval, or less when new steps have come meanwhile.
func (p *prover) rest() bool {
	p.mu.Lock()
	done := len(p.waiting) == 0
	p.mu.Unlock()
	if done {
		return p.job.Context.Err() == nil
	}
	t := time.NewTimer(p.job.Scaled(p.job.Poll))
	defer t.Stop()
	select {
	case <-p.job.Context.Done():
		return false
	case <-t.C:
		return true
	case <-p.wake:
		return p.job.Sleep(min(proofPause, p.job.Poll))
	}
}

// pass reads and asks once about everything, until the credentials run out: nothing more is to be
// learned with them.
func (p *prover) pass(refs []model.Ref, steps []*job.Step) {
	if !p.readAll(refs) {
		return
	}
	for _, s := range steps {
		if !p.ask(s) {
			return
		}
	}
}

// readAll reads targets, as many at a time as one call takes, and says whether to go on.
func (p *prover) readAll(refs []model.Ref) bool {
	def := p.job.Defs[p.key.kind]
	for chunk := range slices.Chunk(refs, max(1, def.ReadBatch)) {
		readings, err := def.Read(p.job.Context, p.job.Visit(p.key.place), chunk)
		if p.job.Context.Err() != nil {
			return false
		}
		steps := p.stepsOf(chunk)
		if err != nil {
			if !p.unread(steps, err) {
				return false
			}
			continue
		}
		p.answered(steps)
		p.judgeAll(chunk, readings)
	}
	return true
}

// ask asks about one step by its receipt or by what has changed, and says whether to go on.
func (p *prover) ask(s *job.Step) bool {
	op := p.job.Defs[p.key.kind].Ops[s.Op]
	proof, err := op.Prove(p.job.Context, p.job.Visit(p.key.place), s.Step, s.Receipt)
	if p.job.Context.Err() != nil {
		return false
	}
	if err != nil {
		return p.unread([]*job.Step{s}, err)
	}
	p.answered([]*job.Step{s})
	switch proof.State {
	case kind.Reached:
		p.remove(s)
		p.out.Proven(s)
	case kind.Lost:
		p.giveUp([]*job.Step{s}, proof.Why, nil)
	case kind.Pending:
		p.out.Pending(s, proof.Why)
		p.expire([]*job.Step{s}, "")
	}
	return true
}

func (p *prover) answered(steps []*job.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range steps {
		if w := p.waiting[s]; w != nil {
			w.refused = 0
		}
	}
}

// refused counts a denied read and returns the steps that were denied too often.
func (p *prover) refused(steps []*job.Step) []*job.Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	var enough []*job.Step
	for _, s := range steps {
		if w := p.waiting[s]; w != nil {
			if w.refused++; w.refused >= refusalsMost {
				enough = append(enough, s)
			}
		}
	}
	return enough
}

func (p *prover) stepsOf(refs []model.Ref) []*job.Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	var steps []*job.Step
	for _, ref := range refs {
		if s := p.byRef[ref]; s != nil && !slices.Contains(steps, s) {
			steps = append(steps, s)
		}
	}
	return steps
}

// judgeAll tells each step what became of its targets.
func (p *prover) judgeAll(refs []model.Ref, readings map[model.Ref]kind.Reading) {
	batch := &model.Batch{}
	pending, lost := map[*job.Step]string{}, map[*job.Step]string{}
	var proven []*job.Step
	p.mu.Lock()
	for _, ref := range refs {
		s := p.byRef[ref]
		if s == nil {
			continue
		}
		reading := readings[ref]
		if reading.Resource != nil {
			batch.Found = append(batch.Found, model.Found{Resource: reading.Resource})
		}
		proof := judge(p.job, s, ref, reading)
		if reading.Failed == "" {
			delete(p.failed, ref)
		} else if p.failed[ref]++; p.failed[ref] < failuresMost && proof.State == kind.Lost {
			proof.State = kind.Pending
		}
		switch proof.State {
		case kind.Pending:
			pending[s] = proof.Why
		case kind.Lost:
			lost[s] = proof.Why
		case kind.Reached:
			delete(p.byRef, ref)
			delete(p.waiting[s].left, ref)
			if len(p.waiting[s].left) == 0 {
				delete(p.waiting, s)
				proven = append(proven, s)
			}
		}
	}
	p.mu.Unlock()
	p.job.Publish(batch)
	for s, why := range pending {
		p.out.Pending(s, why)
	}
	for _, s := range proven {
		p.out.Proven(s)
	}
	for s, why := range lost {
		p.giveUp([]*job.Step{s}, why, nil)
	}
	p.expire(p.stepsOf(refs), "")
}

// unread deals with a read that failed: credentials that ran out pause the run, a refusal is
// believed the third time, the rest is asked again. It says whether to go on asking now.
func (p *prover) unread(steps []*job.Step, err error) bool {
	failure := aws.Describe(err).Model()
	switch aws.Classify(err) {
	case aws.Expired, aws.InvalidToken:
		p.out.Expired(failure)
		return false
	case aws.Denied, aws.Guard, aws.Unreadable:
		p.giveUp(p.refused(steps), "it cannot be proven: "+failure.Error(), failure)
	default:
	}
	p.expire(steps, "it cannot be read: "+failure.Error())
	return true
}

// expire gives up on what has not been proven for too long.
func (p *prover) expire(steps []*job.Step, why string) {
	now := p.job.Clock()
	for _, s := range steps {
		p.mu.Lock()
		w := p.waiting[s]
		late := w != nil && now.Sub(w.since) > p.job.Scaled(proofWait)
		p.mu.Unlock()
		if !late {
			continue
		}
		if why == "" {
			why = unreached(s.Goal) + " after " + proofWait.String()
		}
		p.giveUp([]*job.Step{s}, why, nil)
	}
}

// unreached says what has not become of a target.
func unreached(g plan.Goal) string {
	switch g {
	case plan.Gone:
		return "it is still there"
	case plan.Exists:
		return "it is still not there"
	case plan.Changed:
	}
	return "it has still not changed"
}

// remove takes a step out and says whether it was waiting.
func (p *prover) remove(s *job.Step) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, waiting := p.waiting[s]
	delete(p.waiting, s)
	for _, ref := range s.Targets {
		delete(p.failed, ref)
		if p.byRef[ref] == s {
			delete(p.byRef, ref)
		}
	}
	return waiting
}

func (p *prover) giveUp(steps []*job.Step, why string, failure *model.Failure) {
	for _, s := range steps {
		if p.remove(s) {
			p.out.Unproven(s, why, failure)
		}
	}
}

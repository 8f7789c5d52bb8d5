package act

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
)

type proverKey struct {
	region string
	kind   model.KindID
}

// prover reads the called resources of one region and kind again and again, many in one call, until each has met its fate.
type prover struct {
	run  *run
	key  proverKey
	wake chan struct{}

	mu      sync.Mutex
	waiting map[model.Ref]*stepRun
	since   map[model.Ref]time.Time
	fates   map[model.Ref]bool
	refused int
}

// proofPause keeps steps that are called one after another from causing a read each.
const proofPause = time.Second

// refusals is how many reads in a row AWS may deny before what waits for proof is called failed.
const refusals = 3

// awaitProof hands a called step to the prover of its region and kind.
func (n *run) awaitProof(s *stepRun) {
	k := proverKey{region: s.Region, kind: s.Kind}
	n.mu.Lock()
	p := n.provers[k]
	if p == nil {
		p = &prover{
			run: n, key: k, wake: make(chan struct{}, 1),
			waiting: map[model.Ref]*stepRun{}, since: map[model.Ref]time.Time{}, fates: map[model.Ref]bool{},
		}
		n.provers[k] = p
		n.work.Go(p.live)
	}
	n.mu.Unlock()
	p.mu.Lock()
	now := n.clock()
	for _, ref := range s.Targets {
		p.waiting[ref], p.since[ref] = s, now
		delete(p.fates, ref)
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *prover) live() {
	n := p.run
	for {
		p.mu.Lock()
		pending := slices.Collect(maps.Keys(p.waiting))
		p.mu.Unlock()
		if len(pending) == 0 {
			select {
			case <-n.ctx.Done():
				return
			case <-p.wake:
			}
			continue
		}
		slices.SortFunc(pending, model.Ref.Compare)
		if !n.unpaused() {
			return
		}
		p.prove(pending)
		if !p.rest() {
			return
		}
	}
}

// rest waits one polling interval, or less when new steps have come meanwhile.
func (p *prover) rest() bool {
	n := p.run
	p.mu.Lock()
	done := len(p.waiting) == 0
	p.mu.Unlock()
	if done {
		return n.ctx.Err() == nil
	}
	t := time.NewTimer(n.o.scaled(n.o.Poll))
	defer t.Stop()
	select {
	case <-n.ctx.Done():
		return false
	case <-t.C:
		return true
	case <-p.wake:
		return n.sleep(min(proofPause, n.o.Poll))
	}
}

// prove reads everything that is pending, as many at a time as one call takes.
func (p *prover) prove(pending []model.Ref) {
	n := p.run
	def := n.runner.defs[p.key.kind]
	for chunk := range slices.Chunk(pending, max(1, def.ProveBatch)) {
		fates, err := def.Prove(n.ctx, n.visit(p.key.region), chunk)
		if n.ctx.Err() != nil {
			return
		}
		if err != nil {
			p.unread(chunk, err)
			continue
		}
		p.mu.Lock()
		p.refused = 0
		p.mu.Unlock()
		p.settle(chunk, fates)
	}
}

// unread deals with a read that failed: credentials that ran out pause the run, a refusal is believed the third time, the rest is asked again.
func (p *prover) unread(refs []model.Ref, err error) {
	n := p.run
	failure := aws.Describe(err).Model()
	switch aws.Classify(err) {
	case aws.Expired, aws.InvalidToken:
		n.pause(failure)
		return
	case aws.Denied, aws.Guard:
		p.mu.Lock()
		p.refused++
		enough := p.refused >= refusals
		p.mu.Unlock()
		if enough {
			p.giveUp(refs, "it cannot be proven: "+failure.Error(), failure)
			return
		}
	default:
	}
	p.expire(refs, "it cannot be read: "+failure.Error())
}

// settle tells each step what became of its targets.
func (p *prover) settle(refs []model.Ref, fates map[model.Ref]kind.Fate) {
	n := p.run
	batch := &model.Batch{}
	var over []*stepRun
	var again []model.Ref
	p.mu.Lock()
	for _, ref := range refs {
		s := p.waiting[ref]
		fate := fates[ref]
		if s == nil {
			continue
		}
		if fate.State == kind.Alive {
			if fate.Resource != nil {
				batch.Found = append(batch.Found, model.Found{Resource: fate.Resource})
			}
			if n.madeAgain(ref, fate.Resource) {
				again = append(again, ref)
			}
			n.update(s, port.StepCalled, fate.Why)
			continue
		}
		delete(p.waiting, ref)
		p.fates[ref] = true
		if fate.Resource != nil {
			batch.Found = append(batch.Found, model.Found{Resource: fate.Resource})
		}
		if !slices.ContainsFunc(s.Targets, func(t model.Ref) bool { return !p.fates[t] }) {
			over = append(over, s)
		}
	}
	p.mu.Unlock()
	n.publish(batch)
	for _, s := range over {
		n.verified(s)
	}
	for _, ref := range again {
		p.giveUp([]model.Ref{ref}, madeAgainWhy, nil)
	}
	p.expire(refs, "")
}

// madeAgainWhy is said of a target that stands under its old name and is another thing.
const madeAgainWhy = "it was made again under its old name: whoever made it is still at work. Take his access away, then retry"

// madeAgain says whether what stands under a target's name was created later than the target: identity is the creation time, not the name.
func (n *run) madeAgain(ref model.Ref, now *model.Resource) bool {
	before := n.graph.Get(ref)
	return now != nil && before != nil && !before.MadeAt.IsZero() && now.MadeAt.After(before.MadeAt.Add(time.Second))
}

// expire gives up on what has not been proven for too long.
func (p *prover) expire(refs []model.Ref, why string) {
	n := p.run
	var late []model.Ref
	now := n.clock()
	p.mu.Lock()
	for _, ref := range refs {
		if p.waiting[ref] != nil && now.Sub(p.since[ref]) > n.o.scaled(proofWait) {
			late = append(late, ref)
		}
	}
	p.mu.Unlock()
	if len(late) > 0 {
		if why == "" {
			why = "it is still there after " + proofWait.String()
		}
		p.giveUp(late, why, nil)
	}
}

func (p *prover) giveUp(refs []model.Ref, why string, failure *model.Failure) {
	failed := map[*stepRun]bool{}
	p.mu.Lock()
	for _, ref := range refs {
		if s := p.waiting[ref]; s != nil {
			failed[s] = true
		}
	}
	for ref, s := range p.waiting {
		if failed[s] {
			delete(p.waiting, ref)
		}
	}
	p.mu.Unlock()
	for s := range failed {
		p.run.finish(s, port.StepFailed, why, failure)
	}
}

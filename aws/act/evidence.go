package act

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/port"
)

// recordEvidence is the described record: the evidence without which nothing is touched.
const recordEvidence = "record"

// besideEvidence stands for all that is taken beside the record, where none of it could be.
const besideEvidence = "beside the record"

// keepers is how many targets of one region have their evidence taken at once.
const keepers = 32

// keeping is the evidence of one target on its way to the disk.
type keeping struct {
	taken atomic.Bool
	done  chan struct{}
	// hurry ends the wait for what is taken beside the record.
	hurry context.CancelFunc
	ctx   context.Context //nolint:containedctx // The patience for what is taken beside the record, which ends when a step is ready.
	err   error
}

func (n *run) newKeeping() *keeping {
	ctx, hurry := context.WithCancel(n.ctx)
	return &keeping{done: make(chan struct{}), ctx: ctx, hurry: hurry}
}

// keepEvidence begins to take evidence for every target, the dearest first, before any step needs it. Steps wait for their own targets only.
func (n *run) keepEvidence() {
	byRegion := map[string][]model.Ref{}
	n.mu.Lock()
	for _, s := range n.steps {
		for _, ref := range s.Targets {
			if n.evidence[ref] == nil {
				n.evidence[ref] = n.newKeeping()
				if s.state != port.StepVerified {
					byRegion[s.Region] = append(byRegion[s.Region], ref)
				}
			}
		}
	}
	n.mu.Unlock()
	for _, refs := range byRegion {
		next := make(chan model.Ref)
		n.work.Go(func() {
			defer close(next)
			for _, ref := range refs {
				select {
				case next <- ref:
				case <-n.ctx.Done():
					return
				}
			}
		})
		for range min(keepers, len(refs)) {
			n.work.Go(func() {
				for ref := range next {
					n.keep(ref)
				}
			})
		}
	}
}

// evidenceOf waits until the evidence of a step's targets is on disk, at most two seconds for what is taken beside the records. Its error is why
// the step must not go on.
func (n *run) evidenceOf(s *stepRun) error {
	patience := time.NewTimer(n.o.scaled(evidenceWait))
	defer patience.Stop()
	for _, ref := range s.Targets {
		k := n.keepingOf(ref)
		if !k.taken.Load() {
			n.work.Go(func() { n.keep(ref) })
		}
		select {
		case <-k.done:
		case <-n.ctx.Done():
			return n.ctx.Err()
		case <-patience.C:
			patience.Reset(0)
			k.hurry()
			select {
			case <-k.done:
			case <-n.ctx.Done():
				return n.ctx.Err()
			}
		}
		if k.err != nil {
			return k.err
		}
	}
	return nil
}

func (n *run) keepingOf(ref model.Ref) *keeping {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.evidence[ref]
}

// forgetFailedEvidence lets evidence that could not be taken be taken again. The lock is held.
func (n *run) forgetFailedEvidence(s *stepRun) {
	for _, ref := range s.Targets {
		select {
		case <-n.evidence[ref].done:
			if n.evidence[ref].err != nil {
				n.evidence[ref] = n.newKeeping()
			}
		default:
		}
	}
}

// keep takes the evidence of one target, once.
func (n *run) keep(ref model.Ref) {
	k := n.keepingOf(ref)
	if k.taken.Swap(true) {
		return
	}
	defer close(k.done)
	k.err = n.keepNow(k.ctx, ref)
	k.hurry()
}

func (n *run) keepNow(beside context.Context, ref model.Ref) error {
	record, err := n.record(ref) //nolint:contextcheck // The record is what a step waits for: only the end of the run ends the wait.
	if err != nil {
		return err
	}
	if err := n.put(ref, kind.Evidence{What: recordEvidence, Data: record}); err != nil {
		return err
	}
	def := n.runner.defs[ref.Kind]
	if def.Evidence == nil {
		return nil
	}
	r := n.graph.Get(ref)
	if r == nil {
		return n.put(ref, kind.Evidence{What: besideEvidence, Missing: "it was not there any more when the evidence was taken"})
	}
	for _, e := range def.Evidence(beside, n.evidenceVisit(ref.Region), r) {
		if err := n.put(ref, e); err != nil {
			return err
		}
	}
	return nil
}

// evidenceVisit is the one look at a region that all evidence in it shares: what one task's definition says is asked for once.
func (n *run) evidenceVisit(region string) *kind.Visit {
	n.mu.Lock()
	v := n.visits[region]
	n.mu.Unlock()
	if v != nil {
		return v
	}
	fresh := n.visit(region)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.visits[region] == nil {
		n.visits[region] = fresh
	}
	return n.visits[region]
}

func (n *run) put(ref model.Ref, e kind.Evidence) error {
	return n.o.Store.PutEvidence(n.ctx, casefile.Evidence{
		Ref: ref, Plan: n.plan.Digest, At: n.o.Now(), What: e.What, Data: e.Data, Missing: e.Missing,
	})
}

// record is what the case holds of a resource, or a fresh reading where it holds nothing.
func (n *run) record(ref model.Ref) (json.RawMessage, error) {
	raw, err := n.o.Store.Raw(n.ctx, ref)
	if err != nil || len(raw) > 0 {
		return raw, err
	}
	if raw, err = n.listedRecord(ref); err != nil || len(raw) > 0 {
		return raw, err
	}
	return nil, errors.New("there is no record of " + ref.String() + "; scan again")
}

// listedRecord lists the resource's cell for its record alone. It happens only where a case was lost between scan and run.
func (n *run) listedRecord(ref model.Ref) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(n.ctx, n.o.scaled(listingWait))
	defer cancel()
	visit := n.visit(ref.Region)
	visit.Known = nil
	var mu sync.Mutex
	var found json.RawMessage
	visit.Report = func(r *model.Resource, raw json.RawMessage) {
		mu.Lock()
		defer mu.Unlock()
		if r.Ref == ref && len(raw) > 0 {
			found = raw
		}
	}
	err := n.runner.defs[ref.Kind].List(ctx, visit)
	mu.Lock()
	defer mu.Unlock()
	if len(found) > 0 {
		return found, nil
	}
	return nil, err
}

// known is what the plan was made over, less what is proven gone: listings that AWS leaves draining things out of describe them too, and what is
// still in use can be told by its users.
func (n *run) known(region string) func(model.KindID) []*model.Resource {
	return func(k model.KindID) []*model.Resource {
		all := n.snapshot.In(model.CellKey{Place: model.Place{Account: n.plan.Account, Region: region}, Kind: k})
		n.mu.Lock()
		defer n.mu.Unlock()
		out := make([]*model.Resource, 0, len(all))
		for _, r := range all {
			if !n.gone[r.Ref] {
				out = append(out, r)
			}
		}
		return out
	}
}

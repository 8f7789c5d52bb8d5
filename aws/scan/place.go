package scan

import (
	"context"
	"sync"
	"time"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// placeScan is one place under observation: its goroutine visits it, waits, and visits it again.
type placeScan struct {
	scanner *Scanner
	place   model.Place
	wakeup  chan struct{}

	mu sync.Mutex
	// region is what is asked: the place's own region, or the one that serves the partition's
	// global services.
	region model.Region
	// wanted are kinds to be listed at once; all is the wish for everything.
	wanted []model.KindID
	all    bool
	// known are the resources of the last visit by kind.
	known map[model.KindID][]*model.Resource
	// concluded are the cells as the last visit of each left them.
	concluded map[model.KindID]model.Cell
	// breaker stretches the interval while no visit is answered.
	breaker breaker
	// changing says that the last visit met something else than the one before: such a place is
	// looked at again soon.
	changing bool
}

func newPlaceScan(s *Scanner, place model.Place, region model.Region) *placeScan {
	return &placeScan{
		scanner: s, place: place, region: region,
		wakeup: make(chan struct{}, 1), known: map[model.KindID][]*model.Resource{}, concluded: map[model.KindID]model.Cell{},
	}
}

// observe visits the place until the context ends, or once.
func (p *placeScan) observe(ctx context.Context) {
	defs := p.scanner.defs(p.place, nil)
	for {
		if p.asked().Readable() && !p.scanner.stopped() {
			p.visitAndRetry(ctx, defs)
		}
		if p.scanner.options.Once || ctx.Err() != nil {
			return
		}
		var again bool
		if defs, again = p.wait(ctx); !again {
			return
		}
	}
}

// wait blocks until the next visit is due and says which kinds it is for.
func (p *placeScan) wait(ctx context.Context) ([]kind.Def, bool) {
	since := p.scanner.options.Now()
	for {
		if wanted, requested := p.takeRequest(); requested {
			return p.scanner.defs(p.place, wanted), true
		}
		pause := p.pause()
		var due <-chan time.Time
		var timer *time.Timer
		if pause > 0 {
			timer = time.NewTimer(max(0, pause-p.scanner.options.Now().Sub(since)))
			due = timer.C
		}
		select {
		case <-ctx.Done():
			stop(timer)
			return nil, false
		case <-due:
			return p.scanner.defs(p.place, nil), true
		case <-p.wakeup:
			stop(timer)
		}
	}
}

func stop(t *time.Timer) {
	if t != nil {
		t.Stop()
	}
}

// pause is the interval to the next visit; zero means that there is none until somebody asks.
func (p *placeScan) pause() time.Duration {
	usual := p.scanner.interval(p.place)
	if usual == 0 {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changing {
		usual = min(usual, p.scanner.options.Busy)
	}
	return p.breaker.interval(usual)
}

// asked is the region that the place's calls go to.
func (p *placeScan) asked() model.Region {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.region
}

// updateRegion takes in the region's new status; one that has just been enabled is visited at once.
func (p *placeScan) updateRegion(region model.Region) {
	p.mu.Lock()
	opened := region.Readable() && !p.region.Readable()
	p.region = region
	p.mu.Unlock()
	if opened {
		p.request(nil)
	}
}

// request asks for some kinds at once, nil for all.
func (p *placeScan) request(kinds []model.KindID) {
	p.mu.Lock()
	p.wanted = append(p.wanted, kinds...)
	p.all = p.all || kinds == nil
	p.mu.Unlock()
	p.wake()
}

func (p *placeScan) wake() {
	select {
	case p.wakeup <- struct{}{}:
	default:
	}
}

func (p *placeScan) takeRequest() (kinds []model.KindID, requested bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kinds, requested = p.wanted, p.all || len(p.wanted) > 0
	if p.all {
		kinds = nil
	}
	p.wanted, p.all = nil, false
	return kinds, requested
}

func (p *placeScan) knownOf(k model.KindID) []*model.Resource {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[k]
}

// conclude keeps how a visit left a cell.
func (p *placeScan) conclude(c model.Cell) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.concluded[c.Key.Kind] = c
}

// concludedOf is how the last visit left a cell, if there was one.
func (p *placeScan) concludedOf(k model.KindID) (model.Cell, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.concluded[k]
	return c, ok
}

// remember keeps what a visit found; an incomplete one adds to what was known.
func (p *placeScan) remember(k model.KindID, found []*model.Resource, complete bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	latest := map[model.Ref]*model.Resource{}
	if !complete {
		for _, res := range p.known[k] {
			latest[res.Ref] = res
		}
	}
	for _, res := range found {
		latest[res.Ref] = res
	}
	before, seen := p.known[k]
	if seen && complete {
		p.changing = p.changing || changed(before, latest)
	}
	list := make([]*model.Resource, 0, len(latest))
	for _, res := range latest {
		list = append(list, res)
	}
	p.known[k] = list
}

// changed says whether what counts came, went or moved on between two visits.
func changed(before []*model.Resource, now map[model.Ref]*model.Resource) bool {
	if len(before) != len(now) {
		return true
	}
	for _, was := range before {
		if is := now[was.Ref]; is == nil || is.State != was.State || is.Counts != was.Counts {
			return true
		}
	}
	return false
}

package scan

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// region is one region under observation: its goroutine visits it, waits, and visits it again.
type region struct {
	scanner *Scanner
	wakeup  chan struct{}

	mu   sync.Mutex
	info model.Region
	// wanted are kinds to be listed at once; all is the wish for everything.
	wanted []model.KindID
	all    bool
	// known are the resources of the last visit by kind.
	known map[model.KindID][]*model.Resource
	// silent counts visits in a row without an answer: the breaker.
	silent int
	// changing says that the last visit met something else than the one before: such a region is
	// looked at again soon.
	changing bool
}

// maxSilence bounds the interval of a region that does not answer.
const maxSilence = 5 * time.Minute

// live visits the region until the context ends, or once.
func (r *region) live(ctx context.Context) {
	defs := r.scanner.defs(nil)
	for {
		if r.readable() {
			r.visitPatiently(ctx, defs)
		}
		if r.scanner.options.Once || ctx.Err() != nil {
			return
		}
		var again bool
		if defs, again = r.wait(ctx); !again {
			return
		}
	}
}

// wait blocks until the next visit is due and says which kinds it is for.
func (r *region) wait(ctx context.Context) ([]kind.Def, bool) {
	since := r.scanner.options.Now()
	for {
		if wanted, asked := r.take(); asked {
			return r.scanner.defs(wanted), true
		}
		pause := r.pause()
		var due <-chan time.Time
		var timer *time.Timer
		if pause > 0 {
			timer = time.NewTimer(max(0, pause-r.scanner.options.Now().Sub(since)))
			due = timer.C
		}
		select {
		case <-ctx.Done():
			stop(timer)
			return nil, false
		case <-due:
			return r.scanner.defs(nil), true
		case <-r.wakeup:
			stop(timer)
		}
	}
}

func stop(t *time.Timer) {
	if t != nil {
		t.Stop()
	}
}

// pause is the interval to the next visit, doubled for every visit in a row that met silence.
func (r *region) pause() time.Duration {
	d := r.scanner.interval(r.name())
	if d == 0 {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changing {
		d = min(d, r.scanner.options.Busy)
	}
	for i := 0; i < r.silent && d < maxSilence; i++ {
		d *= 2
	}
	return min(d, max(maxSilence, r.scanner.options.Quiet))
}

func (r *region) name() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.info.Name
}

func (r *region) readable() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.info.Readable()
}

// become takes in the region's new status; one that has just been enabled is visited at once.
func (r *region) become(info model.Region) {
	r.mu.Lock()
	opened := info.Readable() && !r.info.Readable()
	r.info = info
	r.mu.Unlock()
	if opened {
		r.want(nil)
	}
}

func (r *region) want(kinds []model.KindID) {
	r.mu.Lock()
	r.wanted = append(r.wanted, kinds...)
	r.all = r.all || kinds == nil
	r.mu.Unlock()
	r.wake()
}

func (r *region) wake() {
	select {
	case r.wakeup <- struct{}{}:
	default:
	}
}

func (r *region) take() (kinds []model.KindID, asked bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kinds, asked = r.wanted, r.all || len(r.wanted) > 0
	if r.all {
		kinds = nil
	}
	r.wanted, r.all = nil, false
	return kinds, asked
}

// revisits is how often cells that broke off are read again at once, where the region does answer:
// where one call in ten meets a server error, one in a thousand meets three in a row, and a listing
// of all regions makes thousands.
const (
	revisits     = 2
	revisitPause = time.Second
)

// visitPatiently visits the region, and again for the cells that broke off.
func (r *region) visitPatiently(ctx context.Context, defs []kind.Def) {
	r.mu.Lock()
	r.changing = false
	r.mu.Unlock()
	for again := 0; len(defs) > 0; again++ {
		broken := r.visit(ctx, defs)
		if again == revisits || len(broken) == 0 || !sleep(ctx, revisitPause) {
			return
		}
		defs = broken
	}
}

// visit lists the given kinds of the region side by side, and hands on what became of each cell. It
// returns the kinds whose listing broke off although the region answers.
func (r *region) visit(ctx context.Context, defs []kind.Def) (broken []kind.Def) {
	s := r.scanner
	pass := s.nextPass()
	patience := newPatience(ctx, s.options.Deadline)
	defer patience.end()
	l := &listing{region: r, pass: pass, began: s.options.Now(), found: map[model.KindID][]*model.Resource{}}
	caller := s.options.AWS.Caller()
	visit := &kind.Visit{
		Account: caller.Account, Partition: caller.Partition, Region: r.name(),
		Clients: s.options.AWS.Clients(r.name()), Now: s.options.Now, Sealer: s.options.Sealer,
		Report: l.report, Known: r.knownOf,
	}
	s.box.begin(visit.Account, visit.Region, defs)
	answered := false
	var answers sync.Mutex
	var work sync.WaitGroup
	for _, d := range defs {
		work.Go(func() {
			err := d.List(patience.ctx, visit) //nolint:contextcheck // It inherits ctx, with a deadline that moves.
			if ctx.Err() != nil {
				return
			}
			cell := l.close(d, err)
			answers.Lock()
			answered = answered || cell.State != model.CellUnreachable
			if cell.State == model.CellUnreachable || cell.State == model.CellPartial {
				broken = append(broken, d)
			}
			answers.Unlock()
		})
	}
	work.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.silent++
	if !answered {
		return nil
	}
	r.silent = 0
	return broken
}

func (r *region) knownOf(k model.KindID) []*model.Resource {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[k]
}

// listing gathers what one visit finds.
type listing struct {
	region *region
	pass   uint64
	began  time.Time

	mu    sync.Mutex
	found map[model.KindID][]*model.Resource
}

// report takes a finding and hands it on.
func (l *listing) report(res *model.Resource, raw json.RawMessage) {
	if l.region.scanner.box.outdated(res.Ref, l.began) {
		return
	}
	l.mu.Lock()
	l.found[res.Ref.Kind] = append(l.found[res.Ref.Kind], res)
	l.mu.Unlock()
	now := l.region.scanner.options.Now()
	l.region.scanner.box.put(&model.Batch{At: now, Found: []model.Found{{Resource: res, Raw: raw, Pass: l.pass}}})
}

// close decides what became of a cell and hands it on.
func (l *listing) close(d kind.Def, err error) model.Cell {
	s := l.region.scanner
	name := l.region.name()
	now := s.options.Now()
	l.mu.Lock()
	found := l.found[d.ID]
	l.mu.Unlock()
	cell := model.Cell{
		Key:   model.CellKey{Place: model.Place{Account: s.options.AWS.Caller().Account, Region: name}, Kind: d.ID},
		State: model.CellCounted, Pass: l.pass, AsOf: now,
	}
	if !s.options.Once {
		cell.FreshFor = 2*s.options.Quiet + s.options.Deadline
	}
	if err != nil {
		cell.State, cell.Failure = l.failed(err, len(found) > 0)
		if cell.Failure.Operation == "" { // The deadline came before any call of its own was answered.
			cell.Failure.Operation = "listing " + string(d.ID)
		}
	}
	l.region.remember(d.ID, found, cell.State.Complete())
	s.box.finish(cell)
	return cell
}

// failed classes the error of a listing. What broke off after something was found is partial,
// whatever broke it.
func (l *listing) failed(err error, some bool) (model.CellState, *model.Failure) {
	l.region.mu.Lock()
	info := l.region.info
	l.region.mu.Unlock()
	described := aws.Describe(err)
	failure := described.Model()
	if failure.Region == "" {
		failure.Region = info.Name
	}
	// The wire says the same of a wrong key, a token of version 1 and a region enabled a minute
	// ago.
	if e := l.region.scanner.options.AWS.ExplainOptIn(info, err); e != nil {
		failure.Message = e.Words + ". " + e.Next
	}
	class := l.region.scanner.options.AWS.ClassifyIn(info, err)
	if class == aws.Expired {
		l.region.scanner.box.trouble(err)
	}
	switch {
	case some:
		return model.CellPartial, failure
	case class == aws.Unsupported:
		return model.CellUnsupported, failure
	case class == aws.Throttled:
		return model.CellThrottled, failure
	case class == aws.Unreachable, class == aws.Canceled:
		return model.CellUnreachable, failure
	}
	return model.CellDenied, failure
}

// remember keeps what a visit found; an incomplete one adds to what was known.
func (r *region) remember(k model.KindID, found []*model.Resource, complete bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	latest := map[model.Ref]*model.Resource{}
	if !complete {
		for _, res := range r.known[k] {
			latest[res.Ref] = res
		}
	}
	for _, res := range found {
		latest[res.Ref] = res
	}
	before, seen := r.known[k]
	if seen && complete {
		r.changing = r.changing || changed(before, latest)
	}
	list := make([]*model.Resource, 0, len(latest))
	for _, res := range latest {
		list = append(list, res)
	}
	r.known[k] = list
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

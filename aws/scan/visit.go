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

// revisits is how often cells that broke off are read again at once, where the place does answer:
// where one call in ten meets a server error, one in a thousand meets three in a row, and a listing
// of all regions makes thousands.
const (
	revisits     = 2
	revisitPause = time.Second
)

// visitAndRetry visits the place, and again for the cells that broke off.
func (p *placeScan) visitAndRetry(ctx context.Context, defs []kind.Def) {
	p.mu.Lock()
	p.changing = false
	p.mu.Unlock()
	answered, broken := p.visit(ctx, defs)
	p.mu.Lock()
	p.breaker.record(answered)
	p.mu.Unlock()
	for again := 0; again < revisits && answered && len(broken) > 0 && sleep(ctx, revisitPause); again++ {
		answered, broken = p.visit(ctx, broken)
	}
}

// visit lists the given kinds side by side and hands on what became of each cell. It says whether
// the place answered at all, and which kinds' listings broke off.
func (p *placeScan) visit(ctx context.Context, defs []kind.Def) (answered bool, broken []kind.Def) {
	s := p.scanner
	l := &listing{scan: p, region: p.asked(), pass: s.nextPass(), began: s.options.Now(), found: map[model.KindID][]*model.Resource{}}
	idle := newIdleTimeout(ctx, s.options.Deadline)
	defer idle.stop()
	visit := &kind.Visit{
		Account: p.place.Account, Partition: s.options.AWS.Caller().Partition, Region: p.place.Region,
		Clients: s.options.AWS.Clients(l.region.Name), Now: s.options.Now, Sealer: s.options.Sealer,
		Report: l.report, Known: p.knownOf,
	}
	s.box.visitBegins(p.place, defs)
	var results sync.Mutex
	var work sync.WaitGroup
	for _, d := range defs {
		work.Go(func() {
			err := d.ListIn(idle.ctx, visit) //nolint:contextcheck // It inherits ctx, with a deadline that moves.
			switch {
			case err != nil && (s.stopped() || ctx.Err() == nil && s.signedOut(ctx, err)):
				l.breakOff(d)
				return
			case ctx.Err() != nil:
				return
			}
			cell := l.conclude(d, err)
			results.Lock()
			defer results.Unlock()
			answered = answered || cell.State != model.CellUnreachable
			if cell.State == model.CellUnreachable || cell.State == model.CellPartial {
				broken = append(broken, d)
			}
		})
	}
	work.Wait()
	return answered, broken
}

// listing gathers what one visit finds.
type listing struct {
	scan   *placeScan
	region model.Region
	pass   uint64
	began  time.Time

	mu    sync.Mutex
	found map[model.KindID][]*model.Resource
}

// report takes a finding and hands it on.
func (l *listing) report(res *model.Resource, raw json.RawMessage) {
	s := l.scan.scanner
	if s.box.outdated(res.Ref, l.began) {
		return
	}
	l.mu.Lock()
	l.found[res.Ref.Kind] = append(l.found[res.Ref.Kind], res)
	l.mu.Unlock()
	s.box.add(&model.Batch{At: s.options.Now(), Found: []model.Found{{Resource: res, Raw: raw, Pass: l.pass}}})
}

// conclude decides what became of a cell and hands it on.
func (l *listing) conclude(d kind.Def, err error) model.Cell {
	s := l.scan.scanner
	l.mu.Lock()
	found := l.found[d.ID]
	l.mu.Unlock()
	cell := model.Cell{Key: l.scan.place.Cell(d.ID), State: model.CellCounted, Pass: l.pass, AsOf: s.options.Now()}
	if !s.options.Once {
		cell.FreshFor = 2*s.options.Quiet + s.options.Deadline
	}
	if err != nil {
		cell.State, cell.Failure = l.classify(err, len(found) > 0)
		if cell.Failure.Operation == "" { // The deadline came before any call of its own was answered.
			cell.Failure.Operation = "listing " + string(d.ID)
		}
		cell.Failure.Waived = l.waived(cell, err)
	}
	l.scan.remember(d.ID, found, cell.State.Complete())
	l.scan.conclude(cell)
	s.box.cellDone(cell)
	return cell
}

// waived is the reason for which the operator accepts a failure: he can accept that AWS refuses the
// caller, and nothing else.
func (l *listing) waived(cell model.Cell, err error) string {
	o := l.scan.scanner.options
	if o.Waive == nil || cell.State != model.CellDenied || o.AWS.ClassifyIn(l.region, err) != aws.Denied {
		return ""
	}
	return o.Waive(cell.Key)
}

// breakOff puts a cell back to what was known of it before the visit, since AWS has answered nothing
// about it: what was counted is stale now, and what nobody has counted stays unasked, or is at least
// what was found.
func (l *listing) breakOff(d kind.Def) {
	l.mu.Lock()
	found := l.found[d.ID]
	l.mu.Unlock()
	cell, seen := l.scan.concludedOf(d.ID)
	switch {
	case seen && cell.State == model.CellCounted:
		cell.State = model.CellStale
	case seen:
	case len(found) > 0:
		cell = model.Cell{Key: l.scan.place.Cell(d.ID), State: model.CellPartial, Pass: l.pass, AsOf: l.scan.scanner.options.Now()}
	default:
		cell = model.Cell{Key: l.scan.place.Cell(d.ID), State: model.CellUnasked}
	}
	l.scan.remember(d.ID, found, false)
	l.scan.scanner.box.cellBrokenOff(cell)
}

// classify turns the error of a listing into a state. What broke off after something was found is
// partial, whatever broke it.
func (l *listing) classify(err error, some bool) (model.CellState, *model.Failure) {
	connection := l.scan.scanner.options.AWS
	failure := aws.Describe(err).Model()
	if failure.Region == "" {
		failure.Region = l.region.Name
	}
	// The wire says the same of a wrong key, a token of version 1 and a region enabled a minute
	// ago.
	if e := connection.ExplainOptIn(l.region, err); e != nil {
		failure.Message = e.Words + ". " + e.Next
	}
	if some {
		return model.CellPartial, failure
	}
	return connection.ClassifyIn(l.region, err).CellState(), failure
}

package scan

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// followRegions starts one goroutine for the account as a whole, which no region has to answer for,
// learns the regions, starts one for each that can be read, and looks again every Quiet for regions
// whose status has changed.
func (s *Scanner) followRegions(ctx context.Context) {
	s.mu.Lock()
	s.observeGlobal(ctx)
	s.mu.Unlock()
	s.box.expect(s.expected(nil), false)
	for {
		pause := s.options.Quiet
		if until, ok := s.options.AWS.SignedInUntil(ctx); ok {
			s.box.signedInUntil(until)
		}
		if s.stopped() {
			pause = min(pause, s.options.Busy)
		} else if err := s.refresh(ctx); err != nil {
			pause = min(pause, s.options.Busy)
			if !s.signedOut(ctx, err) {
				s.box.trouble(err)
			}
		}
		if s.options.Once || !s.pauseRegions(ctx, pause) {
			return
		}
	}
}

// pauseRegions waits until the regions are to be listed again and says whether the context lived
// through it.
func (s *Scanner) pauseRegions(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-s.again:
	}
	return true
}

// refresh reads the list of regions and hands it on with the state of every cell that cannot be
// read.
func (s *Scanner) refresh(ctx context.Context) error {
	list, err := s.options.AWS.RegionList(ctx)
	if err != nil {
		return err
	}
	s.box.trouble(doubted(list))
	batch := &model.Batch{At: s.options.Now()}
	var visited []model.Region
	for _, r := range s.withoutLeftOut(list.Regions) {
		batch.Regions = append(batch.Regions, r)
		if !r.Readable() {
			batch.Cells = append(batch.Cells, s.unreadableCells(r, batch.At)...)
		}
		if s.visits(s.placeOf(r.Name)) {
			visited = append(visited, r)
		}
	}
	model.SortRegions(batch.Regions)
	s.box.expect(s.expected(visited), true)
	s.box.add(batch)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range visited {
		s.observeRegion(ctx, r)
	}
	return nil
}

// withoutLeftOut are the regions with those marked that could be read and are left out. A region that
// is disabled stays so: that is what is in the way.
func (s *Scanner) withoutLeftOut(regions []model.Region) []model.Region {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leftOut == nil {
		return regions
	}
	out := slices.Clone(regions)
	for i := range out {
		if out[i].Readable() && s.leftOut(out[i].Name) {
			out[i].Status = model.LeftOut
		}
	}
	return out
}

// doubted is the trouble with a list of regions that AWS did not give, or gave wrong: regions newer
// than this program may be missing from it.
func doubted(list aws.RegionList) error {
	if list.Source != aws.FromEmbedded {
		return list.Doubt
	}
	why := ""
	for _, f := range list.Failures {
		why = ": " + f.Model().Error()
	}
	return fmt.Errorf("AWS did not list the regions, so rootout's own table stands in, which misses the newest ones%s", why)
}

// placeOf is the place of a region; the empty name is the account as a whole.
func (s *Scanner) placeOf(region string) model.Place {
	return model.Place{Account: s.options.AWS.Caller().Account, Region: region}
}

// visits says whether the options let a place be visited.
func (s *Scanner) visits(place model.Place) bool {
	return len(s.options.Only) == 0 || slices.Contains(s.options.Only, place)
}

// expected are the cells to be answered: those of the account as a whole, and of the readable ones
// of the given regions.
func (s *Scanner) expected(regions []model.Region) []model.CellKey {
	var places []model.Place
	if global := s.placeOf(""); s.visits(global) {
		places = append(places, global)
	}
	for _, r := range regions {
		if r.Readable() {
			places = append(places, s.placeOf(r.Name))
		}
	}
	var cells []model.CellKey
	for _, place := range places {
		for _, d := range s.defs(place, nil) {
			cells = append(cells, place.Cell(d.ID))
		}
	}
	return cells
}

// observeGlobal starts the goroutine of the account as a whole, if any kind is listed there. It
// asks where the partition's global services live. The lock is held.
func (s *Scanner) observeGlobal(ctx context.Context) {
	global := s.placeOf("")
	if !s.visits(global) || len(s.defs(global, nil)) == 0 {
		return
	}
	s.observe(ctx, global, model.Region{Name: s.options.AWS.GlobalRegion(), Status: model.EnabledByDefault})
}

// observeRegion starts, or tells of its new status, the goroutine of one region. The lock is held.
func (s *Scanner) observeRegion(ctx context.Context, r model.Region) {
	place := s.placeOf(r.Name)
	if known := s.places[place]; known != nil {
		known.updateRegion(r)
	} else if r.Readable() {
		s.observe(ctx, place, r)
	}
}

func (s *Scanner) observe(ctx context.Context, place model.Place, asked model.Region) {
	p := newPlaceScan(s, place, asked)
	s.places[place] = p
	s.work.Go(func() { p.observe(ctx) })
}

// unreadableCells are the cells of a region that cannot be read. Those of one that is left out are
// nobody's to answer for; the region says why.
func (s *Scanner) unreadableCells(r model.Region, now time.Time) []model.Cell {
	place := s.placeOf(r.Name)
	var cells []model.Cell
	for _, d := range s.defs(place, nil) {
		cell := model.Cell{Key: place.Cell(d.ID), State: r.CellState(), AsOf: now}
		if cell.State == model.CellLeftOut {
			cell.State = model.CellUnasked
		}
		cells = append(cells, cell)
	}
	return cells
}

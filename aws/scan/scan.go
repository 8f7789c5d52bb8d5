// Package scan looks at an account: every region × every kind, all regions at once, again and
// again, and streams what it finds.
//
// It decides when which region is visited and what became of each cell; how a kind is listed is the
// kind's own affair, and how fast calls may go is the connection's. It must not know the screen,
// the case, or any kind by name.
package scan

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// The defaults of Options (design 5). A region that says nothing for 20 s is given up: ECS refills
// 20 tokens a second, so that one which answers at all is heard of long before.
const (
	defaultDeadline = 20 * time.Second
	defaultBusy     = 4 * time.Second
	defaultQuiet    = time.Minute
)

// AWS is what a scan needs of the connection; *aws.Connection is one.
type AWS interface {
	Caller() aws.Caller
	Clients(region string) *aws.Clients
	RegionList(ctx context.Context) (aws.RegionList, error)
	ClassifyIn(region model.Region, err error) aws.Class
	ExplainOptIn(region model.Region, err error) *aws.Explained
}

// Options are the circumstances of a scan.
type Options struct {
	AWS    AWS
	Defs   []kind.Def
	Sealer model.Sealer
	// Now is the clock, time.Now if nil.
	Now func() time.Time
	// Deadline is how long a region may say nothing during a visit. Each answer gives it as much
	// time again.
	Deadline time.Duration
	// Busy and Quiet are the intervals between visits of watched and of other regions.
	Busy, Quiet time.Duration
	// Once ends the scan after the first pass; Next then returns io.EOF.
	Once bool
	// Only restricts the visits to some regions; empty means all. Kinds restricts them to some
	// kinds likewise.
	Only  []string
	Kinds []model.KindID
}

// Scanner implements port.Scanner. Start makes one.
type Scanner struct {
	options Options
	box     *mailbox
	cancel  context.CancelFunc
	work    sync.WaitGroup

	mu      sync.Mutex
	regions map[string]*region
	watched map[string]bool
	focus   map[string]bool // Nil while every region is polled.
	passes  uint64
}

// Start begins the first pass and returns at once.
func Start(ctx context.Context, o Options) *Scanner {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Deadline <= 0 {
		o.Deadline = defaultDeadline
	}
	if o.Busy <= 0 {
		o.Busy = defaultBusy
	}
	if o.Quiet <= 0 {
		o.Quiet = defaultQuiet
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Scanner{
		options: o, box: newMailbox(o.Now), cancel: cancel,
		regions: map[string]*region{}, watched: map[string]bool{},
	}
	s.work.Go(func() { s.lead(ctx) })
	go func() {
		s.work.Wait()
		s.box.close()
	}()
	return s
}

// Next waits for the next batch of facts. Batches come at most every 33 ms, the first at once.
// After the end it returns io.EOF, or the error for which there never was a beginning.
func (s *Scanner) Next(ctx context.Context) (*model.Batch, error) { return s.box.next(ctx) }

// Rescan visits the regions of the given cells at once, and lists the kinds of those cells; no keys
// means everything.
func (s *Scanner) Rescan(keys ...model.CellKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(keys) == 0 {
		for _, r := range s.regions {
			r.want(nil)
		}
		return
	}
	wanted := map[string][]model.KindID{}
	for _, k := range keys {
		wanted[k.Region] = append(wanted[k.Region], k.Kind)
	}
	for name, kinds := range wanted {
		if r := s.regions[name]; r != nil {
			r.want(kinds)
		}
	}
}

// Watch names the regions that deserve a look every few seconds; the others are visited every
// minute.
func (s *Scanner) Watch(regions ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched = set(regions)
	for name := range s.watched {
		if r := s.regions[name]; r != nil {
			r.wake()
		}
	}
}

// Focus stops visits of all other regions while a run needs their tokens and the eye; no regions
// ends that.
func (s *Scanner) Focus(regions ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.focus = nil
	if len(regions) > 0 {
		s.focus = set(regions)
	}
	for _, r := range s.regions {
		r.wake()
	}
}

// Publish hands facts of another origin, such as the re-reads of a run, to whoever reads the scan.
func (s *Scanner) Publish(b *model.Batch) { s.box.put(b) }

// Close ends the scan and waits for the visits under way.
func (s *Scanner) Close() {
	s.cancel()
	s.work.Wait()
}

// lead learns the regions, starts one goroutine for each that can be read, and looks again every
// Quiet for regions whose status has changed.
func (s *Scanner) lead(ctx context.Context) {
	for {
		pause := s.options.Quiet
		if err := s.refresh(ctx); err != nil {
			pause = min(pause, s.options.Busy)
			s.box.trouble(err)
		}
		if s.options.Once || !sleep(ctx, pause) {
			return
		}
	}
}

// refresh reads the list of regions and hands it on with the state of every cell that cannot be
// read.
func (s *Scanner) refresh(ctx context.Context) error {
	list, err := s.options.AWS.RegionList(ctx)
	if err != nil {
		return err
	}
	s.box.trouble(guessed(list))
	now := s.options.Now()
	batch := &model.Batch{At: now}
	var visited []model.Region
	only := set(s.options.Only)
	for _, r := range list.Regions {
		batch.Regions = append(batch.Regions, r)
		if !r.Readable() {
			batch.Cells = append(batch.Cells, s.closed(r, now)...)
		}
		if len(only) == 0 || only[r.Name] {
			visited = append(visited, r)
		}
	}
	model.SortRegions(batch.Regions)
	s.box.expect(visited, len(s.defs(nil)))
	s.box.put(batch)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range visited {
		s.settle(ctx, r)
	}
	return nil
}

// guessed is the trouble with a list of regions that AWS did not give: regions newer than this
// program are missing from it.
func guessed(list aws.RegionList) error {
	if list.Source != aws.FromEmbedded {
		return nil
	}
	why := ""
	for _, f := range list.Failures {
		why = ": " + f.Model().Error()
	}
	return fmt.Errorf("AWS did not list the regions, so rootout's own table stands in, which misses the newest ones%s", why)
}

// settle starts, tells or ends the goroutine of one region. The lock is held.
func (s *Scanner) settle(ctx context.Context, r model.Region) {
	known := s.regions[r.Name]
	switch {
	case known == nil && r.Readable():
		known = &region{scanner: s, info: r, wakeup: make(chan struct{}, 1), known: map[model.KindID][]*model.Resource{}}
		s.regions[r.Name] = known
		s.work.Go(func() { known.live(ctx) })
	case known != nil:
		known.become(r)
	}
}

// closed are the cells of a region that cannot be read.
func (s *Scanner) closed(r model.Region, now time.Time) []model.Cell {
	var cells []model.Cell
	for _, d := range s.defs(nil) {
		cells = append(cells, model.Cell{
			Key:   model.CellKey{Place: model.Place{Account: s.options.AWS.Caller().Account, Region: r.Name}, Kind: d.ID},
			State: r.CellState(), AsOf: now,
		})
	}
	return cells
}

// defs are the kinds to list: the wanted ones of those that the options allow; nil wants all.
func (s *Scanner) defs(wanted []model.KindID) []kind.Def {
	allowed, asked := setOf(s.options.Kinds), setOf(wanted)
	var out []kind.Def
	for _, d := range s.options.Defs {
		if (len(allowed) == 0 || allowed[d.ID]) && (len(asked) == 0 || asked[d.ID]) {
			out = append(out, d)
		}
	}
	return out
}

func (s *Scanner) nextPass() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passes++
	return s.passes
}

// interval is how long to wait before a region is visited again; zero means not while a run looks
// elsewhere.
func (s *Scanner) interval(name string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.focus != nil && !s.focus[name]:
		return 0
	case s.focus != nil, s.watched[name]:
		return s.options.Busy
	}
	return s.options.Quiet
}

func set(names []string) map[string]bool { return setOf(names) }

func setOf[K comparable](keys []K) map[K]bool {
	out := make(map[K]bool, len(keys))
	for _, k := range keys {
		out[k] = true
	}
	return out
}

// sleep waits for d and says whether the context lived through it.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

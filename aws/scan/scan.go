// Package scan looks at an account: every place × every kind, all places at once, again and again,
// and streams what it finds.
//
// It decides when which place is visited and what became of each cell; how a kind is listed is the
// kind's own affair, and how fast calls may go is the connection's. It must not know the screen,
// the case, or any kind by name.
package scan

import (
	"context"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// The defaults of Options. A region that says nothing for 20 s is given up: ECS refills
// 20 tokens a second, so that one which answers at all is heard of long before.
const (
	defaultDeadline = 20 * time.Second
	defaultBusy     = 4 * time.Second
	defaultQuiet    = time.Minute
)

// AWS is what a scan needs of the connection; *aws.Connection is one.
type AWS interface {
	Caller() model.Caller
	Clients(region string) *aws.Clients
	GlobalRegion() string
	RegionList(ctx context.Context) (aws.RegionList, error)
	ClassifyIn(region model.Region, err error) aws.Class
	ExplainOptIn(region model.Region, err error) *aws.Explained
	SignedOut(ctx context.Context, err error) *aws.Explained
	StillSignedIn(ctx context.Context) *aws.Explained
	SignInAgain(ctx context.Context) error
	SignedInUntil(ctx context.Context) (time.Time, bool)
}

// Options are the circumstances of a scan.
type Options struct {
	AWS    AWS
	Defs   []kind.Def
	Sealer model.Sealer
	// Now is the clock, time.Now if nil.
	Now func() time.Time
	// Deadline is how long a place may say nothing during a visit. Each answer gives it as much
	// time again.
	Deadline time.Duration
	// Busy and Quiet are the intervals between visits of watched and of other places.
	Busy, Quiet time.Duration
	// Once ends the scan after the first pass; Next then returns io.EOF.
	Once bool
	// Only restricts the visits to some places; empty means all.
	Only []model.Place
	// LeaveOut says which regions are not to be read; nil reads all. LeaveOut of the Scanner
	// changes it.
	LeaveOut func(region string) bool
	// Waive gives the reason for which the operator accepts that a cell is denied, "" where he does
	// not; nil accepts none.
	Waive func(model.CellKey) string
}

// Scanner implements port.Scanner. Start makes one.
type Scanner struct {
	options Options
	box     *mailbox
	life    context.Context //nolint:containedctx // Signing in again belongs to the scan, whoever asks for it.
	cancel  context.CancelFunc
	work    sync.WaitGroup

	mu      sync.Mutex
	places  map[model.Place]*placeScan
	watched map[model.Place]bool
	focus   map[model.Place]bool // Nil while every place is polled.
	leftOut func(region string) bool
	again   chan struct{} // Asks for the list of regions at once.
	passes  uint64
	// lost is why AWS takes the credentials no longer, nil while it does.
	lost      *aws.Explained
	signingIn bool
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
		options: o, box: newMailbox(o.Now), life: ctx, cancel: cancel, leftOut: o.LeaveOut, again: make(chan struct{}, 1),
		places: map[model.Place]*placeScan{}, watched: map[model.Place]bool{},
	}
	s.work.Go(func() { s.followRegions(ctx) })
	go func() {
		s.work.Wait()
		s.box.end()
	}()
	return s
}

// Next waits for the next batch of facts. Batches come at most every 33 ms, the first at once.
// After the end it returns io.EOF, or the error for which there never was a beginning.
func (s *Scanner) Next(ctx context.Context) (*model.Batch, error) { return s.box.next(ctx) }

// Rescan visits the places of the given cells at once, and lists the kinds of those cells; no keys
// means everything. After AWS has stopped to take the credentials, it signs in again first.
func (s *Scanner) Rescan(keys ...model.CellKey) {
	if s.stopped() {
		s.signIn()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(keys) == 0 {
		for _, p := range s.places {
			p.request(nil)
		}
		return
	}
	wanted := map[model.Place][]model.KindID{}
	for _, k := range keys {
		wanted[k.Place] = append(wanted[k.Place], k.Kind)
	}
	for place, kinds := range wanted {
		if p := s.places[place]; p != nil {
			p.request(kinds)
		}
	}
}

// Watch names the places that deserve a look every few seconds; the others are visited every
// minute.
func (s *Scanner) Watch(places ...model.Place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched = setOf(places)
	for place := range s.watched {
		if p := s.places[place]; p != nil {
			p.wake()
		}
	}
}

// Focus stops visits of all other places while a run needs their tokens and the eye; no places ends
// that.
func (s *Scanner) Focus(places ...model.Place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.focus = nil
	if len(places) > 0 {
		s.focus = setOf(places)
	}
	for _, p := range s.places {
		p.wake()
	}
}

// LeaveOut says anew which regions are not to be read; nil reads all. What was known of a region
// that is left out stays, and is no longer called complete.
func (s *Scanner) LeaveOut(leftOut func(region string) bool) {
	s.mu.Lock()
	s.leftOut = leftOut
	s.mu.Unlock()
	select {
	case s.again <- struct{}{}:
	default:
	}
}

// Publish hands facts of another origin, such as the re-reads of a run, to whoever reads the scan.
func (s *Scanner) Publish(b *model.Batch) { s.box.add(b) }

// Close ends the scan and waits for the visits under way.
func (s *Scanner) Close() {
	s.cancel()
	s.work.Wait()
}

// defs are the kinds to list in a place: the wanted ones of those of its scope; nil wants all.
func (s *Scanner) defs(place model.Place, wanted []model.KindID) []kind.Def {
	scope := model.Regional
	if place.Global() {
		scope = model.Global
	}
	asked := setOf(wanted)
	var out []kind.Def
	for _, d := range s.options.Defs {
		if d.Scope == scope && (len(asked) == 0 || asked[d.ID]) {
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

// interval is how long to wait before a place is visited again; zero means not while a run looks
// elsewhere.
func (s *Scanner) interval(place model.Place) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.focus != nil && !s.focus[place]:
		return 0
	case s.focus != nil, s.watched[place]:
		return s.options.Busy
	}
	return s.options.Quiet
}

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

package lookup

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
)

// Action is the IAM action of the one call that is made.
const Action = "cloudtrail:LookupEvents"

// The defaults of Options and what AWS promises.
const (
	// defaultTail is how long after a question has been answered it is asked again for what is new.
	defaultTail = time.Minute
	// overlap is how far an answer is read again, since events come late and out of order: lookups
	// show them within 5 minutes, up to 15 (facts of C4).
	overlap = 15 * time.Minute
	// history is how far back LookupEvents goes (CloudTrail API Reference).
	history = 90 * 24 * time.Hour
	// defaultDeadline is how long one call may go without an answer, its turn in the bucket included.
	defaultDeadline = 30 * time.Second
)

// AWS is what looking up needs of the connection; *aws.Connection is one.
type AWS interface {
	Clients(region string) *aws.Clients
	GlobalRegion() string
	SignedOut(ctx context.Context, err error) *aws.Explained
}

// Options are the circumstances of looking up.
type Options struct {
	AWS    AWS
	Sealer model.Sealer
	// Now is the clock, time.Now if nil.
	Now func() time.Time
	// Tail is how long an answered question without an end waits before it is asked again, Deadline
	// how long a call may go without an answer. Negative is never again.
	Tail, Deadline time.Duration
}

// Lookup implements port.Lookup. Start makes one.
type Lookup struct {
	options Options
	life    context.Context //nolint:containedctx // Regions are read as long as it lives, whoever asks.
	cancel  context.CancelFunc
	answers chan *port.Answer
	work    sync.WaitGroup

	mu     sync.Mutex
	places map[model.Place]*place
	closed bool
}

var _ port.Lookup = (*Lookup)(nil)

// Start returns at once; nothing is read before something is asked.
func Start(ctx context.Context, o Options) *Lookup {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Tail == 0 {
		o.Tail = defaultTail
	}
	if o.Deadline <= 0 {
		o.Deadline = defaultDeadline
	}
	ctx, cancel := context.WithCancel(ctx)
	return &Lookup{options: o, life: ctx, cancel: cancel, answers: make(chan *port.Answer, 64), places: map[model.Place]*place{}}
}

// Ask implements port.Lookup.
func (l *Lookup) Ask(questions ...port.Question) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	now := l.options.Now().UTC()
	for _, q := range questions {
		p := l.places[q.Place]
		if p == nil {
			p = &place{is: q.Place, lookup: l, wake: make(chan struct{}, 1)}
			l.places[q.Place] = p
			l.work.Go(func() { p.read(l.life) })
		}
		p.ask(q, now)
	}
}

// Cancel implements port.Lookup.
func (l *Lookup) Cancel(questions ...port.Question) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.places {
		p.forget(questions)
	}
}

// Next implements port.Lookup; it returns io.EOF after Close.
func (l *Lookup) Next(ctx context.Context) (*port.Answer, error) {
	select {
	case a := <-l.answers:
		return a, nil
	default:
	}
	select {
	case a := <-l.answers:
		return a, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.life.Done():
		return nil, io.EOF
	}
}

// Close ends all reading and waits for the calls under way.
func (l *Lookup) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.cancel()
	l.work.Wait()
}

// tell hands on an answer, and waits until somebody has room for it.
func (l *Lookup) tell(a *port.Answer) {
	select {
	case l.answers <- a:
	case <-l.life.Done():
	}
}

// open is how many questions of all places have not been answered to their end.
func (l *Lookup) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, p := range l.places {
		for _, a := range p.asked {
			if !a.whole {
				n++
			}
		}
	}
	return n
}

// Package cloud is the core of a simulated AWS account: what every service stands on. It has the
// clock and the one lock, the agenda of what happens later, credentials, regions and their opt-in
// status, the CloudTrail history, ids, and the list of the services that are registered.
//
// The services themselves are packages beside it. Each is as strict as AWS where a screen or a
// fault test can observe it (preconditions, page limits, error codes, transitions that take time)
// and cites the source of each rule. The core must know no service by name, nor HTTP, latency,
// throttling or faults: package sim does those, and calls the registered operations with the SDK's
// own input and output types.
//
// State changes that take time in AWS (a task stopping, a service draining, a region being enabled)
// are not driven by goroutines: what is due later stands on the agenda, and CatchUp does it before
// each call. So a cloud is deterministic, costs nothing while nobody looks, and lives happily in a
// testing/synctest bubble.
package cloud

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Options are the circumstances of a simulated account.
type Options struct {
	// Account is the twelve-digit account id.
	Account string
	// Partition is the first part of every ARN after "arn:"; empty means "aws".
	Partition string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Speed divides every duration (a task stops in 30 s / Speed) and never touches timestamps;
	// 0 means 1.
	Speed float64
	// Seed makes ids repeatable.
	Seed uint64
}

// Cloud is one simulated account. All methods are safe for concurrent use, but for those that say
// that the lock is held: handlers of operations and scenarios (see Locked) hold it. One lock covers
// the whole account, since a call takes microseconds.
type Cloud struct {
	mu        sync.Mutex
	opts      Options
	rng       *rand.Rand
	agenda    agenda
	catchers  []func(now time.Time)
	listeners []func()
	services  []Service

	// These have locks of their own, which are always the last ones taken, so that their methods
	// may be called with or without the cloud's: a handler records an event as freely as a test
	// does.
	access  access
	regions regions
	trail   trail
}

// New returns an empty account without services.
func New(o Options) *Cloud {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.Partition == "" {
		o.Partition = "aws"
	}
	return &Cloud{opts: o, rng: rand.New(rand.NewPCG(o.Seed, 0x726f6f746f7574))}
}

// Core is the cloud itself. Types that embed a Cloud beside its services have it too, so that
// whoever needs only the core takes any of them.
func (c *Cloud) Core() *Cloud { return c }

// Now is the account's clock.
func (c *Cloud) Now() time.Time { return c.opts.Now() }

// Speed is what durations are divided by.
func (c *Cloud) Speed() float64 { return c.opts.Speed }

// Seed is what the account's randomness grew from.
func (c *Cloud) Seed() uint64 { return c.opts.Seed }

// Account is the account id.
func (c *Cloud) Account() string { return c.opts.Account }

// Partition is the first part of every ARN after "arn:".
func (c *Cloud) Partition() string { return c.opts.Partition }

// Since is t, or now for the zero time: when a seed that leaves its time out was made.
func (c *Cloud) Since(t time.Time) time.Time {
	if t.IsZero() {
		return c.Now()
	}
	return t
}

// OnCatchUp adds something that moves with time beside the agenda (an attacker who goes on); it is
// called with the lock held before every call.
func (c *Cloud) OnCatchUp(f func(now time.Time)) { c.catchers = append(c.catchers, f) }

// OnChange adds a listener that is called, with the lock held, after every call that may have
// changed something and after every transition that took place on its own.
func (c *Cloud) OnChange(f func()) { c.listeners = append(c.listeners, f) }

// CatchUp brings the account to the present without a call.
func (c *Cloud) CatchUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp(c.Now())
}

// Locked runs f with the lock held and the account brought to the present; scenarios build and read
// state through it.
func (c *Cloud) Locked(f func(now time.Time)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	c.catchUp(now)
	f(now)
}

func (c *Cloud) catchUp(now time.Time) {
	if c.agenda.run(now) {
		c.Changed()
	}
	for _, f := range c.catchers {
		f(now)
	}
}

// Changed tells the listeners of OnChange that the account has changed; operations do so by
// themselves. The lock is held.
func (c *Cloud) Changed() {
	for _, f := range c.listeners {
		f()
	}
}

// At puts do on the agenda. What became of it in between is for do to check: nothing is ever taken
// off. The lock is held, now and when do runs.
func (c *Cloud) At(at time.Time, do func(at time.Time)) { c.agenda.add(at, do) }

// After puts do on the agenda for d after a moment, at the account's speed. The lock is held.
func (c *Cloud) After(at time.Time, d time.Duration, do func(at time.Time)) {
	c.At(c.Later(at, d), do)
}

// Later returns the moment d after another, at the account's speed.
func (c *Cloud) Later(at time.Time, d time.Duration) time.Time {
	return at.Add(time.Duration(float64(d) / c.opts.Speed))
}

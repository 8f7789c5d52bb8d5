// Package cloud is the simulated AWS account itself: the state of every service in every region and the rules by which calls change it.
//
// It is as strict as AWS where a screen or a fault test can observe it (preconditions, page limits, error codes, transitions that take time),
// and it cites the source of each rule. It must not know HTTP, wire protocols, latency, throttling or faults: package sim does those, and
// calls the operations registered here with the SDK's own input and output types.
//
// State changes that take time in AWS (a task stopping, a service draining, a region being enabled) are not driven by goroutines: every
// resource keeps the moment at which it moves on, and settle applies what is due before each call. So a cloud is deterministic, costs
// nothing while nobody looks, and lives happily in a testing/synctest bubble.
package cloud

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
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
	// Speed divides every duration (a task stops in 30 s / Speed) and never touches timestamps; 0 means 1.
	Speed float64
	// Seed makes ids repeatable.
	Seed uint64
}

// Cloud is one simulated account. All methods are safe for concurrent use; one lock covers it, since a call takes microseconds.
type Cloud struct {
	mu       sync.Mutex
	opts     Options
	rng      *rand.Rand
	settlers []func(now time.Time)
	changed  []func()
	// ground is what every service stands on (credentials, regions, the trail, addresses, logs); its zero value is ready.
	ground ground
	// compute is ECS and what starts its tasks; made on first use by computing.
	compute *compute
}

// New returns an empty account.
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

// Identity is who signed a call.
type Identity struct {
	// AccessKeyID is the key of the SigV4 credential scope.
	AccessKeyID string
	// ARN is the caller as GetCallerIdentity reports it, for example arn:aws:sts::123456789012:assumed-role/ROLE/SESSION.
	ARN string
	// UserID is the unique id as GetCallerIdentity reports it, for example AROAEXAMPLE:SESSION.
	UserID string
	// SessionCreated is when the session was authenticated; zero for long-lived keys.
	SessionCreated time.Time
}

// Call is the circumstances of one API call, as the service sees them.
type Call struct {
	context.Context //nolint:containedctx // A call is a request: it lives exactly as long as its context.
	// Region is the region that answers; for global services their home region, whatever the signature says.
	Region string
	// Service is the signing name ("ecs", "application-autoscaling", "events"), Operation the API operation ("ListClusters").
	Service, Operation string
	// Identity signed the call; SourceIP and UserAgent are what CloudTrail will show.
	Identity            Identity
	SourceIP, UserAgent string
	// RequestID is what the answer carries.
	RequestID string
	// Now is the time of the call.
	Now time.Time
}

// APIError is an error as AWS answers it.
type APIError struct {
	// Code is the error code on the wire, Message the words, Status the HTTP status (0 means 400).
	Code, Message string
	Status        int
}

// Error implements error.
func (e *APIError) Error() string { return e.Code + ": " + e.Message }

// Errorf makes an APIError with status 400.
func Errorf(code, format string, args ...any) *APIError {
	return &APIError{Code: code, Message: fmt.Sprintf(format, args...), Status: 400}
}

// Operation is one API operation: how to make its empty input, and what it does.
type Operation struct {
	// Name is the API operation, for example "ListClusters".
	Name string
	// NewInput returns a pointer to a fresh SDK input struct.
	NewInput func() any
	// NewOutput returns a pointer to a fresh SDK output struct; codecs and their tests need its type.
	NewOutput func() any
	// Do runs the operation on an input from NewInput and returns a pointer to the SDK output struct, or an error that is an *APIError
	// where AWS would answer one.
	Do func(call Call, input any) (any, error)
	// ReadOnly is what CloudTrail says of the operation.
	ReadOnly bool
}

// Op registers a handler over the SDK's own types. The cloud's lock is held, and what was due has happened, while the handler runs.
func Op[I, O any](c *Cloud, name string, readOnly bool, handle func(Call, *I) (*O, error)) Operation {
	return Operation{
		Name:      name,
		ReadOnly:  readOnly,
		NewInput:  func() any { return new(I) },
		NewOutput: func() any { return new(O) },
		Do: func(call Call, input any) (any, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.settle(call.Now)
			out, err := handle(call, input.(*I))
			if err != nil {
				return nil, err
			}
			if !readOnly {
				c.notify()
			}
			return out, nil
		},
	}
}

// OnSettle adds something that moves with time (tasks that stop, an attacker who goes on); it is called with the lock held before every call.
func (c *Cloud) OnSettle(f func(now time.Time)) { c.settlers = append(c.settlers, f) }

// OnChange adds a listener that is called, with the lock held, after every call that may have changed something and after every transition
// that took place on its own.
func (c *Cloud) OnChange(f func()) { c.changed = append(c.changed, f) }

// Settle brings the account to the present without a call.
func (c *Cloud) Settle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle(c.opts.Now())
}

// Locked runs f with the lock held and the account settled; scenarios build and read state through it.
func (c *Cloud) Locked(f func(now time.Time)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.opts.Now()
	c.settle(now)
	f(now)
}

func (c *Cloud) settle(now time.Time) {
	for _, f := range c.settlers {
		f(now)
	}
}

func (c *Cloud) notify() {
	for _, f := range c.changed {
		f()
	}
}

// in returns the moment d from now at the account's speed.
func (c *Cloud) in(now time.Time, d time.Duration) time.Time {
	return now.Add(time.Duration(float64(d) / c.opts.Speed))
}

// Account is the account id.
func (c *Cloud) Account() string { return c.opts.Account }

// ARN builds an ARN of this account.
func (c *Cloud) ARN(service, region, resource string) string {
	return "arn:" + c.opts.Partition + ":" + service + ":" + region + ":" + c.opts.Account + ":" + resource
}

// hexID returns n lower-case hexadecimal digits from the seeded source.
func (c *Cloud) hexID(n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[c.rng.IntN(16)]
	}
	return string(b)
}

// UUID returns a random-looking, repeatable UUID.
func (c *Cloud) UUID() string {
	h := c.hexID(32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// page cuts one page out of a sorted listing: token is the id after which to go on, and the returned token is empty on the last page.
func page[T any](all []T, id func(T) string, limit int, token string) (items []T, next string) {
	start := 0
	if token != "" {
		start = slices.IndexFunc(all, func(t T) bool { return id(t) > token })
		if start < 0 {
			return nil, ""
		}
	}
	end := min(start+limit, len(all))
	items = all[start:end]
	if end < len(all) {
		next = id(all[end-1])
	}
	return items, next
}

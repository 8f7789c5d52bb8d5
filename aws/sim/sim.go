// Package sim is a simulated AWS endpoint: one http.Handler that answers for every service and
// region as AWS would, out of an account of package cloud.
//
// It is what anyone tries the console on without an account, what a team practises with, and what
// the tests stand on. It speaks the real wire protocols (package wire), finds service and region in
// the signature's credential scope, throttles by AWS's documented token buckets, refuses in AWS's
// codes, and injects faults on demand. Signatures are not verified: an access key that the account
// knows is believed. It must not know what an operation does, nor anything of the console that
// talks to it.
package sim

import (
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/wire"
)

// Options are the circumstances in which a Server answers. The zero value is an AWS without
// distance, at the cloud's own speed.
type Options struct {
	// Latency is how long every call takes to come back; it is not divided by Speed.
	Latency time.Duration
	// Speed multiplies the refill of token buckets and divides nothing here; 0 means the cloud's.
	Speed float64
	// Now is the clock; nil means the cloud's.
	Now func() time.Time
	// Faults are what goes wrong from the start; SetFaults changes them.
	Faults Faults
	// Seed makes the random faults repeatable; 0 means the cloud's.
	Seed uint64
	// Unthrottled leaves the documented token buckets out.
	Unthrottled bool
	// ClientIP is what CloudTrail shows as sourceIPAddress for callers in-process and on loopback;
	// empty means 198.51.100.24.
	ClientIP string
}

// Server answers API calls for one account. It is an http.Handler, and gives a transport for use
// without sockets. It is safe for concurrent use.
type Server struct {
	cloud    *cloud.Cloud
	opts     Options
	services map[string]*service

	mu      sync.Mutex
	faults  Faults
	rng     *rand.Rand
	buckets map[bucketKey]*bucket
	used    map[string]int
	calls   uint64
	errors5 uint64
}

// service is one API with its operations.
type service struct {
	codec     *wire.Codec
	ops       map[string]cloud.Operation
	buckets   map[string]cloud.Bucket
	overLimit *cloud.APIError
	resource  func(cloud.Call, any) string
}

// Account is a simulated account: a cloud, or what embeds one beside its services.
type Account interface{ Core() *cloud.Cloud }

// New returns a server for an account and the services that are registered in it.
func New(account Account, o Options) *Server {
	c := account.Core()
	if o.Now == nil {
		o.Now = c.Now
	}
	if o.Speed <= 0 {
		o.Speed = c.Speed()
	}
	if o.Seed == 0 {
		o.Seed = c.Seed()
	}
	if o.ClientIP == "" {
		o.ClientIP = "198.51.100.24"
	}
	s := &Server{
		cloud:    c,
		opts:     o,
		services: map[string]*service{},
		faults:   o.Faults,
		rng:      rand.New(rand.NewPCG(o.Seed, 0x73696d)),
		buckets:  map[bucketKey]*bucket{},
		used:     map[string]int{},
	}
	for _, svc := range c.Services() {
		s.add(svc)
	}
	return s
}

func (s *Server) add(described cloud.Service) {
	svc := &service{
		codec: wire.New(described.Wire), ops: map[string]cloud.Operation{}, buckets: map[string]cloud.Bucket{},
		overLimit: described.OverLimit, resource: described.Resource,
	}
	for _, op := range described.Operations {
		svc.ops[op.Name] = op
	}
	for _, bucket := range described.Buckets {
		for _, op := range bucket.Operations {
			svc.buckets[op] = bucket
		}
	}
	s.services[svc.codec.Name] = svc
}

// Services returns the names of the operations that are simulated, by signing name.
func (s *Server) Services() map[string][]string {
	out := map[string][]string{}
	for name, svc := range s.services {
		out[name] = slices.Sorted(maps.Keys(svc.ops))
	}
	return out
}

// SetFaults changes what goes wrong from now on. Calls until a token expires are counted from here,
// if their number changes.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Expire != s.faults.Expire {
		clear(s.used)
	}
	s.faults = f
}

// Renew makes the credentials that the expire fault has used up work again, as a fresh sign-in
// does.
func (s *Server) Renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.used)
}

// Calls is how many requests have come in, answered or not.
func (s *Server) Calls() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

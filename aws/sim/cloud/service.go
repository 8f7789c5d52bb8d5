package cloud

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/rootout/rootout/aws/sim/wire"
)

// Service is one AWS service of an account: all that the core and the server need to know of it.
type Service struct {
	// Wire is how it is spoken; its Name is the signing name. The core reads only the name.
	Wire wire.Service
	// State is the service itself, where StateOf finds it; nil for one that nobody asks for.
	State any
	// Operations are those that are simulated.
	Operations []Operation
	// Check refuses an input, a pointer to an SDK input struct, before any operation of the service
	// sees it: what AWS checks alike in all of them. No lock is held. Nil refuses nothing.
	Check func(call Call, input any) error
	// Resource is the ARN that the input of a call is authorized for, empty for all ("*"); nil means
	// that no call names one.
	Resource func(call Call, input any) string
	// Buckets are its token buckets as AWS documents them; operations in none are not limited.
	Buckets []Bucket
	// OverLimit is what it answers to a call over the limit; nil means what its protocol usually
	// says.
	OverLimit *APIError
	// EventSource is what CloudTrail calls it; empty means its signing name and ".amazonaws.com".
	EventSource string
	// ErrorPrefix is what CloudTrail writes before its error codes.
	ErrorPrefix string
	// Named are the members of its requests and responses in which LookupEvents sees resources.
	Named []NamedMember
	// Resources shows everything of the service that can be seen now, in disabled regions too; the
	// lock is held. Nil means that there is nothing to see.
	Resources func(see func(ResourceInfo))
}

// Bucket is a token bucket as AWS documents it; each place has one of its own.
type Bucket struct {
	// Name tells it from others of the service, Operations share it.
	Name       string
	Operations []string
	// Burst is how many calls it holds, Refill how many come back in a second.
	Burst, Refill float64
}

// BucketEach makes a bucket of the same size for each operation.
func BucketEach(burst, refill float64, operations ...string) []Bucket {
	var out []Bucket
	for _, op := range operations {
		out = append(out, Bucket{Name: op, Operations: []string{op}, Burst: burst, Refill: refill})
	}
	return out
}

// Register takes a service into the account, while it is put together and nobody calls it yet. A
// second service of the same name is a mistake of whoever does that.
func (c *Cloud) Register(s Service) {
	if slices.ContainsFunc(c.services, func(o Service) bool { return o.Wire.Name == s.Wire.Name }) {
		panic(fmt.Sprintf("cloud: service %q is registered twice", s.Wire.Name))
	}
	if s.EventSource == "" {
		s.EventSource = s.Wire.Name + ".amazonaws.com"
	}
	if s.Check != nil {
		s.Operations = checked(s.Operations, s.Check)
	}
	c.services = append(c.services, s)
	c.trail.mu.Lock()
	defer c.trail.mu.Unlock()
	c.trail.name(s.EventSource, s.Named)
}

// checked are operations behind a check of their inputs.
func checked(ops []Operation, check func(Call, any) error) []Operation {
	out := slices.Clone(ops)
	for i := range out {
		do := out[i].Do
		out[i].Do = func(call Call, input any) (any, error) {
			if err := check(call, input); err != nil {
				return nil, err
			}
			return do(call, input)
		}
	}
	return out
}

// Services are the registered services in the order of their registration.
func (c *Cloud) Services() []Service { return slices.Clone(c.services) }

// service is the registered service of a signing name, or what goes for one that is not registered.
func (c *Cloud) service(name string) Service {
	for _, s := range c.services {
		if s.Wire.Name == name {
			return s
		}
	}
	return Service{Wire: wire.Service{Name: name}, EventSource: name + ".amazonaws.com"}
}

// StateOf finds the registered service of type T; ok is false if the account has none.
func StateOf[T any](c *Cloud) (state T, ok bool) {
	for _, s := range c.services {
		if state, ok = s.State.(T); ok {
			return state, true
		}
	}
	return state, false
}

// ResourceInfo is a resource as somebody who knows everything sees it.
type ResourceInfo struct {
	// ARN names it, Kind is its kind in rootout's words ("ecs:task").
	ARN, Kind string
	// Place is where it lives.
	Place
	// Gone is true for what AWS still shows and what is no more: an INACTIVE cluster, a STOPPED
	// task.
	Gone bool
}

// Resources are all resources that can be seen now, by place and in each in the order in which the
// services were registered. The lock is held.
func (c *Cloud) Resources() []ResourceInfo {
	by := map[Place][]ResourceInfo{}
	for _, s := range c.services {
		if s.Resources != nil {
			s.Resources(func(r ResourceInfo) { by[r.Place] = append(by[r.Place], r) })
		}
	}
	var out []ResourceInfo
	for _, p := range sortedPlaces(by) {
		out = append(out, by[p]...)
	}
	return out
}

// PerPlace is the state of a service in every place.
type PerPlace[T any] struct {
	make func(Place) T
	at   map[Place]T
}

// NewPerPlace returns a state that fresh makes for each place when somebody asks for it first.
func NewPerPlace[T any](fresh func(Place) T) *PerPlace[T] {
	return &PerPlace[T]{make: fresh, at: map[Place]T{}}
}

// At is the state in a place. The cloud's lock, or one of the service's own, is held.
func (s *PerPlace[T]) At(p Place) T {
	v, ok := s.at[p]
	if !ok {
		v = s.make(p)
		s.at[p] = v
	}
	return v
}

// Places are those that somebody has asked for, sorted.
func (s *PerPlace[T]) Places() []Place { return sortedPlaces(s.at) }

func sortedPlaces[T any](at map[Place]T) []Place {
	return slices.SortedFunc(maps.Keys(at), func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
}

package kind

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// Visit is one look at one region: who is asked, what is known from before, and where findings go.
// Kinds of one visit share what several of them need (the list of clusters) through Share, so that
// it is asked for once.
type Visit struct {
	Account, Partition, Region string
	Clients                    *aws.Clients
	// Now is the clock.
	Now func() time.Time
	// Sealer replaces secrets before anything is handed on.
	Sealer model.Sealer
	// Report takes a finding and may be called from several goroutines. The raw record is nil when
	// nothing has changed since it was last handed on.
	Report func(r *model.Resource, raw json.RawMessage)
	// Known are the resources of a kind in this region that were known before this visit.
	Known func(k model.KindID) []*model.Resource

	mu     sync.Mutex
	shared map[string]*shared
	// strangers are, by kind, the first things that were named and cannot be of this place.
	strangers map[model.KindID]string
}

// shared is an answer that is waited for on a channel rather than on a lock, so that who waits can
// give up.
type shared struct {
	done  chan struct{}
	value any
	err   error
	// abandoned says that whoever asked gave up, so that the error is his own and nobody else's
	// answer.
	abandoned bool
}

// Ref names a resource of this visit.
func (v *Visit) Ref(k model.KindID, id string) model.Ref {
	return model.Ref{Partition: v.Partition, Place: model.Place{Account: v.Account, Region: v.Region}, Kind: k, ID: id}
}

// Found reports a resource with the AWS record that it was read from. What cannot be of the account
// and region that were asked is not reported: [Def.ListIn] tells of it.
func (v *Visit) Found(r *model.Resource, raw json.RawMessage) {
	if v.strange(r) {
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.strangers == nil {
			v.strangers = map[model.KindID]string{}
		}
		v.strangers[r.Ref.Kind] = r.ARN
		return
	}
	if v.Report != nil {
		v.Report(r, raw)
	}
}

// KnownOf is Known, which may be left out.
func (v *Visit) KnownOf(k model.KindID) []*model.Resource {
	if v.Known == nil {
		return nil
	}
	return v.Known(k)
}

// KnownBy is KnownOf by reference.
func (v *Visit) KnownBy(k model.KindID) map[model.Ref]*model.Resource {
	known := map[model.Ref]*model.Resource{}
	for _, r := range v.KnownOf(k) {
		known[r.Ref] = r
	}
	return known
}

// StillThere is a resource of which only bare was read, since it could not be described: what an
// earlier look knows of it stands, nil if there was none, in the state that bare tells.
func StillThere(bare, earlier *model.Resource) *model.Resource {
	if earlier == nil {
		return bare
	}
	again := *earlier
	again.Counts, again.Deleting = bare.Counts, bare.Deleting
	if bare.State != "" {
		again.State = bare.State
	}
	return &again
}

// Share asks for something once a visit, whichever kind asks first, and gives every other the same
// answer, the error included. Only the error of one who gave up waiting is not shared: the next one
// asks again.
func Share[T any](ctx context.Context, v *Visit, key string, ask func(context.Context) (T, error)) (T, error) {
	for {
		s, mine := v.slot(key)
		if mine {
			s.value, s.err = ask(ctx)
			if s.abandoned = s.err != nil && ctx.Err() != nil; s.abandoned {
				v.forget(key)
			}
			close(s.done)
		}
		select {
		case <-s.done:
		case <-ctx.Done():
			return endedWaiting[T](ctx, s)
		}
		if !s.abandoned || mine {
			value, _ := s.value.(T)
			return value, s.err
		}
	}
}

// Shared is Share for what nobody has to ask AWS for.
func Shared[T any](v *Visit, key string, makeIt func() T) T {
	s, mine := v.slot(key)
	if mine {
		s.value = makeIt()
		close(s.done)
	}
	<-s.done
	value, _ := s.value.(T)
	return value
}

// graceTime is how long one who gives up waits for the one who asked: under the same context he
// comes back at once, and knows better why there was no answer.
const graceTime = 50 * time.Millisecond

func endedWaiting[T any](ctx context.Context, s *shared) (T, error) {
	var none T
	select {
	case <-s.done:
		if s.err != nil {
			return none, s.err
		}
	case <-time.After(graceTime):
	}
	return none, aws.Ended(ctx)
}

// slot is where the answer to a key will be; mine says that it is the caller's to get.
func (v *Visit) slot(key string) (s *shared, mine bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s, asked := v.shared[key]; asked {
		return s, false
	}
	if v.shared == nil {
		v.shared = map[string]*shared{}
	}
	s = &shared{done: make(chan struct{})}
	v.shared[key] = s
	return s, true
}

func (v *Visit) forget(key string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.shared, key)
}

package kind

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// Visit is one look at one region: who is asked, what is known from before, and where findings go. Kinds of one visit share what several of
// them need (the list of clusters) through Shared, so that it is asked for once.
type Visit struct {
	Account, Partition, Region string
	Clients                    *aws.Clients
	// Now is the clock.
	Now func() time.Time
	// Sealer replaces secrets before anything is handed on.
	Sealer model.Sealer
	// Report takes a finding and may be called from several goroutines. The raw record is nil when nothing has changed since it was
	// last handed on.
	Report func(r *model.Resource, raw json.RawMessage)
	// Known are the resources of a kind in this region that were known before this visit.
	Known func(k model.KindID) []*model.Resource

	mu     sync.Mutex
	shared map[string]*shared
}

// shared is an answer that is waited for on a channel rather than on a lock, so that who waits can give up.
type shared struct {
	done  chan struct{}
	value any
	err   error
}

// Ref names a resource of this visit.
func (v *Visit) Ref(k model.KindID, id string) model.Ref {
	return model.Ref{Partition: v.Partition, Account: v.Account, Region: v.Region, Kind: k, ID: id}
}

// Found reports a resource with the AWS record that it was read from.
func (v *Visit) Found(r *model.Resource, raw json.RawMessage) {
	if v.Report != nil {
		v.Report(r, raw)
	}
}

// known is Known, which tests may leave out.
func (v *Visit) known(k model.KindID) []*model.Resource {
	if v.Known == nil {
		return nil
	}
	return v.Known(k)
}

// share asks for something once a visit, whichever kind asks first, and gives every other the same answer, the error included.
func share[T any](ctx context.Context, v *Visit, key string, ask func(context.Context) (T, error)) (T, error) {
	v.mu.Lock()
	if v.shared == nil {
		v.shared = map[string]*shared{}
	}
	s, asked := v.shared[key]
	if !asked {
		s = &shared{done: make(chan struct{})}
		v.shared[key] = s
	}
	v.mu.Unlock()
	if !asked {
		s.value, s.err = ask(ctx)
		close(s.done)
	}
	select {
	case <-s.done:
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
	value, _ := s.value.(T)
	return value, s.err
}

package aws

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

// Allowed is what one step of a confirmed plan may call.
type Allowed struct {
	// Service is any of its names (see service.Of).
	Service string
	// Operations are names of the API, for example "DeleteCluster".
	Operations []string
	// Place is the account that is changed and the region that is asked. For a service with one
	// endpoint for all regions the region may be empty; the region that a call enables or disables
	// is a parameter of it and not this one.
	Place model.Place
}

// Permit is the leave that a confirmation gives to the steps of one plan in one account. Only Grant
// makes one that is good for anything: the zero value allows nothing.
type Permit struct{ grant *grant }

type grant struct {
	issuer          *guard
	digest, account string
	steps           map[string]Allowed
	revoked         atomic.Bool
}

// Grant makes the permit of a plan that was confirmed under its digest, for the account of this
// connection. The steps are copied: what is changed afterwards is not allowed. A read-only
// connection grants none. Errors are of type *GuardError.
func (c *Connection) Grant(digest, account string, steps map[string]Allowed) (*Permit, error) {
	switch {
	case c.options.ReadOnly:
		return nil, &GuardError{Refusal: RefusedReadOnly}
	case account == "" || account != c.Caller().Account:
		return nil, &GuardError{Refusal: RefusedOtherAccount}
	case digest == "" || len(steps) == 0:
		return nil, &GuardError{Refusal: RefusedEmpty}
	}
	g := &grant{issuer: c.guard, digest: digest, account: account, steps: make(map[string]Allowed, len(steps))}
	for id, step := range steps {
		if id == "" || step.Service == "" || len(step.Operations) == 0 {
			return nil, &GuardError{Step: id, Refusal: RefusedEmpty}
		}
		if step.Place.Account != account {
			return nil, &GuardError{Step: id, Refusal: RefusedOtherAccount}
		}
		g.steps[id] = Allowed{
			Service: service.Of(step.Service).Prefix, Operations: slices.Clone(step.Operations), Place: step.Place,
		}
	}
	return &Permit{grant: g}, nil
}

// Digest is the digest of the plan that was confirmed.
func (p *Permit) Digest() string {
	if p == nil || p.grant == nil {
		return ""
	}
	return p.grant.digest
}

// Revoke ends the permit, as at the end of a run. It cannot be undone.
func (p *Permit) Revoke() {
	if p != nil && p.grant != nil {
		p.grant.revoked.Store(true)
	}
}

type permitKey struct{}

type heldPermit struct {
	permit *Permit
	step   string
}

// WithPermit lets the calls under the context do what the step is allowed. Derive one context for
// each step.
func WithPermit(ctx context.Context, p *Permit, stepID string) context.Context {
	return context.WithValue(ctx, permitKey{}, heldPermit{permit: p, step: stepID})
}

// allows returns "" if the step may make the call, else why not.
func (p *Permit) allows(g *guard, step string, asked service.Service, operation, region string) Refusal {
	switch {
	case p == nil:
		return RefusedNoPermit
	case p.grant == nil || p.grant.issuer != g:
		return RefusedForged
	case p.grant.revoked.Load():
		return RefusedRevoked
	}
	allowed, ok := p.grant.steps[step]
	switch {
	case !ok:
		return RefusedStep
	case allowed.Service != asked.Prefix || !slices.Contains(allowed.Operations, operation):
		return RefusedOperation
	case allowed.Place.Region != region && (allowed.Place.Region != "" || !asked.Global):
		return RefusedRegion
	}
	return ""
}

package model

import "time"

// Resource is one thing of a kind as a listing found it. It is immutable once it has been handed
// on; a change is a new Resource.
type Resource struct {
	Ref Ref
	// ARN is AWS's ARN, empty where AWS has none. Name is what people call it, cleaned.
	ARN, Name string
	// State is AWS's word, for example "DRAINING".
	State string
	// Counts says whether it is counted in its cell; a task that has stopped is listed and does not
	// count.
	Counts bool
	// Deleting says that AWS is removing it on its own and nothing more can or need be done (a
	// definition in DELETE_IN_PROGRESS).
	Deleting bool
	// Owners are what it lives and dies with: a task's service, a service's cluster, the clusters
	// that a rule starts tasks in. A plan that holds all of them holds this too.
	Owners []Ref
	// Container is the container at the top of its owners, for when an owner is hidden or was not
	// counted: a task whose service nobody sees still lives and dies with its cluster.
	Container Ref
	// Uses are what it refers to without owning or being owned: the definition that a service runs.
	Uses []Ref
	// Maker is who made it, MadeAt when; both may be unknown. A listing fills in what AWS's record
	// says; what an inventory hands out has the best that is known (see About and AsListed).
	Maker  Maker
	MadeAt time.Time
	// Size and Rate are what it takes of the account.
	Size Size
	Rate Rate
	// Leftovers are things that rootout does not cover and that will be left when this is gone: the
	// EC2 instance behind a container instance.
	Leftovers []Uncovered
	// Secrets counts the values that were replaced by length and HMAC before anything was kept.
	Secrets int
	// Attrs are the values of the kind's own fields, in the order of Kind.Fields.
	Attrs []Value
	// FirstSeen is when rootout first met it, SeenAt when it last did.
	FirstSeen, SeenAt time.Time
	// joined is nil while nothing is known about it beside AWS's record.
	joined *joined
}

// Attr is the i-th of the kind's own values, unknown when the listing did not bring it.
func (r *Resource) Attr(i int) Value {
	if i < 0 || i >= len(r.Attrs) {
		return Unknown()
	}
	return r.Attrs[i]
}

// Size is computing power taken; Known is false where it could not be read, which is not the same
// as none.
type Size struct {
	VCPU      float64
	MemoryMiB float64
	Known     bool
}

// Rate is money: dollars an hour, and the moment since when it has been billed.
type Rate struct {
	// PerHour is US dollars an hour.
	PerHour float64
	// Since is when billing began; zero when unknown.
	Since time.Time
	// Estimated is true where no published price of the region was at hand ("≈").
	Estimated bool
	// Known is false where the price cannot be told at all; the resource is then left out of
	// totals, which become lower bounds.
	Known bool
	// Billed is true while it runs up a bill of its own; a cluster never does.
	Billed bool
}

// SoFar is what it has cost up to a moment, in US dollars, and whether that can be told.
func (r Rate) SoFar(now time.Time) (float64, bool) {
	if !r.Known || !r.Billed || r.Since.IsZero() {
		return 0, false
	}
	return r.PerHour * max(0, now.Sub(r.Since).Hours()), true
}

// Spent is what something has cost that is billed no more, in US dollars.
type Spent struct {
	USD       float64
	Estimated bool
}

// Uncovered is a thing that rootout sees and cannot list or remove.
type Uncovered struct {
	// Type is CloudFormation's word, for example "AWS::EC2::Instance".
	Type, ID, Region string
	// Console is the console's page of it.
	Console string
}

package model

import (
	"slices"
	"time"
)

// About is what is known about a resource beside AWS's own record of it. Every part is optional; it
// must not be changed once it has been handed on.
type About struct {
	// Maker is who made it, and how that is known.
	Maker Maker
	// Session and Event name the session of the maker and the event that shows him, where there is
	// one.
	Session, Event string
	// MadeAt is when it was made.
	MadeAt time.Time
	// Verdict is its place in the hostile set, and Chain the ids of the events that put it there.
	Verdict Verdict
	Chain   []string
}

// IsZero says that nothing is known.
func (a About) IsZero() bool { return a.Equal(About{}) }

// Equal says whether both say the same.
func (a About) Equal(b About) bool {
	return a.Maker == b.Maker && a.Session == b.Session && a.Event == b.Event &&
		a.MadeAt.Equal(b.MadeAt) && a.Verdict == b.Verdict && slices.Equal(a.Chain, b.Chain)
}

// merge joins what two sources say: the better known maker with his session, event and time, and of
// two verdicts the one that allows less, with its chain. Where both are as good, the first stands.
func (a About) merge(b About) About {
	out := a
	if b.Maker.betterThan(a.Maker) {
		out.Maker, out.Session, out.Event = b.Maker, b.Session, b.Event
		if !b.MadeAt.IsZero() {
			out.MadeAt = b.MadeAt
		}
	}
	if out.MadeAt.IsZero() {
		out.MadeAt = b.MadeAt
	}
	if b.Verdict > a.Verdict {
		out.Verdict, out.Chain = b.Verdict, b.Chain
	}
	return out
}

// joined is what stands behind a resource that something is known about: that, and where AWS's own
// record says something of the origin, what it says, so that it can be taken back exactly.
type joined struct {
	about  *About
	record *recordOrigin
}

// recordOrigin is what AWS's record says of the origin of a resource.
type recordOrigin struct {
	maker  Maker
	madeAt time.Time
}

// About is what is known about the resource beside AWS's record of it. Its maker and time are those
// that the resource shows; session and event are empty where they belong to another maker.
func (r *Resource) About() About {
	if r.joined == nil {
		return About{Maker: r.Maker, MadeAt: r.MadeAt}
	}
	a := *r.joined.about
	if a.Maker.ARN != r.Maker.ARN {
		a.Session, a.Event = "", ""
	}
	a.Maker, a.MadeAt = r.Maker, r.MadeAt
	return a
}

// Verdict is the resource's place in the hostile set, Unjudged while nothing says that it has one.
func (r *Resource) Verdict() Verdict {
	if r.joined == nil {
		return Unjudged
	}
	return r.joined.about.Verdict
}

// AsListed is the resource as AWS's own record has it, without what is known about it beside that.
func (r *Resource) AsListed() Resource {
	out := *r
	if r.joined == nil {
		return out
	}
	out.joined, out.Maker, out.MadeAt = nil, Maker{}, time.Time{}
	if record := r.joined.record; record != nil {
		out.Maker, out.MadeAt = record.maker, record.madeAt
	}
	return out
}

// join gives a resource as listed what is known about it; nil is nothing. The better known maker
// wins; AWS's own time of creation stands where its record has one.
func (r *Resource) join(about *About) {
	if about == nil {
		return
	}
	r.joined = &joined{about: about}
	if listed := (recordOrigin{maker: r.Maker, madeAt: r.MadeAt}); listed != (recordOrigin{}) {
		r.joined.record = &listed
	}
	if about.Maker.betterThan(r.Maker) {
		r.Maker = about.Maker
	}
	if r.MadeAt.IsZero() {
		r.MadeAt = about.MadeAt
	}
}

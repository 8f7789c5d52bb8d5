package model

import (
	"encoding/json"
	"time"
)

// Found is a resource that a listing met, with the described record it was read from.
type Found struct {
	Resource *Resource
	// Raw is AWS's record as JSON with secrets already replaced; it goes to the case, never into
	// the inventory.
	Raw json.RawMessage
	// Pass is the listing that met it.
	Pass uint64
}

// Batch is a parcel of facts on its way to the screen and the case. Facts are never dropped; of
// Progress only the last matters.
type Batch struct {
	Regions []Region
	Found   []Found
	// Gone were proven to be gone by a re-read at At, outside a listing.
	Gone []Ref
	// Cells come after what was found: a cell that is counted closes its pass.
	Cells    []Cell
	Progress Progress
	At       time.Time
}

// Empty says whether there is nothing in the batch.
func (b *Batch) Empty() bool {
	return len(b.Regions) == 0 && len(b.Found) == 0 && len(b.Gone) == 0 && len(b.Cells) == 0
}

// Progress is how far the scan is.
type Progress struct {
	// Done and Total count cells of readable regions: those that have had an answer of some kind,
	// and all.
	Done, Total int
	// FirstPass is true until every cell has had an answer of some kind.
	FirstPass bool
	// Took is how long the first pass took, once it is over.
	Took time.Duration
	// Slow names what is being waited for, for example "ap-south-1 ecs:ListTasks 3 s".
	Slow string
	// Trouble says why the scan as a whole cannot go on at the moment, for example that the regions
	// cannot be listed.
	Trouble *Failure
	// SignedOut says that AWS takes the credentials no longer, so that nothing is read until somebody
	// signs in; nil while it does.
	SignedOut *SignedOut
	// SignedInUntil is when the present credentials end; the zero time if they do not, or if it is
	// not known.
	SignedInUntil time.Time
}

// SignedOut is the state of a connection whose credentials AWS takes no longer: expired, revoked, or
// signed by a clock that is wrong.
type SignedOut struct {
	// Why says it in AWS's words or ours, Next what to do: one or more whole sentences.
	Why, Next string
	Since     time.Time
}

// Package plan turns a wish (remove what is marked, take a run back) into a frozen, ordered list of
// steps under one digest, and says what must not be touched.
//
// Selecting (select.go: ownership, protections, the guard against locking oneself out) is apart
// from assembling (assemble.go, order.go: order, waits, ETA, digest), so that every verb is put
// together in the same way. The package must not know AWS's SDK, the disk, the clock or the screen,
// and it names no kind of resource: what a kind needs done comes from the Rules that the kind's own
// file declares.
package plan

import (
	"maps"
	"slices"
	"time"

	"github.com/rootout/rootout/model"
)

// Plan is what will run, and nothing else. It is frozen: whoever changes it changes its digest, and
// a changed digest is refused.
type Plan struct {
	// Version is the format of the JSON, see Version.
	Version int `json:"version"`
	// Verb is what the plan does, and the first word of the phrase that confirms it.
	Verb Verb `json:"verb"`
	// Account, Partition and Caller say where and as whom it runs.
	Account   string       `json:"account"`
	Partition string       `json:"partition"`
	Caller    model.Caller `json:"caller"`
	// FrozenAt is when the inventory was read for it, in UTC.
	FrozenAt time.Time `json:"frozenAt"`
	// Undoes is the digest of the plan whose run this one takes back, empty for any other.
	Undoes string `json:"undoes,omitempty"`
	// Targets are all resources that it changes, makes or removes, children included: the N of the
	// phrase. Each is the target of a step, or goes with its owner's step.
	Targets []Target `json:"targets"`
	// Steps are in the order in which they are offered to the run; After decides what really waits
	// for what.
	Steps []Step `json:"steps"`
	// LeftOut are resources that were wished for, or belong to what was, and are not in the plan.
	LeftOut []LeftOut `json:"leftOut,omitempty"`
	// Uncovered are things that stay behind and that rootout cannot remove.
	Uncovered []model.Uncovered `json:"uncovered,omitempty"`
	// Warnings are whole sentences for the review.
	Warnings []string `json:"warnings,omitempty"`
	// Composition is what a removal is made of; nil for other verbs, and where an older rootout
	// made the plan.
	Composition *Composition `json:"composition,omitempty"`
	// HiddenByFilter counts targets that the filter on screen did not show when they were marked.
	HiddenByFilter int `json:"hiddenByFilter,omitempty"`
	// ETA is how long it is expected to take.
	ETA ETA `json:"eta"`
	// Digest is the SHA-256 of the stored plan (see digest.go), in hexadecimal.
	Digest string `json:"digest"`

	// stored is the JSON that was frozen or read: what the digest is over, and what is written
	// again.
	stored []byte
}

// N is the number of resources that the plan changes, makes or removes, children included.
func (p *Plan) N() int { return len(p.Targets) }

// Places are the places of its targets, sorted.
func (p *Plan) Places() []model.Place {
	places := map[model.Place]bool{}
	for _, t := range p.Targets {
		places[t.Ref.Place] = true
	}
	return slices.SortedFunc(maps.Keys(places), model.Place.Compare)
}

// Regions are the codes of the regions of its targets, sorted; the account as a whole is none.
func (p *Plan) Regions() []string {
	var names []string
	for _, at := range p.Places() {
		if !at.Global() {
			names = append(names, at.Region)
		}
	}
	return names
}

// Target is one resource of a plan as it was when the plan was frozen.
type Target struct {
	Ref  model.Ref `json:"ref"`
	ARN  string    `json:"arn,omitempty"`
	Name string    `json:"name"`
	// Goal is what is to become of it.
	Goal Goal `json:"goal"`
	// Because is the owner through which it came in; the zero Ref when it was wished for itself.
	Because model.Ref `json:"because,omitzero"`
	// USDPerHour is what it bills; Estimated marks an estimate.
	USDPerHour float64 `json:"usdPerHour,omitempty"`
	Estimated  bool    `json:"estimated,omitempty"`
	// Leftovers are things that stay when it is gone.
	Leftovers []model.Uncovered `json:"behind,omitempty"`
}

// LeftOut is a resource that the plan does not touch although it was wished for or belongs to what
// was.
type LeftOut struct {
	Ref    model.Ref `json:"ref"`
	ARN    string    `json:"arn,omitempty"`
	Name   string    `json:"name"`
	Reason string    `json:"reason"`
	// Protected is true for the protect list and the guard, false for anything else.
	Protected bool `json:"protected,omitempty"`
}

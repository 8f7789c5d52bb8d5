// Package plan turns marks into a frozen, ordered list of steps under one digest, and says what must not be touched.
//
// It computes: the closure under ownership, the protections and the guard against locking oneself out, the order, the two ETAs, the phrase
// that confirms, and the permit that the confirmation yields. It must not know AWS's SDK, the disk, the clock or the screen, and it names no
// kind of resource: what a kind needs done comes from the Rules that the kind's own file declares.
package plan

import (
	"maps"
	"slices"
	"time"

	"github.com/rootout/rootout/model"
)

// Version is the format of a plan in JSON; a plan of a newer version is refused.
const Version = 1

// Plan is what will run, and nothing else. It is frozen: whoever changes it changes its digest, and a changed digest is refused.
type Plan struct {
	Version int `json:"version"`
	// Verb is the first word of the phrase that confirms it: "delete".
	Verb string `json:"verb"`
	// Account, Partition and Caller say where and as whom it runs.
	Account   string `json:"account"`
	Partition string `json:"partition"`
	Caller    Caller `json:"caller"`
	// FrozenAt is when the inventory was read for it, in UTC.
	FrozenAt time.Time `json:"frozenAt"`
	// Targets are all resources that it changes or removes, children included: the N of the phrase. Each is the target of a step, or goes
	// with its owner's step.
	Targets []Target `json:"targets"`
	// Steps are in the order in which they are offered to the run; After decides what really waits for what.
	Steps []Step `json:"steps"`
	// LeftOut are resources that were marked, or belong to what was marked, and are not in the plan, with the reason.
	LeftOut []LeftOut `json:"leftOut,omitempty"`
	// Uncovered are things that stay behind and that rootout cannot remove.
	Uncovered []model.Uncovered `json:"uncovered,omitempty"`
	// Warnings are whole sentences for the review.
	Warnings []string `json:"warnings,omitempty"`
	// HiddenByFilter counts targets that the filter on screen did not show when they were marked.
	HiddenByFilter int `json:"hiddenByFilter,omitempty"`
	// ETA is how long it is expected to take.
	ETA ETA `json:"eta"`
	// Digest is the SHA-256 of everything above as canonical JSON, in hexadecimal.
	Digest string `json:"digest"`
}

// Regions are the regions of its targets, sorted.
func (p *Plan) Regions() []string {
	names := map[string]bool{}
	for _, t := range p.Targets {
		names[t.Ref.Region] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Caller is who runs the plan.
type Caller struct {
	ARN    string `json:"arn"`
	UserID string `json:"userId"`
}

// Target is one resource of a plan as it was when the plan was frozen.
type Target struct {
	Ref  model.Ref `json:"ref"`
	ARN  string    `json:"arn,omitempty"`
	Name string    `json:"name"`
	// Because is the owner through which it came in; the zero Ref when it was marked itself.
	Because model.Ref `json:"because,omitzero"`
	// USDPerHour is what it bills; Estimated marks an estimate.
	USDPerHour float64 `json:"usdPerHour,omitempty"`
	Estimated  bool    `json:"estimated,omitempty"`
	// Behind are things that stay when it is gone.
	Behind []model.Uncovered `json:"behind,omitempty"`
}

// Until says how far a step must have come before a step that waits for it may start.
type Until uint8

// The three degrees of waiting.
const (
	Attempted Until = iota // Its call has had an answer, good or bad.
	Called                 // Its call has succeeded.
	Verified               // A re-read has proven it.
)

// Wait is one dependency of a step.
type Wait struct {
	Step  string `json:"step"`
	Until Until  `json:"until"`
}

// Barrier is a dependency on all steps of one phase in the same region.
type Barrier struct {
	Phase model.Phase `json:"phase"`
	Until Until       `json:"until"`
}

// Step is one AWS call on one or more resources of one kind and region, as data.
type Step struct {
	// ID is "s" and a number, unique in the plan and in the order of Steps.
	ID    string       `json:"id"`
	Phase model.Phase  `json:"phase"`
	Kind  model.KindID `json:"kind"`
	// Op is the API operation, for example "ecs:DeleteService"; the kind's file knows how it is called.
	Op     string `json:"op"`
	Region string `json:"region"`
	// Targets are the resources that the call names, at most Batch of them.
	Targets []model.Ref `json:"targets"`
	// Params are further parameters of the call, for example {"cluster": "arn:…"}.
	Params map[string]string `json:"params,omitempty"`
	// After are the steps that it waits for one by one; Barriers make it wait for every step of an earlier phase in its region.
	After    []Wait    `json:"after,omitempty"`
	Barriers []Barrier `json:"barriers,omitempty"`
	// Removes says that once this step is verified its targets are gone; false for steps on the way (RemoveTargets).
	Removes bool `json:"removes"`
	// Before says in words what must hold before the call, Proof what proves it after.
	Before string `json:"before,omitempty"`
	Proof  string `json:"proof"`
	// Undo says how far it can be taken back, UndoHow in words by what.
	Undo    model.Undo `json:"undo"`
	UndoHow string     `json:"undoHow,omitempty"`
	// USDPerHour is what stops being billed when the step succeeds: the dearest go first.
	USDPerHour float64 `json:"usdPerHour,omitempty"`
}

// LeftOut is a resource that the plan does not touch although it was marked or belongs to what was.
type LeftOut struct {
	Ref    model.Ref `json:"ref"`
	ARN    string    `json:"arn,omitempty"`
	Name   string    `json:"name"`
	Reason string    `json:"reason"`
	// Protected is true for the protect list and the guard, false for anything else.
	Protected bool `json:"protected,omitempty"`
}

// ETA is how long a plan is expected to take, from the token buckets, the round trips and the time that AWS takes to stop things.
type ETA struct {
	// BurningStops is until the last call that stops something billed has been made; AllGone until everything has been proven gone.
	BurningStops time.Duration `json:"burningStopsNs"`
	AllGone      time.Duration `json:"allGoneNs"`
	// Regions is AllGone region by region.
	Regions map[string]time.Duration `json:"regionsNs,omitempty"`
	// Phases is how long each phase takes in its slowest region.
	Phases [model.Verify + 1]time.Duration `json:"phasesNs"`
}

// Rule is how resources of one kind are removed: the half of a kind's file that planning needs. It is pure.
type Rule struct {
	// Steps are the steps that remove one resource, in order; each waits for the one before it to be Called. A nil result means that
	// there is nothing to be done (AWS is deleting it). ID, Kind, Region and Targets are filled in where they are empty, and so is
	// Phase where it is Silence, the zero value. The last one has Removes set.
	Steps func(r *model.Resource, g *model.Graph) []Step
	// Batch is how many resources one call of an op takes; ops that are not in it take one.
	Batch map[string]int
	// Refuse names a reason why this resource must not be planned although it was marked, or "": it serves honest work that the plan
	// does not hold. planned tells what else is in the plan.
	Refuse func(r *model.Resource, g *model.Graph, planned func(model.Ref) bool) string
	// Warn is a sentence for the review, or "".
	Warn func(r *model.Resource, g *model.Graph, planned func(model.Ref) bool) string
	// Carries says whether removing the resource would take the caller's own access or the run itself away (the guard of promise 5).
	Carries func(r *model.Resource, caller Caller) string
	// Settle is how long AWS takes after the last call until the resource is gone, for the ETA.
	Settle time.Duration
}

// Rates tells how fast an operation may be called in one region: its token bucket's name, burst and refill a second.
type Rates func(op string) (bucket string, burst int, perSecond float64)

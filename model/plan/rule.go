package plan

import (
	"time"

	"github.com/rootout/rootout/model"
)

// Rule is how resources of one kind are acted on: the half of a kind's file that planning needs. It
// is pure.
type Rule struct {
	// Verbs say how each verb acts on one resource; a verb that is not in it cannot be planned for
	// the kind.
	Verbs map[Verb]Way
	// Batch is how many resources one call of an op takes; ops that are not in it take one.
	Batch map[string]int
	// Carries says whether steps on a resource would take the caller's own access or the run itself
	// away, or "" (the guard). It judges by what the steps do to the caller, not by names.
	Carries func(steps []Step, g *model.Graph, caller model.Caller) string
	// Settle is how long AWS takes after the last call until the goal is reached, for the ETA.
	Settle time.Duration
	// SettleOf is how long it takes for one resource that is removed, where its own record says so;
	// 0 where it does not, which is Settle. It may be nil.
	SettleOf func(r *model.Resource, g *model.Graph) time.Duration
}

// Way is how one verb acts on the resources of a kind.
type Way struct {
	// Steps are the steps for one resource, in order; each waits for the one before it to be
	// Called. A nil result means that there is nothing to be done (AWS is deleting it). ID, Kind
	// and Place are filled in whatever they hold, Targets where there are none, and Phase where it
	// is Silence, the zero value.
	Steps func(r *model.Resource, g *model.Graph) []Step
	// Refuse names a reason why this resource must not be planned although it was wished for, or
	// "": it serves honest work that the plan does not hold. planned tells what else is in the
	// plan.
	Refuse func(r *model.Resource, g *model.Graph, planned func(model.Ref) bool) string
	// Warn is what the review says of it, or nothing.
	Warn func(r *model.Resource, g *model.Graph, planned func(model.Ref) bool) Warning
}

// ByDeleting is a rule's verbs where the kind can be removed and nothing else.
func ByDeleting(w Way) map[Verb]Way { return map[Verb]Way{Delete: w} }

// Rates tells how fast an operation may be called in one place: its token bucket's name, burst and
// refill a second.
type Rates func(op string) (bucket string, burst int, perSecond float64)

// Protection refuses resources: one query of the protect list.
type Protection interface {
	// Protects says whether a resource must not be touched, and why; what it cannot tell, it
	// protects.
	Protects(r *model.Resource) (protected bool, reason string)
}

// Wish is what the operator asks for, as it stood before him when he did.
type Wish struct {
	// Marked are his choices. What rootout does not cover stays, and the plan says so.
	Marked []model.Mark
	// HiddenByFilter counts marks that the filter on screen does not show.
	HiddenByFilter int
	// Unsure are things of which it cannot be told whether he means them, since what he asked for is
	// not known of them: they are no choice, and the plan says how many it leaves for that.
	Unsure []model.Ref
	// Window is how far back "new" reaches: what is older is told apart.
	Window time.Duration
}

// Input is everything that a plan depends on.
type Input struct {
	Snapshot *model.Snapshot
	Catalog  *model.Catalog
	// Rules say how each kind is acted on; a kind without one cannot be planned.
	Rules map[model.KindID]Rule
	Wish
	// Caller is where and as whom the plan will run.
	Caller model.Caller
	// Now is when it is frozen.
	Now time.Time
	// Protections are the protect list.
	Protections []Protection
	// Rates, Latency (one round trip) and Poll (one look at what is under way) make the ETA.
	Rates   Rates
	Latency time.Duration
	Poll    time.Duration
}

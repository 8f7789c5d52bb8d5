// Package kind knows every kind of resource that rootout lists and removes, one file a kind.
//
// A kind's file declares its model.Kind (pure data for screens, filters and reports), how it is listed, what evidence is taken, how it is
// removed and how its removal is proven. Nothing else in rootout names a kind. The package must not know screens, cases, schedules or the
// order of a run: it is called with a Visit and answers with resources and errors.
package kind

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Def is one kind: the pure half, and what calls AWS.
type Def struct {
	model.Kind
	// List finds every resource of the kind in the visit's region and hands each to visit.Found as soon as it is known, a page at a time.
	// An error means that the listing is not complete; what was found up to then stands.
	List func(ctx context.Context, visit *Visit) error
	// Calls are the operations that List may make, for example "ecs:ListTasks"; a test refuses any other.
	Calls []string
	// Evidence takes what the described record does not hold (log lines, a public address) before a resource is touched. What cannot be
	// had is returned as an item with Missing set, never as an error. Nil when the record is all there is.
	Evidence func(ctx context.Context, visit *Visit, r *model.Resource) []Evidence
	// EvidenceCalls are the operations that Evidence may make.
	EvidenceCalls []string
	// Rule is the pure half of removing it, Ops are the operations that its steps name.
	Rule plan.Rule
	Ops  map[string]Op
	// Prove reads resources again, at most ProveBatch at a time, and tells the fate of each. ProveCalls are the operations that it makes.
	Prove      func(ctx context.Context, visit *Visit, refs []model.Ref) (map[model.Ref]Fate, error)
	ProveBatch int
	ProveCalls []string
}

// Op is one operation that changes something.
type Op struct {
	// Call makes the one AWS call of a step. It returns the targets that AWS refused one by one in an otherwise good answer.
	Call func(ctx context.Context, visit *Visit, step plan.Step) (map[model.Ref]*model.Failure, error)
	// Gone are AWS's codes that say the target is not there any more: the call has succeeded already.
	Gone []string
	// Again are AWS's codes that say "not yet": the call is worth repeating after a polling interval.
	Again []string
	// Ready looks, before the call, whether the gate is open; why says what is being waited for. Nil means always.
	Ready func(ctx context.Context, visit *Visit, step plan.Step) (ready bool, why string, err error)
	// Sweep looks, before the gate and the call, at what has come into a container since the plan was frozen. It comes before Ready each
	// time, since what it finds may be what keeps the gate shut. Nil means that nothing can.
	Sweep func(ctx context.Context, visit *Visit, step plan.Step, planned func(model.Ref) bool) (Swept, error)
	// Clear ends one of Swept.Later under the step's own permit; the run has put its evidence and the intent on disk before.
	Clear func(ctx context.Context, visit *Visit, step plan.Step, r *model.Resource) error
	// Also are further operations that the step may call: those of Clear.
	Also []string
	// Reads are the operations of Call, Ready and Sweep that change nothing.
	Reads []string
}

// Swept is what came into a container after the plan was frozen.
type Swept struct {
	// Later was made by owners that the plan holds, and goes with the container.
	Later []Later
	// Newcomers were made by somebody else: they block the step.
	Newcomers []*model.Resource
}

// Later is a resource that a planned owner made after the plan was frozen, with the record that is its evidence.
type Later struct {
	Resource *model.Resource
	Raw      json.RawMessage
}

// Evidence is one thing that was kept before a resource was touched.
type Evidence struct {
	// What names it: "record", "image digest", "public address", "log tail".
	What string
	Data json.RawMessage
	// Missing says why there is none.
	Missing string
}

// Fate is what a re-read says of a resource.
type Fate struct {
	State FateState
	// Why says what is being waited for while it is alive, for example "DRAINING, 3 tasks are stopping".
	Why string
	// Resource is the fresh reading while it exists.
	Resource *model.Resource
}

// FateState is whether a resource still exists.
type FateState uint8

// The fates.
const (
	Alive    FateState = iota // It exists.
	Deleting                  // AWS is removing it and nothing more can or need be done: this ends a step as verified.
	Gone                      // It does not exist any more.
)

// PollEvery is how often a removal that is under way is looked at again. ECS's own waiters poll every 6 to 15 s; the read buckets of ECS
// (20 calls a second and region) allow for more, and a responder who watches the burn wants to see it fall.
const PollEvery = 3 * time.Second

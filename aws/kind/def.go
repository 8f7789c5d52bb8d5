package kind

import (
	"context"
	"encoding/json"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Def is one kind: the pure half, and what calls AWS.
type Def struct {
	model.Kind
	// List finds every resource of the kind in the visit's region and hands each to visit.Found as
	// soon as it is known, a page at a time. An error means that the listing is not complete; what
	// was found up to then stands.
	List func(ctx context.Context, visit *Visit) error
	// Calls are the operations that List may make, for example "ecs:ListTasks"; a test refuses any
	// other.
	Calls []string
	// Evidence takes what the described record does not hold (log lines, a public address) before a
	// resource is touched. What cannot be had is returned as an item with Missing set, never as an
	// error. Nil when the record is all there is.
	Evidence func(ctx context.Context, visit *Visit, r *model.Resource) []Evidence
	// EvidenceCalls are the operations that Evidence may make.
	EvidenceCalls []string
	// Secret are the members of AWS's records of the kind whose content is secret though their
	// names do not say so (what a name tells is sealed by its meaning, see Record). The kind hands
	// the same list to Record for everything that it keeps.
	Secret []string
	// Rule is the pure half of removing it, Ops are the operations that its steps name.
	Rule plan.Rule
	Ops  map[string]Op
	// Read reads resources again, at most ReadBatch at a time, and tells of each whether it is
	// there: what proves that a step has reached its goal. ReadCalls are the operations that it
	// makes.
	Read      func(ctx context.Context, visit *Visit, refs []model.Ref) (map[model.Ref]Reading, error)
	ReadBatch int
	ReadCalls []string
}

// Op is one operation that changes something.
type Op struct {
	// Call makes the one AWS call of a step.
	Call func(ctx context.Context, visit *Visit, step plan.Step) (Answer, error)
	// Gone are AWS's codes that say the target is not there any more: a call whose goal that is has
	// succeeded already. There are AWS's codes that say it exists already, for a call whose goal is
	// that it exists.
	Gone, There []string
	// Again are AWS's codes that say "not yet": the call is worth repeating after a polling
	// interval.
	Again []string
	// Ready looks, before the call, whether the gate is open; why says what is being waited for.
	// Nil means always.
	Ready func(ctx context.Context, visit *Visit, step plan.Step) (ready bool, why string, err error)
	// Inspect looks, before the gate and the call, at what has come into a container since the plan
	// was frozen. It comes before Ready each time, since what it finds may be what keeps the gate
	// shut. Nil means that nothing can.
	Inspect func(ctx context.Context, visit *Visit, step plan.Step, planned func(model.Ref) bool) (Inspected, error)
	// RemoveSpawned ends one of Inspected.Spawned under the step's own permit; the run has put its
	// evidence and the intent on disk before.
	RemoveSpawned func(ctx context.Context, visit *Visit, step plan.Step, r *model.Resource) error
	// Also are further operations that the step may call: those of RemoveSpawned.
	Also []string
	// Prove asks whether a step has reached its goal where reading its targets (Def.Read) does not
	// tell: what has changed about them, or how work stands whose receipt AWS gave. Nil means that
	// reading tells.
	Prove func(ctx context.Context, visit *Visit, step plan.Step, receipt Receipt) (Proof, error)
	// Prepare fills the parameters of an inverse step in from the evidence of its one target, and
	// may make several steps or none of it. Its error says in words why the target cannot be put
	// back exactly.
	Prepare func(step plan.Step, kept Kept) ([]plan.Step, error)
	// Reads are the operations of Call, Ready, Inspect and Prove that change nothing.
	Reads []string
	// Actions are IAM actions that the call needs besides the operation's own, for the policies in
	// the README.
	Actions []string
}

// Answer is AWS's good answer to a call.
type Answer struct {
	// Refused are the targets that AWS refused one by one all the same.
	Refused map[model.Ref]*model.Failure
	// Receipt names work that AWS goes on with.
	Receipt Receipt
}

// Receipt is what AWS gives for work that it goes on with: a deletion task id, an operation id. It
// is kept in the journal, so that a run that goes on later can ask for the same work. Empty where
// there is none.
type Receipt string

// Kept is the evidence of one resource by its name; nil where there is none.
type Kept func(what string) json.RawMessage

// Inspected is what came into a container after the plan was frozen.
type Inspected struct {
	// Spawned was made by owners that the plan holds, and goes with the container.
	Spawned []Spawned
	// Newcomers were made by somebody else: they block the step.
	Newcomers []*model.Resource
}

// Spawned is a resource that a planned owner made after the plan was frozen, with the record that
// is its evidence.
type Spawned struct {
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

// Reading is what a re-read says of a resource.
type Reading struct {
	Presence Presence
	// Why says in which state it is while it is there, for example "DRAINING, 3 tasks are
	// stopping".
	Why string
	// Failed says in AWS's words that it has given up removing it, while it is there.
	Failed string
	// Resource is the fresh reading while it exists.
	Resource *model.Resource
}

// Presence is whether a resource exists.
type Presence uint8

// The presences.
const (
	Present Presence = iota // It exists.
	Leaving                 // AWS is removing it and nothing more can or need be done.
	Absent                  // It does not exist.
)

// Proof says how far a step is from its goal, by a state that was read.
type Proof struct {
	State ProofState
	// Why says what is being waited for, or what was lost.
	Why string
}

// ProofState is how far a step is from its goal.
type ProofState uint8

// The states of a proof.
const (
	Pending ProofState = iota // Not yet.
	Reached                   // It is as the step wants it.
	Lost                      // It cannot become so any more.
)

// Judge tells by a reading of a target how far a goal is. What has changed about a target only
// Op.Prove tells: of Changed a reading says no more than that it is lost.
func Judge(goal plan.Goal, r Reading) Proof {
	p := Proof{Why: r.Why}
	switch goal {
	case plan.Gone:
		switch {
		case r.Presence != Present:
			p.State = Reached
		case r.Failed != "":
			p.State, p.Why = Lost, "AWS has given up removing it: "+r.Failed
		}
	case plan.Exists:
		switch r.Presence {
		case Present:
			p.State = Reached
		case Leaving:
			p.State, p.Why = Lost, "AWS is removing it"
		case Absent:
			p.Why = "it is not there yet"
		}
	case plan.Changed:
		if r.Presence != Present {
			p.State, p.Why = Lost, "it is not there any more"
		}
	}
	return p
}

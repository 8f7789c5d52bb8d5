package plan

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/rootout/rootout/model"
)

// Goal is what a step is to reach for its targets, and what proves it.
type Goal uint8

// The goals.
const (
	Gone    Goal = iota // They do not exist any more, or AWS is removing them on its own.
	Exists              // They exist.
	Changed             // They exist and are as the step says.
)

func goalWords() []string { return []string{"gone", "exists", "changed"} }

// String is the goal's word on the screen and in JSON.
func (g Goal) String() string { return goalWords()[g] }

// MarshalText implements encoding.TextMarshaler.
func (g Goal) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (g *Goal) UnmarshalJSON(text []byte) error {
	at, err := model.ReadWord(text, "goal", goalWords(), nil)
	*g = Goal(at)
	return err
}

// Until says how far a step must have come before a step that waits for it may start.
type Until uint8

// The three degrees of waiting.
const (
	Attempted Until = iota // Its call has had an answer, good or bad.
	Called                 // Its call has succeeded.
	Proven                 // A re-read has proven its goal.
)

func untilWords() []string { return []string{"attempted", "called", "proven"} }

// String is the degree's word in JSON.
func (u Until) String() string { return untilWords()[u] }

// MarshalText implements encoding.TextMarshaler.
func (u Until) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (u *Until) UnmarshalJSON(text []byte) error {
	at, err := model.ReadWord(text, "degree of waiting", untilWords(), untilWords())
	*u = Until(at)
	return err
}

// Wait is one dependency of a step.
type Wait struct {
	Step  string `json:"step"`
	Until Until  `json:"until"`
}

// Barrier is a dependency on all steps of one phase: those in the step's own place, or Everywhere
// (a service-linked role can go when nothing uses it in any region).
type Barrier struct {
	Phase      model.Phase `json:"phase"`
	Until      Until       `json:"until"`
	Everywhere bool        `json:"everywhere,omitempty"`
}

// Step is one AWS call on one or more resources of one kind in one place, as data.
type Step struct {
	// ID is "s" and a number, unique in the plan and in the order of Steps.
	ID    string       `json:"id"`
	Phase model.Phase  `json:"phase"`
	Kind  model.KindID `json:"kind"`
	// Op is the API operation, for example "ecs:DeleteService"; the kind's file knows how it is
	// called.
	Op string `json:"op"`
	model.Place
	// Targets are the resources that the call names, at most Batch of them.
	Targets []model.Ref `json:"targets"`
	// Params are further parameters of the call, for example {"cluster": "arn:…"}.
	Params map[string]string `json:"params,omitempty"`
	// After are the steps that it waits for one by one; Barriers make it wait for whole phases.
	After    []Wait    `json:"after,omitempty"`
	Barriers []Barrier `json:"barriers,omitempty"`
	// Goal is what it is to reach. Interim says that a later step of the same targets proves it
	// too, so that its good answer is enough (RemoveTargets, before DeleteRule).
	Goal    Goal `json:"goal"`
	Interim bool `json:"interim,omitempty"`
	// Before says in words what must hold before the call, Proof what proves it after.
	Before string `json:"before,omitempty"`
	Proof  string `json:"proof"`
	// Undo says how far it can be undone, UndoHow in words by what, Inverse by which steps:
	// they have no ids and waits, and are filled in from the evidence when the undo is planned.
	// Only what can be undone exactly has an inverse.
	Undo    model.Undo `json:"undo"`
	UndoHow string     `json:"undoHow,omitempty"`
	Inverse []Step     `json:"inverse,omitempty"`
	// UndoUnless says in words what would keep an exact undo from being one, where only the
	// evidence tells that.
	UndoUnless string `json:"undoUnless,omitempty"`
	// Needs are resources that have to be there for an inverse to work: a scaling target needs its
	// service.
	Needs []model.Ref `json:"needs,omitempty"`
	// Names are resources that an inverse names and works without: a rule comes back without the
	// cluster that it starts tasks in, and then fails whenever it fires.
	Names []model.Ref `json:"names,omitempty"`
	// USDPerHour is what stops being billed when the step succeeds: the dearest go first.
	USDPerHour float64 `json:"usdPerHour,omitempty"`
}

// UnmarshalJSON implements json.Unmarshaler. The first format knew removals only: a step either
// removed its targets or was on the way to that.
func (s *Step) UnmarshalJSON(text []byte) error {
	type plain Step
	var read struct {
		plain
		Removes *bool `json:"removes"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return fmt.Errorf("read a step: %w", err)
	}
	*s = Step(read.plain)
	if read.Removes != nil && !*read.Removes {
		s.Goal, s.Interim = Changed, true
	}
	return nil
}

// stepID is the id of the i-th step of a plan.
func stepID(i int) string { return "s" + strconv.Itoa(i+1) }

// stepNumber is the inverse of stepID, counting from 1.
func stepNumber(id string) int {
	n, _ := strconv.Atoi(id[1:])
	return n
}

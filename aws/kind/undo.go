package kind

import (
	"encoding/json"
	"fmt"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// requestParam is the parameter of an inverse step that holds the whole request as JSON, with the
// SDK's names. What the call names is never taken from it but from the step's target, so that a
// changed plan cannot send the call elsewhere.
const requestParam = "request"

// UndoOf is how far a resource comes back that its evidence tells all of: not exactly where values of
// it are secrets, since those are never kept.
func UndoOf(r *model.Resource) model.Undo {
	if r.Secrets > 0 {
		return model.UndoPartly
	}
	return model.UndoExactly
}

// FromEvidence decodes evidence that is to be put back, and refuses what would not come back word
// for word as AWS had it.
func FromEvidence(kept Kept, what string, into any) error {
	raw := kept(what)
	if raw == nil {
		return fmt.Errorf("there is no evidence of its %s", what)
	}
	raw, err := exact(raw)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("the evidence of its %s cannot be read: %w", what, err)
	}
	return nil
}

// WithRequest is a step that makes a request.
func WithRequest(step plan.Step, request any) ([]plan.Step, error) {
	text, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("the request cannot be written: %w", err)
	}
	step.Params = map[string]string{requestParam: string(text)}
	return []plan.Step{step}, nil
}

// Request decodes the request of a step.
func Request[T any](step plan.Step) (*T, error) {
	in := new(T)
	if err := json.Unmarshal([]byte(step.Params[requestParam]), in); err != nil {
		return nil, fmt.Errorf("%s: its request cannot be read: %w", step.Op, err)
	}
	return in, nil
}

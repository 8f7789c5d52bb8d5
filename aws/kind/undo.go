package kind

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/rootout/rootout/model/plan"
)

// requestParam is the parameter of an inverse step that holds the whole request as JSON, with the SDK's names.
// What the call names is never taken from it but from the step's target, so that a changed plan cannot send
// the call elsewhere.
const requestParam = "request"

// fromEvidence decodes evidence that is to be put back, and refuses what would not come back as it was.
func fromEvidence(kept Kept, what string, into any) error {
	raw := kept(what)
	if raw == nil {
		return fmt.Errorf("there is no evidence of its %s", what)
	}
	if err := exact(raw); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("the evidence of its %s cannot be read: %w", what, err)
	}
	return nil
}

// exact refuses evidence that is not word for word what AWS had: secrets are kept as seals only, and what would
// have moved the cursor is kept as escapes.
func exact(raw json.RawMessage) error {
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return fmt.Errorf("the evidence cannot be read: %w", err)
	}
	sealed, escaped := 0, 0
	cleaned := regexp.MustCompile(`\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}`)
	var walk func(node any)
	walk = func(node any) {
		switch n := node.(type) {
		case map[string]any:
			for _, child := range n {
				walk(child)
			}
		case []any:
			for _, child := range n {
				walk(child)
			}
		case string:
			if strings.Contains(n, "sealed:") {
				sealed++
			}
			if cleaned.MatchString(n) {
				escaped++
			}
		}
	}
	walk(tree)
	switch {
	case sealed > 0:
		return fmt.Errorf("%d of its values are secrets, which were never kept: put it back by hand from the evidence", sealed)
	case escaped > 0:
		return errors.New("its texts held control characters, which were not kept as they were: put it back by hand")
	}
	return nil
}

// withRequest is a step that makes a request.
func withRequest(step plan.Step, request any) ([]plan.Step, error) {
	text, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("the request cannot be written: %w", err)
	}
	step.Params = map[string]string{requestParam: string(text)}
	return []plan.Step{step}, nil
}

// request decodes the request of a step.
func request[T any](step plan.Step) (*T, error) {
	in := new(T)
	if err := json.Unmarshal([]byte(step.Params[requestParam]), in); err != nil {
		return nil, fmt.Errorf("%s: its request cannot be read: %w", step.Op, err)
	}
	return in, nil
}

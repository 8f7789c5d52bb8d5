package ecs

import (
	"errors"
	"fmt"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
)

// describing is a Describe call that names what it asks about.
type describing[T any] struct {
	// operation is the API's name, most how many one call takes.
	operation string
	most      int
	// arn is the ARN of a record, by which it is known for one that was asked for.
	arn  func(T) string
	call func(batch []string) ([]T, []types.Failure, error)
}

// of describes things by ARN, as far as AWS answers; what is MISSING has gone away meanwhile. AWS
// tells of everything that it is asked about, in records or in failures (ECS API Reference,
// DescribeTasks and its like, response elements): what an answer leaves out without a word is not
// gone, the answer is not whole. Records that nobody asked for are nobody's.
func (d describing[T]) of(v *kind.Visit, arns []string) ([]T, error) {
	var found []T
	for i, batch := range kind.Batched(arns, d.most) {
		records, failures, err := d.call(batch)
		if err != nil {
			return found, &undescribedError{arns: arns[i*d.most:], err: err}
		}
		mine, open := d.told(batch, records, failures)
		found = append(found, mine...)
		if len(open) == 0 {
			continue
		}
		if err = failuresOf(failures, "ecs:"+d.operation); err == nil {
			err = &aws.UnreadableError{
				Service: "ecs", Operation: d.operation, Region: v.Region,
				Lacks: fmt.Sprintf("it tells of %d of the %d that were asked for", len(batch)-len(open), len(batch)),
			}
		}
		return found, &undescribedError{arns: append(open, arns[i*d.most+len(batch):]...), err: err}
	}
	return found, nil
}

// told are the records of what was asked for, each once, and what neither they nor a MISSING tell
// of.
func (d describing[T]) told(batch []string, records []T, failures []types.Failure) (mine []T, open []string) {
	waiting := make(map[string]bool, len(batch))
	for _, arn := range batch {
		waiting[kind.Tail(arn)] = true
	}
	for _, r := range records {
		if name := kind.Tail(d.arn(r)); waiting[name] {
			delete(waiting, name)
			mine = append(mine, r)
		}
	}
	for _, f := range failures {
		if sdk.ToString(f.Reason) == missing {
			delete(waiting, kind.Tail(sdk.ToString(f.Arn)))
		}
	}
	for _, arn := range batch {
		if waiting[kind.Tail(arn)] {
			open = append(open, arn)
		}
	}
	return mine, open
}

// failuresOf turns what AWS could not describe into an error. MISSING means that the thing went
// away between two calls, which is no error.
func failuresOf(failures []types.Failure, operation string) error {
	for _, f := range failures {
		if reason := sdk.ToString(f.Reason); reason != missing {
			return fmt.Errorf("%s of %s: %s", operation, sdk.ToString(f.Arn), strings.TrimSpace(reason+" "+sdk.ToString(f.Detail)))
		}
	}
	return nil
}

// undescribedError is why things that a listing named could not be described. They are there all the
// same.
type undescribedError struct {
	arns []string
	err  error
}

// Error says why.
func (e *undescribedError) Error() string { return e.err.Error() }

// Unwrap gives the cause.
func (e *undescribedError) Unwrap() error { return e.err }

// undescribed are the ARNs that an error of described leaves open.
func undescribed(err error) []string {
	var e *undescribedError
	if errors.As(err, &e) && goneIsNothing(err) != nil {
		return e.arns
	}
	return nil
}

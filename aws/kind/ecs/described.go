package ecs

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	// home is the ARN of the cluster that is asked; empty where things are in none.
	home string
	// arn is the ARN of a record, by which it is known for one that was asked for, and that of the
	// cluster that it says it is in, if it does.
	arn  func(T) (arn, home *string)
	call func(batch []string) ([]T, []types.Failure, error)
	// listed asks the listing that named them once more which of some it still names. Nil where no
	// listing did.
	listed func(ids []string) (still []string, err error)
}

// listedBy is for things that a listing named.
func listedBy(ctx context.Context, listing *kind.Relisting) func([]string) ([]string, error) {
	if listing == nil {
		return nil
	}
	return func(ids []string) ([]string, error) { return listing.Still(ctx, ids) }
}

// of describes things by ARN, as far as AWS answers; what is MISSING has gone away meanwhile, if it is
// not listed any more. AWS tells of everything that it is asked about, in records or in failures (ECS API Reference,
// DescribeTasks and its like, response elements): what an answer leaves out without a word is not
// gone, the answer is not whole. Records that nobody asked for are nobody's.
func (d describing[T]) of(v *kind.Visit, arns []string) ([]T, error) {
	var found []T
	var failed error
	var open []string
	arns = kind.Distinct(arns)
	for i, batch := range kind.Batched(arns, d.most) {
		records, failures, err := d.call(batch)
		if err != nil {
			return found, &undescribedError{arns: append(open, arns[i*d.most:]...), err: aws.AppendError(failed, err)}
		}
		mine, gone, rest := d.told(v, batch, records, failures)
		found = append(found, mine...)
		if still, err := d.stillListed(v, gone, len(batch)); err != nil {
			open, failed = append(open, still...), aws.AppendError(failed, err)
		}
		if len(rest) == 0 {
			continue
		}
		open = append(open, rest...)
		if err = failuresOf(failures, "ecs:"+d.operation); err == nil {
			err = aws.Lacking("ecs:"+d.operation, v.Region, fmt.Sprintf("it tells of %d of the %d that were asked for", len(batch)-len(rest), len(batch)))
		}
		failed = aws.AppendError(failed, err)
	}
	if failed != nil {
		return found, &undescribedError{arns: open, err: failed}
	}
	return found, nil
}

// stillListed are those of what is MISSING that may be there all the same, with the reason.
func (d describing[T]) stillListed(v *kind.Visit, gone []string, asked int) ([]string, error) {
	if d.listed == nil || len(gone) == 0 {
		return nil, nil
	}
	still, err := d.listed(gone)
	if err == nil && len(still) > 0 {
		err = kind.StillListed(v, "ecs:"+d.operation, len(still), asked)
	}
	return still, err
}

// told are the records of what was asked for, each once, what is MISSING, and what neither tells of.
func (d describing[T]) told(v *kind.Visit, batch []string, records []T, failures []types.Failure) (mine []T, gone, open []string) {
	waiting := make(map[string]string, len(batch))
	for _, id := range batch {
		waiting[kind.Tail(id)] = id
	}
	for _, r := range records {
		arn, home := d.arn(r)
		name := kind.Tail(sdk.ToString(arn))
		id, asked := waiting[name]
		if asked && isNamed(v, sdk.ToString(arn), id) && (home == nil || d.home == "" || *home == d.home) {
			delete(waiting, name)
			mine = append(mine, r)
		}
	}
	for _, f := range failures {
		if sdk.ToString(f.Reason) == missing {
			name := kind.Tail(sdk.ToString(f.Arn))
			if id, asked := waiting[name]; asked {
				gone = append(gone, id)
			}
			delete(waiting, name)
		}
	}
	for _, id := range batch {
		if _, waits := waiting[kind.Tail(id)]; waits {
			open = append(open, id)
		}
	}
	return mine, gone, open
}

// isNamed says whether an ARN is that of what was asked for by this id: the ARN itself, the name, or
// the ARN in the format that has the cluster in it, or has it not.
func isNamed(v *kind.Visit, arn, id string) bool {
	told, here := v.Here(arn, "ecs")
	switch {
	case arn == id:
		return true
	case !here || kind.Tail(arn) != kind.Tail(id):
		return false
	case !kind.IsARN(id, "ecs"):
		return true
	}
	asked, here := v.Here(id, "ecs")
	a, b := strings.Split(asked, "/"), strings.Split(told, "/")
	return here && a[0] == b[0] && len(a) != len(b)
}

// relist asks a listing of ARNs once more.
func relist(lister func(context.Context, *string) ([]string, *string, error)) *kind.Relisting {
	return kind.Relist(func(ctx context.Context) ([]string, error) { return kind.All(ctx, lister) })
}

// ours keeps the ARNs of a listing that name something of a type in the visit's region and, where
// they name a cluster, in the one that was asked.
func ours(v *kind.Visit, operation string, arns []string, what, home string) ([]string, error) {
	return kind.Sieve(v, operation, arns, func(arn string) string { return arn }, func(arn string) bool { return isOurs(v, arn, what, home) })
}

func isOurs(v *kind.Visit, arn, what, home string) bool {
	resource, here := v.Here(arn, "ecs")
	parts := strings.Split(resource, "/")
	if !here || parts[0] != what || slices.Contains(parts, "") {
		return false
	}
	return len(parts) == 2 || len(parts) == 3 && home != "" && parts[1] == kind.Tail(home)
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

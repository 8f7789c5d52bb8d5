package ecs

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
)

// client asks Amazon ECS in the visit's region.
func client(v *kind.Visit) *ecs.Client { return aws.Client(v.Clients, ecs.NewFromConfig) }

// The words of ECS for states that the SDK leaves as plain strings.
const (
	active   = ecsref.Active
	draining = "DRAINING"
	inactive = "INACTIVE"
	stopped  = "STOPPED"
	missing  = "MISSING"
)

// writing is how records of ECS are written; secret are the members that a kind declares.
func writing(secret ...string) kind.Writing {
	return kind.Writing{Casing: kind.LowerCamel, Secret: secret}
}

// record is AWS's record of a resource, whose secrets it counts.
func record(v *kind.Visit, r *model.Resource, value any, secret ...string) json.RawMessage {
	kept := kind.Record(value, writing(secret...), v.Sealer)
	r.Secrets = kept.Sealed
	return kept.JSON
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

// described describes things by ARN in calls of at most most, as far as AWS answers; what is
// MISSING has gone away meanwhile.
func described[T any](
	arns []string, most int, operation string, describe func(batch []string) ([]T, []types.Failure, error),
) ([]T, error) {
	var found []T
	for i, batch := range kind.Batched(arns, most) {
		records, failures, err := describe(batch)
		found = append(found, records...)
		if err != nil {
			return found, &undescribedError{arns: arns[i*most:], err: err}
		}
		if err := failuresOf(failures, operation); err != nil {
			var open []string
			for _, f := range failures {
				if sdk.ToString(f.Reason) != missing {
					open = append(open, sdk.ToString(f.Arn))
				}
			}
			rest := arns[i*most+len(batch):]
			return found, &undescribedError{arns: append(open, rest...), err: err}
		}
	}
	return found, nil
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

// providerRef names a capacity provider over an Auto Scaling group; false for AWS's own FARGATE
// ones, which are nobody's to remove.
func providerRef(v *kind.Visit, provider string) (model.Ref, bool) {
	if provider == "" || isFargate(kind.Tail(provider)) {
		return model.Ref{}, false
	}
	for _, r := range v.KnownOf(ecsref.ProviderKind) {
		if r.Name == kind.Tail(provider) {
			return r.Ref, true
		}
	}
	if !kind.IsARN(provider, "ecs") {
		provider = v.ARN("ecs", "capacity-provider/"+provider)
	}
	return v.Ref(ecsref.ProviderKind, provider), true
}

func isFargate(provider string) bool { return provider == "FARGATE" || provider == "FARGATE_SPOT" }

// strategyNames are the providers that a strategy names.
func strategyNames(items []types.CapacityProviderStrategyItem) []string {
	names := make([]string, len(items))
	for i, s := range items {
		names[i] = sdk.ToString(s.CapacityProvider)
	}
	return names
}

// tagWords are tags as key=value. What a tag's name calls a secret is not shown.
func tagWords(tags []types.Tag) model.Value {
	words := make([]string, len(tags))
	for i, t := range tags {
		words[i] = kind.TagWord(sdk.ToString(t.Key), sdk.ToString(t.Value))
	}
	return model.List(words...)
}

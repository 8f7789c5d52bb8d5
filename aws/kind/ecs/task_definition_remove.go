package ecs

import (
	"context"
	"fmt"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

func (k definition) deregister(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	arn := step.Targets[0].ID
	_, err := client(v).DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: sdk.String(arn)})
	if !kind.HasCode(err, definitionAbsent()...) {
		return kind.Answer{}, err
	}
	status, lookErr := k.statusOf(ctx, v, arn)
	if lookErr != nil {
		return kind.Answer{}, fmt.Errorf("%w (and looking at its status failed: %w)", err, lookErr)
	}
	if status == types.TaskDefinitionStatusActive {
		return kind.Answer{}, err
	}
	return kind.Answer{}, nil
}

// statusOf is a revision's status, "" when it is not there.
func (k definition) statusOf(ctx context.Context, v *kind.Visit, arn string) (types.TaskDefinitionStatus, error) {
	out, err := describeDefinition(ctx, v, arn)
	switch {
	case kind.HasCode(err, definitionAbsent()...):
		return "", nil
	case err != nil:
		return "", err
	}
	return out.TaskDefinition.Status, nil
}

// remove deletes up to ten revisions. AWS refuses single ones inside a good answer; those that are
// on their way out already are no failure.
func (k definition) remove(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	out, err := client(v).DeleteTaskDefinitions(ctx, &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: kind.IDs(step.Targets)})
	if err != nil {
		return kind.Answer{}, err
	}
	refused := map[model.Ref]*model.Failure{}
	for _, f := range out.Failures {
		for _, ref := range step.Targets {
			if kind.Tail(ref.ID) != kind.Tail(sdk.ToString(f.Arn)) {
				continue
			}
			status, lookErr := k.statusOf(ctx, v, ref.ID)
			if lookErr == nil && (status == "" || status == types.TaskDefinitionStatusDeleteInProgress) {
				continue
			}
			refused[ref] = kind.Refusal(v, "ecs:DeleteTaskDefinitions", "", strings.TrimSpace(sdk.ToString(f.Reason)+" "+sdk.ToString(f.Detail)))
		}
	}
	return kind.Answer{Refused: refused}, nil
}

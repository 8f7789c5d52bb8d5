package events

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

func TestWhatGoesToAnHTTPEndpointIsSealed(t *testing.T) {
	kept := record(&kind.Visit{Sealer: model.NewSealer([]byte("0123456789abcdef"))}, types.Target{
		Id: new("1"),
		HttpParameters: &types.HttpParameters{
			HeaderParameters: map[string]string{"X-Key": "hunter2"}, PathParameterValues: []string{"hunter3"},
		},
	})
	if strings.Contains(string(kept.JSON), "hunter") || kept.Sealed != 2 || !strings.Contains(string(kept.JSON), "X-Key") {
		t.Errorf("what goes to an HTTP endpoint became %s", kept.JSON)
	}
	if declared := Rule().Secret; !slices.Contains(declared, "HttpParameters") {
		t.Errorf("the kind declares %v", declared)
	}
}

// TestTypesOfECSKeepItsWriting, as the AWS CLI prints and takes them.
func TestTypesOfECSKeepItsWriting(t *testing.T) {
	kept := record(&kind.Visit{}, types.Target{EcsParameters: &types.EcsParameters{
		TaskDefinitionArn:    new("arn:aws:ecs:us-east-1:123456789012:task-definition/x:1"),
		PlacementStrategy:    []types.PlacementStrategy{{Field: new("cpu"), Type: types.PlacementStrategyTypeSpread}},
		NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
	}})
	if !json.Valid(kept.JSON) {
		t.Fatalf("%s is no JSON", kept.JSON)
	}
	for _, want := range []string{`"PlacementStrategy":[{"field":"cpu","type":"spread"}]`, `"NetworkConfiguration":{"awsvpcConfiguration":{"Subnets":["subnet-1"]}}`} {
		if !strings.Contains(string(kept.JSON), want) {
			t.Errorf("%s is not in %s", want, kept.JSON)
		}
	}
}

// TestFailedTargetsAreRefused, also where AWS counts them and names none.
func TestFailedTargetsAreRefused(t *testing.T) {
	v, step := &kind.Visit{Region: "us-east-1"}, plan.Step{Op: "events:RemoveTargets", Targets: []model.Ref{{ID: "rule"}}}
	removed := func(count int32, codes ...string) kind.Answer {
		out := &eventbridge.RemoveTargetsOutput{FailedEntryCount: count}
		for _, code := range codes {
			out.FailedEntries = append(out.FailedEntries, types.RemoveTargetsResultEntry{ErrorCode: &code, TargetId: new("1")})
		}
		return targetsRemoved(v, step, out)
	}
	put := func(count int32, codes ...string) kind.Answer {
		out := &eventbridge.PutTargetsOutput{FailedEntryCount: count}
		for _, code := range codes {
			out.FailedEntries = append(out.FailedEntries, types.PutTargetsResultEntry{ErrorCode: &code, TargetId: new("1")})
		}
		return targetsPut(v, step, out)
	}
	for name, c := range map[string]struct {
		answer  kind.Answer
		refused bool
	}{
		"all removed":             {removed(0), false},
		"gone before":             {removed(1, "ResourceNotFoundException"), false},
		"not removed":             {removed(1, "ManagedRuleException"), true},
		"counted and not named":   {removed(2), true},
		"one of two named":        {removed(2, "ResourceNotFoundException"), true},
		"all put":                 {put(0), false},
		"not put":                 {put(1, "LimitExceededException"), true},
		"put, counted, not named": {put(3), true},
	} {
		if got := len(c.answer.Refused) > 0; got != c.refused {
			t.Errorf("%s: refused %v", name, c.answer.Refused)
		}
	}
}

package events

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
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

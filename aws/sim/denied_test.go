package sim_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/smithy-go"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// TestDenialsNameTheirResource, on the wire and in the record, whose code is AccessDenied for all
// services but EC2.
func TestDenialsNameTheirResource(t *testing.T) {
	t.Parallel()
	c := newCloud(cloud.Options{})
	s := sim.New(c, sim.Options{Faults: sim.Faults{Deny: []sim.Denial{{Region: "eu-west-1"}}}})
	cfg := client(s, "eu-west-1")
	const here = "eu-west-1:123456789012:"
	for name, step := range map[string]struct {
		call           func(ctx context.Context, cfg sdk.Config) error
		code, resource string
	}{
		"DeleteCluster": {func(ctx context.Context, cfg sdk.Config) error {
			_, err := ecs.NewFromConfig(cfg).DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: new("mine")})
			return err
		}, "AccessDenied", "arn:aws:ecs:" + here + "cluster/mine "},
		"StopTask": {func(ctx context.Context, cfg sdk.Config) error {
			_, err := ecs.NewFromConfig(cfg).StopTask(ctx, &ecs.StopTaskInput{Cluster: new("mine"), Task: new("abc")})
			return err
		}, "AccessDenied", "arn:aws:ecs:" + here + "task/mine/abc "},
		"DescribeServices": {func(ctx context.Context, cfg sdk.Config) error {
			_, err := ecs.NewFromConfig(cfg).DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: new("mine"), Services: []string{"web"}})
			return err
		}, "AccessDenied", "arn:aws:ecs:" + here + "service/mine/web "},
		"ListClusters": {func(ctx context.Context, cfg sdk.Config) error {
			_, err := ecs.NewFromConfig(cfg).ListClusters(ctx, &ecs.ListClustersInput{})
			return err
		}, "AccessDenied", "* "},
		"DisableRule": {func(ctx context.Context, cfg sdk.Config) error {
			_, err := eventbridge.NewFromConfig(cfg).DisableRule(ctx, &eventbridge.DisableRuleInput{Name: new("r"), EventBusName: new("b")})
			return err
		}, "AccessDenied", "arn:aws:events:" + here + "rule/b/r "},
		"DeleteSchedule": {func(ctx context.Context, cfg sdk.Config) error {
			_, err := scheduler.NewFromConfig(cfg).DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{Name: new("s")})
			return err
		}, "AccessDenied", "arn:aws:scheduler:" + here + "schedule/default/s "},
		"DescribeRegions": {func(ctx context.Context, cfg sdk.Config) error {
			_, err := ec2.NewFromConfig(cfg).DescribeRegions(ctx, &ec2.DescribeRegionsInput{})
			return err
		}, "Client.UnauthorizedOperation", "* "},
	} {
		var api smithy.APIError
		if err := step.call(t.Context(), cfg); !errors.As(err, &api) || !strings.Contains(api.ErrorMessage(), "on resource: "+step.resource) {
			t.Errorf("%s said %v, want %s", name, err, step.resource)
		}
		events := c.Events("eu-west-1")
		var record struct{ EventName, ErrorCode, ErrorMessage string }
		for _, e := range events {
			if e.Name != name {
				continue
			}
			if err := json.Unmarshal(c.Record(e), &record); err != nil {
				t.Fatal(err)
			}
		}
		if record.ErrorCode != step.code || !strings.Contains(record.ErrorMessage, "on resource: "+step.resource) {
			t.Errorf("%s is recorded as %+v", name, record)
		}
	}
}

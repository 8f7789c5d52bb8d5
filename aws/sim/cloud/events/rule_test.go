package events_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

func TestRuleRunsTasksUntilItIsDisabled(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		r.Seed(func(c *all.Cloud) {
			c.SeedRule(r.Region, all.RuleSeed{Name: "a-rule-with-a-rather-long-name", Schedule: "rate(5 minutes)", Cluster: "mine", TaskDefinition: "xmr", Count: 2, Role: "arn:aws:iam::123456789012:role/ecsEvents"})
		})
		time.Sleep(11 * time.Minute)
		got := r.ListTasks(ecs.ListTasksInput{Cluster: new("mine"), StartedBy: new("events-rule/a-rule-with-a-rather-lon")})
		if len(got) != 4 {
			t.Fatalf("%d tasks after two intervals", len(got))
		}
		if v := r.Task("mine", got[0]); *v.Group != "family:xmr" || *v.LastStatus != "RUNNING" {
			t.Errorf("group %s, %s", *v.Group, *v.LastStatus)
		}
		names := cloudtest.Must[eventbridge.ListRuleNamesByTargetOutput](r, "ListRuleNamesByTarget", &eventbridge.ListRuleNamesByTargetInput{TargetArn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine")})
		if len(names.RuleNames) != 1 {
			t.Errorf("rules by target %v", names.RuleNames)
		}
		name := names.RuleNames[0]
		cloudtest.Must[eventbridge.DisableRuleOutput](r, "DisableRule", &eventbridge.DisableRuleInput{Name: &name})
		time.Sleep(time.Hour)
		if n := len(r.Running("mine")); n != 4 {
			t.Errorf("%d tasks: a disabled rule fires", n)
		}
		cloudtest.Must[eventbridge.EnableRuleOutput](r, "EnableRule", &eventbridge.EnableRuleInput{Name: &name})
		time.Sleep(5 * time.Minute)
		if n := len(r.Running("mine")); n != 6 {
			t.Errorf("%d tasks: an enabled rule does not fire", n)
		}
		if e := cloudtest.Refused[eventbridge.DeleteRuleOutput](r, "ValidationException", "DeleteRule", &eventbridge.DeleteRuleInput{Name: &name}); e.Message != "Rule can't be deleted since it has targets." {
			t.Errorf("message %q", e.Message)
		}
		out := cloudtest.Must[eventbridge.RemoveTargetsOutput](r, "RemoveTargets", &eventbridge.RemoveTargetsInput{Rule: &name, Ids: []string{"ecs", "other"}})
		if out.FailedEntryCount != 1 || *out.FailedEntries[0].TargetId != "other" {
			t.Errorf("failed entries %+v", out.FailedEntries)
		}
		cloudtest.Must[eventbridge.DeleteRuleOutput](r, "DeleteRule", &eventbridge.DeleteRuleInput{Name: &name})
		cloudtest.Must[eventbridge.DeleteRuleOutput](r, "DeleteRule", &eventbridge.DeleteRuleInput{Name: &name})
		cloudtest.Refused[eventbridge.DescribeRuleOutput](r, "ResourceNotFoundException", "DescribeRule", &eventbridge.DescribeRuleInput{Name: &name})
		time.Sleep(time.Hour)
		if n := len(r.Running("mine")); n != 6 {
			t.Errorf("%d tasks: a deleted rule fires", n)
		}
	})
}

func TestManagedRuleNeedsForce(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Seed(func(c *all.Cloud) {
			c.SeedRule(r.Region, all.RuleSeed{Name: "managed", Pattern: `{"source":["x"]}`, ManagedBy: "guardduty.amazonaws.com", Targets: []ebtypes.Target{{Id: new("1"), Arn: new("arn:aws:sns:eu-west-3:123456789012:t")}}})
		})
		cloudtest.Refused[eventbridge.DisableRuleOutput](r, "ManagedRuleException", "DisableRule", &eventbridge.DisableRuleInput{Name: new("managed")})
		cloudtest.Refused[eventbridge.RemoveTargetsOutput](r, "ManagedRuleException", "RemoveTargets", &eventbridge.RemoveTargetsInput{Rule: new("managed"), Ids: []string{"1"}})
		cloudtest.Must[eventbridge.RemoveTargetsOutput](r, "RemoveTargets", &eventbridge.RemoveTargetsInput{Rule: new("managed"), Ids: []string{"1"}, Force: true})
		cloudtest.Refused[eventbridge.DeleteRuleOutput](r, "ManagedRuleException", "DeleteRule", &eventbridge.DeleteRuleInput{Name: new("managed")})
		cloudtest.Must[eventbridge.DeleteRuleOutput](r, "DeleteRule", &eventbridge.DeleteRuleInput{Name: new("managed"), Force: true})
	})
}

func TestRuleCallsAndPages(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		cloudtest.Refused[eventbridge.PutRuleOutput](r, "ValidationException", "PutRule", &eventbridge.PutRuleInput{Name: new("x"), ScheduleExpression: new("rate(1 minutes)")})
		cloudtest.Must[eventbridge.PutRuleOutput](r, "PutRule", &eventbridge.PutRuleInput{Name: new("x"), ScheduleExpression: new("rate(1 minute)")})
		cloudtest.Refused[eventbridge.PutTargetsOutput](r, "ResourceNotFoundException", "PutTargets", &eventbridge.PutTargetsInput{Rule: new("y"), Targets: []ebtypes.Target{{Id: new("1"), Arn: new("a")}}})
		cloudtest.Must[eventbridge.PutTargetsOutput](r, "PutTargets", &eventbridge.PutTargetsInput{Rule: new("x"), Targets: []ebtypes.Target{{
			Id: new("1"), Arn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine"), RoleArn: new("arn:aws:iam::123456789012:role/r"),
			EcsParameters: &ebtypes.EcsParameters{
				TaskDefinitionArn: new("arn:aws:ecs:eu-west-3:123456789012:task-definition/xmr"), LaunchType: ebtypes.LaunchTypeFargate,
				NetworkConfiguration: &ebtypes.NetworkConfiguration{AwsvpcConfiguration: &ebtypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
			},
		}}})
		time.Sleep(time.Minute)
		if n := len(r.Running("mine")); n != 1 {
			t.Errorf("%d tasks", n)
		}
		r.Seed(func(c *all.Cloud) {
			for i := range 100 {
				c.SeedRule(r.Region, all.RuleSeed{Name: "p" + string(rune('a'+i/26)) + string(rune('a'+i%26)), Pattern: `{"source":["x"]}`})
			}
		})
		out := cloudtest.Must[eventbridge.ListRulesOutput](r, "ListRules", &eventbridge.ListRulesInput{})
		if len(out.Rules) != 100 || out.NextToken == nil {
			t.Errorf("page of %d", len(out.Rules))
		}
		if p := cloudtest.Must[eventbridge.ListRulesOutput](r, "ListRules", &eventbridge.ListRulesInput{NamePrefix: new("x")}); len(p.Rules) != 1 {
			t.Errorf("by prefix %d", len(p.Rules))
		}
		cloudtest.Refused[eventbridge.ListRulesOutput](r, "ValidationException", "ListRules", &eventbridge.ListRulesInput{Limit: new(int32(101))})
		cloudtest.Refused[eventbridge.ListRulesOutput](r, "ResourceNotFoundException", "ListRules", &eventbridge.ListRulesInput{EventBusName: new("other")})
	})
}

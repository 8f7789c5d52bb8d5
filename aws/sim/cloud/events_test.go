package cloud

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

func TestRuleRunsTasksUntilItIsDisabled(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(0)
		r.seed(func(c *Cloud) {
			c.SeedRule(r.region, RuleSeed{Name: "a-rule-with-a-rather-long-name", Schedule: "rate(5 minutes)", Cluster: "mine", TaskDefinition: "xmr", Count: 2, Role: "arn:aws:iam::123456789012:role/ecsEvents"})
		})
		time.Sleep(11 * time.Minute)
		got := r.listTasks(ecs.ListTasksInput{Cluster: new("mine"), StartedBy: new("events-rule/a-rule-with-a-rather-lon")})
		if len(got) != 4 {
			t.Fatalf("%d tasks after two intervals", len(got))
		}
		if v := r.task("mine", got[0]); *v.Group != "family:xmr" || *v.LastStatus != "RUNNING" {
			t.Errorf("group %s, %s", *v.Group, *v.LastStatus)
		}
		names := must[eventbridge.ListRuleNamesByTargetOutput](r, "ListRuleNamesByTarget", &eventbridge.ListRuleNamesByTargetInput{TargetArn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine")})
		if len(names.RuleNames) != 1 {
			t.Errorf("rules by target %v", names.RuleNames)
		}
		name := names.RuleNames[0]
		must[eventbridge.DisableRuleOutput](r, "DisableRule", &eventbridge.DisableRuleInput{Name: &name})
		time.Sleep(time.Hour)
		if n := len(r.running("mine")); n != 4 {
			t.Errorf("%d tasks: a disabled rule fires", n)
		}
		must[eventbridge.EnableRuleOutput](r, "EnableRule", &eventbridge.EnableRuleInput{Name: &name})
		time.Sleep(5 * time.Minute)
		if n := len(r.running("mine")); n != 6 {
			t.Errorf("%d tasks: an enabled rule does not fire", n)
		}
		if e := refused[eventbridge.DeleteRuleOutput](r, "ValidationException", "DeleteRule", &eventbridge.DeleteRuleInput{Name: &name}); e.Message != "Rule can't be deleted since it has targets." {
			t.Errorf("message %q", e.Message)
		}
		out := must[eventbridge.RemoveTargetsOutput](r, "RemoveTargets", &eventbridge.RemoveTargetsInput{Rule: &name, Ids: []string{"ecs", "other"}})
		if out.FailedEntryCount != 1 || *out.FailedEntries[0].TargetId != "other" {
			t.Errorf("failed entries %+v", out.FailedEntries)
		}
		must[eventbridge.DeleteRuleOutput](r, "DeleteRule", &eventbridge.DeleteRuleInput{Name: &name})
		must[eventbridge.DeleteRuleOutput](r, "DeleteRule", &eventbridge.DeleteRuleInput{Name: &name})
		refused[eventbridge.DescribeRuleOutput](r, "ResourceNotFoundException", "DescribeRule", &eventbridge.DescribeRuleInput{Name: &name})
		time.Sleep(time.Hour)
		if n := len(r.running("mine")); n != 6 {
			t.Errorf("%d tasks: a deleted rule fires", n)
		}
	})
}

func TestManagedRuleNeedsForce(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.seed(func(c *Cloud) {
			c.SeedRule(r.region, RuleSeed{Name: "managed", Pattern: "{}", ManagedBy: "guardduty.amazonaws.com", Targets: []ebtypes.Target{{Id: new("1"), Arn: new("arn:aws:sns:eu-west-3:123456789012:t")}}})
		})
		refused[eventbridge.DisableRuleOutput](r, "ManagedRuleException", "DisableRule", &eventbridge.DisableRuleInput{Name: new("managed")})
		refused[eventbridge.RemoveTargetsOutput](r, "ManagedRuleException", "RemoveTargets", &eventbridge.RemoveTargetsInput{Rule: new("managed"), Ids: []string{"1"}})
		must[eventbridge.RemoveTargetsOutput](r, "RemoveTargets", &eventbridge.RemoveTargetsInput{Rule: new("managed"), Ids: []string{"1"}, Force: true})
		refused[eventbridge.DeleteRuleOutput](r, "ManagedRuleException", "DeleteRule", &eventbridge.DeleteRuleInput{Name: new("managed")})
		must[eventbridge.DeleteRuleOutput](r, "DeleteRule", &eventbridge.DeleteRuleInput{Name: new("managed"), Force: true})
	})
}

func TestRuleCallsAndPages(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(0)
		refused[eventbridge.PutRuleOutput](r, "ValidationException", "PutRule", &eventbridge.PutRuleInput{Name: new("x"), ScheduleExpression: new("rate(1 minutes)")})
		must[eventbridge.PutRuleOutput](r, "PutRule", &eventbridge.PutRuleInput{Name: new("x"), ScheduleExpression: new("rate(1 minute)")})
		refused[eventbridge.PutTargetsOutput](r, "ResourceNotFoundException", "PutTargets", &eventbridge.PutTargetsInput{Rule: new("y"), Targets: []ebtypes.Target{{Id: new("1"), Arn: new("a")}}})
		must[eventbridge.PutTargetsOutput](r, "PutTargets", &eventbridge.PutTargetsInput{Rule: new("x"), Targets: []ebtypes.Target{{
			Id: new("1"), Arn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine"), RoleArn: new("arn:aws:iam::123456789012:role/r"),
			EcsParameters: &ebtypes.EcsParameters{
				TaskDefinitionArn: new("arn:aws:ecs:eu-west-3:123456789012:task-definition/xmr"), LaunchType: ebtypes.LaunchTypeFargate,
				NetworkConfiguration: &ebtypes.NetworkConfiguration{AwsvpcConfiguration: &ebtypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
			},
		}}})
		time.Sleep(time.Minute)
		if n := len(r.running("mine")); n != 1 {
			t.Errorf("%d tasks", n)
		}
		r.seed(func(c *Cloud) {
			for i := range 100 {
				c.SeedRule(r.region, RuleSeed{Name: "p" + string(rune('a'+i/26)) + string(rune('a'+i%26)), Pattern: "{}"})
			}
		})
		out := must[eventbridge.ListRulesOutput](r, "ListRules", &eventbridge.ListRulesInput{})
		if len(out.Rules) != 100 || out.NextToken == nil {
			t.Errorf("page of %d", len(out.Rules))
		}
		if p := must[eventbridge.ListRulesOutput](r, "ListRules", &eventbridge.ListRulesInput{NamePrefix: new("x")}); len(p.Rules) != 1 {
			t.Errorf("by prefix %d", len(p.Rules))
		}
		refused[eventbridge.ListRulesOutput](r, "ValidationException", "ListRules", &eventbridge.ListRulesInput{Limit: new(int32(101))})
		refused[eventbridge.ListRulesOutput](r, "ResourceNotFoundException", "ListRules", &eventbridge.ListRulesInput{EventBusName: new("other")})
	})
}

func TestCadence(t *testing.T) {
	start := time.Date(2026, 11, 21, 20, 25, 30, 0, time.UTC) // A Saturday.
	for _, c := range []struct{ expression, next string }{
		{"rate(1 minute)", "2026-11-21T20:26:30Z"},
		{"rate(2 hours)", "2026-11-21T22:25:30Z"},
		{"rate(1 minutes)", ""},
		{"rate(2 minute)", ""},
		{"rate(0 minutes)", ""},
		{"rate(5 weeks)", ""},
		{"cron(0/15 * * * ? *)", "2026-11-21T20:30:00Z"},
		{"cron(0 10 ? * MON-FRI *)", "2026-11-23T10:00:00Z"},
		{"cron(30 2 1 * ? *)", "2026-12-01T02:30:00Z"},
		{"cron(0 0 29 2 ? *)", "2028-02-29T00:00:00Z"},
		{"cron(0 10 * * MON *)", ""},
		{"cron(0 25 * * ? *)", ""},
		{"at(2026-11-22T00:00:00)", "2026-11-22T00:00:00Z"},
		{"0 10 * * *", ""},
	} {
		cad, ok := parseCadence(c.expression, time.UTC)
		if !ok {
			if c.next != "" {
				t.Errorf("%s is refused", c.expression)
			}
			continue
		}
		got, ok := cad.next(start, 1)
		if c.next == "" || !ok || got.Format(time.RFC3339) != c.next {
			t.Errorf("%s: next is %v, want %s", c.expression, got, c.next)
		}
	}
	if c, _ := parseCadence("at(2020-01-01T00:00:00)", time.UTC); c.once.IsZero() {
		t.Error("a past moment is refused")
	} else if _, ok := c.next(start, 1); ok {
		t.Error("a past moment comes again")
	}
}

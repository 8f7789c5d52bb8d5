package cloud

import (
	"time"

	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

// RuleSeed is an EventBridge rule on the default bus.
type RuleSeed struct {
	// Name is the rule's.
	Name string
	// Schedule is a rate or cron expression, Pattern an event pattern; one of them is set.
	Schedule, Pattern string
	// Disabled is its state; ManagedBy the service that manages it, empty for none.
	Disabled  bool
	ManagedBy string
	// Cluster (a name) and TaskDefinition make an ECS target that runs Count tasks of launch type FARGATE; Role is the ARN that it takes.
	Cluster, TaskDefinition, Role string
	Count                         int
	PublicIP                      bool
	// Targets are further ones.
	Targets []ebtypes.Target
}

// SeedRule makes a rule, which fires for the first time one interval from now, and returns its ARN.
func (c *Cloud) SeedRule(region string, s RuleSeed) string {
	r := c.computing().eventsIn(region).addRule("default", s.Name)
	r.schedule, r.pattern, r.managedBy, r.createdBy = s.Schedule, opt(s.Pattern), opt(s.ManagedBy), c.opts.Account
	if s.Schedule != "" {
		var ok bool
		if r.cadence, ok = parseCadence(s.Schedule, time.UTC); !ok {
			mustBe(validation("schedule %s of rule %s", s.Schedule, s.Name))
		}
	}
	if s.Disabled {
		r.state = ebtypes.RuleStateDisabled
	}
	if s.Cluster != "" {
		cl, d := c.seedParts(region, s.Cluster, s.TaskDefinition)
		r.targets = append(r.targets, ebtypes.Target{
			Id: str("ecs"), Arn: str(cl.arn), RoleArn: opt(s.Role),
			EcsParameters: &ebtypes.EcsParameters{
				TaskDefinitionArn: str(d.arn()), TaskCount: new(int32(max(1, s.Count))), LaunchType: ebtypes.LaunchTypeFargate,
				NetworkConfiguration: &ebtypes.NetworkConfiguration{AwsvpcConfiguration: &ebtypes.AwsVpcConfiguration{
					Subnets: []string{"subnet-0" + c.hexID(16)}, AssignPublicIp: ebtypes.AssignPublicIp(enabled(s.PublicIP)),
				}},
			},
		})
	}
	r.targets = append(r.targets, s.Targets...)
	r.plan(c.opts.Now())
	return r.arn
}

// ScheduleSeed is a schedule of EventBridge Scheduler in the default group.
type ScheduleSeed struct {
	// Name is the schedule's, Expression a rate, cron or at expression.
	Name, Expression string
	// Disabled is its state.
	Disabled bool
	// Cluster (a name) and TaskDefinition make its target, which runs Count tasks of launch type FARGATE; Role is the ARN that it takes.
	Cluster, TaskDefinition, Role string
	Count                         int
	PublicIP                      bool
	// CreatedAt is when it was made, zero for now.
	CreatedAt time.Time
}

// SeedSchedule makes a schedule, which fires for the first time one interval from now, and returns its ARN.
func (c *Cloud) SeedSchedule(region string, s ScheduleSeed) string {
	cl, d := c.seedParts(region, s.Cluster, s.TaskDefinition)
	in := scheduler.CreateScheduleInput{
		Name: str(s.Name), ScheduleExpression: str(s.Expression), State: schedtypes.ScheduleStateEnabled,
		FlexibleTimeWindow: &schedtypes.FlexibleTimeWindow{Mode: schedtypes.FlexibleTimeWindowModeOff},
		Target: &schedtypes.Target{
			Arn: str(cl.arn), RoleArn: str(s.Role),
			EcsParameters: &schedtypes.EcsParameters{
				TaskDefinitionArn: str(d.arn()), TaskCount: new(int32(max(1, s.Count))), LaunchType: schedtypes.LaunchTypeFargate,
				NetworkConfiguration: &schedtypes.NetworkConfiguration{AwsvpcConfiguration: &schedtypes.AwsVpcConfiguration{
					Subnets: []string{"subnet-0" + c.hexID(16)}, AssignPublicIp: schedtypes.AssignPublicIp(enabled(s.PublicIP)),
				}},
			},
		},
	}
	if s.Disabled {
		in.State = schedtypes.ScheduleStateDisabled
	}
	cad, ok := parseCadence(s.Expression, time.UTC)
	if !ok {
		mustBe(validation("expression %s of schedule %s", s.Expression, s.Name))
	}
	made := c.computing().schedulesIn(region).add("default", in, cad, c.since(s.CreatedAt))
	made.plan(c.opts.Now())
	return made.arn
}

func enabled(on bool) string {
	if on {
		return "ENABLED"
	}
	return "DISABLED"
}

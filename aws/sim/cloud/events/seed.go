package events

import (
	"cmp"
	"strings"
	"time"

	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// RuleSeed is an EventBridge rule.
type RuleSeed struct {
	// Name is the rule's, Bus that of its bus, which is made if need be; empty means the default one.
	Name, Bus string
	// Schedule is a rate or cron expression, Pattern an event pattern; one of them is set.
	Schedule, Pattern string
	// Disabled is its state; ManagedBy the service that manages it, empty for none.
	Disabled  bool
	ManagedBy string
	// Cluster (a name) and TaskDefinition make an ECS target that runs Count tasks of launch type
	// FARGATE; Role is the ARN that it takes.
	Cluster, TaskDefinition, Role string
	Count                         int
	PublicIP                      bool
	// Newest names the definition by its family alone, which means its newest revision.
	Newest bool
	// Targets are further ones.
	Targets []ebtypes.Target
}

// SeedRule makes a rule, which fires for the first time one interval from now, and returns its ARN.
func (e *EventBridge) SeedRule(region string, s RuleSeed) string {
	p := e.c.In(region)
	g := e.rules.At(p)
	bus := cmp.Or(s.Bus, defaultName)
	if _, there := g.buses.Get(bus); !there {
		g.addBus(bus, nil, e.c.Now())
	}
	r := g.add(bus, s.Name)
	r.schedule, r.pattern, r.managedBy, r.createdBy = s.Schedule, ptr.Opt(s.Pattern), ptr.Opt(s.ManagedBy), p.Account
	if s.Schedule != "" {
		var ok bool
		if r.cadence, ok = parseCadence(s.Schedule, time.UTC, ofRules); !ok {
			panic("scenario: " + cloud.Validation("schedule %s of rule %s", s.Schedule, s.Name).Error())
		}
	}
	if s.Disabled {
		r.state = ebtypes.RuleStateDisabled
	}
	if s.Cluster != "" {
		cluster, definition := e.tasks.SeededARNs(p, s.Cluster, s.TaskDefinition)
		if s.Newest {
			definition = familyOf(definition)
		}
		r.targets = append(r.targets, ebtypes.Target{
			Id: new("ecs"), Arn: &cluster, RoleArn: ptr.Opt(s.Role),
			EcsParameters: &ebtypes.EcsParameters{
				TaskDefinitionArn: &definition, TaskCount: new(int32(max(1, s.Count))), LaunchType: ebtypes.LaunchTypeFargate,
				NetworkConfiguration: &ebtypes.NetworkConfiguration{AwsvpcConfiguration: &ebtypes.AwsVpcConfiguration{
					Subnets: []string{"subnet-0" + e.c.HexID(16)}, AssignPublicIp: ebtypes.AssignPublicIp(enabled(s.PublicIP)),
				}},
			},
		})
	}
	r.targets = append(r.targets, s.Targets...)
	r.plan(e.c.Now())
	return r.arn
}

// ScheduleSeed is a schedule of EventBridge Scheduler.
type ScheduleSeed struct {
	// Name is the schedule's, Expression a rate, cron or at expression, in the time of Timezone; empty
	// means UTC.
	Name, Expression, Timezone string
	// Group is the schedule group, which is made if need be; empty means the default one.
	Group string
	// Disabled is its state.
	Disabled bool
	// Cluster (a name) and TaskDefinition make its target, which runs Count tasks of launch type
	// FARGATE; Role is the ARN that it takes, which no schedule is without: empty means a usual one.
	Cluster, TaskDefinition, Role string
	Count                         int
	PublicIP                      bool
	// Newest names the definition by its family alone, which means its newest revision.
	Newest bool
	// CreatedAt is when it was made, zero for now.
	CreatedAt time.Time
}

// SeedSchedule makes a schedule, which fires for the first time one interval from now, and returns
// its ARN.
func (e *EventBridge) SeedSchedule(region string, s ScheduleSeed) string {
	p := e.c.In(region)
	cluster, definition := e.tasks.SeededARNs(p, s.Cluster, s.TaskDefinition)
	if s.Newest {
		definition = familyOf(definition)
	}
	in := scheduler.CreateScheduleInput{
		Name: new(s.Name), ScheduleExpression: new(s.Expression), State: schedtypes.ScheduleStateEnabled,
		FlexibleTimeWindow: &schedtypes.FlexibleTimeWindow{Mode: schedtypes.FlexibleTimeWindowModeOff},
		Target: &schedtypes.Target{
			Arn: &cluster, RoleArn: new(cmp.Or(s.Role, e.c.RoleARN(p.Account, "ecsSchedulerRole"))),
			EcsParameters: &schedtypes.EcsParameters{
				TaskDefinitionArn: &definition, TaskCount: new(int32(max(1, s.Count))), LaunchType: schedtypes.LaunchTypeFargate,
				NetworkConfiguration: &schedtypes.NetworkConfiguration{AwsvpcConfiguration: &schedtypes.AwsVpcConfiguration{
					Subnets: []string{"subnet-0" + e.c.HexID(16)}, AssignPublicIp: schedtypes.AssignPublicIp(enabled(s.PublicIP)),
				}},
			},
		},
	}
	if s.Disabled {
		in.State = schedtypes.ScheduleStateDisabled
	}
	in.ScheduleExpressionTimezone = ptr.Opt(s.Timezone)
	cad, err := checkSchedule(&in)
	if err != nil {
		panic("scenario: schedule " + s.Name + ": " + err.Error())
	}
	g, group := e.schedules.At(p), cmp.Or(s.Group, defaultName)
	if _, there := g.groups.Get(group); !there {
		g.addGroup(group, e.c.Since(s.CreatedAt))
	}
	made := g.add(group, in, cad, e.c.Since(s.CreatedAt))
	made.plan(e.c.Now())
	return made.arn
}

// familyOf is the ARN of a definition without its revision.
func familyOf(definition string) string { return definition[:strings.LastIndexByte(definition, ':')] }

func enabled(on bool) string {
	if on {
		return "ENABLED"
	}
	return "DISABLED"
}

func (e *EventBridge) ruleResources(see func(cloud.ResourceInfo)) {
	for _, p := range e.rules.Places() {
		for r := range e.rules.At(p).All() {
			see(cloud.ResourceInfo{ARN: r.arn, Kind: "events:rule", Place: p})
		}
	}
}

func (e *EventBridge) scheduleResources(see func(cloud.ResourceInfo)) {
	for _, p := range e.schedules.Places() {
		for s := range e.schedules.At(p).All() {
			see(cloud.ResourceInfo{ARN: s.arn, Kind: "scheduler:schedule", Place: p})
		}
	}
}

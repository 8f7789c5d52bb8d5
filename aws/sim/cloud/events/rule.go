// Package events simulates Amazon EventBridge and EventBridge Scheduler: rules and schedules that
// run ECS tasks.
//
// Targets of other services are kept and shown, and have nobody here to receive them. It must not
// know how tasks run.
package events

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
	"github.com/rootout/rootout/aws/sim/wire"
)

// Tasks is what rules and schedules run: those of ECS.
type Tasks interface {
	// RunTask is the operation; the cloud's lock is held.
	RunTask(call cloud.Call, in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error)
	// SeededARNs are the ARNs of a cluster (by name) and a task definition (by family, revision or
	// ARN) for a seed, which panics if either is missing.
	SeededARNs(p cloud.Place, cluster, definition string) (clusterARN, definitionARN string)
}

// EventBridge is Amazon EventBridge with its Scheduler. The cloud's lock is held in all its
// methods.
type EventBridge struct {
	c         *cloud.Cloud
	tasks     Tasks
	rules     *cloud.PerPlace[*rules]
	schedules *cloud.PerPlace[*schedules]
}

// Register adds both services to an account, for the tasks that they run.
func Register(c *cloud.Cloud, tasks Tasks) *EventBridge {
	e := &EventBridge{c: c, tasks: tasks}
	e.rules = cloud.NewPerPlace(func(p cloud.Place) *rules {
		g := &rules{e: e, place: p}
		g.addBus(defaultName, nil, time.Time{})
		return g
	})
	e.schedules = cloud.NewPerPlace(func(p cloud.Place) *schedules {
		g := &schedules{e: e, place: p}
		g.addGroup(defaultName, time.Time{})
		return g
	})
	c.Register(e.bridge())
	c.Register(e.scheduler())
	return e
}

// bridge is the service with the signing name "events".
func (e *EventBridge) bridge() cloud.Service {
	c := e.c
	return cloud.Service{
		Wire:      wire.Service{Name: "events", Protocol: wire.JSON, Version: "1.1", Target: "AWSEvents", Names: borrowedFromECS()},
		State:     e,
		Named:     []cloud.NamedMember{{Path: "in.rule", Type: "AWS::Events::Rule"}, {Path: "in.name", Type: "AWS::Events::Rule"}},
		Resources: e.ruleResources,
		Check:     cloud.RefuseUnlisted,
		Resource:  e.ruleResource,
		// "All other APIs" share 50 calls a second (CloudWatch Events limits, of which EventBridge kept the
		// number); the burst is not published.
		Buckets: []cloud.Bucket{{Name: "all", Burst: 50, Refill: 50, Operations: []string{
			"PutRule", "ListRules", "DescribeRule", "EnableRule", "DisableRule", "DeleteRule", "PutTargets", "RemoveTargets", "ListTargetsByRule",
			"ListRuleNamesByTarget", "CreateEventBus", "DescribeEventBus", "ListEventBuses", "DeleteEventBus",
		}}},
		Operations: []cloud.Operation{
			cloud.Op(c, "PutRule", false, e.putRule),
			cloud.Op(c, "ListRules", true, e.listRules),
			cloud.Op(c, "DescribeRule", true, e.describeRule),
			cloud.Op(c, "EnableRule", false, e.enableRule),
			cloud.Op(c, "DisableRule", false, e.disableRule),
			cloud.Op(c, "DeleteRule", false, e.deleteRule),
			cloud.Op(c, "PutTargets", false, e.putTargets),
			cloud.Op(c, "RemoveTargets", false, e.removeTargets),
			cloud.Op(c, "ListTargetsByRule", true, e.listTargetsByRule),
			cloud.Op(c, "ListRuleNamesByTarget", true, e.listRuleNamesByTarget),
			cloud.Op(c, "CreateEventBus", false, e.createEventBus),
			cloud.Op(c, "DescribeEventBus", true, e.describeEventBus),
			cloud.Op(c, "ListEventBuses", true, e.listEventBuses),
			cloud.Op(c, "DeleteEventBus", false, e.deleteEventBus),
		},
	}
}

// rules is EventBridge in one place. They stand by bus and name.
type rules struct {
	e     *EventBridge
	place cloud.Place
	buses cloud.Table[*eventBus]
	cloud.Table[*eventRule]
}

type eventRule struct {
	in                   *rules
	bus, name, arn       string
	state                ebtypes.RuleState
	schedule             string
	cadence              cadence
	pattern, description *string
	role, managedBy      *string
	createdBy            string
	targets              []ebtypes.Target
	// turn counts changes: a firing that was planned before the last one is void.
	turn int
}

func (e *EventBridge) rule(call cloud.Call, bus, name *string) (*eventRule, error) {
	g := e.rules.At(call.Place)
	b, err := g.bus(bus)
	if err != nil {
		return nil, err
	}
	if r, ok := g.Get(b.name + "/" + ptr.Val(name)); ok {
		return r, nil
	}
	return nil, cloud.Errorf("ResourceNotFoundException", "Rule %s does not exist on EventBus %s.", ptr.Val(name), b.name)
}

// ownRule is a rule that the caller may change: one that a service manages only by force
// (EventBridge API Reference, ManagedRuleException).
func (e *EventBridge) ownRule(call cloud.Call, bus, name *string, force bool) (*eventRule, error) {
	r, err := e.rule(call, bus, name)
	if err == nil && r.managedBy != nil && !force {
		return nil, cloud.Errorf("ManagedRuleException", "Rule %s is managed by %s.", r.name, *r.managedBy)
	}
	return r, err
}

// add puts a rule on a bus, whose name is in the ARN unless it is the default one.
func (g *rules) add(bus, name string) *eventRule {
	path := "rule/" + name
	if bus != defaultName {
		path = "rule/" + bus + "/" + name
	}
	r := &eventRule{in: g, bus: bus, name: name, arn: g.e.c.ARNIn(g.place, "events", path), state: ebtypes.RuleStateEnabled}
	g.Set(bus+"/"+name, r)
	return r
}

// putRule makes or replaces a rule, keeping its targets; it needs a pattern or a schedule, the latter
// on the default bus only (EventBridge API Reference, PutRule; the words about schedules:
// aws-controllers-k8s/community#1984).
func (e *EventBridge) putRule(call cloud.Call, in *eventbridge.PutRuleInput) (*eventbridge.PutRuleOutput, error) {
	g := e.rules.At(call.Place)
	bus, err := g.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	c, err := checkRule(bus, in)
	if err != nil {
		return nil, err
	}
	r, ok := g.Get(bus.name + "/" + *in.Name)
	if ok && r.managedBy != nil {
		return nil, cloud.Errorf("ManagedRuleException", "Rule %s is managed by %s.", r.name, *r.managedBy)
	}
	if !ok {
		r = g.add(bus.name, *in.Name)
		r.createdBy = call.Account
	}
	r.schedule, r.cadence, r.pattern, r.description, r.role = ptr.Val(in.ScheduleExpression), c, in.EventPattern, in.Description, in.RoleArn
	r.state = in.State
	if r.state == "" {
		r.state = ebtypes.RuleStateEnabled
	}
	r.plan(call.Now)
	return &eventbridge.PutRuleOutput{RuleArn: new(r.arn)}, nil
}

// checkRule refuses what PutRule refuses.
func checkRule(bus *eventBus, in *eventbridge.PutRuleInput) (c cadence, err error) {
	name, pattern, schedule := ptr.Val(in.Name), ptr.Val(in.EventPattern), ptr.Val(in.ScheduleExpression)
	switch {
	case name == "" || len(name) > 64:
		return c, cloud.Constraint(name, "name", "have length between 1 and 64")
	case !regexp.MustCompile(`^[.\-_A-Za-z0-9]+$`).MatchString(name):
		return c, cloud.Constraint(name, "name", `satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`)
	case pattern == "" && schedule == "":
		return c, cloud.Validation("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case schedule != "" && bus.name != defaultName:
		return c, cloud.Validation("ScheduleExpression is supported only on the default event bus.")
	}
	if schedule != "" {
		var ok bool
		if c, ok = parseCadence(schedule, time.UTC, ofRules); !ok {
			return c, cloud.Validation("Parameter ScheduleExpression is not valid.")
		}
	}
	if pattern != "" {
		if err := checkPattern(pattern); err != nil {
			return c, err
		}
	}
	return c, checkTags(in.Tags)
}

// plan puts the rule's next firing on the agenda.
func (r *eventRule) plan(at time.Time) {
	r.turn++
	if r.state == ebtypes.RuleStateDisabled || r.schedule == "" {
		return
	}
	c, turn := r.in.e.c, r.turn
	next, ok := r.cadence.next(at, c.Speed())
	if !ok {
		return
	}
	c.At(next, func(at time.Time) {
		if now, ok := r.in.Get(r.bus + "/" + r.name); !ok || now != r || r.turn != turn {
			return
		}
		r.fire(at)
		r.plan(at)
	})
}

// fire runs the rule's ECS targets; other targets have nobody here to receive them.
func (r *eventRule) fire(at time.Time) {
	for _, t := range r.targets {
		e := t.EcsParameters
		if e == nil {
			continue
		}
		in := ecs.RunTaskInput{
			Cluster: t.Arn, TaskDefinition: e.TaskDefinitionArn, Count: e.TaskCount, Group: e.Group, StartedBy: new("events-rule/" + r.name),
			LaunchType: ecstypes.LaunchType(e.LaunchType), PlatformVersion: e.PlatformVersion, PropagateTags: ecstypes.PropagateTags(e.PropagateTags),
			EnableECSManagedTags: e.EnableECSManagedTags, EnableExecuteCommand: e.EnableExecuteCommand, ReferenceId: e.ReferenceId,
			CapacityProviderStrategy: runStrategy(e.CapacityProviderStrategy, func(i ebtypes.CapacityProviderStrategyItem) (*string, int32, int32) {
				return i.CapacityProvider, i.Weight, i.Base
			}),
		}
		if n := e.NetworkConfiguration; n != nil && n.AwsvpcConfiguration != nil {
			in.NetworkConfiguration = runNetwork(n.AwsvpcConfiguration.Subnets, n.AwsvpcConfiguration.SecurityGroups, string(n.AwsvpcConfiguration.AssignPublicIp))
		}
		for _, tag := range e.Tags {
			in.Tags = append(in.Tags, ecstypes.Tag{Key: tag.Key, Value: tag.Value})
		}
		role := ptr.Val(t.RoleArn)
		if role == "" {
			role = ptr.Val(r.role)
		}
		r.in.e.run(scheduledRun{place: r.in.place, role: role, session: "AwsEventBridge", invokedBy: "events.amazonaws.com", in: in}, at)
	}
}

func (r *eventRule) view() ebtypes.Rule {
	return ebtypes.Rule{
		Name: new(r.name), Arn: new(r.arn), EventBusName: new(r.bus), State: r.state, ScheduleExpression: ptr.Opt(r.schedule),
		EventPattern: r.pattern, Description: r.description, RoleArn: r.role, ManagedBy: r.managedBy,
	}
}

// eventsLimit: Limit is 1 to 100 (EventBridge API Reference, ListRules).
func eventsLimit(limit *int32) (int, error) {
	if limit == nil {
		return 100, nil
	}
	if *limit < 1 || *limit > 100 {
		return 0, cloud.Validation("1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value between 1 and 100")
	}
	return int(*limit), nil
}

func (e *EventBridge) listRules(call cloud.Call, in *eventbridge.ListRulesInput) (*eventbridge.ListRulesOutput, error) {
	n, err := eventsLimit(in.Limit)
	if err != nil {
		return nil, err
	}
	g := e.rules.At(call.Place)
	bus, err := g.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	items, next, ok := g.Page(func(r *eventRule) bool {
		return r.bus == bus.name && strings.HasPrefix(r.name, ptr.Val(in.NamePrefix))
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, badToken()
	}
	out := &eventbridge.ListRulesOutput{Rules: []ebtypes.Rule{}, NextToken: ptr.Opt(next)}
	for _, r := range items {
		out.Rules = append(out.Rules, r.view())
	}
	return out, nil
}

func (e *EventBridge) describeRule(call cloud.Call, in *eventbridge.DescribeRuleInput) (*eventbridge.DescribeRuleOutput, error) {
	r, err := e.rule(call, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeRuleOutput{
		Name: new(r.name), Arn: new(r.arn), EventBusName: new(r.bus), State: r.state, ScheduleExpression: ptr.Opt(r.schedule),
		EventPattern: r.pattern, Description: r.description, RoleArn: r.role, ManagedBy: r.managedBy, CreatedBy: ptr.Opt(r.createdBy),
	}, nil
}

func (e *EventBridge) enableRule(call cloud.Call, in *eventbridge.EnableRuleInput) (*eventbridge.EnableRuleOutput, error) {
	r, err := e.ownRule(call, in.EventBusName, in.Name, false)
	if err != nil {
		return nil, err
	}
	if r.state == ebtypes.RuleStateDisabled {
		r.state = ebtypes.RuleStateEnabled
		r.plan(call.Now)
	}
	return &eventbridge.EnableRuleOutput{}, nil
}

func (e *EventBridge) disableRule(call cloud.Call, in *eventbridge.DisableRuleInput) (*eventbridge.DisableRuleOutput, error) {
	r, err := e.ownRule(call, in.EventBusName, in.Name, false)
	if err != nil {
		return nil, err
	}
	r.state = ebtypes.RuleStateDisabled
	r.plan(call.Now)
	return &eventbridge.DisableRuleOutput{}, nil
}

// deleteRule: "Before you can delete the rule, you must remove all targets"; deleting one that is
// not there succeeds; a managed one needs Force (EventBridge API Reference, DeleteRule).
func (e *EventBridge) deleteRule(call cloud.Call, in *eventbridge.DeleteRuleInput) (*eventbridge.DeleteRuleOutput, error) {
	g := e.rules.At(call.Place)
	bus, err := g.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	if _, ok := g.Get(bus.name + "/" + ptr.Val(in.Name)); !ok {
		return &eventbridge.DeleteRuleOutput{}, nil
	}
	r, err := e.ownRule(call, in.EventBusName, in.Name, in.Force)
	if err != nil {
		return nil, err
	}
	if len(r.targets) > 0 {
		return nil, cloud.Validation("Rule can't be deleted since it has targets.")
	}
	g.Delete(bus.name + "/" + r.name)
	return &eventbridge.DeleteRuleOutput{}, nil
}

func (r *eventRule) has(id string) bool {
	return slices.ContainsFunc(r.targets, func(t ebtypes.Target) bool { return ptr.Val(t.Id) == id })
}

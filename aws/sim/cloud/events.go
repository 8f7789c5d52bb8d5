package cloud

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// EventsOperations are the operations of EventBridge, signing name "events".
func (c *Cloud) EventsOperations() []Operation {
	p := c.computing()
	return []Operation{
		Op(c, "PutRule", false, p.putRule),
		Op(c, "ListRules", true, p.listRules),
		Op(c, "DescribeRule", true, p.describeRule),
		Op(c, "EnableRule", false, p.enableRule),
		Op(c, "DisableRule", false, p.disableRule),
		Op(c, "DeleteRule", false, p.deleteRule),
		Op(c, "PutTargets", false, p.putTargets),
		Op(c, "RemoveTargets", false, p.removeTargets),
		Op(c, "ListTargetsByRule", true, p.listTargetsByRule),
		Op(c, "ListRuleNamesByTarget", true, p.listRuleNamesByTarget),
		Op(c, "ListEventBuses", true, p.listEventBuses),
	}
}

// eventsRegion is EventBridge in one region. Rules stand by bus and name.
type eventsRegion struct {
	r     *ecsRegion
	rules shelf[*eventRule]
}

type eventRule struct {
	g                    *eventsRegion
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

func (p *compute) eventsIn(region string) *eventsRegion {
	g, ok := p.rules[region]
	if !ok {
		g = &eventsRegion{r: p.region(region)}
		p.rules[region] = g
	}
	return g
}

// busName reads a bus by name or ARN. Only the default bus is here.
func busName(ref *string) (string, error) {
	name := tail(val(ref))
	if name == "" {
		name = "default"
	}
	if name != "default" {
		return "", Errorf("ResourceNotFoundException", "Event bus %s does not exist.", name)
	}
	return name, nil
}

func (p *compute) rule(call Call, bus, name *string) (*eventRule, error) {
	b, err := busName(bus)
	if err != nil {
		return nil, err
	}
	if r, ok := p.eventsIn(call.Region).rules.get(b + "/" + val(name)); ok {
		return r, nil
	}
	return nil, Errorf("ResourceNotFoundException", "Rule %s does not exist on EventBus %s.", val(name), b)
}

// ownRule is a rule that the caller may change: one that a service manages only by force (EventBridge API Reference, ManagedRuleException).
func (p *compute) ownRule(call Call, bus, name *string, force bool) (*eventRule, error) {
	r, err := p.rule(call, bus, name)
	if err == nil && r.managedBy != nil && !force {
		return nil, Errorf("ManagedRuleException", "Rule %s is managed by %s.", r.name, *r.managedBy)
	}
	return r, err
}

func (g *eventsRegion) addRule(bus, name string) *eventRule {
	r := &eventRule{g: g, bus: bus, name: name, arn: g.r.p.c.ARN("events", g.r.name, "rule/"+name), state: ebtypes.RuleStateEnabled}
	g.rules.put(bus+"/"+name, r)
	return r
}

// putRule makes or replaces a rule, keeping its targets; it needs a pattern or a schedule (EventBridge API Reference, PutRule).
func (p *compute) putRule(call Call, in *eventbridge.PutRuleInput) (*eventbridge.PutRuleOutput, error) {
	bus, err := busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	if val(in.Name) == "" || len(*in.Name) > 64 {
		return nil, validation("Rule names have 1 to 64 characters.")
	}
	if val(in.EventPattern) == "" && val(in.ScheduleExpression) == "" {
		return nil, validation("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	}
	var c cadence
	if s := val(in.ScheduleExpression); s != "" {
		var ok bool
		if c, ok = parseCadence(s, time.UTC); !ok || !c.once.IsZero() {
			return nil, validation("Parameter ScheduleExpression is not valid.")
		}
	}
	g := p.eventsIn(call.Region)
	r, ok := g.rules.get(bus + "/" + *in.Name)
	if ok && r.managedBy != nil {
		return nil, Errorf("ManagedRuleException", "Rule %s is managed by %s.", r.name, *r.managedBy)
	}
	if !ok {
		r = g.addRule(bus, *in.Name)
		r.createdBy = p.c.opts.Account
	}
	r.schedule, r.cadence, r.pattern, r.description, r.role = val(in.ScheduleExpression), c, in.EventPattern, in.Description, in.RoleArn
	r.state = in.State
	if r.state == "" {
		r.state = ebtypes.RuleStateEnabled
	}
	r.plan(call.Now)
	return &eventbridge.PutRuleOutput{RuleArn: str(r.arn)}, nil
}

// plan puts the rule's next firing on the agenda.
func (r *eventRule) plan(at time.Time) {
	r.turn++
	if r.state == ebtypes.RuleStateDisabled || r.schedule == "" {
		return
	}
	p, turn := r.g.r.p, r.turn
	next, ok := r.cadence.next(at, p.c.opts.Speed)
	if !ok {
		return
	}
	p.agenda.add(next, func(at time.Time) {
		if now, ok := r.g.rules.get(r.bus + "/" + r.name); !ok || now != r || r.turn != turn {
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
			Cluster: t.Arn, TaskDefinition: e.TaskDefinitionArn, Count: e.TaskCount, Group: e.Group, StartedBy: str("events-rule/" + r.name),
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
		role := val(t.RoleArn)
		if role == "" {
			role = val(r.role)
		}
		r.g.r.p.runScheduled(scheduledRun{
			region: r.g.r.name, role: role, session: "AwsEventBridge", invokedBy: "events.amazonaws.com", in: in,
		}, at)
	}
}

func (r *eventRule) view() ebtypes.Rule {
	return ebtypes.Rule{
		Name: str(r.name), Arn: str(r.arn), EventBusName: str(r.bus), State: r.state, ScheduleExpression: opt(r.schedule),
		EventPattern: r.pattern, Description: r.description, RoleArn: r.role, ManagedBy: r.managedBy,
	}
}

// eventsLimit: Limit is 1 to 100 (EventBridge API Reference, ListRules).
func eventsLimit(limit *int32) (int, error) {
	if limit == nil {
		return 100, nil
	}
	if *limit < 1 || *limit > 100 {
		return 0, validation("1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value between 1 and 100")
	}
	return int(*limit), nil
}

func (p *compute) listRules(call Call, in *eventbridge.ListRulesInput) (*eventbridge.ListRulesOutput, error) {
	n, err := eventsLimit(in.Limit)
	if err != nil {
		return nil, err
	}
	bus, err := busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	items, next, ok := p.eventsIn(call.Region).rules.page(func(r *eventRule) bool {
		return r.bus == bus && strings.HasPrefix(r.name, val(in.NamePrefix))
	}, n, val(in.NextToken))
	if !ok {
		return nil, validation("The next token is not valid.")
	}
	out := &eventbridge.ListRulesOutput{Rules: []ebtypes.Rule{}, NextToken: opt(next)}
	for _, r := range items {
		out.Rules = append(out.Rules, r.view())
	}
	return out, nil
}

func (p *compute) describeRule(call Call, in *eventbridge.DescribeRuleInput) (*eventbridge.DescribeRuleOutput, error) {
	r, err := p.rule(call, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeRuleOutput{
		Name: str(r.name), Arn: str(r.arn), EventBusName: str(r.bus), State: r.state, ScheduleExpression: opt(r.schedule),
		EventPattern: r.pattern, Description: r.description, RoleArn: r.role, ManagedBy: r.managedBy, CreatedBy: opt(r.createdBy),
	}, nil
}

func (p *compute) enableRule(call Call, in *eventbridge.EnableRuleInput) (*eventbridge.EnableRuleOutput, error) {
	r, err := p.ownRule(call, in.EventBusName, in.Name, false)
	if err != nil {
		return nil, err
	}
	if r.state == ebtypes.RuleStateDisabled {
		r.state = ebtypes.RuleStateEnabled
		r.plan(call.Now)
	}
	return &eventbridge.EnableRuleOutput{}, nil
}

func (p *compute) disableRule(call Call, in *eventbridge.DisableRuleInput) (*eventbridge.DisableRuleOutput, error) {
	r, err := p.ownRule(call, in.EventBusName, in.Name, false)
	if err != nil {
		return nil, err
	}
	r.state = ebtypes.RuleStateDisabled
	r.plan(call.Now)
	return &eventbridge.DisableRuleOutput{}, nil
}

// deleteRule: "Before you can delete the rule, you must remove all targets"; deleting one that is not there succeeds; a managed one needs Force
// (EventBridge API Reference, DeleteRule).
func (p *compute) deleteRule(call Call, in *eventbridge.DeleteRuleInput) (*eventbridge.DeleteRuleOutput, error) {
	bus, err := busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	g := p.eventsIn(call.Region)
	if _, ok := g.rules.get(bus + "/" + val(in.Name)); !ok {
		return &eventbridge.DeleteRuleOutput{}, nil
	}
	r, err := p.ownRule(call, in.EventBusName, in.Name, in.Force)
	if err != nil {
		return nil, err
	}
	if len(r.targets) > 0 {
		return nil, validation("Rule can't be deleted since it has targets.")
	}
	g.rules.drop(bus + "/" + r.name)
	return &eventbridge.DeleteRuleOutput{}, nil
}

func (p *compute) listEventBuses(call Call, in *eventbridge.ListEventBusesInput) (*eventbridge.ListEventBusesOutput, error) {
	if _, err := eventsLimit(in.Limit); err != nil {
		return nil, err
	}
	out := &eventbridge.ListEventBusesOutput{EventBuses: []ebtypes.EventBus{}}
	const name = "default"
	if strings.HasPrefix(name, val(in.NamePrefix)) {
		out.EventBuses = append(out.EventBuses, ebtypes.EventBus{Name: str("default"), Arn: str(p.c.ARN("events", call.Region, "event-bus/default"))})
	}
	return out, nil
}

func (r *eventRule) has(id string) bool {
	return slices.ContainsFunc(r.targets, func(t ebtypes.Target) bool { return val(t.Id) == id })
}

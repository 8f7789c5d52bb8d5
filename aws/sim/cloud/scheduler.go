package cloud

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

// SchedulerOperations are the operations of EventBridge Scheduler, signing name "scheduler".
func (c *Cloud) SchedulerOperations() []Operation {
	p := c.computing()
	return []Operation{
		Op(c, "CreateSchedule", false, p.createSchedule),
		Op(c, "GetSchedule", true, p.getSchedule),
		Op(c, "ListSchedules", true, p.listSchedules),
		Op(c, "UpdateSchedule", false, p.updateSchedule),
		Op(c, "DeleteSchedule", false, p.deleteSchedule),
		Op(c, "ListScheduleGroups", true, p.listScheduleGroups),
	}
}

// schedulerRegion is EventBridge Scheduler in one region. Schedules stand by group and name.
type schedulerRegion struct {
	r         *ecsRegion
	schedules shelf[*schedule]
}

type schedule struct {
	g                 *schedulerRegion
	in                scheduler.CreateScheduleInput
	group, arn        string
	cadence           cadence
	created, modified time.Time
	// turn counts changes: a firing that was planned before the last one is void.
	turn int
}

func (p *compute) schedulesIn(region string) *schedulerRegion {
	g, ok := p.timers[region]
	if !ok {
		g = &schedulerRegion{r: p.region(region)}
		p.timers[region] = g
	}
	return g
}

// groupName: only the group named default is here, which every region has.
func groupName(group *string) (string, error) {
	if name := val(group); name != "" && name != "default" {
		return "", &APIError{Code: "ResourceNotFoundException", Message: "Schedule group " + name + " does not exist.", Status: 404}
	}
	return "default", nil
}

func (p *compute) findSchedule(call Call, group, name *string) (*schedule, error) {
	g, err := groupName(group)
	if err != nil {
		return nil, err
	}
	s, ok := p.schedulesIn(call.Region).schedules.get(g + "/" + val(name))
	if !ok {
		return nil, &APIError{Code: "ResourceNotFoundException", Message: "Schedule " + val(name) + " does not exist.", Status: 404}
	}
	return s, nil
}

// checkSchedule refuses what CreateSchedule and UpdateSchedule refuse (EventBridge Scheduler API Reference, both: ValidationException).
func checkSchedule(in *scheduler.CreateScheduleInput) (cadence, error) {
	loc := time.UTC
	if zone := val(in.ScheduleExpressionTimezone); zone != "" {
		l, err := time.LoadLocation(zone)
		if err != nil {
			return cadence{}, validation("Invalid Schedule Expression Timezone %s.", zone)
		}
		loc = l
	}
	c, ok := parseCadence(val(in.ScheduleExpression), loc)
	switch {
	case !ok:
		return c, validation("Invalid Schedule Expression %s.", val(in.ScheduleExpression))
	case in.Target == nil || val(in.Target.Arn) == "" || val(in.Target.RoleArn) == "":
		return c, validation("Target with Arn and RoleArn is required.")
	case in.FlexibleTimeWindow == nil:
		return c, validation("FlexibleTimeWindow is required.")
	case val(in.Name) == "" || len(*in.Name) > 64:
		return c, validation("Schedule names have 1 to 64 characters.")
	}
	return c, nil
}

func (p *compute) createSchedule(call Call, in *scheduler.CreateScheduleInput) (*scheduler.CreateScheduleOutput, error) {
	group, err := groupName(in.GroupName)
	if err != nil {
		return nil, err
	}
	c, err := checkSchedule(in)
	if err != nil {
		return nil, err
	}
	g := p.schedulesIn(call.Region)
	if _, ok := g.schedules.get(group + "/" + *in.Name); ok {
		return nil, &APIError{Code: "ConflictException", Message: "Schedule " + *in.Name + " already exists.", Status: 409}
	}
	s := g.add(group, *in, c, call.Now)
	s.plan(call.Now)
	return &scheduler.CreateScheduleOutput{ScheduleArn: str(s.arn)}, nil
}

func (g *schedulerRegion) add(group string, in scheduler.CreateScheduleInput, c cadence, at time.Time) *schedule {
	s := &schedule{g: g, in: in, group: group, cadence: c, created: at, modified: at}
	s.arn = g.r.p.c.ARN("scheduler", g.r.name, "schedule/"+group+"/"+*in.Name)
	if s.in.State == "" {
		s.in.State = schedtypes.ScheduleStateEnabled
	}
	g.schedules.put(group+"/"+*in.Name, s)
	return s
}

// plan puts the schedule's next firing on the agenda.
func (s *schedule) plan(at time.Time) {
	s.turn++
	if s.in.State == schedtypes.ScheduleStateDisabled {
		return
	}
	p, turn := s.g.r.p, s.turn
	if s.in.StartDate != nil && s.in.StartDate.After(at) {
		at = *s.in.StartDate
	}
	next, ok := s.cadence.next(at, p.c.opts.Speed)
	if !ok || s.in.EndDate != nil && next.After(*s.in.EndDate) {
		return
	}
	p.agenda.add(next, func(at time.Time) {
		key := s.group + "/" + *s.in.Name
		if now, ok := s.g.schedules.get(key); !ok || now != s || s.turn != turn {
			return
		}
		s.fire(at)
		if !s.cadence.once.IsZero() && s.in.ActionAfterCompletion == schedtypes.ActionAfterCompletionDelete {
			s.g.schedules.drop(key)
			return
		}
		s.plan(at)
	})
}

// fire runs the schedule's ECS target; other targets have nobody here to receive them.
func (s *schedule) fire(at time.Time) {
	e := s.in.Target.EcsParameters
	if e == nil {
		return
	}
	in := ecs.RunTaskInput{
		Cluster: s.in.Target.Arn, TaskDefinition: e.TaskDefinitionArn, Count: e.TaskCount, Group: e.Group,
		StartedBy: str("chronos-schedule/" + *s.in.Name), LaunchType: ecstypes.LaunchType(e.LaunchType), PlatformVersion: e.PlatformVersion,
		PropagateTags: ecstypes.PropagateTags(e.PropagateTags), EnableECSManagedTags: val(e.EnableECSManagedTags),
		EnableExecuteCommand: val(e.EnableExecuteCommand), ReferenceId: e.ReferenceId,
		CapacityProviderStrategy: runStrategy(e.CapacityProviderStrategy, func(i schedtypes.CapacityProviderStrategyItem) (*string, int32, int32) {
			return i.CapacityProvider, i.Weight, i.Base
		}),
	}
	if n := e.NetworkConfiguration; n != nil && n.AwsvpcConfiguration != nil {
		in.NetworkConfiguration = runNetwork(n.AwsvpcConfiguration.Subnets, n.AwsvpcConfiguration.SecurityGroups, string(n.AwsvpcConfiguration.AssignPublicIp))
	}
	for _, tag := range e.Tags {
		in.Tags = append(in.Tags, tagList(tag)...)
	}
	s.g.r.p.runScheduled(scheduledRun{
		region: s.g.r.name, role: val(s.in.Target.RoleArn), session: "AmazonEventBridgeScheduler", invokedBy: "scheduler.amazonaws.com", in: in,
	}, at)
}

func (p *compute) getSchedule(call Call, in *scheduler.GetScheduleInput) (*scheduler.GetScheduleOutput, error) {
	s, err := p.findSchedule(call, in.GroupName, in.Name)
	if err != nil {
		return nil, err
	}
	return &scheduler.GetScheduleOutput{
		Name: s.in.Name, GroupName: str(s.group), Arn: str(s.arn), State: s.in.State, ScheduleExpression: s.in.ScheduleExpression,
		ScheduleExpressionTimezone: s.in.ScheduleExpressionTimezone, Target: s.in.Target, FlexibleTimeWindow: s.in.FlexibleTimeWindow,
		ActionAfterCompletion: s.in.ActionAfterCompletion, Description: s.in.Description, StartDate: s.in.StartDate, EndDate: s.in.EndDate,
		KmsKeyArn: s.in.KmsKeyArn, CreationDate: when(s.created), LastModificationDate: when(s.modified),
	}, nil
}

// listSchedules: MaxResults is 1 to 100 (EventBridge Scheduler API Reference, ListSchedules).
func (p *compute) listSchedules(call Call, in *scheduler.ListSchedulesInput) (*scheduler.ListSchedulesOutput, error) {
	n, err := eventsLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	if _, err := groupName(in.GroupName); err != nil {
		return nil, err
	}
	items, next, ok := p.schedulesIn(call.Region).schedules.page(func(s *schedule) bool {
		return (in.State == "" || s.in.State == in.State) && strings.HasPrefix(*s.in.Name, val(in.NamePrefix))
	}, n, val(in.NextToken))
	if !ok {
		return nil, validation("Invalid next token.")
	}
	out := &scheduler.ListSchedulesOutput{Schedules: []schedtypes.ScheduleSummary{}, NextToken: opt(next)}
	for _, s := range items {
		out.Schedules = append(out.Schedules, schedtypes.ScheduleSummary{
			Name: s.in.Name, GroupName: str(s.group), Arn: str(s.arn), State: s.in.State, CreationDate: when(s.created),
			LastModificationDate: when(s.modified), Target: &schedtypes.TargetSummary{Arn: s.in.Target.Arn},
		})
	}
	return out, nil
}

// updateSchedule replaces the whole schedule: what is left out goes back to its default (EventBridge Scheduler API Reference, UpdateSchedule).
func (p *compute) updateSchedule(call Call, in *scheduler.UpdateScheduleInput) (*scheduler.UpdateScheduleOutput, error) {
	s, err := p.findSchedule(call, in.GroupName, in.Name)
	if err != nil {
		return nil, err
	}
	next := scheduler.CreateScheduleInput{
		Name: in.Name, GroupName: in.GroupName, ScheduleExpression: in.ScheduleExpression, Target: in.Target, State: in.State,
		FlexibleTimeWindow: in.FlexibleTimeWindow, ActionAfterCompletion: in.ActionAfterCompletion, Description: in.Description,
		StartDate: in.StartDate, EndDate: in.EndDate, KmsKeyArn: in.KmsKeyArn, ScheduleExpressionTimezone: in.ScheduleExpressionTimezone,
	}
	c, err := checkSchedule(&next)
	if err != nil {
		return nil, err
	}
	if next.State == "" {
		next.State = schedtypes.ScheduleStateEnabled
	}
	s.in, s.cadence, s.modified = next, c, call.Now
	s.plan(call.Now)
	return &scheduler.UpdateScheduleOutput{ScheduleArn: str(s.arn)}, nil
}

func (p *compute) deleteSchedule(call Call, in *scheduler.DeleteScheduleInput) (*scheduler.DeleteScheduleOutput, error) {
	s, err := p.findSchedule(call, in.GroupName, in.Name)
	if err != nil {
		return nil, err
	}
	s.g.schedules.drop(s.group + "/" + *s.in.Name)
	return &scheduler.DeleteScheduleOutput{}, nil
}

func (p *compute) listScheduleGroups(call Call, in *scheduler.ListScheduleGroupsInput) (*scheduler.ListScheduleGroupsOutput, error) {
	if _, err := eventsLimit(in.MaxResults); err != nil {
		return nil, err
	}
	groups := []schedtypes.ScheduleGroupSummary{{
		Name: str("default"), Arn: str(p.c.ARN("scheduler", call.Region, "schedule-group/default")), State: schedtypes.ScheduleGroupStateActive,
	}}
	return &scheduler.ListScheduleGroupsOutput{ScheduleGroups: slices.DeleteFunc(groups, func(g schedtypes.ScheduleGroupSummary) bool {
		return !strings.HasPrefix(*g.Name, val(in.NamePrefix))
	})}, nil
}

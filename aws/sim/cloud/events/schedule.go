package events

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
	"github.com/rootout/rootout/aws/sim/wire"
)

// scheduler is the service with the signing name "scheduler".
func (e *EventBridge) scheduler() cloud.Service {
	c := e.c
	return cloud.Service{
		Wire:      wire.Service{Name: "scheduler", Protocol: wire.RESTJSON, Version: "1.1", Routes: schedulerRoutes(), Names: borrowedFromECS()},
		Resources: e.scheduleResources,
		Check:     cloud.RefuseUnlisted,
		Resource:  e.scheduleResource,
		Buckets:   schedulerBuckets(),
		Operations: []cloud.Operation{
			cloud.Op(c, "CreateSchedule", false, e.createSchedule),
			cloud.Op(c, "GetSchedule", true, e.getSchedule),
			cloud.Op(c, "ListSchedules", true, e.listSchedules),
			cloud.Op(c, "UpdateSchedule", false, e.updateSchedule),
			cloud.Op(c, "DeleteSchedule", false, e.deleteSchedule),
			cloud.Op(c, "CreateScheduleGroup", false, e.createScheduleGroup),
			cloud.Op(c, "GetScheduleGroup", true, e.getScheduleGroup),
			cloud.Op(c, "ListScheduleGroups", true, e.listScheduleGroups),
			cloud.Op(c, "DeleteScheduleGroup", false, e.deleteScheduleGroup),
		},
	}
}

// schedulerBuckets are the request rates of each operation: 250 a second for schedules outside the
// largest regions, 10 for groups (EventBridge Scheduler User Guide, "Quotas"; the burst is not
// published, and what is said of no other operation is taken for listings too).
func schedulerBuckets() []cloud.Bucket {
	return append(
		cloud.BucketEach(250, 250, "CreateSchedule", "GetSchedule", "ListSchedules", "UpdateSchedule", "DeleteSchedule"),
		cloud.BucketEach(10, 10, "CreateScheduleGroup", "GetScheduleGroup", "ListScheduleGroups", "DeleteScheduleGroup")...)
}

// schedules is EventBridge Scheduler in one place. They stand by group and name.
type schedules struct {
	e      *EventBridge
	place  cloud.Place
	groups cloud.Table[*scheduleGroup]
	tokens cloud.Tokens[any]
	cloud.Table[*schedule]
}

type schedule struct {
	g                 *schedules
	in                scheduler.CreateScheduleInput
	group, arn        string
	cadence           cadence
	created, modified time.Time
	// turn counts changes: a firing that was planned before the last one is void.
	turn int
}

func (e *EventBridge) findSchedule(call cloud.Call, group, name *string) (*schedule, error) {
	g := e.schedules.At(call.Place)
	in, err := g.group(group)
	if err != nil {
		return nil, err
	}
	s, ok := g.Get(in.name + "/" + ptr.Val(name))
	if !ok {
		return nil, notThere("Schedule", ptr.Val(name))
	}
	return s, nil
}

// checkSchedule refuses what CreateSchedule and UpdateSchedule refuse (EventBridge Scheduler API
// Reference, both: ValidationException).
func checkSchedule(in *scheduler.CreateScheduleInput) (cadence, error) {
	loc := time.UTC
	if zone := ptr.Val(in.ScheduleExpressionTimezone); zone != "" {
		l, err := time.LoadLocation(zone)
		if err != nil {
			return cadence{}, cloud.Validation("Invalid Schedule Expression Timezone %s.", zone)
		}
		loc = l
	}
	c, ok := parseCadence(ptr.Val(in.ScheduleExpression), loc, ofSchedules)
	if err := schedulerName(ptr.Val(in.Name), "name"); err != nil {
		return c, err
	}
	switch {
	case !ok:
		return c, cloud.Validation("Invalid Schedule Expression %s.", ptr.Val(in.ScheduleExpression))
	case in.Target == nil || ptr.Val(in.Target.Arn) == "" || ptr.Val(in.Target.RoleArn) == "":
		return c, cloud.Validation("Target with Arn and RoleArn is required.")
	case in.FlexibleTimeWindow == nil:
		return c, cloud.Validation("FlexibleTimeWindow is required.")
	}
	return c, nil
}

func (e *EventBridge) createSchedule(call cloud.Call, in *scheduler.CreateScheduleInput) (*scheduler.CreateScheduleOutput, error) {
	g := e.schedules.At(call.Place)
	group, err := g.group(in.GroupName)
	if err != nil {
		return nil, err
	}
	c, err := checkSchedule(in)
	if err != nil {
		return nil, err
	}
	return once(g, in.ClientToken, in, call.Now, func() (*scheduler.CreateScheduleOutput, error) {
		if group.state != schedtypes.ScheduleGroupStateActive {
			// "You can add schedules to an ACTIVE group" (EventBridge Scheduler User Guide,
			// "Managing a schedule group").
			return nil, conflict("Schedule group %s is being deleted.", group.name)
		}
		if _, ok := g.Get(group.name + "/" + *in.Name); ok {
			return nil, conflict("Schedule %s already exists.", *in.Name)
		}
		s := g.add(group.name, *in, c, call.Now)
		s.plan(call.Now)
		return &scheduler.CreateScheduleOutput{ScheduleArn: new(s.arn)}, nil
	})
}

func (g *schedules) add(group string, in scheduler.CreateScheduleInput, c cadence, at time.Time) *schedule {
	s := &schedule{g: g, in: in, group: group, cadence: c, created: at, modified: at}
	s.arn = g.e.c.ARNIn(g.place, "scheduler", "schedule/"+group+"/"+*in.Name)
	if s.in.State == "" {
		s.in.State = schedtypes.ScheduleStateEnabled
	}
	s.in.ScheduleExpressionTimezone = zone(in.ScheduleExpressionTimezone)
	g.Set(group+"/"+*in.Name, s)
	return s
}

// zone is UTC unless it is said (EventBridge Scheduler User Guide, "Time zones").
func zone(said *string) *string {
	if ptr.Val(said) == "" {
		return new("UTC")
	}
	return said
}

// plan puts the schedule's next firing on the agenda.
func (s *schedule) plan(at time.Time) {
	s.turn++
	if s.in.State == schedtypes.ScheduleStateDisabled {
		return
	}
	c, turn := s.g.e.c, s.turn
	if s.in.StartDate != nil && s.in.StartDate.After(at) {
		at = *s.in.StartDate
	}
	next, ok := s.cadence.next(at, c.Speed())
	if !ok || s.in.EndDate != nil && next.After(*s.in.EndDate) {
		return
	}
	c.At(next, func(at time.Time) {
		key := s.group + "/" + *s.in.Name
		if now, ok := s.g.Get(key); !ok || now != s || s.turn != turn {
			return
		}
		s.fire(at)
		if !s.cadence.once.IsZero() && s.in.ActionAfterCompletion == schedtypes.ActionAfterCompletionDelete {
			s.g.Delete(key)
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
		StartedBy: new("chronos-schedule/" + *s.in.Name), LaunchType: ecstypes.LaunchType(e.LaunchType), PlatformVersion: e.PlatformVersion,
		PropagateTags: ecstypes.PropagateTags(e.PropagateTags), EnableECSManagedTags: ptr.Val(e.EnableECSManagedTags),
		EnableExecuteCommand: ptr.Val(e.EnableExecuteCommand), ReferenceId: e.ReferenceId,
		CapacityProviderStrategy: runStrategy(e.CapacityProviderStrategy, func(i schedtypes.CapacityProviderStrategyItem) (*string, int32, int32) {
			return i.CapacityProvider, i.Weight, i.Base
		}),
	}
	if n := e.NetworkConfiguration; n != nil && n.AwsvpcConfiguration != nil {
		in.NetworkConfiguration = runNetwork(n.AwsvpcConfiguration.Subnets, n.AwsvpcConfiguration.SecurityGroups, string(n.AwsvpcConfiguration.AssignPublicIp))
	}
	for _, tag := range e.Tags {
		in.Tags = append(in.Tags, ecsTags(tag)...)
	}
	s.g.e.run(scheduledRun{
		place: s.g.place, role: ptr.Val(s.in.Target.RoleArn), session: "AmazonEventBridgeScheduler", invokedBy: "scheduler.amazonaws.com", in: in,
	}, at)
}

func (e *EventBridge) getSchedule(call cloud.Call, in *scheduler.GetScheduleInput) (*scheduler.GetScheduleOutput, error) {
	s, err := e.findSchedule(call, in.GroupName, in.Name)
	if err != nil {
		return nil, err
	}
	return &scheduler.GetScheduleOutput{
		Name: s.in.Name, GroupName: new(s.group), Arn: new(s.arn), State: s.in.State, ScheduleExpression: s.in.ScheduleExpression,
		ScheduleExpressionTimezone: s.in.ScheduleExpressionTimezone, Target: s.in.Target, FlexibleTimeWindow: s.in.FlexibleTimeWindow,
		ActionAfterCompletion: s.in.ActionAfterCompletion, Description: s.in.Description, StartDate: s.in.StartDate, EndDate: s.in.EndDate,
		KmsKeyArn: s.in.KmsKeyArn, CreationDate: ptr.Time(s.created), LastModificationDate: ptr.Time(s.modified),
	}, nil
}

// listSchedules lists those of all groups unless one is named; MaxResults is 1 to 100 (EventBridge Scheduler API Reference, ListSchedules).
func (e *EventBridge) listSchedules(call cloud.Call, in *scheduler.ListSchedulesInput) (*scheduler.ListSchedulesOutput, error) {
	n, err := eventsLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	g := e.schedules.At(call.Place)
	if in.GroupName != nil {
		if _, err := g.group(in.GroupName); err != nil {
			return nil, err
		}
	}
	items, next, ok := g.Page(func(s *schedule) bool {
		return (in.GroupName == nil || s.group == *in.GroupName) && (in.State == "" || s.in.State == in.State) && strings.HasPrefix(*s.in.Name, ptr.Val(in.NamePrefix))
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, cloud.Validation("Invalid next token.")
	}
	out := &scheduler.ListSchedulesOutput{Schedules: []schedtypes.ScheduleSummary{}, NextToken: ptr.Opt(next)}
	for _, s := range items {
		out.Schedules = append(out.Schedules, schedtypes.ScheduleSummary{
			Name: s.in.Name, GroupName: new(s.group), Arn: new(s.arn), State: s.in.State, CreationDate: ptr.Time(s.created),
			LastModificationDate: ptr.Time(s.modified), Target: &schedtypes.TargetSummary{Arn: s.in.Target.Arn},
		})
	}
	return out, nil
}

// updateSchedule replaces the whole schedule: what is left out goes back to its default
// (EventBridge Scheduler API Reference, UpdateSchedule).
func (e *EventBridge) updateSchedule(call cloud.Call, in *scheduler.UpdateScheduleInput) (*scheduler.UpdateScheduleOutput, error) {
	return once(e.schedules.At(call.Place), in.ClientToken, in, call.Now, func() (*scheduler.UpdateScheduleOutput, error) { return e.replaceSchedule(call, in) })
}

func (e *EventBridge) replaceSchedule(call cloud.Call, in *scheduler.UpdateScheduleInput) (*scheduler.UpdateScheduleOutput, error) {
	s, err := e.findSchedule(call, in.GroupName, in.Name)
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
	next.ScheduleExpressionTimezone = zone(next.ScheduleExpressionTimezone)
	s.in, s.cadence, s.modified = next, c, call.Now
	s.plan(call.Now)
	return &scheduler.UpdateScheduleOutput{ScheduleArn: new(s.arn)}, nil
}

func (e *EventBridge) deleteSchedule(call cloud.Call, in *scheduler.DeleteScheduleInput) (*scheduler.DeleteScheduleOutput, error) {
	return once(e.schedules.At(call.Place), in.ClientToken, in, call.Now, func() (*scheduler.DeleteScheduleOutput, error) {
		s, err := e.findSchedule(call, in.GroupName, in.Name)
		if err != nil {
			return nil, err
		}
		s.g.Delete(s.group + "/" + *s.in.Name)
		return &scheduler.DeleteScheduleOutput{}, nil
	})
}

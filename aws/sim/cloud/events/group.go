package events

import (
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

const (
	// groupsMost is the quota of schedule groups of an account in a region (EventBridge Scheduler
	// quotas).
	groupsMost = 500
	// groupDelete is how long a group stays DELETING, and its schedules in it. AWS says only that it
	// is eventually consistent.
	groupDelete = 10 * time.Second
	// schedulerNames is the pattern of names of schedules and groups (API model 2021-06-30).
	schedulerNames = `^[0-9a-zA-Z-_.]+$`
)

// scheduleGroup is one group: the default one, or a custom one.
type scheduleGroup struct {
	name, arn         string
	state             schedtypes.ScheduleGroupState
	created, modified time.Time
}

func (g *schedules) addGroup(name string, at time.Time) *scheduleGroup {
	group := &scheduleGroup{
		name: name, arn: g.e.c.ARNIn(g.place, "scheduler", "schedule-group/"+name), state: schedtypes.ScheduleGroupStateActive, created: at, modified: at,
	}
	g.groups.Set(name, group)
	return group
}

// group finds a group by its name; none means the default one (EventBridge Scheduler API Reference,
// GetSchedule, GroupName).
func (g *schedules) group(name *string) (*scheduleGroup, error) {
	n := ptr.Val(name)
	if n == "" {
		n = defaultName
	}
	if err := schedulerName(n, "groupName"); err != nil {
		return nil, err
	}
	group, ok := g.groups.Get(n)
	if !ok {
		return nil, notThere("Schedule group", n)
	}
	return group, nil
}

func schedulerName(name, member string) error {
	switch {
	case name == "" || len(name) > 64:
		return cloud.Constraint(name, member, "have length between 1 and 64")
	case !regexp.MustCompile(schedulerNames).MatchString(name):
		return cloud.Constraint(name, member, "satisfy regular expression pattern: "+schedulerNames)
	}
	return nil
}

func notThere(what, name string) error {
	return &cloud.APIError{Code: "ResourceNotFoundException", Message: what + " " + name + " does not exist.", Status: 404}
}

func conflict(format string, args ...any) error {
	err := cloud.Errorf("ConflictException", format, args...)
	err.Status = 409
	return err
}

// createScheduleGroup: EventBridge Scheduler API Reference, same operation (ConflictException,
// ServiceQuotaExceededException).
func (e *EventBridge) createScheduleGroup(call cloud.Call, in *scheduler.CreateScheduleGroupInput) (*scheduler.CreateScheduleGroupOutput, error) {
	g, name := e.schedules.At(call.Place), ptr.Val(in.Name)
	if err := schedulerName(name, "name"); err != nil {
		return nil, err
	}
	tags := make([]cloud.Tag, len(in.Tags))
	for i, t := range in.Tags {
		tags[i] = cloud.Tag{Key: ptr.Val(t.Key), Value: ptr.Val(t.Value)}
	}
	if wrong := cloud.CheckTags(tags); wrong != "" {
		return nil, cloud.Validation("%s", wrong)
	}
	return once(g, in.ClientToken, in, call.Now, func() (*scheduler.CreateScheduleGroupOutput, error) {
		if _, exists := g.groups.Get(name); exists {
			return nil, conflict("Schedule group %s already exists.", name)
		}
		if g.groups.Len() >= groupsMost {
			return nil, &cloud.APIError{Code: "ServiceQuotaExceededException", Message: "The number of schedule groups exceeds the quota.", Status: 402}
		}
		return &scheduler.CreateScheduleGroupOutput{ScheduleGroupArn: new(g.addGroup(name, call.Now).arn)}, nil
	})
}

// once does what a client token asks for a single time: the same request gets the same answer, another
// one with its token a ConflictException (EventBridge Scheduler API Reference, ClientToken).
func once[O any](g *schedules, token *string, request any, now time.Time, do func() (*O, error)) (*O, error) {
	before, same, found := g.tokens.Find(ptr.Val(token), request, now)
	if found && !same {
		return nil, conflict("The client token was used with other parameters.")
	}
	if out, ok := before.(*O); ok {
		return out, nil
	}
	out, err := do()
	if err != nil {
		return nil, err
	}
	g.tokens.Keep(ptr.Val(token), request, now, out)
	return out, nil
}

func (e *EventBridge) getScheduleGroup(call cloud.Call, in *scheduler.GetScheduleGroupInput) (*scheduler.GetScheduleGroupOutput, error) {
	group, err := e.schedules.At(call.Place).group(in.Name)
	if err != nil {
		return nil, err
	}
	return &scheduler.GetScheduleGroupOutput{
		Name: new(group.name), Arn: new(group.arn), State: group.state, CreationDate: ptr.Time(group.created), LastModificationDate: ptr.Time(group.modified),
	}, nil
}

func (e *EventBridge) listScheduleGroups(call cloud.Call, in *scheduler.ListScheduleGroupsInput) (*scheduler.ListScheduleGroupsOutput, error) {
	n, err := eventsLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	items, next, ok := e.schedules.At(call.Place).groups.Page(func(group *scheduleGroup) bool {
		return strings.HasPrefix(group.name, ptr.Val(in.NamePrefix))
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, cloud.Validation("Invalid next token.")
	}
	out := &scheduler.ListScheduleGroupsOutput{ScheduleGroups: []schedtypes.ScheduleGroupSummary{}, NextToken: ptr.Opt(next)}
	for _, group := range items {
		out.ScheduleGroups = append(out.ScheduleGroups, schedtypes.ScheduleGroupSummary{
			Name: new(group.name), Arn: new(group.arn), State: group.state, CreationDate: ptr.Time(group.created), LastModificationDate: ptr.Time(group.modified),
		})
	}
	return out, nil
}

// deleteScheduleGroup: "it remains in a DELETING state until all of its associated schedules are
// deleted", which may go on firing until then (EventBridge Scheduler API Reference, same operation).
// The default group cannot be deleted (EventBridge Scheduler User Guide, "Deleting a schedule group");
// the words are not published.
func (e *EventBridge) deleteScheduleGroup(call cloud.Call, in *scheduler.DeleteScheduleGroupInput) (*scheduler.DeleteScheduleGroupOutput, error) {
	g := e.schedules.At(call.Place)
	group, err := g.group(in.Name)
	switch {
	case err != nil:
		return nil, err
	case group.name == defaultName:
		return nil, cloud.Validation("The default schedule group cannot be deleted.")
	}
	return once(g, in.ClientToken, in, call.Now, func() (*scheduler.DeleteScheduleGroupOutput, error) {
		if group.state == schedtypes.ScheduleGroupStateDeleting {
			return nil, conflict("Schedule group %s is being deleted.", group.name)
		}
		group.state, group.modified = schedtypes.ScheduleGroupStateDeleting, call.Now
		e.c.After(call.Now, groupDelete, func(time.Time) {
			for _, s := range g.Select(func(s *schedule) bool { return s.group == group.name }) {
				g.Delete(s.group + "/" + *s.in.Name)
			}
			g.groups.Delete(group.name)
		})
		return &scheduler.DeleteScheduleGroupOutput{}, nil
	})
}

package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// RunTask starts up to 10 tasks in a call (ECS API Reference, RunTask, count). What finds no place
// is a failure beside the tasks that did; a cluster without any instance is an error.
func (e *ECS) RunTask(call cloud.Call, in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if out, err := cl.ranBefore(call, in); out != nil || err != nil {
		return out, err
	}
	count := 1
	if in.Count != nil {
		count = int(*in.Count)
	}
	if count < 1 || count > 10 {
		return nil, api.Invalid("Count must be between 1 and 10.")
	}
	d, err := cl.r.definitions.Usable(in.TaskDefinition, api.Invalid)
	if err != nil {
		return nil, err
	}
	spec, err := cl.resolve(in.LaunchType, in.CapacityProviderStrategy, in.NetworkConfiguration, d)
	if err != nil {
		return nil, err
	}
	spec.platform, spec.exec = ptr.Val(in.PlatformVersion), in.EnableExecuteCommand
	if spec.launch == ecstypes.LaunchTypeFargate {
		if err := d.CheckOverride(in.Overrides); err != nil {
			return nil, err
		}
	}
	order := taskOrder{def: d, spec: spec, group: ptr.Val(in.Group), startedBy: ptr.Val(in.StartedBy), tags: in.Tags, overrides: in.Overrides}
	if in.PropagateTags == ecstypes.PropagateTagsTaskDefinition {
		order.tags = api.MergeTags(d.Tags, in.Tags)
	}
	started, reason := cl.launch(order, count, call)
	if len(started) > 0 {
		cl.asked.runs.Keep(ptr.Val(in.ClientToken), in, call.Now, started)
	}
	out := &ecs.RunTaskOutput{Tasks: []ecstypes.Task{}, Failures: []ecstypes.Failure{}}
	for _, t := range started {
		out.Tasks = append(out.Tasks, t.view(true))
	}
	if len(started) < count {
		if cl.registered() == 0 {
			return nil, api.Invalid("No Container Instances were found in your cluster.")
		}
		out.Failures = append(out.Failures, ecstypes.Failure{Arn: new(cl.arn), Reason: new(reason)})
	}
	return out, nil
}

// ranBefore answers a RunTask whose client token was used before: the same request with the same tasks,
// another one with a ConflictException. A token has up to 64 characters from ! to ~ (ECS API Reference,
// RunTask, clientToken and ConflictException).
func (cl *cluster) ranBefore(call cloud.Call, in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
	if err := api.CheckToken(in.ClientToken, 64); err != nil {
		return nil, err
	}
	tasks, same, found := cl.asked.runs.Find(ptr.Val(in.ClientToken), in, call.Now)
	switch {
	case !found:
		return nil, nil //nolint:nilnil // It was not run before.
	case !same:
		return nil, cloud.Errorf("ConflictException", "The provided client token is already in use with a different RunTask request.")
	}
	out := &ecs.RunTaskOutput{Tasks: []ecstypes.Task{}, Failures: []ecstypes.Failure{}}
	for _, t := range tasks {
		out.Tasks = append(out.Tasks, t.view(true))
	}
	return out, nil
}

// launch starts up to count tasks of nobody and says why there are fewer.
func (cl *cluster) launch(o taskOrder, count int, call cloud.Call) (started []*task, reason string) {
	if o.group == "" {
		o.group = "family:" + *o.def.TD.Family
	}
	cpu, memory := o.def.Size(o.overrides)
	for range count {
		if onInstances(o.spec.launch) {
			if o.instance, reason = cl.room(o.spec, cpu, memory, call.Now); o.instance == nil {
				return started, reason
			}
		}
		started = append(started, cl.begin(o, call.Now))
	}
	return started, ""
}

// startTask puts a task on each of up to 10 named instances, whatever the scheduler thinks (ECS API
// Reference, StartTask).
func (e *ECS) startTask(call cloud.Call, in *ecs.StartTaskInput) (*ecs.StartTaskOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if err := api.Between(len(in.ContainerInstances), 10, "Container instances"); err != nil {
		return nil, err
	}
	d, err := cl.r.definitions.Usable(in.TaskDefinition, api.Invalid)
	if err != nil {
		return nil, err
	}
	spec, err := cl.resolve(ecstypes.LaunchTypeEc2, nil, in.NetworkConfiguration, d)
	if err != nil {
		return nil, err
	}
	spec.exec = in.EnableExecuteCommand
	cpu, memory := d.Size(in.Overrides)
	out := &ecs.StartTaskOutput{Tasks: []ecstypes.Task{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.ContainerInstances {
		i, err := cl.instance(ref)
		reason := ""
		switch {
		case err != nil:
			reason = stMissing
		case i.status != stActive:
			reason = i.status
		case i.cpu-i.usedCPU < cpu:
			reason = "RESOURCE:CPU"
		case i.memory-i.usedMemory < memory:
			reason = "RESOURCE:MEMORY"
		}
		if reason != "" {
			out.Failures = append(out.Failures, ecstypes.Failure{Arn: new(ref), Reason: new(reason)})
			continue
		}
		order := taskOrder{def: d, spec: spec, instance: i, group: ptr.Val(in.Group), startedBy: ptr.Val(in.StartedBy), tags: in.Tags, overrides: in.Overrides}
		if order.group == "" {
			order.group = "family:" + *d.TD.Family
		}
		out.Tasks = append(out.Tasks, cl.begin(order, call.Now).view(true))
	}
	return out, nil
}

func (cl *cluster) task(ref string) (*task, error) {
	id, err := cl.member(ref, "task")
	if err != nil {
		return nil, err
	}
	t, ok := cl.tasks.Get(id)
	if !ok {
		return nil, api.Invalid("The referenced task was not found.")
	}
	return t, nil
}

func (e *ECS) stopTask(call cloud.Call, in *ecs.StopTaskInput) (*ecs.StopTaskOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	t, err := cl.task(ptr.Val(in.Task))
	if err != nil {
		return nil, err
	}
	reason := ptr.Val(in.Reason)
	if reason == "" {
		reason = "Task stopped by user"
	}
	t.stop(call.Now, ecstypes.TaskStopCodeUserInitiated, reason)
	out := t.view(true)
	return &ecs.StopTaskOutput{Task: &out}, nil
}

// listTasks lists by desiredStatus, RUNNING unless told otherwise; PENDING "doesn't return any
// results", and startedBy "must be the only filter" (ECS API Reference, ListTasks).
func (e *ECS) listTasks(call cloud.Call, in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
	n, err := api.Limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	keep, err := cl.taskFilter(in)
	if err != nil {
		return nil, err
	}
	items, next, ok := cl.tasks.Page(keep, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	out := &ecs.ListTasksOutput{TaskArns: []string{}, NextToken: ptr.Opt(next)}
	for _, t := range items {
		out.TaskArns = append(out.TaskArns, t.arn())
	}
	return out, nil
}

func (cl *cluster) taskFilter(in *ecs.ListTasksInput) (func(*task) bool, error) {
	desired := string(in.DesiredStatus)
	switch in.DesiredStatus {
	case "":
		desired = taskRunning
	case ecstypes.DesiredStatusRunning, ecstypes.DesiredStatusPending, ecstypes.DesiredStatusStopped:
	default:
		return nil, api.Invalid("Invalid desiredStatus: %s", in.DesiredStatus)
	}
	if in.StartedBy != nil && (in.Family != nil || in.ServiceName != nil || in.ContainerInstance != nil || in.LaunchType != "" || in.DaemonName != nil) {
		return nil, api.Invalid("startedBy must be the only filter.")
	}
	group, instance := "", ""
	if in.ServiceName != nil {
		name, err := cl.member(*in.ServiceName, "service")
		if err != nil {
			return nil, err
		}
		if _, ok := cl.services.Get(name); !ok {
			return nil, cloud.Errorf("ServiceNotFoundException", "Service not found.")
		}
		group = "service:" + name
	}
	if in.ContainerInstance != nil {
		i, err := cl.instance(*in.ContainerInstance)
		if err != nil {
			return nil, err
		}
		instance = i.id
	}
	family, startedBy, daemon := ptr.Val(in.Family), ptr.Val(in.StartedBy), ptr.Val(in.DaemonName)
	return func(t *task) bool {
		return t.desired == desired && (group == "" || t.group == group) && (startedBy == "" || t.startedBy == startedBy) &&
			(family == "" || *t.def.TD.Family == family) && (in.LaunchType == "" || t.spec.launch == in.LaunchType) &&
			(instance == "" || t.instance != nil && t.instance.id == instance) &&
			(daemon == "" || t.daemon != nil && t.daemon.name == daemon)
	}, nil
}

// describeTasks takes 1 to 100 tasks (ECS API Reference, DescribeTasks, tasks).
func (e *ECS) describeTasks(call cloud.Call, in *ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if err := api.Between(len(in.Tasks), 100, "Tasks"); err != nil {
		return nil, err
	}
	out := &ecs.DescribeTasksOutput{Tasks: []ecstypes.Task{}, Failures: []ecstypes.Failure{}}
	tags := slices.Contains(in.Include, ecstypes.TaskFieldTags)
	for _, ref := range in.Tasks {
		id, err := cl.member(ref, "task")
		if err != nil {
			return nil, err
		}
		if t, ok := cl.tasks.Get(id); ok {
			out.Tasks = append(out.Tasks, t.view(tags))
		} else {
			out.Failures = append(out.Failures, missing(cl.arnOf("task", id)))
		}
	}
	return out, nil
}

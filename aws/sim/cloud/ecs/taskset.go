package ecs

import (
	"math"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// taskSet is one task set of a service with the EXTERNAL deployment controller; its tasks are its
// rollout's.
type taskSet struct {
	ro               *rollout
	arn, status      string
	scale            float64
	in               ecs.CreateTaskSetInput
	created, updated time.Time
	tags             []ecstypes.Tag
	left             bool
}

// computed is "the service's desiredCount times the task set's scale percentage … rounded up" (ECS
// API Reference, TaskSet, computedDesiredCount).
func (ts *taskSet) computed() int32 {
	if ts.status == stDraining {
		return 0
	}
	return int32(math.Ceil(float64(ts.ro.svc.desired) * ts.scale / 100))
}

func (ts *taskSet) view(withTags bool) ecstypes.TaskSet {
	ro := ts.ro
	v := ecstypes.TaskSet{
		Id: new(ro.id), TaskSetArn: new(ts.arn), ServiceArn: new(ro.svc.arn), ClusterArn: new(ro.svc.cluster.arn), Status: new(ts.status),
		ExternalId: ts.in.ExternalId, TaskDefinition: new(ro.def.ARN()), ComputedDesiredCount: ts.computed(),
		RunningCount: ro.running, PendingCount: ro.pending, CreatedAt: ptr.Time(ts.created), UpdatedAt: ptr.Time(ts.updated),
		NetworkConfiguration: ro.spec.network, LoadBalancers: ts.in.LoadBalancers, ServiceRegistries: ts.in.ServiceRegistries,
		Scale: &ecstypes.Scale{Unit: ecstypes.ScaleUnitPercent, Value: ts.scale}, StabilityStatus: ecstypes.StabilityStatusStabilizing,
		CapacityProviderStrategy: ts.in.CapacityProviderStrategy,
	}
	if len(ts.in.CapacityProviderStrategy) == 0 {
		v.LaunchType = ro.spec.launch
	}
	if ro.spec.launch == ecstypes.LaunchTypeFargate {
		v.PlatformVersion, v.PlatformFamily = new(ro.spec.platformVersion()), new("Linux")
	}
	if ro.running == ts.computed() && ro.pending == 0 {
		v.StabilityStatus = ecstypes.StabilityStatusSteadyState
	}
	if withTags {
		v.Tags = append([]ecstypes.Tag{}, ts.tags...)
	}
	return v
}

// deployedTaskSet is a rollout of a CODE_DEPLOY service as DescribeServices shows it: "a set of
// tasks in either a CodeDeploy or an EXTERNAL deployment", started by CODE_DEPLOY (ECS API
// Reference, Service and TaskSet).
func (ro *rollout) deployedTaskSet(primary bool) ecstypes.TaskSet {
	ts := &taskSet{ro: ro, status: stActive, scale: 100, created: ro.created, updated: ro.updated}
	ts.arn = ro.svc.cluster.arnOf("task-set", ro.svc.name+"/"+ro.id)
	if primary {
		ts.status = "PRIMARY"
	}
	v := ts.view(false)
	v.StartedBy = new("CODE_DEPLOY")
	return v
}

// createTaskSet is only for services with the EXTERNAL controller, and scale is a percentage from 0
// to 100 (ECS API Reference, CreateTaskSet and Scale). A client token makes one task set; what AWS says
// of one that comes with another request is not published, and is CreateService's word here.
func (e *ECS) createTaskSet(call cloud.Call, in *ecs.CreateTaskSetInput) (*ecs.CreateTaskSetOutput, error) {
	s, err := e.externalService(call, in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	if err := api.CheckToken(in.ClientToken, 36); err != nil {
		return nil, err
	}
	made, same, found := s.cluster.asked.sets.Find(ptr.Val(in.ClientToken), in, call.Now)
	switch {
	case found && same && !made.left:
		out := made.view(true)
		return &ecs.CreateTaskSetOutput{TaskSet: &out}, nil
	case found && !made.left:
		return nil, api.Invalid("Creation of task set was not idempotent.")
	}
	d, err := s.cluster.r.definitions.Usable(in.TaskDefinition, api.ClientError)
	if err != nil {
		return nil, err
	}
	spec, err := s.cluster.resolve(in.LaunchType, in.CapacityProviderStrategy, in.NetworkConfiguration, d)
	if err != nil {
		return nil, err
	}
	spec.platform = ptr.Val(in.PlatformVersion)
	scale, err := scaleOf(in.Scale)
	if err != nil {
		return nil, err
	}
	ts := s.addTaskSet(d, spec, scale, call.Now)
	ts.in, ts.tags = *in, in.Tags
	s.cluster.asked.sets.Keep(ptr.Val(in.ClientToken), in, call.Now, ts)
	s.wake(call.Now, schedulerDelay)
	out := ts.view(true)
	return &ecs.CreateTaskSetOutput{TaskSet: &out}, nil
}

// externalService finds a service whose task sets the caller may change. Those of CODE_DEPLOY are
// CodeDeploy's: "used when a service uses the EXTERNAL deployment controller type", say
// CreateTaskSet, UpdateTaskSet and DeleteTaskSet (ECS API Reference); the code is unverified.
func (e *ECS) externalService(call cloud.Call, cluster, service *string) (*service, error) {
	s, err := e.activeService(call, cluster, service)
	if err == nil && !s.external() {
		err = api.Invalid("Task sets are supported only for services with an EXTERNAL deployment controller.")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func scaleOf(in *ecstypes.Scale) (float64, error) {
	if in == nil {
		return 100, nil
	}
	if in.Value < 0 || in.Value > 100 {
		return 0, api.Invalid("Scale value must be between 0 and 100.")
	}
	return in.Value, nil
}

func (s *service) addTaskSet(d *taskdef.Definition, spec *taskSpec, scale float64, at time.Time) *taskSet {
	ro := s.deploy(d, spec, at)
	ts := &taskSet{ro: ro, status: stActive, scale: scale, created: at, updated: at}
	ts.arn = s.cluster.arnOf("task-set", s.name+"/"+ro.id)
	if len(s.rollouts) == 1 {
		ts.status = "PRIMARY"
	}
	ro.set = ts
	return ts
}

func (s *service) taskSet(ref *string) (*taskSet, error) {
	for _, ro := range s.rollouts {
		if ro.set != nil && (ro.id == ptr.Val(ref) || ro.set.arn == ptr.Val(ref)) {
			return ro.set, nil
		}
	}
	return nil, cloud.Errorf("TaskSetNotFoundException", "The specified task set was not found.")
}

func (e *ECS) describeTaskSets(call cloud.Call, in *ecs.DescribeTaskSetsInput) (*ecs.DescribeTaskSetsOutput, error) {
	s, err := e.activeService(call, in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	tags := slices.Contains(in.Include, ecstypes.TaskSetFieldTags)
	out := &ecs.DescribeTaskSetsOutput{TaskSets: []ecstypes.TaskSet{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.TaskSets {
		if ts, err := s.taskSet(&ref); err == nil {
			out.TaskSets = append(out.TaskSets, ts.view(tags))
		} else {
			out.Failures = append(out.Failures, missing(ref))
		}
	}
	if len(in.TaskSets) == 0 {
		for _, ro := range s.rollouts {
			if ro.set != nil {
				out.TaskSets = append(out.TaskSets, ro.set.view(tags))
			}
		}
	}
	return out, nil
}

func (e *ECS) updateTaskSet(call cloud.Call, in *ecs.UpdateTaskSetInput) (*ecs.UpdateTaskSetOutput, error) {
	s, err := e.externalService(call, in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	ts, err := s.taskSet(in.TaskSet)
	if err != nil {
		return nil, err
	}
	if ts.scale, err = scaleOf(in.Scale); err != nil {
		return nil, err
	}
	ts.updated = call.Now
	s.wake(call.Now, schedulerDelay)
	out := ts.view(true)
	return &ecs.UpdateTaskSetOutput{TaskSet: &out}, nil
}

func (e *ECS) updateServicePrimaryTaskSet(call cloud.Call, in *ecs.UpdateServicePrimaryTaskSetInput) (*ecs.UpdateServicePrimaryTaskSetOutput, error) {
	s, err := e.externalService(call, in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	ts, err := s.taskSet(in.PrimaryTaskSet)
	if err != nil {
		return nil, err
	}
	if ts.status == stDraining {
		return nil, api.Invalid("The task set is DRAINING and cannot be the primary task set.")
	}
	for _, ro := range s.rollouts {
		if ro.set.status == "PRIMARY" {
			ro.set.status = stActive
		}
	}
	ts.status, ts.updated = "PRIMARY", call.Now
	out := ts.view(true)
	return &ecs.UpdateServicePrimaryTaskSetOutput{TaskSet: &out}, nil
}

// deleteTaskSet: without force a task set must have been scaled to 0 (ECS API Reference,
// DeleteTaskSet, force). It is DRAINING until its tasks have stopped, and counts as the service's
// until then.
func (e *ECS) deleteTaskSet(call cloud.Call, in *ecs.DeleteTaskSetInput) (*ecs.DeleteTaskSetOutput, error) {
	s, err := e.externalService(call, in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	ts, err := s.taskSet(in.TaskSet)
	if err != nil {
		return nil, err
	}
	if ts.computed() > 0 && !ptr.Val(in.Force) {
		return nil, api.Invalid("The task set cannot be deleted while it is scaled above 0.")
	}
	ts.status, ts.updated = stDraining, call.Now
	out := ts.view(true)
	if !ts.leave(call.Now) {
		s.wake(call.Now, schedulerDelay)
	}
	return &ecs.DeleteTaskSetOutput{TaskSet: &out}, nil
}

// leave takes a DRAINING task set out of its service when no task holds it any more.
func (ts *taskSet) leave(at time.Time) bool {
	s := ts.ro.svc
	if ts.left {
		return true
	}
	if ts.status != stDraining || ts.ro.holding > 0 {
		return false
	}
	ts.left = true
	s.rollouts = slices.DeleteFunc(slices.Clone(s.rollouts), func(ro *rollout) bool { return ro == ts.ro })
	ts.ro.def.Release(at)
	return true
}

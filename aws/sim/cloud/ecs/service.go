package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// service is a service with its deployments or task sets.
type service struct {
	cluster           *cluster
	name, arn, status string
	desired           int32
	spec              *taskSpec
	strategy          []ecstypes.CapacityProviderStrategyItem
	controller        ecstypes.DeploymentControllerType
	scheduling        ecstypes.SchedulingStrategy
	management        ecstypes.ResourceManagementType
	// rollouts are the deployments, the primary one last; for the EXTERNAL controller one for each
	// task set.
	rollouts []*rollout
	express  *express
	// rest is what the service was made with and what nothing here acts upon.
	rest             ecs.CreateServiceInput
	created, updated time.Time
	createdBy        string
	tags             []ecstypes.Tag
	events           []ecstypes.ServiceEvent
	// due is when the scheduler looks next, zero if it has no reason to; cramped that it found no
	// place for a task.
	due     time.Time
	cramped bool
}

// rollout is one deployment of a service, or one task set: tasks of one definition.
type rollout struct {
	svc              *service
	id               string
	def              *taskdef.Definition
	spec             *taskSpec
	created, updated time.Time
	set              *taskSet
	// tasks are those whose lastStatus is not STOPPED; wanted counts those whose desiredStatus is
	// RUNNING, holding those that keep the service from being INACTIVE.
	tasks                             []*task
	wanted, running, pending, holding int32
}

func (ro *rollout) add(t *task) {
	t.rollout, t.index = ro, len(ro.tasks)
	ro.tasks = append(ro.tasks, t)
	ro.wanted++
}

func (ro *rollout) remove(t *task) {
	last := ro.tasks[len(ro.tasks)-1]
	ro.tasks[t.index], last.index = last, t.index
	ro.tasks[len(ro.tasks)-1] = nil
	ro.tasks = ro.tasks[:len(ro.tasks)-1]
}

// deploy makes d the service's primary deployment.
func (s *service) deploy(d *taskdef.Definition, spec *taskSpec, at time.Time) *rollout {
	ro := &rollout{svc: s, id: s.cluster.r.e.deploymentID(), def: d, spec: spec, created: at, updated: at}
	d.Hold()
	s.rollouts = append(slices.Clone(s.rollouts), ro)
	return ro
}

// deploymentID: "ecs-svc/" and 19 digits, which is also the startedBy of the tasks (ECS API
// Reference, Task, startedBy).
func (e *ECS) deploymentID() string {
	b := []byte("ecs-svc/0000000000000000000")
	for i := 8; i < len(b); i++ {
		b[i] = byte('0' + e.c.IntN(10))
	}
	b[8] = byte('1' + e.c.IntN(9))
	return string(b)
}

func (s *service) primary() *rollout {
	if len(s.rollouts) == 0 {
		return nil
	}
	return s.rollouts[len(s.rollouts)-1]
}

func (s *service) external() bool {
	return s.controller == ecstypes.DeploymentControllerTypeExternal
}

func (s *service) strategyDaemon() bool {
	return s.scheduling == ecstypes.SchedulingStrategyDaemon
}

// setStatus keeps the cluster's statistics true.
func (s *service) setStatus(status string) {
	count := func(st string, by int32) {
		switch st {
		case stActive:
			s.cluster.serving[s.spec.launch] += by
		case stDraining:
			s.cluster.draining[s.spec.launch] += by
		}
	}
	count(s.status, -1)
	count(status, 1)
	s.status = status
}

func (s *service) counts() (running, pending, holding int32) {
	for _, ro := range s.rollouts {
		running += ro.running
		pending += ro.pending
		holding += ro.holding
	}
	return running, pending, holding
}

func (s *service) event(at time.Time, message string) {
	e := ecstypes.ServiceEvent{Id: new(s.cluster.r.c.UUID()), CreatedAt: ptr.Time(at), Message: new(message)}
	// "The 100 most recent events are displayed" (ECS API Reference, Service, events); newest
	// first.
	s.events = append([]ecstypes.ServiceEvent{e}, s.events[:min(len(s.events), 99)]...)
}

// wake lets the scheduler look at the service in d, or earlier if it will anyway.
func (s *service) wake(at time.Time, d time.Duration) {
	due := s.cluster.r.c.Later(at, d)
	if s.status == stInactive || !s.due.IsZero() && !s.due.After(due) {
		return
	}
	s.due = due
	s.cluster.r.c.At(due, func(at time.Time) {
		if s.due.Equal(at) {
			s.due = time.Time{}
			s.schedule(at)
		}
	})
}

// moved is told of every change of a task's status.
func (s *service) moved(ro *rollout, status string, at time.Time) {
	if s.status == stDraining {
		s.finish(at)
	}
	if ro.set != nil {
		ro.set.leave(at)
	}
	if status == taskRunning && len(s.rollouts) > 1 && !s.external() {
		s.wake(at, schedulerDelay)
	}
}

// schedule is the service scheduler: it starts what is missing and stops what is too much.
func (s *service) schedule(at time.Time) {
	switch s.status {
	case stInactive:
		return
	case stDraining:
		for _, ro := range s.rollouts {
			ro.shrink(at, 0)
		}
		s.finish(at)
		return
	}
	s.cramped = false
	switch {
	case s.external():
		for _, ro := range s.rollouts {
			ro.reconcile(at, ro.set.computed())
		}
	case s.strategyDaemon():
		s.onePerInstance(at)
	default:
		ro := s.primary()
		ro.reconcile(at, s.desired)
		s.retire(at)
	}
}

// retire stops the tasks of older deployments once the primary one stands, and forgets deployments
// without tasks.
func (s *service) retire(at time.Time) {
	if len(s.rollouts) < 2 {
		return
	}
	now := s.primary()
	if now.running >= s.desired {
		for _, old := range s.rollouts[:len(s.rollouts)-1] {
			old.shrink(at, 0)
		}
	}
	s.rollouts = slices.DeleteFunc(slices.Clone(s.rollouts), func(ro *rollout) bool {
		done := ro != now && len(ro.tasks) == 0
		if done {
			ro.def.Release(at)
		}
		return done
	})
	if len(s.rollouts) > 1 {
		s.wake(at, taskdef.StopTimeout)
	}
}

// reconcile brings the rollout nearer to want tasks.
func (ro *rollout) reconcile(at time.Time, want int32) {
	if ro.wanted > want {
		ro.shrink(at, want)
		return
	}
	lack := int(want - ro.wanted)
	if lack == 0 {
		return
	}
	s := ro.svc
	grant := lack
	if ro.spec.launch == ecstypes.LaunchTypeFargate {
		grant = s.cluster.r.launches.Take(at, lack, s.cluster.r.c.Speed())
	}
	for range grant {
		if !ro.start(at, nil) {
			return
		}
	}
	if grant < lack {
		s.wake(at, schedulerBacklog)
	} else {
		s.event(at, "(service "+s.name+") has started tasks.")
	}
}

// start starts one task, on the given instance or where there is room; it says whether it could.
func (ro *rollout) start(at time.Time, on *instance) bool {
	s := ro.svc
	if on == nil && onInstances(ro.spec.launch) {
		cpu, memory := ro.def.Size(nil)
		var reason string
		if on, reason = s.cluster.room(ro.spec, cpu, memory, at); on == nil {
			s.cramped = true
			s.event(at, "(service "+s.name+") was unable to place a task because no container instance met all of its requirements. Reason: "+reason)
			return false
		}
	}
	var tags []ecstypes.Tag
	switch s.rest.PropagateTags {
	case ecstypes.PropagateTagsService:
		tags = s.tags
	case ecstypes.PropagateTagsTaskDefinition:
		tags = ro.def.Tags
	case ecstypes.PropagateTagsNone:
	}
	s.cluster.begin(taskOrder{
		def: ro.def, spec: ro.spec, rollout: ro, instance: on, group: "service:" + s.name, startedBy: ro.id, tags: tags,
	}, at)
	return true
}

// shrink stops the newest tasks until want are left. Protected tasks stay: protection holds "during
// scale-in events from Service Autoscaling or deployments" (ECS API Reference,
// UpdateTaskProtection). That it also holds while the service is deleted is the stricter reading of
// it.
func (ro *rollout) shrink(at time.Time, want int32) {
	for _, t := range slices.Backward(slices.Clone(ro.tasks)) {
		if ro.wanted <= want {
			return
		}
		if t.desired == taskRunning && !t.protected(at) {
			t.stop(at, ecstypes.TaskStopCodeServiceSchedulerInitiated, "Scaling activity initiated by (deployment "+ro.id+")")
		}
	}
}

// onePerInstance is the DAEMON strategy: "exactly one task on each active container instance" (ECS
// API Reference, CreateService, schedulingStrategy).
func (s *service) onePerInstance(at time.Time) {
	ro := s.primary()
	served := map[*instance]bool{}
	for _, t := range slices.Clone(ro.tasks) {
		if t.desired != taskRunning {
			continue
		}
		if t.instance.status != stActive || served[t.instance] {
			t.stop(at, ecstypes.TaskStopCodeServiceSchedulerInitiated, "Task no longer needed on its container instance")
			continue
		}
		served[t.instance] = true
	}
	for i := range s.cluster.instances.All() {
		if i.status == stActive && !served[i] {
			ro.start(at, i)
			served[i] = true
		}
	}
	s.desired = int32(len(served))
	s.retire(at)
}

// finish turns a DRAINING service INACTIVE when its last task is STOPPING or STOPPED.
func (s *service) finish(at time.Time) {
	if _, _, holding := s.counts(); holding > 0 || s.status != stDraining {
		return
	}
	s.setStatus(stInactive)
	for _, ro := range s.rollouts {
		ro.def.Release(at)
	}
	s.cluster.r.c.After(at, rememberedFor, func(time.Time) {
		if now, ok := s.cluster.services.Get(s.name); ok && now == s {
			s.cluster.services.Delete(s.name)
		}
	})
}

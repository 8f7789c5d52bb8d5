package ecs

import (
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
)

// The life of a task (ECS Developer Guide, "Amazon ECS task lifecycle"): PROVISIONING, PENDING,
// RUNNING, DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED. Starting takes what Fargate usually
// takes for a small image; stopping takes the containers' stop timeout, 30 s unless the definition
// says otherwise (ECS API Reference, StopTask), since a miner ignores SIGTERM and waits for
// SIGKILL.
const (
	provisionTime    = 5 * time.Second
	pullTime         = 15 * time.Second
	deactivateTime   = 2 * time.Second
	deprovisionTime  = 3 * time.Second
	pendingStopTime  = 5 * time.Second
	schedulerDelay   = 3 * time.Second
	schedulerBacklog = time.Second
)

// taskSpec is where tasks run.
type taskSpec struct {
	launch   ecstypes.LaunchType
	provider string
	network  *ecstypes.NetworkConfiguration
	platform string
	exec     bool
}

// task is one task. The SDK's struct is built when somebody asks, so that a hundred thousand of
// them stay small.
type task struct {
	id      api.TaskID
	cluster *cluster
	def     *taskdef.Definition
	spec    *taskSpec
	// provider and az may differ between tasks of one spec.
	provider, az string
	// rollout is the deployment or task set that the task belongs to, nil for a task of nobody;
	// index its place there.
	rollout  *rollout
	index    int
	daemon   *daemon
	instance *instance

	cpu, memory       int
	group, startedBy  string
	status, desired   string
	created, started  time.Time
	stopping, stopped time.Time
	protectedUntil    time.Time
	stopCode          ecstypes.TaskStopCode
	stopReason        string
	tags              []ecstypes.Tag
	overrides         *ecstypes.TaskOverride
	version           int64
	publicIP          bool
}

// taskOrder is what a new task is to be.
type taskOrder struct {
	def       *taskdef.Definition
	spec      *taskSpec
	rollout   *rollout
	daemon    *daemon
	instance  *instance
	group     string
	startedBy string
	tags      []ecstypes.Tag
	overrides *ecstypes.TaskOverride
}

// begin makes a task PROVISIONING and lets it come up.
func (cl *cluster) begin(o taskOrder, at time.Time) *task {
	t := cl.addTask(o, at)
	c := cl.r.c
	c.After(at, provisionTime, func(at time.Time) {
		if t.status != taskProvisioning || t.desired == taskStopped {
			return
		}
		t.move(taskPending, at)
		c.After(at, pullTime, func(at time.Time) {
			if t.status == taskPending && t.desired != taskStopped {
				t.started = at
				t.move(taskRunning, at)
			}
		})
	})
	return t
}

// addTask puts a PROVISIONING task in its place without a future of its own.
func (cl *cluster) addTask(o taskOrder, at time.Time) *task {
	c := cl.r.c
	t := &task{
		id: api.TaskID(c.HexID(32)), cluster: cl, def: o.def, spec: o.spec, provider: o.spec.provider, daemon: o.daemon, instance: o.instance,
		group: o.group, startedBy: o.startedBy, tags: o.tags, overrides: o.overrides,
		created: at, desired: taskRunning,
	}
	t.cpu, t.memory = o.def.Size(o.overrides)
	t.az = cl.r.place.Region + string(rune('a'+c.IntN(3)))
	if n := o.spec.network; n != nil && n.AwsvpcConfiguration != nil {
		t.publicIP = n.AwsvpcConfiguration.AssignPublicIp == ecstypes.AssignPublicIpEnabled
	}
	if t.instance != nil {
		t.az = t.instance.az
		t.instance.take(t)
	}
	cl.tasks.Set(string(t.id), t)
	cl.live++
	t.def.Hold()
	if o.rollout != nil {
		o.rollout.add(t)
	}
	if t.daemon != nil {
		t.daemon.tasks[t.id] = t
	}
	t.attach()
	t.move(taskProvisioning, at)
	return t
}

// tally is which counter a status falls under: the cluster's and services' runningCount and
// pendingCount know only these two.
func tally(status string) (running, pending int32) {
	switch status {
	case taskRunning:
		return 1, 0
	case taskProvisioning, taskPending:
		return 0, 1
	}
	return 0, 0
}

// holds says whether a task of this status keeps its DRAINING service from being INACTIVE: all but
// STOPPING and what comes after it (ECS API Reference, DeleteService).
func holds(status string) bool {
	switch status {
	case taskProvisioning, taskPending, taskRunning, taskDeactivating:
		return true
	}
	return false
}

// move is the only place where lastStatus changes, so that all counters agree with it.
func (t *task) move(status string, at time.Time) {
	oldRunning, oldPending := tally(t.status)
	newRunning, newPending := tally(status)
	cl, launch := t.cluster, t.spec.launch
	cl.running[launch] += newRunning - oldRunning
	cl.pending[launch] += newPending - oldPending
	if i := t.instance; i != nil {
		i.running += newRunning - oldRunning
		i.pending += newPending - oldPending
	}
	held := holds(t.status)
	t.status = status
	t.version++
	if ro := t.rollout; ro != nil {
		ro.running += newRunning - oldRunning
		ro.pending += newPending - oldPending
		if holds(status) && !held {
			ro.holding++
		} else if held && !holds(status) {
			ro.holding--
		}
		if status == taskStopped {
			ro.remove(t)
		}
		ro.svc.moved(ro, status, at)
	}
	if status == taskStopped {
		t.release(at)
	}
}

// release gives back what the task held and lets it be forgotten after an hour.
func (t *task) release(at time.Time) {
	cl := t.cluster
	t.stopped = at
	cl.live--
	t.def.Release(at)
	if t.ownInterface() {
		cl.r.e.network.Detach(cl.r.place, t.id.Interface())
	}
	if t.daemon != nil {
		t.daemon.lost(t, at)
	}
	if t.instance != nil {
		t.instance.give(t)
		cl.roomMade(at)
	}
	cl.r.c.After(at, rememberedFor, func(time.Time) { cl.tasks.Delete(string(t.id)) })
}

// stop asks the task to stop. Its tags are deleted at once (ECS API Reference, StopTask).
func (t *task) stop(at time.Time, code ecstypes.TaskStopCode, reason string) {
	if t.desired == taskStopped {
		return
	}
	t.desired, t.stopping, t.stopCode, t.stopReason, t.tags = taskStopped, at, code, reason, nil
	if t.rollout != nil {
		t.rollout.wanted--
	}
	c := t.cluster.r.c
	total := pendingStopTime
	if t.status == taskRunning {
		total = max(t.def.StopTimeout(), deactivateTime+deprovisionTime)
		t.move(taskDeactivating, at)
		c.After(at, deactivateTime, func(at time.Time) { t.advance(taskStopping, at) })
		c.After(at, total-deprovisionTime, func(at time.Time) { t.advance(taskDeprovisioning, at) })
	} else {
		t.move(taskDeprovisioning, at)
	}
	c.After(at, total, func(at time.Time) { t.advance(taskStopped, at) })
	if t.rollout != nil {
		t.rollout.svc.wake(at, schedulerDelay)
	}
}

// advance moves a stopping task on, unless it was abandoned on the way.
func (t *task) advance(status string, at time.Time) {
	if t.status != taskStopped {
		t.move(status, at)
	}
}

// abandon takes the task off the books at once: its container instance was deregistered by force,
// and what runs there is nobody's any more.
func (t *task) abandon(at time.Time) {
	if t.status == taskStopped {
		return
	}
	if t.desired != taskStopped {
		t.desired, t.stopping = taskStopped, at
		if t.rollout != nil {
			t.rollout.wanted--
		}
	}
	t.stopReason, t.tags = "Host EC2 (instance "+t.instance.ec2+") deregistered.", nil
	t.cluster.r.orphans = append(t.cluster.r.orphans, t.arn())
	t.move(taskStopped, at)
	if t.rollout != nil {
		t.rollout.svc.wake(at, schedulerDelay)
	}
}

func (t *task) protected(now time.Time) bool { return now.Before(t.protectedUntil) }

func (t *task) arn() string { return t.cluster.arnOf("task", string(t.id)) }

// ownInterface: tasks in network mode awsvpc have an elastic network interface of their own.
func (t *task) ownInterface() bool { return t.def.TD.NetworkMode == ecstypes.NetworkModeAwsvpc }

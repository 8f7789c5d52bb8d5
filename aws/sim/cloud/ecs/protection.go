package ecs

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// Task scale-in protection lasts 2 hours unless told otherwise, from 1 minute to 48 hours, for up
// to 10 tasks a call, and only for tasks of a service: any other is a TASK_NOT_VALID failure (ECS
// API Reference, UpdateTaskProtection). It is read of up to 100 (same, GetTaskProtection, tasks).
const (
	protectionUsual   = 120
	protectionMost    = 2880
	protectionReads   = 100
	protectionChanges = 10
)

func (e *ECS) getTaskProtection(call cloud.Call, in *ecs.GetTaskProtectionInput) (*ecs.GetTaskProtectionOutput, error) {
	tasks, failures, err := e.protectable(call, in.Cluster, in.Tasks, protectionReads)
	if err != nil {
		return nil, err
	}
	out := &ecs.GetTaskProtectionOutput{ProtectedTasks: []ecstypes.ProtectedTask{}, Failures: failures}
	for _, t := range tasks {
		out.ProtectedTasks = append(out.ProtectedTasks, t.protection(call.Now))
	}
	return out, nil
}

func (e *ECS) updateTaskProtection(call cloud.Call, in *ecs.UpdateTaskProtectionInput) (*ecs.UpdateTaskProtectionOutput, error) {
	minutes := int32(protectionUsual)
	if in.ExpiresInMinutes != nil {
		minutes = *in.ExpiresInMinutes
	}
	if minutes < 1 || minutes > protectionMost {
		return nil, api.Invalid("expiresInMinutes must be between 1 and %d.", protectionMost)
	}
	tasks, failures, err := e.protectable(call, in.Cluster, in.Tasks, protectionChanges)
	if err != nil {
		return nil, err
	}
	out := &ecs.UpdateTaskProtectionOutput{ProtectedTasks: []ecstypes.ProtectedTask{}, Failures: failures}
	for _, t := range tasks {
		t.protectedUntil = time.Time{}
		if in.ProtectionEnabled {
			t.protectedUntil = e.c.Later(call.Now, time.Duration(minutes)*time.Minute)
			e.c.At(t.protectedUntil, func(at time.Time) { t.rollout.svc.wake(at, schedulerDelay) })
		}
		t.rollout.svc.wake(call.Now, schedulerDelay)
		out.ProtectedTasks = append(out.ProtectedTasks, t.protection(call.Now))
	}
	return out, nil
}

func (e *ECS) protectable(call cloud.Call, cluster *string, refs []string, most int) (tasks []*task, failures []ecstypes.Failure, err error) {
	cl, err := e.at(call.Place).cluster(cluster)
	if err != nil {
		return nil, nil, err
	}
	if err := api.Between(len(refs), most, "Tasks"); err != nil {
		return nil, nil, err
	}
	failures = []ecstypes.Failure{}
	for _, ref := range refs {
		id, err := cl.member(ref, "task")
		if err != nil {
			return nil, nil, err
		}
		t, ok := cl.tasks.Get(id)
		switch {
		case !ok:
			failures = append(failures, missing(cl.arnOf("task", id)))
		case t.rollout == nil || t.desired != taskRunning:
			failures = append(failures, ecstypes.Failure{Arn: new(t.arn()), Reason: new("TASK_NOT_VALID")})
		default:
			tasks = append(tasks, t)
		}
	}
	return tasks, failures, nil
}

func (t *task) protection(now time.Time) ecstypes.ProtectedTask {
	v := ecstypes.ProtectedTask{TaskArn: new(t.arn()), ProtectionEnabled: t.protected(now)}
	if v.ProtectionEnabled {
		v.ExpirationDate = ptr.Time(t.protectedUntil)
	}
	return v
}

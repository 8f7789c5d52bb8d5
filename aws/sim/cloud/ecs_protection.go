package cloud

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Task scale-in protection lasts 2 hours unless told otherwise, from 1 minute to 48 hours, for up to 10 tasks a call, and only for tasks of a
// service: any other is a TASK_NOT_VALID failure (ECS API Reference, UpdateTaskProtection).
const (
	protectionUsual = 120
	protectionMost  = 2880
)

func (p *compute) getTaskProtection(call Call, in *ecs.GetTaskProtectionInput) (*ecs.GetTaskProtectionOutput, error) {
	tasks, failures, err := p.protectable(call, in.Cluster, in.Tasks)
	if err != nil {
		return nil, err
	}
	out := &ecs.GetTaskProtectionOutput{ProtectedTasks: []ecstypes.ProtectedTask{}, Failures: failures}
	for _, t := range tasks {
		out.ProtectedTasks = append(out.ProtectedTasks, t.protection(call.Now))
	}
	return out, nil
}

func (p *compute) updateTaskProtection(call Call, in *ecs.UpdateTaskProtectionInput) (*ecs.UpdateTaskProtectionOutput, error) {
	minutes := int32(protectionUsual)
	if in.ExpiresInMinutes != nil {
		minutes = *in.ExpiresInMinutes
	}
	if minutes < 1 || minutes > protectionMost {
		return nil, invalid("expiresInMinutes must be between 1 and %d.", protectionMost)
	}
	tasks, failures, err := p.protectable(call, in.Cluster, in.Tasks)
	if err != nil {
		return nil, err
	}
	out := &ecs.UpdateTaskProtectionOutput{ProtectedTasks: []ecstypes.ProtectedTask{}, Failures: failures}
	for _, t := range tasks {
		t.protectedUntil = time.Time{}
		if in.ProtectionEnabled {
			t.protectedUntil = p.c.in(call.Now, time.Duration(minutes)*time.Minute)
			p.agenda.add(t.protectedUntil, func(at time.Time) { t.rollout.svc.wake(at, schedulerDelay) })
		}
		t.rollout.svc.wake(call.Now, schedulerDelay)
		out.ProtectedTasks = append(out.ProtectedTasks, t.protection(call.Now))
	}
	return out, nil
}

func (p *compute) protectable(call Call, cluster *string, refs []string) (tasks []*ecsTask, failures []ecstypes.Failure, err error) {
	cl, err := p.region(call.Region).cluster(cluster)
	if err != nil {
		return nil, nil, err
	}
	if err := between(len(refs), 10, "Tasks"); err != nil {
		return nil, nil, err
	}
	failures = []ecstypes.Failure{}
	for _, ref := range refs {
		id, err := cl.member(ref, "task")
		if err != nil {
			return nil, nil, err
		}
		t, ok := cl.tasks.get(id)
		switch {
		case !ok:
			failures = append(failures, missing(cl.arnOf("task", id)))
		case t.rollout == nil || t.desired != taskRunning:
			failures = append(failures, ecstypes.Failure{Arn: str(t.arn()), Reason: str("TASK_NOT_VALID")})
		default:
			tasks = append(tasks, t)
		}
	}
	return tasks, failures, nil
}

func (t *ecsTask) protection(now time.Time) ecstypes.ProtectedTask {
	v := ecstypes.ProtectedTask{TaskArn: str(t.arn()), ProtectionEnabled: t.protected(now)}
	if v.ProtectionEnabled {
		v.ExpirationDate = when(t.protectedUntil)
	}
	return v
}

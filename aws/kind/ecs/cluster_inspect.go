package ecs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// inspectCluster looks, right before DeleteCluster, at what lives in the cluster now, and changes
// nothing. Tasks that a planned service, rule or schedule started since the plan was frozen go with
// it: they are kind.Spawned, each with its record as a listing hands it on. Everything else that
// nobody planned is a newcomer.
func inspectCluster(ctx context.Context, v *kind.Visit, step plan.Step, planned func(model.Ref) bool) (kind.Inspected, error) {
	c := inCluster{arn: step.Targets[0].ID, name: kind.Tail(step.Targets[0].ID)}
	var (
		mu        sync.Mutex
		inspected kind.Inspected
		calls     = kind.NewGroup()
	)
	met := func(r *model.Resource, raw json.RawMessage, ours bool) {
		if !r.Counts || planned(r.Ref) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if ours {
			inspected.Spawned = append(inspected.Spawned, kind.Spawned{Resource: r, Raw: raw})
		} else {
			inspected.Newcomers = append(inspected.Newcomers, r)
		}
	}
	calls.Start(ctx, func(ctx context.Context) error {
		services := newService()
		found, err := services.named(ctx, v, c)
		for _, s := range found {
			r, raw := services.resource(v, s)
			met(r, raw, false)
		}
		return c.orGone(ctx, v, err)
	})
	calls.Start(ctx, func(ctx context.Context) error {
		tasks, guard := newTask(v.Now), newProtections(v)
		found, err := tasks.running(ctx, v, c)
		for _, t := range found {
			r, raw := tasks.resource(v, t)
			r.Attrs[tasks.protectedAt] = guard.before(r, tasks)
			met(r, raw, tasks.madeByPlanned(r, planned))
		}
		return c.orGone(ctx, v, err)
	})
	calls.Start(ctx, func(ctx context.Context) error {
		instances := newInstance()
		found, err := instances.in(ctx, v, c)
		for _, i := range found {
			r, raw := instances.resource(v, c, i)
			met(r, raw, false)
		}
		return c.orGone(ctx, v, err)
	})
	err := calls.Wait()
	slices.SortFunc(inspected.Spawned, func(a, b kind.Spawned) int { return a.Resource.Ref.Compare(b.Resource.Ref) })
	slices.SortFunc(inspected.Newcomers, func(a, b *model.Resource) int { return a.Ref.Compare(b.Ref) })
	return inspected, err
}

// removeSpawned stops one task that inspectCluster found, under the step's permit. It is asked of
// the step's own cluster, whatever the task's record says.
func removeSpawned(ctx context.Context, v *kind.Visit, step plan.Step, r *model.Resource) error {
	return goneIsNothing(stopTask(ctx, v, step.Targets[0].ID, r.Ref.ID))
}

// goneIsNothing takes a cluster that went away meanwhile for one that holds nothing.
func goneIsNothing(err error) error {
	if kind.HasCode(err, "ClusterNotFoundException") {
		return nil
	}
	return err
}

// stopReason stands in the task's stoppedReason and in CloudTrail, so that whoever looks later
// knows who did it.
const stopReason = "rootout: removed by plan"

// stopTask stops a task. AWS has no code of its own for a task that is not there
// (InvalidParameterException), so that answer is proven by asking.
func stopTask(ctx context.Context, v *kind.Visit, clusterARN, task string) error {
	_, err := client(v).StopTask(ctx, &ecs.StopTaskInput{
		Cluster: sdk.String(clusterARN), Task: sdk.String(task), Reason: sdk.String(stopReason),
	})
	if !kind.HasCode(err, "InvalidParameterException") {
		return err
	}
	there, lookErr := newTask(v.Now).describe(ctx, v, clusterARN, []string{task}, nil)
	if lookErr != nil {
		return fmt.Errorf("%w (and looking whether the task is there failed: %w)", err, lookErr)
	}
	for _, t := range there {
		if sdk.ToString(t.LastStatus) != stopped {
			return err
		}
	}
	return nil
}

// stoppingTasks counts the tasks of a cluster that have been told to stop and have not yet: they
// hold the cluster back and no counter shows them.
func stoppingTasks(ctx context.Context, v *kind.Visit, clusterARN string) (int, error) {
	done := map[string]bool{}
	for _, r := range v.KnownOf(ecsref.TaskKind) {
		done[r.Ref.ID] = r.State == stopped
	}
	stopping := 0
	tasks := newTask(v.Now)
	var open []string
	err := kind.Pages(ctx, taskLister(v, clusterARN, stopped), func(arns []string) {
		for _, arn := range arns {
			if !done[arn] {
				open = append(open, arn)
			}
		}
	})
	if err != nil {
		return 0, goneIsNothing(err)
	}
	records, err := tasks.describe(ctx, v, clusterARN, open, relist(taskLister(v, clusterARN, stopped)))
	if err != nil {
		return 0, goneIsNothing(err)
	}
	for _, t := range records {
		if sdk.ToString(t.LastStatus) != stopped {
			stopping++
		}
	}
	return stopping, nil
}

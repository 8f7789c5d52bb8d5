package ecs

import (
	"context"
	"fmt"
	"maps"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// home is the ARN of the cluster that a service lives in.
func (k service) home(r *model.Resource) string {
	for _, o := range r.Owners {
		if o.Kind == ecsref.ClusterKind {
			return o.ID
		}
	}
	return clusterARN(r.Ref, k.cluster(r).String())
}

func (k service) steps(r *model.Resource, _ *model.Graph) []plan.Step {
	last := plan.Step{
		Op: "ecs:DeleteService", Params: homeParams(r.Ref, k.home(r)), Goal: plan.Gone, Undo: model.UndoPartly,
		Proof:   "DescribeServices says INACTIVE or MISSING",
		UndoHow: "CreateService from the evidence",
	}
	if express, _ := k.express(r).Bool(); express {
		last.Op, last.Params = "ecs:DeleteExpressGatewayService", nil
		last.UndoHow = "CreateExpressGatewayService from the evidence, with a new load balancer and address"
		return []plan.Step{last}
	}
	var steps []plan.Step
	for _, set := range k.ownTaskSets(r) {
		params := map[string]string{"taskSet": set}
		maps.Copy(params, homeParams(r.Ref, k.home(r)))
		steps = append(steps, plan.Step{
			Op: "ecs:DeleteTaskSet", Goal: plan.Changed, Interim: true, Params: params, Undo: model.UndoPartly,
			Proof: "the service has no such task set any more", UndoHow: "CreateTaskSet from the evidence",
		})
	}
	if k.external(r) {
		// It says only that there is something to wait for before the call, and nothing of where
		// the call goes.
		params := map[string]string{"controller": "external"}
		maps.Copy(params, last.Params)
		last.Params = params
		last.Before = "it has no task sets any more"
	}
	return append(steps, last)
}

func (k service) external(r *model.Resource) bool { return k.controller(r).Contains("external") }

// ownTaskSets are the task sets that have to be deleted before their service. AWS shows those of
// CodeDeploy too and takes DeleteTaskSet for the EXTERNAL controller only (ECS API Reference,
// Service and DeleteTaskSet).
func (k service) ownTaskSets(r *model.Resource) []string {
	if !k.external(r) {
		return nil
	}
	return k.taskSets(r).Texts()
}

// withoutTaskSets holds back DeleteService of an EXTERNAL service until its task sets are gone:
// they drain for a while.
func (k service) withoutTaskSets(ctx context.Context, v *kind.Visit, step plan.Step) (bool, string, error) {
	if step.Params["controller"] != "external" {
		return true, "", nil
	}
	home, err := stepHome(v, step)
	if err != nil {
		return false, "", err
	}
	sets := 0
	err = k.describeEach(ctx, v, home, kind.IDs(step.Targets), nil, func(s types.Service) { sets += len(s.TaskSets) })
	if err != nil || sets == 0 {
		return err == nil, "", err
	}
	return false, fmt.Sprintf("%d task sets are draining", sets), nil
}

func (k service) warn(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) plan.Warning {
	if !k.controller(r).Contains("code_deploy") {
		return plan.Warning{}
	}
	return plan.Warning{
		Name: r.Name, One: "service " + r.Name + " is deployed by CodeDeploy: stop a deployment under way there, or it may bring tasks back until the service is gone",
		Many: "services are deployed by CodeDeploy: stop deployments under way there, or they may bring tasks back until the services are gone",
	}
}

func (k service) cli(r *model.Resource) [][]string {
	show := kind.AWSCLI(r, "ecs", "describe-services", "--cluster", k.home(r), "--services", r.Ref.ID, "--include", "TAGS")
	if express, _ := k.express(r).Bool(); express {
		return [][]string{show, kind.AWSCLI(r, "ecs", "delete-express-gateway-service", "--service-arn", r.Ref.ID)}
	}
	commands := [][]string{show}
	for _, set := range k.ownTaskSets(r) {
		commands = append(commands, kind.AWSCLI(r, "ecs", "delete-task-set", "--cluster", k.home(r), "--service", r.Ref.ID, "--task-set", set, "--force"))
	}
	return append(commands, kind.AWSCLI(r, "ecs", "delete-service", "--cluster", k.home(r), "--service", r.Ref.ID, "--force"))
}

func (k service) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	return proveByCluster(v, refs, func(clusterARN string, names []string, tell func(id string, f kind.Reading)) error {
		return k.describeEach(ctx, v, clusterARN, names, nil, func(s types.Service) {
			r, _ := k.resource(v, s)
			reading := kind.Reading{Presence: kind.Present, Resource: r, Why: fmt.Sprintf("%s, %d tasks are running", r.State, s.RunningCount)}
			if !r.Counts {
				reading = kind.Reading{Presence: kind.Absent}
			}
			tell(sdk.ToString(s.ServiceArn), reading)
		})
	})
}

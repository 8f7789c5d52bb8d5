// Package autoscaling are the kinds of Application Auto Scaling: the scaling targets of ECS
// services.
//
// It must not know the kinds of other services but by the names in ecsref, nor screens, cases or
// the order of a run.
package autoscaling

import (
	"cmp"
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Target is `application-autoscaling:target` of ECS services: what raises a service again that was
// scaled down. Its id is the resource id, "service/CLUSTER/SERVICE", which is what the API takes;
// not every target has an ARN.
func Target() kind.Def {
	k := newScaling()
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.ScalingKind, Aliases: []string{"scaling", "scalingtarget"}, Title: "SCALING", Plural: "scaling targets", Order: 100,
			Fields: k.fields, Phase: model.Silence, Undo: model.UndoExactly,
			ARNType: "scalable-target",
			MadeBy: []model.EventOf{
				{Event: "autoscaling.amazonaws.com:RegisterScalableTarget", IDs: []string{"{requestParameters.resourceId}"}},
				{Event: "application-autoscaling.amazonaws.com:RegisterScalableTarget", IDs: []string{"{requestParameters.resourceId}"}},
			},
			EndedBy: []model.EventOf{
				{Event: "autoscaling.amazonaws.com:DeregisterScalableTarget", IDs: []string{"{requestParameters.resourceId}"}},
				{Event: "application-autoscaling.amazonaws.com:DeregisterScalableTarget", IDs: []string{"{requestParameters.resourceId}"}},
			},
			// AWS registers one for an Express service by itself (ECS Developer Guide, Express Mode services).
			MadeFor: []model.KindID{ecsref.ServiceKind},
			Console: func(r *model.Resource) string {
				cluster, service := scaledService(r.Ref.ID)
				return ecsref.Console(r, "/clusters/"+cluster+"/services/"+service)
			},
			CLI: func(r *model.Resource) [][]string {
				return [][]string{
					kind.AWSCLI(r, "application-autoscaling", "describe-scalable-targets", "--service-namespace", "ecs", "--resource-ids", r.Ref.ID),
					kind.AWSCLI(r, "application-autoscaling", "describe-scaling-policies", "--service-namespace", "ecs", "--resource-id", r.Ref.ID),
					kind.AWSCLI(r, "application-autoscaling", "describe-scheduled-actions", "--service-namespace", "ecs", "--resource-id", r.Ref.ID),
					kind.AWSCLI(r, "application-autoscaling", "deregister-scalable-target", "--service-namespace", "ecs", "--resource-id", r.Ref.ID,
						"--scalable-dimension", string(types.ScalableDimensionECSServiceDesiredCount)),
				}
			},
		},
		List: k.list, Calls: []string{"application-autoscaling:DescribeScalableTargets"},
		Evidence:      k.evidence,
		EvidenceCalls: []string{"application-autoscaling:DescribeScalingPolicies", "application-autoscaling:DescribeScheduledActions"},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
				return []plan.Step{{
					Op: "application-autoscaling:DeregisterScalableTarget", Goal: plan.Gone, Undo: kind.UndoOf(r),
					UndoUnless: "it has a step or predictive scaling policy",
					Proof:      "DescribeScalableTargets does not show it",
					UndoHow:    "RegisterScalableTarget, PutScalingPolicy and PutScheduledAction from the evidence",
					Inverse:    targetAgain(r.Owners),
				}}
			}}),
		},
		Ops:  k.ops(),
		Read: k.prove, ReadBatch: proveMost, ReadCalls: []string{"application-autoscaling:DescribeScalableTargets"},
	}
}

func (k scaling) ops() map[string]kind.Op {
	all := k.undoOps()
	all["application-autoscaling:DeregisterScalableTarget"] = kind.Op{
		Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
			_, err := client(v).DeregisterScalableTarget(ctx, &applicationautoscaling.DeregisterScalableTargetInput{
				ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: sdk.String(step.Targets[0].ID),
				ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
			})
			return kind.Answer{}, err
		},
		Gone: []string{"ObjectNotFoundException"}, Again: []string{"ConcurrentUpdateException"},
	}
	return all
}

// client asks Application Auto Scaling in the visit's region.
func client(v *kind.Visit) *applicationautoscaling.Client {
	return aws.Client(v.Clients, applicationautoscaling.NewFromConfig)
}

// scalingMost is a page of every Describe of Application Auto Scaling (its API Reference,
// MaxResults).
const scalingMost = 50

// proveMost is how many targets one reading is about: it lists all there are, however many are asked
// for.
const proveMost = 1000

// scaledService splits a resource id.
func scaledService(resource string) (cluster, service string) {
	cluster, service, _ = strings.Cut(strings.TrimPrefix(resource, "service/"), "/")
	return cluster, service
}

type scaling struct {
	fields []model.Field
	values func(types.ScalableTarget) []model.Value
}

func newScaling() scaling {
	fields, values := kind.Columns(scalingColumns()...)
	return scaling{fields: fields, values: values}
}

func scalingColumns() []kind.Column[types.ScalableTarget] {
	return []kind.Column[types.ScalableTarget]{
		{
			Field: model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the name of its service's cluster"},
			From: func(t types.ScalableTarget) model.Value {
				cluster, _ := scaledService(sdk.ToString(t.ResourceId))
				return model.Text(cluster)
			},
		},
		{
			Field: model.Field{ID: "service", Key: "service", Title: "SERVICE", Order: 9, Help: "the service that it scales"},
			From: func(t types.ScalableTarget) model.Value {
				_, service := scaledService(sdk.ToString(t.ResourceId))
				return model.Text(service)
			},
		},
		{
			Field: model.Field{ID: "min", Key: "minCapacity", Title: "MIN", Type: model.NumberField, Unit: model.CountOfThem, Order: 10, Help: "tasks that it keeps at least: what is below is raised"},
			From:  func(t types.ScalableTarget) model.Value { return capacity(t.MinCapacity) },
		},
		{
			Field: model.Field{ID: "max", Key: "maxCapacity", Title: "MAX", Type: model.NumberField, Unit: model.CountOfThem, Order: 11, Help: "tasks that it allows at most"},
			From:  func(t types.ScalableTarget) model.Value { return capacity(t.MaxCapacity) },
		},
		{
			Field: model.Field{ID: "suspended", Key: "suspended", Title: "SUSPENDED", Type: model.BoolField, Order: 12, Help: "whether scaling out is suspended"},
			From: func(t types.ScalableTarget) model.Value {
				return model.Bool(t.SuspendedState != nil && sdk.ToBool(t.SuspendedState.DynamicScalingOutSuspended))
			},
		},
		{
			Field: model.Field{ID: "role", Key: "role", Title: "ROLE", Order: 105, Help: "the role that it scales with"},
			From:  func(t types.ScalableTarget) model.Value { return model.TextPtr(t.RoleARN) },
		},
	}
}

func capacity(n *int32) model.Value {
	if n == nil {
		return model.Unknown()
	}
	return model.Number(float64(*n))
}

func (k scaling) list(ctx context.Context, v *kind.Visit) error {
	return k.describe(ctx, v, func(t types.ScalableTarget) {
		r, raw := k.resource(v, t)
		v.Found(r, raw)
	})
}

func (k scaling) describe(ctx context.Context, v *kind.Visit, each func(types.ScalableTarget)) error {
	return kind.Pages(ctx, func(ctx context.Context, token *string) ([]types.ScalableTarget, *string, error) {
		out, err := client(v).DescribeScalableTargets(ctx, &applicationautoscaling.DescribeScalableTargetsInput{
			ServiceNamespace: types.ServiceNamespaceEcs, MaxResults: sdk.Int32(scalingMost), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		page, err := kind.Sieve(v, "application-autoscaling:DescribeScalableTargets", out.ScalableTargets, named, func(t types.ScalableTarget) bool {
			return isOurs(v, t)
		})
		return page, out.NextToken, err
	}, func(page []types.ScalableTarget) {
		for _, t := range page {
			each(t)
		}
	})
}

// named is what a target is called by.
func named(t types.ScalableTarget) string {
	return cmp.Or(sdk.ToString(t.ScalableTargetARN), sdk.ToString(t.ResourceId))
}

// isOurs says whether a target is of a service of this place. Its ARN has no name in it and may be
// missing: other implementations leave it out.
func isOurs(v *kind.Visit, t types.ScalableTarget) bool {
	_, here := v.Here(sdk.ToString(t.ScalableTargetARN), "application-autoscaling")
	cluster, service := scaledService(sdk.ToString(t.ResourceId))
	return (here || t.ScalableTargetARN == nil) && cluster != "" && service != "" && !strings.Contains(service, "/") &&
		strings.HasPrefix(sdk.ToString(t.ResourceId), "service/")
}

func (k scaling) resource(v *kind.Visit, t types.ScalableTarget) (*model.Resource, []byte) {
	id := sdk.ToString(t.ResourceId)
	cluster, name := scaledService(id)
	home := ecsref.Cluster(v, cluster)
	r := &model.Resource{
		Ref: v.Ref(ecsref.ScalingKind, id), ARN: sdk.ToString(t.ScalableTargetARN), Name: model.Clean(cluster + "/" + name), Counts: true,
		Owners: []model.Ref{ecsref.Service(v, home.ID, name)}, Container: home, MadeAt: sdk.ToTime(t.CreationTime),
		Size: model.Size{Known: true}, Rate: model.Rate{Known: true}, Attrs: k.values(t),
	}
	record := kind.Record(t, ecsref.Writing(), v.Sealer)
	r.Secrets = record.Sealed
	return r, record.JSON
}

// evidence keeps what goes with the target and what putting it back needs: AWS deletes its policies
// and scheduled actions with it.
func (k scaling) evidence(ctx context.Context, v *kind.Visit, r *model.Resource) []kind.Evidence {
	actions := make(chan kind.Evidence, 1)
	go func() { actions <- k.scheduledActions(ctx, v, r) }()
	return []kind.Evidence{k.policies(ctx, v, r), <-actions}
}

func (k scaling) policies(ctx context.Context, v *kind.Visit, r *model.Resource) kind.Evidence {
	all, err := policiesOf(ctx, v, r.Ref.ID)
	return kept(policiesEvidence, all, err, v)
}

func policiesOf(ctx context.Context, v *kind.Visit, resource string) ([]types.ScalingPolicy, error) {
	return kind.All(ctx, func(ctx context.Context, token *string) ([]types.ScalingPolicy, *string, error) {
		out, err := client(v).DescribeScalingPolicies(ctx, &applicationautoscaling.DescribeScalingPoliciesInput{
			ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: sdk.String(resource), MaxResults: sdk.Int32(scalingMost), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.ScalingPolicies, out.NextToken, nil
	})
}

func (k scaling) scheduledActions(ctx context.Context, v *kind.Visit, r *model.Resource) kind.Evidence {
	all, err := actionsOf(ctx, v, r.Ref.ID)
	return kept(actionsEvidence, all, err, v)
}

func actionsOf(ctx context.Context, v *kind.Visit, resource string) ([]types.ScheduledAction, error) {
	return kind.All(ctx, func(ctx context.Context, token *string) ([]types.ScheduledAction, *string, error) {
		out, err := client(v).DescribeScheduledActions(ctx, &applicationautoscaling.DescribeScheduledActionsInput{
			ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: sdk.String(resource), MaxResults: sdk.Int32(scalingMost), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.ScheduledActions, out.NextToken, nil
	})
}

// kept is a list as evidence. That there are none is knowledge, and kept as an empty list.
func kept[T any](what string, all []T, err error, v *kind.Visit) kind.Evidence {
	item := kind.Evidence{What: what}
	switch {
	case err != nil:
		item.Missing = kind.WhyMissing(err)
	case len(all) == 0:
		item.Data = []byte("[]")
	default:
		item.Data = kind.Record(all, ecsref.Writing(), v.Sealer).JSON
	}
	return item
}

// prove lists all targets, as the scan does. Asked for some by name AWS says nothing of those that are
// not there, and an answer that says nothing proves nothing.
func (k scaling) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	met := map[string]*model.Resource{}
	err := k.describe(ctx, v, func(t types.ScalableTarget) {
		r, _ := k.resource(v, t)
		met[r.Ref.ID] = r
	})
	if err != nil {
		return nil, err
	}
	readings := make(map[model.Ref]kind.Reading, len(refs))
	for _, ref := range refs {
		readings[ref] = kind.Reading{Presence: kind.Absent}
		if r := met[ref.ID]; r != nil {
			readings[ref] = kind.Reading{Presence: kind.Present, Resource: r, Why: "it is still registered"}
		}
	}
	return readings, nil
}

// Package autoscaling simulates Application Auto Scaling over the desired counts of ECS services.
//
// A target raises its service when it stands below the minimum; policies and scheduled actions are
// kept, shown and deleted, and scale nothing. It must not know how services start and stop tasks.
package autoscaling

import (
	"slices"
	"time"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
	"github.com/rootout/rootout/aws/sim/wire"
)

// raiseTime is how long Application Auto Scaling takes to see that a service stands below its
// minimum. CloudWatch alarms of a minute drive it; AWS gives no number.
const raiseTime = 60 * time.Second

// Services are what is scaled here: those of ECS, by resource id ("service/CLUSTER/NAME").
type Services interface {
	// DesiredCount is the count of an ACTIVE service; made tells it from an earlier one of its
	// name.
	DesiredCount(p cloud.Place, resource string) (count int32, made time.Time, ok bool)
	// RaiseCount sets the count, and returns the call as which CloudTrail shows that, without its
	// caller.
	RaiseCount(p cloud.Place, resource string, to int32, at time.Time) cloud.ServiceCall
}

// AutoScaling is Application Auto Scaling. The cloud's lock is held in all its methods.
type AutoScaling struct {
	c        *cloud.Cloud
	services Services
	regions  *cloud.PerPlace[*region]
}

// Register adds Application Auto Scaling to an account, for the services that it scales.
func Register(c *cloud.Cloud, services Services) *AutoScaling {
	a := &AutoScaling{c: c, services: services}
	a.regions = cloud.NewPerPlace(func(p cloud.Place) *region { return &region{c: c, place: p} })
	c.Register(cloud.Service{
		Wire:  wire.Service{Name: "application-autoscaling", Protocol: wire.JSON, Version: "1.1", Target: "AnyScaleFrontendService"},
		State: a,
		// Its user guide, "Logging API calls": it signs by one name and is recorded by another.
		EventSource: "autoscaling.amazonaws.com",
		Resources:   a.resources,
		Check:       cloud.RefuseUnlisted,
		Buckets:     buckets(),
		Operations: []cloud.Operation{
			cloud.Op(c, "RegisterScalableTarget", false, a.registerScalableTarget),
			cloud.Op(c, "DescribeScalableTargets", true, a.describeScalableTargets),
			cloud.Op(c, "DeregisterScalableTarget", false, a.deregisterScalableTarget),
			cloud.Op(c, "PutScalingPolicy", false, a.putScalingPolicy),
			cloud.Op(c, "DescribeScalingPolicies", true, a.describeScalingPolicies),
			cloud.Op(c, "DeleteScalingPolicy", false, a.deleteScalingPolicy),
			cloud.Op(c, "PutScheduledAction", false, a.putScheduledAction),
			cloud.Op(c, "DescribeScheduledActions", true, a.describeScheduledActions),
			cloud.Op(c, "DeleteScheduledAction", false, a.deleteScheduledAction),
		},
	})
	return a
}

// buckets: AWS publishes no numbers, and throttles all the same (its API Reference, "Common errors"); these
// hold reads and changes apart, moderately.
func buckets() []cloud.Bucket {
	return []cloud.Bucket{
		{Name: "read", Burst: 20, Refill: 10, Operations: []string{"DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions"}},
		{Name: "modify", Burst: 20, Refill: 10, Operations: []string{
			"RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy", "PutScheduledAction", "DeleteScheduledAction",
		}},
	}
}

// region is Application Auto Scaling in one place.
type region struct {
	c        *cloud.Cloud
	place    cloud.Place
	targets  cloud.Table[*scalableTarget]
	policies cloud.Table[*aastypes.ScalingPolicy]
	actions  cloud.Table[*aastypes.ScheduledAction]
}

type scalableTarget struct {
	namespace      aastypes.ServiceNamespace
	resource       string
	dimension      aastypes.ScalableDimension
	min, max       int32
	arn, role      string
	suspended      *aastypes.SuspendedState
	created        time.Time
	raisePlannedAt time.Time
}

func targetKey(ns aastypes.ServiceNamespace, resource string, dim aastypes.ScalableDimension) string {
	return string(ns) + "|" + resource + "|" + string(dim)
}

// target returns the target, made if need be.
func (g *region) target(ns aastypes.ServiceNamespace, resource string, dim aastypes.ScalableDimension, at time.Time) *scalableTarget {
	key := targetKey(ns, resource, dim)
	if t, ok := g.targets.Get(key); ok {
		return t
	}
	t := &scalableTarget{
		namespace: ns, resource: resource, dimension: dim, created: at,
		arn: g.c.ARNIn(g.place, "application-autoscaling", "scalable-target/0"+g.c.HexID(31)),
		role: g.c.RoleARN(g.place.Account,
			"aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"),
	}
	g.targets.Set(key, t)
	return t
}

// remove takes a target with its policies and scheduled actions away: "Deregistering a scalable
// target deletes the scaling policies that are associated with it" (Application Auto Scaling API
// Reference, DeregisterScalableTarget).
func (g *region) remove(ns aastypes.ServiceNamespace, resource string, dim aastypes.ScalableDimension) {
	g.targets.Delete(targetKey(ns, resource, dim))
	for _, v := range g.policies.Select(nil) {
		if v.ServiceNamespace == ns && *v.ResourceId == resource && v.ScalableDimension == dim {
			g.policies.Delete(policyKey(ns, resource, dim, *v.PolicyName))
		}
	}
	for _, v := range g.actions.Select(nil) {
		if v.ServiceNamespace == ns && *v.ResourceId == resource && v.ScalableDimension == dim {
			g.actions.Delete(policyKey(ns, resource, dim, *v.ScheduledActionName))
		}
	}
}

func policyKey(ns aastypes.ServiceNamespace, resource string, dim aastypes.ScalableDimension, name string) string {
	return targetKey(ns, resource, dim) + "|" + name
}

func (t *scalableTarget) view() aastypes.ScalableTarget {
	v := aastypes.ScalableTarget{
		ServiceNamespace: t.namespace, ResourceId: new(t.resource), ScalableDimension: t.dimension, MinCapacity: new(t.min), MaxCapacity: new(t.max),
		RoleARN: new(t.role), CreationTime: ptr.Time(t.created), ScalableTargetARN: new(t.arn), SuspendedState: t.suspended,
	}
	if v.SuspendedState == nil {
		v.SuspendedState = &aastypes.SuspendedState{DynamicScalingInSuspended: new(false), DynamicScalingOutSuspended: new(false), ScheduledScalingSuspended: new(false)}
	}
	return v
}

// registerScalableTarget makes or changes a target; a new one needs both bounds and, for ECS, a
// service that exists (Application Auto Scaling API Reference, RegisterScalableTarget).
func (a *AutoScaling) registerScalableTarget(call cloud.Call, in *aas.RegisterScalableTargetInput) (*aas.RegisterScalableTargetOutput, error) {
	g := a.regions.At(call.Place)
	resource := ptr.Val(in.ResourceId)
	isECS := in.ServiceNamespace == aastypes.ServiceNamespaceEcs
	if isECS && in.ScalableDimension != aastypes.ScalableDimensionECSServiceDesiredCount {
		return nil, cloud.Validation("Unsupported service namespace, resource type or scalable dimension")
	}
	_, _, scaled := a.services.DesiredCount(call.Place, resource)
	if isECS && !scaled {
		return nil, cloud.Validation("ECS service doesn't exist: %s", resource)
	}
	old, exists := g.targets.Get(targetKey(in.ServiceNamespace, resource, in.ScalableDimension))
	lower, upper := in.MinCapacity, in.MaxCapacity
	if exists {
		lower, upper = cmpOr(lower, &old.min), cmpOr(upper, &old.max)
	}
	switch {
	case lower == nil || upper == nil:
		return nil, cloud.Validation("Both min capacity and max capacity must be specified for a new scalable target.")
	case *lower < 0 || *lower > *upper:
		return nil, cloud.Validation("Maximum capacity cannot be less than minimum capacity")
	}
	newMin, newMax := *lower, *upper
	t := g.target(in.ServiceNamespace, resource, in.ScalableDimension, call.Now)
	t.min, t.max = newMin, newMax
	if in.RoleARN != nil && !isECS {
		t.role = *in.RoleARN
	}
	if in.SuspendedState != nil {
		t.suspended = in.SuspendedState
	}
	if scaled {
		a.CountChanged(call.Place, resource, call.Now)
	}
	return &aas.RegisterScalableTargetOutput{ScalableTargetARN: new(t.arn)}, nil
}

func cmpOr[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// CountChanged looks whether an ECS service stands below the minimum of its scalable target, and
// has it raised again after a while.
func (a *AutoScaling) CountChanged(p cloud.Place, resource string, at time.Time) {
	g := a.regions.At(p)
	t, ok := g.targets.Get(targetKey(aastypes.ServiceNamespaceEcs, resource, aastypes.ScalableDimensionECSServiceDesiredCount))
	if !ok || t.frozen() || t.raisePlannedAt.After(at) {
		return
	}
	count, made, ok := a.services.DesiredCount(p, resource)
	if !ok || count >= t.min {
		return
	}
	t.raisePlannedAt = a.c.Later(at, raiseTime)
	a.c.At(t.raisePlannedAt, func(at time.Time) {
		now, ok := g.targets.Get(targetKey(t.namespace, t.resource, t.dimension))
		if !ok || now != t || t.frozen() {
			return
		}
		if count, since, ok := a.services.DesiredCount(p, resource); !ok || !since.Equal(made) || count >= t.min {
			return
		}
		call := a.services.RaiseCount(p, resource, t.min, at)
		call.Time, call.Account, call.Region = at, p.Account, p.Region
		call.Role, call.Session, call.InvokedBy = t.role, "AutoScaling-UpdateDesiredCapacity", "ecs.application-autoscaling.amazonaws.com"
		a.c.RecordServiceCall(call)
	})
}

// Scale registers a target for an ECS service whose bounds ECS manages by itself.
func (a *AutoScaling) Scale(p cloud.Place, resource string, lowest, highest int32, at time.Time) {
	t := a.regions.At(p).target(aastypes.ServiceNamespaceEcs, resource, aastypes.ScalableDimensionECSServiceDesiredCount, at)
	t.min, t.max = lowest, highest
}

// Unscale takes the target of an ECS service away.
func (a *AutoScaling) Unscale(p cloud.Place, resource string) {
	a.regions.At(p).remove(aastypes.ServiceNamespaceEcs, resource, aastypes.ScalableDimensionECSServiceDesiredCount)
}

// frozen: scaling out is suspended.
func (t *scalableTarget) frozen() bool {
	return t.suspended != nil && ptr.Val(t.suspended.DynamicScalingOutSuspended)
}

func scalingLimit(maxResults *int32) (int, error) {
	if maxResults == nil {
		return 50, nil
	}
	if *maxResults < 1 || *maxResults > 50 {
		return 0, cloud.Validation("MaxResults must be between 1 and 50.")
	}
	return int(*maxResults), nil
}

// describeScalableTargets: at most 50 a page; a dimension needs resource ids (Application Auto
// Scaling API Reference, DescribeScalableTargets).
func (a *AutoScaling) describeScalableTargets(call cloud.Call, in *aas.DescribeScalableTargetsInput) (*aas.DescribeScalableTargetsOutput, error) {
	n, err := scalingLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	if in.ScalableDimension != "" && len(in.ResourceIds) == 0 {
		return nil, cloud.Validation("A resource ID must be specified with a scalable dimension.")
	}
	items, next, ok := a.regions.At(call.Place).targets.Page(func(t *scalableTarget) bool {
		return t.namespace == in.ServiceNamespace && (len(in.ResourceIds) == 0 || slices.Contains(in.ResourceIds, t.resource)) &&
			(in.ScalableDimension == "" || t.dimension == in.ScalableDimension)
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, cloud.Errorf("InvalidNextTokenException", "The next token is not valid.")
	}
	out := &aas.DescribeScalableTargetsOutput{ScalableTargets: []aastypes.ScalableTarget{}, NextToken: ptr.Opt(next)}
	for _, t := range items {
		out.ScalableTargets = append(out.ScalableTargets, t.view())
	}
	return out, nil
}

func (g *region) find(ns aastypes.ServiceNamespace, resource *string, dim aastypes.ScalableDimension) (*scalableTarget, error) {
	t, ok := g.targets.Get(targetKey(ns, ptr.Val(resource), dim))
	if !ok {
		return nil, cloud.Errorf("ObjectNotFoundException", "No scalable target found for service namespace: %s, resource ID: %s, scalable dimension: %s", ns, ptr.Val(resource), dim)
	}
	return t, nil
}

func (a *AutoScaling) deregisterScalableTarget(call cloud.Call, in *aas.DeregisterScalableTargetInput) (*aas.DeregisterScalableTargetOutput, error) {
	g := a.regions.At(call.Place)
	if _, err := g.find(in.ServiceNamespace, in.ResourceId, in.ScalableDimension); err != nil {
		return nil, err
	}
	g.remove(in.ServiceNamespace, *in.ResourceId, in.ScalableDimension)
	return &aas.DeregisterScalableTargetOutput{}, nil
}

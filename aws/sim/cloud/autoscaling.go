package cloud

import (
	"slices"
	"strings"
	"time"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
)

// raiseTime is how long Application Auto Scaling takes to see that a service stands below its minimum. CloudWatch alarms of a minute drive it;
// AWS gives no number.
const raiseTime = 60 * time.Second

// AutoScalingOperations are the operations of Application Auto Scaling, signing name "application-autoscaling".
func (c *Cloud) AutoScalingOperations() []Operation {
	p := c.computing()
	return []Operation{
		Op(c, "RegisterScalableTarget", false, p.registerScalableTarget),
		Op(c, "DescribeScalableTargets", true, p.describeScalableTargets),
		Op(c, "DeregisterScalableTarget", false, p.deregisterScalableTarget),
		Op(c, "PutScalingPolicy", false, p.putScalingPolicy),
		Op(c, "DescribeScalingPolicies", true, p.describeScalingPolicies),
		Op(c, "DeleteScalingPolicy", false, p.deleteScalingPolicy),
		Op(c, "PutScheduledAction", false, p.putScheduledAction),
		Op(c, "DescribeScheduledActions", true, p.describeScheduledActions),
		Op(c, "DeleteScheduledAction", false, p.deleteScheduledAction),
	}
}

// scalingRegion is Application Auto Scaling in one region.
type scalingRegion struct {
	r        *ecsRegion
	targets  shelf[*scalableTarget]
	policies shelf[*aastypes.ScalingPolicy]
	actions  shelf[*aastypes.ScheduledAction]
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

func (p *compute) scalingIn(region string) *scalingRegion {
	s, ok := p.scaling[region]
	if !ok {
		s = &scalingRegion{r: p.region(region)}
		p.scaling[region] = s
	}
	return s
}

func targetKey(ns aastypes.ServiceNamespace, resource string, dim aastypes.ScalableDimension) string {
	return string(ns) + "|" + resource + "|" + string(dim)
}

// put returns the target, made if need be.
func (g *scalingRegion) put(ns aastypes.ServiceNamespace, resource string, dim aastypes.ScalableDimension, at time.Time) *scalableTarget {
	key := targetKey(ns, resource, dim)
	if t, ok := g.targets.get(key); ok {
		return t
	}
	c := g.r.p.c
	t := &scalableTarget{
		namespace: ns, resource: resource, dimension: dim, created: at,
		arn:  c.ARN("application-autoscaling", g.r.name, "scalable-target/0"+c.hexID(31)),
		role: "arn:" + c.opts.Partition + ":iam::" + c.opts.Account + ":role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
	}
	g.targets.put(key, t)
	return t
}

// remove takes a target with its policies and scheduled actions away: "Deregistering a scalable target deletes the scaling policies that are
// associated with it" (Application Auto Scaling API Reference, DeregisterScalableTarget).
func (g *scalingRegion) remove(ns aastypes.ServiceNamespace, resource string, dim aastypes.ScalableDimension) {
	g.targets.drop(targetKey(ns, resource, dim))
	for _, v := range g.policies.all(nil) {
		if v.ServiceNamespace == ns && *v.ResourceId == resource && v.ScalableDimension == dim {
			g.policies.drop(policyKey(ns, resource, dim, *v.PolicyName))
		}
	}
	for _, v := range g.actions.all(nil) {
		if v.ServiceNamespace == ns && *v.ResourceId == resource && v.ScalableDimension == dim {
			g.actions.drop(policyKey(ns, resource, dim, *v.ScheduledActionName))
		}
	}
}

func policyKey(ns aastypes.ServiceNamespace, resource string, dim aastypes.ScalableDimension, name string) string {
	return targetKey(ns, resource, dim) + "|" + name
}

func validation(format string, args ...any) *APIError {
	return Errorf("ValidationException", format, args...)
}

func (t *scalableTarget) view() aastypes.ScalableTarget {
	v := aastypes.ScalableTarget{
		ServiceNamespace: t.namespace, ResourceId: str(t.resource), ScalableDimension: t.dimension, MinCapacity: new(t.min), MaxCapacity: new(t.max),
		RoleARN: str(t.role), CreationTime: when(t.created), ScalableTargetARN: str(t.arn), SuspendedState: t.suspended,
	}
	if v.SuspendedState == nil {
		v.SuspendedState = &aastypes.SuspendedState{DynamicScalingInSuspended: new(false), DynamicScalingOutSuspended: new(false), ScheduledScalingSuspended: new(false)}
	}
	return v
}

func (s *ecsService) resourceID() string { return "service/" + s.cluster.name + "/" + s.name }

// scaledService finds the ECS service that a scalable target's resource id names.
func (r *ecsRegion) scaledService(resource string) *ecsService {
	parts := strings.Split(resource, "/")
	if len(parts) != 3 || parts[0] != "service" {
		return nil
	}
	cl, ok := r.clusters.get(parts[1])
	if !ok {
		return nil
	}
	s, ok := cl.services.get(parts[2])
	if !ok || s.status != stActive {
		return nil
	}
	return s
}

// registerScalableTarget makes or changes a target; a new one needs both bounds and, for ECS, a service that exists (Application Auto Scaling
// API Reference, RegisterScalableTarget).
func (p *compute) registerScalableTarget(call Call, in *aas.RegisterScalableTargetInput) (*aas.RegisterScalableTargetOutput, error) {
	g := p.scalingIn(call.Region)
	resource := val(in.ResourceId)
	isECS := in.ServiceNamespace == aastypes.ServiceNamespaceEcs
	if isECS && in.ScalableDimension != aastypes.ScalableDimensionECSServiceDesiredCount {
		return nil, validation("Unsupported service namespace, resource type or scalable dimension")
	}
	service := g.r.scaledService(resource)
	if isECS && service == nil {
		return nil, validation("ECS service doesn't exist: %s", resource)
	}
	old, exists := g.targets.get(targetKey(in.ServiceNamespace, resource, in.ScalableDimension))
	lower, upper := in.MinCapacity, in.MaxCapacity
	if exists {
		lower, upper = cmpOr(lower, &old.min), cmpOr(upper, &old.max)
	}
	switch {
	case lower == nil || upper == nil:
		return nil, validation("Both min capacity and max capacity must be specified for a new scalable target.")
	case *lower < 0 || *lower > *upper:
		return nil, validation("Maximum capacity cannot be less than minimum capacity")
	}
	newMin, newMax := *lower, *upper
	t := g.put(in.ServiceNamespace, resource, in.ScalableDimension, call.Now)
	t.min, t.max = newMin, newMax
	if in.RoleARN != nil && !isECS {
		t.role = *in.RoleARN
	}
	if in.SuspendedState != nil {
		t.suspended = in.SuspendedState
	}
	if service != nil {
		p.scaled(service, call.Now)
	}
	return &aas.RegisterScalableTargetOutput{ScalableTargetARN: str(t.arn)}, nil
}

func cmpOr[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// scaled looks whether a service stands below the minimum of its scalable target, and has it raised again after a while.
func (p *compute) scaled(s *ecsService, at time.Time) {
	g := p.scalingIn(s.cluster.r.name)
	t, ok := g.targets.get(targetKey(aastypes.ServiceNamespaceEcs, s.resourceID(), aastypes.ScalableDimensionECSServiceDesiredCount))
	if !ok || s.desired >= t.min || t.frozen() || t.raisePlannedAt.After(at) {
		return
	}
	t.raisePlannedAt = p.c.in(at, raiseTime)
	p.agenda.add(t.raisePlannedAt, func(at time.Time) {
		now, ok := g.targets.get(targetKey(t.namespace, t.resource, t.dimension))
		if !ok || now != t || t.frozen() || s.status != stActive || s.desired >= t.min {
			return
		}
		s.desired, s.updated = t.min, at
		s.event(at, "(service "+s.name+") desired count was set to the minimum capacity of its scalable target.")
		s.wake(at, schedulerDelay)
		v := s.view(false)
		p.recordServiceCall(at, serviceCall{
			region: g.r.name, source: "ecs.amazonaws.com", name: "UpdateService", role: t.role, session: "AutoScaling-UpdateDesiredCapacity",
			invokedBy: "ecs.application-autoscaling.amazonaws.com",
			request:   &ecs.UpdateServiceInput{Cluster: str(s.cluster.name), Service: str(s.name), DesiredCount: new(t.min)},
			response:  &ecs.UpdateServiceOutput{Service: &v},
		})
	})
}

// frozen: scaling out is suspended.
func (t *scalableTarget) frozen() bool {
	return t.suspended != nil && val(t.suspended.DynamicScalingOutSuspended)
}

func scalingLimit(maxResults *int32) (int, error) {
	if maxResults == nil {
		return 50, nil
	}
	if *maxResults < 1 || *maxResults > 50 {
		return 0, validation("MaxResults must be between 1 and 50.")
	}
	return int(*maxResults), nil
}

// describeScalableTargets: at most 50 a page; a dimension needs resource ids (Application Auto Scaling API Reference, DescribeScalableTargets).
func (p *compute) describeScalableTargets(call Call, in *aas.DescribeScalableTargetsInput) (*aas.DescribeScalableTargetsOutput, error) {
	n, err := scalingLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	if in.ScalableDimension != "" && len(in.ResourceIds) == 0 {
		return nil, validation("A resource ID must be specified with a scalable dimension.")
	}
	items, next, ok := p.scalingIn(call.Region).targets.page(func(t *scalableTarget) bool {
		return t.namespace == in.ServiceNamespace && (len(in.ResourceIds) == 0 || slices.Contains(in.ResourceIds, t.resource)) &&
			(in.ScalableDimension == "" || t.dimension == in.ScalableDimension)
	}, n, val(in.NextToken))
	if !ok {
		return nil, Errorf("InvalidNextTokenException", "The next token is not valid.")
	}
	out := &aas.DescribeScalableTargetsOutput{ScalableTargets: []aastypes.ScalableTarget{}, NextToken: opt(next)}
	for _, t := range items {
		out.ScalableTargets = append(out.ScalableTargets, t.view())
	}
	return out, nil
}

func (g *scalingRegion) target(ns aastypes.ServiceNamespace, resource *string, dim aastypes.ScalableDimension) (*scalableTarget, error) {
	t, ok := g.targets.get(targetKey(ns, val(resource), dim))
	if !ok {
		return nil, Errorf("ObjectNotFoundException", "No scalable target found for service namespace: %s, resource ID: %s, scalable dimension: %s", ns, val(resource), dim)
	}
	return t, nil
}

func (p *compute) deregisterScalableTarget(call Call, in *aas.DeregisterScalableTargetInput) (*aas.DeregisterScalableTargetOutput, error) {
	g := p.scalingIn(call.Region)
	if _, err := g.target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension); err != nil {
		return nil, err
	}
	g.remove(in.ServiceNamespace, *in.ResourceId, in.ScalableDimension)
	return &aas.DeregisterScalableTargetOutput{}, nil
}

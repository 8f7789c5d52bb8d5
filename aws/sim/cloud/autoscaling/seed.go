package autoscaling

import (
	"time"

	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// ScalableTargetSeed is a scalable target over a service's desired count.
type ScalableTargetSeed struct {
	// Cluster and Service are names.
	Cluster, Service string
	// Min and Max are the bounds.
	Min, Max int
	// CreatedAt is when it was registered, zero for now.
	CreatedAt time.Time
	// Policy names a target tracking policy on CPU to go with it; empty means none.
	Policy string
}

// SeedScalableTarget registers a target and returns its ARN.
func (a *AutoScaling) SeedScalableTarget(region string, s ScalableTargetSeed) string {
	p, at := a.c.In(region), a.c.Since(s.CreatedAt)
	resource := "service/" + s.Cluster + "/" + s.Service
	g := a.regions.At(p)
	t := g.target(aastypes.ServiceNamespaceEcs, resource, aastypes.ScalableDimensionECSServiceDesiredCount, at)
	t.min, t.max = int32(s.Min), int32(s.Max)
	if s.Policy != "" {
		g.policies.Set(policyKey(t.namespace, resource, t.dimension, s.Policy), &aastypes.ScalingPolicy{
			PolicyName: new(s.Policy), PolicyType: aastypes.PolicyTypeTargetTrackingScaling, CreationTime: ptr.Time(at), ResourceId: new(resource),
			PolicyARN:        new(a.c.ARNIn(p, "autoscaling", "scalingPolicy:"+a.c.UUID()+":resource/ecs/"+resource+":policyName/"+s.Policy)),
			ServiceNamespace: t.namespace, ScalableDimension: t.dimension, Alarms: []aastypes.Alarm{},
			TargetTrackingScalingPolicyConfiguration: &aastypes.TargetTrackingScalingPolicyConfiguration{
				TargetValue: new(75.0), PredefinedMetricSpecification: &aastypes.PredefinedMetricSpecification{
					PredefinedMetricType: aastypes.MetricTypeECSServiceAverageCPUUtilization,
				},
			},
		})
	}
	a.CountChanged(p, resource, a.c.Now())
	return t.arn
}

// ScaledServices are the scalable targets of ECS in all places: the service's ARN by the target's.
func (a *AutoScaling) ScaledServices() map[string]string {
	out := map[string]string{}
	for _, p := range a.regions.Places() {
		for t := range a.regions.At(p).targets.All() {
			out[t.arn] = a.c.ARNIn(p, "ecs", t.resource)
		}
	}
	return out
}

func (a *AutoScaling) resources(see func(cloud.ResourceInfo)) {
	for _, p := range a.regions.Places() {
		for t := range a.regions.At(p).targets.All() {
			see(cloud.ResourceInfo{ARN: t.arn, Kind: "application-autoscaling:target", Place: p})
		}
	}
}

package cloud

import (
	"testing"
	"time"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
)

func scaleToZero(r *ecsRig) {
	r.t.Helper()
	must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(0))})
}

func TestScalableTargetRaisesItsService(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(3)
		r.seed(func(c *Cloud) {
			c.SeedScalableTarget(r.region, ScalableTargetSeed{Cluster: "mine", Service: "pool", Min: 2, Max: 9, Policy: "cpu"})
		})
		scaleToZero(r)
		time.Sleep(raiseTime - time.Second)
		if s := r.service("mine", "pool"); s.DesiredCount != 0 || s.RunningCount != 0 {
			t.Errorf("too early: desired %d, running %d", s.DesiredCount, s.RunningCount)
		}
		time.Sleep(time.Minute)
		if s := r.service("mine", "pool"); s.DesiredCount != 2 || s.RunningCount != 2 {
			t.Errorf("not raised: desired %d, running %d", s.DesiredCount, s.RunningCount)
		}
		raised := 0
		for _, e := range r.c.Events(r.region) {
			if e.Name == "UpdateService" && e.SourceIP == "ecs.application-autoscaling.amazonaws.com" {
				raised++
			}
		}
		if raised != 1 {
			t.Errorf("%d events name the raiser", raised)
		}
		dereg := &aas.DeregisterScalableTargetInput{ServiceNamespace: aastypes.ServiceNamespaceEcs, ResourceId: new("service/mine/pool"), ScalableDimension: aastypes.ScalableDimensionECSServiceDesiredCount}
		must[aas.DeregisterScalableTargetOutput](r, "DeregisterScalableTarget", dereg)
		refused[aas.DeregisterScalableTargetOutput](r, "ObjectNotFoundException", "DeregisterScalableTarget", dereg)
		if p := must[aas.DescribeScalingPoliciesOutput](r, "DescribeScalingPolicies", &aas.DescribeScalingPoliciesInput{ServiceNamespace: aastypes.ServiceNamespaceEcs}); len(p.ScalingPolicies) != 0 {
			t.Errorf("policies outlive their target: %+v", p.ScalingPolicies)
		}
		scaleToZero(r)
		time.Sleep(time.Hour)
		if s := r.service("mine", "pool"); s.DesiredCount != 0 {
			t.Errorf("raised without a target: %d", s.DesiredCount)
		}
	})
}

func TestScalableTargetDeregisteredInTimeOrSuspended(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(3)
		register := &aas.RegisterScalableTargetInput{
			ServiceNamespace: aastypes.ServiceNamespaceEcs, ResourceId: new("service/mine/pool"), ScalableDimension: aastypes.ScalableDimensionECSServiceDesiredCount,
			MinCapacity: new(int32(1)), MaxCapacity: new(int32(3)),
		}
		first := must[aas.RegisterScalableTargetOutput](r, "RegisterScalableTarget", register)
		scaleToZero(r)
		time.Sleep(raiseTime / 2)
		must[aas.DeregisterScalableTargetOutput](r, "DeregisterScalableTarget", &aas.DeregisterScalableTargetInput{ServiceNamespace: register.ServiceNamespace, ResourceId: register.ResourceId, ScalableDimension: register.ScalableDimension})
		time.Sleep(time.Hour)
		if s := r.service("mine", "pool"); s.DesiredCount != 0 {
			t.Errorf("raised by a target that was gone: %d", s.DesiredCount)
		}
		register.SuspendedState = &aastypes.SuspendedState{DynamicScalingOutSuspended: new(true)}
		second := must[aas.RegisterScalableTargetOutput](r, "RegisterScalableTarget", register)
		if *first.ScalableTargetARN == *second.ScalableTargetARN {
			t.Errorf("a new target has the old ARN")
		}
		time.Sleep(time.Hour)
		if s := r.service("mine", "pool"); s.DesiredCount != 0 {
			t.Errorf("raised while suspended: %d", s.DesiredCount)
		}
		register.SuspendedState = &aastypes.SuspendedState{DynamicScalingOutSuspended: new(false)}
		must[aas.RegisterScalableTargetOutput](r, "RegisterScalableTarget", register)
		time.Sleep(raiseTime)
		if s := r.service("mine", "pool"); s.DesiredCount != 1 {
			t.Errorf("not raised when it was resumed: %d", s.DesiredCount)
		}
		register.ResourceId = new("service/mine/nope")
		refused[aas.RegisterScalableTargetOutput](r, "ValidationException", "RegisterScalableTarget", register)
		refused[aas.DescribeScalableTargetsOutput](r, "ValidationException", "DescribeScalableTargets", &aas.DescribeScalableTargetsInput{ServiceNamespace: register.ServiceNamespace, MaxResults: new(int32(51))})
	})
}

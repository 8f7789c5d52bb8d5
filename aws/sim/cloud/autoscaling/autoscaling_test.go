package autoscaling_test

import (
	"testing"
	"time"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/autoscaling"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

func scaleToZero(r *cloudtest.Rig) {
	r.T.Helper()
	cloudtest.Must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(0))})
}

func TestScalableTargetRaisesItsService(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(3)
		r.Seed(func(c *all.Cloud) {
			c.SeedScalableTarget(r.Region, all.ScalableTargetSeed{Cluster: "mine", Service: "pool", Min: 2, Max: 9, Policy: "cpu"})
		})
		scaleToZero(r)
		time.Sleep(autoscaling.RaiseTime - time.Second)
		if s := r.Service("mine", "pool"); s.DesiredCount != 0 || s.RunningCount != 0 {
			t.Errorf("too early: desired %d, running %d", s.DesiredCount, s.RunningCount)
		}
		time.Sleep(time.Minute)
		if s := r.Service("mine", "pool"); s.DesiredCount != 2 || s.RunningCount != 2 {
			t.Errorf("not raised: desired %d, running %d", s.DesiredCount, s.RunningCount)
		}
		raised := 0
		for _, e := range r.C.Events(r.Region) {
			if e.Name == "UpdateService" && e.SourceIP == "ecs.application-autoscaling.amazonaws.com" {
				raised++
			}
		}
		if raised != 1 {
			t.Errorf("%d events name the raiser", raised)
		}
		dereg := &aas.DeregisterScalableTargetInput{ServiceNamespace: aastypes.ServiceNamespaceEcs, ResourceId: new("service/mine/pool"), ScalableDimension: aastypes.ScalableDimensionECSServiceDesiredCount}
		cloudtest.Must[aas.DeregisterScalableTargetOutput](r, "DeregisterScalableTarget", dereg)
		cloudtest.Refused[aas.DeregisterScalableTargetOutput](r, "ObjectNotFoundException", "DeregisterScalableTarget", dereg)
		if p := cloudtest.Must[aas.DescribeScalingPoliciesOutput](r, "DescribeScalingPolicies", &aas.DescribeScalingPoliciesInput{ServiceNamespace: aastypes.ServiceNamespaceEcs}); len(p.ScalingPolicies) != 0 {
			t.Errorf("policies outlive their target: %+v", p.ScalingPolicies)
		}
		scaleToZero(r)
		time.Sleep(time.Hour)
		if s := r.Service("mine", "pool"); s.DesiredCount != 0 {
			t.Errorf("raised without a target: %d", s.DesiredCount)
		}
	})
}

func TestScalableTargetDeregisteredInTimeOrSuspended(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(3)
		register := &aas.RegisterScalableTargetInput{
			ServiceNamespace: aastypes.ServiceNamespaceEcs, ResourceId: new("service/mine/pool"), ScalableDimension: aastypes.ScalableDimensionECSServiceDesiredCount,
			MinCapacity: new(int32(1)), MaxCapacity: new(int32(3)),
		}
		first := cloudtest.Must[aas.RegisterScalableTargetOutput](r, "RegisterScalableTarget", register)
		scaleToZero(r)
		time.Sleep(autoscaling.RaiseTime / 2)
		cloudtest.Must[aas.DeregisterScalableTargetOutput](r, "DeregisterScalableTarget", &aas.DeregisterScalableTargetInput{ServiceNamespace: register.ServiceNamespace, ResourceId: register.ResourceId, ScalableDimension: register.ScalableDimension})
		time.Sleep(time.Hour)
		if s := r.Service("mine", "pool"); s.DesiredCount != 0 {
			t.Errorf("raised by a target that was gone: %d", s.DesiredCount)
		}
		register.SuspendedState = &aastypes.SuspendedState{DynamicScalingOutSuspended: new(true)}
		second := cloudtest.Must[aas.RegisterScalableTargetOutput](r, "RegisterScalableTarget", register)
		if *first.ScalableTargetARN == *second.ScalableTargetARN {
			t.Errorf("a new target has the old ARN")
		}
		time.Sleep(time.Hour)
		if s := r.Service("mine", "pool"); s.DesiredCount != 0 {
			t.Errorf("raised while suspended: %d", s.DesiredCount)
		}
		register.SuspendedState = &aastypes.SuspendedState{DynamicScalingOutSuspended: new(false)}
		cloudtest.Must[aas.RegisterScalableTargetOutput](r, "RegisterScalableTarget", register)
		time.Sleep(autoscaling.RaiseTime)
		if s := r.Service("mine", "pool"); s.DesiredCount != 1 {
			t.Errorf("not raised when it was resumed: %d", s.DesiredCount)
		}
		register.ResourceId = new("service/mine/nope")
		cloudtest.Refused[aas.RegisterScalableTargetOutput](r, "ValidationException", "RegisterScalableTarget", register)
		cloudtest.Refused[aas.DescribeScalableTargetsOutput](r, "ValidationException", "DescribeScalableTargets", &aas.DescribeScalableTargetsInput{ServiceNamespace: register.ServiceNamespace, MaxResults: new(int32(51))})
	})
}

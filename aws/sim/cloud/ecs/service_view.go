package ecs

import (
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// view is the service as DescribeServices shows it.
func (s *service) view(withTags bool) ecstypes.Service {
	running, pending, _ := s.counts()
	v := ecstypes.Service{
		ServiceArn: new(s.arn), ServiceName: new(s.name), ClusterArn: new(s.cluster.arn), Status: new(s.status),
		DesiredCount: s.desired, RunningCount: running, PendingCount: pending,
		SchedulingStrategy: s.scheduling, DeploymentController: &ecstypes.DeploymentController{Type: s.controller},
		CapacityProviderStrategy: s.strategy, CreatedAt: ptr.Time(s.created), CreatedBy: ptr.Opt(s.createdBy),
		DeploymentConfiguration: s.rest.DeploymentConfiguration, HealthCheckGracePeriodSeconds: s.rest.HealthCheckGracePeriodSeconds,
		LoadBalancers: append([]ecstypes.LoadBalancer{}, s.rest.LoadBalancers...), ServiceRegistries: append([]ecstypes.ServiceRegistry{}, s.rest.ServiceRegistries...),
		PlacementConstraints: append([]ecstypes.PlacementConstraint{}, s.rest.PlacementConstraints...),
		PlacementStrategy:    append([]ecstypes.PlacementStrategy{}, s.rest.PlacementStrategy...),
		NetworkConfiguration: s.spec.network, EnableExecuteCommand: s.spec.exec, EnableECSManagedTags: s.rest.EnableECSManagedTags,
		PropagateTags: s.rest.PropagateTags, RoleArn: s.rest.Role, ResourceManagementType: s.management,
		Events: append([]ecstypes.ServiceEvent{}, s.events...), Deployments: []ecstypes.Deployment{}, TaskSets: []ecstypes.TaskSet{},
	}
	if v.PropagateTags == "" {
		v.PropagateTags = ecstypes.PropagateTagsNone
	}
	// A service shows a launch type only if it has no strategy (ECS API Reference, Service,
	// launchType).
	if len(s.strategy) == 0 {
		v.LaunchType = s.spec.launch
	}
	if s.spec.launch == ecstypes.LaunchTypeFargate {
		v.PlatformVersion, v.PlatformFamily = new("LATEST"), new("Linux")
		if s.spec.platform != "" {
			v.PlatformVersion = new(s.spec.platform)
		}
	}
	if withTags {
		v.Tags = append([]ecstypes.Tag{}, s.tags...)
	}
	if s.external() {
		for _, ro := range s.rollouts {
			v.TaskSets = append(v.TaskSets, ro.set.view(false))
		}
		return v
	}
	if ro := s.primary(); ro != nil {
		v.TaskDefinition = new(ro.def.ARN())
	}
	if s.status == stInactive {
		return v
	}
	for i := len(s.rollouts) - 1; i >= 0; i-- {
		if s.controller == ecstypes.DeploymentControllerTypeCodeDeploy {
			v.TaskSets = append(v.TaskSets, s.rollouts[i].deployedTaskSet(i == len(s.rollouts)-1))
			continue
		}
		v.Deployments = append(v.Deployments, s.rollouts[i].view(i == len(s.rollouts)-1))
	}
	return v
}

func (ro *rollout) view(primary bool) ecstypes.Deployment {
	s := ro.svc
	v := ecstypes.Deployment{
		Id: new(ro.id), Status: new(stActive), TaskDefinition: new(ro.def.ARN()), RunningCount: ro.running, PendingCount: ro.pending,
		CreatedAt: ptr.Time(ro.created), UpdatedAt: ptr.Time(ro.updated), NetworkConfiguration: ro.spec.network,
		RolloutState: ecstypes.DeploymentRolloutStateCompleted, RolloutStateReason: new("ECS deployment " + ro.id + " completed."),
	}
	if ro.spec.provider == "" {
		v.LaunchType = ro.spec.launch
	} else {
		v.CapacityProviderStrategy = s.strategy
	}
	if ro.spec.launch == ecstypes.LaunchTypeFargate {
		v.PlatformVersion, v.PlatformFamily = new(ro.spec.platformVersion()), new("Linux")
	}
	if primary {
		v.Status, v.DesiredCount = new("PRIMARY"), s.desired
		if ro.running < s.desired || len(s.rollouts) > 1 {
			v.RolloutState, v.RolloutStateReason = ecstypes.DeploymentRolloutStateInProgress, new("ECS deployment "+ro.id+" in progress.")
		}
	}
	return v
}

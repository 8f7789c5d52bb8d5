package cloud

import (
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// view is the service as DescribeServices shows it.
func (s *ecsService) view(withTags bool) ecstypes.Service {
	running, pending, _ := s.counts()
	v := ecstypes.Service{
		ServiceArn: str(s.arn), ServiceName: str(s.name), ClusterArn: str(s.cluster.arn), Status: str(s.status),
		DesiredCount: s.desired, RunningCount: running, PendingCount: pending,
		SchedulingStrategy: s.scheduling, DeploymentController: &ecstypes.DeploymentController{Type: s.controller},
		CapacityProviderStrategy: s.strategy, CreatedAt: when(s.created), CreatedBy: opt(s.createdBy),
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
	// A service shows a launch type only if it has no strategy (ECS API Reference, Service, launchType).
	if len(s.strategy) == 0 {
		v.LaunchType = s.spec.launch
	}
	if s.spec.launch == ecstypes.LaunchTypeFargate {
		v.PlatformVersion, v.PlatformFamily = str("LATEST"), str("Linux")
		if s.spec.platform != "" {
			v.PlatformVersion = str(s.spec.platform)
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
		v.TaskDefinition = str(ro.def.arn())
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
		Id: str(ro.id), Status: str(stActive), TaskDefinition: str(ro.def.arn()), RunningCount: ro.running, PendingCount: ro.pending,
		CreatedAt: when(ro.created), UpdatedAt: when(ro.updated), NetworkConfiguration: ro.spec.network,
		RolloutState: ecstypes.DeploymentRolloutStateCompleted, RolloutStateReason: str("ECS deployment " + ro.id + " completed."),
	}
	if ro.spec.provider == "" {
		v.LaunchType = ro.spec.launch
	} else {
		v.CapacityProviderStrategy = s.strategy
	}
	if ro.spec.launch == ecstypes.LaunchTypeFargate {
		v.PlatformVersion, v.PlatformFamily = str(ro.spec.platformVersion()), str("Linux")
	}
	if primary {
		v.Status, v.DesiredCount = str("PRIMARY"), s.desired
		if ro.running < s.desired || len(s.rollouts) > 1 {
			v.RolloutState, v.RolloutStateReason = ecstypes.DeploymentRolloutStateInProgress, str("ECS deployment "+ro.id+" in progress.")
		}
	}
	return v
}

package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// listServices pages by 10 unless told otherwise, and hides what is DRAINING or INACTIVE (ECS API
// Reference, ListServices, maxResults; DeleteService: "no longer visible … in the ListServices API
// operation").
func (e *ECS) listServices(call cloud.Call, in *ecs.ListServicesInput) (*ecs.ListServicesOutput, error) {
	n, err := api.Limit(in.MaxResults, 10, 100)
	if err != nil {
		return nil, err
	}
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	items, next, ok := cl.services.Page(func(s *service) bool {
		return s.status == stActive && (in.LaunchType == "" || s.spec.launch == in.LaunchType) &&
			(in.SchedulingStrategy == "" || s.scheduling == in.SchedulingStrategy) &&
			(in.ResourceManagementType == "" || s.management == in.ResourceManagementType)
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	out := &ecs.ListServicesOutput{ServiceArns: []string{}, NextToken: ptr.Opt(next)}
	for _, s := range items {
		out.ServiceArns = append(out.ServiceArns, s.arn)
	}
	return out, nil
}

// describeServices takes up to 10 (ECS API Reference, DescribeServices, services) and shows
// DRAINING and INACTIVE ones too.
func (e *ECS) describeServices(call cloud.Call, in *ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
	if err := api.Between(len(in.Services), 10, "Services"); err != nil {
		return nil, err
	}
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	out := &ecs.DescribeServicesOutput{Services: []ecstypes.Service{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.Services {
		name, err := cl.member(ref, "service")
		if err != nil {
			return nil, err
		}
		if s, ok := cl.services.Get(name); ok {
			out.Services = append(out.Services, s.view(slices.Contains(in.Include, ecstypes.ServiceFieldTags)))
		} else {
			out.Failures = append(out.Failures, missing(cl.arnOf("service", name)))
		}
	}
	return out, nil
}

// service finds a service that is not INACTIVE, for the calls that change one.
func (e *ECS) service(call cloud.Call, cluster, ref *string) (*service, error) {
	cl, err := e.at(call.Place).cluster(cluster)
	if err != nil {
		return nil, err
	}
	name, err := cl.member(ptr.Val(ref), "service")
	if err != nil {
		return nil, err
	}
	s, ok := cl.services.Get(name)
	if !ok {
		return nil, cloud.Errorf("ServiceNotFoundException", "Service not found.")
	}
	return s, nil
}

// activeService is a service that may be updated: any other status is ServiceNotActiveException
// (ECS API Reference, UpdateService).
func (e *ECS) activeService(call cloud.Call, cluster, ref *string) (*service, error) {
	s, err := e.service(call, cluster, ref)
	if err != nil {
		return nil, err
	}
	if s.status != stActive {
		return nil, cloud.Errorf("ServiceNotActiveException", "Service was not ACTIVE.")
	}
	return s, nil
}

func (e *ECS) createService(call cloud.Call, in *ecs.CreateServiceInput) (*ecs.CreateServiceOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	name := ptr.Val(in.ServiceName)
	if !api.ValidName(name) {
		return nil, api.Invalid("Service name is invalid. It can have up to 255 letters, numbers, underscores, and hyphens.")
	}
	if err := api.CheckToken(in.ClientToken, 36); err != nil {
		return nil, err
	}
	if made, same, found := cl.asked.services.Find(ptr.Val(in.ClientToken), in, call.Now); found && same && made.status == stActive {
		out := made.view(true)
		return &ecs.CreateServiceOutput{Service: &out}, nil
	} else if found && made.status == stActive {
		return nil, api.Invalid("Creation of service was not idempotent.")
	}
	// A name is free again only when its service is INACTIVE (ECS API Reference, DeleteService).
	// Both texts as seen in the wild.
	if old, ok := cl.services.Get(name); ok && old.status == stActive {
		return nil, api.Invalid("Creation of service was not idempotent.")
	} else if ok && old.status == stDraining {
		return nil, api.Invalid("Unable to Start a service that is still Draining.")
	}
	s, d, err := cl.draftService(in)
	if err != nil {
		return nil, err
	}
	s.createdBy = e.creator(call.Identity.ARN)
	cl.openService(s, d, call.Now)
	cl.asked.services.Keep(ptr.Val(in.ClientToken), in, call.Now, s)
	s.wake(call.Now, schedulerDelay)
	out := s.view(true)
	return &ecs.CreateServiceOutput{Service: &out}, nil
}

// draftService checks what a service is made with. REPLICA needs a count and DAEMON refuses one;
// Fargate and the controllers CODE_DEPLOY and EXTERNAL know no DAEMON; only EXTERNAL goes without a
// task definition (ECS API Reference, CreateService).
func (cl *cluster) draftService(in *ecs.CreateServiceInput) (*service, *taskdef.Definition, error) {
	s := &service{
		cluster: cl, name: *in.ServiceName, strategy: in.CapacityProviderStrategy, tags: in.Tags, rest: *in,
		controller: ecstypes.DeploymentControllerTypeEcs, scheduling: in.SchedulingStrategy, management: ecstypes.ResourceManagementTypeCustomer,
	}
	if in.DeploymentController != nil && in.DeploymentController.Type != "" {
		s.controller = in.DeploymentController.Type
	}
	if s.scheduling == "" {
		s.scheduling = ecstypes.SchedulingStrategyReplica
	}
	var d *taskdef.Definition
	var err error
	if !s.external() {
		if d, err = cl.r.definitions.Usable(in.TaskDefinition, api.ClientError); err != nil {
			return nil, nil, err
		}
	}
	if s.spec, err = cl.resolve(in.LaunchType, in.CapacityProviderStrategy, in.NetworkConfiguration, d); err != nil {
		return nil, nil, err
	}
	s.spec.platform, s.spec.exec = ptr.Val(in.PlatformVersion), in.EnableExecuteCommand
	switch {
	case s.strategyDaemon() && (s.spec.launch == ecstypes.LaunchTypeFargate || s.controller != ecstypes.DeploymentControllerTypeEcs):
		return nil, nil, api.Invalid("The daemon scheduling strategy is not supported with this launch type or deployment controller.")
	case s.strategyDaemon() && in.DesiredCount != nil:
		return nil, nil, api.Invalid("The daemon scheduling strategy does not support a desired count for services. Remove the desired count and try again.")
	case !s.strategyDaemon() && in.DesiredCount == nil:
		return nil, nil, api.Invalid("Desired count cannot be null.")
	case ptr.Val(in.DesiredCount) < 0:
		return nil, nil, api.Invalid("Desired count cannot be negative.")
	}
	s.desired = ptr.Val(in.DesiredCount)
	if len(s.strategy) == 0 && in.LaunchType == "" {
		s.strategy = cl.strategy
	}
	return s, d, nil
}

// openService puts a drafted service in its place.
func (cl *cluster) openService(s *service, d *taskdef.Definition, at time.Time) {
	s.arn, s.created, s.updated = cl.arnOf("service", s.name), at, at
	cl.services.Set(s.name, s)
	s.setStatus(stActive)
	if d != nil {
		s.deploy(d, s.spec, at)
	}
}

func (e *ECS) updateService(call cloud.Call, in *ecs.UpdateServiceInput) (*ecs.UpdateServiceOutput, error) {
	s, err := e.activeService(call, in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	if err := s.updatable(in); err != nil {
		return nil, err
	}
	if err := s.redeploy(in, call.Now); err != nil {
		return nil, err
	}
	if in.DesiredCount != nil {
		s.desired = *in.DesiredCount
		e.scaling.CountChanged(call.Place, s.resourceID(), call.Now)
	}
	if in.DeploymentConfiguration != nil {
		s.rest.DeploymentConfiguration = in.DeploymentConfiguration
	}
	if in.HealthCheckGracePeriodSeconds != nil {
		s.rest.HealthCheckGracePeriodSeconds = in.HealthCheckGracePeriodSeconds
	}
	if in.PropagateTags != "" {
		s.rest.PropagateTags = in.PropagateTags
	}
	if in.EnableECSManagedTags != nil {
		s.rest.EnableECSManagedTags = *in.EnableECSManagedTags
	}
	s.updated = call.Now
	s.wake(call.Now, schedulerDelay)
	out := s.view(true)
	return &ecs.UpdateServiceOutput{Service: &out}, nil
}

// updatable: CODE_DEPLOY services take only counts, deployment configuration, grace period,
// placement and tags, EXTERNAL ones only counts, grace period and tags, and DAEMON ones no count
// (ECS API Reference, UpdateService).
func (s *service) updatable(in *ecs.UpdateServiceInput) error {
	what := ""
	switch {
	case in.TaskDefinition != nil:
		what = "task definition"
	case in.NetworkConfiguration != nil:
		what = "network parameters"
	case in.PlatformVersion != nil:
		what = "platform version"
	case in.LoadBalancers != nil:
		what = "load balancers"
	case in.CapacityProviderStrategy != nil:
		what = "capacity provider strategy"
	case in.ForceNewDeployment:
		what = "force new deployment"
	case in.EnableExecuteCommand != nil:
		what = "execute command"
	}
	if what != "" && (s.external() || s.controller == ecstypes.DeploymentControllerTypeCodeDeploy) {
		return api.Invalid("Unable to update %s on services with a %s deployment controller.", what, s.controller)
	}
	if in.DesiredCount != nil && s.strategyDaemon() {
		return api.Invalid("The daemon scheduling strategy does not support a desired count for services. Remove the desired count and try again.")
	}
	if ptr.Val(in.DesiredCount) < 0 {
		return api.Invalid("Desired count cannot be negative.")
	}
	return nil
}

// redeploy starts a new deployment if anything that its tasks are made of changes; a change of
// count alone does not.
func (s *service) redeploy(in *ecs.UpdateServiceInput, at time.Time) error {
	if in.TaskDefinition == nil && in.NetworkConfiguration == nil && in.PlatformVersion == nil && in.CapacityProviderStrategy == nil &&
		in.EnableExecuteCommand == nil && !in.ForceNewDeployment {
		return nil
	}
	now := s.primary()
	d, spec := now.def, *s.spec
	if in.TaskDefinition != nil {
		var err error
		if d, err = s.cluster.r.definitions.Usable(in.TaskDefinition, api.ClientError); err != nil {
			return err
		}
	}
	if in.NetworkConfiguration != nil {
		spec.network = in.NetworkConfiguration
	}
	if in.CapacityProviderStrategy != nil {
		launch := ecstypes.LaunchType("")
		if len(in.CapacityProviderStrategy) == 0 {
			launch = spec.launch
		}
		moved, err := s.cluster.resolve(launch, in.CapacityProviderStrategy, spec.network, d)
		if err != nil {
			return err
		}
		moved.platform, moved.exec = spec.platform, spec.exec
		spec = *moved
		s.strategy = in.CapacityProviderStrategy
	}
	if in.PlatformVersion != nil {
		spec.platform = *in.PlatformVersion
	}
	if in.EnableExecuteCommand != nil {
		spec.exec = *in.EnableExecuteCommand
	}
	s.setStatus("")
	s.spec = &spec
	s.setStatus(stActive)
	s.deploy(d, s.spec, at)
	return nil
}

// deleteService: a REPLICA service must be scaled to 0 unless it is forced; then it is DRAINING
// until its last task is STOPPING (ECS API Reference, DeleteService, force). Task sets of an
// EXTERNAL service have to go first, and an Express service by its own operation; AWS documents
// both ways only, not the refusals.
func (e *ECS) deleteService(call cloud.Call, in *ecs.DeleteServiceInput) (*ecs.DeleteServiceOutput, error) {
	s, err := e.service(call, in.Cluster, in.Service)
	if err != nil {
		return nil, err
	}
	switch {
	case s.status == stInactive:
		return nil, cloud.Errorf("ServiceNotFoundException", "Service not found.")
	case s.express != nil:
		return nil, api.Invalid("The service is managed by Amazon ECS. Use DeleteExpressGatewayService to delete it.")
	case s.external() && len(s.rollouts) > 0:
		return nil, api.Invalid("The service cannot be stopped while it has active task sets.")
	case s.desired > 0 && !s.strategyDaemon() && !ptr.Val(in.Force):
		return nil, api.Invalid("The service cannot be stopped while it is scaled above 0.")
	}
	s.drainNow(call.Now)
	out := s.view(true)
	return &ecs.DeleteServiceOutput{Service: &out}, nil
}

// drainNow begins the end of a service. One without tasks is INACTIVE when somebody looks again.
func (s *service) drainNow(at time.Time) {
	if s.status != stActive {
		return
	}
	s.setStatus(stDraining)
	s.desired, s.updated = 0, at
	if _, _, holding := s.counts(); holding == 0 {
		s.cluster.r.c.At(at, func(at time.Time) { s.finish(at) })
	}
	s.wake(at, schedulerDelay)
}

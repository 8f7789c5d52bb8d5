package ecs

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// express is what makes a service an Express Gateway service: ECS manages its load balancer and
// scaling, and only its own operation deletes it.
type express struct {
	in       ecs.CreateExpressGatewayServiceInput
	min, max int32
	revision string
}

// createExpressGatewayService makes a Fargate service of 256 units and 512 MiB unless told
// otherwise, in the default cluster (ECS API Reference, same operation). It scales from 1 to 20
// tasks; AWS documents no defaults for these two.
func (e *ECS) createExpressGatewayService(call cloud.Call, in *ecs.CreateExpressGatewayServiceInput) (*ecs.CreateExpressGatewayServiceOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if ptr.Val(in.InfrastructureRoleArn) == "" {
		return nil, api.Invalid("infrastructureRoleArn cannot be empty.")
	}
	name := ptr.Val(in.ServiceName)
	if name == "" {
		name = "express-" + e.c.HexID(8)
	}
	if !api.ValidName(name) {
		return nil, api.Invalid("Service name is invalid. It can have up to 255 letters, numbers, underscores, and hyphens.")
	}
	if old, ok := cl.services.Get(name); ok && old.status != stInactive {
		return nil, api.Invalid("Creation of service was not idempotent.")
	}
	d, err := cl.r.definitions.ForExpress(cl.name+"-"+name, in, call)
	if err != nil {
		return nil, err
	}
	s := cl.openExpress(name, d, in, call.Now)
	s.createdBy = e.creator(call.Identity.ARN)
	s.wake(call.Now, schedulerDelay)
	return &ecs.CreateExpressGatewayServiceOutput{Service: s.expressView()}, nil
}

// openExpress puts an Express service in its place and lets it be scaled.
func (cl *cluster) openExpress(name string, d *taskdef.Definition, in *ecs.CreateExpressGatewayServiceInput, at time.Time) *service {
	x := &express{in: *in, min: 1, max: 20, revision: cl.arnOf("service-revision", name+"/"+strconv.FormatInt(at.UnixNano(), 10))}
	if t := in.ScalingTarget; t != nil {
		if t.MinTaskCount != nil {
			x.min = *t.MinTaskCount
		}
		if t.MaxTaskCount != nil {
			x.max = *t.MaxTaskCount
		}
	}
	network := &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
		AssignPublicIp: ecstypes.AssignPublicIpEnabled, Subnets: []string{"subnet-0" + cl.r.c.HexID(16)},
	}}
	if n := in.NetworkConfiguration; n != nil && len(n.Subnets) > 0 {
		network.AwsvpcConfiguration.Subnets, network.AwsvpcConfiguration.SecurityGroups = n.Subnets, n.SecurityGroups
	}
	s := &service{
		cluster: cl, name: name, spec: &taskSpec{launch: ecstypes.LaunchTypeFargate, network: network}, desired: x.min, tags: in.Tags,
		controller: ecstypes.DeploymentControllerTypeEcs, scheduling: ecstypes.SchedulingStrategyReplica,
		management: ecstypes.ResourceManagementTypeEcs, express: x,
	}
	cl.openService(s, d, at)
	cl.r.e.scaling.Scale(cl.r.place, s.resourceID(), x.min, x.max, at)
	return s
}

func (s *service) expressView() *ecstypes.ECSExpressGatewayService {
	x := s.express
	code := ecstypes.ExpressGatewayServiceStatusCodeActive
	switch s.status {
	case stDraining:
		code = ecstypes.ExpressGatewayServiceStatusCodeDraining
	case stInactive:
		code = ecstypes.ExpressGatewayServiceStatusCodeInactive
	}
	d, n := s.primary().def, s.spec.network.AwsvpcConfiguration
	return &ecstypes.ECSExpressGatewayService{
		ServiceArn: new(s.arn), ServiceName: new(s.name), Cluster: new(s.cluster.name), InfrastructureRoleArn: x.in.InfrastructureRoleArn,
		Status: &ecstypes.ExpressGatewayServiceStatus{StatusCode: code}, CreatedAt: ptr.Time(s.created), UpdatedAt: ptr.Time(s.updated),
		ActiveConfigurations: []ecstypes.ExpressGatewayServiceConfiguration{{
			ServiceRevisionArn: new(x.revision), Cpu: d.TD.Cpu, Memory: d.TD.Memory, CreatedAt: ptr.Time(s.created), TaskDefinitionArn: new(d.ARN()),
			ExecutionRoleArn: d.TD.ExecutionRoleArn, TaskRoleArn: d.TD.TaskRoleArn, PrimaryContainer: x.in.PrimaryContainer,
			HealthCheckPath:      x.in.HealthCheckPath,
			NetworkConfiguration: &ecstypes.ExpressGatewayServiceNetworkConfiguration{Subnets: n.Subnets, SecurityGroups: n.SecurityGroups},
			ScalingTarget:        &ecstypes.ExpressGatewayScalingTarget{MinTaskCount: new(x.min), MaxTaskCount: new(x.max), AutoScalingTargetValue: new(int32(60))},
		}},
	}
}

// expressService finds an Express service by its ARN, which names its cluster.
func (e *ECS) expressService(call cloud.Call, arn *string) (*service, error) {
	resource, region, ok := api.SplitARN(ptr.Val(arn))
	if !ok || region != call.Region {
		return nil, api.Invalid("Invalid service ARN: %s", ptr.Val(arn))
	}
	s, ok := e.at(call.Place).byResource(resource)
	if !ok || s.express == nil {
		return nil, cloud.Errorf("ResourceNotFoundException", "The specified Express service was not found.")
	}
	return s, nil
}

func (e *ECS) describeExpressGatewayService(call cloud.Call, in *ecs.DescribeExpressGatewayServiceInput) (*ecs.DescribeExpressGatewayServiceOutput, error) {
	s, err := e.expressService(call, in.ServiceArn)
	if err != nil {
		return nil, err
	}
	v := s.expressView()
	if slices.Contains(in.Include, ecstypes.ExpressGatewayServiceIncludeTags) {
		v.Tags = append([]ecstypes.Tag{}, s.tags...)
	}
	return &ecs.DescribeExpressGatewayServiceOutput{Service: v}, nil
}

// deleteExpressGatewayService takes the scaling away and drains the service (ECS API Reference,
// same operation).
func (e *ECS) deleteExpressGatewayService(call cloud.Call, in *ecs.DeleteExpressGatewayServiceInput) (*ecs.DeleteExpressGatewayServiceOutput, error) {
	s, err := e.expressService(call, in.ServiceArn)
	if err != nil {
		return nil, err
	}
	if s.status != stActive {
		return nil, cloud.Errorf("ServiceNotActiveException", "Service was not ACTIVE.")
	}
	e.scaling.Unscale(call.Place, s.resourceID())
	s.drainNow(call.Now)
	return &ecs.DeleteExpressGatewayServiceOutput{Service: s.expressView()}, nil
}

package cloud

import (
	"slices"
	"strconv"
	"time"

	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// ecsExpress is what makes a service an Express Gateway service: ECS manages its load balancer and scaling, and only its own operation deletes
// it.
type ecsExpress struct {
	in       ecs.CreateExpressGatewayServiceInput
	min, max int32
	revision string
}

// createExpressGatewayService makes a Fargate service of 256 units and 512 MiB unless told otherwise, in the default cluster (ECS API
// Reference, same operation). It scales from 1 to 20 tasks; AWS documents no defaults for these two.
func (p *compute) createExpressGatewayService(call Call, in *ecs.CreateExpressGatewayServiceInput) (*ecs.CreateExpressGatewayServiceOutput, error) {
	cl, err := p.region(call.Region).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if val(in.InfrastructureRoleArn) == "" {
		return nil, invalid("infrastructureRoleArn cannot be empty.")
	}
	name := val(in.ServiceName)
	if name == "" {
		name = "express-" + p.c.hexID(8)
	}
	if !validName(name) {
		return nil, invalid("Service name is invalid. It can have up to 255 letters, numbers, underscores, and hyphens.")
	}
	if old, ok := cl.services.get(name); ok && old.status != stInactive {
		return nil, invalid("Creation of service was not idempotent.")
	}
	d, err := cl.expressDefinition(name, in, call)
	if err != nil {
		return nil, err
	}
	s := cl.openExpress(name, d, in, call.Now)
	s.createdBy = p.creator(call.Identity.ARN)
	s.wake(call.Now, schedulerDelay)
	return &ecs.CreateExpressGatewayServiceOutput{Service: s.expressView()}, nil
}

func (cl *ecsCluster) expressDefinition(name string, in *ecs.CreateExpressGatewayServiceInput, call Call) (*ecsDefinition, error) {
	if in.TaskDefinitionArn != nil {
		return cl.r.usable(in.TaskDefinitionArn, clientError)
	}
	if in.PrimaryContainer == nil || val(in.PrimaryContainer.Image) == "" || val(in.ExecutionRoleArn) == "" {
		return nil, invalid("primaryContainer and executionRoleArn are required without a task definition.")
	}
	cpu, memory := in.Cpu, in.Memory
	if cpu == nil {
		cpu = str("256")
	}
	if memory == nil {
		memory = str("512")
	}
	units, _ := cpuUnits(*cpu)
	mib, _ := memoryMiB(*memory)
	if !fargateSize(units, mib) {
		return nil, clientError("No Fargate configuration exists for given values: %s CPU, %s memory. See the Amazon ECS documentation for the valid values.", *cpu, *memory)
	}
	return cl.r.registerDefinition(ecstypes.TaskDefinition{
		Family: str(cl.name + "-" + name), Cpu: cpu, Memory: memory, NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ExecutionRoleArn:        in.ExecutionRoleArn, TaskRoleArn: in.TaskRoleArn,
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name: str("Main"), Image: in.PrimaryContainer.Image, Command: in.PrimaryContainer.Command,
			Environment: in.PrimaryContainer.Environment, Secrets: in.PrimaryContainer.Secrets, Essential: new(true),
		}},
	}, call.Identity.ARN, call.Now), nil
}

// openExpress puts an Express service in its place and lets it be scaled.
func (cl *ecsCluster) openExpress(name string, d *ecsDefinition, in *ecs.CreateExpressGatewayServiceInput, at time.Time) *ecsService {
	x := &ecsExpress{in: *in, min: 1, max: 20, revision: cl.arnOf("service-revision", name+"/"+strconv.FormatInt(at.UnixNano(), 10))}
	if t := in.ScalingTarget; t != nil {
		if t.MinTaskCount != nil {
			x.min = *t.MinTaskCount
		}
		if t.MaxTaskCount != nil {
			x.max = *t.MaxTaskCount
		}
	}
	network := &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
		AssignPublicIp: ecstypes.AssignPublicIpEnabled, Subnets: []string{"subnet-0" + cl.r.p.c.hexID(16)},
	}}
	if n := in.NetworkConfiguration; n != nil && len(n.Subnets) > 0 {
		network.AwsvpcConfiguration.Subnets, network.AwsvpcConfiguration.SecurityGroups = n.Subnets, n.SecurityGroups
	}
	s := &ecsService{
		cluster: cl, name: name, spec: &taskSpec{launch: ecstypes.LaunchTypeFargate, network: network}, desired: x.min, tags: in.Tags,
		controller: ecstypes.DeploymentControllerTypeEcs, scheduling: ecstypes.SchedulingStrategyReplica,
		management: ecstypes.ResourceManagementTypeEcs, express: x,
	}
	cl.openService(s, d, at)
	t := cl.r.p.scalingIn(cl.r.name).put(aastypes.ServiceNamespaceEcs, s.resourceID(), aastypes.ScalableDimensionECSServiceDesiredCount, at)
	t.min, t.max = x.min, x.max
	return s
}

func (s *ecsService) expressView() *ecstypes.ECSExpressGatewayService {
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
		ServiceArn: str(s.arn), ServiceName: str(s.name), Cluster: str(s.cluster.name), InfrastructureRoleArn: x.in.InfrastructureRoleArn,
		Status: &ecstypes.ExpressGatewayServiceStatus{StatusCode: code}, CreatedAt: when(s.created), UpdatedAt: when(s.updated),
		ActiveConfigurations: []ecstypes.ExpressGatewayServiceConfiguration{{
			ServiceRevisionArn: str(x.revision), Cpu: d.td.Cpu, Memory: d.td.Memory, CreatedAt: when(s.created), TaskDefinitionArn: str(d.arn()),
			ExecutionRoleArn: d.td.ExecutionRoleArn, TaskRoleArn: d.td.TaskRoleArn, PrimaryContainer: x.in.PrimaryContainer,
			HealthCheckPath:      x.in.HealthCheckPath,
			NetworkConfiguration: &ecstypes.ExpressGatewayServiceNetworkConfiguration{Subnets: n.Subnets, SecurityGroups: n.SecurityGroups},
			ScalingTarget:        &ecstypes.ExpressGatewayScalingTarget{MinTaskCount: new(x.min), MaxTaskCount: new(x.max), AutoScalingTargetValue: new(int32(60))},
		}},
	}
}

// expressService finds an Express service by its ARN, which names its cluster.
func (p *compute) expressService(call Call, arn *string) (*ecsService, error) {
	resource, region, ok := arnParts(val(arn))
	if !ok || region != call.Region {
		return nil, invalid("Invalid service ARN: %s", val(arn))
	}
	var found *ecsService
	p.region(region).clusters.each(func(cl *ecsCluster) bool {
		if resource == "service/"+cl.name+"/"+tail(resource) {
			found, _ = cl.services.get(tail(resource))
		}
		return found == nil
	})
	if found == nil || found.express == nil {
		return nil, Errorf("ResourceNotFoundException", "The specified Express service was not found.")
	}
	return found, nil
}

func (p *compute) describeExpressGatewayService(call Call, in *ecs.DescribeExpressGatewayServiceInput) (*ecs.DescribeExpressGatewayServiceOutput, error) {
	s, err := p.expressService(call, in.ServiceArn)
	if err != nil {
		return nil, err
	}
	v := s.expressView()
	if slices.Contains(in.Include, ecstypes.ExpressGatewayServiceIncludeTags) {
		v.Tags = append([]ecstypes.Tag{}, s.tags...)
	}
	return &ecs.DescribeExpressGatewayServiceOutput{Service: v}, nil
}

// deleteExpressGatewayService takes the scaling away and drains the service (ECS API Reference, same operation).
func (p *compute) deleteExpressGatewayService(call Call, in *ecs.DeleteExpressGatewayServiceInput) (*ecs.DeleteExpressGatewayServiceOutput, error) {
	s, err := p.expressService(call, in.ServiceArn)
	if err != nil {
		return nil, err
	}
	if s.status != stActive {
		return nil, Errorf("ServiceNotActiveException", "Service was not ACTIVE.")
	}
	p.scalingIn(call.Region).remove(aastypes.ServiceNamespaceEcs, s.resourceID(), aastypes.ScalableDimensionECSServiceDesiredCount)
	s.drainNow(call.Now)
	return &ecs.DeleteExpressGatewayServiceOutput{Service: s.expressView()}, nil
}

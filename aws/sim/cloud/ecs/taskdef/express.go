package taskdef

import (
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// ForExpress is the definition of an Express service: one that it names, or the next revision of a
// family that ECS keeps for it.
func (s *Store) ForExpress(family string, in *ecs.CreateExpressGatewayServiceInput, call cloud.Call) (*Definition, error) {
	if in.TaskDefinitionArn != nil {
		return s.Usable(in.TaskDefinitionArn, api.ClientError)
	}
	if in.PrimaryContainer == nil || ptr.Val(in.PrimaryContainer.Image) == "" || ptr.Val(in.ExecutionRoleArn) == "" {
		return nil, api.Invalid("primaryContainer and executionRoleArn are required without a task definition.")
	}
	cpu, memory := in.Cpu, in.Memory
	if cpu == nil {
		cpu = new("256")
	}
	if memory == nil {
		memory = new("512")
	}
	units, _ := CPUUnits(*cpu)
	mib, _ := MemoryMiB(*memory)
	if !FargateSize(units, mib) {
		return nil, api.ClientError("No Fargate configuration exists for given values: %s CPU, %s memory. See the Amazon ECS documentation for the valid values.", *cpu, *memory)
	}
	return s.Register(ecstypes.TaskDefinition{
		Family: new(family), Cpu: cpu, Memory: memory, NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ExecutionRoleArn:        in.ExecutionRoleArn, TaskRoleArn: in.TaskRoleArn,
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name: new("Main"), Image: in.PrimaryContainer.Image, Command: in.PrimaryContainer.Command,
			Environment: in.PrimaryContainer.Environment, Secrets: in.PrimaryContainer.Secrets, Essential: new(true),
		}},
	}, call.Identity.ARN, call.Now), nil
}

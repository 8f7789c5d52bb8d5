package taskdef

import (
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// checkContainers holds container definitions to what ECS asks of them: names of "up to 255 letters
// (uppercase and lowercase), numbers, underscores, and hyphens", each once; "at least one essential
// container"; memory where the task has none, more of it than of memoryReservation, and in sum no more
// than the task's (ECS API Reference, ContainerDefinition: name, essential, memory, memoryReservation).
// The words about missing memory are moto's, the others are not published.
func checkContainers(in *ecs.RegisterTaskDefinitionInput) error {
	taskMemory, sum := 0, 0
	if in.Memory != nil {
		taskMemory, _ = MemoryMiB(*in.Memory)
	}
	names, essential := map[string]bool{}, false
	for _, cd := range in.ContainerDefinitions {
		name, hard, soft := ptr.Val(cd.Name), int(ptr.Val(cd.Memory)), int(ptr.Val(cd.MemoryReservation))
		switch {
		case name == "" || ptr.Val(cd.Image) == "":
			return api.ClientError("Container.name and Container.image should not be null or empty.")
		case !api.ValidName(name):
			return api.ClientError("Container name is invalid. It can have up to 255 letters, numbers, underscores, and hyphens: %s", name)
		case names[name]:
			return api.ClientError("Container names must be unique within a task definition: %s", name)
		case taskMemory == 0 && hard <= 0 && soft <= 0:
			return api.ClientError("Invalid setting for container '%s'. At least one of 'memory' or 'memoryReservation' must be specified.", name)
		case hard < 0 || soft < 0 || cd.Memory != nil && soft > 0 && hard <= soft:
			return api.ClientError("Invalid setting for container '%s'. 'memory' must be greater than 'memoryReservation'.", name)
		}
		names[name] = true
		essential = essential || cd.Essential == nil || *cd.Essential
		if soft > 0 {
			hard = soft
		}
		sum += hard
	}
	switch {
	case !essential:
		return api.ClientError("A task definition must have at least one essential container.")
	case taskMemory > 0 && sum > taskMemory:
		return api.ClientError("The containers reserve %d MiB of memory, more than the task's %d.", sum, taskMemory)
	}
	return nil
}

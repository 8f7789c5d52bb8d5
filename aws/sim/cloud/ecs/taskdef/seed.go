package taskdef

import (
	"maps"
	"slices"
	"strconv"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// Seed is a revision to register.
type Seed struct {
	// Family is the name before the revision.
	Family string
	// CPU is in units (1024 a vCPU), MemoryMiB in MiB.
	CPU, MemoryMiB int
	// Images are one container each; they are named after the family, the second and later ones
	// with a number.
	Images []string
	// Command and Env are those of the first container.
	Command []string
	Env     map[string]string
	// TaskRole and ExecutionRole are ARNs.
	TaskRole, ExecutionRole string
	// RegisteredBy is the ARN of the session that registered it, RegisteredAt when; zero means now.
	RegisteredBy string
	RegisteredAt time.Time
	// Status is ACTIVE if empty; INACTIVE and DELETE_IN_PROGRESS are reached at RegisteredAt.
	Status ecstypes.TaskDefinitionStatus
	// EC2 makes it a definition for container instances, in network mode bridge, rather than for
	// Fargate; ARM one for arm64.
	EC2, ARM bool
	// StopTimeout is the first container's; 0 leaves it at 30 s.
	StopTimeout time.Duration
	// Tags are key and value.
	Tags map[string]string
}

// SeedTaskDefinition registers the family's next revision and returns its ARN.
func (x *Definitions) SeedTaskDefinition(region string, s Seed) string {
	td := ecstypes.TaskDefinition{
		Family: new(s.Family), Cpu: new(strconv.Itoa(s.CPU)), Memory: new(strconv.Itoa(s.MemoryMiB)), NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		TaskRoleArn:             ptr.Opt(s.TaskRole), ExecutionRoleArn: ptr.Opt(s.ExecutionRole),
	}
	if s.EC2 {
		td.NetworkMode, td.RequiresCompatibilities = ecstypes.NetworkModeBridge, []ecstypes.Compatibility{ecstypes.CompatibilityEc2}
	}
	if s.ARM {
		td.RuntimePlatform = &ecstypes.RuntimePlatform{CpuArchitecture: ecstypes.CPUArchitectureArm64}
	}
	for i, image := range s.Images {
		cd := ecstypes.ContainerDefinition{Name: new(s.Family), Image: new(image), Essential: new(true)}
		if i > 0 {
			cd.Name = new(s.Family + "-" + strconv.Itoa(i+1))
		} else {
			cd.Command = s.Command
			for _, t := range api.Tags(s.Env) {
				cd.Environment = append(cd.Environment, ecstypes.KeyValuePair{Name: t.Key, Value: t.Value})
			}
			if s.StopTimeout > 0 {
				cd.StopTimeout = new(int32(s.StopTimeout.Seconds()))
			}
		}
		td.ContainerDefinitions = append(td.ContainerDefinitions, cd)
	}
	at := x.c.Since(s.RegisteredAt)
	d := x.DefinitionsIn(x.c.In(region)).Register(td, s.RegisteredBy, at)
	d.Tags = api.Tags(s.Tags)
	if s.Status != "" && s.Status != ecstypes.TaskDefinitionStatusActive {
		d.TD.Status, d.TD.DeregisteredAt = s.Status, ptr.Time(at)
	}
	if s.Status == ecstypes.TaskDefinitionStatusDeleteInProgress {
		d.TD.DeleteRequestedAt = ptr.Time(at)
		d.purgeLater(x.c.Now())
	}
	return d.ARN()
}

// DefinitionOrigin says by whom and when a task definition was registered, and whether new tasks
// can be made from it.
func (x *Definitions) DefinitionOrigin(region, arn string) (by string, at time.Time, active bool) {
	d, ok := x.DefinitionsIn(x.c.In(region)).Find(arn)
	if !ok {
		return "", time.Time{}, false
	}
	return ptr.Val(d.TD.RegisteredBy), ptr.Val(d.TD.RegisteredAt), d.Active()
}

// SeedLogs lets every container of a task definition log to a group of CloudWatch Logs. Streams are
// prefix/container/task, where the prefix is "ecs" (ECS Developer Guide, "awslogs-stream-prefix").
func (x *Definitions) SeedLogs(region, definition, group string) {
	d, ok := x.DefinitionsIn(x.c.In(region)).Find(definition)
	if !ok {
		panic("scenario: no task definition " + definition + " in " + region)
	}
	containers := slices.Clone(d.TD.ContainerDefinitions)
	options := map[string]string{"awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": "ecs"}
	for i := range containers {
		containers[i].LogConfiguration = &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: maps.Clone(options)}
	}
	d.TD.ContainerDefinitions = containers
}

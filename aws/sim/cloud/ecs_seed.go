package cloud

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// The Seed methods put history into an account without calls and without events: a scenario says what stands since when. The lock is held
// (see Locked). They return ARNs, and panic on a reference to something that is not there: a scenario is code, and that is a mistake in it.

// ClusterSeed is a cluster to make.
type ClusterSeed struct {
	// Name of the cluster.
	Name string
	// Tags are key and value.
	Tags map[string]string
	// CapacityProviders that exist already (FARGATE and FARGATE_SPOT always do); the first is the default strategy if DefaultStrategy is set.
	CapacityProviders []string
	DefaultStrategy   bool
}

// SeedCluster makes an ACTIVE cluster and returns its ARN.
func (c *Cloud) SeedCluster(region string, s ClusterSeed) string {
	cl := c.computing().region(region).newCluster(s.Name)
	cl.tags, cl.providers = tagList(s.Tags), slices.Clone(s.CapacityProviders)
	if s.DefaultStrategy && len(s.CapacityProviders) > 0 {
		cl.strategy = []ecstypes.CapacityProviderStrategyItem{{CapacityProvider: str(s.CapacityProviders[0]), Weight: 1}}
	}
	return cl.arn
}

// TaskDefinitionSeed is a revision to register.
type TaskDefinitionSeed struct {
	// Family is the name before the revision.
	Family string
	// CPU is in units (1024 a vCPU), MemoryMiB in MiB.
	CPU, MemoryMiB int
	// Images are one container each; they are named after the family, the second and later ones with a number.
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
	// EC2 makes it a definition for container instances, in network mode bridge, rather than for Fargate; ARM one for arm64.
	EC2, ARM bool
	// StopTimeout is the first container's; 0 leaves it at 30 s.
	StopTimeout time.Duration
	// Tags are key and value.
	Tags map[string]string
}

// SeedTaskDefinition registers the family's next revision and returns its ARN.
func (c *Cloud) SeedTaskDefinition(region string, s TaskDefinitionSeed) string {
	td := ecstypes.TaskDefinition{
		Family: str(s.Family), Cpu: str(strconv.Itoa(s.CPU)), Memory: str(strconv.Itoa(s.MemoryMiB)), NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		TaskRoleArn:             opt(s.TaskRole), ExecutionRoleArn: opt(s.ExecutionRole),
	}
	if s.EC2 {
		td.NetworkMode, td.RequiresCompatibilities = ecstypes.NetworkModeBridge, []ecstypes.Compatibility{ecstypes.CompatibilityEc2}
	}
	if s.ARM {
		td.RuntimePlatform = &ecstypes.RuntimePlatform{CpuArchitecture: ecstypes.CPUArchitectureArm64}
	}
	for i, image := range s.Images {
		cd := ecstypes.ContainerDefinition{Name: str(s.Family), Image: str(image), Essential: new(true)}
		if i > 0 {
			cd.Name = str(s.Family + "-" + strconv.Itoa(i+1))
		} else {
			cd.Command = s.Command
			for _, t := range tagList(s.Env) {
				cd.Environment = append(cd.Environment, ecstypes.KeyValuePair{Name: t.Key, Value: t.Value})
			}
			if s.StopTimeout > 0 {
				cd.StopTimeout = new(int32(s.StopTimeout.Seconds()))
			}
		}
		td.ContainerDefinitions = append(td.ContainerDefinitions, cd)
	}
	at := c.since(s.RegisteredAt)
	d := c.computing().region(region).registerDefinition(td, s.RegisteredBy, at)
	d.tags = tagList(s.Tags)
	if s.Status != "" && s.Status != ecstypes.TaskDefinitionStatusActive {
		d.td.Status, d.td.DeregisteredAt = s.Status, when(at)
	}
	if s.Status == ecstypes.TaskDefinitionStatusDeleteInProgress {
		d.td.DeleteRequestedAt = when(at)
		d.purgeLater(c.opts.Now())
	}
	return d.arn()
}

// TaskSeed is a task of nobody to start.
type TaskSeed struct {
	// Cluster is a name, TaskDefinition a family, family:revision or ARN.
	Cluster, TaskDefinition string
	// Placement says where it runs.
	Placement
	// StartedBy and Group are as in RunTask; an empty group is the family's.
	StartedBy, Group string
	// StartedAt is when it was RUNNING; zero starts it now, through PROVISIONING and PENDING.
	StartedAt time.Time
	// Tags are key and value.
	Tags map[string]string
	// Overrides are those of RunTask.
	Overrides *ecstypes.TaskOverride
}

// Placement is where tasks run.
type Placement struct {
	// LaunchType is FARGATE if empty and Provider is too.
	LaunchType ecstypes.LaunchType
	// Provider is a capacity provider of the cluster; it excludes a launch type.
	Provider string
	// PublicIP gives each task a public address; Subnet is made up if empty.
	PublicIP bool
	Subnet   string
	// Exec turns ECS Exec on.
	Exec bool
}

func (cl *ecsCluster) place(d *ecsDefinition, pl Placement) (*taskSpec, []ecstypes.CapacityProviderStrategyItem) {
	var strategy []ecstypes.CapacityProviderStrategyItem
	launch := pl.LaunchType
	if pl.Provider != "" {
		strategy = []ecstypes.CapacityProviderStrategyItem{{CapacityProvider: str(pl.Provider), Weight: 1}}
	} else if launch == "" {
		launch = ecstypes.LaunchTypeFargate
	}
	subnet, public := pl.Subnet, "DISABLED"
	if subnet == "" {
		subnet = "subnet-0" + cl.r.p.c.hexID(16)
	}
	if pl.PublicIP {
		public = "ENABLED"
	}
	network := runNetwork([]string{subnet}, []string{"sg-0" + cl.r.p.c.hexID(16)}, public)
	if d != nil && d.td.NetworkMode != ecstypes.NetworkModeAwsvpc {
		network = nil
	}
	spec, err := cl.resolve(launch, strategy, network, d)
	mustBe(err)
	spec.exec = pl.Exec
	return spec, strategy
}

// SeedTask starts one task and returns its ARN.
func (c *Cloud) SeedTask(region string, s TaskSeed) string {
	cl, d := c.seedParts(region, s.Cluster, s.TaskDefinition)
	spec, _ := cl.place(d, s.Placement)
	o := taskOrder{def: d, spec: spec, group: s.Group, startedBy: s.StartedBy, tags: tagList(s.Tags), overrides: s.Overrides}
	if o.group == "" {
		o.group = "family:" + *d.td.Family
	}
	if onInstances(spec.launch) {
		cpu, memory := d.size(s.Overrides)
		var reason string
		if o.instance, reason = cl.room(spec, cpu, memory, c.opts.Now()); o.instance == nil {
			mustBe(invalid("no room for the task: %s", reason))
		}
	}
	if s.StartedAt.IsZero() {
		return cl.begin(o, c.opts.Now()).arn()
	}
	return cl.standing(o, s.StartedAt).arn()
}

// standing adds a task that is RUNNING since a moment.
func (cl *ecsCluster) standing(o taskOrder, since time.Time) *ecsTask {
	t := cl.addTask(o, since.Add(-provisionTime-pullTime))
	t.started = since
	t.move(taskRunning, since)
	return t
}

// SeedContainerInstance registers an instance, as its agent would, and returns the ARN.
func (c *Cloud) SeedContainerInstance(region string, s InstanceSeed) string {
	return c.seedCluster(region, s.Cluster).addInstance(s, c.since(s.RegisteredAt)).arn
}

// CapacityProviderSeed is a capacity provider to make.
type CapacityProviderSeed struct {
	// Name of the provider; with a Cluster it is one of Managed Instances, without one it stands over an Auto Scaling group.
	Name, Cluster string
	// AutoScalingGroup and InfrastructureRole are ARNs for the one and the other.
	AutoScalingGroup, InfrastructureRole string
	// Tags are key and value.
	Tags map[string]string
}

// SeedCapacityProvider makes an ACTIVE provider and returns its ARN. One over an Auto Scaling group is in no cluster yet: name it in a
// ClusterSeed.
func (c *Cloud) SeedCapacityProvider(region string, s CapacityProviderSeed) string {
	var v *ecsProvider
	if s.Cluster == "" {
		v = c.computing().region(region).newProvider(s.Name, &ecstypes.AutoScalingGroupProvider{
			AutoScalingGroupArn: str(s.AutoScalingGroup), ManagedTerminationProtection: ecstypes.ManagedTerminationProtectionDisabled,
			ManagedScaling: &ecstypes.ManagedScaling{Status: ecstypes.ManagedScalingStatusEnabled, TargetCapacity: new(int32(100))},
		})
	} else {
		v = c.seedCluster(region, s.Cluster).newManaged(s.Name, &ecstypes.ManagedInstancesProvider{InfrastructureRoleArn: str(s.InfrastructureRole)})
	}
	v.tags = tagList(s.Tags)
	return v.arn
}

// since is t, or now for the zero time.
func (c *Cloud) since(t time.Time) time.Time {
	if t.IsZero() {
		return c.opts.Now()
	}
	return t
}

func (c *Cloud) seedCluster(region, name string) *ecsCluster {
	cl, err := c.computing().region(region).cluster(&name)
	if err != nil {
		panic(fmt.Sprintf("scenario: no cluster %s in %s", name, region))
	}
	return cl
}

func (c *Cloud) seedParts(region, cluster, definition string) (*ecsCluster, *ecsDefinition) {
	cl := c.seedCluster(region, cluster)
	d, ok := cl.r.findDefinition(definition)
	if !ok {
		panic(fmt.Sprintf("scenario: no task definition %s in %s", definition, region))
	}
	return cl, d
}

// mustBe panics on what a scenario got wrong.
func mustBe(err error) {
	if err != nil {
		panic("scenario: " + err.Error())
	}
}

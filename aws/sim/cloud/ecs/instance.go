package ecs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// instance is a container instance: a machine that tasks stand on.
type instance struct {
	cluster             *cluster
	id, arn, ec2        string
	status              string
	provider, az        string
	connected           bool
	cpu, memory         int
	usedCPU, usedMemory int
	running, pending    int32
	registered          time.Time
	tags                []ecstypes.Tag
	version             int64
}

// InstanceSeed is a container instance to register.
type InstanceSeed struct {
	// Cluster is the cluster's name; Provider the capacity provider that brought the instance,
	// empty for none.
	Cluster, Provider string
	// EC2InstanceID is the machine's id; empty makes one up.
	EC2InstanceID string
	// CPU is in units (1024 a vCPU), MemoryMiB in MiB; 0 means 4096 and 16384.
	CPU, MemoryMiB int
	// RegisteredAt is when it joined; zero means now.
	RegisteredAt time.Time
	// Disconnected is an agent that no longer answers.
	Disconnected bool
	// Tags are key and value.
	Tags map[string]string
}

func (cl *cluster) addInstance(s InstanceSeed, at time.Time) *instance {
	c := cl.r.c
	i := &instance{
		cluster: cl, id: c.HexID(32), ec2: s.EC2InstanceID, status: stActive, provider: s.Provider, connected: !s.Disconnected,
		cpu: s.CPU, memory: s.MemoryMiB, registered: at, tags: api.Tags(s.Tags), az: cl.r.place.Region + string(rune('a'+c.IntN(3))),
	}
	if i.ec2 == "" {
		i.ec2 = "i-0" + c.HexID(16)
	}
	if i.cpu == 0 {
		i.cpu = 4096
	}
	if i.memory == 0 {
		i.memory = 16384
	}
	i.arn = cl.arnOf("container-instance", i.id)
	cl.instances.Set(i.id, i)
	cl.roomMade(at)
	for d := range cl.daemons.All() {
		cl.r.c.After(at, schedulerDelay, func(at time.Time) { d.fill(at, cl.begin) })
	}
	return i
}

func (i *instance) take(t *task) {
	i.usedCPU += t.cpu
	i.usedMemory += t.memory
}

func (i *instance) give(t *task) {
	i.usedCPU -= t.cpu
	i.usedMemory -= t.memory
}

// tasks are the tasks on the instance that have not stopped.
func (i *instance) tasks() []*task {
	return i.cluster.tasks.Select(func(t *task) bool { return t.instance == i && t.status != taskStopped })
}

// leave makes the instance INACTIVE and its tasks nobody's.
func (i *instance) leave(at time.Time) {
	i.status, i.connected = stInactive, false
	for _, t := range i.tasks() {
		t.abandon(at)
	}
	cl := i.cluster
	cl.r.c.After(at, rememberedFor, func(time.Time) { cl.instances.Delete(i.id) })
	cl.roomMade(at)
}

func (i *instance) view(withTags bool) ecstypes.ContainerInstance {
	amount := func(name string, n int) ecstypes.Resource {
		return ecstypes.Resource{Name: new(name), Type: new("INTEGER"), IntegerValue: int32(n)}
	}
	v := ecstypes.ContainerInstance{
		ContainerInstanceArn: new(i.arn), Ec2InstanceId: new(i.ec2), Status: new(i.status), AgentConnected: i.connected,
		CapacityProviderName: ptr.Opt(i.provider), RegisteredAt: ptr.Time(i.registered), RunningTasksCount: i.running, PendingTasksCount: i.pending,
		RegisteredResources: []ecstypes.Resource{amount("CPU", i.cpu), amount("MEMORY", i.memory)},
		RemainingResources:  []ecstypes.Resource{amount("CPU", i.cpu-i.usedCPU), amount("MEMORY", i.memory-i.usedMemory)},
		Attributes:          []ecstypes.Attribute{{Name: new("ecs.availability-zone"), Value: new(i.az)}, {Name: new("ecs.cpu-architecture"), Value: new("x86_64")}},
		VersionInfo:         &ecstypes.VersionInfo{AgentVersion: new("1.99.0"), DockerVersion: new("25.0.8")},
		Attachments:         []ecstypes.Attachment{}, Tags: []ecstypes.Tag{}, Version: i.version,
	}
	if withTags {
		v.Tags = append(v.Tags, i.tags...)
	}
	return v
}

// instance finds a container instance that is not INACTIVE; the words are moto's.
func (cl *cluster) instance(ref string) (*instance, error) {
	id, err := cl.member(ref, "container-instance")
	if err != nil {
		return nil, err
	}
	i, ok := cl.instances.Get(id)
	if !ok || i.status == stInactive {
		return nil, api.Invalid("The referenced container instance was not found.")
	}
	return i, nil
}

// listContainerInstances lists ACTIVE and DRAINING ones unless a status is asked for (ECS API
// Reference, ListContainerInstances, status: "all other than INACTIVE").
func (e *ECS) listContainerInstances(call cloud.Call, in *ecs.ListContainerInstancesInput) (*ecs.ListContainerInstancesOutput, error) {
	n, err := api.Limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	items, next, ok := cl.instances.Page(func(i *instance) bool {
		return i.status != stInactive && (in.Status == "" || i.status == string(in.Status))
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	out := &ecs.ListContainerInstancesOutput{ContainerInstanceArns: []string{}, NextToken: ptr.Opt(next)}
	for _, i := range items {
		out.ContainerInstanceArns = append(out.ContainerInstanceArns, i.arn)
	}
	return out, nil
}

func (e *ECS) describeContainerInstances(call cloud.Call, in *ecs.DescribeContainerInstancesInput) (*ecs.DescribeContainerInstancesOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if err := api.Between(len(in.ContainerInstances), 100, "Container instances"); err != nil {
		return nil, err
	}
	out := &ecs.DescribeContainerInstancesOutput{ContainerInstances: []ecstypes.ContainerInstance{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.ContainerInstances {
		id, err := cl.member(ref, "container-instance")
		if err != nil {
			return nil, err
		}
		if i, ok := cl.instances.Get(id); ok {
			out.ContainerInstances = append(out.ContainerInstances, i.view(slices.Contains(in.Include, ecstypes.ContainerInstanceFieldTags)))
		} else {
			out.Failures = append(out.Failures, missing(cl.arnOf("container-instance", id)))
		}
	}
	return out, nil
}

// deregisterContainerInstance refuses while tasks run there. By force "these tasks remain running
// until you terminate the instance", orphaned, and a service starts others elsewhere (ECS API
// Reference, DeregisterContainerInstance, force; the error's words are moto's).
func (e *ECS) deregisterContainerInstance(call cloud.Call, in *ecs.DeregisterContainerInstanceInput) (*ecs.DeregisterContainerInstanceOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	i, err := cl.instance(ptr.Val(in.ContainerInstance))
	if err != nil {
		return nil, err
	}
	if len(i.tasks()) > 0 && !ptr.Val(in.Force) {
		return nil, api.Invalid("Found running tasks on the instance.")
	}
	i.leave(call.Now)
	out := i.view(true)
	return &ecs.DeregisterContainerInstanceOutput{ContainerInstance: &out}, nil
}

// updateContainerInstancesState takes up to 10 and knows ACTIVE and DRAINING. On a DRAINING
// instance tasks of services are stopped and started elsewhere, the pending ones at once, and tasks
// of nobody stay (ECS API Reference, UpdateContainerInstancesState). Percentages of healthy tasks
// are not honoured here: running ones go after a moment, all together.
func (e *ECS) updateContainerInstancesState(call cloud.Call, in *ecs.UpdateContainerInstancesStateInput) (*ecs.UpdateContainerInstancesStateOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if err := api.Between(len(in.ContainerInstances), 10, "Container instances"); err != nil {
		return nil, err
	}
	if in.Status != ecstypes.ContainerInstanceStatusActive && in.Status != ecstypes.ContainerInstanceStatusDraining {
		return nil, api.Invalid("Container instances status should be one of [ACTIVE, DRAINING]")
	}
	out := &ecs.UpdateContainerInstancesStateOutput{ContainerInstances: []ecstypes.ContainerInstance{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.ContainerInstances {
		i, err := cl.instance(ref)
		if err != nil {
			out.Failures = append(out.Failures, ecstypes.Failure{Arn: new(ref), Reason: new(stMissing)})
			continue
		}
		i.status = string(in.Status)
		i.version++
		if i.status == stDraining {
			i.drain(call.Now)
		} else {
			cl.roomMade(call.Now)
		}
		out.ContainerInstances = append(out.ContainerInstances, i.view(true))
	}
	return out, nil
}

func (i *instance) drain(at time.Time) {
	stop := func(at time.Time, also string) {
		for _, t := range i.tasks() {
			if t.rollout != nil && (t.status == taskPending || t.status == taskProvisioning || t.status == also) && !t.protected(at) {
				t.stop(at, ecstypes.TaskStopCodeServiceSchedulerInitiated, "Task stopped because its container instance is draining")
			}
		}
	}
	stop(at, "")
	i.cluster.r.c.After(at, schedulerDelay, func(at time.Time) {
		if i.status == stDraining {
			stop(at, taskRunning)
		}
	})
}

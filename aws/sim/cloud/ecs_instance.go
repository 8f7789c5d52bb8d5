package cloud

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// ecsInstance is a container instance: a machine that tasks stand on.
type ecsInstance struct {
	cluster             *ecsCluster
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
	// Cluster is the cluster's name; Provider the capacity provider that brought the instance, empty for none.
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

func (cl *ecsCluster) addInstance(s InstanceSeed, at time.Time) *ecsInstance {
	c := cl.r.p.c
	i := &ecsInstance{
		cluster: cl, id: c.hexID(32), ec2: s.EC2InstanceID, status: stActive, provider: s.Provider, connected: !s.Disconnected,
		cpu: s.CPU, memory: s.MemoryMiB, registered: at, tags: tagList(s.Tags), az: cl.r.name + string(rune('a'+c.rng.IntN(3))),
	}
	if i.ec2 == "" {
		i.ec2 = "i-0" + c.hexID(16)
	}
	if i.cpu == 0 {
		i.cpu = 4096
	}
	if i.memory == 0 {
		i.memory = 16384
	}
	i.arn = cl.arnOf("container-instance", i.id)
	cl.instances.put(i.id, i)
	cl.roomMade(at)
	cl.daemons.each(func(d *ecsDaemon) bool {
		cl.r.p.after(at, schedulerDelay, func(at time.Time) { d.fill(at, cl.begin) })
		return true
	})
	return i
}

func (i *ecsInstance) take(t *ecsTask) {
	i.usedCPU += t.cpu
	i.usedMemory += t.memory
}

func (i *ecsInstance) give(t *ecsTask) {
	i.usedCPU -= t.cpu
	i.usedMemory -= t.memory
}

// tasks are the tasks on the instance that have not stopped.
func (i *ecsInstance) tasks() []*ecsTask {
	return i.cluster.tasks.all(func(t *ecsTask) bool { return t.instance == i && t.status != taskStopped })
}

// leave makes the instance INACTIVE and its tasks nobody's.
func (i *ecsInstance) leave(at time.Time) {
	i.status, i.connected = stInactive, false
	for _, t := range i.tasks() {
		t.abandon(at)
	}
	cl := i.cluster
	cl.r.p.after(at, rememberedFor, func(time.Time) { cl.instances.drop(i.id) })
	cl.roomMade(at)
}

func (i *ecsInstance) view(withTags bool) ecstypes.ContainerInstance {
	amount := func(name string, n int) ecstypes.Resource {
		return ecstypes.Resource{Name: str(name), Type: str("INTEGER"), IntegerValue: int32(n)}
	}
	v := ecstypes.ContainerInstance{
		ContainerInstanceArn: str(i.arn), Ec2InstanceId: str(i.ec2), Status: str(i.status), AgentConnected: i.connected,
		CapacityProviderName: opt(i.provider), RegisteredAt: when(i.registered), RunningTasksCount: i.running, PendingTasksCount: i.pending,
		RegisteredResources: []ecstypes.Resource{amount("CPU", i.cpu), amount("MEMORY", i.memory)},
		RemainingResources:  []ecstypes.Resource{amount("CPU", i.cpu-i.usedCPU), amount("MEMORY", i.memory-i.usedMemory)},
		Attributes:          []ecstypes.Attribute{{Name: str("ecs.availability-zone"), Value: str(i.az)}, {Name: str("ecs.cpu-architecture"), Value: str("x86_64")}},
		VersionInfo:         &ecstypes.VersionInfo{AgentVersion: str("1.99.0"), DockerVersion: str("25.0.8")},
		Attachments:         []ecstypes.Attachment{}, Tags: []ecstypes.Tag{}, Version: i.version,
	}
	if withTags {
		v.Tags = append(v.Tags, i.tags...)
	}
	return v
}

// instance finds a container instance that is not INACTIVE; the words are moto's.
func (cl *ecsCluster) instance(ref string) (*ecsInstance, error) {
	id, err := cl.member(ref, "container-instance")
	if err != nil {
		return nil, err
	}
	i, ok := cl.instances.get(id)
	if !ok || i.status == stInactive {
		return nil, invalid("The referenced container instance was not found.")
	}
	return i, nil
}

// listContainerInstances lists ACTIVE and DRAINING ones unless a status is asked for (ECS API Reference, ListContainerInstances, status: "all
// other than INACTIVE").
func (p *compute) listContainerInstances(call Call, in *ecs.ListContainerInstancesInput) (*ecs.ListContainerInstancesOutput, error) {
	n, err := limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	cl, err := p.region(call.Region).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	items, next, ok := cl.instances.page(func(i *ecsInstance) bool {
		return i.status != stInactive && (in.Status == "" || i.status == string(in.Status))
	}, n, val(in.NextToken))
	if !ok {
		return nil, badToken()
	}
	out := &ecs.ListContainerInstancesOutput{ContainerInstanceArns: []string{}, NextToken: opt(next)}
	for _, i := range items {
		out.ContainerInstanceArns = append(out.ContainerInstanceArns, i.arn)
	}
	return out, nil
}

func (p *compute) describeContainerInstances(call Call, in *ecs.DescribeContainerInstancesInput) (*ecs.DescribeContainerInstancesOutput, error) {
	cl, err := p.region(call.Region).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if err := between(len(in.ContainerInstances), 100, "Container instances"); err != nil {
		return nil, err
	}
	out := &ecs.DescribeContainerInstancesOutput{ContainerInstances: []ecstypes.ContainerInstance{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.ContainerInstances {
		id, err := cl.member(ref, "container-instance")
		if err != nil {
			return nil, err
		}
		if i, ok := cl.instances.get(id); ok {
			out.ContainerInstances = append(out.ContainerInstances, i.view(slices.Contains(in.Include, ecstypes.ContainerInstanceFieldTags)))
		} else {
			out.Failures = append(out.Failures, missing(cl.arnOf("container-instance", id)))
		}
	}
	return out, nil
}

// deregisterContainerInstance refuses while tasks run there. By force "these tasks remain running until you terminate the instance", orphaned,
// and a service starts others elsewhere (ECS API Reference, DeregisterContainerInstance, force; the error's words are moto's).
func (p *compute) deregisterContainerInstance(call Call, in *ecs.DeregisterContainerInstanceInput) (*ecs.DeregisterContainerInstanceOutput, error) {
	cl, err := p.region(call.Region).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	i, err := cl.instance(val(in.ContainerInstance))
	if err != nil {
		return nil, err
	}
	if len(i.tasks()) > 0 && !val(in.Force) {
		return nil, invalid("Found running tasks on the instance.")
	}
	i.leave(call.Now)
	out := i.view(true)
	return &ecs.DeregisterContainerInstanceOutput{ContainerInstance: &out}, nil
}

// updateContainerInstancesState takes up to 10 and knows ACTIVE and DRAINING. On a DRAINING instance tasks of services are stopped and started
// elsewhere, the pending ones at once, and tasks of nobody stay (ECS API Reference, UpdateContainerInstancesState). Percentages of healthy
// tasks are not honoured here: running ones go after a moment, all together.
func (p *compute) updateContainerInstancesState(call Call, in *ecs.UpdateContainerInstancesStateInput) (*ecs.UpdateContainerInstancesStateOutput, error) {
	cl, err := p.region(call.Region).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if err := between(len(in.ContainerInstances), 10, "Container instances"); err != nil {
		return nil, err
	}
	if in.Status != ecstypes.ContainerInstanceStatusActive && in.Status != ecstypes.ContainerInstanceStatusDraining {
		return nil, invalid("Container instances status should be one of [ACTIVE, DRAINING]")
	}
	out := &ecs.UpdateContainerInstancesStateOutput{ContainerInstances: []ecstypes.ContainerInstance{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.ContainerInstances {
		i, err := cl.instance(ref)
		if err != nil {
			out.Failures = append(out.Failures, ecstypes.Failure{Arn: str(ref), Reason: str(stMissing)})
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

func (i *ecsInstance) drain(at time.Time) {
	stop := func(at time.Time, also string) {
		for _, t := range i.tasks() {
			if t.rollout != nil && (t.status == taskPending || t.status == taskProvisioning || t.status == also) && !t.protected(at) {
				t.stop(at, ecstypes.TaskStopCodeServiceSchedulerInitiated, "Task stopped because its container instance is draining")
			}
		}
	}
	stop(at, "")
	i.cluster.r.p.after(at, schedulerDelay, func(at time.Time) {
		if i.status == stDraining {
			stop(at, taskRunning)
		}
	})
}

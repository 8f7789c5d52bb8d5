package ecs

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
)

// ServiceSeed is a service to make.
type ServiceSeed struct {
	// Cluster is a name, Name the service's, TaskDefinition a family, family:revision or ARN.
	Cluster, Name, TaskDefinition string
	// Desired is the count; with the DAEMON strategy it follows from the instances.
	Desired int
	// Placement says where its tasks run.
	Placement
	// Controller is ECS if empty, Scheduling REPLICA.
	Controller ecstypes.DeploymentControllerType
	Scheduling ecstypes.SchedulingStrategy
	// TaskSets are what an EXTERNAL service runs, each by its scale in percent.
	TaskSets []float64
	// CreatedAt is when it was made, zero for now. CreatedBy is the ARN of the caller who made it,
	// of which ECS keeps only the role.
	CreatedAt time.Time
	CreatedBy string
	// StartTasksAt is since when its tasks run; zero lets the scheduler start them from now on, as
	// after CreateService.
	StartTasksAt time.Time
	// StartEvery is the time between two tasks' starts.
	StartEvery time.Duration
	// Protected protects its standing tasks from scale-in until then.
	Protected time.Time
	// Tags are key and value.
	Tags map[string]string
}

// Seeded is a service with the tasks that stand already.
type Seeded struct {
	ARN   string
	Tasks []string
}

// SeedService makes an ACTIVE service and its tasks.
func (e *ECS) SeedService(region string, s ServiceSeed) Seeded {
	cl, d := e.seedParts(e.c.In(region), s.Cluster, s.TaskDefinition)
	spec, strategy := cl.seedSpec(d, s.Placement)
	svc := &service{
		cluster: cl, name: s.Name, spec: spec, strategy: strategy, desired: int32(s.Desired), tags: api.Tags(s.Tags),
		controller: s.Controller, scheduling: s.Scheduling, management: ecstypes.ResourceManagementTypeCustomer,
		createdBy: e.creator(s.CreatedBy), rest: ecs.CreateServiceInput{PropagateTags: ecstypes.PropagateTagsNone},
	}
	if svc.controller == "" {
		svc.controller = ecstypes.DeploymentControllerTypeEcs
	}
	if svc.scheduling == "" {
		svc.scheduling = ecstypes.SchedulingStrategyReplica
	}
	at := e.c.Since(s.CreatedAt)
	if svc.external() {
		cl.openService(svc, nil, at)
		for _, scale := range s.TaskSets {
			svc.addTaskSet(d, spec, scale, at)
		}
	} else {
		cl.openService(svc, d, at)
	}
	return svc.populate(s.StartTasksAt, s.StartEvery, s.Protected)
}

// populate brings a new service's tasks up at once, as of a moment in the past, or leaves them to
// the scheduler.
func (s *service) populate(since time.Time, every time.Duration, protected time.Time) Seeded {
	out := Seeded{ARN: s.arn}
	now := s.cluster.r.c.Now()
	defer s.wake(now, schedulerDelay)
	if since.IsZero() {
		return out
	}
	stand := func(ro *rollout, on *instance) {
		t := s.cluster.standing(taskOrder{
			def: ro.def, spec: ro.spec, rollout: ro, instance: on, group: "service:" + s.name, startedBy: ro.id,
		}, since.Add(time.Duration(len(out.Tasks))*every))
		if protected.After(now) {
			t.protectedUntil = protected
			s.cluster.r.c.At(protected, func(at time.Time) { s.wake(at, schedulerDelay) })
		}
		out.Tasks = append(out.Tasks, t.arn())
	}
	if s.strategyDaemon() {
		for _, i := range s.cluster.instances.Select(func(i *instance) bool { return i.status == stActive }) {
			stand(s.primary(), i)
		}
		s.desired = int32(len(out.Tasks))
		return out
	}
	for _, ro := range s.rollouts {
		want := s.desired
		if ro.set != nil {
			want = ro.set.computed()
		}
		for range want {
			var on *instance
			if onInstances(ro.spec.launch) {
				cpu, memory := ro.def.Size(nil)
				if on, _ = s.cluster.room(ro.spec, cpu, memory, now); on == nil {
					break // The scheduler will say so in the service's events.
				}
			}
			stand(ro, on)
		}
	}
	return out
}

// ExpressSeed is an Express Gateway service to make.
type ExpressSeed struct {
	// Cluster and Name are names; Image is its container's.
	Cluster, Name, Image string
	// CPU is in units, MemoryMiB in MiB; 0 means 256 and 512.
	CPU, MemoryMiB int
	// Min and Max bound its tasks; 0 means 1 and 20. It stands at Min.
	Min, Max int
	// CreatedAt is when it was made, zero for now; its tasks run since StartTasksAt, zero leaves
	// them to the scheduler.
	CreatedAt, StartTasksAt time.Time
	// CreatedBy is the ARN of the caller, InfrastructureRole that of the role for its load
	// balancer; empty means the usual one.
	CreatedBy, InfrastructureRole string
	// Tags are key and value.
	Tags map[string]string
}

// SeedExpressService makes an ACTIVE Express Gateway service, with its task definition, scalable
// target and tasks.
func (e *ECS) SeedExpressService(region string, s ExpressSeed) Seeded {
	cl := e.seedCluster(e.c.In(region), s.Cluster)
	role := s.InfrastructureRole
	if role == "" {
		role = e.c.RoleARN(e.c.Account(), "ecsInfrastructureRoleForExpressServices")
	}
	in := &ecs.CreateExpressGatewayServiceInput{
		InfrastructureRoleArn: new(role), ExecutionRoleArn: new(role), Tags: api.Tags(s.Tags),
		PrimaryContainer: &ecstypes.ExpressGatewayContainer{Image: new(s.Image)}, ScalingTarget: &ecstypes.ExpressGatewayScalingTarget{},
	}
	if s.CPU > 0 {
		in.Cpu, in.Memory = new(strconv.Itoa(s.CPU)), new(strconv.Itoa(s.MemoryMiB))
	}
	if s.Min > 0 {
		in.ScalingTarget.MinTaskCount = new(int32(s.Min))
	}
	if s.Max > 0 {
		in.ScalingTarget.MaxTaskCount = new(int32(s.Max))
	}
	at := e.c.Since(s.CreatedAt)
	d, err := cl.r.definitions.ForExpress(cl.name+"-"+s.Name, in, cloud.Call{Place: e.c.In(region), Now: at, Identity: cloud.Identity{ARN: s.CreatedBy}})
	mustBe(err)
	svc := cl.openExpress(s.Name, d, in, at)
	svc.createdBy = e.creator(s.CreatedBy)
	return svc.populate(s.StartTasksAt, 0, time.Time{})
}

// DaemonSeed is a managed daemon to make, with its daemon task definition.
type DaemonSeed struct {
	// Cluster and Name are names; Providers those of Managed Instances capacity providers of the
	// cluster.
	Cluster, Name string
	Providers     []string
	// Image is its container's; the definition's family is the daemon's name.
	Image string
	// CreatedAt is when it was made, zero for now; its tasks run since then. CreatedBy is the ARN
	// of the session.
	CreatedAt time.Time
	CreatedBy string
	// Revisions is how many of its revisions are current, as while deployments overlap; 0 means 1.
	Revisions int
}

// SeedDaemon makes an ACTIVE daemon with a task on every instance of its providers, and returns its
// ARN.
func (e *ECS) SeedDaemon(region string, s DaemonSeed) string {
	cl, at := e.seedCluster(e.c.In(region), s.Cluster), e.c.Since(s.CreatedAt)
	def := cl.r.definitions.RegisterDaemon(ecstypes.DaemonTaskDefinition{
		Family: new(s.Name), Cpu: new("256"), Memory: new("512"),
		ContainerDefinitions: []ecstypes.DaemonContainerDefinition{{Name: new(s.Name), Image: new(s.Image), Essential: new(true)}},
	}, s.CreatedBy, at)
	var arns []string
	for _, name := range s.Providers {
		v, ok := cl.managed.Get(name)
		if !ok {
			mustBe(api.Invalid("no managed instances provider %s in %s", name, s.Cluster))
		}
		arns = append(arns, v.arn)
	}
	d := cl.addDaemon(s.Name, def, arns, at)
	for len(d.revisions) < s.Revisions {
		d.revise(def, at)
	}
	d.fill(at, cl.standing)
	return d.arn
}

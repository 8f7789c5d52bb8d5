package cloud

import (
	"strconv"
	"time"

	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
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
	// CreatedAt is when it was made, zero for now. CreatedBy is the ARN of the caller who made it, of which ECS keeps only the role.
	CreatedAt time.Time
	CreatedBy string
	// StartTasksAt is since when its tasks run; zero lets the scheduler start them from now on, as after CreateService.
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
func (c *Cloud) SeedService(region string, s ServiceSeed) Seeded {
	cl, d := c.seedParts(region, s.Cluster, s.TaskDefinition)
	spec, strategy := cl.place(d, s.Placement)
	svc := &ecsService{
		cluster: cl, name: s.Name, spec: spec, strategy: strategy, desired: int32(s.Desired), tags: tagList(s.Tags),
		controller: s.Controller, scheduling: s.Scheduling, management: ecstypes.ResourceManagementTypeCustomer,
		createdBy: cl.r.p.creator(s.CreatedBy), rest: ecs.CreateServiceInput{PropagateTags: ecstypes.PropagateTagsNone},
	}
	if svc.controller == "" {
		svc.controller = ecstypes.DeploymentControllerTypeEcs
	}
	if svc.scheduling == "" {
		svc.scheduling = ecstypes.SchedulingStrategyReplica
	}
	at := c.since(s.CreatedAt)
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

// populate brings a new service's tasks up at once, as of a moment in the past, or leaves them to the scheduler.
func (s *ecsService) populate(since time.Time, every time.Duration, protected time.Time) Seeded {
	out := Seeded{ARN: s.arn}
	now := s.cluster.r.p.c.opts.Now()
	defer s.wake(now, schedulerDelay)
	if since.IsZero() {
		return out
	}
	stand := func(ro *rollout, on *ecsInstance) {
		t := s.cluster.standing(taskOrder{
			def: ro.def, spec: ro.spec, rollout: ro, instance: on, group: "service:" + s.name, startedBy: ro.id,
		}, since.Add(time.Duration(len(out.Tasks))*every))
		if protected.After(now) {
			t.protectedUntil = protected
			s.cluster.r.p.agenda.add(protected, func(at time.Time) { s.wake(at, schedulerDelay) })
		}
		out.Tasks = append(out.Tasks, t.arn())
	}
	if s.strategyDaemon() {
		for _, i := range s.cluster.instances.all(func(i *ecsInstance) bool { return i.status == stActive }) {
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
			var on *ecsInstance
			if onInstances(ro.spec.launch) {
				cpu, memory := ro.def.size(nil)
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
	// CreatedAt is when it was made, zero for now; its tasks run since StartTasksAt, zero leaves them to the scheduler.
	CreatedAt, StartTasksAt time.Time
	// CreatedBy is the ARN of the caller, InfrastructureRole that of the role for its load balancer; empty means the usual one.
	CreatedBy, InfrastructureRole string
	// Tags are key and value.
	Tags map[string]string
}

// SeedExpressService makes an ACTIVE Express Gateway service, with its task definition, scalable target and tasks.
func (c *Cloud) SeedExpressService(region string, s ExpressSeed) Seeded {
	cl := c.seedCluster(region, s.Cluster)
	role := s.InfrastructureRole
	if role == "" {
		role = "arn:" + c.opts.Partition + ":iam::" + c.opts.Account + ":role/ecsInfrastructureRoleForExpressServices"
	}
	in := &ecs.CreateExpressGatewayServiceInput{
		InfrastructureRoleArn: str(role), ExecutionRoleArn: str(role), Tags: tagList(s.Tags),
		PrimaryContainer: &ecstypes.ExpressGatewayContainer{Image: str(s.Image)}, ScalingTarget: &ecstypes.ExpressGatewayScalingTarget{},
	}
	if s.CPU > 0 {
		in.Cpu, in.Memory = str(strconv.Itoa(s.CPU)), str(strconv.Itoa(s.MemoryMiB))
	}
	if s.Min > 0 {
		in.ScalingTarget.MinTaskCount = new(int32(s.Min))
	}
	if s.Max > 0 {
		in.ScalingTarget.MaxTaskCount = new(int32(s.Max))
	}
	at := c.since(s.CreatedAt)
	d, err := cl.expressDefinition(s.Name, in, Call{Region: region, Now: at, Identity: Identity{ARN: s.CreatedBy}})
	mustBe(err)
	svc := cl.openExpress(s.Name, d, in, at)
	svc.createdBy = cl.r.p.creator(s.CreatedBy)
	return svc.populate(s.StartTasksAt, 0, time.Time{})
}

// DaemonSeed is a managed daemon to make, with its daemon task definition.
type DaemonSeed struct {
	// Cluster and Name are names; Providers those of Managed Instances capacity providers of the cluster.
	Cluster, Name string
	Providers     []string
	// Image is its container's; the definition's family is the daemon's name.
	Image string
	// CreatedAt is when it was made, zero for now; its tasks run since then. CreatedBy is the ARN of the session.
	CreatedAt time.Time
	CreatedBy string
}

// SeedDaemon makes an ACTIVE daemon with a task on every instance of its providers, and returns its ARN.
func (c *Cloud) SeedDaemon(region string, s DaemonSeed) string {
	cl, at := c.seedCluster(region, s.Cluster), c.since(s.CreatedAt)
	def := cl.r.registerDaemonDefinition(ecstypes.DaemonTaskDefinition{
		Family: str(s.Name), Cpu: str("256"), Memory: str("512"),
		ContainerDefinitions: []ecstypes.DaemonContainerDefinition{{Name: str(s.Name), Image: str(s.Image), Essential: new(true)}},
	}, s.CreatedBy, at)
	var arns []string
	for _, name := range s.Providers {
		v, ok := cl.managed.get(name)
		if !ok {
			mustBe(invalid("no managed instances provider %s in %s", name, s.Cluster))
		}
		arns = append(arns, v.arn)
	}
	d := cl.addDaemon(s.Name, def, arns, at)
	d.fill(at, cl.standing)
	return d.arn
}

// ScalableTargetSeed is a scalable target over a service's desired count.
type ScalableTargetSeed struct {
	// Cluster and Service are names.
	Cluster, Service string
	// Min and Max are the bounds.
	Min, Max int
	// CreatedAt is when it was registered, zero for now.
	CreatedAt time.Time
	// Policy names a target tracking policy on CPU to go with it; empty means none.
	Policy string
}

// SeedScalableTarget registers a target and returns its ARN.
func (c *Cloud) SeedScalableTarget(region string, s ScalableTargetSeed) string {
	p, at := c.computing(), c.since(s.CreatedAt)
	resource := "service/" + s.Cluster + "/" + s.Service
	g := p.scalingIn(region)
	t := g.put(aastypes.ServiceNamespaceEcs, resource, aastypes.ScalableDimensionECSServiceDesiredCount, at)
	t.min, t.max = int32(s.Min), int32(s.Max)
	if s.Policy != "" {
		g.policies.put(policyKey(t.namespace, resource, t.dimension, s.Policy), &aastypes.ScalingPolicy{
			PolicyName: str(s.Policy), PolicyType: aastypes.PolicyTypeTargetTrackingScaling, CreationTime: when(at), ResourceId: str(resource),
			PolicyARN:        str(c.ARN("autoscaling", region, "scalingPolicy:"+c.UUID()+":resource/ecs/"+resource+":policyName/"+s.Policy)),
			ServiceNamespace: t.namespace, ScalableDimension: t.dimension, Alarms: []aastypes.Alarm{},
			TargetTrackingScalingPolicyConfiguration: &aastypes.TargetTrackingScalingPolicyConfiguration{
				TargetValue: new(75.0), PredefinedMetricSpecification: &aastypes.PredefinedMetricSpecification{
					PredefinedMetricType: aastypes.MetricTypeECSServiceAverageCPUUtilization,
				},
			},
		})
	}
	if svc := g.r.scaledService(resource); svc != nil {
		p.scaled(svc, c.opts.Now())
	}
	return t.arn
}

package breach

import (
	"slices"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud/autoscaling"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/events"
)

// The Express Gateway service that the intruder made.
const (
	expressTasks             = 2
	expressCPU, expressMiB   = 4096, 8192
	ruleEvery                = 10 * time.Minute
	ruleTasks, guestTasks    = 2, 2
	looseTasks, scaledInHome = 2, 3
)

// reserved is how many of a region's tasks do not belong to an ordinary service.
func (b *builder) reserved(region string) int {
	switch {
	case region == virginia:
		return ruleTasks
	case region == tokyo:
		return guestTasks
	case b.is(region, oddLoose):
		return looseTasks
	}
	return 0
}

// specials makes what the intruder has only once or twice: what brings tasks back, and services
// that do not end in the ordinary way.
func (b *builder) specials() {
	b.scaling()
	b.rule()
	b.schedule()
	b.express()
	b.daemon()
	b.loose()
	b.guest()
}

// scaling puts scalable targets over some services: whoever sets them to 0 finds them raised again.
func (b *builder) scaling() {
	some := map[string]int{virginia: scaledInHome, seoul: 1, b.odd[oddSchedule]: 1, b.odd[oddProtected]: 1}
	at := b.start.Add(13 * time.Minute)
	for _, p := range b.posts {
		if p.desired == 0 || some[p.region] == 0 {
			continue
		}
		some[p.region]--
		at = at.Add(4*time.Second + b.upTo(9*time.Second))
		arn := b.plant(b.c.SeedScalableTarget(p.region, autoscaling.ScalableTargetSeed{
			Cluster: p.cluster, Service: p.service, Min: p.desired, Max: 25, CreatedAt: at, Policy: p.cluster + "-cpu",
		}))
		b.targetMade(p, b.cast.first[0], at, arn)
	}
}

// rule is an event rule in us-east-1, put there in the second session, that starts a task every ten
// minutes. It has fired twice.
func (b *builder) rule() {
	p := b.postIn(virginia, 0)
	who := b.cast.later[0]
	at := b.now.Add(-2*ruleEvery - 30*time.Second)
	name := b.fresh()
	role := b.roleARN("ecsEventsRole")
	rule := b.plant(b.c.SeedRule(p.region, events.RuleSeed{
		Name: name, Schedule: "rate(10 minutes)", Cluster: p.cluster, TaskDefinition: p.family, Role: role, Count: 1, PublicIP: true,
	}))
	b.ruleMade(p, who, at, name, "rate(10 minutes)")
	for i := range ruleTasks {
		fired := at.Add(time.Duration(i+1) * ruleEvery)
		task := b.c.SeedTask(p.region, ecs.TaskSeed{
			Cluster: p.cluster, TaskDefinition: p.family, Placement: ecs.Placement{PublicIP: true}, StartedBy: "events-rule/" + name,
			StartedAt: fired.Add(20 * time.Second),
		})
		b.fired(p, fired, role, rule, task)
	}
}

// schedule is a schedule of EventBridge Scheduler that has not come to fire yet.
func (b *builder) schedule() {
	p := b.postIn(b.odd[oddSchedule], 0)
	at := b.start.Add(16 * time.Minute)
	name := b.fresh()
	b.plant(b.c.SeedSchedule(p.region, events.ScheduleSeed{
		Name: name, Expression: "rate(12 hours)", Cluster: p.cluster, TaskDefinition: p.family, Role: b.roleARN("ecsEventsRole"), Count: 2,
		PublicIP: true, CreatedAt: at,
	}))
	b.scheduleMade(p, b.cast.first[1], at, name)
}

// express is an Express Gateway service, which has its own way of being deleted.
func (b *builder) express() {
	p := post{region: b.odd[oddExpress], cluster: b.fresh(), service: b.fresh()}
	who, at := b.cast.first[2], b.start.Add(11*time.Minute)
	b.plant(b.c.SeedCluster(p.region, ecs.ClusterSeed{Name: p.cluster}))
	b.clusterMade(p.region, who, at, p.cluster)
	s := ecs.ExpressSeed{
		Cluster: p.cluster, Name: p.service, Image: b.style.images[0], CPU: expressCPU, MemoryMiB: expressMiB, Min: expressTasks, Max: 20,
		CreatedAt: at.Add(8 * time.Second), StartTasksAt: at.Add(time.Minute), CreatedBy: who.id.ARN,
	}
	made := b.c.SeedExpressService(p.region, s)
	b.plant(made.ARN)
	b.expressMade(p.region, p.cluster, who, s.CreatedAt, s, made)
}

// daemon is a managed daemon on Managed Instances: its provider and machines keep the cluster from
// being deleted.
func (b *builder) daemon() {
	region, cluster, provider, name := b.odd[oddDaemon], b.fresh(), b.fresh(), b.fresh()
	who, at := b.cast.first[5], b.start.Add(12*time.Minute)
	b.plant(b.c.SeedCluster(region, ecs.ClusterSeed{Name: cluster}))
	b.clusterMade(region, who, at, cluster)
	b.plant(b.c.SeedCapacityProvider(region, ecs.CapacityProviderSeed{
		Name: provider, Cluster: cluster, InfrastructureRole: b.roleARN("ecsInfrastructureRole"),
	}))
	var machines []string
	for i := range 2 {
		machines = append(machines, b.c.SeedContainerInstance(region, ecs.InstanceSeed{
			Cluster: cluster, Provider: provider, CPU: minerCPU, MemoryMiB: minerMiB, RegisteredAt: at.Add(time.Duration(90+i) * time.Second),
		}))
	}
	arn := b.plant(b.c.SeedDaemon(region, ecs.DaemonSeed{
		Cluster: cluster, Name: name, Providers: []string{provider}, Image: b.style.images[0], CreatedAt: at.Add(2 * time.Minute), CreatedBy: who.id.ARN,
	}))
	b.daemonMade(region, who, at, cluster, provider, arn, machines)
}

// loose are tasks that no service looks after, started by hand.
func (b *builder) loose() {
	p := b.postIn(b.odd[oddLoose], 0)
	who := b.cast.first[3]
	at := b.start.Add(14 * time.Minute)
	var tasks []string
	for range looseTasks {
		tasks = append(tasks, b.c.SeedTask(p.region, ecs.TaskSeed{
			Cluster: p.cluster, TaskDefinition: p.family, Placement: ecs.Placement{PublicIP: true}, StartedBy: "manual", StartedAt: at.Add(31 * time.Second),
		}))
	}
	b.tasksRun(p, who, at, tasks)
	b.minerLogs(p.region, p.family, tasks, at.Add(31*time.Second))
}

// guest is a service of the intruder's in an honest cluster, which must outlive it.
func (b *builder) guest() {
	p := post{region: tokyo, cluster: webCluster, service: b.fresh() + b.style.suffix, desired: guestTasks}
	who, at := b.cast.first[4], b.start.Add(10*time.Minute)
	s := ecs.ServiceSeed{
		Cluster: p.cluster, Name: p.service, TaskDefinition: b.postIn(tokyo, 0).family, Desired: p.desired,
		Placement: ecs.Placement{PublicIP: true}, CreatedAt: at, CreatedBy: who.id.ARN, StartTasksAt: at.Add(40 * time.Second),
	}
	seeded := b.c.SeedService(p.region, s)
	b.plant(seeded.ARN)
	b.serviceMade(p.region, who, at, s, seeded)
}

// postIn is the n-th of the region's posts that has tasks.
func (b *builder) postIn(region string, n int) post {
	of := slices.DeleteFunc(slices.Clone(b.posts), func(p post) bool { return p.region != region || p.desired == 0 })
	return of[n]
}

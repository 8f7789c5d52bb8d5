package cloud

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// ecsDaemon is a managed daemon: one task on every instance of its Managed Instances capacity providers. Its ARN's form and the group and
// startedBy of its tasks are not documented; they follow those of services.
type ecsDaemon struct {
	cluster          *ecsCluster
	name, arn        string
	status           ecstypes.DaemonStatus
	providers        []string
	def              *ecsDaemonDefinition
	created, updated time.Time
	deployment       string
	tasks            map[string]*ecsTask
	tags             []ecstypes.Tag
}

func (cl *ecsCluster) addDaemon(name string, def *ecsDaemonDefinition, providers []string, at time.Time) *ecsDaemon {
	d := &ecsDaemon{
		cluster: cl, name: name, arn: cl.arnOf("daemon", name), status: ecstypes.DaemonStatusActive, providers: providers, def: def,
		created: at, updated: at, tasks: map[string]*ecsTask{},
	}
	d.deployment = cl.arnOf("daemon-deployment", name+"/"+cl.r.p.c.hexID(17))
	def.refs++
	cl.daemons.put(name, d)
	return d
}

// fill starts what is missing on the instances of the daemon's providers.
func (d *ecsDaemon) fill(at time.Time, start func(taskOrder, time.Time) *ecsTask) {
	if d.status != ecstypes.DaemonStatusActive {
		return
	}
	served := map[*ecsInstance]bool{}
	for _, t := range d.tasks {
		served[t.instance] = true
	}
	spec := &taskSpec{launch: ecstypes.LaunchTypeManagedInstances}
	for _, i := range d.cluster.instances.all(func(i *ecsInstance) bool { return i.status == stActive && !served[i] }) {
		if slices.ContainsFunc(d.providers, func(arn string) bool { return tail(arn) == i.provider }) {
			t := start(taskOrder{def: d.def.task, spec: spec, daemon: d, instance: i, group: "daemon:" + d.name, startedBy: "ecs-daemon/" + d.name}, at)
			t.provider = i.provider
		}
	}
}

// lost is told that a task of the daemon has stopped.
func (d *ecsDaemon) lost(t *ecsTask, at time.Time) {
	delete(d.tasks, t.id)
	if d.status == ecstypes.DaemonStatusActive {
		d.cluster.r.p.after(at, schedulerDelay, func(at time.Time) { d.fill(at, d.cluster.begin) })
		return
	}
	d.vanish()
}

func (d *ecsDaemon) vanish() {
	if now, ok := d.cluster.daemons.get(d.name); ok && now == d && len(d.tasks) == 0 {
		d.cluster.daemons.drop(d.name)
		d.def.refs--
	}
}

func (cl *ecsCluster) hasDaemonOn(provider string) bool {
	return len(cl.daemons.all(func(d *ecsDaemon) bool { return slices.Contains(d.providers, provider) })) > 0
}

func (p *compute) createDaemon(call Call, in *ecs.CreateDaemonInput) (*ecs.CreateDaemonOutput, error) {
	r := p.region(call.Region)
	cl, err := r.cluster(in.ClusterArn)
	if err != nil {
		return nil, err
	}
	name := val(in.DaemonName)
	if !validName(name) || len(in.CapacityProviderArns) == 0 {
		return nil, invalid("A daemon needs a name and at least one capacity provider.")
	}
	if _, ok := cl.daemons.get(name); ok {
		return nil, invalid("Creation of daemon was not idempotent.")
	}
	def, ok := r.daemonFamilies.find(val(in.DaemonTaskDefinitionArn), (*ecsDaemonDefinition).active)
	if !ok || !def.active() {
		return nil, clientError("The daemon task definition does not exist or is not ACTIVE.")
	}
	for _, arn := range in.CapacityProviderArns {
		// "Only supported for Amazon ECS Managed Instances Capacity Providers" (ECS API Reference, CreateDaemon).
		if v, ok := cl.managed.get(tail(arn)); !ok || v.arn != arn {
			return nil, invalid("The capacity provider is not a managed instances capacity provider of the cluster: %s", arn)
		}
	}
	d := cl.addDaemon(name, def, in.CapacityProviderArns, call.Now)
	d.tags = in.Tags
	d.fill(call.Now, cl.begin)
	return &ecs.CreateDaemonOutput{CreatedAt: when(d.created), DaemonArn: str(d.arn), DeploymentArn: str(d.deployment), Status: d.status}, nil
}

// listDaemons: "If you do not specify a cluster, the default cluster is assumed" (ECS API Reference, ListDaemons, clusterArn; older editions
// of that page said all clusters).
func (p *compute) listDaemons(call Call, in *ecs.ListDaemonsInput) (*ecs.ListDaemonsOutput, error) {
	n, err := limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	cl, err := p.region(call.Region).cluster(in.ClusterArn)
	if err != nil {
		return nil, err
	}
	items, next, ok := cl.daemons.page(func(d *ecsDaemon) bool {
		return len(in.CapacityProviderArns) == 0 || slices.ContainsFunc(d.providers, func(v string) bool { return slices.Contains(in.CapacityProviderArns, v) })
	}, n, val(in.NextToken))
	if !ok {
		return nil, badToken()
	}
	out := &ecs.ListDaemonsOutput{DaemonSummariesList: []ecstypes.DaemonSummary{}, NextToken: opt(next)}
	for _, d := range items {
		out.DaemonSummariesList = append(out.DaemonSummariesList, ecstypes.DaemonSummary{
			DaemonArn: str(d.arn), Status: d.status, CreatedAt: when(d.created), UpdatedAt: when(d.updated),
		})
	}
	return out, nil
}

func (r *ecsRegion) daemon(arn string) (*ecsDaemon, error) {
	if resource, region, ok := arnParts(arn); ok && region == r.name {
		if parts := strings.Split(resource, "/"); len(parts) == 3 && parts[0] == "daemon" {
			if cl, ok := r.clusters.get(parts[1]); ok {
				if d, ok := cl.daemons.get(parts[2]); ok {
					return d, nil
				}
			}
		}
	}
	return nil, Errorf("DaemonNotFoundException", "Daemon not found.")
}

func (p *compute) describeDaemon(call Call, in *ecs.DescribeDaemonInput) (*ecs.DescribeDaemonOutput, error) {
	d, err := p.region(call.Region).daemon(val(in.DaemonArn))
	if err != nil {
		return nil, err
	}
	v := &ecstypes.DaemonDetail{
		DaemonArn: str(d.arn), ClusterArn: str(d.cluster.arn), Status: d.status, DeploymentArn: str(d.deployment),
		CreatedAt: when(d.created), UpdatedAt: when(d.updated),
	}
	rev := ecstypes.DaemonRevisionDetail{Arn: str(d.cluster.arnOf("daemon-revision", d.name+"/1"))}
	for _, arn := range d.providers {
		n := int32(0)
		for _, t := range d.tasks {
			if t.provider == tail(arn) && t.status == taskRunning {
				n++
			}
		}
		rev.CapacityProviders = append(rev.CapacityProviders, ecstypes.DaemonCapacityProvider{Arn: str(arn), RunningCount: n})
		rev.TotalRunningCount += n
	}
	v.CurrentRevisions = []ecstypes.DaemonRevisionDetail{rev}
	return &ecs.DescribeDaemonOutput{Daemon: v}, nil
}

// deleteDaemon needs an ACTIVE daemon, stops its tasks and shows DELETE_IN_PROGRESS until they are gone (ECS API Reference, DeleteDaemon:
// DaemonNotActiveException).
func (p *compute) deleteDaemon(call Call, in *ecs.DeleteDaemonInput) (*ecs.DeleteDaemonOutput, error) {
	d, err := p.region(call.Region).daemon(val(in.DaemonArn))
	if err != nil {
		return nil, err
	}
	if d.status != ecstypes.DaemonStatusActive {
		return nil, Errorf("DaemonNotActiveException", "The daemon is not ACTIVE.")
	}
	d.status, d.updated = ecstypes.DaemonStatusDeleteInProgress, call.Now
	for _, t := range d.cluster.tasks.all(func(t *ecsTask) bool { return t.daemon == d && t.status != taskStopped }) {
		t.stop(call.Now, ecstypes.TaskStopCodeServiceSchedulerInitiated, "Daemon deleted")
	}
	p.after(call.Now, providerChange, func(time.Time) { d.vanish() })
	return &ecs.DeleteDaemonOutput{
		DaemonArn: str(d.arn), DeploymentArn: str(d.deployment), Status: d.status, CreatedAt: when(d.created), UpdatedAt: when(d.updated),
	}, nil
}

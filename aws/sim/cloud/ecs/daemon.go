package ecs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// daemon is a managed daemon: one task on every instance of its Managed Instances capacity
// providers. Its ARN's form and the group and startedBy of its tasks are not documented; they
// follow those of services.
type daemon struct {
	cluster          *cluster
	name, arn        string
	status           ecstypes.DaemonStatus
	providers        []string
	def              *taskdef.Daemon
	created, updated time.Time
	deployment       string
	tasks            map[api.TaskID]*task
	tags             []ecstypes.Tag
	// revisions are those that are current, the newest last.
	revisions []daemonRevision
}

// daemonRevision is "a snapshot of a daemon's configuration at the time a deployment was initiated"
// (ECS API Reference, DescribeDaemonRevisions).
type daemonRevision struct {
	arn     string
	def     *taskdef.Daemon
	created time.Time
}

func (cl *cluster) addDaemon(name string, def *taskdef.Daemon, providers []string, at time.Time) *daemon {
	d := &daemon{
		cluster: cl, name: name, arn: cl.arnOf("daemon", name), status: ecstypes.DaemonStatusActive, providers: providers, def: def,
		created: at, updated: at, tasks: map[api.TaskID]*task{},
	}
	d.deployment = cl.arnOf("daemon-deployment", name+"/"+cl.r.c.HexID(17))
	d.revise(def, at)
	def.Hold()
	cl.daemons.Set(name, d)
	return d
}

func (d *daemon) revise(def *taskdef.Daemon, at time.Time) {
	arn := d.cluster.arnOf("daemon-revision", d.name+"/"+strconv.Itoa(len(d.revisions)+1))
	d.revisions = append(d.revisions, daemonRevision{arn: arn, def: def, created: at})
}

// fill starts what is missing on the instances of the daemon's providers.
func (d *daemon) fill(at time.Time, start func(taskOrder, time.Time) *task) {
	if d.status != ecstypes.DaemonStatusActive {
		return
	}
	served := map[*instance]bool{}
	for _, t := range d.tasks {
		served[t.instance] = true
	}
	spec := &taskSpec{launch: ecstypes.LaunchTypeManagedInstances}
	for _, i := range d.cluster.instances.Select(func(i *instance) bool { return i.status == stActive && !served[i] }) {
		if slices.ContainsFunc(d.providers, func(arn string) bool { return cloud.ShortName(arn) == i.provider }) {
			t := start(taskOrder{def: d.def.Task, spec: spec, daemon: d, instance: i, group: "daemon:" + d.name, startedBy: "ecs-daemon/" + d.name}, at)
			t.provider = i.provider
		}
	}
}

// lost is told that a task of the daemon has stopped.
func (d *daemon) lost(t *task, at time.Time) {
	delete(d.tasks, t.id)
	if d.status == ecstypes.DaemonStatusActive {
		d.cluster.r.c.After(at, schedulerDelay, func(at time.Time) { d.fill(at, d.cluster.begin) })
		return
	}
	d.vanish()
}

func (d *daemon) vanish() {
	if now, ok := d.cluster.daemons.Get(d.name); ok && now == d && len(d.tasks) == 0 {
		d.cluster.daemons.Delete(d.name)
		d.def.Release()
	}
}

func (cl *cluster) hasDaemonOn(provider string) bool {
	return len(cl.daemons.Select(func(d *daemon) bool { return slices.Contains(d.providers, provider) })) > 0
}

func (e *ECS) createDaemon(call cloud.Call, in *ecs.CreateDaemonInput) (*ecs.CreateDaemonOutput, error) {
	r := e.at(call.Place)
	cl, err := r.cluster(in.ClusterArn)
	if err != nil {
		return nil, err
	}
	name := ptr.Val(in.DaemonName)
	if !api.ValidName(name) || len(in.CapacityProviderArns) == 0 {
		return nil, api.Invalid("A daemon needs a name and at least one capacity provider.")
	}
	if err := api.CheckToken(in.ClientToken, 36); err != nil {
		return nil, err
	}
	// The same request with its token gets the daemon that it made (ECS API Reference, CreateDaemon,
	// clientToken).
	made, same, found := cl.asked.daemons.Find(ptr.Val(in.ClientToken), in, call.Now)
	if found && same && made.status == ecstypes.DaemonStatusActive {
		return made.answer(), nil
	}
	if _, taken := cl.daemons.Get(name); taken || found && made.status == ecstypes.DaemonStatusActive {
		return nil, api.Invalid("Creation of daemon was not idempotent.")
	}
	def, ok := r.definitions.FindDaemon(ptr.Val(in.DaemonTaskDefinitionArn))
	if !ok || !def.Active() {
		return nil, api.ClientError("The daemon task definition does not exist or is not ACTIVE.")
	}
	for _, arn := range in.CapacityProviderArns {
		// "Only supported for Amazon ECS Managed Instances Capacity Providers" (ECS API Reference,
		// CreateDaemon).
		if v, ok := cl.managed.Get(cloud.ShortName(arn)); !ok || v.arn != arn {
			return nil, api.Invalid("The capacity provider is not a managed instances capacity provider of the cluster: %s", arn)
		}
	}
	d := cl.addDaemon(name, def, in.CapacityProviderArns, call.Now)
	d.tags = in.Tags
	d.fill(call.Now, cl.begin)
	cl.asked.daemons.Keep(ptr.Val(in.ClientToken), in, call.Now, d)
	return d.answer(), nil
}

func (d *daemon) answer() *ecs.CreateDaemonOutput {
	return &ecs.CreateDaemonOutput{CreatedAt: ptr.Time(d.created), DaemonArn: new(d.arn), DeploymentArn: new(d.deployment), Status: d.status}
}

// listDaemons: "If you do not specify a cluster, the default cluster is assumed" (ECS API
// Reference, ListDaemons, clusterArn; older editions of that page said all clusters).
func (e *ECS) listDaemons(call cloud.Call, in *ecs.ListDaemonsInput) (*ecs.ListDaemonsOutput, error) {
	n, err := api.Limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	cl, err := e.at(call.Place).cluster(in.ClusterArn)
	if err != nil {
		return nil, err
	}
	items, next, ok := cl.daemons.Page(func(d *daemon) bool {
		return len(in.CapacityProviderArns) == 0 || slices.ContainsFunc(d.providers, func(v string) bool { return slices.Contains(in.CapacityProviderArns, v) })
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	out := &ecs.ListDaemonsOutput{DaemonSummariesList: []ecstypes.DaemonSummary{}, NextToken: ptr.Opt(next)}
	for _, d := range items {
		out.DaemonSummariesList = append(out.DaemonSummariesList, ecstypes.DaemonSummary{
			DaemonArn: new(d.arn), Status: d.status, CreatedAt: ptr.Time(d.created), UpdatedAt: ptr.Time(d.updated),
		})
	}
	return out, nil
}

func (r *region) daemon(arn string) (*daemon, error) {
	if resource, region, ok := api.SplitARN(arn); ok && region == r.place.Region {
		if parts := strings.Split(resource, "/"); len(parts) == 3 && parts[0] == "daemon" {
			if cl, ok := r.clusters.Get(parts[1]); ok {
				if d, ok := cl.daemons.Get(parts[2]); ok {
					return d, nil
				}
			}
		}
	}
	return nil, cloud.Errorf("DaemonNotFoundException", "Daemon not found.")
}

func (e *ECS) describeDaemon(call cloud.Call, in *ecs.DescribeDaemonInput) (*ecs.DescribeDaemonOutput, error) {
	d, err := e.at(call.Place).daemon(ptr.Val(in.DaemonArn))
	if err != nil {
		return nil, err
	}
	v := &ecstypes.DaemonDetail{
		DaemonArn: new(d.arn), ClusterArn: new(d.cluster.arn), Status: d.status, DeploymentArn: new(d.deployment),
		CreatedAt: ptr.Time(d.created), UpdatedAt: ptr.Time(d.updated),
	}
	newest := len(d.revisions) - 1
	for _, older := range d.revisions[:newest] {
		v.CurrentRevisions = append(v.CurrentRevisions, ecstypes.DaemonRevisionDetail{Arn: new(older.arn)})
	}
	rev := ecstypes.DaemonRevisionDetail{Arn: new(d.revisions[newest].arn)}
	for _, arn := range d.providers {
		n := int32(0)
		for _, t := range d.tasks {
			if t.provider == cloud.ShortName(arn) && t.status == taskRunning {
				n++
			}
		}
		rev.CapacityProviders = append(rev.CapacityProviders, ecstypes.DaemonCapacityProvider{Arn: new(arn), RunningCount: n})
		rev.TotalRunningCount += n
	}
	v.CurrentRevisions = append(v.CurrentRevisions, rev)
	return &ecs.DescribeDaemonOutput{Daemon: v}, nil
}

// describeDaemonRevisions takes up to 20 (ECS API Reference, DescribeDaemonRevisions,
// daemonRevisionArns).
func (e *ECS) describeDaemonRevisions(call cloud.Call, in *ecs.DescribeDaemonRevisionsInput) (*ecs.DescribeDaemonRevisionsOutput, error) {
	if err := api.Between(len(in.DaemonRevisionArns), 20, "Daemon revisions"); err != nil {
		return nil, err
	}
	out := &ecs.DescribeDaemonRevisionsOutput{DaemonRevisions: []ecstypes.DaemonRevision{}, Failures: []ecstypes.Failure{}}
	for _, arn := range in.DaemonRevisionArns {
		if v, ok := e.at(call.Place).daemonRevision(arn); ok {
			out.DaemonRevisions = append(out.DaemonRevisions, v)
		} else {
			out.Failures = append(out.Failures, missing(arn))
		}
	}
	return out, nil
}

func (r *region) daemonRevision(arn string) (v ecstypes.DaemonRevision, ok bool) {
	resource, _, _ := api.SplitARN(arn)
	parts := strings.Split(resource, "/")
	if len(parts) != 4 {
		return v, false
	}
	d, err := r.daemon(r.arn("daemon/" + parts[1] + "/" + parts[2]))
	if err != nil {
		return v, false
	}
	i := slices.IndexFunc(d.revisions, func(rev daemonRevision) bool { return rev.arn == arn })
	if i < 0 {
		return v, false
	}
	rev := d.revisions[i]
	v = ecstypes.DaemonRevision{
		DaemonRevisionArn: new(arn), DaemonArn: new(d.arn), ClusterArn: new(d.cluster.arn), CreatedAt: ptr.Time(rev.created),
		DaemonTaskDefinitionArn: rev.def.TD.DaemonTaskDefinitionArn, PropagateTags: ecstypes.DaemonPropagateTagsNone,
		EnableECSManagedTags: new(false), EnableExecuteCommand: new(false),
	}
	for _, cd := range rev.def.TD.ContainerDefinitions {
		v.ContainerImages = append(v.ContainerImages, ecstypes.DaemonContainerImage{
			ContainerName: cd.Name, Image: cd.Image, ImageDigest: new(api.Digest(ptr.Val(cd.Image))),
		})
	}
	return v, true
}

// deleteDaemon needs an ACTIVE daemon, stops its tasks and shows DELETE_IN_PROGRESS until they are
// gone (ECS API Reference, DeleteDaemon: DaemonNotActiveException).
func (e *ECS) deleteDaemon(call cloud.Call, in *ecs.DeleteDaemonInput) (*ecs.DeleteDaemonOutput, error) {
	d, err := e.at(call.Place).daemon(ptr.Val(in.DaemonArn))
	if err != nil {
		return nil, err
	}
	if d.status != ecstypes.DaemonStatusActive {
		return nil, cloud.Errorf("DaemonNotActiveException", "The daemon is not ACTIVE.")
	}
	d.status, d.updated = ecstypes.DaemonStatusDeleteInProgress, call.Now
	for _, t := range d.cluster.tasks.Select(func(t *task) bool { return t.daemon == d && t.status != taskStopped }) {
		t.stop(call.Now, ecstypes.TaskStopCodeServiceSchedulerInitiated, "Daemon deleted")
	}
	e.c.After(call.Now, providerChange, func(time.Time) { d.vanish() })
	return &ecs.DeleteDaemonOutput{
		DaemonArn: new(d.arn), DeploymentArn: new(d.deployment), Status: d.status, CreatedAt: ptr.Time(d.created), UpdatedAt: ptr.Time(d.updated),
	}, nil
}

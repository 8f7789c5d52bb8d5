package cloud

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// ecsDaemonDefinition is one revision of a daemon task definition; task is what its tasks are made of.
type ecsDaemonDefinition struct {
	r    *ecsRegion
	td   ecstypes.DaemonTaskDefinition
	task *ecsDefinition
	tags []ecstypes.Tag
	refs int
}

func (d *ecsDaemonDefinition) number() int32 { return d.td.Revision }

func (d *ecsDaemonDefinition) active() bool {
	return d.td.Status == ecstypes.DaemonTaskDefinitionStatusActive
}

func (r *ecsRegion) registerDaemonDefinition(td ecstypes.DaemonTaskDefinition, by string, at time.Time) *ecsDaemonDefinition {
	f := r.daemonFamilies.of(*td.Family)
	td.Revision = f.next()
	td.Status, td.RegisteredAt, td.RegisteredBy = ecstypes.DaemonTaskDefinitionStatusActive, when(at), opt(by)
	td.DaemonTaskDefinitionArn = str(r.p.c.ARN("ecs", r.name, "daemon-task-definition/"+f.name+":"+strconv.Itoa(int(td.Revision))))
	task := &ecsDefinition{r: r, td: ecstypes.TaskDefinition{
		Family: td.Family, Revision: td.Revision, TaskDefinitionArn: td.DaemonTaskDefinitionArn, Cpu: td.Cpu, Memory: td.Memory,
		NetworkMode: ecstypes.NetworkModeHost, Status: ecstypes.TaskDefinitionStatusActive,
	}}
	for _, cd := range td.ContainerDefinitions {
		task.td.ContainerDefinitions = append(task.td.ContainerDefinitions, ecstypes.ContainerDefinition{
			Name: cd.Name, Image: cd.Image, Cpu: cd.Cpu, Memory: cd.Memory, MemoryReservation: cd.MemoryReservation, StopTimeout: cd.StopTimeout,
		})
	}
	d := &ecsDaemonDefinition{r: r, td: td, task: task}
	f.revisions = append(f.revisions, d)
	return d
}

func (p *compute) registerDaemonTaskDefinition(call Call, in *ecs.RegisterDaemonTaskDefinitionInput) (*ecs.RegisterDaemonTaskDefinitionOutput, error) {
	if !validName(val(in.Family)) || len(in.ContainerDefinitions) == 0 {
		return nil, clientError("A daemon task definition needs a family and at least one container.")
	}
	d := p.region(call.Region).registerDaemonDefinition(ecstypes.DaemonTaskDefinition{
		Family: in.Family, ContainerDefinitions: in.ContainerDefinitions, Cpu: in.Cpu, Memory: in.Memory, ExecutionRoleArn: in.ExecutionRoleArn,
		TaskRoleArn: in.TaskRoleArn, Volumes: in.Volumes, IpcMode: in.IpcMode, PidMode: in.PidMode,
	}, call.Identity.ARN, call.Now)
	d.tags = in.Tags
	return &ecs.RegisterDaemonTaskDefinitionOutput{DaemonTaskDefinitionArn: d.td.DaemonTaskDefinitionArn}, nil
}

// listDaemonTaskDefinitions lists ACTIVE ones unless told otherwise; family is exact, familyPrefix a prefix (ECS API Reference, same
// operation).
func (p *compute) listDaemonTaskDefinitions(call Call, in *ecs.ListDaemonTaskDefinitionsInput) (*ecs.ListDaemonTaskDefinitionsOutput, error) {
	n, err := limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	r := p.region(call.Region)
	keep := func(d *ecsDaemonDefinition) bool {
		f := r.daemonFamilies.by[*d.td.Family]
		switch {
		case !strings.HasPrefix(f.name, val(in.FamilyPrefix)):
			return false
		case in.Revision == ecstypes.DaemonTaskDefinitionRevisionFilterLastRegistered && f.revisions[len(f.revisions)-1] != d:
			return false
		case in.Status == ecstypes.DaemonTaskDefinitionStatusFilterAll:
			return true
		case in.Status == ecstypes.DaemonTaskDefinitionStatusFilterDeleteInProgress:
			return !d.active()
		}
		return d.active()
	}
	items, next, ok := r.daemonFamilies.page(val(in.Family), in.Sort == ecstypes.SortOrderDesc, keep, n, val(in.NextToken))
	if !ok {
		return nil, badToken()
	}
	out := &ecs.ListDaemonTaskDefinitionsOutput{DaemonTaskDefinitions: []ecstypes.DaemonTaskDefinitionSummary{}, NextToken: opt(next)}
	for _, d := range items {
		out.DaemonTaskDefinitions = append(out.DaemonTaskDefinitions, ecstypes.DaemonTaskDefinitionSummary{
			Arn: d.td.DaemonTaskDefinitionArn, Status: d.td.Status, RegisteredAt: d.td.RegisteredAt, RegisteredBy: d.td.RegisteredBy,
			DeleteRequestedAt: d.td.DeleteRequestedAt,
		})
	}
	return out, nil
}

func (p *compute) describeDaemonTaskDefinition(call Call, in *ecs.DescribeDaemonTaskDefinitionInput) (*ecs.DescribeDaemonTaskDefinitionOutput, error) {
	d, ok := p.region(call.Region).daemonFamilies.find(val(in.DaemonTaskDefinition), (*ecsDaemonDefinition).active)
	if !ok {
		return nil, clientError("Unable to describe daemon task definition.")
	}
	v := d.td
	return &ecs.DescribeDaemonTaskDefinitionOutput{DaemonTaskDefinition: &v}, nil
}

// deleteDaemonTaskDefinition: "must be in an ACTIVE state to be deleted"; daemons that use it run on (ECS API Reference, same operation).
func (p *compute) deleteDaemonTaskDefinition(call Call, in *ecs.DeleteDaemonTaskDefinitionInput) (*ecs.DeleteDaemonTaskDefinitionOutput, error) {
	r := p.region(call.Region)
	d, ok := r.daemonFamilies.find(val(in.DaemonTaskDefinition), (*ecsDaemonDefinition).active)
	if !ok || !d.active() {
		return nil, clientError("The daemon task definition does not exist or is not ACTIVE.")
	}
	d.td.Status, d.td.DeleteRequestedAt = ecstypes.DaemonTaskDefinitionStatusDeleteInProgress, when(call.Now)
	p.after(call.Now, definitionPurge, d.purge)
	return &ecs.DeleteDaemonTaskDefinitionOutput{DaemonTaskDefinitionArn: d.td.DaemonTaskDefinitionArn}, nil
}

// purge forgets the definition, or looks again later while a daemon or a task still stands on it.
func (d *ecsDaemonDefinition) purge(at time.Time) {
	if d.refs > 0 || d.task.refs > 0 {
		d.r.p.after(at, definitionPurge, d.purge)
		return
	}
	d.r.daemonFamilies.of(*d.td.Family).remove(d)
}

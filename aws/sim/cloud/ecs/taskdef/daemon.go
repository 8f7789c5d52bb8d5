package taskdef

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// Daemon is one revision of a daemon task definition.
type Daemon struct {
	// TD is the definition as ECS shows it, Tags its tags; Task is what its tasks are made of.
	TD   ecstypes.DaemonTaskDefinition
	Task *Definition
	Tags []ecstypes.Tag

	in *Store
	// holds counts the daemons that use it.
	holds int
}

func (d *Daemon) number() int32 { return d.TD.Revision }

// Active says that new daemons may use it.
func (d *Daemon) Active() bool {
	return d.TD.Status == ecstypes.DaemonTaskDefinitionStatusActive
}

// Hold keeps the definition from being deleted until Release.
func (d *Daemon) Hold() { d.holds++ }

// Release lets go of the definition.
func (d *Daemon) Release() { d.holds-- }

// RegisterDaemon gives td its place and number.
func (s *Store) RegisterDaemon(td ecstypes.DaemonTaskDefinition, by string, at time.Time) *Daemon {
	f := s.daemons.of(*td.Family)
	td.Revision = f.next()
	td.Status, td.RegisteredAt, td.RegisteredBy = ecstypes.DaemonTaskDefinitionStatusActive, ptr.Time(at), ptr.Opt(by)
	td.DaemonTaskDefinitionArn = new(s.c.ARNIn(s.place, "ecs", "daemon-task-definition/"+f.name+":"+strconv.Itoa(int(td.Revision))))
	task := &Definition{in: s, TD: ecstypes.TaskDefinition{
		Family: td.Family, Revision: td.Revision, TaskDefinitionArn: td.DaemonTaskDefinitionArn, Cpu: td.Cpu, Memory: td.Memory,
		NetworkMode: ecstypes.NetworkModeHost, Status: ecstypes.TaskDefinitionStatusActive,
	}}
	for _, cd := range td.ContainerDefinitions {
		task.TD.ContainerDefinitions = append(task.TD.ContainerDefinitions, ecstypes.ContainerDefinition{
			Name: cd.Name, Image: cd.Image, Cpu: cd.Cpu, Memory: cd.Memory, MemoryReservation: cd.MemoryReservation, StopTimeout: cd.StopTimeout,
		})
	}
	d := &Daemon{in: s, TD: td, Task: task}
	f.revisions = append(f.revisions, d)
	return d
}

func (x *Definitions) registerDaemonTaskDefinition(call cloud.Call, in *ecs.RegisterDaemonTaskDefinitionInput) (*ecs.RegisterDaemonTaskDefinitionOutput, error) {
	if !api.ValidName(ptr.Val(in.Family)) || len(in.ContainerDefinitions) == 0 {
		return nil, api.ClientError("A daemon task definition needs a family and at least one container.")
	}
	d := x.DefinitionsIn(call.Place).RegisterDaemon(ecstypes.DaemonTaskDefinition{
		Family: in.Family, ContainerDefinitions: in.ContainerDefinitions, Cpu: in.Cpu, Memory: in.Memory, ExecutionRoleArn: in.ExecutionRoleArn,
		TaskRoleArn: in.TaskRoleArn, Volumes: in.Volumes, IpcMode: in.IpcMode, PidMode: in.PidMode,
	}, call.Identity.ARN, call.Now)
	d.Tags = in.Tags
	return &ecs.RegisterDaemonTaskDefinitionOutput{DaemonTaskDefinitionArn: d.TD.DaemonTaskDefinitionArn}, nil
}

// listDaemonTaskDefinitions lists ACTIVE ones unless told otherwise; family is exact, familyPrefix
// a prefix (ECS API Reference, same operation).
func (x *Definitions) listDaemonTaskDefinitions(call cloud.Call, in *ecs.ListDaemonTaskDefinitionsInput) (*ecs.ListDaemonTaskDefinitionsOutput, error) {
	n, err := api.Limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	s := x.DefinitionsIn(call.Place)
	keep := func(d *Daemon) bool {
		f := s.daemons.by[*d.TD.Family]
		switch {
		case !strings.HasPrefix(f.name, ptr.Val(in.FamilyPrefix)):
			return false
		case in.Revision == ecstypes.DaemonTaskDefinitionRevisionFilterLastRegistered && f.revisions[len(f.revisions)-1] != d:
			return false
		case in.Status == ecstypes.DaemonTaskDefinitionStatusFilterAll:
			return true
		case in.Status == ecstypes.DaemonTaskDefinitionStatusFilterDeleteInProgress:
			return !d.Active()
		}
		return d.Active()
	}
	items, next, ok := s.daemons.page(ptr.Val(in.Family), in.Sort == ecstypes.SortOrderDesc, keep, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	out := &ecs.ListDaemonTaskDefinitionsOutput{DaemonTaskDefinitions: []ecstypes.DaemonTaskDefinitionSummary{}, NextToken: ptr.Opt(next)}
	for _, d := range items {
		out.DaemonTaskDefinitions = append(out.DaemonTaskDefinitions, ecstypes.DaemonTaskDefinitionSummary{
			Arn: d.TD.DaemonTaskDefinitionArn, Status: d.TD.Status, RegisteredAt: d.TD.RegisteredAt, RegisteredBy: d.TD.RegisteredBy,
			DeleteRequestedAt: d.TD.DeleteRequestedAt,
		})
	}
	return out, nil
}

func (x *Definitions) describeDaemonTaskDefinition(call cloud.Call, in *ecs.DescribeDaemonTaskDefinitionInput) (*ecs.DescribeDaemonTaskDefinitionOutput, error) {
	d, ok := x.DefinitionsIn(call.Place).FindDaemon(ptr.Val(in.DaemonTaskDefinition))
	if !ok {
		return nil, api.ClientError("Unable to describe daemon task definition.")
	}
	v := d.TD
	return &ecs.DescribeDaemonTaskDefinitionOutput{DaemonTaskDefinition: &v}, nil
}

// deleteDaemonTaskDefinition: "must be in an ACTIVE state to be deleted"; daemons that use it run
// on (ECS API Reference, same operation).
func (x *Definitions) deleteDaemonTaskDefinition(call cloud.Call, in *ecs.DeleteDaemonTaskDefinitionInput) (*ecs.DeleteDaemonTaskDefinitionOutput, error) {
	s := x.DefinitionsIn(call.Place)
	d, ok := s.FindDaemon(ptr.Val(in.DaemonTaskDefinition))
	if !ok || !d.Active() {
		return nil, api.ClientError("The daemon task definition does not exist or is not ACTIVE.")
	}
	d.TD.Status, d.TD.DeleteRequestedAt = ecstypes.DaemonTaskDefinitionStatusDeleteInProgress, ptr.Time(call.Now)
	x.c.After(call.Now, PurgeTime, d.purge)
	return &ecs.DeleteDaemonTaskDefinitionOutput{DaemonTaskDefinitionArn: d.TD.DaemonTaskDefinitionArn}, nil
}

// purge forgets the definition, or looks again later while a daemon or a task still stands on it.
func (d *Daemon) purge(at time.Time) {
	if d.holds > 0 || d.Task.holds > 0 {
		d.in.c.After(at, PurgeTime, d.purge)
		return
	}
	d.in.daemons.of(*d.TD.Family).remove(d)
}

// Daemons visits the daemon task definitions by family and revision.
func (s *Store) Daemons() iter.Seq[*Daemon] {
	return func(yield func(*Daemon) bool) {
		for _, name := range s.daemons.names {
			for _, d := range s.daemons.by[name].revisions {
				if !yield(d) {
					return
				}
			}
		}
	}
}

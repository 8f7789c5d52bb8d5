package taskdef

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// PurgeTime is how long a task definition stays in DELETE_IN_PROGRESS after the last task and
// service let go of it. AWS gives no time.
const PurgeTime = 10 * time.Minute

// Definition is one revision of a task definition.
type Definition struct {
	// TD is the definition as ECS shows it, Tags its tags. Slices in it are replaced, never written
	// to.
	TD   ecstypes.TaskDefinition
	Tags []ecstypes.Tag

	in *Store
	// holds counts deployments of services, task sets and tasks whose lastStatus is not STOPPED.
	holds int
}

func (d *Definition) number() int32 { return d.TD.Revision }

// ARN names the revision.
func (d *Definition) ARN() string { return *d.TD.TaskDefinitionArn }

// Active says that new tasks and services may stand on it.
func (d *Definition) Active() bool { return d.TD.Status == ecstypes.TaskDefinitionStatusActive }

// Gone says that AWS is deleting it and that nothing holds it.
func (d *Definition) Gone() bool {
	return d.TD.Status == ecstypes.TaskDefinitionStatusDeleteInProgress && d.holds == 0
}

// Hold keeps the definition from being deleted until Release; a nil one is not held.
func (d *Definition) Hold() {
	if d != nil {
		d.holds++
	}
}

// Release lets go of the definition, and starts the clock of its removal if it was the last hold.
func (d *Definition) Release(at time.Time) {
	if d == nil {
		return
	}
	d.holds--
	d.purgeLater(at)
}

func (d *Definition) purgeLater(at time.Time) {
	if d.Gone() {
		d.in.c.After(at, PurgeTime, func(time.Time) {
			if d.holds == 0 {
				d.in.families.of(*d.TD.Family).remove(d)
			}
		})
	}
}

// View is the definition as an answer shows it.
func (d *Definition) View() *ecstypes.TaskDefinition {
	v := d.TD
	return &v
}

// Register gives td its place, number and normalised size.
func (s *Store) Register(td ecstypes.TaskDefinition, by string, at time.Time) *Definition {
	f := s.families.of(*td.Family)
	td.Revision = f.next()
	if units, ok := CPUUnits(ptr.Val(td.Cpu)); ok {
		td.Cpu = new(strconv.Itoa(units))
	}
	if mib, ok := MemoryMiB(ptr.Val(td.Memory)); ok {
		td.Memory = new(strconv.Itoa(mib))
	}
	td.Status, td.RegisteredAt, td.RegisteredBy = ecstypes.TaskDefinitionStatusActive, ptr.Time(at), ptr.Opt(by)
	td.TaskDefinitionArn = new(s.c.ARNIn(s.place, "ecs", "task-definition/"+f.name+":"+strconv.Itoa(int(td.Revision))))
	td.Compatibilities = []ecstypes.Compatibility{ecstypes.CompatibilityEc2}
	if slices.Contains(td.RequiresCompatibilities, ecstypes.CompatibilityFargate) {
		td.Compatibilities = append(td.Compatibilities, ecstypes.CompatibilityFargate)
	}
	d := &Definition{in: s, TD: td}
	f.revisions = append(f.revisions, d)
	return d
}

// registerTaskDefinition: registeredBy is the full ARN of the caller's session. For Fargate the
// size must be one that exists and the network mode awsvpc (ECS API Reference,
// RegisterTaskDefinition, cpu and networkMode).
func (x *Definitions) registerTaskDefinition(call cloud.Call, in *ecs.RegisterTaskDefinitionInput) (*ecs.RegisterTaskDefinitionOutput, error) {
	if !api.ValidName(ptr.Val(in.Family)) {
		return nil, api.ClientError("Family contains invalid characters.")
	}
	if len(in.ContainerDefinitions) == 0 {
		return nil, api.ClientError("Container list cannot be empty.")
	}
	if err := checkSize(in); err != nil {
		return nil, err
	}
	if err := checkContainers(in); err != nil {
		return nil, err
	}
	containers := slices.Clone(in.ContainerDefinitions)
	for i := range containers {
		if containers[i].Essential == nil {
			essential := true
			containers[i].Essential = &essential
		}
	}
	d := x.DefinitionsIn(call.Place).Register(ecstypes.TaskDefinition{
		Family: in.Family, ContainerDefinitions: containers, Cpu: in.Cpu, Memory: in.Memory, NetworkMode: in.NetworkMode,
		RequiresCompatibilities: in.RequiresCompatibilities, ExecutionRoleArn: in.ExecutionRoleArn, TaskRoleArn: in.TaskRoleArn,
		Volumes: in.Volumes, PlacementConstraints: in.PlacementConstraints, RuntimePlatform: in.RuntimePlatform, IpcMode: in.IpcMode,
		PidMode: in.PidMode, ProxyConfiguration: in.ProxyConfiguration, EphemeralStorage: in.EphemeralStorage,
		EnableFaultInjection: in.EnableFaultInjection,
	}, call.Identity.ARN, call.Now)
	d.Tags = in.Tags
	return &ecs.RegisterTaskDefinitionOutput{TaskDefinition: d.View(), Tags: d.Tags}, nil
}

func checkSize(in *ecs.RegisterTaskDefinitionInput) error {
	cpu, cpuOK := CPUUnits(ptr.Val(in.Cpu))
	memory, memoryOK := MemoryMiB(ptr.Val(in.Memory))
	if in.Cpu != nil && !cpuOK {
		return api.ClientError("Invalid 'cpu' setting for task.")
	}
	if in.Memory != nil && !memoryOK {
		return api.ClientError("Invalid 'memory' setting for task.")
	}
	if !slices.Contains(in.RequiresCompatibilities, ecstypes.CompatibilityFargate) {
		return nil
	}
	switch {
	case in.NetworkMode != ecstypes.NetworkModeAwsvpc:
		return api.ClientError("Fargate only supports network mode 'awsvpc'.")
	case !cpuOK:
		return api.ClientError("Fargate requires that 'cpu' be defined at the task level.")
	case !memoryOK:
		return api.ClientError("Fargate requires that 'memory' be defined at the task level.")
	case !FargateSize(cpu, memory):
		return api.ClientError("No Fargate configuration exists for given values: %d CPU, %d memory. See the Amazon ECS documentation for the valid values.", cpu, memory)
	}
	return nil
}

// Find looks a definition of the place up by family, family:revision or ARN; without a revision it
// is the latest ACTIVE one.
func (s *Store) Find(ref string) (*Definition, bool) {
	if _, region, ok := api.SplitARN(ref); ok && region != s.place.Region {
		return nil, false
	}
	return s.families.find(ref, (*Definition).Active)
}

// Usable finds a definition that new tasks and services may stand on: only an ACTIVE one (ECS API
// Reference, DeregisterTaskDefinition and DeleteTaskDefinitions). ECS has two codes for one
// refusal: RunTask answers the first, services the second, as seen in the wild.
func (s *Store) Usable(ref *string, inactive func(string, ...any) *cloud.APIError) (*Definition, error) {
	if ptr.Val(ref) == "" {
		return nil, api.Invalid("TaskDefinition cannot be empty.")
	}
	d, ok := s.Find(*ref)
	if !ok {
		return nil, api.ClientError("TaskDefinition not found.")
	}
	if !d.Active() {
		return nil, inactive("TaskDefinition is inactive")
	}
	return d, nil
}

func (x *Definitions) describeTaskDefinition(call cloud.Call, in *ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
	d, ok := x.DefinitionsIn(call.Place).Find(ptr.Val(in.TaskDefinition))
	if !ok {
		return nil, api.ClientError("Unable to describe task definition.")
	}
	out := &ecs.DescribeTaskDefinitionOutput{TaskDefinition: d.View()}
	if slices.Contains(in.Include, ecstypes.TaskDefinitionFieldTags) {
		out.Tags = append([]ecstypes.Tag{}, d.Tags...)
	}
	return out, nil
}

// listTaskDefinitions lists one status, ACTIVE unless said otherwise; familyPrefix is a whole
// family name (ECS API Reference, ListTaskDefinitions).
func (x *Definitions) listTaskDefinitions(call cloud.Call, in *ecs.ListTaskDefinitionsInput) (*ecs.ListTaskDefinitionsOutput, error) {
	n, err := api.Limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	status := in.Status
	if status == "" {
		status = ecstypes.TaskDefinitionStatusActive
	}
	if !slices.Contains(status.Values(), status) {
		return nil, api.Invalid("Invalid status: %s", status)
	}
	items, next, ok := x.DefinitionsIn(call.Place).families.page(ptr.Val(in.FamilyPrefix), in.Sort == ecstypes.SortOrderDesc,
		func(d *Definition) bool { return d.TD.Status == status }, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	out := &ecs.ListTaskDefinitionsOutput{TaskDefinitionArns: []string{}, NextToken: ptr.Opt(next)}
	for _, d := range items {
		out.TaskDefinitionArns = append(out.TaskDefinitionArns, d.ARN())
	}
	return out, nil
}

// listTaskDefinitionFamilies: ACTIVE families have an ACTIVE revision, INACTIVE ones have none (ECS
// API Reference, same operation, status).
func (x *Definitions) listTaskDefinitionFamilies(call cloud.Call, in *ecs.ListTaskDefinitionFamiliesInput) (*ecs.ListTaskDefinitionFamiliesOutput, error) {
	n, err := api.Limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	s := x.DefinitionsIn(call.Place)
	var names []string
	for _, name := range s.families.names {
		f, prefix := s.families.by[name], ptr.Val(in.FamilyPrefix)
		active := slices.ContainsFunc(f.revisions, (*Definition).Active)
		switch {
		case len(f.revisions) == 0, len(name) < len(prefix), name[:len(prefix)] != prefix:
		case in.Status == ecstypes.TaskDefinitionFamilyStatusActive && !active, in.Status == ecstypes.TaskDefinitionFamilyStatusInactive && active:
		default:
			names = append(names, name)
		}
	}
	items, next, ok := cloud.Page(names, func(s string) string { return s }, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	return &ecs.ListTaskDefinitionFamiliesOutput{Families: append([]string{}, items...), NextToken: ptr.Opt(next)}, nil
}

// deregisterTaskDefinition needs family and revision, or the ARN (ECS API Reference,
// DeregisterTaskDefinition, taskDefinition).
func (x *Definitions) deregisterTaskDefinition(call cloud.Call, in *ecs.DeregisterTaskDefinitionInput) (*ecs.DeregisterTaskDefinitionOutput, error) {
	if _, _, numbered := splitRevision(ptr.Val(in.TaskDefinition)); !numbered {
		return nil, api.Invalid("Task definition must include a revision: %s", ptr.Val(in.TaskDefinition))
	}
	d, ok := x.DefinitionsIn(call.Place).Find(ptr.Val(in.TaskDefinition))
	if !ok {
		return nil, api.ClientError("The specified task definition does not exist. Specify a valid account, family, revision and try again.")
	}
	if d.Active() {
		d.TD.Status, d.TD.DeregisteredAt = ecstypes.TaskDefinitionStatusInactive, ptr.Time(call.Now)
	}
	return &ecs.DeregisterTaskDefinitionOutput{TaskDefinition: d.View()}, nil
}

// deleteTaskDefinitions takes up to 10 and answers for each: only an INACTIVE revision goes to
// DELETE_IN_PROGRESS, where it stays "until all the associated tasks and services have been
// terminated" (ECS API Reference, DeleteTaskDefinitions).
func (x *Definitions) deleteTaskDefinitions(call cloud.Call, in *ecs.DeleteTaskDefinitionsInput) (*ecs.DeleteTaskDefinitionsOutput, error) {
	if err := api.Between(len(in.TaskDefinitions), 10, "Task definitions"); err != nil {
		return nil, err
	}
	s := x.DefinitionsIn(call.Place)
	out := &ecs.DeleteTaskDefinitionsOutput{TaskDefinitions: []ecstypes.TaskDefinition{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.TaskDefinitions {
		_, _, numbered := splitRevision(ref)
		d, ok := s.Find(ref)
		switch {
		case !numbered || !ok:
			out.Failures = append(out.Failures, ecstypes.Failure{Arn: new(ref), Reason: new("The specified task definition does not exist. Specify a valid account, family, revision and try again.")})
			continue
		case d.Active():
			out.Failures = append(out.Failures, ecstypes.Failure{Arn: new(d.ARN()), Reason: new("The specified task definition is still in ACTIVE status. Please deregister the target and try again.")})
			continue
		case d.TD.Status == ecstypes.TaskDefinitionStatusInactive:
			d.TD.Status, d.TD.DeleteRequestedAt = ecstypes.TaskDefinitionStatusDeleteInProgress, ptr.Time(call.Now)
			d.purgeLater(call.Now)
		}
		out.TaskDefinitions = append(out.TaskDefinitions, *d.View())
	}
	return out, nil
}

// Size is the task's cpu in units and memory in MiB: an override's, the definition's own, or the
// sum of its containers.
func (d *Definition) Size(o *ecstypes.TaskOverride) (cpu, memory int) {
	if o != nil {
		cpu, _ = CPUUnits(ptr.Val(o.Cpu))
		memory, _ = MemoryMiB(ptr.Val(o.Memory))
	}
	if cpu == 0 {
		cpu, _ = strconv.Atoi(ptr.Val(d.TD.Cpu))
	}
	if memory == 0 {
		memory, _ = strconv.Atoi(ptr.Val(d.TD.Memory))
	}
	sumCPU, sumMemory := 0, 0
	for _, cd := range d.TD.ContainerDefinitions {
		sumCPU += int(cd.Cpu)
		sumMemory += int(max(ptr.Val(cd.Memory), ptr.Val(cd.MemoryReservation)))
	}
	if cpu == 0 {
		cpu = sumCPU
	}
	if memory == 0 {
		memory = sumMemory
	}
	return cpu, memory
}

// StopTimeout is the longest of the containers' (ECS API Reference, ContainerDefinition,
// stopTimeout: 30 seconds if not set).
func (d *Definition) StopTimeout() time.Duration {
	longest := time.Duration(0)
	for _, cd := range d.TD.ContainerDefinitions {
		wait := StopTimeout
		if cd.StopTimeout != nil {
			wait = time.Duration(*cd.StopTimeout) * time.Second
		}
		longest = max(longest, wait)
	}
	return longest
}

// Architecture is that of the processor in the words of task attributes.
func (d *Definition) Architecture() string {
	if rp := d.TD.RuntimePlatform; rp != nil && rp.CpuArchitecture == ecstypes.CPUArchitectureArm64 {
		return "arm64"
	}
	return "x86_64"
}

// CheckOverride holds an override of a Fargate task's size to the sizes that exist.
func (d *Definition) CheckOverride(o *ecstypes.TaskOverride) error {
	if o == nil || o.Cpu == nil && o.Memory == nil {
		return nil
	}
	if cpu, memory := d.Size(o); !FargateSize(cpu, memory) {
		return api.ClientError("No Fargate configuration exists for given values: %d CPU, %d memory. See the Amazon ECS documentation for the valid values.", cpu, memory)
	}
	return nil
}

package cloud

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// definitionPurge is how long a task definition stays in DELETE_IN_PROGRESS after the last task and service let go of it. AWS gives no time.
const definitionPurge = 10 * time.Minute

// ecsDefinition is one revision of a task definition.
type ecsDefinition struct {
	r    *ecsRegion
	td   ecstypes.TaskDefinition
	tags []ecstypes.Tag
	// refs counts deployments of services, task sets and tasks whose lastStatus is not STOPPED.
	refs int
}

func (d *ecsDefinition) number() int32 { return d.td.Revision }

func (d *ecsDefinition) arn() string { return *d.td.TaskDefinitionArn }

func (d *ecsDefinition) active() bool { return d.td.Status == ecstypes.TaskDefinitionStatusActive }

func (d *ecsDefinition) ref() {
	if d != nil {
		d.refs++
	}
}

// unref lets go of the definition, and starts the clock of its removal if it was the last hold.
func (d *ecsDefinition) unref(at time.Time) {
	if d == nil {
		return
	}
	d.refs--
	d.purgeLater(at)
}

func (d *ecsDefinition) purgeLater(at time.Time) {
	if d.refs > 0 || d.td.Status != ecstypes.TaskDefinitionStatusDeleteInProgress {
		return
	}
	d.r.p.after(at, definitionPurge, func(time.Time) {
		if d.refs == 0 {
			d.r.families.of(*d.td.Family).remove(d)
		}
	})
}

func (d *ecsDefinition) view() *ecstypes.TaskDefinition {
	v := d.td
	return &v
}

// registerDefinition gives td its place, number and normalised size.
func (r *ecsRegion) registerDefinition(td ecstypes.TaskDefinition, by string, at time.Time) *ecsDefinition {
	f := r.families.of(*td.Family)
	td.Revision = f.next()
	if units, ok := cpuUnits(val(td.Cpu)); ok {
		td.Cpu = str(strconv.Itoa(units))
	}
	if mib, ok := memoryMiB(val(td.Memory)); ok {
		td.Memory = str(strconv.Itoa(mib))
	}
	td.Status, td.RegisteredAt, td.RegisteredBy = ecstypes.TaskDefinitionStatusActive, when(at), opt(by)
	td.TaskDefinitionArn = str(r.p.c.ARN("ecs", r.name, "task-definition/"+f.name+":"+strconv.Itoa(int(td.Revision))))
	td.Compatibilities = []ecstypes.Compatibility{ecstypes.CompatibilityEc2}
	if slices.Contains(td.RequiresCompatibilities, ecstypes.CompatibilityFargate) {
		td.Compatibilities = append(td.Compatibilities, ecstypes.CompatibilityFargate)
	}
	d := &ecsDefinition{r: r, td: td}
	f.revisions = append(f.revisions, d)
	return d
}

// registerTaskDefinition: registeredBy is the full ARN of the caller's session. For Fargate the size must be one that exists and the network
// mode awsvpc (ECS API Reference, RegisterTaskDefinition, cpu and networkMode).
func (p *compute) registerTaskDefinition(call Call, in *ecs.RegisterTaskDefinitionInput) (*ecs.RegisterTaskDefinitionOutput, error) {
	if !validName(val(in.Family)) {
		return nil, clientError("Family contains invalid characters.")
	}
	if len(in.ContainerDefinitions) == 0 {
		return nil, clientError("Container list cannot be empty.")
	}
	for _, cd := range in.ContainerDefinitions {
		if val(cd.Name) == "" || val(cd.Image) == "" {
			return nil, clientError("Container.name and Container.image should not be null or empty.")
		}
	}
	if err := checkSize(in); err != nil {
		return nil, err
	}
	containers := slices.Clone(in.ContainerDefinitions)
	for i := range containers {
		if containers[i].Essential == nil {
			essential := true
			containers[i].Essential = &essential
		}
	}
	d := p.region(call.Region).registerDefinition(ecstypes.TaskDefinition{
		Family: in.Family, ContainerDefinitions: containers, Cpu: in.Cpu, Memory: in.Memory, NetworkMode: in.NetworkMode,
		RequiresCompatibilities: in.RequiresCompatibilities, ExecutionRoleArn: in.ExecutionRoleArn, TaskRoleArn: in.TaskRoleArn,
		Volumes: in.Volumes, PlacementConstraints: in.PlacementConstraints, RuntimePlatform: in.RuntimePlatform, IpcMode: in.IpcMode,
		PidMode: in.PidMode, ProxyConfiguration: in.ProxyConfiguration, EphemeralStorage: in.EphemeralStorage,
		EnableFaultInjection: in.EnableFaultInjection,
	}, call.Identity.ARN, call.Now)
	d.tags = in.Tags
	return &ecs.RegisterTaskDefinitionOutput{TaskDefinition: d.view(), Tags: d.tags}, nil
}

func checkSize(in *ecs.RegisterTaskDefinitionInput) error {
	cpu, cpuOK := cpuUnits(val(in.Cpu))
	memory, memoryOK := memoryMiB(val(in.Memory))
	if in.Cpu != nil && !cpuOK {
		return clientError("Invalid 'cpu' setting for task.")
	}
	if in.Memory != nil && !memoryOK {
		return clientError("Invalid 'memory' setting for task.")
	}
	if !slices.Contains(in.RequiresCompatibilities, ecstypes.CompatibilityFargate) {
		return nil
	}
	switch {
	case in.NetworkMode != ecstypes.NetworkModeAwsvpc:
		return clientError("Fargate only supports network mode 'awsvpc'.")
	case !cpuOK:
		return clientError("Fargate requires that 'cpu' be defined at the task level.")
	case !memoryOK:
		return clientError("Fargate requires that 'memory' be defined at the task level.")
	case !fargateSize(cpu, memory):
		return clientError("No Fargate configuration exists for given values: %d CPU, %d memory. See the Amazon ECS documentation for the valid values.", cpu, memory)
	}
	return nil
}

func (r *ecsRegion) findDefinition(ref string) (*ecsDefinition, bool) {
	if _, region, ok := arnParts(ref); ok && region != r.name {
		return nil, false
	}
	return r.families.find(ref, (*ecsDefinition).active)
}

// usable finds a definition that new tasks and services may stand on: only an ACTIVE one (ECS API Reference, DeregisterTaskDefinition and
// DeleteTaskDefinitions). ECS has two codes for one refusal: RunTask answers the first, services the second, as seen in the wild.
func (r *ecsRegion) usable(ref *string, inactive func(string, ...any) *APIError) (*ecsDefinition, error) {
	if val(ref) == "" {
		return nil, invalid("TaskDefinition cannot be empty.")
	}
	d, ok := r.findDefinition(*ref)
	if !ok {
		return nil, clientError("TaskDefinition not found.")
	}
	if !d.active() {
		return nil, inactive("TaskDefinition is inactive")
	}
	return d, nil
}

func (p *compute) describeTaskDefinition(call Call, in *ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
	d, ok := p.region(call.Region).findDefinition(val(in.TaskDefinition))
	if !ok {
		return nil, clientError("Unable to describe task definition.")
	}
	out := &ecs.DescribeTaskDefinitionOutput{TaskDefinition: d.view()}
	if slices.Contains(in.Include, ecstypes.TaskDefinitionFieldTags) {
		out.Tags = append([]ecstypes.Tag{}, d.tags...)
	}
	return out, nil
}

// listTaskDefinitions lists one status, ACTIVE unless said otherwise; familyPrefix is a whole family name (ECS API Reference,
// ListTaskDefinitions).
func (p *compute) listTaskDefinitions(call Call, in *ecs.ListTaskDefinitionsInput) (*ecs.ListTaskDefinitionsOutput, error) {
	n, err := limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	status := in.Status
	if status == "" {
		status = ecstypes.TaskDefinitionStatusActive
	}
	if !slices.Contains(status.Values(), status) {
		return nil, invalid("Invalid status: %s", status)
	}
	items, next, ok := p.region(call.Region).families.page(val(in.FamilyPrefix), in.Sort == ecstypes.SortOrderDesc,
		func(d *ecsDefinition) bool { return d.td.Status == status }, n, val(in.NextToken))
	if !ok {
		return nil, badToken()
	}
	out := &ecs.ListTaskDefinitionsOutput{TaskDefinitionArns: []string{}, NextToken: opt(next)}
	for _, d := range items {
		out.TaskDefinitionArns = append(out.TaskDefinitionArns, d.arn())
	}
	return out, nil
}

// listTaskDefinitionFamilies: ACTIVE families have an ACTIVE revision, INACTIVE ones have none (ECS API Reference, same operation, status).
func (p *compute) listTaskDefinitionFamilies(call Call, in *ecs.ListTaskDefinitionFamiliesInput) (*ecs.ListTaskDefinitionFamiliesOutput, error) {
	n, err := limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	r := p.region(call.Region)
	var names []string
	for _, name := range r.families.names {
		f, prefix := r.families.by[name], val(in.FamilyPrefix)
		active := slices.ContainsFunc(f.revisions, (*ecsDefinition).active)
		switch {
		case len(f.revisions) == 0, len(name) < len(prefix), name[:len(prefix)] != prefix:
		case in.Status == ecstypes.TaskDefinitionFamilyStatusActive && !active, in.Status == ecstypes.TaskDefinitionFamilyStatusInactive && active:
		default:
			names = append(names, name)
		}
	}
	items, next := page(names, func(s string) string { return s }, n, val(in.NextToken))
	return &ecs.ListTaskDefinitionFamiliesOutput{Families: append([]string{}, items...), NextToken: opt(next)}, nil
}

// deregisterTaskDefinition needs family and revision, or the ARN (ECS API Reference, DeregisterTaskDefinition, taskDefinition).
func (p *compute) deregisterTaskDefinition(call Call, in *ecs.DeregisterTaskDefinitionInput) (*ecs.DeregisterTaskDefinitionOutput, error) {
	if _, _, numbered := splitRevision(val(in.TaskDefinition)); !numbered {
		return nil, invalid("Task definition must include a revision: %s", val(in.TaskDefinition))
	}
	d, ok := p.region(call.Region).findDefinition(val(in.TaskDefinition))
	if !ok {
		return nil, clientError("The specified task definition does not exist. Specify a valid account, family, revision and try again.")
	}
	if d.active() {
		d.td.Status, d.td.DeregisteredAt = ecstypes.TaskDefinitionStatusInactive, when(call.Now)
	}
	return &ecs.DeregisterTaskDefinitionOutput{TaskDefinition: d.view()}, nil
}

// deleteTaskDefinitions takes up to 10 and answers for each: only an INACTIVE revision goes to DELETE_IN_PROGRESS, where it stays "until all
// the associated tasks and services have been terminated" (ECS API Reference, DeleteTaskDefinitions).
func (p *compute) deleteTaskDefinitions(call Call, in *ecs.DeleteTaskDefinitionsInput) (*ecs.DeleteTaskDefinitionsOutput, error) {
	if err := between(len(in.TaskDefinitions), 10, "Task definitions"); err != nil {
		return nil, err
	}
	r := p.region(call.Region)
	out := &ecs.DeleteTaskDefinitionsOutput{TaskDefinitions: []ecstypes.TaskDefinition{}, Failures: []ecstypes.Failure{}}
	for _, ref := range in.TaskDefinitions {
		_, _, numbered := splitRevision(ref)
		d, ok := r.findDefinition(ref)
		switch {
		case !numbered || !ok:
			out.Failures = append(out.Failures, ecstypes.Failure{Arn: str(ref), Reason: str("The specified task definition does not exist. Specify a valid account, family, revision and try again.")})
			continue
		case d.active():
			out.Failures = append(out.Failures, ecstypes.Failure{Arn: str(d.arn()), Reason: str("The specified task definition is still in ACTIVE status. Please deregister the target and try again.")})
			continue
		case d.td.Status == ecstypes.TaskDefinitionStatusInactive:
			d.td.Status, d.td.DeleteRequestedAt = ecstypes.TaskDefinitionStatusDeleteInProgress, when(call.Now)
			d.purgeLater(call.Now)
		}
		out.TaskDefinitions = append(out.TaskDefinitions, *d.view())
	}
	return out, nil
}

// Package ecsref names the things of Amazon ECS for whoever refers to them: the kinds of ECS
// themselves, and those of other services that start, own or scale tasks.
//
// It lies below the families of kinds, so that they can speak of each other without importing each
// other. It must not call AWS, nor know how anything is listed or removed.
package ecsref

import (
	"strings"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// The kinds that are spoken of outside their own file.
const (
	ClusterKind    model.KindID = "ecs:cluster"
	ServiceKind    model.KindID = "ecs:service"
	TaskKind       model.KindID = "ecs:task"
	DefinitionKind model.KindID = "ecs:task-definition"
	DaemonKind     model.KindID = "ecs:daemon"
	InstanceKind   model.KindID = "ecs:container-instance"
	ProviderKind   model.KindID = "ecs:capacity-provider"

	RuleKind     model.KindID = "events:rule"
	ScheduleKind model.KindID = "scheduler:schedule"
	ScalingKind  model.KindID = "application-autoscaling:target"
)

// Active is the state of what ECS has in use.
const Active = "ACTIVE"

// Cluster names a cluster by its name or ARN.
func Cluster(v *kind.Visit, cluster string) model.Ref {
	if !kind.IsARN(cluster, "ecs") {
		cluster = v.ARN("ecs", "cluster/"+cluster)
	}
	return v.Ref(ClusterKind, cluster)
}

// Service names a service of a cluster. One that is known under the old short ARN, which does not
// name its cluster, keeps it.
func Service(v *kind.Visit, clusterARN, name string) model.Ref {
	short := v.ARN("ecs", "service/"+name)
	for _, r := range v.KnownOf(ServiceKind) {
		if r.Ref.ID == short && kind.OwnedBy(r, Cluster(v, clusterARN)) {
			return r.Ref
		}
	}
	return v.Ref(ServiceKind, v.ARN("ecs", "service/"+kind.Tail(clusterARN)+"/"+name))
}

// Definition names a task definition by its ARN or family:revision; false for a bare family, which
// means "the newest" and names none.
func Definition(v *kind.Visit, definition string) (model.Ref, bool) {
	if !strings.Contains(kind.Tail(definition), ":") {
		return model.Ref{}, false
	}
	if !kind.IsARN(definition, "ecs") {
		definition = v.ARN("ecs", "task-definition/"+definition)
	}
	return v.Ref(DefinitionKind, definition), true
}

// Console is a page of the ECS console in a resource's region.
func Console(r *model.Resource, path string) string {
	return model.ConsoleURL(r.Ref.Partition, r.Ref.Region, "/ecs/v2"+kind.EscapePath(path)+"?region="+r.Ref.Region)
}

// Writing is how services of UpperCamel write their records: the few types that they took over from
// ECS keep its writing. secret are the members that a kind declares.
func Writing(secret ...string) kind.Writing {
	return kind.Writing{
		Casing:       kind.UpperCamel,
		LowerTypes:   []string{"CapacityProviderStrategyItem", "PlacementConstraint", "PlacementStrategy"},
		LowerMembers: []string{"AwsvpcConfiguration"},
		Secret:       secret,
	}
}

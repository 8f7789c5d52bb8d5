package ecsref

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// Started is what one target of a rule or schedule has to do with ECS.
type Started struct {
	// ECS says whether it starts or keeps up tasks; Cluster and Definition are what it names, by
	// ARN or name, empty where it names none.
	ECS                 bool
	Cluster, Definition string
}

// Templated reads a target of the kind that EventBridge has a form for: its ARN is the cluster's.
func Templated(arn, definition string) Started {
	if !kind.IsARN(arn, "ecs") || !strings.HasPrefix(kind.ResourceOf(arn), "cluster/") {
		return Started{}
	}
	return Started{ECS: true, Cluster: arn, Definition: definition}
}

const createCluster = "createcluster"

// Universal reads a target of Scheduler that calls any API:
// arn:aws:scheduler:::aws-sdk:ecs:runTask, with the request as its input.
func Universal(arn, input string) Started {
	call, ok := strings.CutPrefix(kind.ResourceOf(arn), "aws-sdk:ecs:")
	call = strings.ToLower(call)
	if !ok || !kind.IsARN(arn, "scheduler") || !slices.Contains([]string{"runtask", "starttask", "createservice", "updateservice", createCluster}, call) {
		return Started{}
	}
	s := Started{ECS: true}
	var request map[string]any
	if json.Unmarshal([]byte(input), &request) != nil {
		return s
	}
	cluster := "cluster"
	if call == createCluster {
		cluster = "clusterName"
	}
	if value, ok := kind.ValueFold(request, cluster); ok {
		s.Cluster, _ = value.(string)
	}
	if value, ok := kind.ValueFold(request, "taskDefinition"); ok {
		s.Definition, _ = value.(string)
	}
	// A call that names no cluster means the one called default. One that makes a cluster means
	// none that is there: an honest default cluster must not own it.
	if s.Cluster == "" && call != createCluster {
		s.Cluster = "default"
	}
	return s
}

// Starts sums up the targets of one rule or schedule.
type Starts struct {
	// ECS counts targets that start tasks, Other those that do something else.
	ECS, Other            int
	Clusters, Definitions kind.Refs
	// names are the definitions as the targets name them; families those that are named by their
	// family alone, which means whatever revision is newest.
	names, families []string
}

// Add takes one target in.
func (s *Starts) Add(v *kind.Visit, t Started) {
	if !t.ECS {
		s.Other++
		return
	}
	s.ECS++
	if t.Cluster != "" {
		s.Clusters.Add(Cluster(v, t.Cluster), true)
	}
	if ref, ok := Definition(v, t.Definition); ok {
		s.Definitions.Add(ref, true)
		s.names = append(s.names, kind.Tail(ref.ID))
	} else if t.Definition != "" {
		s.names = append(s.names, kind.Tail(t.Definition))
		s.families = append(s.families, t.Definition)
	}
}

// Owners are the clusters, all of which have to be planned for the rule to go with them. One that
// does other work too is nobody's.
func (s *Starts) Owners() []model.Ref {
	if s.Other > 0 {
		return nil
	}
	return s.Clusters
}

// Names are the definitions as the targets name them, by their short names: what they say is the same
// whatever is known of the definitions.
func (s *Starts) Names() []string { return kind.Distinct(s.names) }

// Columns are what whatever starts tasks tells alike: where, which, and when.
func Columns[T any](starts func(T) *Starts, expression func(T) *string) []kind.Column[T] {
	return []kind.Column[T]{
		{
			Field: model.Field{ID: "clusters", Aliases: []string{"cluster"}, Key: "clusters", Title: "CLUSTERS", Order: 9, Help: "the clusters that it starts tasks in"},
			From:  func(t T) model.Value { return model.List(kind.Tails(kind.IDs(starts(t).Clusters))...) },
		},
		{
			Field: model.Field{ID: "definition", Aliases: []string{"taskdef"}, Key: "taskDefinitions", Title: "TASKDEF", Order: 10, Help: "the definitions that it runs"},
			From:  func(t T) model.Value { return model.List(starts(t).Names()...) },
		},
		{
			Field: model.Field{ID: "schedule", Key: "scheduleExpression", Title: "SCHEDULE", Order: 11, Help: "when it fires, if by the clock"},
			From:  func(t T) model.Value { return model.TextPtr(expression(t)) },
		},
	}
}

package kind

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// started is what one target of a rule or schedule has to do with ECS.
type started struct {
	// ecs says whether it starts or keeps up tasks; cluster and definition are what it names, by ARN or name, empty where it names none.
	ecs                 bool
	cluster, definition string
}

// templated reads a target of the kind that EventBridge has a form for: its ARN is the cluster's.
func templated(arn, definition string) started {
	if !isARN(arn, "ecs") || !strings.HasPrefix(resourceOf(arn), "cluster/") {
		return started{}
	}
	return started{ecs: true, cluster: arn, definition: definition}
}

const createCluster = "createcluster"

// universal reads a target of Scheduler that calls any API: arn:aws:scheduler:::aws-sdk:ecs:runTask, with the request as its input.
func universal(arn, input string) started {
	call, ok := strings.CutPrefix(resourceOf(arn), "aws-sdk:ecs:")
	call = strings.ToLower(call)
	if !ok || !isARN(arn, "scheduler") || !slices.Contains([]string{"runtask", "starttask", "createservice", "updateservice", createCluster}, call) {
		return started{}
	}
	s := started{ecs: true}
	var request map[string]any
	if json.Unmarshal([]byte(input), &request) != nil {
		return s
	}
	cluster := "cluster"
	if call == createCluster {
		cluster = "clusterName"
	}
	if value, ok := valueFold(request, cluster); ok {
		s.cluster, _ = value.(string)
	}
	if value, ok := valueFold(request, "taskDefinition"); ok {
		s.definition, _ = value.(string)
	}
	// A call that names no cluster means the one called default. One that makes a cluster means none that is there: an honest default cluster must
	// not own it.
	if s.cluster == "" && call != createCluster {
		s.cluster = "default"
	}
	return s
}

// starts sums up the targets of one rule or schedule.
type starts struct {
	// ecs counts targets that start tasks, other those that do something else.
	ecs, other  int
	clusters    refSet
	definitions refSet
	// families are definitions named by their family alone, which means whatever revision is newest.
	families []string
}

func (s *starts) add(v *Visit, t started) {
	if !t.ecs {
		s.other++
		return
	}
	s.ecs++
	if t.cluster != "" {
		s.clusters.add(v.clusterRef(t.cluster), true)
	}
	if ref, ok := v.definitionRef(t.definition); ok {
		s.definitions.add(ref, true)
	} else if t.definition != "" {
		s.families = append(s.families, tail(t.definition))
		s.definitions.add(v.newestOf(tail(t.definition)))
	}
}

// owners are the clusters, all of which have to be planned for the rule to go with them. One that does other work too is nobody's.
func (s *starts) owners() []model.Ref {
	if s.other > 0 {
		return nil
	}
	return s.clusters
}

// newestOf is the newest known ACTIVE revision of a family.
func (v *Visit) newestOf(family string) (model.Ref, bool) {
	var best model.Ref
	newest := -1
	for _, r := range v.known(definitionKind) {
		name, revision, _ := strings.Cut(tail(r.Ref.ID), ":")
		if n := number(revision); name == family && r.State == active && n > newest {
			best, newest = r.Ref, n
		}
	}
	return best, newest >= 0
}

func number(digits string) int {
	n := 0
	for _, d := range digits {
		if d < '0' || d > '9' || n > 1<<30 {
			return -1
		}
		n = n*10 + int(d-'0')
	}
	return n
}

// alsoDoes words the warning for a rule or schedule that has other targets too.
func alsoDoes(what, name string, other bool) string {
	if !other {
		return ""
	}
	return what + " " + name + " has targets besides ECS, which stop too"
}

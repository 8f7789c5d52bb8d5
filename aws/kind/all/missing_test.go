package all_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/model"
)

// missing is AWS's answer about things that it does not know.
func missing(list string, refs []model.Ref) string {
	failures := make([]string, len(refs))
	for i, ref := range refs {
		failures[i] = `{"arn":"` + ref.ID + `","reason":"MISSING"}`
	}
	return `{"` + list + `":[],"failures":[` + strings.Join(failures, ",") + `]}`
}

// TestWhatIsListedIsNotMissing: a listing names things and the call that describes them knows none of
// them. One of the two answers is wrong, so that nothing is a calm 0. What could be described before,
// or is of a kind that the listing tells apart, counts all the same.
func TestWhatIsListedIsNotMissing(t *testing.T) {
	for name, c := range map[string]struct {
		kind model.KindID
		// of is the kind that is missing, list the member of the answer of the operation, or code
		// AWS's error instead.
		of                    model.KindID
		operation, list, code string
		counts                bool
	}{
		"clusters":                   {kind: "ecs:cluster", of: "ecs:cluster", operation: "ecs:DescribeClusters", list: "clusters", counts: true},
		"services":                   {kind: "ecs:service", of: "ecs:service", operation: "ecs:DescribeServices", list: "services", counts: true},
		"tasks":                      {kind: "ecs:task", of: "ecs:task", operation: "ecs:DescribeTasks", list: "tasks", counts: true},
		"instances":                  {kind: "ecs:container-instance", of: "ecs:container-instance", operation: "ecs:DescribeContainerInstances", list: "containerInstances", counts: true},
		"daemons":                    {kind: "ecs:daemon", operation: "ecs:DescribeDaemon", code: "DaemonNotFoundException", counts: true},
		"schedules":                  {kind: "scheduler:schedule", operation: "scheduler:GetSchedule", code: "ResourceNotFoundException", counts: true},
		"rules":                      {kind: "events:rule", operation: "events:ListTargetsByRule", code: "ResourceNotFoundException"},
		"buses":                      {kind: "events:rule", operation: "events:ListRules", code: "ResourceNotFoundException"},
		"providers' clusters":        {kind: "ecs:capacity-provider", of: "ecs:cluster", operation: "ecs:DescribeClusters", list: "clusters"},
		"the clusters of services":   {kind: "ecs:service", operation: "ecs:ListServices", code: "ClusterNotFoundException"},
		"the clusters of tasks":      {kind: "ecs:task", operation: "ecs:ListTasks", code: "ClusterNotFoundException"},
		"the clusters of instances":  {kind: "ecs:container-instance", operation: "ecs:ListContainerInstances", code: "ClusterNotFoundException"},
		"the clusters of daemons":    {kind: "ecs:daemon", operation: "ecs:ListDaemons", code: "ClusterNotFoundException"},
		"a described task's cluster": {kind: "ecs:task", operation: "ecs:DescribeTasks", code: "ClusterNotFoundException"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := kindtest.New(t, kindtest.Plenty)
				w.Scan(c.kind)
				counted := w.Count(c.kind)
				if c.of != "" {
					w.Scan(c.of)
				}
				var refs []model.Ref
				for ref := range w.Found() {
					if ref.Kind == c.of {
						refs = append(refs, ref)
					}
				}
				w.Forget()
				w.Reply = func(op string) string {
					if op == c.operation && c.list != "" {
						return missing(c.list, refs)
					}
					return ""
				}
				w.Refuse = func(op, _ string) string {
					if op == c.operation {
						return c.code
					}
					return ""
				}
				err := w.TryScan(c.kind)[c.kind]
				if aws.Classify(err) != aws.Unreadable || !strings.Contains(aws.Describe(err).Message, "still listed") {
					t.Errorf("the listing says %v", err)
				}
				if got := w.Count(c.kind); c.counts && (got != counted || counted == 0) {
					t.Errorf("%d count, want %d", got, counted)
				}
			})
		})
	}
}

// TestWhatWentMeanwhileIsNoError: a fresh listing names it no more.
func TestWhatWentMeanwhileIsNoError(t *testing.T) {
	for id, c := range map[model.KindID]struct{ list, members, describe, of string }{
		"ecs:cluster": {"ecs:ListClusters", "clusterArns", "ecs:DescribeClusters", "clusters"},
		"ecs:service": {"ecs:ListServices", "serviceArns", "ecs:DescribeServices", "services"},
		"ecs:task":    {"ecs:ListTasks", "taskArns", "ecs:DescribeTasks", "tasks"},
	} {
		t.Run(string(id), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := kindtest.New(t, kindtest.Everything)
				w.Scan(id)
				var refs []model.Ref
				for ref := range w.Found() {
					if ref.Kind == id {
						refs = append(refs, ref)
					}
				}
				w.Forget()
				described := false
				w.Reply = func(op string) string {
					switch {
					case op == c.describe:
						described = true
						return missing(c.of, refs)
					case op == c.list && described:
						return `{"` + c.members + `":[]}`
					}
					return ""
				}
				if err := w.TryScan(id)[id]; err != nil {
					t.Errorf("the listing says %v", err)
				}
				if got := w.Count(id); got != 0 {
					t.Errorf("%d count, and they have gone", got)
				}
			})
		})
	}
}

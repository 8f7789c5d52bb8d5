package breach_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// eventsByID is the whole history.
func eventsByID(s *breach.Scenario) map[string]*cloud.TrailEvent {
	all := map[string]*cloud.TrailEvent{}
	for _, region := range s.Cloud.EventRegions() {
		for _, e := range s.Cloud.Events(region) {
			all[e.ID] = e
		}
	}
	return all
}

// TestMakers: everything in the enabled regions has its maker, and what the history reaches back to
// its creating event, which says the same.
func TestMakers(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 6} {
		s, err := breach.New(breach.Options{Seed: seed, Now: still})
		if err != nil {
			t.Fatal(err)
		}
		truth := s.Truth()
		hostile, honest := arns(truth.Attacker), arns(truth.Honest)
		events := eventsByID(s)
		seen := map[string]breach.Maker{}
		for _, m := range s.Makers() {
			if _, twice := seen[m.ARN]; twice {
				t.Errorf("seed %d: %s has two makers", seed, m.ARN)
			}
			seen[m.ARN] = m
			if hostile[m.ARN] && !m.Intruder || honest[m.ARN] && m.Intruder {
				t.Errorf("seed %d: the truth about %s is another than its maker's: %+v", seed, m.ARN, m)
			}
			if why := doubt(s, m, events); why != "" {
				t.Errorf("seed %d: %s: %s: %+v", seed, m.ARN, why, m)
			}
		}
		kinds := map[string]int{}
		for arn := range hostile {
			if _, ok := seen[arn]; !ok {
				t.Errorf("seed %d: nobody made %s", seed, arn)
			}
		}
		for arn, m := range seen {
			if owner := seen[m.Owner]; m.Owner != "" && (owner.ARN == "" || owner.Intruder != m.Intruder || owner.Behind != m.Behind) {
				t.Errorf("seed %d: %s belongs to %s, which is %+v", seed, arn, m.Owner, owner)
			}
			if m.Intruder {
				kinds[m.Kind]++
			}
		}
		for _, kind := range []string{
			"ecs:cluster", "ecs:service", "ecs:task", "ecs:task-definition", "ecs:task-set", "ecs:daemon", "ecs:daemon-task-definition",
			"ecs:capacity-provider", "ecs:container-instance", "events:rule", "scheduler:schedule", "application-autoscaling:target",
		} {
			if kinds[kind] == 0 {
				t.Errorf("seed %d: the intruder made no %s", seed, kind)
			}
		}
	}
}

// doubt says what is wrong with what is known of a maker, empty for nothing.
func doubt(s *breach.Scenario, m breach.Maker, events map[string]*cloud.TrailEvent) string {
	old := noon.Sub(m.At) > 90*24*time.Hour
	machine := strings.Contains(m.Behind, ":assumed-role/ecsInstanceRole/")
	switch {
	case m.At.IsZero() || m.Behind == "":
		return "it was made by nobody or never"
	case !machine && m.Owner == "" && m.Intruder != (m.Behind == s.Intruder() && !m.At.Before(s.Since)):
		return "it is behind the wrong person"
	case m.Event == "" && m.Owner == "" && !old:
		return "its creating event is not in the history"
	case m.Event == "":
		return ""
	case old:
		return "its creating event is older than the history"
	}
	e := events[m.Event]
	if e == nil || e.Region != m.Region || e.ErrorCode != "" || e.ReadOnly {
		return "there is no such event"
	}
	record := string(s.Cloud.Record(e))
	if !e.Time.Truncate(time.Second).Equal(m.At) || !strings.Contains(record, m.By) || !strings.Contains(record, m.Key) {
		return "its event is of " + record
	}
	if _, answer, _ := strings.Cut(record, `"responseElements"`); !strings.Contains(answer, m.ARN) {
		return "its event does not name it: " + record
	}
	return ""
}

// TestMakersLater: what comes up while the account lives has a maker as well: a task of the rule,
// the clusters of an intruder who is awake, and what somebody makes by a call.
func TestMakersLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := breached(t, breach.Options{Seed: 2, Attacker: breach.Live})
		before := map[string]bool{}
		for _, m := range r.s.Makers() {
			before[m.ARN] = true
		}
		time.Sleep(15 * time.Minute)
		key, _, _ := r.s.Responder()
		who, _ := r.s.Cloud.LookupCredential(key)
		in := &ecs.CreateClusterInput{ClusterName: new("triage")}
		out := call[ecs.CreateClusterOutput](r, "eu-west-1", "CreateCluster", in)
		r.s.Cloud.RecordCall(cloud.Call{
			Place: r.s.Cloud.In("eu-west-1"), Service: "ecs", Operation: "CreateCluster", Identity: who.Identity, Now: time.Now(),
		}, false, in, out, nil)
		fired, made, mine := 0, 0, 0
		all := r.s.Makers()
		for _, m := range all {
			if before[m.ARN] {
				continue
			}
			switch {
			case m.Kind == "ecs:task" && strings.Contains(m.Owner, ":rule/"):
				if fired++; !strings.Contains(m.By, ":assumed-role/ecsEventsRole/") || m.Behind != r.s.Intruder() || m.Event == "" {
					t.Errorf("the rule's task: %+v", m)
				}
			case m.ARN == *out.Cluster.ClusterArn:
				if mine++; m.By != who.ARN || m.Intruder || m.Key != key || !m.Began.Equal(who.SessionCreated) {
					t.Errorf("the responder's cluster: %+v", m)
				}
			case m.Kind == "ecs:cluster":
				if made++; !m.Intruder || m.By != r.s.Intruder() || m.Event == "" {
					t.Errorf("a new cluster: %+v", m)
				}
			case !m.Intruder || m.Behind != r.s.Intruder():
				t.Errorf("new: %+v", m)
			}
		}
		if fired == 0 || made == 0 || mine != 1 {
			t.Errorf("%d tasks of the rule, %d clusters, %d of the responder's among %d new", fired, made, mine, len(all)-len(before))
		}
		if slices.ContainsFunc(all, func(m breach.Maker) bool { return m.At.IsZero() || m.Behind == "" }) {
			t.Error("something was made by nobody")
		}
	})
}

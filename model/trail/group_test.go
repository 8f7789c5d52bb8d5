package trail_test

import (
	"testing"
	"time"

	"github.com/rootout/rootout/model/trail"
)

// TestGroups: what events have in common, with first and last of each group and not of all.
func TestGroups(t *testing.T) {
	x := trail.NewIndex()
	x.Add(event(t, 10, thief, "ecs.amazonaws.com", "CreateCluster", `{}`, `null`, ""))
	x.Add(event(t, 12, thief, "ecs.amazonaws.com", "CreateCluster", `{}`, `null`, `},"errorCode":"AccessDenied","sourceIPAddress":"203.0.113.7","x":{"y":1`))
	x.Add(event(t, 13, thief, "ec2.amazonaws.com", "RunInstances", `{}`, `null`, `},"errorCode":"Client.DryRunOperation","sourceIPAddress":"203.0.113.8","x":{"y":1`))
	x.Add(event(t, 20, honest, "ecs.amazonaws.com", "ListClusters", `{}`, `null`, `},"readOnly":true,"x":{"y":1`))
	x.Add(parse(t, `{"eventID":"timeless","eventName":"Timeless","userIdentity":{"invokedBy":"config.amazonaws.com"}}`))
	of := func(by string) []*trail.Group {
		g := trail.NewGroups(by)
		for r := range x.Between(time.Time{}, time.Time{}) {
			g.Add(&r)
		}
		return g.All()
	}
	sessions := of("session")
	if len(sessions) != 3 || sessions[0].Key != honest || sessions[2].Label != "service config.amazonaws.com" || !sessions[2].First.IsZero() {
		t.Fatalf("%+v", sessions)
	}
	his := sessions[1]
	if his.Events != 3 || his.Changes != 1 || his.Failed != 1 || !his.First.Equal(at(10)) || !his.Last.Equal(at(13)) || len(his.Regions) != 1 || len(his.Addresses) != 2 {
		t.Errorf("%+v", his)
	}
	for by, want := range map[string]int{"key": 1, "address": 3, "name": 4, "region": 2} {
		if got := of(by); len(got) != want {
			t.Errorf("by %s there are %d groups, want %d", by, len(got), want)
		}
	}
	if label := of("name")[0].Label; label != "ecs:ListClusters" {
		t.Errorf("the newest name is %s", label)
	}
}

package scan_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/model"
)

// liar answers some operations of one region with a success that it makes up.
type liar struct {
	next    http.RoundTripper
	region  string
	answers map[string]string
}

func (l liar) RoundTrip(r *http.Request) (*http.Response, error) {
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, lies := l.answers[op]
	if !lies || !strings.Contains(r.Header.Get("Authorization"), "/"+l.region+"/") {
		return l.next.RoundTrip(r)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
	}, nil
}

// TestAnAnswerThatIsNotWholeIsNoZero: what a region lists and leaves out of its descriptions counts as
// at least what was listed, and says so; the other regions are whole.
func TestAnAnswerThatIsNotWholeIsNoZero(t *testing.T) {
	const region = "us-east-1"
	for name, c := range map[string]struct {
		answers map[string]string
		kind    model.KindID
		state   model.CellState
		count   int
		tells   []string
	}{
		"tasks": {
			map[string]string{"DescribeTasks": `{"tasks":[],"failures":[]}`},
			"ecs:task", model.CellPartial, 6,
			[]string{"ecs:DescribeTasks in us-east-1", "it tells of 0 of the 2 that were asked for"},
		},
		"services": {
			map[string]string{"DescribeServices": `{"services":[],"failures":[]}`},
			"ecs:service", model.CellPartial, 3,
			[]string{"ecs:DescribeServices in us-east-1", "it tells of 0 of the 1"},
		},
		"clusters": {
			map[string]string{"DescribeClusters": `{"clusters":[],"failures":[]}`},
			"ecs:cluster", model.CellPartial, 3,
			[]string{"ecs:DescribeClusters in us-east-1", "it tells of 0 of the 3"},
		},
		"no list of clusters": {
			map[string]string{"ListClusters": `{"clusterArns":null}`},
			"ecs:task", model.CellUnreadable, 0,
			[]string{"ecs:ListClusters in us-east-1", "what was asked for is missing"},
		},
		"definitions": {
			map[string]string{"DescribeTaskDefinition": `{"tags":[]}`},
			"ecs:task-definition", model.CellPartial, 1,
			[]string{"ecs:DescribeTaskDefinition in us-east-1", "it does not tell of arn:aws:ecs:us-east-1:"},
		},
		"no list of targets": {map[string]string{
			"ListRules":         `{"Rules":[{"Arn":"arn:aws:events:us-east-1:ACCOUNT:rule/r","Name":"r","State":"ENABLED"}]}`,
			"ListTargetsByRule": `{"Targets":null}`,
		}, "events:rule", model.CellUnreadable, 0, []string{"events:ListTargetsByRule in us-east-1", "what was asked for is missing"}},
		"a rule without targets": {map[string]string{
			"ListRules":         `{"Rules":[{"Arn":"arn:aws:events:us-east-1:ACCOUNT:rule/r","Name":"r","State":"ENABLED"}]}`,
			"ListTargetsByRule": `{"Targets":[]}`,
		}, "events:rule", model.CellCounted, 0, nil},
		"another account's cluster": {
			map[string]string{"ListClusters": `{"clusterArns":["arn:aws:ecs:us-east-1:999999999999:cluster/theirs"]}`},
			"ecs:cluster",
			model.CellUnreadable, 0,
			[]string{"ecs:ListClusters in us-east-1", "999999999999:cluster/theirs, which is not of"},
		},
		"the tasks of another account's cluster": {
			map[string]string{"ListClusters": `{"clusterArns":["arn:aws:ecs:us-east-1:999999999999:cluster/theirs"]}`},
			"ecs:task",
			model.CellUnreadable, 0,
			[]string{"999999999999:cluster/theirs, which is not of"},
		},
		"tasks of another cluster": {
			map[string]string{"ListTasks": `{"taskArns":["arn:aws:ecs:us-east-1:ACCOUNT:task/elsewhere/1"]}`},
			"ecs:task",
			model.CellUnreadable, 0,
			[]string{"ecs:ListTasks in us-east-1", "task/elsewhere/1, which is not of"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Clusters: 3, Tasks: 2})
				for op, body := range c.answers {
					c.answers[op] = strings.ReplaceAll(body, "ACCOUNT", st.conn.Caller().Account)
				}
				st.reconnect(region, liar{st.server.Transport(), region, c.answers})
				_, g := st.once()
				cell := countIn(g, region, c.kind)
				if cell.State != c.state || cell.Sum.Count != c.count || cell.Sum.AtLeast != (c.state != model.CellCounted) {
					t.Errorf("%s, %d, at least %v; want %s, %d", cell.State, cell.Sum.Count, cell.Sum.AtLeast, c.state, c.count)
				}
				for _, word := range c.tells {
					if f := cell.Cell.Failure; f == nil || !strings.Contains(f.Error(), word) {
						t.Errorf("the cell tells %v, without %q", f, word)
					}
				}
				for _, row := range g.Rows {
					if other := states(g, row.Region.Name); row.Region.Readable() && row.Region.Name != region && other[model.CellCounted] != len(g.Kinds) {
						t.Errorf("%s: %v", row.Region.Name, other)
					}
				}
			})
		})
	}
}

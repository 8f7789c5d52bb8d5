package query

import (
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

func TestUnsureIsNeitherMatchNorMiss(t *testing.T) {
	catalog, err := model.NewCatalog(
		model.Kind{ID: "ecs:cluster", Aliases: []string{"cluster"}, Title: "CLUSTER", Plural: "clusters"},
		model.Kind{ID: "ecs:task", Aliases: []string{"task"}, Title: "TASK", Plural: "tasks", Fields: []model.Field{{
			ID: "cpu", Key: "vcpu", Title: "vCPU", Type: model.NumberField, Order: 10, Help: "computing power",
			Get: func(r *model.Resource) model.Value { return r.Attr(0) },
		}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC)
	ageless := &model.Resource{Ref: model.Ref{Place: model.Place{Region: "us-east-1"}, Kind: "ecs:cluster", ID: "c"}, Name: "c"}
	young := &model.Resource{Ref: model.Ref{Place: model.Place{Region: "us-east-1"}, Kind: "ecs:task", ID: "t"}, Name: "t", MadeAt: now.Add(-time.Hour), Attrs: []model.Value{model.Unknown()}}
	for _, c := range []struct {
		query  string
		thing  *model.Resource
		unsure bool
	}{
		{"age<3d", ageless, true},
		{"!age<3d", ageless, true},
		{"age<3d name:c", ageless, true},
		{"age<3d name:other", ageless, false},
		{"age<3d kind:task", ageless, false},
		{"cpu>=4", ageless, false}, // Clusters have no such field: a clear no.
		{"cpu>=4", young, true},
		{"age<3d", young, false},
		{"age>3d cpu>=4", young, false},
		{"miner", ageless, false}, // What is unknown holds no text.
		{"", ageless, false},
	} {
		q, err := Parse(catalog, c.query, Options{})
		if err != nil {
			t.Fatal(c.query, err)
		}
		if got := q.Unsure(c.thing, Env{Now: now}); got != c.unsure {
			t.Errorf("%q on %s: unsure is %v", c.query, c.thing.Name, got)
		}
		if q.Match(c.thing, Env{Now: now}) && c.unsure {
			t.Errorf("%q on %s is both a match and unsure", c.query, c.thing.Name)
		}
	}
}

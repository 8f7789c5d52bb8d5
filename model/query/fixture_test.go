package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// The moment and the makers of all tests.
const (
	rootUserARN = "arn:aws:iam::123456789012:root"
	idcRootARN  = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"
	iamRootARN  = "arn:aws:iam::123456789012:user/root"
	ciARN       = "arn:aws:sts::123456789012:assumed-role/deploy/ci-42"
)

func testNow() time.Time { return time.Date(2026, 10, 4, 12, 0, 0, 0, time.UTC) }

func attr(i int) func(*model.Resource) model.Value {
	return func(r *model.Resource) model.Value { return r.Attr(i) }
}

// testCatalog has two kinds that share a field name with one type and one that shares it with
// another.
func testCatalog(tb testing.TB) *model.Catalog {
	tb.Helper()
	c, err := model.NewCatalog(
		model.Kind{ID: "ecs:cluster", Aliases: []string{"cluster"}, Plural: "clusters", Order: 1, Fields: []model.Field{
			{ID: "services", Key: "services", Title: "SERVICES", Type: model.NumberField, Unit: model.CountOfThem, Order: 20, Get: attr(0)},
			{ID: "size", Key: "size", Title: "SIZE", Order: 21, Get: attr(1)},
		}},
		model.Kind{ID: "ecs:task", Aliases: []string{"task"}, Plural: "tasks", Order: 2, Fields: []model.Field{
			{ID: "cpu", Aliases: []string{"vcpu"}, Key: "vcpu", Title: "vCPU", Type: model.NumberField, Unit: model.VCPU, Order: 20, Get: attr(0)},
			{ID: "memory", Aliases: []string{"mem"}, Key: "memoryMiB", Title: "MEM", Type: model.NumberField, Unit: model.MiB, Order: 21, Get: attr(1)},
			{ID: "image", Key: "images", Title: "IMAGES", Order: 22, Get: attr(2)},
			{ID: "size", Key: "size", Title: "SIZE", Type: model.NumberField, Unit: model.MiB, Order: 23, Get: attr(3)},
			{ID: "spent", Key: "usdSoFar", Title: "SO FAR", Type: model.NumberField, Unit: model.USD, Order: 24, Get: attr(4)},
			{ID: "note", Key: "note", Title: "NOTE", Order: 130, Get: attr(5)},
		}},
		model.Kind{ID: "iam:user", Aliases: []string{"user"}, Plural: "users", Scope: model.Global, Order: 3, Fields: []model.Field{
			{ID: "last", Key: "lastUsed", Title: "LAST USED", Type: model.TimeField, Order: 20, Get: attr(0)},
			{ID: "mfa", Key: "mfa", Title: "MFA", Type: model.BoolField, Order: 21, Get: attr(1)},
		}},
	)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func ref(kind model.KindID, region, id string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: "123456789012", Region: region}, Kind: kind, ID: id}
}

// The resources of the tests; with changes one field.
func task(change func(*model.Resource)) *model.Resource {
	r := &model.Resource{
		Ref:    ref("ecs:task", "us-east-1", "arn:aws:ecs:us-east-1:123456789012:task/main/0af1"),
		ARN:    "arn:aws:ecs:us-east-1:123456789012:task/main/0af1",
		Name:   "Prod-API",
		State:  "RUNNING",
		Maker:  model.Maker{ARN: ciARN},
		MadeAt: testNow().Add(-6 * time.Hour),
		Rate:   model.Rate{PerHour: 0.5, Known: true, Billed: true},
		Attrs: []model.Value{
			model.Number(4), model.Number(8192), model.List("nginx:1.27", "xmrig/xmrig:latest"), model.Number(1024), model.Number(3), model.Text("hidden words"),
		},
	}
	if change != nil {
		change(r)
	}
	return r
}

func user(last, mfa model.Value) *model.Resource {
	return &model.Resource{
		Ref: ref("iam:user", "", "supdev"), ARN: "arn:aws:iam::123456789012:user/supdev", Name: "supdev",
		MadeAt: testNow().Add(-400 * day), Attrs: []model.Value{last, mfa},
	}
}

func cluster(name string) *model.Resource {
	return &model.Resource{Ref: ref("ecs:cluster", "eu-west-3", name), Name: name, State: "ACTIVE", Attrs: []model.Value{model.Number(2), model.Text("large")}}
}

func madeBy(arn string) *model.Resource {
	return task(func(r *model.Resource) { r.Maker = model.Maker{ARN: arn} })
}

func testEnv() Env {
	return Env{Now: testNow(), Raw: func(r model.Ref) (json.RawMessage, bool) {
		return json.RawMessage(`{"launchType":"FARGATE","id":"` + r.ID + `"}`), true
	}}
}

func mustParse(tb testing.TB, text string) *Query {
	tb.Helper()
	q, err := Parse(testCatalog(tb), text, Options{})
	if err != nil {
		tb.Fatalf("Parse(%q): %v", text, err)
	}
	return q
}

func parseError(tb testing.TB, text string, opts Options) *Error {
	tb.Helper()
	_, err := Parse(testCatalog(tb), text, opts)
	var e *Error
	if !errors.As(err, &e) {
		tb.Fatalf("Parse(%q) = %v, want an *Error", text, err)
	}
	return e
}

// manyTasks are n tasks as a big breach has them: real lengths, a third of unknown makers, some
// Korean names.
func manyTasks(n int) []*model.Resource {
	out := make([]*model.Resource, n)
	for i := range out {
		arn := fmt.Sprintf("arn:aws:ecs:us-east-1:123456789012:task/cluster-%04d/%032x", i%500, i)
		out[i] = task(func(r *model.Resource) {
			r.Ref.ID, r.ARN = arn, arn
			r.Name = fmt.Sprintf("worker-%06d", i)
			r.Owners = []model.Ref{ref("ecs:service", "us-east-1", fmt.Sprintf("arn:aws:ecs:us-east-1:123456789012:service/cluster-%04d/worker", i%500))}
			switch i % 3 {
			case 0:
				r.Maker.ARN = ""
			case 1:
				r.Maker.ARN = idcRootARN
			}
			if i%50 == 0 {
				r.Name = fmt.Sprintf("작업-%06d", i)
			}
		})
	}
	return out
}

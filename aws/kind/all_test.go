package kind

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	table "github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TestNoKindIsMissing reads the package's own source: whatever returns a Def has to be called by All.
func TestNoKindIsMissing(t *testing.T) {
	files, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0) //nolint:staticcheck // One directory without build tags.
	if err != nil {
		t.Fatal(err)
	}
	declared, called := map[string]bool{}, map[string]bool{}
	for _, f := range files["kind"].Files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil {
				continue
			}
			if r := fn.Type.Results; r != nil && len(r.List) == 1 {
				if name, ok := r.List[0].Type.(*ast.Ident); ok && name.Name == "Def" {
					declared[fn.Name.Name] = true
				}
			}
			if fn.Name.Name == "All" {
				ast.Inspect(fn, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						if name, ok := call.Fun.(*ast.Ident); ok {
							called[name.Name] = true
						}
					}
					return true
				})
			}
		}
	}
	if len(declared) == 0 {
		t.Fatal("no kind was found in the source")
	}
	for name := range declared {
		if !called[name] {
			t.Errorf("kind %s is not in All", name)
		}
	}
}

func TestCatalog(t *testing.T) {
	defs := All(Options{})
	catalog, err := Catalog(defs)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, k := range catalog.Kinds() {
		titles = append(titles, k.Title)
	}
	want := []string{"CLUSTER", "SERVICE", "TASK", "TASKDEF", "DAEMON", "INSTANCE", "PROVIDER", "RULE", "SCHEDULE", "SCALING"}
	if !slices.Equal(titles, want) {
		t.Errorf("grid %v, want %v", titles, want)
	}
	for _, alias := range []string{"cluster", "service", "task", "taskdef", "definition", "daemon", "instance", "provider", "rule", "schedule", "scaling"} {
		if _, ok := catalog.ByName(alias); !ok {
			t.Errorf("no kind is called %s", alias)
		}
	}
	for _, name := range []string{"cpu", "mem", "memory", "image", "spent", "startedby"} {
		if _, ok := catalog.Field(taskKind, name); !ok {
			t.Errorf("tasks have no field %s", name)
		}
	}
	for _, d := range defs {
		orders := map[int]string{}
		keys := map[string]bool{}
		for _, f := range catalog.Fields(d.ID) {
			if other, taken := orders[f.Order]; taken {
				t.Errorf("%s: fields %s and %s have the same order", d.ID, f.ID, other)
			}
			orders[f.Order] = f.ID
			if keys[f.Key] {
				t.Errorf("%s: two fields have the JSON key %s", d.ID, f.Key)
			}
			keys[f.Key] = true
		}
	}
}

// TestDeclarations: what a kind says it calls has to exist for the write guard, as a read or as a change.
func TestDeclarations(t *testing.T) {
	for _, d := range All(Options{}) {
		reads := slices.Concat(d.Calls, d.EvidenceCalls, d.ReadCalls)
		for name, op := range d.Ops {
			reads = append(reads, op.Reads...)
			for _, change := range append([]string{name}, op.Also...) {
				prefix, operation, ok := strings.Cut(change, ":")
				if !ok || table.Of(prefix).IsRead(operation) {
					t.Errorf("%s: %s is no operation that changes something", d.ID, change)
				}
			}
		}
		for _, read := range reads {
			if prefix, operation, _ := strings.Cut(read, ":"); !table.Of(prefix).IsRead(operation) {
				t.Errorf("%s: the write guard would refuse %s", d.ID, read)
			}
		}
		if d.Read == nil || d.ReadBatch < 1 || d.Rule.Verbs[plan.Delete].Steps == nil || d.Console == nil || d.CLI == nil || len(d.MadeByEvents) == 0 {
			t.Errorf("%s is not complete", d.ID)
		}
		for op := range d.Rule.Batch {
			if _, ok := d.Ops[op]; !ok {
				t.Errorf("%s batches %s, which it does not have", d.ID, op)
			}
		}
	}
}

func TestPermissionsFollowFromDeclarations(t *testing.T) {
	p := Permissions(All(Options{}))
	for _, want := range []string{"ecs:ListTasks", "logs:GetLogEvents", "application-autoscaling:DescribeScalingPolicies"} {
		if !slices.Contains(p.Read, want) {
			t.Errorf("reading lacks %s", want)
		}
	}
	for _, want := range []string{"ecs:StopTask", "ecs:DeleteCluster", "events:RemoveTargets", "scheduler:DeleteSchedule"} {
		if !slices.Contains(p.Remove, want) {
			t.Errorf("removing lacks %s", want)
		}
	}
	for _, action := range p.Read {
		if slices.Contains(p.Remove, action) {
			t.Errorf("%s is in both", action)
		}
	}
}

// TestEveryColumnHasAValue: a field without a getter of its own reads its place in Attrs, so that a kind whose values are shorter than its fields would
// show nothing.
func TestEveryColumnHasAValue(t *testing.T) {
	fields, values := columns(taskColumns(time.Now)...)
	if len(values(sampleTask())) != len(fields) {
		t.Fatal("values and fields do not match")
	}
	got := map[string]model.Value{}
	r := &model.Resource{Attrs: values(sampleTask())}
	for _, f := range fields {
		got[f.ID] = f.Get(r)
	}
	for id, want := range map[string]model.Value{
		"cpu": model.Number(16), "memory": model.Number(32768), "launch": model.Text("FARGATE_SPOT"), "image": model.List("evil/miner", "evil/side"),
		"cluster": model.Text("mine"), "service": model.Text("web"), "stopped": model.Unknown(), "protected": model.Unknown(),
	} {
		if got[id] != want {
			t.Errorf("%s is %v, want %v", id, got[id], want)
		}
	}
	if names := slices.Sorted(maps.Keys(got)); len(names) != len(fields) {
		t.Errorf("fields share ids: %v", names)
	}
}

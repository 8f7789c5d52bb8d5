package all_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/all"
	table "github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model/plan"
)

// TestNoKindIsMissing reads the source of the families: whatever returns a Def has to be called by
// All.
func TestNoKindIsMissing(t *testing.T) {
	declared := map[string]bool{}
	for _, file := range sources(t, "..") {
		family := file.Name.Name
		if family == "kind" || family == "kindtest" || family == "all" {
			continue
		}
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && returnsDef(fn) {
				declared[family+"."+fn.Name.Name] = true
			}
		}
	}
	called := map[string]bool{}
	for _, file := range sources(t, ".") {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				called[types.ExprString(call.Fun)] = true
			}
			return true
		})
	}
	if len(declared) < len(all.All(all.Options{})) {
		t.Fatalf("the source has only %v", declared)
	}
	for name := range declared {
		if !called[name] {
			t.Errorf("kind %s is not in All", name)
		}
	}
}

func returnsDef(fn *ast.FuncDecl) bool {
	r := fn.Type.Results
	return r != nil && len(r.List) == 1 && types.ExprString(r.List[0].Type) == "kind.Def"
}

// sources are the files of a folder and those below it, without tests.
func sources(t *testing.T, folder string) []*ast.File {
	t.Helper()
	var out []*ast.File
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		out = append(out, file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCatalog(t *testing.T) {
	defs := all.All(all.Options{})
	catalog, err := kind.Catalog(defs)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"CLUSTER", "SERVICE", "TASK", "TASKDEF", "DAEMON", "INSTANCE", "PROVIDER", "RULE", "SCHEDULE", "SCALING"}
	var titles []string
	for _, k := range catalog.Kinds() {
		if slices.Contains(want, k.Title) {
			titles = append(titles, k.Title)
		}
	}
	if !slices.Equal(titles, want) {
		t.Errorf("grid %v, want %v", titles, want)
	}
	for _, alias := range []string{"cluster", "service", "task", "taskdef", "definition", "daemon", "instance", "provider", "rule", "schedule", "scaling"} {
		if _, ok := catalog.ByName(alias); !ok {
			t.Errorf("no kind is called %s", alias)
		}
	}
	for _, name := range []string{"cpu", "mem", "memory", "image", "spent", "startedby"} {
		if _, ok := catalog.Field("ecs:task", name); !ok {
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

// TestDeclarations: what a kind says it calls has to exist for the write guard, as a read or as a
// change.
func TestDeclarations(t *testing.T) {
	for _, d := range all.All(all.Options{}) {
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
		if d.Read == nil || d.ReadBatch < 1 || d.Rule.Verbs[plan.Delete].Steps == nil || d.Console == nil || d.CLI == nil || len(d.MadeBy) == 0 {
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
	p := kind.Permissions(all.All(all.Options{}))
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
	for _, want := range []string{"iam:PassRole", "events:PutRule", "scheduler:CreateSchedule"} {
		if !slices.Contains(p.Restore, want) || slices.Contains(p.Remove, want) {
			t.Errorf("%s is for taking back only", want)
		}
	}
	for _, action := range p.Read {
		if slices.Contains(p.Remove, action) {
			t.Errorf("%s is in both", action)
		}
	}
}

package casefile

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

const account = "123456789012"

var start = time.Date(2026, 11, 21, 2, 19, 30, 123_456_789, time.UTC)

// options are those of a case whose clock goes a second forward at every look and whose keys
// repeat.
func options(dir string) Options {
	return Options{
		Dir: dir, Account: account, Partition: "aws",
		Now: func() time.Time { return start }, Rand: rand.NewChaCha8([32]byte{1}), Process: "rootout",
		Catalog: catalogOf(fieldIDs{"ecs:cluster": {"launch", "cpu", "started", "protected", "tags"}, "ecs:task": {"cpu", "image", "launch"}}),
	}
}

// catalogOf declares kinds that have nothing but fields.
func catalogOf(ids fieldIDs) *model.Catalog {
	var kinds []model.Kind
	for id, fields := range ids {
		kind := model.Kind{ID: id}
		for i, f := range fields {
			kind.Fields = append(kind.Fields, model.Field{
				ID: f, Key: f, Title: f, Order: 1 + i, Get: func(r *model.Resource) model.Value { return r.Attr(i) },
			})
		}
		kinds = append(kinds, kind)
	}
	catalog, err := model.NewCatalog(kinds...)
	if err != nil {
		panic(err) // A mistake in the test.
	}
	return catalog
}

func create(t testing.TB) *Case {
	t.Helper()
	c, err := Create(t.Context(), options(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func open(t testing.TB, path string, mode Mode) *Case {
	t.Helper()
	c, err := Open(t.Context(), path, mode, options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func shut(t testing.TB, c *Case) string {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return c.Path()
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// forge changes a closed case behind the package's back.
func forge(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open(driverName, "file:"+path+"?mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func ref(id string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: account, Region: "eu-west-1"}, Kind: "ecs:cluster", ID: id}
}

func cellKey() model.CellKey { return ref("").Cell() }

func appendNote(t testing.TB, c *Case, payload string) uint64 {
	t.Helper()
	return must(c.Append(t.Context(), Entry{Kind: Note, Payload: json.RawMessage(payload)}))(t)
}

// sealed is a plan of one target under its right digest.
func sealed(t testing.TB, name string) *plan.Plan {
	t.Helper()
	target := ref("arn:aws:ecs:eu-west-1:" + account + ":cluster/" + name)
	p := &plan.Plan{
		Version: plan.Version, Verb: "delete", Account: account, Partition: "aws", FrozenAt: start,
		Targets: []plan.Target{{Ref: target, Name: name}},
		Steps: []plan.Step{{
			ID: "s1", Phase: model.Remove, Kind: target.Kind, Op: "ecs:DeleteCluster", Place: target.Place,
			Targets: []model.Ref{target}, Goal: plan.Gone, Proof: "the listing",
		}},
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	p.Digest = hex.EncodeToString(sum[:])
	return p
}

// breach is n resources as a scan brings them, with records of about 1.5 kB.
func breach(n int) *model.Batch {
	b := &model.Batch{At: start}
	for i := range n {
		name := "task-" + strconv.Itoa(i)
		r := &model.Resource{
			Ref: ref("arn:aws:ecs:eu-west-1:" + account + ":task/prod/" + name), Name: name, State: "RUNNING", Counts: true,
			Owners: []model.Ref{ref("arn:aws:ecs:eu-west-1:" + account + ":service/prod/" + name)},
			MadeAt: start, Size: model.Size{VCPU: 16, MemoryMiB: 32768, Known: true},
			Rate:  model.Rate{PerHour: 0.79, Since: start, Known: true, Billed: true},
			Attrs: []model.Value{model.Text("FARGATE"), model.Number(16), model.Time(start), model.Never(), model.List("a", "b")},
		}
		b.Found = append(b.Found, model.Found{Resource: r, Raw: record(name, 1500), Pass: 1})
	}
	return b
}

// record is a JSON object of about size bytes that compresses about as well as what AWS answers.
func record(name string, size int) json.RawMessage {
	text := fmt.Sprintf(`{"taskArn":"arn:aws:ecs:eu-west-1:%s:task/prod/%s","containers":[`, account, name)
	for i := 0; len(text) < size-80; i++ {
		sum := sha256.Sum256([]byte(name + strconv.Itoa(i)))
		text += fmt.Sprintf(`{"name":"c%d","lastStatus":"RUNNING","runtimeId":"%x"},`, i, sum[:12])
	}
	return json.RawMessage(text + `{}]}`)
}

func filesBeside(t testing.TB, path string) []string {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name()
	}
	return names
}

// isKept says whether something of that name was kept of a resource for a plan.
func isKept(t testing.TB, c *Case, digest string, ref model.Ref, what string) bool {
	t.Helper()
	return slices.ContainsFunc(must(c.Evidence(t.Context(), ref))(t), func(e Evidence) bool { return e.Plan == digest && e.What == what })
}

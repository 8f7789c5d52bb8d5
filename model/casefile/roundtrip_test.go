package casefile

import (
	"cmp"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

func TestValuesComeBackExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := genValue().Draw(t, "value")
		text, err := json.Marshal(form.Value{Value: want})
		if err != nil {
			t.Fatal(err)
		}
		var got form.Value
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if got.Value != want {
			t.Fatalf("%s came back as %#v, was %#v", text, got.Value, want)
		}
	})
}

// TestEveryFieldOfAResourceIsKept fails when a field is added to the nouns and not to what is
// saved: its sample has no zero value anywhere.
func TestEveryFieldOfAResourceIsKept(t *testing.T) {
	want := &model.Resource{
		Ref: ref("id"), ARN: "arn", Name: "name", State: "ACTIVE", Counts: true, Deleting: true,
		Owners: []model.Ref{ref("owner")}, Uses: []model.Ref{ref("used")}, Container: ref("holder"),
		Maker:  model.Maker{ARN: "maker", Source: model.FromRegistered},
		MadeAt: start, Size: model.Size{VCPU: 1, MemoryMiB: 2, Known: true},
		Rate:      model.Rate{PerHour: 1, Since: start, Estimated: true, Known: true, Billed: true},
		Leftovers: []model.Uncovered{{Type: "AWS::EC2::Instance", ID: "i-0", Region: "eu-west-1", Console: "console"}},
		Secrets:   3, Attrs: sampleAttrs(), FirstSeen: start, SeenAt: start.Add(time.Second),
	}
	cell := model.Cell{
		Key: cellKey(), State: model.CellDenied, AsOf: start, FirstCounted: start.Add(-time.Hour), FreshFor: time.Minute, Pass: 4,
		Failure: &model.Failure{Operation: "ecs:ListTasks", Region: "eu-west-1", Code: "AccessDenied", Message: "no", RequestID: "r", Waived: "as planned"},
	}
	region := model.Region{Name: "eu-west-1", Title: "Ireland", Status: model.Enabled}
	for _, sample := range []any{want, cell, region} {
		if path := zeroIn(reflect.ValueOf(sample), ""); path != "" {
			t.Fatalf("%T%s has no value in this test: give it one, and see that it is saved", sample, path)
		}
	}

	c := create(t)
	batch := &model.Batch{Found: []model.Found{{Resource: want}}, Cells: []model.Cell{cell}, Regions: []model.Region{region}}
	if err := c.Record(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	got := must(open(t, shut(t, c), Reader).Load(t.Context()))(t)
	cell.Pass = 0
	batch.Cells = []model.Cell{cell}
	batch.At = want.SeenAt
	if diff := gocmp.Diff(batch, got, sameValue()); diff != "" {
		t.Error(diff)
	}
}

// TestEverySourceOfAMakerComesBack: one that had no word would take its whole batch with it.
func TestEverySourceOfAMakerComesBack(t *testing.T) {
	c := create(t)
	b := breach(int(model.Guessed) + 1)
	for i := range b.Found {
		b.Found[i].Resource.Maker.Source = model.MakerSource(i)
	}
	if err := c.Record(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for i, f := range must(c.Load(t.Context()))(t).Found {
		if got := f.Resource.Maker.Source; got != model.MakerSource(i) {
			t.Errorf("%s comes back as %s", model.MakerSource(i), got)
		}
	}
}

// sampleAttrs are values for all fields that the catalog of these tests gives a cluster.
func sampleAttrs() []model.Value {
	return []model.Value{model.Text("a"), model.Number(2), model.Time(start), model.Never(), model.List("a", "b")}
}

func zeroIn(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return path
		}
		return zeroIn(v.Elem(), path)
	case reflect.Slice:
		if v.Len() == 0 {
			return path
		}
		return zeroIn(v.Index(0), path+"[0]")
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[model.Value]() {
			break
		}
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if bad := zeroIn(v.Field(i), path+"."+v.Type().Field(i).Name); bad != "" {
				return bad
			}
		}
		return ""
	default:
	}
	if v.IsZero() {
		return path
	}
	return ""
}

// sameValue compares values as they are, and resources by what a listing says of them: what is
// known beside that is not saved with them.
func sameValue() gocmp.Option {
	return gocmp.Options{gocmp.Comparer(func(a, b model.Value) bool { return a == b }), cmpopts.IgnoreUnexported(model.Resource{})}
}

// TestCaseFollowsTheInventory says what Load is for: whatever batches come, an inventory made from
// the case is the inventory that the screen had.
func TestCaseFollowsTheInventory(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		c, err := Create(t.Context(), options(dir))
		if err != nil {
			rt.Fatal(err)
		}
		path := c.Path()
		live := model.NewInventory()
		raws := map[model.Ref]string{}
		for i := range rapid.IntRange(1, 8).Draw(rt, "batches") {
			b := genBatch(start.Add(time.Duration(i)*time.Minute)).Draw(rt, "batch")
			live.Apply(b)
			for _, f := range b.Found {
				if len(f.Raw) > 0 {
					raws[f.Resource.Ref] = string(f.Raw)
				}
			}
			if err := c.Record(t.Context(), b); err != nil {
				rt.Fatal(err)
			}
		}
		if err := c.Close(); err != nil {
			rt.Fatal(err)
		}
		if c, err = Open(t.Context(), path, Reader, options("")); err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		b, err := c.Load(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		loaded := model.NewInventory()
		loaded.Apply(b)
		if diff := gocmp.Diff(picture(live), picture(loaded), sameValue()); diff != "" {
			rt.Fatal(diff)
		}
		for ref, want := range raws {
			if got, err := c.Raw(t.Context(), ref); err != nil || string(got) != want {
				rt.Fatalf("raw of %q: %q, %v; want %q", ref.ID, got, err, want)
			}
		}
	})
}

type seen struct {
	Resource *model.Resource
	Grown    bool
}

type view struct {
	Regions []model.Region
	Cells   []model.Cell
	Found   []seen
}

// picture is what a screen can see of an inventory, but for the pass numbers, which belong to a
// scan.
func picture(inv *model.Inventory) view {
	s := inv.Snapshot()
	v := view{Regions: s.Regions}
	for _, key := range s.Cells() {
		cell := s.Cell(key)
		cell.Pass = 0
		if cell.State == model.CellScanning {
			cell.State = model.CellUnasked
			if len(s.In(key)) > 0 {
				cell.State = model.CellPartial
			}
		}
		v.Cells = append(v.Cells, cell)
	}
	slices.SortFunc(v.Cells, func(a, b model.Cell) int {
		return cmp.Or(cmp.Compare(a.Key.Region, b.Key.Region), cmp.Compare(a.Key.Kind, b.Key.Kind))
	})
	for r := range s.All {
		v.Found = append(v.Found, seen{withoutUnknownEnd(r), s.Grown(r)})
	}
	slices.SortFunc(v.Found, func(a, b seen) int { return a.Resource.Ref.Compare(b.Resource.Ref) })
	return v
}

// withoutUnknownEnd is a resource without the unknown values at the end of its own, which say as
// much as none.
func withoutUnknownEnd(r *model.Resource) *model.Resource {
	n := len(r.Attrs)
	for n > 0 && r.Attrs[n-1].IsUnknown() {
		n--
	}
	twin := *r
	twin.Attrs = nil
	if n > 0 {
		twin.Attrs = r.Attrs[:n]
	}
	return &twin
}

func genText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"", "prod", "a\nb\r\n", "\x1b[31mred\x1b[0m", "\u202eevil", "한국어", "nul\x00in it", `quote " ' \ %`, "-", "?", "b1", "n1", "[]", "\ufffd",
	}))
}

func genValue() *rapid.Generator[model.Value] {
	return rapid.OneOf(
		rapid.Just(model.Unknown()), rapid.Just(model.Never()),
		rapid.Map(genText(), model.Text),
		rapid.Map(rapid.SliceOfN(genText(), 0, 3), func(items []string) model.Value { return model.List(items...) }),
		rapid.Map(rapid.Float64(), model.Number),
		rapid.Just(model.Number(math.Inf(-1))), rapid.Just(model.Number(math.Copysign(0, -1))),
		rapid.Map(genTime(), model.Time),
		rapid.Map(rapid.Bool(), model.Bool),
	)
}

// genTime draws times as AWS sends them, the absurd ones too.
func genTime() *rapid.Generator[time.Time] {
	return rapid.OneOf(
		rapid.Just(time.Time{}),
		rapid.Just(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)),
		rapid.Just(time.Date(12026, 1, 1, 0, 0, 0, 1, time.UTC)),
		rapid.Just(time.Unix(0, 0).UTC()),
		rapid.Map(rapid.Int64Range(-1e18, 4e18), func(n int64) time.Time { return time.Unix(0, n).UTC() }),
	)
}

func genRef() *rapid.Generator[model.Ref] {
	return rapid.Custom(func(t *rapid.T) model.Ref {
		return model.Ref{
			Partition: "aws",
			Place: model.Place{
				Account: account, Region: rapid.SampledFrom([]string{"", "eu-west-1", "us-east-1"}).Draw(t, "region"),
			},
			Kind: model.KindID(rapid.SampledFrom([]string{"ecs:cluster", "ecs:task"}).Draw(t, "kind")),
			ID:   rapid.OneOf(rapid.SampledFrom([]string{"a", "b", "c"}), genText()).Draw(t, "id"),
		}
	})
}

func genResource() *rapid.Generator[*model.Resource] {
	return rapid.Custom(func(t *rapid.T) *model.Resource {
		yes := rapid.Bool()
		refs := rapid.Map(rapid.SliceOfN(genRef(), 0, 2), func(refs []model.Ref) []model.Ref {
			return append([]model.Ref(nil), refs...)
		})
		r := &model.Resource{
			Ref: genRef().Draw(t, "ref"), ARN: genText().Draw(t, "arn"), Name: genText().Draw(t, "name"), State: genText().Draw(t, "state"),
			Counts: yes.Draw(t, "counts"), Deleting: yes.Draw(t, "deleting"), Owners: refs.Draw(t, "owners"), Uses: refs.Draw(t, "uses"),
			Maker:  model.Maker{ARN: genText().Draw(t, "maker"), Source: model.MakerSource(rapid.IntRange(0, 3).Draw(t, "source"))},
			MadeAt: genTime().Draw(t, "made"), Secrets: rapid.IntRange(0, 3).Draw(t, "secrets"),
			Size: model.Size{VCPU: rapid.Float64Range(0, 16).Draw(t, "vcpu"), Known: yes.Draw(t, "sized")},
			Rate: model.Rate{PerHour: rapid.Float64Range(0, 9).Draw(t, "rate"), Since: genTime().Draw(t, "since"), Billed: yes.Draw(t, "billed")},
		}
		if attrs := rapid.SliceOfN(genValue(), 0, 3).Draw(t, "attrs"); len(attrs) > 0 {
			r.Attrs = attrs
		}
		if yes.Draw(t, "first") {
			r.FirstSeen = start.Add(-time.Hour)
		}
		return r
	})
}

func genBatch(at time.Time) *rapid.Generator[*model.Batch] {
	return rapid.Custom(func(t *rapid.T) *model.Batch {
		b := &model.Batch{At: at}
		for range rapid.IntRange(0, 4).Draw(t, "found") {
			f := model.Found{Resource: genResource().Draw(t, "resource"), Pass: rapid.Uint64Range(0, 3).Draw(t, "pass")}
			if rapid.Bool().Draw(t, "described") {
				f.Raw = record(rapid.StringMatching("[a-z]{1,8}").Draw(t, "raw"), rapid.SampledFrom([]int{100, 2000}).Draw(t, "size"))
			}
			b.Found = append(b.Found, f)
		}
		b.Gone = rapid.SliceOfN(genRef(), 0, 2).Draw(t, "gone")
		for range rapid.IntRange(0, 2).Draw(t, "cells") {
			b.Cells = append(b.Cells, model.Cell{
				Key:   genRef().Draw(t, "cell").Cell(),
				State: model.CellState(rapid.IntRange(0, int(model.CellUnsupported)).Draw(t, "state")),
				Pass:  rapid.Uint64Range(0, 3).Draw(t, "cellPass"), AsOf: at, FreshFor: time.Minute,
			})
		}
		if rapid.Bool().Draw(t, "regions") {
			b.Regions = []model.Region{{Name: "us-east-1", Title: "N. Virginia", Status: model.EnabledByDefault}}
		}
		return b
	})
}

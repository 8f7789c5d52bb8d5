package casefile

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

// genFields draws the fields of a kind: some of nine, in any order.
func genFields() *rapid.Generator[[]string] {
	return rapid.Custom(func(t *rapid.T) []string {
		all := rapid.Permutation([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}).Draw(t, "order")
		return all[:rapid.IntRange(0, len(all)).Draw(t, "fields")]
	})
}

// TestValuesKeepTheirFields writes a resource under one catalog, reads and writes it again under
// one that has its fields in another order, more of them, fewer of them, and reads it under the
// first.
func TestValuesKeepTheirFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := fieldsOf(catalogOf(fieldIDs{"ecs:task": genFields().Draw(t, "first")}))
		second := fieldsOf(catalogOf(fieldIDs{"ecs:task": genFields().Draw(t, "second")}))
		r := genResource().Draw(t, "resource")
		r.Ref.Kind, r.Attrs = "ecs:task", nil
		for range first["ecs:task"] {
			r.Attrs = append(r.Attrs, genValue().Draw(t, "value"))
		}
		value := func(ids fieldIDs, r *model.Resource, id string) model.Value {
			return r.Attr(slices.Index(ids["ecs:task"], id))
		}
		record, err := first.encode(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := second.decode(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range second["ecs:task"] {
			if got, want := value(second, changed, id), value(first, r, id); got != want {
				t.Fatalf("%s is %s under the second catalog, want %s", id, got, want)
			}
		}
		rewritten, err := second.encode(changed)
		if err != nil {
			t.Fatal(err)
		}
		if err := second.adopt(rewritten, text); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(rewritten)
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != string(text) {
			t.Fatalf("what was not changed is written as\n%s, was\n%s", again, text)
		}
		back, err := first.decode(again)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range first["ecs:task"] {
			if got, want := value(first, back, id), value(first, r, id); got != want {
				t.Fatalf("%s is %s under the first catalog again, want %s", id, got, want)
			}
		}
	})
}

// under opens a case for writing whose clusters have these fields, records one cluster and closes
// it.
func under(t *testing.T, path string, fields []string, state string, values ...model.Value) {
	t.Helper()
	o := options("")
	o.Catalog = catalogOf(fieldIDs{"ecs:cluster": fields})
	c := must(Open(t.Context(), path, Writer, o))(t)
	r := &model.Resource{Ref: ref("x"), State: state, Attrs: values}
	if err := c.Record(t.Context(), &model.Batch{At: start, Found: []model.Found{{Resource: r}}}); err != nil {
		t.Fatal(err)
	}
	shut(t, c)
}

// TestAnotherRootoutsValuesSurviveANewListing lets a rootout without a field write over a record of
// one that has it.
func TestAnotherRootoutsValuesSurviveANewListing(t *testing.T) {
	path := shut(t, create(t))
	under(t, path, []string{"gone", "stays"}, "ACTIVE", model.Text("old"), model.Number(1))
	under(t, path, []string{"new", "stays"}, "DRAINING", model.Text("now"), model.Number(2))
	o := options("")
	o.Catalog = catalogOf(fieldIDs{"ecs:cluster": {"new", "stays", "gone", "never"}})
	c := must(Open(t.Context(), path, Reader, o))(t)
	defer func() { _ = c.Close() }()
	r := must(c.Load(t.Context()))(t).Found[0].Resource
	want := []model.Value{model.Text("now"), model.Number(2), model.Text("old"), model.Unknown()}
	if r.State != "DRAINING" || !slices.Equal(r.Attrs, want) {
		t.Errorf("%s %v, want %v", r.State, r.Attrs, want)
	}
}

func TestWordsAreStoredForEnums(t *testing.T) {
	for source, word := range map[model.MakerSource]string{
		model.MakerUnknown: "", model.FromEvent: "event", model.FromRegistered: "registered", model.FromOwner: "owner",
	} {
		ids := fieldsOf(options("").Catalog)
		record := must(ids.encode(&model.Resource{Ref: ref("x"), Maker: model.Maker{ARN: "a", Source: source}}))(t)
		text := must(json.Marshal(record))(t)
		if has := strings.Contains(string(text), fmt.Sprintf(`"makerFrom":%q`, word)); has != (word != "") {
			t.Errorf("%d is stored as %s", source, text)
		}
		if r := must(ids.decode(text))(t); r.Maker.Source != source {
			t.Errorf("%d came back as %d", source, r.Maker.Source)
		}
	}
}

func TestWhatCannotBeARecord(t *testing.T) {
	ids := fieldsOf(catalogOf(fieldIDs{"ecs:cluster": {"cpu"}}))
	for name, r := range map[string]*model.Resource{
		"more values than fields":  {Ref: ref("x"), Attrs: []model.Value{model.Number(1), model.Number(2)}},
		"values of no kind":        {Ref: model.Ref{Kind: "no:kind"}, Attrs: []model.Value{model.Number(1)}},
		"a source without a word":  {Ref: ref("x"), Maker: model.Maker{Source: model.Guessed + 1}},
		"even an unknown too much": {Ref: ref("x"), Attrs: []model.Value{model.Number(1), model.Unknown()}},
	} {
		if _, err := ids.encode(r); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	for _, text := range []string{
		`{`, `{"ref":[]}x`, `{"makerFrom":"rumour"}`, `{"ref":["aws","1","r","ecs:cluster","x"],"attrs":{"cpu":"zzz"}}`,
		`{"ref":["aws","1","r","ecs:cluster","x"],"attrs":{"cpu":7}}`, `{"madeAt":"noon"}`, `{"ref":"x"}`,
	} {
		if r, err := ids.decode([]byte(text)); err == nil {
			t.Errorf("%s was read as %+v", text, r)
		}
	}
	// What this rootout has no field for may have any form.
	if _, err := ids.decode([]byte(`{"ref":["aws","1","r","ecs:cluster","x"],"attrs":{"later":{"a":1}}}`)); err != nil {
		t.Error(err)
	}
	if err := ids.adopt(&savedResource{}, []byte(`[`)); err == nil {
		t.Error("values were adopted from what is no record")
	}
}

// TestWithoutACatalog: everything but resources can be read and written.
func TestWithoutACatalog(t *testing.T) {
	path, digest := told(t)
	for _, mode := range []Mode{Reader, Writer} {
		o := options("")
		o.Catalog = nil
		c := must(Open(t.Context(), path, mode, o))(t)
		if r := must(c.VerifyChain(t.Context()))(t); !r.OK() {
			t.Error(r.Faults)
		}
		must(c.Plan(t.Context(), digest))(t)
		if _, err := c.Load(t.Context()); !errors.Is(err, errNoCatalog) {
			t.Errorf("Load: %v", err)
		}
		if _, err := c.Vanished(t.Context()); !errors.Is(err, errNoCatalog) {
			t.Errorf("Vanished: %v", err)
		}
		if mode == Writer {
			if err := c.Record(t.Context(), breach(1)); !errors.Is(err, errNoCatalog) {
				t.Errorf("Record: %v", err)
			}
			appendNote(t, c, "null")
		}
		shut(t, c)
	}
}

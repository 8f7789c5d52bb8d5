package model_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

const (
	thief  = "arn:aws:sts::123456789012:assumed-role/Admin/root"
	honest = "arn:aws:sts::123456789012:assumed-role/Admin/jm"
)

// planted is what an event and a flag say together of a thing that an intruder made.
func planted(at time.Time) model.About {
	return model.About{
		Maker: model.Maker{ARN: thief, Source: model.FromEvent}, Session: "session-1", Event: "event-1", MadeAt: at,
		Verdict: model.Planted, Chain: []string{"event-0", "event-1"},
	}
}

func said(source string, entries map[model.Ref]model.About) *model.OverlayBatch {
	return &model.OverlayBatch{Source: source, Set: entries}
}

func listed(region string, pass uint64, ids ...string) *model.Batch {
	b := &model.Batch{At: noon.Add(time.Duration(pass) * time.Second)}
	for _, id := range ids {
		b.Found = append(b.Found, found(region, id, pass))
	}
	b.Cells = []model.Cell{{Key: stallKey(region), State: model.CellCounted, Pass: pass, AsOf: b.At}}
	return b
}

// resources are all resources of an inventory, whole, in the order of their references.
func resources(s *model.Snapshot) []model.Resource {
	var out []model.Resource
	for r := range s.All {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b model.Resource) int { return a.Ref.Compare(b.Ref) })
	return out
}

// TestWhatIsKnownOutlivesARelisting: a listing brings AWS's record again, which knows no maker.
func TestWhatIsKnownOutlivesARelisting(t *testing.T) {
	inv := model.NewInventory()
	ref := stallRef("r", "a")
	inv.Apply(listed("r", 1, "a", "b"))
	inv.ApplyOverlay(said("events", map[model.Ref]model.About{ref: planted(noon)}))
	for pass := uint64(2); pass < 4; pass++ {
		inv.Apply(listed("r", pass, "a", "b"))
		a, b := inv.Get(ref), inv.Get(stallRef("r", "b"))
		if a.Maker.ARN != thief || a.Verdict() != model.Planted || !a.MadeAt.Equal(noon) || !a.About().Equal(planted(noon)) {
			t.Fatalf("pass %d: %+v, about %+v", pass, a, a.About())
		}
		if b.Maker.ARN != "" || b.Verdict() != model.Unjudged {
			t.Fatalf("its neighbour: %+v", b)
		}
	}
	inv.Apply(listed("r", 5, "b"))
	inv.Apply(listed("r", 6, "a", "b"))
	if got := inv.Get(ref).Verdict(); got != model.Planted {
		t.Errorf("after it had gone and come again its verdict is %q", got)
	}
}

// TestWhatNobodyHasMetWaits: events are read before the listing that meets what they made.
func TestWhatNobodyHasMetWaits(t *testing.T) {
	inv := model.NewInventory()
	ref := stallRef("r", "a")
	inv.ApplyOverlay(said("events", map[model.Ref]model.About{ref: planted(noon)}))
	if inv.Get(ref) != nil || inv.Live().Len() != 0 {
		t.Fatal("something is listed that no listing has met")
	}
	if !inv.About(ref).Equal(planted(noon)) || !inv.About(stallRef("r", "b")).IsZero() {
		t.Errorf("about it: %+v", inv.About(ref))
	}
	inv.Apply(listed("r", 1, "a"))
	if got := inv.Get(ref); got.Maker.ARN != thief || got.Verdict() != model.Planted {
		t.Errorf("met: %+v", got)
	}
}

// TestTheBestKnownMakerWins holds the order event, registered, owner, guess between record and
// overlay.
func TestTheBestKnownMakerWins(t *testing.T) {
	record := func(s model.MakerSource) model.Maker { return model.Maker{ARN: "record", Source: s} }
	other := func(s model.MakerSource) model.Maker { return model.Maker{ARN: "overlay", Source: s} }
	for _, x := range []struct {
		record, overlay model.Maker
		want            string
	}{
		{model.Maker{}, other(model.Guessed), "overlay"},
		{record(model.FromRegistered), other(model.FromEvent), "overlay"},
		{record(model.FromRegistered), other(model.FromRegistered), "record"},
		{record(model.FromRegistered), other(model.FromOwner), "record"},
		{record(model.FromRegistered), other(model.Guessed), "record"},
		{record(model.Guessed), other(model.FromOwner), "overlay"},
		{record(model.FromRegistered), model.Maker{Source: model.FromEvent}, "record"},
	} {
		inv := model.NewInventory()
		b := listed("r", 1, "a")
		b.Found[0].Resource.Maker = x.record
		inv.Apply(b)
		inv.ApplyOverlay(said("events", map[model.Ref]model.About{stallRef("r", "a"): {Maker: x.overlay, Session: "s", Event: "e", Verdict: model.Touched}}))
		r := inv.Get(stallRef("r", "a"))
		if r.Maker.ARN != x.want {
			t.Errorf("record %+v and overlay %+v: %q made it, want %q", x.record, x.overlay, r.Maker.ARN, x.want)
		}
		if about := r.About(); (about.Event == "e") != (x.want == "overlay") || about.Maker != r.Maker || about.Verdict != model.Touched {
			t.Errorf("record %+v and overlay %+v: about %+v", x.record, x.overlay, about)
		}
		if got := r.AsListed(); got.Maker != x.record || got.Verdict() != model.Unjudged {
			t.Errorf("record %+v and overlay %+v: as listed %+v", x.record, x.overlay, got.Maker)
		}
	}
}

// TestAWSsOwnTimeOfCreationStands: whether a thing was made again under its old name is told by it.
func TestAWSsOwnTimeOfCreationStands(t *testing.T) {
	inv := model.NewInventory()
	b := listed("r", 1, "a", "b")
	b.Found[0].Resource.MadeAt = noon.Add(-time.Hour)
	inv.Apply(b)
	inv.ApplyOverlay(said("events", map[model.Ref]model.About{stallRef("r", "a"): planted(noon), stallRef("r", "b"): planted(noon)}))
	a, other := inv.Get(stallRef("r", "a")), inv.Get(stallRef("r", "b"))
	if !a.MadeAt.Equal(noon.Add(-time.Hour)) || !other.MadeAt.Equal(noon) {
		t.Errorf("made at %v and %v", a.MadeAt, other.MadeAt)
	}
	if got := a.AsListed(); !got.MadeAt.Equal(noon.Add(-time.Hour)) || got.Maker.ARN != "" {
		t.Errorf("as listed: made at %v by %q", got.MadeAt, got.Maker.ARN)
	}
	if got := other.AsListed(); !got.MadeAt.IsZero() || got.Maker.ARN != "" {
		t.Errorf("as listed: made at %v by %q", got.MadeAt, got.Maker.ARN)
	}
}

// TestWhatComesBackFromAScreenIsNoRecord: a resource that was read with its overlay and is found
// again must not make the overlay's word the record's.
func TestWhatComesBackFromAScreenIsNoRecord(t *testing.T) {
	inv := model.NewInventory()
	ref := stallRef("r", "a")
	inv.Apply(listed("r", 1, "a"))
	inv.ApplyOverlay(said("events", map[model.Ref]model.About{ref: planted(noon)}))
	inv.Apply(&model.Batch{At: noon.Add(time.Minute), Found: []model.Found{{Resource: inv.Get(ref), Pass: 2}}})
	if inv.Get(ref).Maker.ARN != thief {
		t.Error("the maker is lost")
	}
	inv.ApplyOverlay(&model.OverlayBatch{Source: "events", Replace: true})
	if r := inv.Get(ref); r.Maker.ARN != "" || !r.MadeAt.IsZero() {
		t.Errorf("after the events are taken back: made by %q at %v", r.Maker.ARN, r.MadeAt)
	}
}

// TestASourceSpeaksForItself: replacing what the flags say leaves what the events say alone.
func TestASourceSpeaksForItself(t *testing.T) {
	inv := model.NewInventory()
	a, b, c := stallRef("r", "a"), stallRef("r", "b"), stallRef("r", "c")
	inv.Apply(listed("r", 1, "a", "b", "c"))
	inv.ApplyOverlay(said("events", map[model.Ref]model.About{a: {Maker: model.Maker{ARN: thief, Source: model.FromEvent}, Event: "e"}}))
	inv.ApplyOverlay(said("flags", map[model.Ref]model.About{a: {Verdict: model.Planted}, b: {Verdict: model.Stolen}, c: {Verdict: model.Exposed}}))
	inv.ApplyOverlay(&model.OverlayBatch{Source: "flags", Replace: true, Set: map[model.Ref]model.About{b: {Verdict: model.Touched}}})
	verdicts := func() string {
		text := ""
		for _, ref := range []model.Ref{a, b, c} {
			text += inv.Get(ref).Verdict().String() + ","
		}
		return text
	}
	if got := verdicts(); got != ",touched,," || inv.Get(a).Maker.ARN != thief || inv.Get(a).About().Event != "e" {
		t.Errorf("after a replacement: %q, made by %q", got, inv.Get(a).Maker.ARN)
	}
	inv.ApplyOverlay(&model.OverlayBatch{Source: "flags", Remove: []model.Ref{b, c}, Set: map[model.Ref]model.About{c: {Verdict: model.Contested}}})
	if got := verdicts(); got != ",,contested," {
		t.Errorf("what is removed and set at once is set: %q", got)
	}
	inv.ApplyOverlay(said("flags", map[model.Ref]model.About{c: {}}))
	if got := verdicts(); got != ",,," {
		t.Errorf("to say nothing takes back: %q", got)
	}
	inv.ApplyOverlay(nil)
}

// TestOverlayHasAGenerationOfItsOwn: who derives something from verdicts alone need not do it again
// for every listing, and who draws everything has to.
func TestOverlayHasAGenerationOfItsOwn(t *testing.T) {
	inv := model.NewInventory()
	inv.Apply(listed("r", 1, "a"))
	first := inv.Snapshot()
	batch := func() *model.OverlayBatch {
		return said("events", map[model.Ref]model.About{stallRef("r", "a"): planted(noon)})
	}
	inv.ApplyOverlay(batch())
	second := inv.Snapshot()
	if first.OverlayGeneration != 0 || second.OverlayGeneration != 1 || second.Generation <= first.Generation {
		t.Errorf("generations %d, %d; of the overlay %d, %d", first.Generation, second.Generation, first.OverlayGeneration, second.OverlayGeneration)
	}
	if first.In(stallKey("r"))[0].Verdict() != model.Unjudged {
		t.Error("an old picture changed")
	}
	inv.Apply(listed("r", 2, "a"))
	if inv.OverlayGeneration() != 1 || inv.Generation() <= second.Generation {
		t.Errorf("after a listing: %d, of the overlay %d", inv.Generation(), inv.OverlayGeneration())
	}
	before := inv.Generation()
	inv.ApplyOverlay(batch())
	if inv.OverlayGeneration() != 1 || inv.Generation() != before {
		t.Error("what says nothing new counts as a change")
	}
}

func genAbout() *rapid.Generator[model.About] {
	return rapid.Custom(func(t *rapid.T) model.About {
		a := model.About{Verdict: model.Verdict(rapid.IntRange(0, int(model.UnknownOrigin)).Draw(t, "verdict"))}
		if a.Verdict != model.Unjudged {
			a.Chain = []string{rapid.SampledFrom([]string{"e1", "e2"}).Draw(t, "chain")}
		}
		if rapid.Bool().Draw(t, "made") {
			a.Maker = model.Maker{
				ARN:    rapid.SampledFrom([]string{thief, honest}).Draw(t, "maker"),
				Source: model.MakerSource(rapid.IntRange(1, int(model.Guessed)).Draw(t, "source")),
			}
			a.Event = rapid.SampledFrom([]string{"e1", "e2", ""}).Draw(t, "event")
			a.MadeAt = noon.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "at")) * time.Hour)
		}
		return a
	})
}

// TestTakingBackEverythingRestoresTheRecords: whatever listings and sources said in whatever order,
// an inventory whose overlay is taken back is the one that never had an overlay, and what sources
// say depends on nothing but the last word of each.
func TestTakingBackEverythingRestoresTheRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		with, plain := model.NewInventory(), model.NewInventory()
		sources := []string{"events", "flags", "guesses"}
		last := map[string]map[model.Ref]model.About{}
		ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, rapid.ID)
		for pass := uint64(1); pass < 14; pass++ {
			region := rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "region")
			if rapid.Bool().Draw(t, "listing") {
				b := listed(region, pass, ids.Draw(t, "ids")...)
				for i := range b.Found {
					b.Found[i].Resource.Maker.Source = model.MakerUnknown
					if rapid.Bool().Draw(t, "registered") {
						b.Found[i].Resource.Maker = model.Maker{ARN: honest, Source: model.FromRegistered}
					}
				}
				with.Apply(b)
				plain.Apply(b)
				continue
			}
			o := &model.OverlayBatch{
				Source: rapid.SampledFrom(sources).Draw(t, "source"), Replace: rapid.Bool().Draw(t, "replace"), Set: map[model.Ref]model.About{},
			}
			if last[o.Source] == nil || o.Replace {
				last[o.Source] = map[model.Ref]model.About{}
			}
			for _, id := range ids.Draw(t, "removed") {
				o.Remove = append(o.Remove, stallRef(region, id))
				delete(last[o.Source], stallRef(region, id))
			}
			for _, id := range ids.Draw(t, "set") {
				ref := stallRef(region, id)
				o.Set[ref] = genAbout().Draw(t, "about")
				last[o.Source][ref] = o.Set[ref]
			}
			with.ApplyOverlay(o)
		}
		again := model.NewInventory()
		for _, source := range rapid.Permutation(sources).Draw(t, "order") {
			again.ApplyOverlay(said(source, last[source]))
		}
		for _, r := range resources(with.Live()) {
			if got := again.About(r.Ref); !got.Equal(with.About(r.Ref)) {
				t.Fatalf("%s: in another order %+v, before %+v", r.Ref, got, with.About(r.Ref))
			}
		}
		for _, source := range sources {
			with.ApplyOverlay(&model.OverlayBatch{Source: source, Replace: true})
		}
		if a, b := resources(with.Live()), resources(plain.Live()); !reflect.DeepEqual(a, b) {
			t.Fatalf("with the overlay taken back:\n%+v\nwithout one:\n%+v", a, b)
		}
	})
}

// TestOverlayCostsItsBatchOnly: a batch about one resource must not copy or join all the others.
func TestOverlayCostsItsBatchOnly(t *testing.T) {
	inv := model.NewInventory()
	const cells, perCell = 200, 100
	for c := range cells {
		ids := make([]string, perCell)
		for i := range ids {
			ids[i] = fmt.Sprint(i)
		}
		inv.Apply(listed(fmt.Sprint("r", c), 1, ids...))
	}
	n := 0
	allocations := testing.AllocsPerRun(20, func() {
		n++
		inv.ApplyOverlay(said("events", map[model.Ref]model.About{stallRef("r0", "0"): {Event: fmt.Sprint(n)}}))
	})
	if allocations > 30 {
		t.Errorf("%v allocations for one resource among %d", allocations, cells*perCell)
	}
}

// BenchmarkOverlay prints what it takes in memory to know the makers of 100,000 resources.
func BenchmarkOverlay(b *testing.B) {
	const resources = 100_000
	for b.Loop() {
		inv := model.NewInventory()
		batch := &model.Batch{At: noon}
		ids := make([]string, resources)
		for i := range ids {
			ids[i] = fmt.Sprintf("arn:aws:ecs:region:123456789012:task/cluster-%d/%032x", i%500, i)
			batch.Found = append(batch.Found, found(fmt.Sprintf("region-%d", i%24), ids[i], 1))
		}
		inv.Apply(batch)
		before := heap()
		func() {
			o := said("events", map[model.Ref]model.About{})
			for i, id := range ids {
				o.Set[stallRef(fmt.Sprintf("region-%d", i%24), id)] = planted(noon)
			}
			inv.ApplyOverlay(o)
		}()
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB/100k")
		if inv.Get(stallRef("region-0", ids[0])).Verdict() != model.Planted {
			b.Fatal("nothing is joined")
		}
	}
}

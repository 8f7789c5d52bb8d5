package grid

import (
	"slices"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/uitest"
)

// undatedThing is one of which neither the age nor the maker is known.
func undatedThing(region, kind, id string, owners ...model.Ref) *model.Resource {
	r := uitest.Thing(region, kind, id, "ACTIVE", 0, owners...)
	r.MadeAt = time.Time{}
	return r
}

// holder is a cluster that AWS counts so many things in.
func holder(id string, inside float64) *model.Resource {
	r := undatedThing("sa-east-1", "ecs:cluster", id)
	r.Attrs = []model.Value{model.Number(inside)}
	return r
}

// TestWhatGoesWithMarks: what holds or uses nothing but what is marked, and nothing of which more is
// known.
func TestWhatGoesWithMarks(t *testing.T) {
	service := func(id string, of *model.Resource) *model.Resource {
		return uitest.Thing("sa-east-1", "ecs:service", id, "ACTIVE", time.Hour, of.Ref)
	}
	hollow, shared, full, empty, far, known := holder("hollow", 1), holder("shared", 2), holder("full", 1), holder("empty", 0), holder("far", 0), holder("known", 0)
	far.Ref = uitest.Ref("eu-west-3", "ecs:cluster", "far")
	known.Maker = model.Maker{ARN: uitest.Caller().ARN, Source: model.FromEvent}
	bad, alsoBad, good := service("bad", hollow), service("bad2", shared), service("good", shared)
	task := uitest.Task("sa-east-1", "t", 1, time.Hour, bad.Ref)
	task.Container = hollow.Ref
	definition := uitest.Thing("sa-east-1", "ecs:taskdef", "miner:1", "ACTIVE", time.Hour)
	// A rule, as it were, that is owned by the cluster and starts the marked definition in it.
	rule := undatedThing("sa-east-1", "ecs:service", "rule", hollow.Ref)
	rule.Uses = []model.Ref{definition.Ref}
	old := uitest.Thing("sa-east-1", "ecs:service", "old", "ACTIVE", 900*24*time.Hour)
	old.Uses = []model.Ref{definition.Ref}

	inv := model.NewInventory()
	b := &model.Batch{At: uitest.Morning(), Regions: uitest.Regions()}
	for _, r := range []*model.Resource{hollow, shared, full, empty, far, known, bad, alsoBad, good, task, definition, rule, old} {
		b.Found = append(b.Found, model.Found{Resource: r, Pass: 1})
	}
	inv.Apply(b)
	catalog := uitest.Catalog(t)
	find := func(marked ...model.Ref) []string {
		hold := emptyHolders(catalog).matcher(emptyEnv())
		found := companionsOf(inv.Snapshot(), catalog, marked, hold)
		var names []string
		for _, ref := range found.refs {
			names = append(names, inv.Get(ref).Name)
		}
		slices.Sort(names)
		return names
	}
	for _, c := range []struct {
		marked []model.Ref
		want   []string
	}{
		{nil, nil},
		{[]model.Ref{bad.Ref, alsoBad.Ref, definition.Ref}, []string{"empty", "hollow", "rule"}},
		{[]model.Ref{bad.Ref}, []string{"empty"}}, // The rule starts tasks in hollow, and goes on doing so.
		{[]model.Ref{alsoBad.Ref, good.Ref}, []string{"empty", "shared"}},
		{[]model.Ref{task.Ref}, []string{"empty"}}, // Its service makes it again.
		{[]model.Ref{far.Ref}, nil},
	} {
		if got := find(c.marked...); !slices.Equal(got, c.want) {
			t.Errorf("with %v go %v, want %v", c.marked, got, c.want)
		}
	}
}

// TestWhatWasNotCountedIsNobodysCompanion: a container of whose content something was not counted may
// hold more.
func TestWhatWasNotCountedIsNobodysCompanion(t *testing.T) {
	catalog, err := model.NewCatalog(
		model.Kind{ID: "a:holder", Aliases: []string{"holder"}, Order: 1, IsContainer: true, Owns: []model.KindID{"a:thing"}},
		model.Kind{ID: "a:thing", Order: 2, After: nil},
	)
	if err != nil {
		t.Fatal(err)
	}
	for state, want := range map[model.CellState]int{model.CellCounted: 1, model.CellPartial: 0, model.CellDenied: 0} {
		inv := model.NewInventory()
		h := undatedThing("sa-east-1", "a:holder", "h")
		in := uitest.Thing("sa-east-1", "a:thing", "in", "ACTIVE", time.Hour, h.Ref)
		inv.Apply(&model.Batch{
			At: uitest.Morning(), Found: []model.Found{{Resource: h, Pass: 1}, {Resource: in, Pass: 1}},
			Cells: []model.Cell{uitest.Cell("sa-east-1", "a:thing", state, nil)},
		})
		found := companionsOf(inv.Snapshot(), catalog, []model.Ref{in.Ref}, func(*model.Resource) bool { return false })
		if len(found.refs) != want {
			t.Errorf("where the content is %s: %v", state, found.refs)
		}
	}
}

// TestWhatStandsAboutInAContainerGoesWithIt, such as a capacity provider that nothing else uses; what
// would start something in it does not, and what others use too stays.
func TestWhatStandsAboutInAContainerGoesWithIt(t *testing.T) {
	catalog, err := model.NewCatalog(
		model.Kind{ID: "a:holder", Aliases: []string{"holder"}, Order: 1, IsContainer: true, Phase: model.Remove},
		model.Kind{ID: "a:thing", Order: 2, Phase: model.Drain}, model.Kind{ID: "a:shelf", Order: 3, Phase: model.Remove},
		model.Kind{ID: "a:clock", Order: 4, Phase: model.Silence},
	)
	if err != nil {
		t.Fatal(err)
	}
	const region = "sa-east-1"
	for name, c := range map[string]struct {
		inside string
		owned  bool
		shared bool
		want   []string
	}{
		"owned and used by none else": {inside: "a:shelf", owned: true, want: []string{"h"}},
		"used by it alone":            {inside: "a:shelf", want: []string{"h", "x"}},
		"used by another too":         {inside: "a:shelf", shared: true, want: []string{"h"}},
		"owned, and another uses it":  {inside: "a:shelf", owned: true, shared: true},
		"owned, and it starts things": {inside: "a:clock", owned: true},
		"owned, and it does the work": {inside: "a:thing", owned: true},
	} {
		h, x := undatedThing(region, "a:holder", "h"), undatedThing(region, c.inside, "x")
		other := undatedThing(region, "a:holder", "other")
		marked := uitest.Thing(region, "a:thing", "marked", "ACTIVE", time.Hour, h.Ref)
		honest := uitest.Thing(region, "a:thing", "honest", "ACTIVE", time.Hour, other.Ref)
		if c.owned {
			x.Owners = []model.Ref{h.Ref}
		} else {
			h.Uses = []model.Ref{x.Ref}
		}
		if c.shared {
			other.Uses = []model.Ref{x.Ref}
		}
		inv := model.NewInventory()
		b := &model.Batch{At: uitest.Morning()}
		for _, r := range []*model.Resource{h, x, other, marked, honest} {
			b.Found = append(b.Found, model.Found{Resource: r, Pass: 1})
		}
		inv.Apply(b)
		found := companionsOf(inv.Snapshot(), catalog, []model.Ref{marked.Ref}, func(*model.Resource) bool { return false })
		var got []string
		for _, ref := range found.refs {
			got = append(got, inv.Get(ref).Name)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestNextOffersWhatGoesWithMarksAndThenTheReview: one key, three times, from the grid to one plan that
// holds both.
func TestNextOffersWhatGoesWithMarksAndThenTheReview(t *testing.T) {
	b := uitest.Breach()
	for i := range b.Found {
		if r := b.Found[i].Resource; r.Ref.Kind == "ecs:cluster" && r.Ref.Region == "us-east-1" {
			r.MadeAt = time.Time{} // ECS tells no age of clusters.
		}
	}
	onGrid(t, b, func(h *uitest.Host) {
		h.Press("N", "N")
		h.Wants("NEXT     N marks 3 more that hold or use nothing else: 3 clusters; x reviews without them")
		h.Press("N")
		h.Wants("marked 3 more", "NEXT     N reviews the removal of the 41 marked")
		h.Press("u")
		h.Wants("NEXT     N marks 3 more")
		h.Press("N", "N")
		if !slices.Contains(h.Opened.Asked, "review") || h.Marks.Len() != 41 {
			t.Errorf("asked for %v with %d marks", h.Opened.Asked, h.Marks.Len())
		}
	})
}

// TestNextDoesWhatTheScreenSays when the key is pressed, and not what became true since.
func TestNextDoesWhatTheScreenSays(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Wants("N shows the 41+")
		h.Marks.Mark([]model.Ref{uitest.Ref("us-east-1", "ecs:task", "task0000")}, true) // Not drawn yet.
		h.Press("N")
		if len(h.Opened.Asked) > 0 {
			t.Errorf("it asked for %v", h.Opened.Asked)
		}
		h.Wants("filter age<24h")
	})
}

// TestNextIsNeverCutBeforeItsDeed on the narrowest screen.
func TestNextIsNeverCutBeforeItsDeed(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Resize(60, 20)
		for _, deed := range []string{"NEXT     N shows the 41+", "NEXT     N marks the 41", "NEXT     N reviews the removal of the 41"} {
			h.Wants(deed)
			h.Press("N")
		}
	})
}

func emptyEnv() query.Env { return query.Env{Now: uitest.Morning(), Location: uitest.Seoul()} }

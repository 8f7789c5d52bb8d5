package run

import (
	"slices"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// rate is what the whole account bills an hour, as far as it is known: what the run does not stop is
// in it, and what somebody makes meanwhile.
type rate struct {
	perHour float64
	// newcomers is the part of it that was first met after the run had begun, and is not in the plan.
	newcomers float64
	// about says that a price in it is an estimate, atLeast that something which may cost was not
	// counted.
	about, atLeast bool
}

// rateOf costs the number of resources, and is made beside the loop.
func rateOf(snap *model.Snapshot, catalog *model.Catalog, now, began time.Time, planned func(model.Ref) bool) rate {
	grid := model.NewGrid(snap, catalog, model.GridOptions{Now: now})
	out := rate{perHour: grid.Total.PerHour, about: grid.Total.Estimated, atLeast: grid.Total.Unpriced > 0}
	for i := range grid.Rows {
		out.atLeast = out.atLeast || uncounted(grid.Kinds, &grid.Rows[i])
	}
	if grid.Global != nil {
		out.atLeast = out.atLeast || uncounted(grid.GlobalKinds, grid.Global)
	}
	for r := range snap.All {
		if r.Counts && r.Rate.Billed && r.Rate.Known && r.FirstSeen.After(began) && !planned(r.Ref) {
			out.newcomers += r.Rate.PerHour
		}
	}
	return out
}

// uncounted says whether a cell of a kind that declares dollars was not counted.
func uncounted(kinds []model.Kind, row *model.GridRow) bool {
	for i := range row.Cells {
		costs := slices.ContainsFunc(kinds[i].Fields, func(f model.Field) bool { return f.Unit == model.USD })
		if sum := row.Cells[i].Sum; costs && (sum.AtLeast || sum.Disabled > 0) {
			return true
		}
	}
	return false
}

// Refresh adds up what the account bills now.
func (r *Screen) Refresh(loud bool) {
	snap, catalog, now, v := r.needs.Account.Present(), r.needs.Catalog, r.needs.Clock.Now(), r.entry.Progress
	began, planned := v.Started, v.Planned
	background.DoLatest(r.needs.Loop, &r.adding, !loud, func() rate { return rateOf(snap, catalog, now, began, planned) }, func(x rate) {
		r.rate = &x
	})
}

// moneySpans say what of the plan is still billed, and what the account as a whole bills now; none
// where nothing costs anything.
func (r *Screen) moneySpans() []kit.Span {
	v, th := r.entry.Progress, r.needs.Theme
	var spans []kit.Span
	if v.PerHour > 0 {
		spans = append(spans, kit.Span{Text: " burn of the plan ", Style: th.Muted},
			kit.Span{Text: words.About(v.PerHour, v.About) + " → " + words.About(max(0, v.PerHour-v.Stopped), v.About) + "/h", Style: th.Own})
	}
	if x := r.rate; x != nil && (x.perHour > 0 || v.PerHour > 0) {
		spans = append(spans, kit.Span{Text: words.If(v.PerHour > 0, " ·") + " account now ", Style: th.Muted},
			kit.Span{Text: words.If(x.atLeast, words.AtLeast+" ") + words.About(x.perHour, x.about) + "/h", Style: th.Strong})
		if x.newcomers > 0 {
			spans = append(spans, kit.Span{Text: " · ! " + words.About(x.newcomers, x.about) + "/h of it came since", Style: th.Warning})
		}
	}
	return spans
}

package grid

import (
	"maps"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/words"
)

// facts are what a job learned beside the counts, for the lines above the grid.
type facts struct {
	// maybe counts by cell, and unsure in all, what the filter may select and of which it cannot be
	// told; unsureKinds by kind.
	maybe       map[model.CellKey]int
	unsure      int
	unsureKinds map[model.KindID]int
	// mine counts what the filter shows and that goes back to the caller, by his hand or by a
	// definition that he registered; mineNames are the names of the latter.
	mine      int
	mineNames []string
	// others counts what was made in the window and does not go back to the caller; newRate and newSoFar are what
	// all that is new costs an hour and has cost.
	others int
	// dated counts what was made in the window, appeared what came after the first look and has no
	// known age.
	dated, appeared   int
	newRate, newSoFar float64
	newEstimated      bool
	// spent is what had been spent, when they went, by things that went away while the console
	// looked on.
	spent      float64
	spentAbout bool
	// empty counts holders that hold nothing, once a run has ended.
	empty int
	// with is what goes with what is marked.
	with companions
}

// learn goes once through all that counts.
func (a countRequest) learn(p *picture) {
	f := &p.facts
	f.maybe, f.unsureKinds = map[model.CellKey]int{}, map[model.KindID]int{}
	mine := a.madeByMe()
	names := map[string]bool{}
	for r := range a.snap.All {
		if !r.Counts {
			continue
		}
		hit := a.match == nil || a.match(r)
		if !hit && a.unsure != nil && a.unsure(r) && (a.regions == nil || a.regions(r.Ref.Region)) {
			f.maybe[r.Ref.Cell()]++
			f.unsureKinds[r.Ref.Kind]++
			f.unsure++
		}
		origin, own := mineOf(r, mine)
		if own && hit {
			f.mine++
			names[origin] = true
		}
		a.learnNew(f, r, own)
		if a.ended && a.empty(r) {
			f.empty++
		}
	}
	if a.marked != nil {
		f.with = companionsOf(a.snap, a.catalog, a.marked(), a.empty)
	}
	f.mineNames = slices.Sorted(maps.Keys(names))
	f.spent, f.spentAbout = a.ledger.compare(a.snap, a.now)
	a.taint(p)
}

func (a countRequest) learnNew(f *facts, r *model.Resource, own bool) {
	if !a.snap.Grown(r) && (r.MadeAt.IsZero() || a.now.Sub(r.MadeAt) > a.window) {
		return
	}
	dated := !r.MadeAt.IsZero() && a.now.Sub(r.MadeAt) <= a.window
	switch {
	case !dated:
		f.appeared++
	case own || a.putBack[r.Ref]:
		f.dated++
	default:
		f.dated++
		f.others++
	}
	if r.Rate.Billed && r.Rate.Known {
		soFar, _ := r.Rate.SoFar(a.now)
		f.newRate += r.Rate.PerHour
		f.newSoFar += soFar
		f.newEstimated = f.newEstimated || r.Rate.Estimated
	}
}

// madeByMe names what the caller himself is known to have made.
func (a countRequest) madeByMe() map[model.Ref]string {
	if a.me == "" {
		return nil
	}
	mine := map[model.Ref]string{}
	for r := range a.snap.All {
		if r.Maker.ARN == a.me {
			mine[r.Ref] = familyOf(r.Name)
		}
	}
	return mine
}

// familyOf is a name without the revision that AWS puts behind it.
func familyOf(name string) string {
	if at := strings.LastIndexByte(name, ':'); at > 0 && strings.Trim(name[at+1:], "0123456789") == "" {
		return name[:at]
	}
	return name
}

// mineOf says whether a resource goes back to the caller, and through what.
func mineOf(r *model.Resource, mine map[model.Ref]string) (name string, ok bool) {
	if name, ok = mine[r.Ref]; ok {
		return name, true
	}
	for _, used := range r.Uses {
		if name, ok = mine[used]; ok {
			return name, true
		}
	}
	return "", false
}

// taint makes lower bounds of the sums of cells in which something may match.
func (a countRequest) taint(p *picture) {
	if p.facts.unsure == 0 {
		return
	}
	for i := range p.shown.Rows {
		p.taint(&p.shown.Rows[i])
	}
	if p.shown.Global != nil {
		p.taint(p.shown.Global)
	}
}

func (p *picture) taint(row *model.GridRow) {
	for j := range row.Cells {
		if c := &row.Cells[j]; p.facts.maybe[c.Cell.Key] > 0 {
			c.Sum.AtLeast, row.Total.AtLeast, p.shown.Total.AtLeast = true, true, true
		}
	}
}

// unsureText says by kind of how many it cannot be told whether they match.
func (f *facts) unsureText(catalog *model.Catalog) string {
	var parts []string
	for _, kind := range words.KindsInOrder(catalog, maps.Keys(f.unsureKinds)) {
		parts = append(parts, words.KindCount(catalog, kind, f.unsureKinds[kind]))
	}
	if len(parts) > 3 {
		parts = append(parts[:3], "and others")
	}
	return strings.Join(parts, ", ")
}

// emptyQuery selects holders that hold nothing, by the counts that AWS keeps of what is in them.
type emptyQuery struct {
	text  string
	query *query.Query
}

// matcher is the query at a moment; no query selects nothing.
func (e *emptyQuery) matcher(env query.Env) func(*model.Resource) bool {
	if e == nil {
		return func(*model.Resource) bool { return false }
	}
	return func(r *model.Resource) bool { return e.query.Match(r, env) }
}

// emptyHolders makes that query out of the catalog: the kinds that hold others, with each of their
// counts at 0. It is nil where no holder has such counts.
func emptyHolders(catalog *model.Catalog) *emptyQuery {
	for _, k := range catalog.Kinds() {
		if !k.IsContainer || len(k.Aliases) == 0 {
			continue
		}
		text := "kind:" + k.Aliases[0]
		counts := 0
		for _, f := range k.Fields {
			if f.Type == model.NumberField && f.Unit == model.CountOfThem {
				text += " " + f.ID + ":0"
				counts++
			}
		}
		q, err := query.Parse(catalog, text, query.Options{NoRaw: true})
		if counts == 0 || err != nil {
			continue
		}
		return &emptyQuery{text: text, query: q}
	}
	return nil
}

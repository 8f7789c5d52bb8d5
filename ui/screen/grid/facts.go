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
	// unsure counts what the filter may select and of which it cannot be told; unsureKinds by kind.
	unsure      int
	unsureKinds map[model.KindID]int
	// fresh counts what the filter of NEXT selects, of which it cannot be told in freshUnsure more.
	fresh, freshUnsure int
	// back counts what the filter shows and that an undo has put back, freshBack what of it NEXT's
	// filter selects; backNames are their names, by what the filter knows them by.
	back, freshBack int
	backNames       map[string]string
	// mine counts what the filter shows and that goes back to the caller, by his hand or by a
	// definition that he registered; mineNames are the names of the latter.
	mine      int
	mineNames []string
	// others counts what NEXT's filter selects and neither the caller made nor an undo put back;
	// newRate and newSoFar are what all that is new costs an hour and has cost.
	others            int
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
	f.unsureKinds = map[model.KindID]int{}
	mine := a.madeByMe()
	names := map[string]bool{}
	f.backNames = map[string]string{}
	for r := range a.snap.All {
		if !r.Counts {
			continue
		}
		hit := a.match == nil || a.match(r)
		if !hit && a.unsure != nil && a.unsure(r) && (a.regions == nil || a.regions(r.Ref.Region)) {
			f.unsureKinds[r.Ref.Kind]++
			f.unsure++
		}
		origin, own := mineOf(r, mine)
		switch {
		case own && hit:
			f.mine++
			names[origin] = true
		case a.back[r.Ref] && hit:
			f.back++
			f.backNames[r.Thing()] = r.Name
		}
		a.learnFresh(f, r, own)
		a.learnNew(f, r)
		if a.ended && a.empty(r) {
			f.empty++
		}
	}
	if a.marked != nil {
		f.with = companionsOf(a.snap, a.catalog, a.marked(), a.empty)
	}
	f.mineNames = slices.Sorted(maps.Keys(names))
	a.ledger.seed(a.spent)
	f.spent, f.spentAbout = a.ledger.compare(a.snap, a.now)
}

// learnFresh counts what NEXT leads to by its own filter, so that its number is that of the rows.
func (a countRequest) learnFresh(f *facts, r *model.Resource, own bool) {
	env := query.Env{Now: a.now}
	switch {
	case a.newest == nil:
	case a.newest.Match(r, env):
		f.fresh++
		if a.back[r.Ref] {
			f.freshBack++
		} else if !own {
			f.others++
		}
	case a.newest.Unsure(r, env):
		f.freshUnsure++
	}
}

func (a countRequest) learnNew(f *facts, r *model.Resource) {
	if !(model.GridOptions{Now: a.now, Window: a.window}).New(a.snap, r) {
		return
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

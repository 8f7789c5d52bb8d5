package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// summary is a plan added up for the eye; it is made beside the loop.
type summary struct {
	phases  []phaseSum
	regions []regionSum
	// kinds are the kinds that have targets, phaseOf the phase of each.
	kinds   []model.KindID
	phaseOf map[model.KindID]model.Phase
	perHour float64
	about   bool
	// eta is how long it takes; rest is what is left of a removal that was begun, nil for any other.
	eta  plan.ETA
	rest *rest
	// inTheWay are the ARNs of what was left out and of what uses it, where nothing is left of a
	// removal.
	inTheWay []string
}

type phaseSum struct {
	phase  model.Phase
	counts []kindCount
	steps  int
	undo   string
}

type kindCount struct {
	kind model.KindID
	n    int
}

type regionSum struct {
	name, title string
	counts      map[model.KindID]int
	leftOut     []string
}

// summarize adds a plan up, or what is left of it.
func summarize(p *plan.Plan, snap *model.Snapshot, catalog *model.Catalog, left *rest) *summary {
	d := &summary{phaseOf: map[model.KindID]model.Phase{}, eta: p.ETA, rest: left}
	if left != nil {
		d.eta = left.eta
	}
	regions := map[string]*regionSum{}
	region := func(at model.Place) *regionSum {
		name := at.Title()
		if regions[name] == nil {
			regions[name] = &regionSum{name: name, title: words.RegionTitle(snap, at.Region), counts: map[model.KindID]int{}}
		}
		return regions[name]
	}
	kinds := map[model.KindID]bool{}
	for i := range p.Targets {
		t := &p.Targets[i]
		if !left.has(t.Ref) {
			continue
		}
		region(t.Ref.Place).counts[t.Ref.Kind]++
		kinds[t.Ref.Kind] = true
		d.perHour += t.USDPerHour
		d.about = d.about || t.Estimated
	}
	for i := range p.LeftOut {
		l := &p.LeftOut[i]
		r := region(l.Ref.Place)
		word := l.Name
		if l.Protected {
			word += " (protected)"
		}
		r.leftOut = append(r.leftOut, word)
	}
	for kind := range kinds {
		if k, ok := catalog.Kind(kind); ok {
			d.phaseOf[kind] = k.Phase
		}
	}
	for i := range p.Steps {
		d.phaseOf[p.Steps[i].Kind] = p.Steps[i].Phase
	}
	d.kinds = words.KindsInOrder(catalog, maps.Keys(kinds))
	for _, r := range regions {
		d.regions = append(d.regions, *r)
	}
	slices.SortFunc(d.regions, func(a, b regionSum) int {
		return cmp.Or(cmp.Compare(d.eta.Regions[b.name], d.eta.Regions[a.name]), strings.Compare(a.name, b.name))
	})
	d.phases = readPhases(p, catalog, left)
	if p.N() == 0 && p.Verb == plan.Delete {
		d.inTheWay = inTheWay(p, snap)
	}
	return d
}

// inTheWay names what was left out and what uses it, the latter first, up to a bound.
func inTheWay(p *plan.Plan, snap *model.Snapshot) []string {
	graph := model.NewGraph(snap)
	var arns []string
	add := func(arn string) {
		if arn != "" && len(arns) < screen.ARNsMost && !slices.Contains(arns, arn) {
			arns = append(arns, arn)
		}
	}
	for i := range p.LeftOut {
		for _, user := range slices.Concat(graph.Users(p.LeftOut[i].Ref), graph.Children(p.LeftOut[i].Ref)) {
			if user.Counts {
				add(user.ARN)
			}
		}
	}
	for i := range p.LeftOut {
		add(p.LeftOut[i].ARN)
	}
	return arns
}

// readPhases counts in each phase the resources that its steps name and that are left, each once.
func readPhases(p *plan.Plan, catalog *model.Catalog, left *rest) []phaseSum {
	var sums []phaseSum
	undo := runs.UndoOf(p, catalog)
	for phase := model.Silence; phase <= model.Verify; phase++ {
		sum := phaseSum{phase: phase, undo: undo[phase]}
		seen := map[model.Ref]bool{}
		counts := map[model.KindID]int{}
		for i := range p.Steps {
			s := &p.Steps[i]
			if s.Phase != phase || !slices.ContainsFunc(s.Targets, left.has) {
				continue
			}
			sum.steps++
			for _, ref := range s.Targets {
				if !seen[ref] && left.has(ref) {
					seen[ref] = true
					counts[ref.Kind]++
				}
			}
		}
		for _, k := range words.KindsInOrder(catalog, maps.Keys(counts)) {
			sum.counts = append(sum.counts, kindCount{k, counts[k]})
		}
		if sum.steps > 0 {
			sums = append(sums, sum)
		}
	}
	return sums
}

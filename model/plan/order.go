package plan

import (
	"maps"
	"slices"
	"strconv"

	"github.com/rootout/rootout/model"
)

// draft is a step on its way to becoming one: still about single resources, with its place among the drafts of its resource.
type draft struct {
	Step
	ref model.Ref
	// nth is the place among the resource's drafts.
	nth int
}

// steps turns the kinds' drafts into ordered steps with their dependencies.
func (f *freezer) steps(targets []Target) []Step {
	var drafts []draft
	for _, t := range targets {
		drafts = append(drafts, f.draftsOf(t.Ref)...)
	}
	batches := f.batch(drafts)
	slices.SortStableFunc(batches, f.compare)
	for i := range batches {
		batches[i].ID = stepID(i)
	}
	stepOf := stepsByTarget(batches)
	steps := make([]Step, len(batches))
	for i, b := range batches {
		b.After = f.waits(b, stepOf)
		b.Barriers = barriers(b.Phase)
		steps[i] = b.Step
	}
	return steps
}

// stepsByTarget are the steps of each resource in the order in which its kind wants them, which need not be the order of the plan: a call for ten
// resources stands where its first one does.
func stepsByTarget(batches []draft) map[model.Ref][]string {
	inPlace := slices.Clone(batches)
	slices.SortStableFunc(inPlace, func(a, b draft) int { return a.nth - b.nth })
	stepOf := map[model.Ref][]string{}
	for _, d := range inPlace {
		for _, ref := range d.Targets {
			stepOf[ref] = append(stepOf[ref], d.ID)
		}
	}
	return stepOf
}

func (f *freezer) draftsOf(ref model.Ref) []draft {
	r := f.graph.Get(ref)
	kind, _ := f.Catalog.Kind(ref.Kind)
	usd := f.burnOf(ref, 0)
	var out []draft
	for nth, s := range f.Rules[ref.Kind].Steps(r, f.graph) {
		s.Kind, s.Region = ref.Kind, ref.Region
		if len(s.Targets) == 0 {
			s.Targets = []model.Ref{ref}
		}
		if s.Phase == model.Silence {
			s.Phase = kind.Phase
		}
		s.USDPerHour = usd
		out = append(out, draft{Step: s, ref: ref, nth: nth})
	}
	return out
}

// burnOf is what stops being billed when a resource goes, with all it owns. Ownership is at most four levels deep; the limit guards against a
// circle that a broken listing might claim.
func (f *freezer) burnOf(ref model.Ref, depth int) float64 {
	r := f.graph.Get(ref)
	if r == nil || depth > 4 || !f.live(r) {
		return 0
	}
	usd := 0.0
	if r.Rate.Known && r.Rate.Billed {
		usd = r.Rate.PerHour
	}
	for _, child := range f.graph.Children(ref) {
		usd += f.burnOf(child.Ref, depth+1)
	}
	return usd
}

// batch joins drafts of one region, kind, operation and place, and with the same parameters, into calls of the size the operation takes.
func (f *freezer) batch(drafts []draft) []draft {
	type key struct {
		region, op, params string
		kind               model.KindID
		nth                int
	}
	open := map[key]int{}
	var out []draft
	for _, d := range drafts {
		size := f.Rules[d.Kind].Batch[d.Op]
		if size <= 1 {
			out = append(out, d)
			continue
		}
		k := key{region: d.Region, op: d.Op, params: canonicalParams(d.Params), kind: d.Kind, nth: d.nth}
		if at, ok := open[k]; ok && len(out[at].Targets) < size {
			out[at].Targets = append(out[at].Targets, d.Targets...)
			out[at].USDPerHour += d.USDPerHour
			continue
		}
		open[k] = len(out)
		out = append(out, d)
	}
	return out
}

func canonicalParams(params map[string]string) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(params)) {
		text += strconv.Quote(name) + "=" + strconv.Quote(params[name]) + ";"
	}
	return text
}

// compare puts earlier phases first, then the dearest, then a stable order by region, kind, resource and place.
func (f *freezer) compare(a, b draft) int {
	switch {
	case a.Phase != b.Phase:
		return int(a.Phase) - int(b.Phase)
	case a.USDPerHour > b.USDPerHour:
		return -1
	case a.USDPerHour < b.USDPerHour:
		return 1
	}
	if c := a.ref.Compare(b.ref); c != 0 {
		return c
	}
	return a.nth - b.nth
}

// waits finds what a step waits for one by one: the step before it on the same resource, what its kind comes after, and its owners where the
// owner goes first (stopping a service's task before the service is told to stop would only bring a new one).
func (f *freezer) waits(d draft, stepOf map[model.Ref][]string) []Wait {
	found := map[string]Until{}
	add := func(id string, until Until) {
		if id != "" && id != d.ID {
			found[id] = max(found[id], until)
		}
	}
	until := Attempted
	if d.Removes {
		until = Verified
	}
	for _, ref := range d.Targets {
		own := stepOf[ref]
		if at := slices.Index(own, d.ID); at > 0 {
			add(own[at-1], Called)
		}
		kind, _ := f.Catalog.Kind(ref.Kind)
		for _, before := range f.before(ref, kind) {
			for _, id := range stepOf[before] {
				add(id, until)
			}
		}
		for _, before := range f.beside(ref, kind) {
			for _, id := range stepOf[before] {
				add(id, Attempted)
			}
		}
		for _, owner := range f.graph.Owners(f.graph.Get(ref)) {
			ownerKind, known := f.Catalog.Kind(owner.Kind)
			if known && !slices.Contains(ownerKind.After, ref.Kind) && ownerKind.Phase <= kind.Phase {
				add(last(stepOf[owner]), Called)
			}
		}
	}
	waits := make([]Wait, 0, len(found))
	for id, u := range found {
		waits = append(waits, Wait{Step: id, Until: u})
	}
	slices.SortFunc(waits, func(a, b Wait) int { return number(a.Step) - number(b.Step) })
	return waits
}

// before are the planned resources that have to go first: below it in ownership, or using it, and of a kind that its own comes after.
func (f *freezer) before(ref model.Ref, kind model.Kind) []model.Ref {
	var out []model.Ref
	consider := func(r *model.Resource) {
		if _, in := f.planned[r.Ref]; in && slices.Contains(kind.After, r.Ref.Kind) {
			out = append(out, r.Ref)
		}
	}
	var down func(model.Ref, int)
	down = func(at model.Ref, depth int) {
		for _, child := range f.graph.Children(at) {
			consider(child)
			if depth < 4 {
				down(child.Ref, depth+1)
			}
		}
	}
	down(ref, 0)
	for _, user := range f.graph.Users(ref) {
		consider(user)
	}
	return out
}

// beside are planned resources under the same owners, of a kind that its own comes after: a container instance is told to go after what runs in
// its cluster. Which of them it really depends on only AWS knows, so it waits for the attempt, and its gate for the rest.
func (f *freezer) beside(ref model.Ref, kind model.Kind) []model.Ref {
	var out []model.Ref
	for _, owner := range f.graph.Owners(f.graph.Get(ref)) {
		for _, sibling := range f.graph.Children(owner) {
			if _, in := f.planned[sibling.Ref]; in && sibling.Ref != ref && slices.Contains(kind.After, sibling.Ref.Kind) {
				out = append(out, sibling.Ref)
			}
		}
	}
	return out
}

// barriers keep the phases apart within a region: nothing is drained before what would bring it back has been told to be silent, and what
// costs nothing is tidied after the last call that stops the burning.
func barriers(p model.Phase) []Barrier {
	switch p {
	case model.Drain:
		return []Barrier{{Phase: model.Silence, Until: Attempted}}
	case model.Tidy:
		return []Barrier{{Phase: model.Drain, Until: Attempted}}
	case model.Silence, model.Remove, model.Erase, model.Verify:
	}
	return nil
}

// stepID is the id of the i-th step of a plan.
func stepID(i int) string { return "s" + strconv.Itoa(i+1) }

func last(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[len(ids)-1]
}

func number(stepID string) int {
	n, _ := strconv.Atoi(stepID[1:])
	return n
}

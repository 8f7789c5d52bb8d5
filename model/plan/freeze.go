package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
)

// verb is the first word of the phrase of every removal.
const verb = "delete"

// Protection refuses resources: one query of the protect list.
type Protection interface {
	// Protects says whether a resource must not be touched, and why; what it cannot tell, it protects.
	Protects(r *model.Resource) (protected bool, reason string)
}

// Input is everything that a plan depends on.
type Input struct {
	Snapshot *model.Snapshot
	Catalog  *model.Catalog
	// Rules say how each kind is removed; a kind without one cannot be planned.
	Rules map[model.KindID]Rule
	// Marked are the operator's choices.
	Marked []model.Ref
	// Account, Partition and Caller are where and as whom the plan will run.
	Account, Partition string
	Caller             Caller
	// Now is when it is frozen.
	Now time.Time
	// Protections are the protect list.
	Protections []Protection
	// HiddenByFilter counts marks that the filter on screen does not show.
	HiddenByFilter int
	// Rates, Latency (one round trip) and Poll (one look at what is under way) make the ETA.
	Rates   Rates
	Latency time.Duration
	Poll    time.Duration
}

// ErrNothing is returned when no target is left to plan; the plan that comes with it says why each was left out.
var ErrNothing = errors.New("nothing to plan")

// Freeze computes the plan that removes what is marked and everything that belongs to it. The result depends on the input alone: the same
// input gives the same digest. It returns ErrNothing, with the plan, when all of it is left out.
func Freeze(in Input) (*Plan, error) {
	f := &freezer{Input: in, graph: model.NewGraph(in.Snapshot), forbidden: map[model.Ref]refusal{}}
	f.settle()
	p := &Plan{
		Version:        Version,
		Verb:           verb,
		Account:        in.Account,
		Partition:      in.Partition,
		Caller:         in.Caller,
		FrozenAt:       in.Now.UTC().Truncate(time.Millisecond),
		HiddenByFilter: in.HiddenByFilter,
	}
	p.Targets = f.targets()
	p.Steps = f.steps(p.Targets)
	p.LeftOut = f.leftOut()
	p.Uncovered = uncovered(p.Targets)
	p.Warnings = f.warnings(p.Targets)
	p.ETA = estimate(p.Steps, in)
	p.Digest = p.digest()
	if len(p.Targets) == 0 {
		return p, ErrNothing
	}
	return p, nil
}

// freezer holds the sets while they are computed.
type freezer struct {
	Input
	graph *model.Graph
	// planned maps every planned resource to the owner through which it came in, the zero Ref for marked ones.
	planned   map[model.Ref]model.Ref
	forbidden map[model.Ref]refusal
	missing   []model.Ref
	shared    map[model.Ref]string
}

type refusal struct {
	reason    string
	protected bool
}

// settle repeats closure and refusals until nothing changes: a refusal takes its owners out of the plan, and with them whatever came in only
// because of them.
func (f *freezer) settle() {
	for {
		f.close()
		before := len(f.forbidden)
		f.refuse()
		if len(f.forbidden) == before {
			return
		}
	}
}

// close computes the closure under ownership: a resource belongs to the plan when all of its owners do.
func (f *freezer) close() {
	f.planned, f.shared, f.missing = map[model.Ref]model.Ref{}, map[model.Ref]string{}, nil
	var queue []model.Ref
	marked := slices.Clone(f.Marked)
	slices.SortFunc(marked, model.Ref.Compare)
	for _, ref := range slices.Compact(marked) {
		r := f.graph.Get(ref)
		_, refused := f.forbidden[ref]
		switch {
		case r == nil:
			f.missing = append(f.missing, ref)
		case !refused && f.live(r):
			f.planned[ref] = model.Ref{}
			queue = append(queue, ref)
		}
	}
	for len(queue) > 0 {
		owner := queue[0]
		queue = queue[1:]
		for _, child := range f.graph.Children(owner) {
			if f.joins(child) {
				f.planned[child.Ref] = owner
				queue = append(queue, child.Ref)
			}
		}
	}
}

// live says whether there is anything to be removed about a resource.
func (f *freezer) live(r *model.Resource) bool { return r.Counts && !r.Deleting }

func (f *freezer) joins(child *model.Resource) bool {
	if _, in := f.planned[child.Ref]; in || !f.live(child) {
		return false
	}
	if _, refused := f.forbidden[child.Ref]; refused {
		return false
	}
	for _, owner := range f.graph.Owners(child) {
		if _, in := f.planned[owner]; !in {
			f.shared[child.Ref] = owner.String()
			return false
		}
	}
	delete(f.shared, child.Ref)
	return true
}

// refuse finds what must not be touched among what is planned, and blocks the owners of what is refused.
func (f *freezer) refuse() {
	isPlanned := func(ref model.Ref) bool { _, in := f.planned[ref]; return in }
	// The order is fixed, so that of several reasons always the same one is told.
	inOrder := slices.SortedFunc(maps.Keys(f.planned), model.Ref.Compare)
	for _, ref := range inOrder {
		if reason := f.reasonAgainst(f.graph.Get(ref), isPlanned); reason.reason != "" {
			f.forbidden[ref] = reason
		}
	}
	for _, ref := range inOrder {
		if _, already := f.forbidden[ref]; already {
			continue
		}
		for _, child := range f.graph.Children(ref) {
			if why, refused := f.forbidden[child.Ref]; refused && f.live(child) {
				f.forbidden[ref] = refusal{reason: "it holds " + child.Thing() + ": " + why.reason, protected: why.protected}
				break
			}
		}
	}
}

func (f *freezer) reasonAgainst(r *model.Resource, planned func(model.Ref) bool) refusal {
	for _, p := range f.Protections {
		if protected, reason := p.Protects(r); protected {
			return refusal{reason: "protected: " + reason, protected: true}
		}
	}
	if why := f.unseenIn(r); why != "" {
		return refusal{reason: why, protected: true}
	}
	rule, known := f.Rules[r.Ref.Kind]
	if !known || rule.Steps == nil {
		return refusal{reason: "rootout cannot remove this kind"}
	}
	if rule.Carries != nil {
		if why := rule.Carries(r, f.Caller); why != "" {
			return refusal{reason: "it would take your own access away: " + why, protected: true}
		}
	}
	if rule.Refuse != nil {
		if why := rule.Refuse(r, f.graph, planned); why != "" {
			return refusal{reason: why}
		}
	}
	return refusal{}
}

// unseenIn says why it cannot be told whether a container holds something protected, or "". Without a protect list nothing can be.
func (f *freezer) unseenIn(r *model.Resource) string {
	if len(f.Protections) == 0 {
		return ""
	}
	kind, _ := f.Catalog.Kind(r.Ref.Kind)
	for _, below := range kind.Holds {
		cell := f.Snapshot.Cell(r.Ref.Place.Cell(below))
		if !cell.State.Complete() {
			return fmt.Sprintf("protected: cannot tell whether it holds something protected, since %s in %s is %s", below, r.Ref.Region, cell.State)
		}
	}
	return ""
}

func (f *freezer) targets() []Target {
	targets := make([]Target, 0, len(f.planned))
	for ref, because := range f.planned {
		r := f.graph.Get(ref)
		t := Target{Ref: ref, ARN: r.ARN, Name: r.Name, Because: because, Behind: r.Behind}
		if r.Rate.Known && r.Rate.Billed {
			t.USDPerHour, t.Estimated = r.Rate.PerHour, r.Rate.Estimated
		}
		targets = append(targets, t)
	}
	slices.SortFunc(targets, func(a, b Target) int { return a.Ref.Compare(b.Ref) })
	return targets
}

func (f *freezer) leftOut() []LeftOut {
	var out []LeftOut
	add := func(ref model.Ref, why refusal) {
		l := LeftOut{Ref: ref, Name: model.Clean(ref.ID), Reason: why.reason, Protected: why.protected}
		if r := f.graph.Get(ref); r != nil {
			l.ARN, l.Name = r.ARN, r.Name
		}
		out = append(out, l)
	}
	for ref, why := range f.forbidden {
		add(ref, why)
	}
	for _, ref := range f.missing {
		add(ref, refusal{reason: "it is not there any more"})
	}
	for ref, owner := range f.shared {
		add(ref, refusal{reason: "it belongs to " + owner + " too, which is not in the plan"})
	}
	for _, ref := range f.Marked {
		if r := f.graph.Get(ref); r != nil && !f.live(r) {
			add(ref, refusal{reason: "nothing to do: AWS says " + r.State})
		}
	}
	slices.SortFunc(out, func(a, b LeftOut) int {
		if c := a.Ref.Compare(b.Ref); c != 0 {
			return c
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	return slices.CompactFunc(out, func(a, b LeftOut) bool { return a.Ref == b.Ref })
}

// warnings are the sentences of the kinds, and one for every cell that a planned container may hold more in than was counted.
func (f *freezer) warnings(targets []Target) []string {
	isPlanned := func(ref model.Ref) bool { _, in := f.planned[ref]; return in }
	var out []string
	uncounted := map[model.CellKey]bool{}
	for _, t := range targets {
		if warn := f.Rules[t.Ref.Kind].Warn; warn != nil {
			if text := warn(f.graph.Get(t.Ref), f.graph, isPlanned); text != "" {
				out = append(out, text)
			}
		}
		kind, _ := f.Catalog.Kind(t.Ref.Kind)
		for _, below := range slices.Concat(kind.After, kind.Holds) {
			key := t.Ref.Place.Cell(below)
			if state := f.Snapshot.Cell(key).State; !state.Complete() {
				uncounted[key] = true
			}
		}
	}
	for key := range uncounted {
		out = append(out, fmt.Sprintf("%s in %s is %s: what was not seen there is not in the plan, and blocks its owner's removal until you look at it",
			key.Kind, key.Region, f.Snapshot.Cell(key).State))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func uncovered(targets []Target) []model.Uncovered {
	var out []model.Uncovered
	for _, t := range targets {
		for _, b := range t.Behind {
			b.ID, b.Console = model.Clean(b.ID), model.Clean(b.Console)
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b model.Uncovered) int {
		return strings.Compare(a.Region+a.Type+a.ID, b.Region+b.Type+b.ID)
	})
	return slices.CompactFunc(out, func(a, b model.Uncovered) bool {
		return a.Region == b.Region && a.Type == b.Type && a.ID == b.ID
	})
}

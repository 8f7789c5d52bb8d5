package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// selection is what a plan acts on, and what it leaves out with the reason. The sets are computed
// from the input alone.
type selection struct {
	Input
	verb  Verb
	graph *model.Graph
	// chosen maps every resource in the plan to the owner through which it came in, the zero Ref
	// for what was wished for itself.
	chosen  map[model.Ref]model.Ref
	refused map[model.Ref]refusal
	// absent are wished for and not there; shared belong to something that is not chosen, too.
	absent []model.Ref
	shared map[model.Ref]string
}

type refusal struct {
	reason    string
	protected bool
}

func newSelection(in Input, verb Verb) *selection {
	return &selection{Input: in, verb: verb, graph: model.NewGraph(in.Snapshot), refused: map[model.Ref]refusal{}}
}

// choose repeats closure and refusals until nothing changes: a refusal takes its owners out of the
// plan, and with them whatever came in only because of them.
func (s *selection) choose() {
	for {
		s.closeOver()
		before := len(s.refused)
		s.refuse()
		if len(s.refused) == before {
			return
		}
	}
}

// closeOver computes the closure under ownership: a resource belongs to the plan when all of its
// owners do.
func (s *selection) closeOver() {
	s.chosen, s.shared, s.absent = map[model.Ref]model.Ref{}, map[model.Ref]string{}, nil
	var queue []model.Ref
	marked := model.RefsOf(s.Marked)
	slices.SortFunc(marked, model.Ref.Compare)
	for _, ref := range slices.Compact(marked) {
		r := s.graph.Get(ref)
		_, refused := s.refused[ref]
		switch {
		case r == nil:
			s.absent = append(s.absent, ref)
		case !refused && live(r):
			s.chosen[ref] = model.Ref{}
			queue = append(queue, ref)
		}
	}
	if !s.verb.takesOwned() {
		return
	}
	for len(queue) > 0 {
		owner := queue[0]
		queue = queue[1:]
		for _, child := range s.graph.Children(owner) {
			if s.joins(child) {
				s.chosen[child.Ref] = owner
				queue = append(queue, child.Ref)
			}
		}
	}
}

// live says whether there is anything to be done about a resource.
func live(r *model.Resource) bool { return r.Counts && !r.Deleting }

// has says whether a resource is in the plan.
func (s *selection) has(ref model.Ref) bool {
	_, in := s.chosen[ref]
	return in
}

func (s *selection) joins(child *model.Resource) bool {
	if s.has(child.Ref) || !live(child) {
		return false
	}
	if _, refused := s.refused[child.Ref]; refused {
		return false
	}
	for _, owner := range s.graph.Owners(child) {
		if !s.has(owner) {
			s.shared[child.Ref] = owner.String()
			return false
		}
	}
	delete(s.shared, child.Ref)
	return true
}

// refuse finds what must not be touched among what is chosen, and blocks the owners of what is
// refused.
func (s *selection) refuse() {
	// The order is fixed, so that of several reasons always the same one is told.
	inOrder := slices.SortedFunc(maps.Keys(s.chosen), model.Ref.Compare)
	for _, ref := range inOrder {
		if why := s.reasonAgainst(s.graph.Get(ref), s.has); why.reason != "" {
			s.refused[ref] = why
		}
	}
	for _, ref := range inOrder {
		if _, already := s.refused[ref]; already {
			continue
		}
		for _, child := range s.graph.Children(ref) {
			if why, refused := s.refused[child.Ref]; refused && live(child) {
				s.refused[ref] = refusal{reason: "it holds " + child.Thing() + ": " + why.reason, protected: why.protected}
				break
			}
		}
	}
}

func (s *selection) reasonAgainst(r *model.Resource, planned func(model.Ref) bool) refusal {
	if why := ProtectedBy(s.Protections, r); why != "" {
		return refusal{reason: why, protected: true}
	}
	if why := s.unseenIn(r); why != "" {
		return refusal{reason: why, protected: true}
	}
	way, known := s.Rules[r.Ref.Kind].Verbs[s.verb]
	if !known || way.Steps == nil {
		return refusal{reason: "rootout cannot " + string(s.verb) + " this kind"}
	}
	if why := guard(s.Input, s.graph, r.Ref.Kind, placed(way.Steps(r, s.graph), r.Ref)); why != "" {
		return refusal{reason: why, protected: true}
	}
	if way.Refuse != nil {
		if why := way.Refuse(r, s.graph, planned); why != "" {
			return refusal{reason: why}
		}
	}
	return refusal{}
}

// ProtectedBy is why a protect list refuses a resource, or "".
func ProtectedBy(list []Protection, r *model.Resource) string {
	for _, p := range list {
		if protected, reason := p.Protects(r); protected {
			return "protected: " + reason
		}
	}
	return ""
}

// guard is why steps must not be made because of what they would do to the caller, or "".
func guard(in Input, g *model.Graph, kind model.KindID, steps []Step) string {
	carries := in.Rules[kind].Carries
	if carries == nil {
		return ""
	}
	if why := carries(steps, g, in.Caller); why != "" {
		return "it would take your own access away: " + why
	}
	return ""
}

// placed fills in what the steps for one resource leave out: its kind, its place, and itself as
// their target.
func placed(steps []Step, ref model.Ref) []Step {
	out := slices.Clone(steps)
	for i := range out {
		out[i].Kind, out[i].Place = ref.Kind, ref.Place
		if len(out[i].Targets) == 0 {
			out[i].Targets = []model.Ref{ref}
		}
	}
	return out
}

// unseenIn says why it cannot be told whether a container holds something protected, or "". Without
// a protect list nothing can be.
func (s *selection) unseenIn(r *model.Resource) string {
	if len(s.Protections) == 0 || !s.verb.takesOwned() {
		return ""
	}
	kind, _ := s.Catalog.Kind(r.Ref.Kind)
	for _, below := range kind.Owns {
		cell := s.Snapshot.Cell(r.Ref.Place.Cell(below))
		if !cell.State.Complete() {
			return fmt.Sprintf("protected: cannot tell whether it holds something protected, since %s in %s is %s",
				below, r.Ref.Title(), cell.State)
		}
	}
	return ""
}

// targets are what is chosen, as a plan holds it.
func (s *selection) targets(goal Goal) []Target {
	targets := make([]Target, 0, len(s.chosen))
	for ref, because := range s.chosen {
		r := s.graph.Get(ref)
		t := Target{Ref: ref, ARN: model.Clean(r.ARN), Name: r.Name, Goal: goal, Because: because, Leftovers: cleaned(r.Leftovers)}
		if r.Rate.Known && r.Rate.Billed {
			t.USDPerHour, t.Estimated = r.Rate.PerHour, r.Rate.Estimated
		}
		targets = append(targets, t)
	}
	slices.SortFunc(targets, func(a, b Target) int { return a.Ref.Compare(b.Ref) })
	return targets
}

// drafts are the steps of what is chosen, in the order of the targets.
func (s *selection) drafts(targets []Target) []draft {
	var out []draft
	for _, t := range targets {
		steps := s.Rules[t.Ref.Kind].Verbs[s.verb].Steps(s.graph.Get(t.Ref), s.graph)
		kind, _ := s.Catalog.Kind(t.Ref.Kind)
		usd := s.burnOf(t.Ref, 0)
		for nth, step := range placed(steps, t.Ref) {
			if step.Phase == model.Silence {
				step.Phase = kind.Phase
			}
			step.USDPerHour = usd
			out = append(out, draft{Step: step, ref: t.Ref, nth: nth})
		}
	}
	return out
}

// maxDepth bounds walks along ownership, which is at most four levels deep: it guards against a
// circle that a broken listing might claim.
const maxDepth = 4

// burnOf is what stops being billed when a resource goes, with all it owns.
func (s *selection) burnOf(ref model.Ref, depth int) float64 {
	r := s.graph.Get(ref)
	if r == nil || depth > maxDepth || !live(r) {
		return 0
	}
	usd := 0.0
	if r.Rate.Known && r.Rate.Billed {
		usd = r.Rate.PerHour
	}
	for _, child := range s.graph.Children(ref) {
		usd += s.burnOf(child.Ref, depth+1)
	}
	return usd
}

func (s *selection) leftOut() []LeftOut {
	var out []LeftOut
	add := func(ref model.Ref, why refusal) { out = append(out, leftOut(s.graph, ref, why)) }
	for ref, why := range s.refused {
		add(ref, why)
	}
	for _, ref := range s.absent {
		add(ref, refusal{reason: "it is not there any more"})
	}
	for ref, owner := range s.shared {
		add(ref, refusal{reason: "it belongs to " + owner + " too, which is not in the plan"})
	}
	for _, ref := range model.RefsOf(s.Marked) {
		if r := s.graph.Get(ref); r != nil && !live(r) {
			add(ref, refusal{reason: "nothing to do: AWS says " + r.State})
		}
	}
	return sortedLeftOut(out)
}

func leftOut(g *model.Graph, ref model.Ref, why refusal) LeftOut {
	l := LeftOut{Ref: ref, Name: model.Clean(ref.ID), Reason: why.reason, Protected: why.protected}
	if r := g.Get(ref); r != nil {
		l.ARN, l.Name = model.Clean(r.ARN), r.Name
	}
	return l
}

// sortedLeftOut names each resource once, with the first of its reasons.
func sortedLeftOut(out []LeftOut) []LeftOut {
	slices.SortFunc(out, func(a, b LeftOut) int {
		if c := a.Ref.Compare(b.Ref); c != 0 {
			return c
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	return slices.CompactFunc(out, func(a, b LeftOut) bool { return a.Ref == b.Ref })
}

// warnings are those of the kinds, and one for every cell that a planned container may hold more in
// than was counted.
func (s *selection) warnings(targets []Target) []string {
	var out []Warning
	uncounted := map[model.CellKey]bool{}
	for _, t := range targets {
		if warn := s.Rules[t.Ref.Kind].Verbs[s.verb].Warn; warn != nil {
			if w := warn(s.graph.Get(t.Ref), s.graph, s.has); w != (Warning{}) {
				out = append(out, w)
			}
		}
		kind, _ := s.Catalog.Kind(t.Ref.Kind)
		if r := s.graph.Get(t.Ref); t.Goal == Gone && kind.Undo == model.UndoExactly && r.Secrets > 0 {
			out = append(out, Warning{
				Name: t.Name, One: t.Name + " holds secret values, which are never kept: u cannot put it back exactly",
				Many: "resources hold secret values, which are never kept: u cannot put them back exactly",
			})
		}
		if !s.verb.takesOwned() {
			continue
		}
		for _, below := range slices.Concat(kind.After, kind.Owns) {
			key := t.Ref.Place.Cell(below)
			if state := s.Snapshot.Cell(key).State; !state.Complete() {
				uncounted[key] = true
			}
		}
	}
	for key := range uncounted {
		name := fmt.Sprintf("%s in %s", key.Kind, key.Title())
		state := s.Snapshot.Cell(key).State.String()
		const follows = ": what was not seen there is not in the plan, and blocks its owner's removal until you look at it"
		out = append(out, Warning{Name: name, One: name + " is " + state + follows, Many: "cells are " + state + follows})
	}
	said := folded(out)
	if unsure := s.unsure(); unsure != "" {
		said = slices.Insert(said, 0, unsure)
	}
	if unread := s.unread(); unread != "" && s.verb.takesOwned() {
		said = slices.Insert(said, 0, unread) // What may be missing as a whole comes first.
	}
	return said
}

// cleaned are things that are not covered as a plan holds them, fit to be drawn.
func cleaned(list []model.Uncovered) []model.Uncovered {
	var out []model.Uncovered
	for _, u := range list {
		out = append(out, model.Uncovered{
			Type: model.Clean(u.Type), ID: model.Clean(u.ID), Region: model.Clean(u.Region), Console: model.Clean(u.Console),
		})
	}
	return out
}

// uncovered are what is marked and not covered, and the leftovers of all targets, once each.
func uncovered(marked []model.Mark, targets []Target) []model.Uncovered {
	var out []model.Uncovered
	for _, m := range marked {
		if u, ok := m.Uncovered(); ok {
			out = append(out, cleaned([]model.Uncovered{u})...)
		}
	}
	for _, t := range targets {
		out = append(out, t.Leftovers...)
	}
	slices.SortFunc(out, func(a, b model.Uncovered) int {
		return strings.Compare(a.Region+a.Type+a.ID, b.Region+b.Type+b.ID)
	})
	return slices.CompactFunc(out, func(a, b model.Uncovered) bool {
		return a.Region == b.Region && a.Type == b.Type && a.ID == b.ID
	})
}

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// UndoInput is everything that the undo of a run depends on. Its Snapshot is what is there now.
type UndoInput struct {
	Input
	// Of is the plan whose run is taken back; Done are the ids of its steps that AWS answered well.
	Of   *Plan
	Done map[string]bool
	// Open are the ids of steps that were called and whose answer was never written down, since the
	// run was killed; Lost those that AWS gave no answer to. Nothing that was read later tells of
	// either: they may have been made or not.
	Open, Lost map[string]bool
	// Only are the steps to take back, with all that was done later to the same resources; none
	// means all.
	Only []string
	// TakenBack are the resources that an undo of the same run has put back since the run last
	// touched them, by the digest of that undo.
	TakenBack map[model.Ref]string
	// Prepare turns one inverse of a step, for one target, into the steps that put it back, with
	// the parameters that the evidence holds; more or fewer than one where the evidence holds a
	// list. Its error says in words why it cannot be put back exactly.
	Prepare func(inverse Step) ([]Step, error)
}

// UndoRun computes the plan that takes back what a run has done, as far as it can be undone
// exactly; what cannot is left out, with the words of its step. Like Freeze it depends on the input
// alone and returns ErrNothing when nothing is left.
func UndoRun(in UndoInput) (*Plan, error) {
	u := newUndo(in)
	u.collect()
	p := newPlan(in.Input, Undo)
	p.Undoes = in.Of.Digest
	p.Targets = u.targets()
	p.Steps = inOrder(u.drafts(p.Targets), in.Rules, u.waits)
	for ref, why := range u.refused {
		p.LeftOut = append(p.LeftOut, u.leftOut(ref, why))
	}
	p.LeftOut = sortedLeftOut(p.LeftOut)
	p.Warnings = folded(u.warnings)
	return p, p.finish(in.Input, u.graph)
}

type undo struct {
	UndoInput
	graph *model.Graph
	// was are the targets of the plan that is taken back; only are those whose steps are, nil for
	// all.
	was  map[model.Ref]Target
	only map[model.Ref]bool
	// inverses are what puts each resource back, in the order of the calls: the last thing done
	// comes first.
	inverses map[model.Ref][]Step
	refused  map[model.Ref]refusal
	warnings []Warning
}

func newUndo(in UndoInput) *undo {
	u := &undo{UndoInput: in, graph: model.NewGraph(in.Snapshot), was: map[model.Ref]Target{}, refused: map[model.Ref]refusal{}}
	for _, t := range in.Of.Targets {
		u.was[t.Ref] = t
	}
	if len(in.Only) == 0 {
		return u
	}
	u.only = map[model.Ref]bool{}
	for _, s := range in.Of.Steps {
		if slices.Contains(in.Only, s.ID) {
			for _, ref := range s.Targets {
				u.only[ref] = true
			}
		}
	}
	return u
}

// collect finds the inverses of what was done, and refuses resources that cannot be put back whole:
// half of an undo would leave something that nobody has ever seen.
func (u *undo) collect() {
	u.inverses = map[model.Ref][]Step{}
	for _, s := range slices.Backward(u.Of.Steps) {
		if u.Lost[s.ID] {
			u.warn(s)
		}
		if !u.Done[s.ID] && !u.Open[s.ID] {
			continue
		}
		for _, ref := range s.Targets {
			if !u.wanted(ref) {
				continue
			}
			if u.Open[s.ID] {
				u.refuse(ref, "the run was killed while "+s.Op+" was under way: go on with it first, which looks what became of it")
				continue
			}
			if s.Undo != model.UndoExactly || len(s.Inverse) == 0 {
				u.refuse(ref, cannotUndo(s))
				continue
			}
			u.prepare(ref, s)
		}
	}
	for _, ref := range sortedRefs(u.inverses) {
		// Why it cannot be put back whole comes before that it is not there now: the run removed it.
		if _, already := u.refused[ref]; already {
			continue
		}
		if why := u.against(ref); why.reason != "" {
			u.refused[ref] = why
		}
	}
	u.dropWithoutNeeds()
	for ref := range u.refused {
		delete(u.inverses, ref)
	}
	for _, ref := range sortedRefs(u.inverses) {
		u.warnOfNames(ref)
	}
}

// warn says what an undo cannot know of a step that got no answer.
func (u *undo) warn(s Step) {
	if slices.ContainsFunc(s.Targets, u.wanted) {
		name := model.Clean(s.Targets[0].ID)
		u.warnings = append(u.warnings, Warning{
			Name: name, One: s.Op + " of " + name + " got no answer: it may be done or not, and is not undone",
			Many: "calls of " + s.Op + " got no answer: they may be done or not, and are not undone",
		})
	}
}

// warnOfNames says what a resource names that is not there now and does not come back with it.
func (u *undo) warnOfNames(ref model.Ref) {
	for _, s := range u.inverses[ref] {
		for _, named := range s.Names {
			if u.returns(named) {
				continue
			}
			u.warnings = append(u.warnings, Warning{
				Name: u.nameOf(ref), One: u.nameOf(ref) + " comes back, and names " + named.String() + ", which is not there now",
				Many: "resources come back and name what is not there now: what they start fails",
			})
			return
		}
	}
}

// returns says whether a resource is there now or is put back.
func (u *undo) returns(ref model.Ref) bool {
	if r := u.graph.Get(ref); r != nil && live(r) {
		return true
	}
	_, back := u.inverses[ref]
	_, refused := u.refused[ref]
	return back && !refused
}

// nameOf is what the plan that is taken back called a resource.
func (u *undo) nameOf(ref model.Ref) string {
	if was, ok := u.was[ref]; ok {
		return was.Name
	}
	return model.Clean(ref.ID)
}

func cannotUndo(s Step) string {
	why := s.Op + " cannot be undone exactly"
	if s.UndoHow != "" {
		why += "; by hand: " + s.UndoHow
	}
	return why
}

// wanted says whether a resource is among those whose steps are to be taken back.
func (u *undo) wanted(ref model.Ref) bool { return u.only == nil || u.only[ref] }

func (u *undo) refuse(ref model.Ref, reason string) {
	if _, already := u.refused[ref]; !already {
		u.refused[ref] = refusal{reason: reason}
	}
}

// prepare fills in the inverses of one step for one of its targets.
func (u *undo) prepare(ref model.Ref, s Step) {
	for _, inverse := range placed(s.Inverse, ref) {
		inverse.Targets = []model.Ref{ref}
		steps, err := u.Prepare(inverse)
		if err != nil {
			u.refuse(ref, err.Error())
			return
		}
		u.inverses[ref] = append(u.inverses[ref], steps...)
	}
}

// goal is what becomes of a resource when all its inverses are made: it exists again, or is
// changed.
func (u *undo) goal(ref model.Ref) Goal {
	if slices.ContainsFunc(u.inverses[ref], func(s Step) bool { return s.Goal == Exists }) {
		return Exists
	}
	return Changed
}

// against is why a resource cannot be put back by what is known now.
func (u *undo) against(ref model.Ref) refusal {
	now := u.graph.Get(ref)
	there := now != nil && live(now)
	by, before := u.TakenBack[ref]
	switch {
	case there && before:
		return refusal{reason: takenBackBy + shortOf(by)}
	case u.goal(ref) == Exists && there:
		return refusal{reason: "it is there: it was made again since, and stays as it is"}
	case u.goal(ref) == Changed && !there:
		return refusal{reason: "it is not there any more"}
	}
	if now != nil {
		if why := ProtectedBy(u.Protections, now); why != "" {
			return refusal{reason: why, protected: true}
		}
	}
	if why := guard(u.Input, u.graph, ref.Kind, u.inverses[ref]); why != "" {
		return refusal{reason: why, protected: true}
	}
	return refusal{}
}

// takenBackBy is the reason for leaving out what an earlier undo has put back, before its name.
const takenBackBy = "already undone by #"

// TakenBackBy names the earlier undos that have put back what this one leaves out, sorted.
func (p *Plan) TakenBackBy() []string {
	var by []string
	for i := range p.LeftOut {
		if short, ok := strings.CutPrefix(p.LeftOut[i].Reason, takenBackBy); ok {
			by = append(by, "#"+short)
		}
	}
	slices.Sort(by)
	return slices.Compact(by)
}

// dropWithoutNeeds refuses what needs something that is not there and is not put back either.
func (u *undo) dropWithoutNeeds() {
	for again := true; again; {
		again = false
		for _, ref := range sortedRefs(u.inverses) {
			if _, refused := u.refused[ref]; refused {
				continue
			}
			if missing := u.missing(ref); missing != "" {
				u.refuse(ref, "it needs "+missing+", which is not there")
				again = true
			}
		}
	}
}

func (u *undo) missing(ref model.Ref) string {
	for _, s := range u.inverses[ref] {
		for _, need := range s.Needs {
			if !u.returns(need) {
				return need.String()
			}
		}
	}
	return ""
}

func (u *undo) targets() []Target {
	out := make([]Target, 0, len(u.inverses))
	for _, ref := range sortedRefs(u.inverses) {
		t := Target{Ref: ref, Name: u.nameOf(ref), Goal: u.goal(ref)}
		if was, ok := u.was[ref]; ok {
			t.ARN = was.ARN
		}
		out = append(out, t)
	}
	return out
}

func (u *undo) leftOut(ref model.Ref, why refusal) LeftOut {
	l := leftOut(u.graph, ref, why)
	if was, ok := u.was[ref]; ok {
		l.ARN, l.Name = was.ARN, was.Name
	}
	return l
}

func (u *undo) drafts(targets []Target) []draft {
	var out []draft
	for _, t := range targets {
		for nth, s := range u.inverses[t.Ref] {
			s.Phase = model.Restore
			out = append(out, draft{Step: s, ref: t.Ref, nth: nth})
		}
	}
	return out
}

// waits puts the steps of a resource one after the other, each when the one before it is proven,
// and behind what the resource needs.
func (u *undo) waits(d draft, stepOf map[model.Ref][]string) []Wait {
	list := newWaitList(d.ID)
	for _, ref := range d.Targets {
		list.before(stepOf[ref], Proven)
		for _, need := range d.Needs {
			list.add(last(stepOf[need]), Proven)
		}
	}
	return list.sorted()
}

func sortedRefs[V any](m map[model.Ref]V) []model.Ref {
	refs := make([]model.Ref, 0, len(m))
	for ref := range m {
		refs = append(refs, ref)
	}
	slices.SortFunc(refs, model.Ref.Compare)
	return refs
}

// checkUndo refuses an undo that does not say what it takes back.
func (p *Plan) checkUndo() error {
	if (p.Verb == Undo) != (p.Undoes != "") || strings.Trim(p.Undoes, "0123456789abcdef") != "" {
		return fmt.Errorf("%w: it does not say which plan it takes back", ErrChanged)
	}
	return nil
}

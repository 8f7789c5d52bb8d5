package plan

import (
	"fmt"
	"slices"

	"github.com/rootout/rootout/model"
)

// check refuses steps that reach beyond the targets, or wait for what does not come before them.
func (p *Plan) check() error {
	if !p.Verb.Known() {
		return fmt.Errorf("%w: it wants to %q", ErrChanged, model.Clean(string(p.Verb)))
	}
	if err := p.checkUndo(); err != nil {
		return err
	}
	if err := p.harmless(); err != nil {
		return err
	}
	if !p.Composition.fits(p.N()) {
		return fmt.Errorf("%w: what it is made of does not add up", ErrChanged)
	}
	targets := map[model.Ref]bool{}
	for _, t := range p.Targets {
		if t.Ref.Account != p.Account || t.Ref.Partition != p.Partition {
			return fmt.Errorf("%w: target %s", ErrAccount, t.Ref)
		}
		targets[t.Ref] = true
	}
	steps := map[string]*Step{}
	for i, s := range p.Steps {
		if s.ID != stepID(i) || s.Phase > model.Verify || len(s.Targets) == 0 {
			return fmt.Errorf("%w: step %d is none", ErrChanged, i+1)
		}
		steps[s.ID] = &p.Steps[i]
	}
	for _, s := range p.Steps {
		for _, ref := range s.Targets {
			if !targets[ref] || ref.Place != s.Place || ref.Kind != s.Kind {
				return fmt.Errorf("%w: step %s reaches for %s, which is no target", ErrChanged, s.ID, ref)
			}
		}
		for _, w := range s.After {
			if steps[w.Step] == nil || w.Until > Proven {
				return fmt.Errorf("%w: step %s waits for %s, which is no step", ErrChanged, s.ID, model.Clean(w.Step))
			}
		}
		for _, b := range s.Barriers {
			if b.Phase >= s.Phase || b.Until > Proven {
				return fmt.Errorf("%w: step %s waits for its own phase", ErrChanged, s.ID)
			}
		}
	}
	return acyclic(steps)
}

// harmless refuses words that rootout would not have written: they are drawn as they are.
func (p *Plan) harmless() error {
	words := slices.Concat([]string{p.Account, p.Partition, string(p.Verb)}, p.Warnings, uncoveredWords(p.Uncovered))
	for _, t := range p.Targets {
		words = slices.Concat(words, []string{t.Name, t.ARN}, refWords(t.Ref), refWords(t.Because), uncoveredWords(t.Leftovers))
	}
	for _, l := range p.LeftOut {
		words = slices.Concat(words, []string{l.Name, l.ARN, l.Reason}, refWords(l.Ref))
	}
	for _, s := range p.Steps {
		words = append(words, s.words()...)
	}
	for _, w := range words {
		if model.Clean(w) != w {
			return fmt.Errorf("%w: it holds control characters", ErrChanged)
		}
	}
	return nil
}

// refWords are what is drawn of a reference as it is. Its id is cleaned where it is drawn, since AWS
// has to be asked for it as it is.
func refWords(ref model.Ref) []string {
	return []string{ref.Partition, ref.Account, ref.Region, string(ref.Kind)}
}

func uncoveredWords(list []model.Uncovered) []string {
	var words []string
	for _, u := range list {
		words = append(words, u.Type, u.ID, u.Region, u.Console)
	}
	return words
}

// words are what is drawn of a step, its inverses included.
func (s *Step) words() []string {
	words := []string{s.Op, s.Region, string(s.Kind), s.Before, s.Proof, s.UndoHow, s.UndoUnless}
	for i := range s.Inverse {
		words = append(words, s.Inverse[i].words()...)
	}
	return words
}

// acyclic refuses steps that wait for each other in a circle. Barriers lead to earlier phases only;
// so a circle may lie in After alone, or lead over both, which the phases of what is waited for
// rule out.
func acyclic(steps map[string]*Step) error {
	const open, done = 1, 2
	state := make(map[string]int, len(steps))
	var visit func(s *Step) error
	visit = func(s *Step) error {
		switch state[s.ID] {
		case done:
			return nil
		case open:
			return fmt.Errorf("%w: step %s waits for itself", ErrChanged, s.ID)
		}
		state[s.ID] = open
		for _, w := range s.After {
			before := steps[w.Step]
			if before.Phase > s.Phase {
				return fmt.Errorf("%w: step %s waits for %s of a later phase", ErrChanged, s.ID, before.ID)
			}
			if err := visit(before); err != nil {
				return err
			}
		}
		state[s.ID] = done
		return nil
	}
	for _, s := range steps {
		if err := visit(s); err != nil {
			return err
		}
	}
	return nil
}

package plan

import (
	"fmt"
	"time"

	"github.com/rootout/rootout/model"
)

// Composition is what a removal is made of, and how much of the account it takes. A plan that takes
// more than what is new asks for it by name: see [Plan.Phrase].
type Composition struct {
	// Marked counts the operator's marks; NotCovered counts those of them that are things which
	// rootout cannot remove.
	Marked     int `json:"marked"`
	NotCovered int `json:"notCovered,omitempty"`
	// Window is how far back "new" reaches. New (made in it, or met after the first look), Older and
	// Undated (of no known age) add up to the plan's N.
	Window  time.Duration `json:"windowNs"`
	New     int           `json:"new"`
	Older   int           `json:"older"`
	Undated int           `json:"undated"`
	// Yours counts what the caller has made himself, or what runs a thing that he has made; whatever
	// its age.
	Yours int `json:"yours"`
	// Account counts everything in the account, AccountUSDPerHour is what it bills (Unpriced counts
	// what is left out of that, since its price is not known). AtLeast says that some of the account
	// was not read.
	Account           int     `json:"account"`
	AccountUSDPerHour float64 `json:"accountUsdPerHour,omitempty"`
	Unpriced          int     `json:"accountUnpriced,omitempty"`
	// TargetsUnpriced counts what the plan takes of that.
	TargetsUnpriced int  `json:"unpriced,omitempty"`
	AtLeast         bool `json:"accountAtLeast,omitempty"`
	// All says that of what the first look met nothing stays but what the plan leaves out by name.
	All bool `json:"all,omitempty"`
}

// OutOfMarked is how many of the marks are left out of a plan, or were not there.
func (p *Plan) OutOfMarked() int {
	if p.Composition == nil {
		return 0
	}
	return p.Composition.Marked - p.Composition.NotCovered - (p.N() - p.Owned())
}

// Owned is how many targets came in because they belong to others.
func (p *Plan) Owned() int {
	n := 0
	for i := range p.Targets {
		if !p.Targets[i].Because.IsZero() {
			n++
		}
	}
	return n
}

// Broad says that a plan takes more than what is known to be new and another's: the review says so
// in the colour of warnings, and the phrase has a word for it.
func (c *Composition) Broad() bool {
	return c != nil && (c.All || c.Older > 0 || c.Undated > 0 || c.Yours > 0)
}

// amount is the number in the phrase, with the words for what else it takes.
func (c *Composition) amount(n int) string {
	switch {
	case !c.Broad():
		return fmt.Sprint(n)
	case c.All:
		return fmt.Sprintf("all %d", n)
	}
	var with []string
	for _, part := range []struct {
		n    int
		word string
	}{{c.Older, "older"}, {c.Undated, "of unknown age"}, {c.Yours, "yours"}} {
		if part.n > 0 {
			with = append(with, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	return fmt.Sprintf("%d with %s", n, listed(with))
}

// fits says whether it can be that of a plan of n targets.
func (c *Composition) fits(n int) bool {
	if c == nil {
		return true
	}
	return min(c.Marked, c.NotCovered, c.New, c.Older, c.Undated, c.Yours, c.Account, c.Unpriced, c.TargetsUnpriced) >= 0 &&
		c.New+c.Older+c.Undated == n && c.Yours <= n
}

// composition tells what a plan of this selection is made of.
func (s *selection) composition(p *Plan) *Composition {
	o := model.GridOptions{Now: s.Now, Window: s.Window}
	account := model.NewGrid(s.Snapshot, s.Catalog, o).Total
	c := &Composition{
		Window: s.Window, Account: account.Count, AccountUSDPerHour: account.PerHour, Unpriced: account.Unpriced,
		AtLeast: account.AtLeast || account.Disabled > 0,
	}
	c.Marked, c.NotCovered = marks(s.Marked)
	for i := range p.Targets {
		r := s.graph.Get(p.Targets[i].Ref)
		switch {
		case o.New(s.Snapshot, r):
			c.New++
		case r.MadeAt.IsZero():
			c.Undated++
		default:
			c.Older++
		}
		if s.yours(r) {
			c.Yours++
		}
		if kind, _ := s.Catalog.Kind(r.Ref.Kind); !r.Rate.Known && (r.Rate.Billed || kind.Bills) {
			c.TargetsUnpriced++
		}
	}
	c.All = len(p.Targets) > 0 && s.takesAll(p)
	return c
}

// marks counts different marks, and those of them that are no resources of ours.
func marks(marked []model.Mark) (n, notCovered int) {
	seen := make(map[model.Mark]bool, len(marked))
	for _, m := range marked {
		if seen[m] {
			continue
		}
		seen[m] = true
		if _, ok := m.Uncovered(); ok {
			notCovered++
		}
	}
	return len(seen), notCovered
}

// yours says whether the caller has made a resource, or what it runs.
func (s *selection) yours(r *model.Resource) bool {
	mine := func(r *model.Resource) bool { return r != nil && r.Maker.Known() && r.Maker.ARN == s.Caller.ARN }
	if mine(r) {
		return true
	}
	for _, used := range r.Uses {
		if mine(s.graph.Get(used)) {
			return true
		}
	}
	return false
}

// takesAll says whether nothing that the first look met stays but what the plan leaves out. What came
// since is not asked for: while an attacker goes on, there is always a newer thing that nobody has
// marked.
func (s *selection) takesAll(p *Plan) bool {
	out := make(map[model.Ref]bool, len(p.LeftOut))
	for i := range p.LeftOut {
		out[p.LeftOut[i].Ref] = true
	}
	for r := range s.Snapshot.All {
		if live(r) && !s.has(r.Ref) && !out[r.Ref] && !s.Snapshot.Grown(r) {
			return false
		}
	}
	return true
}

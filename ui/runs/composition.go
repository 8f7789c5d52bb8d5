package runs

import (
	"strings"

	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Said is a part of what is said of a plan; Warn is for the colour of warnings.
type Said struct {
	Text string
	Warn bool
}

// Origin says how the number of a plan comes about, beside which it stands: "= 1,015 marked − 1 left
// out + 6 that they own"; "" where there is nothing to say.
func Origin(p *plan.Plan) string {
	owned := p.Owned()
	c := p.Composition
	if c == nil {
		return words.If(owned > 0, kit.Count(owned)+" of them belong to others of them")
	}
	text := "= " + kit.Count(c.Marked) + " marked"
	if c.NotCovered > 0 {
		text += " − " + kit.Count(c.NotCovered) + words.Noun(c.NotCovered, " that stays", " that stay")
	}
	if out := p.OutOfMarked(); out > 0 {
		text += " − " + kit.Count(out) + " left out"
	}
	if owned > 0 {
		text += " + " + kit.Count(owned) + " that they own"
	}
	return text
}

// MadeOf says what a removal is made of, and how much of the account it takes: two lines in parts,
// none for a plan that does not know.
func MadeOf(p *plan.Plan) [][]Said {
	c := p.Composition
	if c == nil || p.N() == 0 {
		return nil
	}
	age := []Said{
		{Text: kit.Count(c.New) + " new in " + words.Ago(c.Window)},
		{Text: kit.Count(c.Older) + " older", Warn: c.Older > 0},
		{Text: kit.Count(c.Yours) + " made by you", Warn: c.Yours > 0},
	}
	if c.Undated > 0 {
		age = append(age, Said{Text: kit.Count(c.Undated) + " of unknown age", Warn: true})
	}
	return [][]Said{age, {share(p)}}
}

// share says how much of the account a plan takes.
func share(p *plan.Plan) Said {
	c, usd, about := p.Composition, 0.0, false
	for i := range p.Targets {
		usd += p.Targets[i].USDPerHour
		about = about || p.Targets[i].Estimated
	}
	of := kit.Count(p.N()) + " of " + words.If(c.AtLeast, "at least ") + kit.Count(c.Account) + " " + words.Noun(c.Account, "resource", "resources")
	if c.AccountUSDPerHour > 0 {
		cost := words.If(c.TargetsUnpriced > 0, words.AtLeast+" ") + words.About(usd, about)
		if usd == 0 && c.TargetsUnpriced > 0 {
			cost = "a cost that is not known"
		}
		of += ", " + cost + " of " + words.If(c.AtLeast || c.Unpriced > 0, words.AtLeast+" ") + words.About(c.AccountUSDPerHour, about) + "/h"
	}
	switch {
	case c.All && c.AtLeast:
		return Said{Text: "everything of the account that was read: " + of, Warn: true}
	case c.All:
		return Said{Text: "the whole account: " + of, Warn: true}
	case c.AtLeast:
		return Said{Text: of} // A share of what is not known is none.
	}
	return Said{Text: percent(p.N(), c.Account) + " of the account: " + of}
}

// percent is a share that is 0% or 100% only where it is nothing or all.
func percent(n, of int) string {
	switch {
	case of <= 0:
		return words.Unknown
	case n > 0 && n*100 < of:
		return "<1%"
	}
	return kit.Count(n*100/of) + "%"
}

// Text is a line of parts as text, with a sign before it where one of them warns.
func Text(line []Said) string {
	parts, sign := make([]string, len(line)), ""
	for i, s := range line {
		parts[i] = s.Text
		if s.Warn {
			sign = "! "
		}
	}
	return sign + strings.Join(parts, " · ")
}

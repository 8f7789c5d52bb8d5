package review

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// sumsMost is how many sorts of what is left out have a line of their own above the plan, namesMost
// how many things such a line names.
const (
	sumsMost  = 3
	namesMost = 3
)

// leaves sum up what the plan leaves out and what stays behind, each reason in a line, up to so
// many: one by one it all stands below.
func (r *Screen) leaves(width, most int) []string {
	p := r.entry.Plan
	var out []string
	add := func(text string) {
		out = append(out, folded(width, kit.Span{Text: text, Style: r.needs.Theme.Warning})...)
	}
	why, leftOut := leftOutSorts(p), runs.WordingOf(p).LeftOut
	if len(why) > most {
		add(" ! " + kit.Count(len(p.LeftOut)) + " " + leftOut + ", for " + kit.Count(len(why)) + " reasons that stand below")
		why = nil
	}
	for _, s := range why {
		add(" ! " + kit.Count(s.n) + " " + leftOut + ": " + s.word)
	}
	if n := len(p.Uncovered); n > 0 {
		sorts := counted(p.Uncovered, func(u model.Uncovered) string { return u.Type })
		var parts []string
		for _, s := range sorts {
			parts = append(parts, kit.Count(s.n)+" "+s.word)
		}
		add(" ! " + kit.Count(n) + words.Noun(n, " stays behind, rootout cannot remove it: ", " stay behind, rootout cannot remove them: ") + strings.Join(parts, ", "))
	}
	return out
}

// leftOutSort is a reason for which things are left out, and which those are.
type leftOutSort struct {
	why       string
	protected bool
	things    []*plan.LeftOut
}

// leftOutGroups are the reasons for which things are left out, those of the most first. Reasons that
// differ in nothing but an ARN are one.
func leftOutGroups(p *plan.Plan) []leftOutSort {
	arns := regexp.MustCompile(`\S*arn:aws\S*[^\s,.;:)]`)
	var out []leftOutSort
	at := map[string]int{}
	for i := range p.LeftOut {
		l := &p.LeftOut[i]
		alike := arns.ReplaceAllString(l.Reason, "something")
		n, known := at[alike]
		if !known {
			n = len(out)
			at[alike] = n
			out = append(out, leftOutSort{why: l.Reason, protected: l.Protected})
		}
		if out[n].why != l.Reason {
			out[n].why = alike
		}
		out[n].things = append(out[n].things, l)
	}
	slices.SortStableFunc(out, func(a, b leftOutSort) int { return cmp.Compare(len(b.things), len(a.things)) })
	return out
}

// leftOutSorts are those reasons in a line each, with some of whom they are about.
func leftOutSorts(p *plan.Plan) []sort {
	var out []sort
	for _, g := range leftOutGroups(p) {
		names := make([]string, len(g.things))
		for i, l := range g.things {
			names[i] = l.Name
		}
		out = append(out, sort{word: named(names) + ": " + g.why, n: len(g.things)})
	}
	return out
}

// named are some names, and how many more there are.
func named(names []string) string {
	some := slices.Clone(names[:min(len(names), namesMost)])
	if more := len(names) - len(some); more > 0 {
		some = append(some, kit.Count(more)+" more")
	}
	return strings.Join(some, ", ")
}

// sort is a word and how many have it.
type sort struct {
	word string
	n    int
}

// counted counts a list by a word, the most frequent first.
func counted[T any](list []T, word func(T) string) []sort {
	var out []sort
	at := map[string]int{}
	for _, x := range list {
		w := word(x)
		i, known := at[w]
		if !known {
			i = len(out)
			at[w] = i
			out = append(out, sort{word: w})
		}
		out[i].n++
	}
	slices.SortStableFunc(out, func(a, b sort) int { return cmp.Compare(b.n, a.n) })
	return out
}

// details name what is left out, by the reason, and what stays behind one by one.
func (r *Screen) details(width int) []string {
	p := r.entry.Plan
	var out []string
	add := func(text string) {
		out = append(out, kit.Line(width, kit.Span{Text: text, Style: r.needs.Theme.Warning}))
	}
	left := leftOutMost
	for _, g := range leftOutGroups(p) {
		word := runs.WordingOf(p).LeftOut
		if g.protected {
			word = "protected, and so " + word
		}
		out = append(out, folded(width, kit.Span{Text: " " + kit.Count(len(g.things)) + " " + word + ": " + g.why, Style: r.needs.Theme.Warning})...)
		for _, l := range g.things[:min(len(g.things), left)] {
			said := ""
			if l.Reason != g.why {
				said = ": " + l.Reason
			}
			thing := l.ARN
			if thing == "" {
				thing = l.Ref.String()
			}
			out = append(out, folded(width, kit.Span{Text: "   " + l.Name + said}, kit.Span{Text: "  " + thing, Style: r.needs.Theme.Muted})...)
		}
		if more := len(g.things) - left; more > 0 {
			add("   and " + kit.Count(more) + " more")
		}
		left = max(0, left-len(g.things))
	}
	if n := len(p.Uncovered); n > 0 {
		add(" stays behind: " + words.Count(n, "thing", "things") + " that rootout cannot remove")
		for _, u := range p.Uncovered[:min(n, leftOutMost)] {
			out = append(out, r.wrapped(width, u.Type+"  ", model.Clean(u.ID)+words.In(u.Region), u.Console, r.needs.Theme.Warning)...)
		}
		if n > leftOutMost {
			add("   and " + kit.Count(n-leftOutMost) + " more")
		}
	}
	return out
}

// wrapped is one thing with the words on it, whole, and under it, whole too, by what it is found.
func (r *Screen) wrapped(width int, thing, said, where string, style theme.Style) []string {
	var out []string
	add := func(indent, text string, style theme.Style) {
		for _, part := range kit.Wrap(text, max(1, width-kit.Width(indent))) {
			out = append(out, kit.Line(width, kit.Span{Text: indent + part, Style: style}))
		}
	}
	add("   ", thing+said, style)
	if where != "" && !strings.Contains(said, where) {
		add("              ", where, r.needs.Theme.Muted)
	}
	return out
}

package plan

import (
	"fmt"
	"strings"

	"github.com/rootout/rootout/model"
)

// unread says of which regions a removal cannot know all, in a sentence: those that could not be
// read whole, by name, and how many are not read at all. It is "" where nothing is unseen.
func (s *selection) unread() string {
	var broken, parts []string
	for _, r := range model.UnreadRegions(s.Snapshot, s.Catalog, s.Now) {
		broken = append(broken, r.Name+" ("+r.State.String()+")")
	}
	if len(broken) > 0 {
		parts = append(parts, listed(broken)+" "+were(len(broken))+" not read whole")
	}
	coverage := model.CoverageOf(s.Snapshot, s.Catalog, s.Now)
	if n := coverage.Disabled; n > 0 {
		parts = append(parts, fmt.Sprintf("%d disabled %s not read", n, regionsWere(n)))
	}
	if n := coverage.LeftOut; n > 0 {
		parts = append(parts, fmt.Sprintf("%d left-out %s not read", n, regionsWere(n)))
	}
	if len(parts) == 0 {
		return ""
	}
	return model.Clean(listed(parts) + ": nothing of what is there unseen is in this plan")
}

// listed are words as a sentence lists them.
func listed(words []string) string {
	if n := len(words) - 1; n > 0 {
		return strings.Join(words[:n], ", ") + " and " + words[n]
	}
	return strings.Join(words, "")
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func regionsWere(n int) string {
	if n == 1 {
		return "region was"
	}
	return "regions were"
}

// unsure says how many things may have been meant and are not in the plan, and of which kinds; "" for
// none. What is left out by name is told there.
func (s *selection) unsure() string {
	n, counts := 0, map[model.KindID]int{}
	for _, ref := range s.Unsure {
		r := s.graph.Get(ref)
		if _, refused := s.refused[ref]; refused || r == nil || !live(r) || s.has(ref) {
			continue
		}
		n++
		counts[ref.Kind]++
	}
	if n == 0 {
		return ""
	}
	var kinds []string
	for _, k := range s.Catalog.Kinds() {
		switch count := counts[k.ID]; count {
		case 0:
		case 1:
			kinds = append(kinds, "1 "+k.Singular())
		default:
			kinds = append(kinds, fmt.Sprintf("%d %s", count, k.Plural))
		}
	}
	return model.Clean(fmt.Sprintf("%d more may match (%s): what was asked for is not known of them, and they are not in this plan", n, strings.Join(kinds, ", ")))
}

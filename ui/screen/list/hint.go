package list

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
)

// hint is who registered what the resource under the cursor runs. It costs what the resource holds,
// so it is found beside the loop, once for a resource and what is known of it.
type hint struct {
	graph   *model.Graph
	ref     model.Ref
	text    string
	finding background.Latest
}

// lookHint finds the hint of the resource under the cursor where it is not known yet.
func (l *Screen) lookHint() {
	r, graph := l.current(), l.needs.Account.LastGraph()
	if r == nil || graph == nil || r.About().Maker.Known() || l.hint.graph == graph && l.hint.ref == r.Ref {
		return
	}
	ref := r.Ref
	l.hint.graph, l.hint.ref, l.hint.text = graph, ref, ""
	background.DoLatest(l.needs.Loop, &l.hint.finding, true, func() string { return graph.Hint(ref) }, func(text string) {
		if l.hint.graph == graph && l.hint.ref == ref {
			l.hint.text = text
		}
	})
}

// hintOf is the hint of a resource, "" where there is none or it is still being found.
func (l *Screen) hintOf(ref model.Ref) string {
	if l.hint.ref != ref {
		return ""
	}
	return l.hint.text
}

package steps

import (
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// said is what stands under the table on a step: what it calls for what, what it waits for or why
// it failed, and AWS's words.
func (s *Screen) said(x *runs.Step) []string {
	first := x.Planned.ID + "  " + x.Status.State.String() + "  " + x.Planned.Op
	if len(x.Planned.Targets) > 0 {
		first += "  " + x.Planned.Targets[0].String()
	}
	if more := len(x.Planned.Targets) - 1; more > 0 {
		first += " and " + words.Count(more, "more", "more")
	}
	out := []string{first}
	if x.Status.State == port.StepVerified {
		return append(out, "proven: "+model.Clean(x.Planned.Proof))
	}
	failure := ""
	if f := x.Status.Failure; f != nil {
		failure = f.Error()
	}
	if x.Status.Why != "" && x.Status.Why != failure {
		out = append(out, model.Clean(x.Status.Why))
	}
	if x.Repeated() {
		failure = refusedText(x) + ": " + failure
	}
	if failure != "" {
		out = append(out, failure)
	}
	return out
}

// refusedText says how often AWS has refused a step.
func refusedText(x *runs.Step) string {
	return "refused " + words.Count(x.Status.Refused, "time", "times") + words.If(x.Status.Refused > 1, ", at last")
}

// text is all that is known of a step.
func (s *Screen) text(x *runs.Step) string {
	p := x.Planned
	var lines []string
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+strings.Repeat(" ", max(1, 12-len(label)))+model.Clean(value))
		}
	}
	add("step", p.ID)
	add("phase", p.Phase.String())
	add("state", x.Status.State.String())
	if !x.CalledAt.IsZero() {
		add("called", s.needs.Clock.Full(x.CalledAt))
	}
	if !x.Status.At.IsZero() {
		add("as of", s.needs.Clock.Full(x.Status.At))
	}
	add("operation", p.Op)
	if n := x.Status.Refused; n > 0 {
		add("refused", words.Count(n, "time", "times"))
	}
	if x.Status.State != port.StepVerified {
		add("why", x.Status.Why)
		if f := x.Status.Failure; f != nil {
			add("aws said", f.Error())
		}
	}
	add("goal", p.Goal.String())
	add("before", p.Before)
	add("proven by", p.Proof)
	add("undo", map[model.Undo]string{
		model.UndoExactly: "it can be put back as it was: u, once the run has ended",
		model.UndoPartly:  "it can be made again from the evidence, under another id or without its history",
		model.UndoNot:     map[bool]string{true: "", false: "it cannot be undone"}[p.Phase == model.Restore],
	}[p.Undo])
	add("by", p.UndoHow)
	lines = append(lines, words.Noun(len(p.Targets), "resource", "resources"))
	for _, ref := range p.Targets {
		lines = append(lines, "  "+ref.String())
	}
	return strings.Join(lines, "\n")
}

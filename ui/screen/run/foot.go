package run

import (
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// footLines are what needs the operator, or how the run ended.
func (r *Screen) footLines(width int) []string {
	v, th := r.entry.Progress, r.needs.Theme
	var out []string
	add := func(style theme.Style, text string) {
		for _, part := range kit.WrapHanging(text, max(1, width-2)) {
			out = append(out, kit.Line(width, kit.Span{Text: " " + part, Style: style}))
		}
	}
	if v.Going() && v.State == port.RunPaused {
		add(th.Error, "PAUSED: AWS no longer accepts the credential. Nothing more is called until you go on.")
		if v.Paused != nil {
			add(th.Warning, v.Paused.Error())
		}
		add(th.Text, "Sign in again in another terminal as the same caller (for example aws sso login), then press R. What was called is verified before anything is repeated.")
	}
	if n := len(v.Newcomers); n > 0 {
		add(th.Warning, words.Count(n, "newcomer", "newcomers")+" made by somebody else "+words.Noun(n, "is", "are")+" in the way, and what holds "+words.Noun(n, "it", "them")+" is blocked: "+targetText(v.Newcomers)+
			". If hostile: mark "+words.Noun(n, "it", "them")+" and plan again.")
	}
	if v.Broken != "" {
		add(th.Error, v.Broken)
	}
	if v.Resumable() {
		add(th.Warning, "R shows the plan again: its phrase takes it up where it stood. What was called is verified before anything is repeated.")
	}
	if v.Summary != nil {
		r.summaryLines(summaryMost, add)
		r.backLine(add)
	}
	return out
}

// summaryMost is how much of each sort the foot of a run names.
const summaryMost = 5

// summaryLines word how a run ended, naming at most so much of each sort.
func (r *Screen) summaryLines(most int, add func(theme.Style, string)) {
	v, th := r.entry.Progress, r.needs.Theme
	s, w, style := v.Summary, runs.WordingOf(v.Plan), th.Warning
	if s.Complete() {
		style = th.OK
	}
	add(style, strings.ToUpper(v.StateWord())+": "+v.Verdict()+", in "+words.Clock(s.Took))
	if s.Unwritten != "" {
		add(th.Error, "the case could not note that the run has ended: "+model.Clean(s.Unwritten))
	}
	for _, back := range s.Respawned {
		add(th.Error, "came back: "+backText(back))
	}
	for i, ref := range v.Left {
		if i == most {
			add(th.Warning, "and "+kit.Count(len(s.Left)-most)+" more "+w.MoreLeft+" (w shows all)")
			break
		}
		add(th.Warning, w.Left+": "+ref.String()+": "+model.Clean(s.Left[ref]))
	}
	for _, c := range s.Uncounted {
		add(th.Warning, "not counted: "+cellText(&c))
	}
	for i, u := range s.Uncovered {
		if i == most {
			add(th.Warning, "and "+kit.Count(len(s.Uncovered)-most)+" more stay behind (w shows all)")
			break
		}
		add(th.Warning, "stays behind, rootout cannot remove it: "+u.Type+" "+model.Clean(u.ID)+words.In(u.Region))
	}
}

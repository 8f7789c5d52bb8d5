package screen

import (
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// RunScreen shows a run: phases, regions, failures in AWS's words, and how it ended.
type RunScreen struct {
	entry  *PlanEntry
	table  *kit.Table
	faults bool
	rows   []*regionRun
}

// NewRunScreen shows the run of a plan.
func NewRunScreen(e *PlanEntry) *RunScreen { return &RunScreen{entry: e} }

// Scope names its keys.
func (r *RunScreen) Scope() string { return ScopeRun }

// Title is its part of the path.
func (r *RunScreen) Title() string { return "run #" + r.entry.Plan.Short() }

// prepare makes the table when the theme is at hand.
func (r *RunScreen) prepare(w *World) {
	if r.table == nil {
		r.table = kit.NewTable(w.Theme,
			kit.Column{ID: "region", Title: "REGION", MinWidth: 14}, kit.Column{ID: "title", Title: "", Priority: 5, MaxWidth: 16},
			kit.Column{ID: "phase", Title: "PHASE"}, kit.Column{ID: "bar", Title: "", MinWidth: 12, Priority: 3},
			kit.Column{ID: "steps", Title: "STEPS", Align: kit.AlignRight}, kit.Column{ID: "why", Title: "", MinWidth: 20})
		r.table.SetRows(runRows{r: r, w: w})
	}
	r.rows = r.rows[:0]
	for _, region := range r.entry.View.regions {
		if !r.faults || region.failed() > 0 {
			r.rows = append(r.rows, region)
		}
	}
}

// Handle does what an intent asks for.
func (r *RunScreen) Handle(w *World, in Intent) bool {
	r.prepare(w)
	if move, ok := kit.NavMove(string(in)); ok {
		r.table.Move(move)
		return true
	}
	v, run := r.entry.View, r.entry.run
	act := func(text string, do func()) {
		background.Do(w.Loop, func() struct{} { do(); return struct{}{} }, func(struct{}) { w.Say(kit.Info, text) })
	}
	switch in {
	case IntentOpen:
		r.open(w)
	case IntentRetry:
		act("trying "+words.Count(v.failed, "failed step", "failed steps")+" again", func() { run.Retry() })
	case IntentReview:
		w.Review()
	case IntentResume:
		if v.resumable() {
			w.reviewAgain(r.entry)
			return true
		}
		act("going on with the new credential", run.Resume)
	case IntentStop:
		v.stopping = true
		act("stopping after the calls that are under way; the plan can be resumed with its phrase", run.Stop)
	case IntentEnd:
		var lines []string
		r.summaryLines(len(v.left)+len(v.summary.Uncovered), func(_ int, text string) { lines = append(lines, text) })
		w.Push(NewProse(w, "what is left", strings.Join(lines, "\n"), ""))
	case IntentFaults:
		r.faults = !r.faults
	case IntentCSV, IntentJSON:
		w.export(in, r.sheet())
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (r *RunScreen) Refuse(w *World, in Intent) string {
	v := r.entry.View
	switch in {
	case IntentRetry:
		switch {
		case !v.going():
			return r.endedText(w)
		case v.failed == 0:
			return "no step has failed"
		}
	case IntentResume:
		switch {
		case v.resumable() && w.cannotPlan() != "":
			return w.cannotPlan()
		case v.resumable():
		case !v.going():
			return r.endedText(w)
		case v.state != port.RunPaused:
			return "the run is not paused"
		}
	case IntentStop:
		switch {
		case !v.going():
			return "the run has ended"
		case v.stopping:
			return "it is stopping after the calls that are under way"
		}
	case IntentReview:
		if v.going() {
			return "a run is under way: one plan runs at a time"
		}
	case IntentEnd:
		if v.summary == nil {
			return "the run has not ended"
		}
	case IntentRescan:
		return "a run reads its own regions again by itself"
	default:
	}
	return ""
}

// endedText says why nothing can be tried again in a run that has ended, and what works instead.
func (r *RunScreen) endedText(w *World) string {
	switch v := r.entry.View; {
	case v.resumable():
		return "the run was stopped: R shows its plan again, and its phrase takes it up where it stood"
	case w.Marks.Len() > 0:
		return "the run has ended; what is left kept its mark: x plans the removal of the " + kit.Count(w.Marks.Len()) + " marked"
	}
	return "the run has ended, and nothing is marked any more"
}

// open shows the steps of the region under the cursor, the failed ones first.
func (r *RunScreen) open(w *World) {
	i := r.table.Cursor()
	if i < 0 || i >= len(r.rows) {
		return
	}
	region, v := r.rows[i], r.entry.View
	// The states are copied here, where they cannot change; wording thousands of them is done beside the loop.
	steps := make([]stepView, 0, len(region.steps))
	for _, s := range region.steps {
		steps = append(steps, v.steps[s])
	}
	name, remark := "steps in "+region.name, r.newcomerText()
	background.Do(w.Loop, func() string { return stepsText(steps) }, func(text string) { w.Push(NewProse(w, name, text, remark)) })
}

func (r *RunScreen) newcomerText() string {
	if n := len(r.entry.View.newcomers); n > 0 {
		return words.Count(n, "newcomer", "newcomers") + " from another hand block a step: see the run"
	}
	return ""
}

// stepsText lists steps, those that failed or are blocked first, with all that is known of them.
func stepsText(steps []stepView) string {
	var b strings.Builder
	for _, state := range []port.StepState{
		port.StepFailed, port.StepBlocked, port.StepCalling, port.StepCalled, port.StepWaiting, port.StepVerified,
	} {
		for i := range steps {
			s := &steps[i]
			if s.status.State != state {
				continue
			}
			b.WriteString(s.step.ID + "  " + state.String() + "  " + s.step.Op + "  " + targetText(s.step.Targets) + "\n")
			if s.status.Why != "" && state != port.StepVerified {
				b.WriteString("      " + model.Clean(s.status.Why) + "\n")
			}
			if f := s.status.Failure; f != nil && state != port.StepVerified {
				b.WriteString("      " + f.Error() + "\n")
			}
		}
	}
	return b.String()
}

func targetText(refs []model.Ref) string {
	if len(refs) == 0 {
		return ""
	}
	text := refs[0].String()
	if len(refs) > 1 {
		text += " and " + kit.Count(len(refs)-1) + " more"
	}
	return text
}

// Draw fills the screen: how it stands, the regions, and what needs the operator or how it ended.
func (r *RunScreen) Draw(w *World, size kit.Size) string {
	r.prepare(w)
	head := r.headLines(w, size.W)
	foot := r.footLines(w, size.W)
	if room := max(0, size.H-len(head)-4); len(foot) > room {
		foot = foot[:room]
		if room > 0 {
			foot[room-1] = kit.Line(size.W, kit.Span{Text: " … more: w shows all of it", Style: w.Theme.Warning})
		}
	}
	r.table.Unit = words.Noun(r.table.Len(), "region", "regions")
	body := r.table.View(kit.Size{W: size.W, H: size.H - len(head) - len(foot)})
	return kit.Stack(strings.Join(head, "\n"), body, strings.Join(foot, "\n"))
}

func (r *RunScreen) headLines(w *World, width int) []string {
	v, th := r.entry.View, w.Theme
	took, gone := w.Clock.Now().Sub(v.started), v.gone
	if v.summary != nil {
		// The fresh listing has the last word.
		took, gone = v.summary.Took, v.summary.Gone
	}
	first := []kit.Span{
		{Text: " " + strings.ToUpper(v.stateWord()), Style: th.Title},
		{Text: "   " + words.Clock(took) + " of " + etaText(v.plan.ETA.AllGone), Style: th.Strong},
		{Text: "   " + kit.Count(gone) + " of " + kit.Count(v.plan.N()) + " gone", Style: th.Strong},
	}
	if v.failed > 0 {
		first = append(first, kit.Span{Text: "   " + kit.Count(v.failed) + " failed", Style: th.Error})
	}
	if v.perHour > 0 {
		sign := ""
		if v.about {
			sign = words.Estimate
		}
		first = append(first, kit.Span{
			Text:  "   burn " + sign + words.Money(v.perHour) + " → " + sign + words.Money(max(0, v.perHour-v.stopped)) + "/h",
			Style: th.Own,
		})
	}
	lines := []string{kit.Line(width, first...), r.phaseLine(w, width), ""}
	lines[2] = kit.Meter(th, width, gone, v.plan.N())
	return lines
}

func (r *RunScreen) phaseLine(w *World, width int) string {
	v := r.entry.View
	var spans []kit.Span
	for p := model.Silence; p <= model.Verify; p++ {
		t := v.phases[p]
		if t.total == 0 {
			continue
		}
		style, text := w.Theme.Muted, p.String()+" "+kit.Count(t.verified)+"/"+kit.Count(t.total)
		switch {
		case t.failed+t.blocked > 0:
			style = w.Theme.Warning
		case t.verified == t.total:
			style, text = w.Theme.OK, text+" done"
		case t.over() > 0 || t.called > 0:
			style = w.Theme.Strong
		}
		if t.failed > 0 {
			text += ", " + kit.Count(t.failed) + " failed"
		}
		if t.blocked > 0 {
			text += ", " + kit.Count(t.blocked) + " blocked"
		}
		spans = append(spans, kit.Span{Text: "  " + text, Style: style}, kit.Span{Text: " ·", Style: w.Theme.Muted})
	}
	spans = append(spans, kit.Span{Text: "  steps; fresh listing " + r.listingWord(), Style: w.Theme.Muted})
	return kit.Line(width, spans...)
}

func (r *RunScreen) listingWord() string {
	switch v := r.entry.View; {
	case v.summary != nil:
		return "done"
	case v.state == port.RunVerifying:
		return "under way"
	}
	return "to come"
}

// footLines are what needs the operator, or how the run ended.
func (r *RunScreen) footLines(w *World, width int) []string {
	v, th := r.entry.View, w.Theme
	var out []string
	add := func(style int, text string) {
		for _, part := range kit.Wrap(text, max(1, width-2)) {
			s := th.Text
			switch style {
			case 1:
				s = th.Warning
			case 2:
				s = th.Error
			case 3:
				s = th.OK
			}
			out = append(out, kit.Line(width, kit.Span{Text: " " + part, Style: s}))
		}
	}
	if v.going() && v.state == port.RunPaused {
		add(2, "PAUSED: AWS no longer accepts the credential. Nothing more is called until you go on.")
		if v.paused != nil {
			add(1, v.paused.Error())
		}
		add(0, "Sign in again in another terminal as the same caller (for example aws sso login), then press R. What was called is verified before anything is repeated.")
	}
	if n := len(v.newcomers); n > 0 {
		add(1, words.Count(n, "newcomer", "newcomers")+" from another hand "+words.Noun(n, "stands", "stand")+" in the way, and what holds them is blocked: "+targetText(v.newcomers)+
			". Mark them and plan again if they are hostile.")
	}
	if v.broken != "" {
		add(2, v.broken)
	}
	if v.resumable() {
		add(1, "R shows the plan again: its phrase takes it up where it stood. What was called is verified before anything is repeated.")
	}
	if v.summary != nil {
		r.summaryLines(summaryMost, add)
	}
	return out
}

// summaryMost is how much of each sort the foot of a run names.
const summaryMost = 5

// summaryLines word how a run ended, naming at most so much of each sort.
func (r *RunScreen) summaryLines(most int, add func(int, string)) {
	v := r.entry.View
	s := v.summary
	style := 1
	if s.Complete() {
		style = 3
	}
	add(style, strings.ToUpper(v.stateWord())+": "+v.verdict()+", in "+words.Clock(s.Took))
	for _, back := range s.Respawned {
		text := "came back: " + back.Ref.String() + ": " + model.Clean(back.Cause)
		if !back.By.IsZero() {
			text += " (" + back.By.String() + ": mark it and plan again)"
		}
		add(2, text)
	}
	for i, ref := range v.left {
		if i == most {
			add(1, "and "+kit.Count(len(s.Left)-most)+" more are left; their marks stay (w shows all)")
			break
		}
		add(1, "left: "+ref.String()+": "+model.Clean(s.Left[ref]))
	}
	for _, c := range s.Uncounted {
		text := "not counted: " + string(c.Key.Kind) + " in " + c.Key.Region + ": " + c.State.String()
		if c.Failure != nil {
			text += ": " + c.Failure.Error()
		}
		add(1, text)
	}
	for i, u := range s.Uncovered {
		if i == most {
			add(1, "and "+kit.Count(len(s.Uncovered)-most)+" more stay behind (w shows all)")
			break
		}
		add(1, "stays behind, rootout cannot remove it: "+u.Type+" "+model.Clean(u.ID)+" in "+u.Region)
	}
}

// Every is how often the clock of a run that is under way moves.
func (r *RunScreen) Every(*World) time.Duration {
	if r.entry.Going() {
		return time.Second
	}
	return 0
}

// Click puts the cursor where the mouse is.
func (r *RunScreen) Click(w *World, x, y int) {
	r.prepare(w)
	if hit := r.table.At(x, y-3); hit.RowID != "" {
		r.table.GoTo(hit.RowID)
	}
}

// Wheel scrolls.
func (r *RunScreen) Wheel(w *World, lines int) {
	r.prepare(w)
	r.table.Scroll(lines)
}

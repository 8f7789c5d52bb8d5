package run

import (
	"strings"
	"time"

	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Screen shows a run: phases, regions, failures in AWS's words, and how it ended.
type Screen struct {
	needs   Needs
	entry   *runs.Entry
	table   kit.TableOf[*runs.Region]
	regions []*runs.Region
	// faults says that only regions are shown in which a step failed.
	faults bool
	// rate is what the account bills now, nil while nobody has added that up; head is how many lines
	// stand above the regions.
	rate   *rate
	adding background.Latest
	head   int
}

// New shows the run of a plan.
func New(needs Needs, e *runs.Entry) *Screen {
	r := &Screen{needs: needs, entry: e}
	r.table = r.newTable()
	return r
}

// Entry is the plan whose run it shows.
func (r *Screen) Entry() *runs.Entry { return r.entry }

// refreshRows takes the regions that are shown.
func (r *Screen) refreshRows() {
	r.regions = r.regions[:0]
	for _, region := range r.entry.Progress.Regions {
		if !r.faults || region.Sum().Failed > 0 {
			r.regions = append(r.regions, region)
		}
	}
}

// Scope names its keys.
func (r *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (r *Screen) Title() string { return "run #" + r.entry.Plan.Short() }

// Handle does what an intent asks for.
func (r *Screen) Handle(in screen.Intent) bool {
	r.refreshRows()
	if kit.Navigate(string(in), r.table.Move) {
		return true
	}
	v, run := r.entry.Progress, r.entry.Run
	act := func(text string, do func()) {
		background.Do(r.needs.Loop, func() struct{} { do(); return struct{}{} }, func(struct{}) { r.needs.Speak.Say(kit.Info, text) })
	}
	switch in {
	case screen.IntentOpen:
		if region, ok := r.table.Current(); ok {
			r.needs.Open.Steps(r.entry, region)
		}
	case screen.IntentUndo:
		r.needs.Open.Undo(r.entry, nil)
	case IntentRetry:
		act("trying "+words.Count(v.Failed, "failed step", "failed steps")+" again", func() { run.Retry() })
	case screen.IntentReview:
		r.needs.Open.Review()
	case IntentResume:
		if v.Resumable() {
			r.needs.Open.ReviewAgain(r.entry)
			return true
		}
		act("going on with the new credential", run.Resume)
	case IntentStop:
		v.Stopping = true
		act("stopping after the calls that are under way; the plan can be resumed with its phrase", run.Stop)
	case IntentSummary:
		r.needs.Open.Text(screen.TextRequest{Title: "what is left", Text: r.leftText(), Prose: true})
	case screen.IntentFaults:
		r.faults = !r.faults
	case export.IntentCSV, export.IntentJSON:
		r.needs.Export.Export(in, r.sheet())
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (r *Screen) Refuse(in screen.Intent) string {
	v := r.entry.Progress
	switch in {
	case IntentRetry:
		switch {
		case !v.Going():
			return r.endedText()
		case v.Failed == 0:
			return "no step has failed"
		}
	case IntentResume:
		switch {
		case v.Resumable() && r.needs.Plans.CannotPlan() != "":
			return r.needs.Plans.CannotPlan()
		case v.Resumable():
		case !v.Going():
			return r.endedText()
		case v.State != port.RunPaused:
			return "the run is not paused"
		}
	case IntentStop:
		switch {
		case !v.Going():
			return "the run has ended"
		case v.Stopping:
			return "it is stopping after the calls that are under way"
		}
	case screen.IntentReview:
		return r.needs.Plans.CannotBegin()
	case IntentSummary:
		if v.Summary == nil {
			return "the run has not ended"
		}
	case screen.IntentUndo:
		return r.needs.Plans.CannotUndo(r.entry)
	case screen.IntentRescan:
		return "a run reads its own regions again by itself"
	default:
	}
	return ""
}

// endedText says why nothing can be tried again in a run that has ended, and what works instead.
func (r *Screen) endedText() string {
	switch v := r.entry.Progress; {
	case v.Plan.Verb == plan.Undo && !v.Resumable():
		return "the run has ended; u on the run that it took back plans again what is not back"
	case v.Resumable():
		return "the run was stopped: R shows its plan again, and its phrase takes it up where it stood"
	case r.needs.Marks.Len() > 0:
		return "the run has ended; what is left kept its mark: x plans the removal of the " + kit.Count(r.needs.Marks.Len()) + " marked"
	}
	return "the run has ended, and nothing is marked any more"
}

// Draw fills the screen: how it stands, the regions, and what needs the operator or how it ended.
func (r *Screen) Draw(size kit.Size) string {
	r.refreshRows()
	head := r.headLines(size.W)
	r.head = len(head)
	foot := r.footLines(size.W)
	if room := max(0, size.H-len(head)-4); len(foot) > room {
		foot = foot[:room]
		if room > 0 {
			foot[room-1] = kit.Line(size.W, kit.Span{Text: " … more: w shows all of it", Style: r.needs.Theme.Warning})
		}
	}
	r.table.Unit = words.Noun(r.table.Len(), "region", "regions")
	body := r.table.View(kit.Size{W: size.W, H: size.H - len(head) - len(foot)})
	return kit.Stack(strings.Join(head, "\n"), body, strings.Join(foot, "\n"))
}

// Every is how often the clock of a run that is under way moves.
func (r *Screen) Every() time.Duration {
	if r.entry.Going() {
		return time.Second
	}
	return 0
}

// Click puts the cursor where the mouse is.
func (r *Screen) Click(x, y int) bool {
	r.refreshRows()
	return r.table.Click(x, y-r.head)
}

// Wheel scrolls.
func (r *Screen) Wheel(lines int) {
	r.refreshRows()
	r.table.Scroll(lines)
}

// NextStep is what a stranger should do next.
func (r *Screen) NextStep() string {
	switch v := r.entry.Progress; {
	case v.Going():
		return "regions run side by side; esc leaves it running, 1: the grid"
	case v.Resumable():
		return "stopped half-way: R and the phrase take it up where it stood"
	case v.Plan.Verb == plan.Undo && v.Complete():
		return "all is back as it was; 1: the grid says what is left to do"
	}
	return "press 1: the grid's NEXT line says what is left to do"
}

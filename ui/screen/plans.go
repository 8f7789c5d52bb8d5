package screen

import (
	"errors"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// PlanEntry is a plan of this case: only looked at, under way, interrupted or over.
type PlanEntry struct {
	Plan *plan.Plan
	// Interrupted says that the journal holds a beginning of its run and no end.
	Interrupted bool
	// View follows the run, nil while there is none.
	View *RunView
	run  port.Run
	// before is who owned what when the run began, ended when it told its end: what came back later is measured against them.
	before *model.Graph
	ended  time.Time
}

// Going says whether its run is under way.
func (e *PlanEntry) Going() bool { return e.View != nil && e.View.going() }

// State is how far the plan is, in words.
func (e *PlanEntry) State() string {
	switch {
	case e.View == nil && e.Interrupted:
		return "interrupted"
	case e.View == nil:
		return "reviewed"
	}
	return e.View.stateWord()
}

// lastRun is the newest plan that has a run, nil for none.
func (w *World) lastRun() *PlanEntry {
	for i := len(w.Plans) - 1; i >= 0; i-- {
		if w.Plans[i].View != nil {
			return w.Plans[i]
		}
	}
	return nil
}

// Going is the plan whose run is under way, nil for none.
func (w *World) Going() *PlanEntry {
	for _, e := range w.Plans {
		if e.Going() {
			return e
		}
	}
	return nil
}

func (w *World) interrupted() *PlanEntry {
	for _, e := range w.Plans {
		if e.Interrupted && e.View == nil || e.View != nil && e.View.resumable() {
			return e
		}
	}
	return nil
}

// cannotPlan says why nothing can be planned, "" where it can.
func (w *World) cannotPlan() string {
	switch {
	case w.Session == nil:
		return "not connected yet"
	case w.Session.ReadOnly:
		why := "this console is read-only"
		if w.Session.ReadOnlyReason != "" {
			why += ": " + w.Session.ReadOnlyReason
		}
		return why
	case w.Session.Runner == nil:
		return "nothing can be run from here"
	}
	return ""
}

// Review freezes the plan for what is marked and shows it. Nothing is called.
func (w *World) Review() {
	if why := w.cannotPlan(); why != "" {
		w.Refuse(why)
		return
	}
	if e := w.Going(); e != nil {
		w.Refuse("a run is under way: one plan runs at a time (5 shows it)")
		return
	}
	if w.Marks.Len() == 0 {
		w.Refuse("nothing is marked: space marks what is under the cursor, * everything that the filter shows")
		return
	}
	runner, snap, catalog, refs, shows := w.Session.Runner, w.Present(), w.Catalog, w.Marks.Reader(), w.shownBy()
	type frozen struct {
		plan *plan.Plan
		view *reviewData
		err  error
	}
	w.Say(kit.Info, "planning the removal of "+words.Count(w.Marks.Len(), "marked resource", "marked resources")+"…")
	background.Do(w.Loop, func() frozen {
		marked := refs()
		p, err := runner.Freeze(snap, marked, hiddenBy(snap, marked, shows))
		if err != nil && (p == nil || !errors.Is(err, plan.ErrNothing)) {
			return frozen{err: err}
		}
		return frozen{plan: p, view: readPlan(p, snap, catalog)}
	}, func(f frozen) {
		w.Toasts.Clear()
		if f.err != nil {
			w.Say(kit.Alarm, "no plan could be made: "+f.err.Error())
			return
		}
		w.Push(newReview(w, &PlanEntry{Plan: f.plan}, f.view))
	})
}

// shownBy is the filter of the screen that is shown, nil where none is in force.
func (w *World) shownBy() func(*model.Resource) bool {
	var f *Filter
	switch s := w.Top().(type) {
	case *Grid:
		f = s.filter
	case *List:
		f = s.filter
	default:
		return nil
	}
	if f.Query() == nil {
		return nil
	}
	q, env := f.Query(), query.Env{Now: w.Moment(), Location: w.Clock.Zone(), Raw: w.rawReader()}
	return func(r *model.Resource) bool { return q.Match(r, env) }
}

// hiddenBy counts marked resources that are there and that the filter does not show.
func hiddenBy(snap *model.Snapshot, marked []model.Ref, shows func(*model.Resource) bool) int {
	if shows == nil {
		return 0
	}
	set := setOf(marked)
	hidden := 0
	for r := range snap.All {
		if set[r.Ref] && !shows(r) {
			hidden++
		}
	}
	return hidden
}

// remember keeps a plan in the list of this case, once.
func (w *World) remember(e *PlanEntry) {
	for _, known := range w.Plans {
		if known == e {
			return
		}
	}
	w.Plans = append(w.Plans, e)
}

// OfferInterrupted tells of a run that was interrupted, before anything else is done.
func (w *World) OfferInterrupted() {
	e := w.interrupted()
	if e == nil {
		return
	}
	w.Ask(&kit.Dialog{
		Title: "A run was interrupted",
		Body: []string{
			"The plan " + e.Plan.Phrase() + " of " + w.Clock.Full(e.Plan.FrozenAt) + " was begun and has not ended.",
			"What it did is in the journal: it verifies before it repeats. Review it, and type its phrase to resume.",
		},
		Buttons: []kit.Button{{ID: "later", Label: "later (5 lists it)", Cancel: true}, {ID: "review", Label: "review", Key: "r"}},
	}, func(a kit.Answer) {
		if !a.Cancelled {
			w.OpenPlans()
			w.openPlan(e)
		}
	})
}

// openPlan shows the run of a plan, or its review.
func (w *World) openPlan(e *PlanEntry) {
	if e.View != nil {
		w.Push(NewRunScreen(e))
		return
	}
	w.reviewAgain(e)
}

// reviewAgain shows a plan that was frozen before: to read it, or to take its run up again with its phrase.
func (w *World) reviewAgain(e *PlanEntry) {
	if e.View != nil && e.View.resumable() {
		e.Interrupted = true
	}
	snap, catalog := w.Present(), w.Catalog
	background.Do(w.Loop, func() *reviewData { return readPlan(e.Plan, snap, catalog) }, func(d *reviewData) { w.Push(newReview(w, e, d)) })
}

// OpenPlans shows the plans of this case.
func (w *World) OpenPlans() { w.Open(newPlans(w)) }

// Plans lists the plans of this case.
type Plans struct {
	table *kit.Table
}

func newPlans(w *World) *Plans {
	p := &Plans{}
	p.table = kit.NewTable(w.Theme,
		kit.Column{ID: "digest", Title: "PLAN", MinWidth: 6}, kit.Column{ID: "state", Title: "STATE", MinWidth: 11},
		kit.Column{ID: "n", Title: "N", Align: kit.AlignRight}, kit.Column{ID: "frozen", Title: "FROZEN", Priority: 3},
		kit.Column{ID: "account", Title: "ACCOUNT", Priority: 6}, kit.Column{ID: "caller", Title: "AS", Priority: 7, MaxWidth: 50})
	p.table.Empty = "no plan yet: mark resources and press x; nothing runs before you type its phrase"
	p.table.SetRows(planRows{w})
	return p
}

// Scope names its keys.
func (p *Plans) Scope() string { return ScopePlans }

// Title is its part of the path.
func (p *Plans) Title() string { return "plans" }

// Handle does what an intent asks for.
func (p *Plans) Handle(w *World, in Intent) bool {
	if move, ok := kit.NavMove(string(in)); ok {
		p.table.Move(move)
		return true
	}
	switch in {
	case IntentOpen:
		if i := p.table.Cursor(); i >= 0 {
			w.openPlan(w.planAt(i))
		}
	case IntentCSV, IntentJSON:
		w.export(in, p.sheet(w))
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (p *Plans) Refuse(w *World, in Intent) string {
	switch in {
	case IntentOpen, IntentCSV, IntentJSON:
		if len(w.Plans) == 0 {
			return "there is no plan yet"
		}
	case IntentFaults, IntentRescan:
		return "plans are not read from AWS: see the grid"
	default:
	}
	return ""
}

// Draw fills the screen.
func (p *Plans) Draw(_ *World, size kit.Size) string {
	p.table.Unit = words.Noun(p.table.Len(), "plan", "plans")
	return p.table.View(size)
}

// Click puts the cursor where the mouse is.
func (p *Plans) Click(_ *World, x, y int) {
	if hit := p.table.At(x, y); hit.RowID != "" {
		p.table.GoTo(hit.RowID)
	}
}

// Wheel scrolls.
func (p *Plans) Wheel(_ *World, lines int) { p.table.Scroll(lines) }

// Every is how often the state of a run that is under way is drawn again.
func (p *Plans) Every(w *World) time.Duration {
	if w.Going() != nil {
		return time.Second
	}
	return 0
}

// planAt is the i-th plan, newest first.
func (w *World) planAt(i int) *PlanEntry { return w.Plans[len(w.Plans)-1-i] }

type planRows struct{ w *World }

// Len is the number of plans.
func (r planRows) Len() int { return len(r.w.Plans) }

// ID is the plan's digest.
func (r planRows) ID(i int) string { return r.w.planAt(i).Plan.Digest }

// Gutter is empty.
func (r planRows) Gutter(int) kit.Gutter { return kit.Gutter{} }

// Cell is one column of a plan.
func (r planRows) Cell(i, col int) kit.Cell {
	e, th := r.w.planAt(i), r.w.Theme
	switch col {
	case 0:
		return kit.Cell{Text: "#" + e.Plan.Short(), Style: th.Strong}
	case 1:
		style := th.Text
		if e.State() != "gone" && e.State() != "reviewed" {
			style = th.Warning
		}
		return kit.Cell{Text: e.State(), Style: style}
	case 2:
		return kit.Cell{Text: kit.Count(e.Plan.N())}
	case 3:
		return kit.Cell{Text: r.w.Clock.Full(e.Plan.FrozenAt), Style: th.Muted}
	case 4:
		return kit.Cell{Text: e.Plan.Account, Style: th.Muted}
	}
	return kit.Cell{Text: words.ShortName(e.Plan.Caller.ARN), Style: th.Muted}
}

func (p *Plans) sheet(w *World) *sheet {
	rows := make([][]any, len(w.Plans))
	for i := range w.Plans {
		e := w.planAt(i)
		rows[i] = []any{e.Plan.Digest, e.State(), e.Plan.N(), e.Plan.FrozenAt.UTC().Format(time.RFC3339), e.Plan.Account, e.Plan.Caller.ARN}
	}
	return &sheet{name: "plans", keys: []string{"digest", "state", "n", "frozenAt", "account", "caller"}, rows: func() [][]any { return rows }}
}

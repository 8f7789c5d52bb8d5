// Package plans lists the plans of this case: looked at, under way, interrupted and over.
//
// It must not know what a plan removes, nor how it is run.
package plans

import (
	"time"

	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// Scope is the scope of its keys.
const Scope = "plans"

// IntentPlans leads to it.
const IntentPlans screen.Intent = "plans"

// Keys are its keys.
func Keys() screen.Keys {
	undo := screen.Bind(Scope, screen.IntentUndo, 3, "undo",
		"once its run has ended: review the plan that undoes it, as far as it can be undone exactly", "u")
	undo.BarWhenPossible = true
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "Plans"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, screen.IntentOpen, 2, "open", "review the plan, resume an interrupted one, or watch its run", "enter"),
			undo,
		},
		Shared: []string{export.Scope},
		FromEverywhere: []kit.Binding{
			screen.Bind(screen.ScopeEverywhere, IntentPlans, 21, "plans", "the plans of this case, interrupted ones among them", "5"),
		},
	}
}

// Plans are the plans of this case.
type Plans interface {
	Len() int
	// At is the i-th plan, newest first.
	At(i int) *runs.Entry
	// Interrupted is the plan whose run can be taken up again, nil for none.
	Interrupted() *runs.Entry
	// Going is the plan whose run is under way, nil for none.
	Going() *runs.Entry
	// CannotUndo says why what a run did cannot be undone now, "" where that can be asked.
	CannotUndo(*runs.Entry) string
}

// Exporter writes what is shown.
type Exporter interface {
	Export(in screen.Intent, s *export.Sheet)
}

// Opener leads to other screens.
type Opener interface {
	// Plan shows the run of a plan, or its review.
	Plan(*runs.Entry)
	// Undo makes the plan that takes back what a run did and shows it; no steps means all.
	Undo(e *runs.Entry, only []string)
}

// Needs is what the screen needs of the console.
type Needs struct {
	Theme  *theme.Theme
	Clock  *clock.Clock
	Plans  Plans
	Export Exporter
	Open   Opener
}

// Screen lists the plans of this case.
type Screen struct {
	needs Needs
	table kit.TableOf[*runs.Entry]
}

// New returns the list.
func New(needs Needs) *Screen {
	p := &Screen{needs: needs}
	column := func(c kit.Column, show func(*runs.Entry) kit.Cell) kit.ColumnOf[*runs.Entry] {
		return kit.ColumnOf[*runs.Entry]{Column: c, Show: show}
	}
	muted := func(text func(*runs.Entry) string) func(*runs.Entry) kit.Cell {
		return func(e *runs.Entry) kit.Cell { return kit.Cell{Text: text(e), Style: needs.Theme.Muted} }
	}
	p.table = kit.NewTableOf(needs.Theme, kit.RowsOf[*runs.Entry]{
		Count: needs.Plans.Len, At: needs.Plans.At, Name: func(e *runs.Entry) string { return e.Plan.Digest },
	},
		column(kit.Column{ID: "digest", Title: "PLAN", MinWidth: 6}, func(e *runs.Entry) kit.Cell {
			return kit.Cell{Text: name(e.Plan), Style: needs.Theme.Strong}
		}),
		column(kit.Column{ID: "state", Title: "STATE", MinWidth: 11}, p.state),
		column(kit.Column{ID: "n", Title: "N", Align: kit.AlignRight}, func(e *runs.Entry) kit.Cell {
			return kit.Cell{Text: kit.Count(e.Plan.N())}
		}),
		column(kit.Column{ID: "frozen", Title: "FROZEN", Priority: 3}, muted(func(e *runs.Entry) string {
			return needs.Clock.Full(e.Plan.FrozenAt)
		})),
		column(kit.Column{ID: "account", Title: "ACCOUNT", Priority: 6}, muted(func(e *runs.Entry) string { return e.Plan.Account })),
		column(kit.Column{ID: "caller", Title: "AS", Priority: 7, MaxWidth: 50}, func(e *runs.Entry) kit.Cell {
			return kit.Cell{Text: words.ShortName(e.Plan.Caller.ARN), Style: needs.Theme.Muted, KeepEnd: true}
		}),
	)
	if e := needs.Plans.Interrupted(); e != nil {
		p.table.GoTo(e.Plan.Digest) // That is what most needs the operator, however old it is.
	}
	p.table.Empty = "no plan yet: mark resources and press x; nothing runs before you type its phrase"
	return p
}

// name is what a plan is called; of one that is no removal it says what it does.
func name(p *plan.Plan) string {
	switch {
	case p.Undoes != "":
		return "#" + p.Short() + " undoes #" + runs.ShortDigest(p.Undoes)
	case p.Verb != plan.Delete:
		return "#" + p.Short() + " " + string(p.Verb)
	}
	return "#" + p.Short()
}

func (p *Screen) state(e *runs.Entry) kit.Cell {
	style := p.needs.Theme.Text
	if reviewed := e.Progress == nil && !e.Interrupted; !reviewed && !e.Complete() {
		style = p.needs.Theme.Warning
	}
	return kit.Cell{Text: e.State(), Style: style}
}

// Scope names its keys.
func (p *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (p *Screen) Title() string { return "plans" }

// Handle does what an intent asks for.
func (p *Screen) Handle(in screen.Intent) bool {
	if kit.Navigate(string(in), p.table.Move) {
		return true
	}
	switch in {
	case screen.IntentOpen:
		if e, ok := p.table.Current(); ok {
			p.needs.Open.Plan(e)
		}
	case screen.IntentUndo:
		if e, ok := p.table.Current(); ok {
			p.needs.Open.Undo(e, nil)
		}
	case export.IntentCSV, export.IntentJSON:
		p.needs.Export.Export(in, p.sheet())
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (p *Screen) Refuse(in screen.Intent) string {
	switch in {
	case screen.IntentOpen, export.IntentCSV, export.IntentJSON:
		if p.needs.Plans.Len() == 0 {
			return "there is no plan yet"
		}
	case screen.IntentUndo:
		e, ok := p.table.Current()
		if !ok {
			return "there is no plan yet"
		}
		return p.needs.Plans.CannotUndo(e)
	case screen.IntentFaults, screen.IntentRescan:
		return "plans are not read from AWS: see the grid"
	default:
	}
	return ""
}

// Draw fills the screen.
func (p *Screen) Draw(size kit.Size) string {
	p.table.Unit = words.Noun(p.table.Len(), "plan", "plans")
	return p.table.View(size)
}

// Click puts the cursor where the mouse is.
func (p *Screen) Click(x, y int) bool { return p.table.Click(x, y) }

// Wheel scrolls.
func (p *Screen) Wheel(lines int) { p.table.Scroll(lines) }

// Every is how often the state of a run that is under way is drawn again.
func (p *Screen) Every() time.Duration {
	if p.needs.Plans.Going() != nil {
		return time.Second
	}
	return 0
}

// NextStep is what a stranger should do next.
func (p *Screen) NextStep() string { return "enter opens a plan or its run; 1 goes back to the grid" }

func (p *Screen) sheet() *export.Sheet {
	rows := make([][]any, p.needs.Plans.Len())
	for i := range rows {
		e := p.needs.Plans.At(i)
		frozen := e.Plan.FrozenAt.UTC().Format(time.RFC3339)
		undoes := any(nil)
		if e.Plan.Undoes != "" {
			undoes = e.Plan.Undoes
		}
		rows[i] = []any{e.Plan.Digest, e.State(), e.Plan.N(), frozen, e.Plan.Account, e.Plan.Caller.ARN, string(e.Plan.Verb), undoes}
	}
	return &export.Sheet{
		Name: "plans", Keys: []string{"digest", "state", "n", "frozenAt", "account", "caller", "verb", "undoes"},
		Rows: func() [][]any { return rows },
	}
}

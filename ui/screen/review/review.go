package review

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Screen shows a frozen plan and asks for its phrase. Nothing has been called when it is shown.
type Screen struct {
	needs   Needs
	entry   *runs.Entry
	summary *summary
	confirm *kit.Confirm
	pager   kit.Pager
	// refused is why the start was refused.
	refused string
	// below is how many lines stand above the phrase.
	below int
}

func newScreen(needs Needs, e *runs.Entry, s *summary) *Screen {
	r := &Screen{needs: needs, entry: e, summary: s}
	if e.Plan.N() > 0 {
		needs.Plans.Add(e)
	}
	r.reset()
	return r
}

// reset asks for the phrase from the beginning; a plan without targets asks for none.
func (r *Screen) reset() {
	r.confirm = nil
	if r.entry.Plan.N() > 0 && r.needs.Plans.CannotPlan() == "" && !r.over() {
		r.confirm = kit.NewConfirm(r.needs.Theme, r.entry.Plan.Phrase(), r.needs.Clock.Now())
		if r.entry.Resumable() || r.entry.Ended() {
			r.confirm.Verb = "resume"
		}
	}
}

// over says that it has run and is not to be run again: all of it is proven, or an undo has taken it
// back since.
func (r *Screen) over() bool {
	return r.entry.Complete() || r.entry.Ended() && r.needs.Plans.UndoneBy(r.entry) != nil
}

// Scope names its keys.
func (r *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (r *Screen) Title() string { return "plan #" + r.entry.Plan.Short() }

// Handle does what an intent asks for; while the phrase is asked for, keys go to Type instead.
func (r *Screen) Handle(in screen.Intent) bool {
	if kit.Navigate(string(in), r.pager.Move) {
		return true
	}
	if in == screen.IntentUndo {
		r.needs.Open.Undo(r.entry, nil)
		return true
	}
	if in == screen.IntentOpen {
		if list, ok := screen.ListOfARNs(r.needs.Catalog, "what is in the way", r.summary.inTheWay); ok {
			r.needs.Open.List(list)
		}
		return true
	}
	return false
}

// Refuse says why an intent cannot work here.
func (r *Screen) Refuse(in screen.Intent) string {
	switch in {
	case screen.IntentBack:
		if r.entry.Starting {
			return runs.StartingWhy
		}
	case screen.IntentOpen:
		switch {
		case r.entry.Starting:
			return runs.StartingWhy
		case len(r.summary.inTheWay) > 0:
		case r.entry.Plan.N() == 0:
			return "nothing is in the way that could be marked: why it was left out stands here"
		case r.over():
			return "it has run"
		default:
			return "type the phrase: enter alone runs nothing"
		}
	case screen.IntentUndo:
		return r.needs.Plans.CannotUndo(r.entry)
	case screen.IntentFaults, screen.IntentRescan:
		return "a plan is frozen: go back, look again and plan anew"
	default:
	}
	return ""
}

// Typing says whether the phrase is asked for.
func (r *Screen) Typing() bool { return r.confirm != nil && !r.entry.Starting }

// Type takes keys: those that move scroll the plan, F1 explains the keys, the rest is the phrase.
// While nothing of it is typed, ? explains too, and home and end scroll.
func (r *Screen) Type(msg tea.Msg) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		stroke, empty := k.Keystroke(), r.confirm.Typed() == ""
		move, scrolls := map[string]kit.Move{
			"up": kit.MoveUp, "down": kit.MoveDown, "pgup": kit.MovePageUp, "pgdown": kit.MovePageDown,
		}[stroke]
		switch {
		case empty && stroke == "home":
			move, scrolls = kit.MoveTop, true
		case empty && stroke == "end":
			move, scrolls = kit.MoveBottom, true
		case stroke == "f1", empty && k.Text == "?":
			r.needs.Open.Help()
			return
		}
		if scrolls {
			r.pager.Move(move)
			return
		}
	}
	switch r.confirm.Update(msg, r.needs.Clock.Now()) {
	case kit.Confirmed:
		r.start(r.confirm.Phrase())
	case kit.Cancelled:
		r.needs.Open.Back()
	case kit.Pending:
	}
}

// start confirms the plan by its phrase. The runner checks phrase, digest and protections again.
func (r *Screen) start(phrase string) {
	r.entry.Starting, r.refused = true, ""
	left := r.summary.rest
	runner, p, ctx, snap := r.needs.Plans.Runner(), r.entry.Plan, r.needs.Loop.Context(), r.needs.Account.Present()
	type started struct {
		run      port.Run
		progress *runs.Progress
		before   *model.Graph
		err      error
	}
	background.Do(r.needs.Loop, func() started {
		// However long the plan was read, and whenever it was made: what is protected now is not
		// touched.
		run, err := runner.Start(ctx, snap, p, phrase)
		if err != nil {
			return started{err: err}
		}
		progress := runs.NewProgress(p, snap)
		if left != nil {
			progress.TakeUp(left.left, left.eta)
		}
		return started{run: run, progress: progress, before: model.NewGraph(snap)}
	}, func(s started) {
		r.entry.Starting = false
		if s.err != nil {
			r.refused = refusalText(s.err)
			r.reset()
			return
		}
		r.needs.Plans.Begin(r.entry, s.run, s.progress, s.before)
		r.needs.Open.Started(r, r.entry)
	})
}

// refusalText says what to do about a start that was refused.
func refusalText(err error) string {
	text := err.Error()
	switch {
	case errors.Is(err, plan.ErrProtected):
		text += ": unmark what is protected, or change the protect list, and plan anew"
	case errors.Is(err, plan.ErrChanged), errors.Is(err, plan.ErrAccount):
		text += ": plan anew"
	}
	return text
}

// Draw fills the screen: the plan scrolls, the phrase stays in sight.
func (r *Screen) Draw(size kit.Size) string {
	r.below = 0
	foot := r.foot(size)
	body := kit.Size{W: size.W, H: max(0, size.H-len(foot)-1)}
	r.below += body.H + 1
	lines := r.lines(body)
	drawn := r.pager.View(lines, body)
	rule := kit.Line(size.W)
	if n := r.pager.Below(); n > 0 {
		rule = kit.Line(size.W, kit.Span{Text: "   " + words.Count(n, "more line", "more lines") + " below (↓ pgdn)", Style: r.needs.Theme.Warning})
	}
	return kit.Stack(drawn, rule, strings.Join(foot, "\n"))
}

// refusedMost is how many lines a refusal takes of the screen; what it names stands in the plan
// too.
const refusedMost = 4

func (r *Screen) foot(size kit.Size) []string {
	line := func(text string) []string {
		return []string{kit.Line(size.W, kit.Span{Text: " " + text, Style: r.needs.Theme.Warning})}
	}
	switch {
	case r.entry.Starting:
		return line("starting: the protections are computed again")
	case r.entry.Plan.N() == 0:
		return line(runs.WordingOf(r.entry.Plan).NothingLeft)
	case r.over():
		return line(r.needs.undoHint(r.entry))
	case r.confirm == nil:
		return line("it cannot be run: " + r.needs.Plans.CannotPlan())
	}
	var foot []string
	if r.refused != "" {
		parts := kit.Wrap("refused: "+r.refused, max(1, size.W-2))
		if len(parts) > refusedMost {
			parts = append(parts[:refusedMost-1], "… (the plan above is as it was; esc, look again, and plan anew)")
		}
		for _, l := range parts {
			foot = append(foot, kit.Line(size.W, kit.Span{Text: " " + l, Style: r.needs.Theme.Error}))
		}
	}
	r.below += len(foot)
	h := min(r.confirm.Height(size.W), max(1, size.H-len(foot)))
	return append(foot, strings.Split(r.confirm.View(kit.Size{W: size.W, H: h}), "\n")...)
}

// Cursor is where the terminal's cursor belongs.
func (r *Screen) Cursor() *tea.Cursor {
	if !r.Typing() {
		return nil
	}
	c := r.confirm.Cursor()
	c.Y += r.below
	return c
}

// TypingKeys are the keys that work while the phrase is asked for.
func (r *Screen) TypingKeys() [][2]string {
	return [][2]string{{"↑↓", "scroll"}, {"tab", "cancel or phrase"}, {"ctrl+u", "clear"}, {"F1", "help"}, {"esc", "back: nothing runs"}}
}

// TypingHelp explains them all.
func (r *Screen) TypingHelp() [][2]string {
	return [][2]string{
		{"↑ ↓ pgup pgdn", "scroll the plan"},
		{"home end", "to its beginning and its end, while nothing is typed"},
		{"tab", "to cancel, or back to the phrase"},
		{"ctrl+u", "clear what was typed"},
		{"enter", "on the focus: run the plan once the phrase is whole, or go back"},
		{"F1", "this page; ? too, while nothing is typed"},
		{"esc", "back: nothing runs"},
	}
}

// NextStep is what a stranger should do next.
func (r *Screen) NextStep() string {
	switch {
	case len(r.summary.inTheWay) > 0:
		return "something uses it: enter lists both, * marks, x plans again"
	case r.entry.Plan.N() == 0:
		return "why it cannot be done stands here; esc goes back"
	case r.over():
		return r.needs.undoHint(r.entry)
	case !r.Typing():
		return runs.WordingOf(r.entry.Plan).Read
	}
	return "read it, then type the phrase below: nothing here is real"
}

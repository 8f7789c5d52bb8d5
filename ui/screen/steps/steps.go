package steps

import (
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Screen shows the steps of one region of a run. What they say goes on with the run; their order
// stays as it was when the screen was opened, so that no row moves under a hand.
type Screen struct {
	needs Needs
	entry *runs.Entry
	place string
	// order are the steps by how they stood: indices into those of the run.
	order []int
	table kit.TableOf[*runs.Step]
}

// New shows the steps of a region of a plan's run.
func New(needs Needs, e *runs.Entry, region *runs.Region) *Screen {
	s := &Screen{needs: needs, entry: e, place: model.Place{Region: region.Name}.Title(), order: inOrder(e.Progress, region)}
	th := needs.Theme
	column := func(c kit.Column, show func(*runs.Step) kit.Cell) kit.ColumnOf[*runs.Step] {
		return kit.ColumnOf[*runs.Step]{Column: c, Show: show}
	}
	s.table = kit.NewTableOf(th, kit.RowsOf[*runs.Step]{
		Count: func() int { return len(s.order) }, At: func(i int) *runs.Step { return &e.Progress.Steps[s.order[i]] },
		Name: func(x *runs.Step) string { return x.Planned.ID },
		Before: func(x *runs.Step) kit.Gutter {
			if x.Status.State == port.StepFailed {
				return kit.Gutter{Signs: "!", Row: th.Warning}
			}
			return kit.Gutter{}
		},
	},
		column(kit.Column{ID: "step", Title: "STEP"}, func(x *runs.Step) kit.Cell {
			return kit.Cell{Text: x.Planned.ID, Style: th.Strong}
		}),
		column(kit.Column{ID: "phase", Title: "PHASE", Priority: 8}, func(x *runs.Step) kit.Cell {
			return kit.Cell{Text: x.Planned.Phase.String(), Style: th.Muted}
		}),
		column(kit.Column{ID: "state", Title: "STATE", MinWidth: 8}, s.state),
		column(kit.Column{ID: "op", Title: "OPERATION", MinWidth: 20, MaxWidth: 48}, func(x *runs.Step) kit.Cell {
			return kit.Cell{Text: x.Planned.Op}
		}),
		column(kit.Column{ID: "target", Title: "RESOURCE", MinWidth: 24}, func(x *runs.Step) kit.Cell {
			return kit.Cell{Text: shortTargets(x.Planned.Targets), Style: th.Muted}
		}),
	)
	return s
}

// inOrder puts those first that failed, are refused again and again, or are blocked, then what is
// under way, waits, and is over.
func inOrder(v *runs.Progress, region *runs.Region) []int {
	rank := func(i int) int {
		if v.Steps[i].Repeated() {
			return 1
		}
		return map[port.StepState]int{
			port.StepFailed: 0, port.StepBlocked: 2, port.StepCalling: 3, port.StepCalled: 4, port.StepWaiting: 5, port.StepVerified: 6,
		}[v.Steps[i].Status.State]
	}
	order := slices.Clone(region.Steps)
	slices.SortStableFunc(order, func(a, b int) int { return rank(a) - rank(b) })
	return order
}

func (s *Screen) state(x *runs.Step) kit.Cell {
	style := s.needs.Theme.Text
	switch x.Status.State {
	case port.StepFailed:
		style = s.needs.Theme.Error
	case port.StepBlocked:
		style = s.needs.Theme.Warning
	case port.StepVerified:
		style = s.needs.Theme.OK
	case port.StepWaiting, port.StepCalling, port.StepCalled:
	}
	if x.Repeated() {
		return kit.Cell{Text: x.Status.State.String() + ", refused ×" + kit.Count(x.Status.Refused), Style: s.needs.Theme.Warning}
	}
	return kit.Cell{Text: x.Status.State.String(), Style: style}
}

// shortTargets names the first resource of a step and counts the others.
func shortTargets(refs []model.Ref) string {
	if len(refs) == 0 {
		return ""
	}
	text := words.ShortName(model.Clean(refs[0].ID))
	if len(refs) > 1 {
		text += " and " + kit.Count(len(refs)-1) + " more"
	}
	return text
}

// Scope names its keys.
func (s *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (s *Screen) Title() string { return "steps in " + s.place }

// Handle does what an intent asks for.
func (s *Screen) Handle(in screen.Intent) bool {
	if kit.Navigate(string(in), s.table.Move) {
		return true
	}
	x, ok := s.table.Current()
	if !ok {
		return false
	}
	s.table.Pin()
	switch in {
	case screen.IntentOpen:
		s.needs.Open.Text(screen.TextRequest{Title: "step " + x.Planned.ID, Text: s.text(x), Prose: true})
	case screen.IntentCopy:
		s.needs.Speak.Copy(s.text(x), "all that is known of step "+x.Planned.ID)
	case screen.IntentUndo:
		s.needs.Open.Undo(s.entry, []string{x.Planned.ID})
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (s *Screen) Refuse(in screen.Intent) string {
	switch in {
	case screen.IntentUndo:
		return s.needs.Plans.CannotUndo(s.entry)
	case screen.IntentFaults:
		return "what failed stands first; on the run ctrl+z shows only the regions in which a step failed"
	case screen.IntentRescan:
		return "a run reads its own regions again by itself"
	default:
	}
	return ""
}

// Draw fills the screen: the steps, and under them the words on the one under the cursor.
func (s *Screen) Draw(size kit.Size) string {
	head, foot := s.head(size.W), s.foot(size)
	s.table.Unit = words.Noun(len(s.order), "step", "steps")
	body := s.table.View(kit.Size{W: size.W, H: size.H - len(head) - len(foot)})
	return kit.Stack(strings.Join(head, "\n"), body, strings.Join(foot, "\n"))
}

// head tells of what keeps a step from going on that is none of the plan's.
func (s *Screen) head(width int) []string {
	n := len(s.entry.Progress.Newcomers)
	if n == 0 {
		return nil
	}
	text := " " + words.Count(n, "newcomer", "newcomers") + " made by somebody else " + words.Noun(n, "blocks", "block") + " a step: see the run"
	return []string{kit.Line(width, kit.Span{Text: text, Style: s.needs.Theme.Warning})}
}

// foot is all that is known of the step under the cursor, as far as a third of the screen holds it.
func (s *Screen) foot(size kit.Size) []string {
	x, ok := s.table.Current()
	if !ok {
		return nil
	}
	style := s.needs.Theme.Text
	if x.Status.State == port.StepFailed || x.Status.State == port.StepBlocked {
		style = s.needs.Theme.Warning
	}
	most := max(1, size.H/3)
	var foot []string
	for _, text := range s.said(x) {
		for _, part := range kit.Wrap(text, max(1, size.W-2)) {
			foot = append(foot, kit.Line(size.W, kit.Span{Text: " " + part, Style: style}))
		}
	}
	if len(foot) > most {
		foot = append(foot[:most-1], kit.Line(size.W, kit.Span{Text: " … more: enter shows all of it", Style: s.needs.Theme.Muted}))
	}
	return foot
}

// Every is how often the states of a run that is under way are drawn again.
func (s *Screen) Every() time.Duration {
	if s.entry.Going() {
		return time.Second
	}
	return 0
}

// Click puts the cursor where the mouse is.
func (s *Screen) Click(x, y int) bool { return s.table.Click(x, y-len(s.head(0))) }

// Wheel scrolls.
func (s *Screen) Wheel(lines int) { s.table.Scroll(lines) }

// NextStep is what a stranger should do next.
func (s *Screen) NextStep() string {
	if s.Refuse(screen.IntentUndo) == "" {
		return "u plans the undo of this step; esc goes back to the run"
	}
	return "enter shows a step whole; esc goes back to the run"
}

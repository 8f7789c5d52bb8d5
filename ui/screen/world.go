package screen

import (
	"context"
	"fmt"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
)

// Session is the world as the console meets it once it is connected. Scanner, Runner and Case may each be nil: without a scanner nothing
// comes in, without a runner nothing can be planned, without a case nothing is kept.
type Session struct {
	Caller  port.Caller
	Scanner port.Scanner
	Runner  port.Runner
	Case    port.Case
	// Notices are whole sentences that are shown once, for example that the caller is the root user.
	Notices []string
	// ReadOnly says that nothing can be changed, ReadOnlyReason why, in words.
	ReadOnly       bool
	ReadOnlyReason string
}

// Screen is one place of the console. It is drawn and handled in the update loop; whatever takes longer than what is visible it hands to a
// Job.
type Screen interface {
	// Scope names its keys in the catalogue.
	Scope() string
	// Title is its part of the path in the header.
	Title() string
	// Handle does what an intent asks for and says whether it was meant for this screen.
	Handle(w *World, in Intent) bool
	// Draw fills a rectangle.
	Draw(w *World, size kit.Size) string
}

// Refresher is a screen that follows the inventory. Loud says that the operator waits for it.
type Refresher interface {
	Refresh(w *World, loud bool)
}

// Typist is a screen with a text field. While Typing all keys and pasted text go there.
type Typist interface {
	Typing() bool
	Type(w *World, msg tea.Msg)
	// Cursor is where the terminal's cursor belongs in the last drawing, nil for nowhere.
	Cursor() *tea.Cursor
}

// Refuser is a screen that can say why an intent of its scope cannot work now; "" where it can.
type Refuser interface {
	Refuse(w *World, in Intent) string
}

// Pointed is a screen that takes the mouse.
type Pointed interface {
	Click(w *World, x, y int)
	Wheel(w *World, lines int)
}

// Clocked is a screen whose drawing changes with time alone: Every is how often, 0 for never.
type Clocked interface {
	Every(w *World) time.Duration
}

// World is what all screens share. It has one owner, the update loop.
type World struct {
	// Loop runs what takes longer than a frame, Clock tells the time.
	Loop  *background.Loop
	Clock *clock.Clock

	Catalog *model.Catalog
	Theme   *theme.Theme
	// Window is how far back "new" reaches.
	Window  time.Duration
	Demo    bool
	Version string
	// WriteFile keeps an export and says where.
	WriteFile func(name string, data []byte) (path string, err error)

	// Session is nil until Connect has come back.
	Session      *Session
	Connecting   bool
	ConnectError error
	// Connect is run again after it failed.
	Connect func()

	Inventory *model.Inventory
	Marks     *Marks
	Notes     map[model.Ref]string
	Plans     []*PlanEntry
	// ScanEnded says in words why no more facts come, "" while they do.
	ScanEnded string
	// Mouse says that clicks and the wheel are taken.
	Mouse bool
	// HintOff says that the demo's next step was dismissed.
	HintOff bool

	Dialogs *kit.Dialogs
	Toasts  *kit.Toasts

	home    *Grid
	stack   []Screen
	overlay Overlay
	answers map[string]func(kit.Answer)
	// dialogs numbers the dialogs; asked is the screen that Reason speaks of where it is not the top one.
	dialogs int
	asked   Screen
	lastKey time.Time
	// alarmUntil is when the newest alarm has been up long enough.
	alarmUntil time.Time
	quit       bool

	frozen   *model.Snapshot
	frozenAt time.Time
	snap     *model.Snapshot
	graph    *model.Graph
	graphOf  uint64
	graphJob background.Latest
	keepJob  background.Latest
	// unkept numbers the newest change of the marks that the case does not have yet, 0 for none.
	unkept int
	// keepFailed says that the operator has been told that the case does not take marks.
	keepFailed bool
	// after watches what comes back when runs have ended.
	after aftermath
}

// Overlay is what lies over the screen and has the keys: the palette, a choice by letter.
type Overlay interface {
	// Key takes a key or pasted text; closed says that it has done its work.
	Key(w *World, msg tea.Msg) (closed bool)
	// Lay draws it over the base, and says where the terminal's cursor belongs.
	Lay(w *World, base string, size kit.Size) (string, *tea.Cursor)
}

// NewWorld returns a world that knows nothing yet and shows the grid.
func NewWorld(ctx context.Context, catalog *model.Catalog, th *theme.Theme, now func() time.Time) *World {
	w := &World{
		Loop: background.NewLoop(ctx), Catalog: catalog, Theme: th, Clock: &clock.Clock{Now: now, Local: time.Local}, Window: 24 * time.Hour,
		Inventory: model.NewInventory(), Marks: NewMarks(), Notes: map[model.Ref]string{},
		Dialogs: &kit.Dialogs{Theme: th}, Toasts: &kit.Toasts{Theme: th}, answers: map[string]func(kit.Answer){},
	}
	w.keepJob.Restless = true
	w.home = NewGrid(w)
	w.stack = []Screen{w.home}
	return w
}

// Top is the screen that is shown.
func (w *World) Top() Screen { return w.stack[len(w.stack)-1] }

// Depth is how many screens lie on one another.
func (w *World) Depth() int { return len(w.stack) }

// Push shows a screen above the present one.
func (w *World) Push(s Screen) {
	w.stack = append(w.stack, s)
	w.refreshTop(true)
}

// Pop goes back; the grid stays.
func (w *World) Pop() {
	if len(w.stack) > 1 {
		w.stack = w.stack[:len(w.stack)-1]
		w.refreshTop(true)
	}
}

// Home goes back to the grid.
func (w *World) Home() {
	w.stack = w.stack[:1]
	w.refreshTop(true)
}

// Open shows a screen right above the grid, whatever lay there.
func (w *World) Open(s Screen) {
	w.stack = w.stack[:1]
	w.Push(s)
}

func (w *World) refreshTop(loud bool) {
	if r, ok := w.Top().(Refresher); ok {
		r.Refresh(w, loud)
	}
}

// Quit ends the console.
func (w *World) Quit() { w.quit = true }

// Quitting says whether it is to end.
func (w *World) Quitting() bool { return w.quit }

// toastTime is how long a message stays; a longer one takes longer to read.
func toastTime(text string) time.Duration {
	return 4*time.Second + time.Duration(len(text))*40*time.Millisecond
}

// Say shows a passing message. It takes the place of what was said before, which is no longer what the operator did; only alarms stay until
// they have been up long enough.
func (w *World) Say(level kit.Level, text string) {
	now := w.Clock.Now()
	if !now.Before(w.alarmUntil) {
		w.Toasts.Clear()
	}
	if level == kit.Alarm {
		w.alarmUntil = now.Add(toastTime(text))
	}
	w.Toasts.Add(level, model.Clean(text), now.Add(toastTime(text)))
}

// Refuse tells why something cannot be done.
func (w *World) Refuse(text string) { w.Say(kit.Notice, text) }

// Ask opens a dialog; then is called with its answer.
func (w *World) Ask(d *kit.Dialog, then func(kit.Answer)) {
	w.dialogs++
	d.ID = "d" + strconv.Itoa(w.dialogs)
	w.answers[d.ID] = then
	w.Dialogs.Open(d, w.Clock.Now())
}

// Answer gives a message to the open dialog.
func (w *World) Answer(msg tea.Msg) {
	a, ok := w.Dialogs.Update(msg, w.Clock.Now())
	if !ok {
		return
	}
	then := w.answers[a.DialogID]
	delete(w.answers, a.DialogID)
	if then != nil {
		then(a)
	}
}

// Over shows an overlay; nil takes it away.
func (w *World) Over(o Overlay) { w.overlay = o }

// Overlay is what lies over the screen, nil for nothing.
func (w *World) Overlay() Overlay { return w.overlay }

// Touch remembers that a key was pressed: rows stand still for a while after it.
func (w *World) Touch() { w.lastKey = w.Clock.Now() }

// stillFor is how long the order of rows stays as it is after a key.
const stillFor = 2 * time.Second

// Still says whether rows must keep their order: while marks exist or keys arrive.
func (w *World) Still() bool {
	return w.Marks.Len() > 0 || w.Clock.Now().Sub(w.lastKey) < stillFor
}

// Apply takes a batch of facts in.
func (w *World) Apply(b *model.Batch) {
	if b == nil {
		return
	}
	w.Inventory.Apply(b)
	w.snap = nil
	w.watchBack()
	if w.frozen == nil {
		w.refreshTop(false)
	}
}

// Snapshot is what the screens show: the inventory now, or as it was when the screen was frozen.
func (w *World) Snapshot() *model.Snapshot {
	if w.frozen != nil {
		return w.frozen
	}
	return w.Present()
}

// Present is the inventory now, whatever the screens show.
func (w *World) Present() *model.Snapshot {
	if w.snap == nil {
		w.snap = w.Inventory.Snapshot()
	}
	return w.snap
}

// Graph is who owns what over a snapshot that is shown, or was a moment ago; nil while the first is being made. It asks for a newer one
// where there is one, and refreshes the top screen when it has come.
func (w *World) Graph() *model.Graph {
	snap := w.Snapshot()
	if snap.Generation != w.graphOf || w.graph == nil {
		w.graphOf = snap.Generation
		background.DoLatest(w.Loop, &w.graphJob, w.graph != nil, func() *model.Graph { return model.NewGraph(snap) }, func(g *model.Graph) {
			w.graph = g
			w.refreshTop(false)
		})
	}
	return w.graph
}

// Frozen says whether the screen was frozen, and when.
func (w *World) Frozen() (time.Time, bool) { return w.frozenAt, w.frozen != nil }

// Freeze holds what is shown, or lets it go on.
func (w *World) Freeze() {
	if w.frozen != nil {
		w.frozen = nil
		w.Say(kit.Info, "the screen follows the account again")
		w.refreshTop(true)
		return
	}
	w.frozen, w.frozenAt = w.Present(), w.Clock.Now()
	w.Say(kit.Info, "frozen: what comes in is kept and not shown; p goes on")
}

// Account is the account's number, "" until it is known.
func (w *World) Account() string {
	if w.Session == nil {
		return ""
	}
	return w.Session.Caller.Account
}

// KeepMarks writes the marks to the case, the last state winning.
func (w *World) KeepMarks() {
	if w.Session == nil || w.Session.Case == nil {
		return
	}
	w.unkept++
	kept, refs, ctx, this := w.Session.Case, w.Marks.Reader(), w.Loop.Context(), w.unkept
	background.DoLatest(w.Loop, &w.keepJob, true, func() error { return kept.SetMarks(ctx, refs()) }, func(err error) {
		if w.unkept == this {
			w.unkept = 0
		}
		// Said once: whoever marks on knows it.
		if err != nil && !w.keepFailed {
			w.Say(kit.Alarm, "the marks could not be kept in the case: "+err.Error())
		}
		w.keepFailed = err != nil
	})
}

// Moment is the present of what is shown: now while facts come in, else when the last one was true. What is read from a case a week later has not
// run up a bill since.
func (w *World) Moment() time.Time {
	if at := w.Snapshot().At(); w.past() && !at.IsZero() {
		return at
	}
	return w.Clock.Now()
}

// past says that no more facts come in.
func (w *World) past() bool {
	return w.ScanEnded != "" || w.Session != nil && w.Session.Scanner == nil
}

// Flush writes marks that the case does not have yet, when the loop has ended: the last key may have been a mark.
func (w *World) Flush(ctx context.Context) error {
	if w.unkept == 0 || w.Session == nil || w.Session.Case == nil {
		return nil
	}
	if err := w.Session.Case.SetMarks(ctx, w.Marks.Reader()()); err != nil {
		return fmt.Errorf("keep marks: %w", err)
	}
	return nil
}

// Busy says whether something that the operator waits for is under way.
func (w *World) Busy() bool { return w.Loop.Busy() || w.Connecting }

package ui

import (
	"context"

	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/screen/grid"
	"github.com/rootout/rootout/ui/screen/palette"
	"github.com/rootout/rootout/ui/screen/text"
	"github.com/rootout/rootout/ui/shell"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/wiring"
)

// console joins the screens to what they share and to the session. It belongs to the update loop.
type console struct {
	*wiring.Parts
	options   Options
	catalogue *screen.Catalogue
	rooms     []room
	shell     *shell.Shell
	home      *grid.Screen

	// session is nil until Connect has come back.
	session      *Session
	connecting   bool
	connectError error
	questions    chan question

	// explained is the screen that the help is about while its keys are asked for, nil otherwise.
	explained screen.Screen
	// mouse says that clicks and the wheel are taken, hintOff that the demo's next step was
	// dismissed.
	mouse, hintOff, quit bool
}

func newConsole(ctx context.Context, o Options) *console {
	c := &console{options: o, mouse: o.Mouse, rooms: rooms(), questions: make(chan question)}
	c.catalogue = catalogueOf(c.rooms)
	c.Parts = wiring.New(ctx, wiring.Options{
		Catalog: o.Catalog, Now: o.Now, Location: o.Location, Window: o.Window, NoColor: o.NoColor, WriteFile: o.WriteFile,
		Skin: o.Skin, Columns: o.Columns,
		OpenText:   func(r screen.TextRequest) { opener{c}.Text(r) },
		Review:     func() { opener{c}.Review() },
		OpenEvents: func(filter string) { opener{c}.Events(filter) },
	})
	c.home = c.newGrid()
	c.Stack.SetHome(c.home)
	return c
}

// KeyPressed keeps rows from moving under a hand.
func (c *console) KeyPressed() { c.RowOrder.KeyPressed() }

// Mouse says whether clicks and the wheel are taken.
func (c *console) Mouse() bool { return c.mouse }

// Quitting says whether the program is to end.
func (c *console) Quitting() bool { return c.quit }

// Interrupt ends the program unless a run is under way.
func (c *console) Interrupt() bool {
	if c.Plans.Going() != nil {
		return false
	}
	c.quit = true
	return true
}

// Busy says whether something that the operator waits for is under way.
func (c *console) Busy() bool { return c.Loop.Busy() || c.connecting }

// Reason says why an intent cannot work on the screen that is shown, "" where it can. The bar, the
// help and the palette ask it too.
func (c *console) Reason(in screen.Intent) string {
	if in == screen.IntentRescan && c.signedOut() {
		return ""
	}
	subject := c.Stack.Top()
	if c.explained != nil {
		subject = c.explained
	}
	if s, ok := subject.(screen.Refuser); ok {
		if why := s.Refuse(in); why != "" {
			return why
		}
	}
	switch in {
	case intentHint:
		if !c.options.Demo {
			return "only the demo has a line with the next step"
		}
	case screen.IntentRescan:
		if c.connectError == nil {
			return c.Account.CannotRescan()
		}
	case screen.IntentReview:
		if why := c.Plans.CannotPlan(); why != "" {
			return why
		}
		return c.nothingMarked()
	case choosing.IntentUnmark:
		return c.nothingMarked()
	default:
	}
	return ""
}

// signedOut says that reading again means to sign in again, wherever one is.
func (c *console) signedOut() bool {
	return c.Account.Progress().SignedOut != nil && c.Account.CannotRescan() == ""
}

func (c *console) nothingMarked() string {
	if c.Marks.Len() == 0 {
		return "nothing is marked"
	}
	return ""
}

// Do carries an intent out: on the screen that is shown first, then everywhere.
func (c *console) Do(in screen.Intent) {
	if in == screen.IntentRescan && c.connectError != nil {
		c.connect()
		return
	}
	if in == screen.IntentRescan && c.signedOut() {
		c.Account.Rescan("everything")
		return
	}
	if c.Stack.Top().Handle(in) {
		return
	}
	for i := range c.rooms {
		if r := &c.rooms[i]; r.opens == in && r.open != nil {
			r.open(c)
			return
		}
	}
	switch in {
	case screen.IntentBack:
		c.Stack.Pop()
	case intentQuit:
		c.askQuit()
	case intentHelp:
		c.openHelp()
	case palette.IntentPalette:
		c.openPalette()
	case intentZone:
		c.Clock.UTC = !c.Clock.UTC
		c.Speak.Say(kit.Info, "times are in "+c.Clock.ZoneName())
	case intentFreeze:
		c.Account.Freeze()
	case intentHint:
		c.hintOff = !c.hintOff
	case intentMouse:
		c.switchMouse()
	default:
		c.Speak.Refuse("that does nothing here")
	}
}

func (c *console) switchMouse() {
	c.mouse = !c.mouse
	said := "the mouse is left to the terminal"
	if c.mouse {
		said = "the mouse is on: rows, heads and the wheel; selecting text needs shift in most terminals"
	}
	c.Speak.Say(kit.Info, said)
}

// openHelp explains the keys of the screen that is shown.
func (c *console) openHelp() {
	about := c.Stack.Top()
	c.Stack.Push(text.NewHelp(c.Theme, func(width int) []string {
		c.explained = about
		defer func() { c.explained = nil }()
		lines := c.shell.Keymap().HelpLines(c.Theme, width, c.catalogue.Scopes(about.Scope())...)
		return append(typingHelp(c.Theme, about, width), lines...)
	}))
}

// typingHelp are the keys of a text field that has the keys of the screen, none where it has not.
func typingHelp(th *theme.Theme, about screen.Screen, width int) []string {
	t, ok := about.(screen.TypistWithHelp)
	if !ok || !t.Typing() {
		return nil
	}
	lines := []string{kit.Line(width, kit.Span{Text: " While the phrase is typed", Style: th.Title})}
	for _, k := range t.TypingHelp() {
		lines = append(lines, kit.Line(width, kit.Span{Text: "  " + kit.Fit(k[0], 24, kit.AlignLeft), Style: th.Key}, kit.Span{Text: k[1]}))
	}
	return append(lines, "")
}

// Help explains the keys of the screen that is shown.
func (o opener) Help() { o.c.openHelp() }

func (c *console) openPalette() {
	c.Stack.Over(palette.New(palette.Needs{
		Theme: c.Theme, Catalog: c.Catalog, Keymap: c.shell.Keymap(), Scopes: c.catalogue.Scopes(c.Stack.Top().Scope()),
		Unbound:  []kit.Item{{ID: string(intentMouse), Title: "mouse: clicks and the wheel, on or off"}},
		Commands: c.commands(),
		Do:       c.Do, List: opener{c}.List, Over: c.Stack.Over,
	}))
}

// askQuit ends the console, after a question only while a run is under way.
func (c *console) askQuit() {
	if c.Plans.Starting() != nil {
		c.Speak.Refuse(runs.StartingWhy)
		return
	}
	if c.Plans.Going() == nil {
		c.quit = true
		return
	}
	// How far it is stands behind the dialog and goes on there.
	then := "The journal keeps what was done; the plan is offered again at the next start and resumes on its phrase."
	if c.options.Demo {
		then = "This is the demo: its account and its case end too, and the run is not offered again."
	}
	c.Speak.Ask(&kit.Dialog{
		Title:   "A run is under way",
		Body:    []string{"Its calls end when rootout does.", then},
		Buttons: []kit.Button{{ID: "stay", Label: "stay", Cancel: true}, {ID: "quit", Label: "quit", Key: "q"}},
	}, func(a kit.Answer) {
		if !a.Cancelled {
			c.quit = true
		}
	})
}

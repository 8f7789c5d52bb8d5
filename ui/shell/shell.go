// Package shell is the Bubble Tea program around whatever screens lie on the stack: it gives
// messages to whoever has the focus, resolves keys, puts the frame together, and asks for the clock
// while something on the screen depends on it.
//
// It must not know any screen, nor what the console is about: that it asks of a [Console].
package shell

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/speak"
	"github.com/rootout/rootout/ui/theme"
)

// Console is what stands behind the screens.
type Console interface {
	// Do carries an intent out, on the screen that is shown or everywhere.
	Do(in screen.Intent)
	// Reason says why an intent cannot work now, "" where it can.
	Reason(in screen.Intent) string
	// Head are the lines above the screen, Title the title of the terminal's window.
	Head(width int) []string
	Title() string
	// KeyPressed is told of every key.
	KeyPressed()
	// Interrupt is ctrl+c: it says whether that ends the program at once, whatever has the keys.
	Interrupt() bool
	// Mouse says whether clicks and the wheel are taken, Quitting whether the program is to end.
	Mouse() bool
	Quitting() bool
}

// Options are what a shell is made of.
type Options struct {
	Loop    *background.Loop
	Stack   *screen.Stack
	Speak   *speak.Speaker
	Keys    *screen.Catalogue
	Console Console
	Now     func() time.Time
	// Theme is made of Look, and is changed in place when the terminal says what its background is
	// like.
	Theme *theme.Theme
	Look  *theme.Options
}

// Shell is the program.
type Shell struct {
	o    Options
	keys kit.Resolver
	size kit.Size
	// tick numbers the clock that was asked for last; tickAt is when it comes, zero for none.
	tick   int
	tickAt time.Time
	// unknown is the key without a meaning that was pressed last and told of, "" for none.
	unknown string
	clicked lastClick
}

// New returns a program that has not been drawn yet.
func New(o Options) *Shell {
	return &Shell{o: o, keys: kit.Resolver{Keymap: o.Keys.Keymap(o.Console.Reason)}}
}

// Keymap is the keys in force.
func (s *Shell) Keymap() *kit.Keymap { return s.keys.Keymap }

// Init asks for the background. The first frame does not wait for it.
func (s *Shell) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, s.o.Loop.Take())
}

// Update routes a message to whoever it is for.
func (s *Shell) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case background.Done:
		s.o.Loop.Finish(msg)
	case tea.WindowSizeMsg:
		s.size = kit.Size{W: msg.Width, H: msg.Height}
	case tea.BackgroundColorMsg:
		s.o.Look.Dark = msg.IsDark()
		*s.o.Theme = theme.New(*s.o.Look)
	case tea.ResumeMsg:
		return s, tea.RequestBackgroundColor
	case tea.KeyPressMsg:
		s.o.Console.KeyPressed()
		s.press(msg)
	case tea.PasteMsg:
		s.paste(msg)
	case tea.MouseClickMsg:
		s.click(msg)
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case tickMsg:
		s.onTick(msg)
	}
	s.scheduleTick()
	if s.o.Console.Quitting() {
		return s, tea.Quit
	}
	return s, s.o.Loop.Take()
}

// press gives a key to what has the focus: a dialog, an overlay, a text field, or the catalogue of
// keys.
func (s *Shell) press(k tea.KeyPressMsg) {
	if k.Keystroke() == "ctrl+c" && s.o.Console.Interrupt() {
		return
	}
	switch {
	case s.o.Speak.Dialogs.Len() > 0:
		s.o.Speak.Answer(k)
	case s.o.Stack.Overlay() != nil:
		if o := s.o.Stack.Overlay(); o.Key(k) && s.o.Stack.Overlay() == o {
			s.o.Stack.Over(nil)
		}
	case s.typist() != nil:
		s.o.Speak.Answered()
		s.typist().Type(k)
	default:
		s.resolve(k)
	}
}

// typist is the screen's text field, nil unless it has the keys.
func (s *Shell) typist() screen.Typist {
	if t, ok := s.o.Stack.Top().(screen.Typist); ok && t.Typing() {
		return t
	}
	return nil
}

func (s *Shell) resolve(k tea.KeyPressMsg) {
	r := s.keys.Press(k, s.o.Keys.Scopes(s.o.Stack.Top().Scope())...)
	switch {
	case r.Runs():
		s.o.Speak.Answered()
		s.o.Console.Do(screen.Intent(r.Binding.ID))
	case r.Reason != "":
		s.o.Speak.Refuse(r.Reason)
	case !r.Pending && !r.Cancelled:
		s.sayUnknown(kit.KeyName(k.Keystroke()))
		return
	}
	s.unknown = ""
}

// sayUnknown says that a key has no meaning here, once while it is pressed again and again.
func (s *Shell) sayUnknown(key string) {
	if s.unknown != key {
		s.o.Speak.Refuse(key + " does nothing here: ? lists the keys")
	}
	s.unknown = key
}

func (s *Shell) paste(msg tea.PasteMsg) {
	switch {
	case s.o.Speak.Dialogs.Len() > 0:
		s.o.Speak.Answer(msg)
	case s.o.Stack.Overlay() != nil:
		s.o.Stack.Overlay().Key(msg)
	case s.typist() != nil:
		s.typist().Type(msg)
	}
}

// pointed is the screen under the mouse, nil while it takes none or something lies over it.
func (s *Shell) pointed() screen.Pointed {
	p, ok := s.o.Stack.Top().(screen.Pointed)
	if !ok || s.o.Speak.Dialogs.Len() > 0 || s.o.Stack.Overlay() != nil {
		return nil
	}
	return p
}

// twice is how soon a click has to follow on another at the same place to open what is there.
const twice = 400 * time.Millisecond

// lastClick is a click that opens something when it comes again.
type lastClick struct {
	x, y int
	at   time.Time
}

func (s *Shell) click(msg tea.MouseClickMsg) {
	last := s.clicked
	s.clicked = lastClick{}
	if msg.Button != tea.MouseLeft || s.o.Speak.Dialogs.Len() > 0 || s.o.Stack.Overlay() != nil {
		return
	}
	s.o.Console.KeyPressed()
	if msg.Y == s.size.H-1 {
		s.clickBar(msg.X)
		return
	}
	p := s.pointed()
	if p == nil {
		return
	}
	if now := s.o.Now(); last.x == msg.X && last.y == msg.Y && now.Sub(last.at) <= twice {
		s.run(screen.IntentOpen)
		return
	}
	if p.Click(msg.X, msg.Y-len(s.o.Console.Head(s.size.W))) {
		s.clicked = lastClick{msg.X, msg.Y, s.o.Now()}
	}
}

// clickBar does what the hint in the last line says.
func (s *Shell) clickBar(x int) {
	if s.typist() != nil || s.keys.Pending() != "" {
		return // It shows other keys then.
	}
	b, ok := s.keys.Keymap.BarAt(s.o.Theme, s.size.W, x, s.o.Keys.BarScopes(s.o.Stack.Top().Scope())...)
	if ok {
		s.run(screen.Intent(b.ID))
	}
}

// run has an intent carried out, or says why it cannot be.
func (s *Shell) run(in screen.Intent) {
	if why := s.o.Console.Reason(in); why != "" {
		s.o.Speak.Refuse(why)
		return
	}
	s.o.Speak.Answered()
	s.o.Console.Do(in)
}

// wheelLines is how many rows a notch of the wheel scrolls.
const wheelLines = 3

func (s *Shell) wheel(msg tea.MouseWheelMsg) {
	p := s.pointed()
	if p == nil {
		return
	}
	switch msg.Button {
	case tea.MouseWheelUp:
		p.Wheel(-wheelLines)
	case tea.MouseWheelDown:
		p.Wheel(wheelLines)
	default:
	}
}

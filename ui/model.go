package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Model is the program: the world, the keys and the size of the terminal.
type Model struct {
	options   Options
	world     *screen.World
	theme     *theme.Theme
	keys      kit.Resolver
	questions chan question
	size      kit.Size
	// tick numbers the clock that was asked for last; alarm is when it rings, zero for none.
	tick  int
	alarm time.Time
}

// question is one that Connect asks; the answer goes back on its own channel, so that nobody waits for the loop.
type question struct {
	text   string
	answer chan<- answer
}

type answer struct {
	text string
	err  error
}

// tickMsg is the clock.
type tickMsg int

// New returns the program's model. The context ends with the console; commands that outlive a screen hold it.
func New(ctx context.Context, o Options) *Model {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.Window == 0 {
		o.Window = 24 * time.Hour
	}
	th := theme.New(theme.Options{NoColor: o.NoColor, Dark: true})
	m := &Model{options: o, theme: &th, questions: make(chan question)}
	w := screen.NewWorld(ctx, o.Catalog, m.theme, o.Now)
	w.Clock.Local, w.Window, w.Demo, w.Version, w.WriteFile = o.Location, o.Window, o.Demo, o.Version, o.WriteFile
	w.Connect = m.connect
	m.world = w
	m.keys = kit.Resolver{Keymap: screen.Keys(w.Reason)}
	return m
}

// Init asks for the background and connects. The first frame does not wait for either.
func (m *Model) Init() tea.Cmd {
	m.connect()
	m.listen()
	return tea.Batch(tea.RequestBackgroundColor, m.world.Loop.Take())
}

// connect makes the session beside the loop.
func (m *Model) connect() {
	w := m.world
	if m.options.Connect == nil || w.Connecting || w.Session != nil {
		return
	}
	w.Connecting, w.ConnectError = true, nil
	type connected struct {
		session *Session
		err     error
	}
	ctx, do := w.Loop.Context(), m.options.Connect
	background.Watch(w.Loop, func() connected {
		s, err := do(ctx, m.ask)
		return connected{s, err}
	}, func(c connected) {
		w.Connecting = false
		if c.err != nil {
			w.ConnectError = c.err
			return
		}
		w.Start(c.session)
	})
}

// ask is what Connect calls, outside the loop.
func (m *Model) ask(ctx context.Context, text string) (string, error) {
	reply := make(chan answer, 1)
	select {
	case m.questions <- question{text: text, answer: reply}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	select {
	case a := <-reply:
		return a.text, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// listen waits for the next question.
func (m *Model) listen() {
	w, questions := m.world, m.questions
	background.Watch(w.Loop, func() *question {
		select {
		case q := <-questions:
			return &q
		case <-w.Loop.Context().Done():
			return nil
		}
	}, func(q *question) {
		if q == nil {
			return
		}
		m.show(q)
		m.listen()
	})
}

// show puts a question into a dialog. What is typed is a code or a password, and is not drawn.
func (m *Model) show(q *question) {
	field := kit.NewInput(m.theme, "")
	field.Secret = true
	m.world.Ask(&kit.Dialog{
		Title: "AWS asks", Body: []string{model.Clean(q.text)}, Field: field,
		Buttons: []kit.Button{{ID: "no", Label: "cancel", Cancel: true}, {ID: "ok", Label: "answer"}},
	}, func(a kit.Answer) {
		if a.Cancelled {
			q.answer <- answer{err: ErrCancelled}
			return
		}
		q.answer <- answer{text: a.Text}
	})
}

// Update routes a message to whoever it is for.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	w := m.world
	switch msg := msg.(type) {
	case background.Done:
		w.Loop.Finish(msg)
	case tea.WindowSizeMsg:
		m.size = kit.Size{W: msg.Width, H: msg.Height}
	case tea.BackgroundColorMsg:
		*m.theme = theme.New(theme.Options{NoColor: m.options.NoColor, Dark: msg.IsDark()})
	case tea.ResumeMsg:
		return m, tea.RequestBackgroundColor
	case tea.KeyPressMsg:
		w.Touch()
		m.press(msg)
	case tea.PasteMsg:
		m.paste(msg)
	case tea.MouseClickMsg:
		m.click(msg)
	case tea.MouseWheelMsg:
		m.wheel(msg)
	case tickMsg:
		if int(msg) == m.tick {
			m.ring()
		}
	}
	m.wind()
	if w.Quitting() {
		return m, tea.Quit
	}
	return m, w.Loop.Take()
}

// press gives a key to what has the focus: a dialog, an overlay, a text field, or the catalogue of keys.
func (m *Model) press(k tea.KeyPressMsg) {
	w := m.world
	if k.Keystroke() == "ctrl+c" && w.Going() == nil {
		w.Quit()
		return
	}
	switch {
	case w.Dialogs.Len() > 0:
		w.Answer(k)
	case w.Overlay() != nil:
		if o := w.Overlay(); o.Key(w, k) && w.Overlay() == o {
			w.Over(nil)
		}
	case m.typist() != nil:
		m.typist().Type(w, k)
	default:
		m.resolve(k)
	}
}

// typist is the screen's text field, nil unless it has the keys.
func (m *Model) typist() screen.Typist {
	if t, ok := m.world.Top().(screen.Typist); ok && t.Typing() {
		return t
	}
	return nil
}

func (m *Model) resolve(k tea.KeyPressMsg) {
	w := m.world
	r := m.keys.Press(k, screen.Scopes(w.Top().Scope())...)
	switch {
	case r.Runs():
		w.Do(screen.Intent(r.Binding.ID), m.keys.Keymap)
	case r.Reason != "":
		w.Refuse(r.Reason)
	}
}

func (m *Model) paste(msg tea.PasteMsg) {
	w := m.world
	switch {
	case w.Dialogs.Len() > 0:
		w.Answer(msg)
	case w.Overlay() != nil:
		w.Overlay().Key(w, msg)
	case m.typist() != nil:
		m.typist().Type(w, msg)
	}
}

// covered says whether something lies over the screen, which then does not take the mouse.
func (m *Model) covered() bool { return m.world.Dialogs.Len() > 0 || m.world.Overlay() != nil }

func (m *Model) click(msg tea.MouseClickMsg) {
	if p, ok := m.world.Top().(screen.Pointed); ok && !m.covered() {
		m.world.Touch()
		p.Click(m.world, msg.X, msg.Y-m.top())
	}
}

// wheelLines is how many rows a notch of the wheel scrolls.
const wheelLines = 3

func (m *Model) wheel(msg tea.MouseWheelMsg) {
	p, ok := m.world.Top().(screen.Pointed)
	if !ok || m.covered() {
		return
	}
	switch msg.Button {
	case tea.MouseWheelUp:
		p.Wheel(m.world, -wheelLines)
	case tea.MouseWheelDown:
		p.Wheel(m.world, wheelLines)
	default:
	}
}

// ring is the clock: messages run out, counts grow stale.
func (m *Model) ring() {
	m.alarm = time.Time{}
	now := m.options.Now()
	m.world.Toasts.Expire(now)
	if c, ok := m.world.Top().(screen.Clocked); ok && c.Every(m.world) > 0 {
		if r, ok := m.world.Top().(screen.Refresher); ok {
			r.Refresh(m.world, false)
		}
	}
}

// wind asks for the clock where something on the screen changes by time alone, and for the earliest such time only. While nothing does,
// nothing ticks.
func (m *Model) wind() {
	now := m.options.Now()
	var next time.Time
	earlier := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	if at, ok := m.world.Toasts.Next(); ok {
		earlier(at)
	}
	if c, ok := m.world.Top().(screen.Clocked); ok {
		if every := c.Every(m.world); every > 0 {
			earlier(now.Add(every))
		}
	}
	if next.IsZero() || (!m.alarm.IsZero() && !next.Before(m.alarm)) {
		return
	}
	m.alarm = next
	m.tick++
	id, ctx, wait := tickMsg(m.tick), m.world.Loop.Context(), max(time.Millisecond, next.Sub(now))
	m.world.Loop.Run(func() tea.Msg {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return id
		case <-ctx.Done():
			return nil
		}
	})
}

package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/shell"
)

// Model is the program: the console in its shell.
type Model struct {
	*shell.Shell
	console *console
}

// New returns the program's model. The context ends with the console; commands that outlive a
// screen hold it.
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
	c := newConsole(ctx, o)
	c.shell = shell.New(shell.Options{
		Loop: c.Loop, Stack: c.Stack, Speak: c.Speak, Keys: c.catalogue, Console: c, Now: o.Now, Theme: c.Theme, Look: c.Look,
	})
	return &Model{Shell: c.shell, console: c}
}

// Init connects. The first frame does not wait for it.
func (m *Model) Init() tea.Cmd {
	m.console.connect()
	m.console.takeQuestions()
	return m.Shell.Init()
}

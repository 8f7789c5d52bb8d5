package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/rootout/rootout/model"
)

// Ask puts a question to the operator in a dialog and waits for the answer; it fails when he
// cancels or the context ends.
type Ask = func(ctx context.Context, question Question) (string, error)

// Options are what the console needs to start.
type Options struct {
	Catalog *model.Catalog
	// Connect makes the session. It runs beside the loop after the first frame, and again when the
	// operator asks for it after it failed. Its questions, such as for an MFA code, go through ask.
	Connect func(ctx context.Context, ask Ask) (*Session, error)
	// Demo says on every screen that the account is simulated, and offers the next step.
	Demo    bool
	Version string
	// Now is the clock, time.Now where it is nil; Location the zone of the operator, time.Local
	// where it is nil.
	Now      func() time.Time
	Location *time.Location
	// Window is how far back "new" reaches, 24 hours where it is 0.
	Window time.Duration
	// NoColor leaves out every colour, as NO_COLOR asks for.
	NoColor bool
	// Skin is the set of colours by its name, "" for the terminal's own; see [Skins].
	Skin string
	// Mouse says that clicks and the wheel are taken from the start.
	Mouse bool
	// Columns are the columns that the operator wants, in their order: of the grid under "grid", of
	// lists under the short name of their kind. See [CheckColumns].
	Columns map[string][]string
	// Notices are whole sentences that are shown above the grid from the start.
	Notices []string
	// WriteFile keeps an export and says where it lies; without it nothing can be exported.
	WriteFile func(name string, data []byte) (path string, err error)
}

// ErrCancelled is the answer to a question that the operator did not want to answer.
var ErrCancelled = errors.New("the question was cancelled")

// Run shows the console until the operator quits or the context ends. A context that ended on
// purpose is no error.
func Run(ctx context.Context, o Options, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Signals end the context. A handler of the program's own would be a second way out: caught
	// between the two it waits for itself, and the terminal is never given back.
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler()}
	if o.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.Ascii))
	}
	m := New(ctx, o)
	_, err := tea.NewProgram(m, opts...).Run()
	ended := ctx.Err() != nil
	cancel()
	last, done := context.WithTimeout(context.WithoutCancel(ctx), flushWithin)
	defer done()
	if failed := m.console.Marks.Flush(last); failed != nil {
		return failed
	}
	if err != nil && !ended {
		return fmt.Errorf("run the console: %w", err)
	}
	return nil
}

// flushWithin bounds the last write to the case.
const flushWithin = 3 * time.Second

// KeyTable is the catalogue of keys as Markdown tables, for the README.
func KeyTable() string { return catalogueOf(rooms()).Keymap(nil).Markdown() }

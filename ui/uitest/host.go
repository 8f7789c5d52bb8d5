package uitest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/shell"
	"github.com/rootout/rootout/ui/wiring"
)

// Host shows one screen, with everything around it that screens share. Screens that it asks for are
// not there: what it asked is noted.
type Host struct {
	*Driver
	*wiring.Parts
	Scanner *Scanner
	Case    *Case
	Runner  *Runner
	// Files are the exports, by name; Opened is what was asked to be opened.
	Files  map[string]string
	Opened Opened
}

// Opened notes what a screen asks to be opened. It is the part of a console that leads from one
// screen to another, as far as requests are values.
type Opened struct {
	Lists     []screen.ListRequest
	Texts     []screen.TextRequest
	Resources []*model.Resource
	Runs      []*runs.Entry
	// Undone are the runs that are to be taken back, UndoneSteps the steps of each, InRegions
	// those whose steps are to be shown.
	Undone      []*runs.Entry
	UndoneSteps [][]string
	InRegions   []*runs.Region
	// Asked are the words for what needs no more than that.
	Asked []string
	// Filters are those of the timelines that were to be shown.
	Filters []string
}

// List notes a list.
func (o *Opened) List(r screen.ListRequest) { o.Lists = append(o.Lists, r) }

// Events notes a timeline.
func (o *Opened) Events(filter string) { o.Filters = append(o.Filters, filter) }

// Text notes a text.
func (o *Opened) Text(r screen.TextRequest) { o.Texts = append(o.Texts, r) }

// Resource notes a resource.
func (o *Opened) Resource(r *model.Resource) { o.Resources = append(o.Resources, r) }

// Run notes a run.
func (o *Opened) Run(e *runs.Entry) { o.Runs = append(o.Runs, e) }

// Plan notes a plan.
func (o *Opened) Plan(e *runs.Entry) { o.Runs = append(o.Runs, e) }

// ReviewAgain notes a plan.
func (o *Opened) ReviewAgain(e *runs.Entry) { o.Runs = append(o.Runs, e) }

// Undo notes a run that is to be taken back.
func (o *Opened) Undo(e *runs.Entry, only []string) {
	o.Undone, o.UndoneSteps = append(o.Undone, e), append(o.UndoneSteps, only)
}

// Steps notes a region whose steps are to be shown.
func (o *Opened) Steps(_ *runs.Entry, region *runs.Region) { o.InRegions = append(o.InRegions, region) }

// Review notes that a review was asked for.
func (o *Opened) Review() { o.ask("review") }

// Faults notes that the faults were asked for.
func (o *Opened) Faults() { o.ask("faults") }

// Plans notes that the plans were asked for.
func (o *Opened) Plans() { o.ask("plans") }

// Respawned notes that what came back was asked for.
func (o *Opened) Respawned() { o.ask("respawned") }

// Back notes that the screen is to be left.
func (o *Opened) Back() { o.ask("back") }

// Help notes that the keys are to be explained.
func (o *Opened) Help() { o.ask("help") }

func (o *Opened) ask(what string) { o.Asked = append(o.Asked, what) }

// WithScreen runs a test in a bubble with one screen at 120×40, on an account of which the batch is
// known. New makes the screen out of what the host has.
func WithScreen(t *testing.T, keys screen.Keys, batch *model.Batch, newScreen func(h *Host) screen.Screen, test func(h *Host)) {
	t.Helper()
	WithScreenOf(t, Catalog(t), keys, batch, newScreen, test)
}

// WithScreenOf is [WithScreen] with another catalog.
func WithScreenOf(t *testing.T, catalog *model.Catalog, keys screen.Keys, batch *model.Batch, newScreen func(h *Host) screen.Screen, test func(h *Host)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		began := time.Now()
		h := &Host{
			Scanner: &Scanner{Batches: make(chan *model.Batch, 1000)}, Case: &Case{}, Files: map[string]string{},
			Runner: &Runner{Run: &Run{News: make(chan *port.RunUpdate, 1000)}},
		}
		now := func() time.Time { return Morning().Add(time.Since(began)) }
		h.Parts = wiring.New(ctx, wiring.Options{
			Catalog: catalog, Now: now, Location: Seoul(), Window: 24 * time.Hour,
			OpenText: h.Opened.Text, Review: h.Opened.Review, OpenEvents: h.Opened.Events,
			WriteFile: func(name string, data []byte) (string, error) {
				time.Sleep(Wait)
				h.Files[name] = string(data)
				return "/home/jm/" + name, nil
			},
		})
		h.Account.Connect(Caller(), h.Scanner)
		h.Plans.Connect(h.Runner, "")
		h.Marks.KeepIn(h.Case)
		h.Records.KeepIn(h.Case)
		h.Account.Apply(batch)
		h.Stack.SetHome(newScreen(h))
		h.Stack.Refresh(true)
		h.Account.Follow()
		h.Driver = Start(t, h.program(keys, now))
		test(h)
		cancel()
		time.Sleep(time.Minute)
	})
}

// Feed lets the scanner find something.
func (h *Host) Feed(b *model.Batch) {
	h.T.Helper()
	h.Scanner.Batches <- b
	h.WaitUntilIdle()
}

// Overlay lets a source say something about resources.
func (h *Host) Overlay(b *model.OverlayBatch) {
	h.T.Helper()
	h.Account.ApplyOverlay(b)
	h.Resize(h.Width, h.Height) // Whatever comes next lets the loop begin what it was asked for.
}

// program is the shell around the screen.
func (h *Host) program(keys screen.Keys, now func() time.Time) Program {
	p := &program{h: h}
	p.Shell = shell.New(shell.Options{
		Loop: h.Loop, Stack: h.Stack, Speak: h.Speak, Console: p, Now: now, Theme: h.Theme, Look: h.Look, Keys: &screen.Catalogue{
			Screens: []screen.Keys{keys}, Shared: []screen.Keys{choosing.Keys(), resource.Keys(), export.Keys()}, Everywhere: everywhere,
		},
	})
	return p
}

// everywhere are the keys that a single screen takes of those that work everywhere.
func everywhere([]kit.Binding) screen.Keys {
	bind := func(in screen.Intent, key string) kit.Binding {
		return screen.Bind(screen.ScopeEverywhere, in, 0, string(in), string(in), key)
	}
	return screen.Keys{Scope: kit.Scope{ID: screen.ScopeEverywhere}, Bindings: []kit.Binding{
		bind(screen.IntentBack, "esc"), bind(screen.IntentRescan, "ctrl+r"), bind(screen.IntentFaults, "ctrl+z"),
	}}
}

// program is the console around a single screen.
type program struct {
	*shell.Shell
	h *Host
}

// Busy says whether something that the operator waits for is under way.
func (p *program) Busy() bool { return p.h.Loop.Busy() }

// Connecting is never so.
func (p *program) Connecting() bool { return false }

// Do carries an intent out on the screen.
func (p *program) Do(in screen.Intent) {
	switch {
	case p.h.Stack.Top().Handle(in):
	case in == screen.IntentBack:
		p.h.Opened.Back()
	default:
		p.h.Speak.Refuse("that does nothing here")
	}
}

// Reason says why an intent cannot work on the screen.
func (p *program) Reason(in screen.Intent) string {
	if r, ok := p.h.Stack.Top().(screen.Refuser); ok {
		return r.Refuse(in)
	}
	return ""
}

// Head is the title of the screen.
func (p *program) Head(width int) []string {
	return []string{kit.Line(width, kit.Span{Text: " › " + p.h.Stack.Top().Title()})}
}

// Title is the title of the window.
func (p *program) Title() string { return "one screen" }

// KeyPressed keeps rows from moving.
func (p *program) KeyPressed() { p.h.RowOrder.KeyPressed() }

// Interrupt is never so.
func (p *program) Interrupt() bool { return false }

// Mouse is on.
func (p *program) Mouse() bool { return true }

// Quitting is never so.
func (p *program) Quitting() bool { return false }

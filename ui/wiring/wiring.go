// Package wiring makes what the screens share and joins it, once for the console and once for the
// tests of single screens.
//
// It must not know any screen: package ui joins them to what is made here.
package wiring

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/account"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/history"
	"github.com/rootout/rootout/ui/marks"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/respawn"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/speak"
	"github.com/rootout/rootout/ui/theme"
)

// Options are what the parts are made of.
type Options struct {
	Catalog  *model.Catalog
	Now      func() time.Time
	Location *time.Location
	// Window is how far back "new" reaches.
	Window  time.Duration
	NoColor bool
	// Skin is the set of colours, "" for the default; Columns are those that the operator wants, by
	// "grid" or a kind's name, none where he has not chosen.
	Skin    string
	Columns map[string][]string
	// WriteFile keeps an export and says where; it may be nil.
	WriteFile func(name string, data []byte) (path string, err error)
	// OpenText shows a text, Review freezes the plan for what is marked and shows it.
	OpenText func(screen.TextRequest)
	Review   func()
	// OpenEvents shows the timeline of what a filter selects.
	OpenEvents func(filter string)
}

// Parts are what screens share. All belong to the update loop.
type Parts struct {
	// Look is what Theme is made of.
	Look      *theme.Options
	Theme     *theme.Theme
	Columns   map[string][]string
	Loop      *background.Loop
	Clock     *clock.Clock
	Catalog   *model.Catalog
	Window    time.Duration
	Stack     *screen.Stack
	Speak     *speak.Speaker
	Account   *account.View
	History   *history.History
	Marks     *marks.Keeper
	Records   *resource.Records
	Actions   *resource.Actions
	Plans     *runs.Plans
	Respawned *respawn.Watch
	Export    *export.Exporter
	RowOrder  *choosing.RowOrder
	Choosing  choosing.Needs
}

// New makes the parts. The context ends with the console.
func New(ctx context.Context, o Options) *Parts {
	look := theme.Options{NoColor: o.NoColor, Dark: true, Skin: o.Skin}
	th := theme.New(look)
	p := &Parts{
		Look: &look, Columns: o.Columns, Theme: &th, Loop: background.NewLoop(ctx), Clock: &clock.Clock{Now: o.Now, Local: o.Location},
		Catalog: o.Catalog, Window: o.Window, Stack: &screen.Stack{},
	}
	p.Speak = speak.New(p.Loop, p.Theme, o.Now)
	p.Account = account.New(account.Options{
		Loop: p.Loop, Catalog: o.Catalog, Now: o.Now, Window: o.Window, Say: p.Speak.Say, Refresh: p.Stack.Refresh,
		Applied: func() {
			p.Respawned.Look()
			p.History.Look()
		},
	})
	p.History = history.New(history.Options{
		Loop: p.Loop, Catalog: o.Catalog, Now: o.Now, Window: o.Window, Say: p.Speak.Say, Refresh: p.Stack.Refresh,
		Present: p.Account.Present, ApplyOverlay: p.Account.ApplyOverlay,
	})
	p.Marks = marks.NewKeeper(p.Loop, p.Speak.Say)
	p.Marks.Changed = p.Stack.MarksChanged
	p.Records = resource.NewRecords(p.Loop, p.Speak.Say)
	p.Plans = runs.New(runs.Options{
		Loop: p.Loop, Now: o.Now, Say: p.Speak.Say, WatchRegions: p.Account.WatchRegions,
		// What is gone loses its mark; what failed keeps it.
		Gone: p.Marks.Drop,
	})
	p.Respawned = respawn.New(respawn.Options{
		Loop: p.Loop, Catalog: o.Catalog, Present: p.Account.Present, EndedRuns: p.Plans.EndedRuns, PutBack: p.Plans.PutBack,
		AtHome: p.Stack.AtHome, Say: p.Speak.Say,
	})
	p.Export = &export.Exporter{
		Loop: p.Loop, Now: o.Now, Say: p.Speak.Say, WriteFile: o.WriteFile,
		Account: func() string { return p.Account.Caller().Account },
	}
	p.Actions = &resource.Actions{
		Theme: p.Theme, Catalog: o.Catalog, Loop: p.Loop, Speak: p.Speak, Records: p.Records, OpenText: o.OpenText,
		OpenEvents: o.OpenEvents, NoEvents: p.History.Absent,
	}
	p.RowOrder = &choosing.RowOrder{Now: o.Now, Marks: p.Marks}
	p.Choosing = choosing.Needs{
		Theme: p.Theme, Loop: p.Loop, Source: source{p}, Marks: p.Marks, Speak: p.Speak, Over: p.Stack.Over,
		Letters: lettersOf(o.Catalog), Plan: planner{p.Plans, o.Review},
	}
	return p
}

// lettersOf are the letters by which columns are chosen: those of lists of one kind and of many.
func lettersOf(catalog *model.Catalog) *choosing.Letters {
	letters := &choosing.Letters{}
	titles := func(fields []model.Field) {
		var set []string
		for _, f := range fields {
			set = append(set, f.Title)
		}
		letters.Together(set...)
	}
	titles(model.CommonFields())
	for _, k := range catalog.Kinds() {
		titles(catalog.Fields(k.ID))
	}
	return letters
}

// source is what filters are read and held against.
type source struct{ p *Parts }

func (s source) Catalog() *model.Catalog { return s.p.Catalog }
func (s source) Moment() time.Time       { return s.p.Account.Moment() }
func (s source) Zone() *time.Location    { return s.p.Clock.Zone() }

func (s source) Regions() []string {
	var names []string
	for _, r := range s.p.Account.Snapshot().Regions {
		names = append(names, r.Name)
	}
	return names
}

func (s source) Raw() func(model.Ref) (json.RawMessage, bool) { return s.p.Records.Reader() }

// planner is what reviews the removal of what is marked.
type planner struct {
	*runs.Plans
	review func()
}

func (p planner) Review() { p.review() }

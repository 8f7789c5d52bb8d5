// Package grid is the home screen: a row for every region, a column for every kind, and above them
// a strip that says what it costs, where nothing can be seen, and what to do next.
//
// It must not know any kind of resource by name: columns and counts follow from the catalog.
package grid

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Account is what the grid counts.
type Account interface {
	Snapshot() *model.Snapshot
	Progress() model.Progress
	Billed() time.Time
	// Spent is what was spent before this session by what is billed no more.
	Spent() map[model.Ref]model.Spent
	// Moment is the present of what is shown. Past says that no more comes in, Ended why in words.
	Moment() time.Time
	Past() bool
	Ended() string
	Caller() model.Caller
	// Rescan has cells read again at once; no keys means all.
	Rescan(what string, keys ...model.CellKey)
}

// Connection is how it stands with AWS.
type Connection interface {
	// Problem says in words why nothing can be known yet, "" once one is connected.
	Problem() string
	// Notices are whole sentences that are shown above the grid.
	Notices() []string
}

// Marks are counted by row.
type Marks interface {
	Len() int
	InRegion(region string) int
	// Reader returns a function that lists them beside the loop.
	Reader() func() []model.Ref
}

// Plans are what the advice looks at; each is nil for none.
type Plans interface {
	Last() *runs.Entry
	Interrupted() *runs.Entry
	Ended() *runs.Entry
	// LeftBehind is what runs left and nobody here can remove.
	LeftBehind() []model.Uncovered
	// PutBack are the resources that undos have put back.
	PutBack() map[model.Ref]bool
}

// Respawned is what came back after a run.
type Respawned interface {
	Any() bool
	Text() string
}

// Speaker tells and asks the operator.
type Speaker interface {
	Say(level kit.Level, text string)
	Refuse(text string)
	Ask(d *kit.Dialog, then func(kit.Answer))
}

// Exporter writes what is shown.
type Exporter interface {
	Export(in screen.Intent, s *export.Sheet)
}

// Opener leads to other screens.
type Opener interface {
	List(screen.ListRequest)
	Text(screen.TextRequest)
	Faults()
	Plans()
	Run(*runs.Entry)
	// Respawned lists what came back.
	Respawned()
	// Events shows the timeline of what a filter selects.
	Events(filter string)
}

// Needs is what the grid needs of the console.
type Needs struct {
	Theme   *theme.Theme
	Loop    *background.Loop
	Clock   *clock.Clock
	Catalog *model.Catalog
	// Window is how far back "new" reaches.
	Window time.Duration
	// Columns are those that the operator wants, none where he has not chosen.
	Columns []string

	Account    Account
	Connection Connection
	Marks      Marks
	Plans      Plans
	Respawned  Respawned
	Speak      Speaker
	Export     Exporter
	Open       Opener
	Choosing   choosing.Needs
	// RowOrder says whether rows must keep their order.
	RowOrder choosing.Keeper
}

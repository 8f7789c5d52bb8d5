// Package account is what is known of the AWS account, as the screens show it: the inventory now or
// as it was when the screen was frozen, who owns what, and whether more comes in.
//
// It must not know a screen, nor how facts are found: they come from a port.Scanner.
package account

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// Options are what a view needs.
type Options struct {
	Loop    *background.Loop
	Catalog *model.Catalog
	Now     func() time.Time
	// Window is how far back "new" reaches.
	Window time.Duration
	// Say tells the operator something.
	Say func(level kit.Level, text string)
	// Refresh has the screen that is shown read again; loud says that the operator waits for it.
	Refresh func(loud bool)
	// Applied is called with every batch that was taken in.
	Applied func()
}

// View is the account as the screens show it. It belongs to the update loop.
type View struct {
	o         Options
	inventory *model.Inventory

	connected bool
	caller    model.Caller
	scanner   port.Scanner
	// ended says in words why no more facts come, "" while they do.
	ended string

	// billed is since when the account was billed before this console began to read; zero for not known.
	billed time.Time
	// spent is what was spent before this session by what is billed no more.
	spent map[model.Ref]model.Spent

	frozen   *model.Snapshot
	frozenAt time.Time
	present  *model.Snapshot
	// coverage is of the snapshot coverageOf.
	coverage   model.Coverage
	coverageOf *model.Snapshot
	graph      *model.Graph
	graphOf    uint64
	graphing   background.Latest
}

// New returns a view of an account of which nothing is known yet.
func New(o Options) *View { return &View{o: o, inventory: model.NewInventory()} }

// Connect says as whom one is connected. Without a scanner nothing comes in.
func (v *View) Connect(caller model.Caller, scanner port.Scanner) {
	v.connected, v.caller, v.scanner = true, caller, scanner
}

// BilledFrom says since when the account is billed, as an earlier reading knew it.
func (v *View) BilledFrom(since time.Time) { v.billed = since }

// Billed is since when the account is billed, as an earlier reading knew it; zero if none did.
func (v *View) Billed() time.Time { return v.billed }

// Connected says whether one is.
func (v *View) Connected() bool { return v.connected }

// Caller is who one is connected as.
func (v *View) Caller() model.Caller { return v.caller }

// Catalog is the kinds of resources.
func (v *View) Catalog() *model.Catalog { return v.o.Catalog }

// Window is how far back "new" reaches.
func (v *View) Window() time.Duration { return v.o.Window }

// SetWindow changes how far back "new" reaches.
func (v *View) SetWindow(window time.Duration) { v.o.Window = window }

// Apply takes a batch of facts in.
func (v *View) Apply(b *model.Batch) {
	if b == nil {
		return
	}
	v.inventory.Apply(b)
	v.present = nil
	v.o.Applied()
	if v.frozen == nil {
		v.o.Refresh(false)
	}
}

// ApplyOverlay takes in what a source says about resources beside AWS's records of them: their
// makers, their verdicts.
func (v *View) ApplyOverlay(b *model.OverlayBatch) {
	was := v.inventory.OverlayGeneration()
	v.inventory.ApplyOverlay(b)
	if v.inventory.OverlayGeneration() == was {
		return
	}
	v.present = nil
	v.o.Applied()
	if v.frozen == nil {
		v.o.Refresh(false)
	}
}

// Snapshot is what the screens show: the inventory now, or as it was when the screen was frozen.
func (v *View) Snapshot() *model.Snapshot {
	if v.frozen != nil {
		return v.frozen
	}
	return v.Present()
}

// Present is the inventory now, whatever the screens show.
func (v *View) Present() *model.Snapshot {
	if v.present == nil {
		v.present = v.inventory.Snapshot()
	}
	return v.present
}

// Coverage is how much of the account was read, of what the screens show.
func (v *View) Coverage() *model.Coverage {
	if snap := v.Snapshot(); snap != v.coverageOf {
		v.coverage, v.coverageOf = model.CoverageOf(snap, v.o.Catalog, v.o.Now()), snap
	}
	return &v.coverage
}

// Progress is how far the reading is.
func (v *View) Progress() model.Progress { return v.inventory.Live().Progress() }

// Known is how many resources are known now.
func (v *View) Known() int { return v.inventory.Live().Len() }

// Resource is one resource as it is now, nil where it is not known or gone.
func (v *View) Resource(ref model.Ref) *model.Resource { return v.inventory.Get(ref) }

// Graph is who owns what over a snapshot that is shown, or was a moment ago; nil while the first is
// being made. It asks for a newer one where there is one, and refreshes the screen that is shown
// when it has come.
func (v *View) Graph() *model.Graph {
	snap := v.Snapshot()
	if snap.Generation != v.graphOf || v.graph == nil {
		v.graphOf = snap.Generation
		build := func() *model.Graph { return model.NewGraph(snap) }
		background.DoLatest(v.o.Loop, &v.graphing, v.graph != nil, build, func(g *model.Graph) {
			v.graph = g
			v.o.Refresh(false)
		})
	}
	return v.graph
}

// LastGraph is the newest graph that was made, nil for none; it asks for no newer one.
func (v *View) LastGraph() *model.Graph { return v.graph }

// Frozen says whether the screen was frozen, and when.
func (v *View) Frozen() (time.Time, bool) { return v.frozenAt, v.frozen != nil }

// Freeze holds what is shown, or lets it go on.
func (v *View) Freeze() {
	if v.frozen != nil {
		v.frozen = nil
		v.o.Say(kit.Info, "the screen follows the account again")
		v.o.Refresh(true)
		return
	}
	v.frozen, v.frozenAt = v.Present(), v.o.Now()
	v.o.Say(kit.Info, "frozen: what comes in is kept and not shown; p goes on")
}

// SpentBefore takes what was spent before this session by what is billed no more.
func (v *View) SpentBefore(spent map[model.Ref]model.Spent) {
	v.spent = spent
	v.o.Refresh(false)
}

// Spent is what was spent before this session by what is billed no more. It does not change.
func (v *View) Spent() map[model.Ref]model.Spent { return v.spent }

// Moment is the present of what is shown: now while facts come in, else when the last one was true.
// What is read from a case a week later has not run up a bill since.
func (v *View) Moment() time.Time {
	if at := v.Snapshot().At(); v.Past() && !at.IsZero() {
		return at
	}
	return v.o.Now()
}

// Past says that no more facts come in.
func (v *View) Past() bool { return v.ended != "" || v.Offline() }

// Offline says that a case is open without AWS.
func (v *View) Offline() bool { return v.connected && v.scanner == nil }

// Ended says in words why no more facts come, "" while they do.
func (v *View) Ended() string { return v.ended }

// Package detail shows everything that is known of one resource, and leads to its owners, to what
// it holds and to what uses it.
//
// It must not know any kind of resource by name: its lines follow from the catalog's fields.
package detail

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Scope is the scope of its keys.
const Scope = "detail"

// Keys are its keys.
func Keys() screen.Keys {
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "One resource"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, screen.IntentOpen, 2, "open", "go to the owner, the children or the users under the cursor", "enter"),
		},
		Shared: []string{resource.Scope},
	}
}

// Account is where the resource is.
type Account interface {
	// Resource is one resource as it is now, nil where it is not known or gone.
	Resource(ref model.Ref) *model.Resource
	// Graph is who owns what, nil while it is being made; LastGraph asks for no newer one.
	Graph() *model.Graph
	LastGraph() *model.Graph
	// Frozen says whether the screen was frozen.
	Frozen() (time.Time, bool)
	Moment() time.Time
	Rescan(what string, keys ...model.CellKey)
}

// Marks say whether it is marked.
type Marks interface {
	Has(ref model.Ref) bool
}

// Notes are what the operator wrote on resources.
type Notes interface {
	Note(ref model.Ref) string
}

// Speaker refuses, and puts text on the clipboard.
type Speaker interface {
	Refuse(text string)
	Copy(text, shown string)
}

// Opener leads to other screens.
type Opener interface {
	List(screen.ListRequest)
	Resource(r *model.Resource)
	Text(screen.TextRequest)
}

// Needs is what the screen needs of the console.
type Needs struct {
	Theme   *theme.Theme
	Clock   *clock.Clock
	Catalog *model.Catalog

	Account Account
	Marks   Marks
	Notes   Notes
	Speak   Speaker
	Open    Opener
	// Actions are what can be done with the resource.
	Actions *resource.Actions
}

// Screen is everything that is known of one resource.
type Screen struct {
	needs Needs
	ref   model.Ref
	// res is the resource as it is, or as it was when it was last seen.
	res   *model.Resource
	gone  bool
	table kit.TableOf[*line]
	lines []*line
	// related counts what it holds and what uses it; that costs as much as there is, and is done
	// when the inventory changes.
	related []*line
	// hint is who registered what runs in it, found at the same time.
	hint string
}

// New returns the detail of a resource.
func New(needs Needs, r *model.Resource) *Screen {
	d := &Screen{needs: needs, ref: r.Ref, res: r}
	th := needs.Theme
	d.table = kit.NewTableOf(th, kit.RowsOf[*line]{
		Count: func() int { return len(d.lines) }, At: func(i int) *line { return d.lines[i] },
		Name: func(l *line) string { return l.id }, Passed: func(l *line) bool { return l.continues },
	},
		kit.ColumnOf[*line]{Column: kit.Column{ID: "label", MinWidth: 14, MaxWidth: 14}, Show: func(l *line) kit.Cell {
			return kit.Cell{Text: l.label, Style: th.Muted}
		}},
		kit.ColumnOf[*line]{Column: kit.Column{ID: "value"}, Show: func(l *line) kit.Cell {
			if l.warn {
				return kit.Cell{Text: l.shown, Style: th.Warning}
			}
			return kit.Cell{Text: l.shown}
		}},
	)
	d.table.HideHeader = true
	d.table.Unit = "lines"
	return d
}

// Scope names its keys.
func (d *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (d *Screen) Title() string { return kit.MiddleCut(d.res.Name, 40) }

// Refresh takes the resource as it is now; one that is gone stays as it was.
func (d *Screen) Refresh(bool) {
	d.needs.Account.Graph()
	if _, frozen := d.needs.Account.Frozen(); !frozen {
		r := d.needs.Account.Resource(d.ref)
		d.gone = r == nil
		if r != nil {
			d.res = r
		}
	}
	d.related, d.hint = d.relatedLines(), ""
	if graph := d.needs.Account.LastGraph(); graph != nil {
		d.hint = graph.Hint(d.ref)
	}
	d.lines = wrapLines(d.allLines(), 80)
}

// Handle does what an intent asks for.
func (d *Screen) Handle(in screen.Intent) bool {
	if kit.Navigate(string(in), d.table.Move) {
		return true
	}
	l, ok := d.table.Current()
	switch {
	case in == screen.IntentCopy && ok:
		d.needs.Speak.Copy(l.value, l.value)
		return true
	case in == resource.IntentConsole && ok && l.link != "":
		d.needs.Speak.Copy(l.link, l.link)
		return true
	case in == screen.IntentOpen && ok:
		d.follow(l)
		return true
	case in == screen.IntentRescan:
		d.needs.Account.Rescan("its cell", d.ref.Cell())
		return true
	}
	return d.needs.Actions.Handle(in, d.res)
}

func (d *Screen) follow(l *line) {
	switch {
	case !l.list.Owner.IsZero():
		d.needs.Open.List(screen.ListRequest{Of: l.list})
	case !l.ref.IsZero():
		if r := d.needs.Account.Resource(l.ref); r != nil {
			d.needs.Open.Resource(r)
			return
		}
		d.needs.Speak.Refuse("it is not in the inventory: gone, or its cell was not counted")
	default:
		d.needs.Open.Text(screen.TextRequest{Title: l.label, Text: l.value, Prose: true})
	}
}

// Refuse says why an intent cannot work now.
func (d *Screen) Refuse(in screen.Intent) string {
	if in == screen.IntentFaults {
		return "only the grid and a run have faults to show"
	}
	if l, ok := d.table.Current(); in == resource.IntentConsole && ok && l.link != "" {
		return ""
	}
	return d.needs.Actions.Refuse(in, d.res)
}

// Draw fills the screen.
func (d *Screen) Draw(size kit.Size) string {
	d.lines = wrapLines(d.allLines(), size.W-labelWidth)
	return d.table.View(size)
}

// labelWidth is what the labels, the gutter and the gap take.
const labelWidth = 20

// NextStep is what a stranger should do next.
func (d *Screen) NextStep() string { return "esc goes back; ? explains every key that works here" }

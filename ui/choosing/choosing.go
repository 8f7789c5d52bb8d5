// Package choosing is what every screen shares on which resources are chosen: the filter, the
// order, and marking what is shown.
//
// It must not know which screen shows the resources, nor what they are drawn as.
package choosing

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Marks are the marks that are changed here.
type Marks interface {
	Len() int
	Has(ref model.Ref) bool
	MarkAll(refs []model.Ref, on bool, then func(changed int))
	UnmarkAll()
	TakeBack()
	// Tell says what was marked, and that it can be undone.
	Tell(text string)
}

// Speaker refuses and asks.
type Speaker interface {
	Refuse(text string)
	Ask(d *kit.Dialog, then func(kit.Answer))
}

// Planner reviews the removal of what is marked.
type Planner interface {
	// CannotPlan says why nothing can be planned, "" where it can.
	CannotPlan() string
	// Review freezes the plan for what is marked and shows it.
	Review()
}

// Needs is what choosing needs of the console.
type Needs struct {
	Theme  *theme.Theme
	Loop   *background.Loop
	Source Source
	Marks  Marks
	Speak  Speaker
	Plan   Planner
	// Letters are those by which columns are chosen, the same on every screen.
	Letters *Letters
	// Over shows an overlay.
	Over func(screen.Overlay)
}

// Chooser is the filter, the order and the marking of one screen.
type Chooser struct {
	Filter *Filter
	Order  Order

	needs   Needs
	starred starred
}

// starred is what the last * marked, and under which filter: newer matches are counted.
type starred struct {
	filter string
	refs   map[model.Ref]bool
}

// New returns a chooser without a filter.
func New(needs Needs) *Chooser {
	return &Chooser{needs: needs, Filter: NewFilter(needs.Theme, needs.Source)}
}

// Handle does what an intent asks for that is the same on every such screen, and says whether it
// was meant for it.
func (c *Chooser) Handle(in screen.Intent) bool {
	switch in {
	case IntentFilter:
		c.Filter.Open()
	case IntentUnmark:
		c.starred = starred{}
		c.needs.Marks.UnmarkAll()
	case screen.IntentUndo:
		c.needs.Marks.TakeBack()
	case screen.IntentReview:
		c.needs.Plan.Review()
	default:
		return false
	}
	return true
}

// Starred is what the last * marked under the filter in force, nil for nothing.
func (c *Chooser) Starred() map[model.Ref]bool {
	if c.starred.filter != c.Filter.Text() {
		return nil
	}
	return c.starred.refs
}

// RefuseMarking says why the filter must not mark, and returns whether that is so.
func (c *Chooser) RefuseMarking() bool {
	why := c.Filter.ambiguous()
	if why != "" {
		c.needs.Speak.Refuse("not marked: " + why)
	}
	return why != ""
}

// Ambiguous says in a sentence why the filter in force must not mark, "" where it may.
func (c *Chooser) Ambiguous() string { return c.Filter.ambiguous() }

// MarkShown marks all that a screen shows under a filter. Pick lists it beside the loop; none says
// that there is nothing, refresh counts again what matches later.
//
// A filter that has just been given takes a moment until the rows follow it. What is drawn then is
// not what the operator chose, so it is not marked.
func (c *Chooser) MarkShown(filter string, pick func() []model.Ref, none string, refresh func()) {
	if filter != c.Filter.Text() {
		c.needs.Speak.Refuse("not marked: the rows do not follow the filter yet; press * again when they do")
		return
	}
	type picked struct {
		refs []model.Ref
		set  map[model.Ref]bool
	}
	background.Do(c.needs.Loop, func() picked {
		refs := pick()
		return picked{refs, setOf(refs)}
	}, func(p picked) {
		if len(p.refs) == 0 {
			c.needs.Speak.Refuse(none)
			return
		}
		mark := func() {
			c.starred = starred{filter: filter, refs: p.set}
			refresh()
			c.needs.Marks.MarkAll(p.refs, true, func(int) {
				c.needs.Marks.Tell("marked all " + kit.Count(len(p.refs)) + " shown; what matches later is counted, not marked")
			})
		}
		if filter == "" && len(p.refs) > 1 {
			c.askForAll(len(p.refs), mark)
			return
		}
		mark()
	})
}

// askForAll asks before everything is marked that no filter has narrowed: what was there before is
// among it, and what is the operator's own.
func (c *Chooser) askForAll(n int, mark func()) {
	all := "all " + kit.Count(n)
	c.needs.Speak.Ask(&kit.Dialog{
		Title: "No filter is set",
		Body: []string{
			"Mark " + all + " shown? What was there before the attack and what is your own is among them.",
			"To narrow it first: cancel, press / and type for example age<3d.",
		},
		Buttons: []kit.Button{
			{ID: "no", Label: "cancel", Cancel: true},
			{ID: "mark", Label: "mark " + all, Key: "m"},
		},
	}, func(a kit.Answer) {
		if !a.Cancelled {
			mark()
		}
	})
}

// MarkOrUnmark marks resources; where all of them are marked already it unmarks. What words those
// whose mark changed.
func (c *Chooser) MarkOrUnmark(refs []model.Ref, what func(changed int) string) {
	on := slices.ContainsFunc(refs, func(r model.Ref) bool { return !c.needs.Marks.Has(r) })
	c.needs.Marks.MarkAll(refs, on, func(n int) {
		word := "marked "
		if !on {
			word = "unmarked "
		}
		c.needs.Marks.Tell(word + what(n))
	})
}

func setOf(refs []model.Ref) map[model.Ref]bool {
	set := make(map[model.Ref]bool, len(refs))
	for _, ref := range refs {
		set[ref] = true
	}
	return set
}

// Marked says what can be done with what is marked: a line for the strip, and a longer one for a
// stranger. Possible says that its removal can be reviewed.
func (c *Chooser) Marked() (next, hint string, possible bool) {
	n := kit.Count(c.needs.Marks.Len())
	if why := c.needs.Plan.CannotPlan(); why != "" {
		return n + " marked; " + why, n + " marked, but " + why, false
	}
	return "x review plan (" + n + " marked): nothing runs before you type its phrase",
		n + " marked: x reviews their removal; nothing runs by that", true
}

// Typing says whether the filter is being typed.
func (c *Chooser) Typing() bool { return c.Filter.open }

// Type gives a message to the filter, and says whether the one in force changed.
func (c *Chooser) Type(msg tea.Msg) (changed bool) { return c.Filter.Type(msg) }

// Head is what a screen says above its rows of what it shows.
type Head struct {
	// Filter is the text that filters, "" for none.
	Filter string
	// Said is what the screen says of it.
	Said []kit.Span
	// Unsure is of how many it cannot be told whether the filter selects them, UnsureOf which or
	// why.
	Unsure   int
	UnsureOf string
	// Fresh counts what matches since the last *.
	Fresh int
}

// HeadSpans words it.
func (c *Chooser) HeadSpans(h Head) []kit.Span {
	th := c.needs.Theme
	var spans []kit.Span
	if h.Filter != "" {
		spans = append(spans, kit.Span{Text: " filter ", Style: th.Muted}, kit.Span{Text: h.Filter, Style: th.Strong})
	}
	spans = append(spans, h.Said...)
	if h.Unsure > 0 {
		spans = append(spans, kit.Span{Text: "  ? " + kit.Count(h.Unsure) + " more may match: " + h.UnsureOf, Style: th.Warning})
	}
	if h.Fresh > 0 {
		spans = append(spans, kit.Span{Text: "  +" + kit.Count(h.Fresh) + " match since *, not marked", Style: th.New})
	}
	if why := c.Filter.ambiguous(); why != "" {
		spans = append(spans, kit.Span{Text: "  ? " + why, Style: th.Warning})
	}
	return spans
}

// RowOrder knows whether rows must keep their order: while marks exist or keys arrive.
type RowOrder struct {
	Now   func() time.Time
	Marks interface{ Len() int }

	lastKey time.Time
}

// stillFor is how long the order of rows stays as it is after a key.
const stillFor = 2 * time.Second

// KeyPressed remembers that a key was pressed.
func (o *RowOrder) KeyPressed() { o.lastKey = o.Now() }

// Still says whether rows must keep their order.
func (o *RowOrder) Still() bool { return o.Marks.Len() > 0 || o.Lately() }

// Lately says whether a key was pressed a moment ago.
func (o *RowOrder) Lately() bool { return o.Now().Sub(o.lastKey) < stillFor }

// KeptWords say behind the noun for rows why they stand in another order than they should.
func (o *RowOrder) KeptWords() string {
	if o.Marks.Len() > 0 {
		return " · their order is kept while some are marked"
	}
	return " · their order is kept for a moment"
}

// ResortAfter is how soon rows in another order than they should have are to be put into it, 0 while
// that has to wait for more than time.
func (o *RowOrder) ResortAfter() time.Duration {
	if o.Marks.Len() > 0 {
		return 0
	}
	return stillFor / 2
}

// Keeper says whether rows must keep their order, and since when not.
type Keeper interface {
	Still() bool
	Lately() bool
	KeptWords() string
	ResortAfter() time.Duration
}

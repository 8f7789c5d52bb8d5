package ui

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/screen/detail"
	"github.com/rootout/rootout/ui/screen/faults"
	"github.com/rootout/rootout/ui/screen/grid"
	"github.com/rootout/rootout/ui/screen/list"
	"github.com/rootout/rootout/ui/screen/plans"
	"github.com/rootout/rootout/ui/screen/review"
	"github.com/rootout/rootout/ui/screen/run"
	"github.com/rootout/rootout/ui/screen/steps"
	"github.com/rootout/rootout/ui/screen/text"
	"github.com/rootout/rootout/ui/screen/timeline"
)

// opener leads from one screen to another: it makes each with what it needs. Screens see the part
// of it that they ask for.
type opener struct{ c *console }

func (c *console) newGrid() *grid.Screen {
	return grid.New(grid.Needs{
		Theme: c.Theme, Loop: c.Loop, Clock: c.Clock, Catalog: c.Catalog, Window: c.Window, Columns: c.Columns[gridColumns],
		Account: c.Account, Connection: connection{c}, Marks: c.Marks, Plans: c.Plans, Respawned: c.Respawned,
		Speak: c.Speak, Export: c.Export, Open: opener{c}, Choosing: c.Choosing, RowOrder: c.RowOrder,
	})
}

// List shows a list of resources.
func (o opener) List(request screen.ListRequest) {
	o.c.Stack.Push(list.New(list.Needs{
		Theme: o.c.Theme, Loop: o.c.Loop, Clock: o.c.Clock, Catalog: o.c.Catalog, Window: o.c.Window,
		Columns: o.c.Columns,
		Account: o.c.Account, Marks: o.c.Marks, Notes: o.c.Records, Speak: o.c.Speak, Export: o.c.Export, Open: o,
		Choosing: o.c.Choosing, Actions: o.c.Actions, RowOrder: o.c.RowOrder,
	}, request))
}

// Resource shows everything that is known of one.
func (o opener) Resource(r *model.Resource) {
	o.c.Stack.Push(detail.New(detail.Needs{
		Theme: o.c.Theme, Clock: o.c.Clock, Catalog: o.c.Catalog,
		Account: o.c.Account, Marks: o.c.Marks, Notes: o.c.Records, Speak: o.c.Speak, Open: o, Actions: o.c.Actions,
	}, r))
}

// Text shows a text.
func (o opener) Text(request screen.TextRequest) {
	o.c.Stack.Push(text.New(o.c.Theme, o.c.Speak, request))
}

// Faults shows what could not be counted.
func (o opener) Faults() {
	o.c.Stack.Push(faults.New(faults.Needs{
		Theme: o.c.Theme, Loop: o.c.Loop, Clock: o.c.Clock, Catalog: o.c.Catalog,
		Account: o.c.Account, Speak: o.c.Speak, Export: o.c.Export, Open: o,
	}))
}

// Plans shows the plans of this case, whatever screen is shown.
func (o opener) Plans() {
	o.c.Stack.PushOnHome(plans.New(plans.Needs{
		Theme: o.c.Theme, Clock: o.c.Clock, Plans: o.c.Plans, Export: o.c.Export, Open: o,
	}))
}

// Plan shows the run of a plan, or its review.
func (o opener) Plan(e *runs.Entry) {
	if e.Progress != nil {
		o.Run(e)
		return
	}
	o.ReviewAgain(e)
}

// Run shows a run.
func (o opener) Run(e *runs.Entry) {
	o.c.Stack.Push(run.New(run.Needs{
		Theme: o.c.Theme, Loop: o.c.Loop, Clock: o.c.Clock, Catalog: o.c.Catalog,
		Account: o.c.Account, Marks: o.c.Marks, Plans: o.c.Plans, Speak: o.c.Speak, Export: o.c.Export, Open: o,
		Respawned: o.c.Respawned,
	}, e))
}

// Steps shows the steps of one region of a run.
func (o opener) Steps(e *runs.Entry, region *runs.Region) {
	o.c.Stack.Push(steps.New(steps.Needs{
		Theme: o.c.Theme, Clock: o.c.Clock, Plans: o.c.Plans, Speak: o.c.Speak, Open: o,
	}, e, region))
}

func (o opener) reviewNeeds() review.Needs {
	return review.Needs{
		Theme: o.c.Theme, Loop: o.c.Loop, Clock: o.c.Clock, Catalog: o.c.Catalog,
		Account: o.c.Account, Marks: o.c.Marks, Plans: o.c.Plans, Speak: o.c.Speak, Open: o,
	}
}

// Review freezes the plan for what is marked and shows it.
func (o opener) Review() {
	var shows func(*model.Resource) bool
	if f, ok := o.c.Stack.Top().(screen.Filtered); ok {
		shows = f.Shows()
	}
	review.Freeze(o.reviewNeeds(), shows)
}

// ReviewAgain shows a plan that was frozen before.
func (o opener) ReviewAgain(e *runs.Entry) { review.Again(o.reviewNeeds(), e) }

// Undo makes the plan that takes back what a run did, or what it did in some of its steps, and
// shows it.
func (o opener) Undo(e *runs.Entry, only []string) { review.Undo(o.reviewNeeds(), e, only) }

// Show shows a review.
func (o opener) Show(r *review.Screen) { o.c.Stack.Push(r) }

// Started leads from a review to the run that it started.
func (o opener) Started(from *review.Screen, e *runs.Entry) {
	if o.c.Stack.Top() == screen.Screen(from) {
		o.c.Stack.Pop()
	}
	if shown, ok := o.c.Stack.Top().(*run.Screen); ok && shown.Entry() == e {
		return // It was stopped there, and goes on there.
	}
	o.Run(e)
}

func (o opener) newTimeline(filter string) *timeline.Screen {
	return timeline.New(timeline.Needs{
		Theme: o.c.Theme, Clock: o.c.Clock, Window: o.c.Window, History: o.c.History, Speak: o.c.Speak, Open: o,
		Regions: func() []model.Region { return o.c.Account.Present().Regions }, Choose: choosing.New(o.c.Choosing).ChooseOne,
	}, filter)
}

// Timeline shows who did what when, whatever screen is shown.
func (o opener) Timeline() { o.c.Stack.PushOnHome(o.newTimeline("")) }

// Events shows the timeline of what a filter selects.
func (o opener) Events(filter string) { o.c.Stack.Push(o.newTimeline(filter)) }

// Back goes back.
func (o opener) Back() { o.c.Stack.Pop() }

// Respawned lists what came back, and takes it as looked at.
func (o opener) Respawned() {
	request, ok := o.c.Respawned.LookAt()
	if !ok {
		o.c.Speak.Refuse("what came back has no ARN to list it by: " + o.c.Respawned.Text())
		return
	}
	o.List(request)
}

package ui

import (
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/resource"
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

// room is one sort of screen of the console.
type room struct {
	keys screen.Keys
	// open shows it when opens is asked for from any other screen; nil where it is only led to.
	opens screen.Intent
	open  func(*console)
}

// rooms are all sorts of screens, in the order in which their keys are shown. A new one is a folder
// below screen and a line here.
func rooms() []room {
	return []room{
		{grid.Keys(), grid.IntentGrid, func(c *console) { c.Stack.Home() }},
		{list.Keys(), "", nil},
		{detail.Keys(), "", nil},
		{text.Keys(), "", nil},
		{faults.Keys(), "", nil},
		{timeline.Keys(), timeline.IntentTimeline, func(c *console) { opener{c}.Timeline() }},
		{plans.Keys(), plans.IntentPlans, func(c *console) { opener{c}.Plans() }},
		{review.Keys(), "", nil},
		{run.Keys(), "", nil},
		{steps.Keys(), "", nil},
	}
}

// catalogueOf is the one catalogue of keys.
func catalogueOf(rooms []room) *screen.Catalogue {
	c := &screen.Catalogue{
		Shared:     []screen.Keys{choosing.Keys(), resource.Keys(), export.Keys()},
		Everywhere: everywhereKeys,
	}
	for i := range rooms {
		c.Screens = append(c.Screens, rooms[i].keys)
	}
	return c
}

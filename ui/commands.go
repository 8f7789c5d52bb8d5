package ui

import (
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen/palette"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// commands are those of the palette that take a word.
func (c *console) commands() []palette.Command {
	return []palette.Command{
		{Name: "region", Arg: "NAME", Help: "go to the row of a region", Values: c.regionValues, Do: c.goToRegion},
		{
			Name: "since", Arg: "AGE", Help: "how far back new reaches", Check: words.CheckAge, Do: c.setWindow,
			Values: func() [][2]string {
				return [][2]string{{"6h", "new in 6 hours"}, {"24h", "new in a day"}, {"3d", "new in 3 days"}, {"7d", "new in a week"}, {"30d", "new in 30 days"}}
			},
		},
		{
			Name: "skip", Arg: "REGION", Help: "leave a region out of the reading, or take it back in", Values: c.skipValues, Refuse: c.cannotSkip, Do: c.skip,
		},
		{Name: "theme", Arg: "NAME", Help: "other colours, until rootout ends; the config keeps them", Values: theme.Skins, Do: c.setSkin},
	}
}

func (c *console) regionValues() [][2]string {
	var values [][2]string
	for _, r := range c.Account.Snapshot().Regions {
		is := r.Title
		if state := r.CellState(); state != model.CellUnasked {
			is += " (" + state.String() + ")"
		}
		values = append(values, [2]string{r.Name, is})
	}
	return values
}

// goToRegion shows the grid with the cursor on a region.
func (c *console) goToRegion(name string) {
	c.Stack.Home()
	if !c.home.GoTo(name) {
		c.Speak.Refuse(name + " is not on the grid: the filter hides it")
	}
}

// setWindow changes how far back "new" reaches, on screens that are open too.
func (c *console) setWindow(age string) {
	window, err := words.ParseAge(age)
	if err != nil {
		c.Speak.Refuse(err.Error())
		return
	}
	c.Window = window
	c.Account.SetWindow(window)
	c.home.SetWindow(window)
	c.Stack.Refresh(true)
	c.Speak.Say(kit.Info, "new means: in "+words.Ago(window))
}

// setSkin draws with other colours.
func (c *console) setSkin(name string) {
	c.Look.Skin = name
	*c.Theme = theme.New(*c.Look)
}

// skipper is the scanner, where it can leave regions out.
func (c *console) skipper() port.RegionSkipper {
	if c.session == nil {
		return nil
	}
	s, _ := c.session.Scanner.(port.RegionSkipper)
	return s
}

func (c *console) cannotSkip() string {
	if c.skipper() == nil {
		return "nothing is being read here"
	}
	return ""
}

// leftOut are the regions that are left out of the reading now.
func (c *console) leftOut() []string {
	var names []string
	for _, r := range c.Account.Present().Regions {
		if r.CellState() == model.CellLeftOut {
			names = append(names, r.Name)
		}
	}
	return names
}

func (c *console) skipValues() [][2]string {
	var values [][2]string
	for _, r := range c.Account.Snapshot().Regions {
		switch r.CellState() {
		case model.CellLeftOut:
			values = append(values, [2]string{r.Name, "take it back into the reading"})
		case model.CellUnasked:
			values = append(values, [2]string{r.Name, "leave " + r.Title + " out of the reading: it counts as not read"})
		default:
		}
	}
	return values
}

// skip leaves a region out of the reading, or takes it back in.
func (c *console) skip(name string) {
	scanner, names := c.skipper(), c.leftOut()
	said := name + " is left out of the reading: what is in it is not counted"
	if at := slices.Index(names, name); at >= 0 {
		names = slices.Delete(names, at, at+1)
		said = name + " is read again"
	} else {
		names = append(names, name)
	}
	out := make(map[string]bool, len(names))
	for _, n := range names {
		out[n] = true
	}
	background.Do(c.Loop, func() struct{} {
		scanner.LeaveOut(func(region string) bool { return out[region] })
		return struct{}{}
	}, func(struct{}) { c.Speak.Say(kit.Info, said) })
}

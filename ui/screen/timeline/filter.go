package timeline

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/theme"
)

// filter is the filter of events.
type filter struct {
	*choosing.Field[trail.Row]
	// given says that the screen was opened for it, so that going back leaves the screen.
	given bool
}

func newFilter(th *theme.Theme, regions func() []model.Region, text string) *filter {
	values := func(field string) []string {
		var names []string
		switch field {
		case "region":
			for _, r := range regions() {
				names = append(names, r.Name)
			}
		case "sort":
			names = []string{trail.Read.String(), trail.Write.String(), trail.Start.String(), trail.Probe.String(), trail.Failed.String()}
		}
		return names
	}
	f := &filter{given: text != ""}
	f.Field = choosing.NewField(th,
		`name:Create* by:…/root on:ARN sort:write,failed region:us-* address:203.0.113.7 "any words"   (tab completes)`, trail.ParseFilter,
		func(text string, cursor int) []string { return query.CompleteFor(trail.Fields(), text, cursor, values) },
	)
	f.Enforce(text)
	return f
}

// Type takes a key or pasted text and says whether the filter in force changed.
func (f *filter) Type(msg tea.Msg) (changed bool) {
	changed = f.Field.Type(msg)
	f.given = f.given && !changed
	return changed
}

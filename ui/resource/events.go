package resource

import (
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/screen"
)

// eventsOn selects the events that name a resource: by its ARN or id, or by its name.
func eventsOn(r *model.Resource) string {
	values := []string{quoted(r.Ref.ID)}
	for _, other := range []string{r.ARN, r.Name} {
		if other != "" && other != r.Ref.ID {
			values = append(values, quoted(other))
		}
	}
	return "on=" + strings.Join(values, ",")
}

// eventsOf selects what the maker of a resource did in the session that made it.
func eventsOf(about model.About) string {
	if about.Session != "" {
		return "session=" + quoted(about.Session)
	}
	return "by=" + quoted(about.Maker.ARN)
}

// quoted is a value as a filter takes it whole.
func quoted(value string) string { return `"` + strings.ReplaceAll(value, `"`, `\"`) + `"` }

// refuseEvents says why there is nothing to be told of a resource's events or maker.
func (a *Actions) refuseEvents(in screen.Intent, r *model.Resource) string {
	if why := a.NoEvents(); why != "" {
		return why
	}
	if in == IntentMaker && r.About().Maker.ARN == "" {
		return "nobody knows who made it: " + WhyNobody(r)
	}
	return ""
}

// WhyNobody says why the maker of a resource is not known.
func WhyNobody(r *model.Resource) string {
	if about := r.About(); about.Event != "" {
		return "AWS made it on its own, by event " + model.Clean(about.Event)
	}
	return "no event that was read tells of its creation; it may be older than the 90 days that CloudTrail shows"
}

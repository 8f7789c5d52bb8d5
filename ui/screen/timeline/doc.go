// Package timeline shows who did what when: how many events there were over time, by whom, and each of
// them.
//
// It must not know how events are read, nor any kind of resource by name.
package timeline

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/history"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Scope is the scope of its keys.
const Scope = "timeline"

// What its keys ask for.
const (
	IntentTimeline screen.Intent = "timeline"
	intentFilter   screen.Intent = "timeline-filter"
	intentOther    screen.Intent = "timeline-pane"
	intentGroup    screen.Intent = "timeline-group"
	intentFollow   screen.Intent = "timeline-follow"
	intentNearer   screen.Intent = "timeline-nearer"
	intentFarther  screen.Intent = "timeline-farther"
	intentEarlier  screen.Intent = "timeline-earlier"
	intentLater    screen.Intent = "timeline-later"
	intentFirst    screen.Intent = "timeline-first"
	intentPivot    screen.Intent = "timeline-pivot"
	intentRecord   screen.Intent = "timeline-record"
	intentReads    screen.Intent = "timeline-reads"
	intentReach    screen.Intent = "timeline-reach"
)

// Keys are its keys.
func Keys() screen.Keys {
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "Timeline"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, screen.IntentOpen, 1, "open", "a group: list its events only; an event: its record; a run of one call (×20): list it", "enter"),
			screen.Bind(Scope, intentOther, 2, "other side", "go between the groups and the events", "tab"),
			screen.Bind(Scope, intentFilter, 3, "filter", "select by fields and words: name:Create* by:…/root on:ARN sort:write error:* key: address:", "/"),
			screen.Bind(Scope, intentGroup, 4, "group", "put events together by session, access key, address, name or region", "b"),
			screen.Bind(Scope, intentPivot, 5, "pivot", "list all events that share a field with this one", "P"),
			screen.Bind(Scope, intentRecord, 6, "record", "AWS's record as JSON, secret values replaced", "y"),
			screen.Bind(Scope, intentReads, 7, "reads", "list what only looked too, or leave it out", "w"),
			screen.Bind(Scope, intentFirst, 0, "first", "go to the first event that is listed, such as the one by which a session began", "["),
			screen.Bind(Scope, intentFollow, 8, "follow", "show the newest events as they come, or hold the time that is shown", "f"),
			screen.Bind(Scope, intentNearer, 9, "zoom in", "show half as much time, around the event under the cursor", "+", "="),
			screen.Bind(Scope, intentFarther, 9, "zoom out", "show twice as much time", "-"),
			screen.Bind(Scope, intentEarlier, 10, "earlier", "show the time before", "<", ","),
			screen.Bind(Scope, intentLater, 10, "later", "show the time after", ">", "."),
			screen.Bind(Scope, intentReach, 11, "reach", "how far back each region was read, and what keeps one from being read", "i"),
			screen.Bind(Scope, screen.IntentCopy, 0, "copy", "copy the record, or who the group is", "c"),
		},
		FromEverywhere: []kit.Binding{
			screen.Bind(screen.ScopeEverywhere, IntentTimeline, 18, "timeline", "who did what when: CloudTrail's events of all regions", "3"),
		},
	}
}

// History is what has been read of CloudTrail.
type History interface {
	Reading() bool
	Ended() string
	Reaches() []*history.Reach
	Show(w history.Wish, kind *background.Latest, loud bool, then func(*history.Shown))
	Record(n int32, then func(raw []byte, err error))
}

// Speaker says things and puts text on the clipboard.
type Speaker interface {
	Say(level kit.Level, text string)
	Refuse(text string)
	Copy(text, shown string)
}

// Opener leads to other screens.
type Opener interface {
	Text(screen.TextRequest)
	// Events shows the timeline of what a filter selects.
	Events(filter string)
}

// Needs is what the screen needs of the console.
type Needs struct {
	Theme *theme.Theme
	Clock *clock.Clock
	// Window is how much time is shown at first.
	Window  time.Duration
	History History
	Regions func() []model.Region
	Speak   Speaker
	Open    Opener
	// Choose lets the operator choose one of a few by letter.
	Choose func(title string, labels []string, pick func(i int))
}

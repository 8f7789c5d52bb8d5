package timeline

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/history"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Screen shows the timeline.
type Screen struct {
	needs  Needs
	filter *filter
	shown  *history.Shown
	work   background.Latest

	groupBy string
	// only is the group whose events are listed, "" for all; onlyLabel is what it is called.
	only, onlyLabel string
	unfolded        map[int32]bool
	// reads says that what only looked is listed too.
	reads bool
	// span is how much time is shown, until when; the zero time is now, which goes on.
	span  time.Duration
	until time.Time
	// onEvents says that keys go to the events, and not to the groups.
	onEvents bool
	groups   kit.TableOf[*history.Group]
	events   kit.TableOf[history.Line]
	// height and split are of the last drawing: how high it was, and where the events begin.
	height, split, top int
}

// parts is into how many parts the time that is shown is counted: what the widest terminal draws.
const parts = 240

// New shows the timeline, of what a filter selects; "" is everything.
func New(needs Needs, filterText string) *Screen {
	s := &Screen{needs: needs, filter: newFilter(needs.Theme, needs.Regions, filterText), groupBy: "session", span: needs.Window, unfolded: map[int32]bool{}}
	s.onEvents = filterText != ""
	s.reads = filterText != ""
	s.groups, s.events = s.newGroups(), s.newEvents()
	return s
}

// Scope names its keys.
func (s *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (s *Screen) Title() string { return "timeline" }

// Refresh finds anew what is to be seen.
func (s *Screen) Refresh(loud bool) {
	if !s.needs.History.Reading() {
		return
	}
	until := s.end()
	w := history.Wish{
		Filter: s.filter.Query(), Env: query.Env{Now: s.needs.Clock.Now(), Location: s.needs.Clock.Zone()},
		Since: until.Add(-s.span), Until: until, Parts: parts, GroupBy: s.groupBy, Only: s.only, Unfolded: s.unfolded, Reads: s.reads,
	}
	s.needs.History.Show(w, &s.work, loud || s.shown == nil, func(shown *history.Shown) { s.shown = shown })
}

// end is until when the time is shown: to the full minute after now while it follows, so that the
// parts of the histogram stand still.
func (s *Screen) end() time.Time {
	if !s.until.IsZero() {
		return s.until
	}
	return s.needs.Clock.Now().Add(time.Minute).Truncate(time.Minute)
}

// Every is how often it is drawn again: its ages and its end go on.
func (s *Screen) Every() time.Duration { return time.Second }

// Handle does what an intent asks for.
func (s *Screen) Handle(in screen.Intent) bool {
	if kit.Navigate(string(in), s.focused().Move) {
		return true
	}
	switch in {
	case intentFilter:
		s.filter.Open()
	case intentOther:
		s.onEvents = !s.onEvents
	case intentGroup:
		s.regroup()
	case intentReads:
		s.reads = !s.reads
		s.Refresh(true)
	case intentFollow:
		s.follow()
	case intentNearer, intentFarther, intentEarlier, intentLater:
		s.move(in)
	case intentFirst:
		s.onEvents = true
		s.events.Move(kit.MoveBottom)
	case intentReach:
		s.needs.Open.Text(screen.TextRequest{Title: "how far events were read", Text: s.reachText()})
	case screen.IntentBack:
		return s.back()
	default:
		return s.onThing(in)
	}
	return true
}

// onThing does what is asked for the group or event under the cursor.
func (s *Screen) onThing(in screen.Intent) bool {
	if !s.onEvents && in == screen.IntentOpen {
		if g, ok := s.groups.Current(); ok {
			s.only, s.onlyLabel, s.onEvents = g.Key, g.Label, true
			s.events.Home()
			s.Refresh(true)
		}
		return true
	}
	if !s.onEvents && in == screen.IntentCopy {
		if g, ok := s.groups.Current(); ok {
			s.needs.Speak.Copy(g.Key, model.Clean(g.Label))
		}
		return true
	}
	line, ok := s.events.Current()
	if !ok {
		return in == screen.IntentOpen || in == screen.IntentCopy || in == intentRecord || in == intentPivot
	}
	switch in {
	case screen.IntentOpen:
		if line.Count > 1 {
			s.unfold(line)
			return true
		}
		s.openEvent(line)
	case intentRecord:
		s.openRecord(line)
	case intentPivot:
		s.pivot(line)
	case screen.IntentCopy:
		s.copyRecord(line)
	default:
		return false
	}
	return true
}

// unfold lists a run of one call event by event.
func (s *Screen) unfold(line history.Line) {
	s.unfolded = mapWith(s.unfolded, line.Last)
	s.Refresh(true)
}

func mapWith(all map[int32]bool, n int32) map[int32]bool {
	out := map[int32]bool{n: true}
	for k := range all {
		out[k] = true
	}
	return out
}

// back goes one step back, as long as there is one on this screen.
func (s *Screen) back() bool {
	switch {
	case s.only != "":
		s.only, s.onlyLabel, s.onEvents = "", "", false
	case s.filter.Query() != nil && !s.filter.given:
		s.filter.Enforce("")
	default:
		return false
	}
	s.Refresh(true)
	return true
}

func (s *Screen) regroup() {
	all := trail.Groupings()
	s.groupBy = all[(slices.Index(all, s.groupBy)+1)%len(all)]
	s.only, s.onlyLabel, s.onEvents = "", "", false
	s.groups = s.newGroups()
	s.Refresh(true)
}

func (s *Screen) follow() {
	if s.until.IsZero() {
		s.until = s.end()
		s.needs.Speak.Say(kit.Info, "the time that is shown stands still; f follows again")
		return
	}
	s.until = time.Time{}
	s.events.Home()
	s.Refresh(true)
}

// The most and the least time that is shown: all that AWS keeps, and what a burst takes.
const (
	spanLeast = time.Minute
	spanMost  = 90 * 24 * time.Hour
)

// move shows another time.
func (s *Screen) move(in screen.Intent) {
	until, center := s.end(), s.end().Add(-s.span/2)
	if line, ok := s.events.Current(); ok && s.shown != nil && s.onEvents {
		if at := s.shown.Events.At(line.First).Time; !at.IsZero() {
			center = at
		}
	}
	now := s.needs.Clock.Now().Add(time.Minute).Truncate(time.Minute)
	switch in {
	case intentNearer:
		s.span = max(s.span/2, spanLeast)
		until = center.Add(s.span / 2)
	case intentFarther:
		s.span = min(s.span*2, spanMost)
		until = until.Add(s.span / 4)
	case intentEarlier:
		until = until.Add(-s.span / 2)
	default:
		until = until.Add(s.span / 2)
	}
	if !until.Before(now) {
		until = time.Time{} // It follows again.
	}
	s.until = until
	s.Refresh(true)
}

func (s *Screen) focused() *kit.Table {
	if s.onEvents {
		return s.events.Table
	}
	return s.groups.Table
}

// Refuse says why an intent cannot work now.
func (s *Screen) Refuse(in screen.Intent) string {
	switch in {
	case screen.IntentFaults:
		return "error:* in the filter selects what was refused; i tells of regions that were not read"
	case screen.IntentRescan:
		return "new events are looked for every minute by themselves"
	case intentRecord, intentPivot:
		if !s.onEvents {
			return "go to the events first (tab)"
		}
	default:
	}
	return ""
}

// NextStep is what a stranger should do next.
func (s *Screen) NextStep() string {
	if s.onEvents {
		return "enter shows an event whole; [ goes to the first one; tab goes back to the groups"
	}
	return "those who changed most stand first: enter lists what one of them did"
}

// Typing says whether the filter is being typed.
func (s *Screen) Typing() bool { return s.filter.Typing() }

// Type gives a message to the filter.
func (s *Screen) Type(msg tea.Msg) {
	if s.filter.Type(msg) {
		s.only, s.onlyLabel = "", ""
		s.Refresh(true)
	}
}

// Cursor is where the terminal's cursor belongs.
func (s *Screen) Cursor() *tea.Cursor { return s.filter.Cursor(s.height) }

// Click puts the cursor where the mouse is.
func (s *Screen) Click(x, y int) bool {
	s.onEvents = x >= s.split
	if s.onEvents {
		return s.events.Click(x-s.split, y-s.top)
	}
	return s.groups.Click(x, y-s.top)
}

// Wheel scrolls.
func (s *Screen) Wheel(lines int) { s.focused().Scroll(lines) }

// regionsRead says how many regions were read whole, of how many.
func (s *Screen) regionsRead() (text string, whole bool) {
	all := s.needs.History.Reaches()
	read, oldest := 0, time.Time{}
	var failed []string
	for _, r := range all {
		switch {
		case r.Failure != nil:
			failed = append(failed, r.Region)
		case r.Whole:
			read++
		case oldest.IsZero() || r.From.After(oldest):
			oldest = r.From
		}
	}
	text = kit.Count(read) + " of " + words.Count(len(all), "region", "regions") + " read whole"
	if len(failed) > 0 {
		text += ", not " + strings.Join(failed, " ")
	}
	if rest := len(all) - read - len(failed); rest > 0 {
		text += ", " + kit.Count(rest) + " going back…"
		if !oldest.IsZero() {
			text = strings.TrimSuffix(text, "…") + " (the last at " + s.needs.Clock.Short(oldest) + ")…"
		}
	}
	return text, read == len(all) && len(all) > 0
}

package ui

import (
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Head are the lines above the screen: where one is, and in the demo what to do next.
func (c *console) Head(width int) []string {
	head := append([]string{c.header(width)}, c.signedOutLines(width)...)
	if hint := c.hintLine(width); hint != "" {
		head = append(head, hint)
	}
	return head
}

// Title is the title of the terminal's window.
func (c *console) Title() string {
	title := "rootout"
	if c.options.Demo {
		title += " demo"
	}
	if account := c.Account.Caller().Account; account != "" {
		title += " " + account
	}
	return title
}

// signedOutLines say that AWS takes the credentials no longer, and what to do: once, for all cells.
func (c *console) signedOutLines(width int) []string {
	out := c.Account.Progress().SignedOut
	if out == nil || c.session == nil {
		return nil
	}
	const sign = " SIGNED OUT "
	room := max(width-kit.Width(sign)-1, 1)
	text := strings.TrimRight(model.Clean(out.Why), ". ") + ". Nothing is read since " + c.Clock.Short(out.Since) + ". " + model.Clean(out.Next) + " ctrl+r tries again."
	var lines []string
	for i, line := range kit.Wrap(text, room) {
		lead := kit.Span{Text: sign, Style: c.Theme.Alarm}
		if i > 0 {
			lead = kit.Span{Text: strings.Repeat(" ", kit.Width(sign))}
		}
		lines = append(lines, kit.Line(width, lead, kit.Span{Text: " " + line, Style: c.Theme.Warning}))
	}
	return lines
}

// hintLine is the demo's next step, "" where there is none or it was dismissed.
func (c *console) hintLine(width int) string {
	guided, ok := c.Stack.Top().(screen.Guided)
	if !ok || !c.options.Demo || c.hintOff {
		return ""
	}
	text := guided.NextStep()
	if text == "" {
		return ""
	}
	return kit.Spread(width, []kit.Span{{Text: " DEMO ", Style: c.Theme.Notice}, {Text: text, Style: c.Theme.Own}},
		[]kit.Span{{Text: "  D dismisses ", Style: c.Theme.Muted}})
}

// header is the first line: where one is, as whom, how fresh. Its first cell is … while something
// is waited for, so that a program that drives the console knows when it is idle.
func (c *console) header(width int) string {
	sign := " "
	if c.Busy() {
		sign = words.Reading
	}
	left := []kit.Span{{Text: sign + "rootout", Style: c.Theme.Title}}
	if c.options.Demo {
		left = append(left, kit.Span{Text: "  DEMO", Style: c.Theme.Warning})
	}
	if account := c.Account.Caller().Account; account != "" {
		left = append(left, kit.Span{Text: "  " + account, Style: c.Theme.Strong})
	}
	right := c.fresh(width, width-spanWidth(left))
	left = append(left, kit.Span{Text: c.path(width - spanWidth(left) - spanWidth(right)), Style: c.Theme.Strong})
	room := width - spanWidth(left) - spanWidth(right)
	if who := c.who(room - kit.Width(youAre)); who != "" {
		left = append(left, kit.Span{Text: youAre, Style: c.Theme.Muted}, kit.Span{Text: who, Style: c.Theme.Own})
	} else if who := c.who(room - 2); who != "" {
		left = append(left, kit.Span{Text: "  " + who, Style: c.Theme.Own})
	}
	return kit.Spread(width, left, right)
}

// fresh is how fresh it is, in as many words as there is room for: the zone goes first, and then what of
// how much was read can be done without. A number of an account that is cut is another's.
func (c *console) fresh(width, room int) []kit.Span {
	var spans []kit.Span
	for _, tight := range []bool{false, true} {
		spans = c.freshness(width, tight)
		for _, zone := range []int{0, 1} {
			if short := spans[:len(spans)-zone]; spanWidth(short) <= room {
				return short
			}
		}
	}
	return spans
}

// path names the screens that lie on the first, down to the one that is shown. Where there is too
// little room those before it go first: where one is has to stay.
func (c *console) path(room int) string {
	titles := []string{}
	for _, s := range c.Stack.AboveHome() {
		titles = append(titles, s.Title())
	}
	if len(titles) == 0 {
		return ""
	}
	const sep = " › "
	for from := range titles {
		text := sep + strings.Join(titles[from:], sep)
		if from > 0 {
			text = sep + words.Reading + text
		}
		if kit.Width(text) <= room {
			return text
		}
	}
	last := titles[len(titles)-1]
	lead := words.If(len(titles) > 1, sep+words.Reading) + sep
	return lead + kit.MiddleCut(last, max(room-kit.Width(lead), 1))
}

// youAre stands before the caller.
const youAre = "   you: "

func spanWidth(spans []kit.Span) int {
	n := 0
	for _, s := range spans {
		n += kit.Width(s.Text)
	}
	return n
}

// who is the caller, what he may do and how long his credential lasts, in the longest words that
// fit: his session and that he can change nothing are the last to go.
func (c *console) who(room int) string {
	if c.session == nil {
		return ""
	}
	caller := c.session.Caller
	long := words.ShortName(caller.ARN)
	short := long[strings.LastIndexByte(long, '/')+1:]
	whole := long
	switch {
	case caller.Root:
		long, short, whole = "root user", "root user", "root user"
	case strings.Contains(caller.ARN, ":assumed-role/"):
		whole = "assumed-role/" + long
	}
	var must, notes []string
	if c.session.ReadOnly {
		must = append(must, "read-only")
	}
	notes = must
	ends := caller.Expires
	if until := c.Account.Progress().SignedInUntil; !until.IsZero() {
		ends = until // Sessions are renewed while the console runs.
	}
	if left := ends.Sub(c.Clock.Now()); !ends.IsZero() {
		if left <= 0 {
			must = append(must, "expired")
			notes = must
		} else {
			notes = append(notes[:len(notes):len(notes)], words.Ago(left)+" left")
		}
	}
	with := func(who string, notes []string) string {
		if who == "" {
			return strings.Join(notes, ", ") // A case that is open without AWS has no caller.
		}
		if len(notes) > 0 {
			who += " (" + strings.Join(notes, ", ") + ")"
		}
		return who
	}
	for _, text := range []string{with(whole, notes), with(long, notes), with(long, must), with(short, must), strings.Join(must, ", ")} {
		if kit.Width(text) <= room {
			return text
		}
	}
	return ""
}

// freshness is the right part: how much has been read, how long it took, whether more comes in, and
// the zone of all times. Tight leaves out of how much has been read what can be done without.
func (c *console) freshness(width int, tight bool) []kit.Span {
	th := c.Theme
	zone := kit.Span{Text: "  " + c.Clock.ZoneName() + " ", Style: th.Muted}
	switch {
	case c.connecting:
		return []kit.Span{{Text: "  connecting", Style: th.Warning}, zone}
	case c.session == nil:
		return []kit.Span{{Text: "  not connected", Style: th.Warning}, zone}
	}
	read := c.readSpan(width, tight)
	spans := []kit.Span{read}
	progress := c.Account.Progress()
	switch at, frozen := c.Account.Frozen(); {
	case frozen:
		spans = append(spans, kit.Span{Text: " · FROZEN " + at.In(c.Clock.Zone()).Format("15:04:05"), Style: th.Warning})
	case c.Account.Ended() != "":
		spans = append(spans, kit.Span{Text: " · ended", Style: th.Warning})
	case progress.SignedOut != nil:
		spans = append(spans, kit.Span{Text: " · signed out", Style: th.Alarm})
	case c.session.Scanner == nil:
		spans = append(spans, kit.Span{Text: " · offline", Style: th.Warning})
	case progress.FirstPass || progress.Total == 0:
		text := " · reading " + kit.Count(progress.Done) + "/" + kit.Count(progress.Total)
		if progress.Slow != "" && width >= 160 {
			text += ", slow: " + progress.Slow
		}
		spans = append(spans, kit.Span{Text: text, Style: th.Own})
	default:
		text, style := " · "+words.Number(progress.Took.Seconds(), 1)+" s · live", th.OK
		if read.Style == th.Warning {
			style = th.Warning // It is live, and it is not all.
			switch {           // What failed needs the room, and who one is.
			case width < 90:
				text = ""
			case width < 100:
				text = " · live"
			}
		}
		spans = append(spans, kit.Span{Text: text, Style: style})
	}
	return append(spans, zone)
}

// readSpan says how much was read, in the warning colour where something that was asked failed.
// Where there is little room the noun goes, and what failed stays.
func (c *console) readSpan(width int, tight bool) kit.Span {
	g := c.Account.Coverage()
	if g.Regions == 0 && tight {
		return kit.Span{}
	}
	if g.Regions == 0 {
		return kit.Span{Text: "  no region read yet", Style: c.Theme.Text}
	}
	narrow := width < 120 || !c.Stack.AtHome() && width < 160
	text, whole := words.RegionsRead(g, narrow || width < 140)
	switch {
	case whole && narrow:
		text = kit.Count(g.Read) + "/" + kit.Count(g.Regions) + " regions"
	case tight || narrow && !c.Stack.AtHome():
		text = "! " + kit.Count(g.Read) + "/" + kit.Count(g.Regions) + " read" // The path needs the room.
	case whole:
		text, _ = words.RegionsRead(g, false)
	}
	if !whole {
		return kit.Span{Text: "  " + text, Style: c.Theme.Warning}
	}
	return kit.Span{Text: "  " + text, Style: c.Theme.Text}
}

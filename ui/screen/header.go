package screen

import (
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Header is the first line: where one is, as whom, how fresh. Its first cell is … while something is waited for, so that a program that
// drives the console knows when it is idle.
func (w *World) Header(width int) string {
	sign := " "
	if w.Busy() {
		sign = words.Reading
	}
	left := []kit.Span{{Text: sign + "rootout", Style: w.Theme.Title}}
	if w.Demo {
		left = append(left, kit.Span{Text: "  DEMO", Style: w.Theme.Warning})
	}
	if account := w.Account(); account != "" {
		left = append(left, kit.Span{Text: "  " + account, Style: w.Theme.Strong})
	}
	for _, s := range w.stack[1:] {
		left = append(left, kit.Span{Text: " › " + s.Title(), Style: w.Theme.Strong})
	}
	right := w.freshness(width)
	if who := w.who(width - spanWidth(left) - spanWidth(right) - kit.Width(youAre)); who != "" {
		left = append(left, kit.Span{Text: youAre, Style: w.Theme.Muted}, kit.Span{Text: who, Style: w.Theme.Own})
	}
	return kit.Spread(width, left, right)
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

// who is the caller, what he may do and how long his credential lasts, in the longest words that fit: his session and that he can change
// nothing are the last to go.
func (w *World) who(room int) string {
	if w.Session == nil {
		return ""
	}
	c := w.Session.Caller
	long := words.ShortName(c.ARN)
	short := long[strings.LastIndexByte(long, '/')+1:]
	whole := long
	switch {
	case c.Root:
		long, short, whole = "root user", "root user", "root user"
	case strings.Contains(c.ARN, ":assumed-role/"):
		whole = "assumed-role/" + long
	}
	var must, notes []string
	if w.Session.ReadOnly {
		must = append(must, "read-only")
	}
	notes = must
	if left := c.Expires.Sub(w.Clock.Now()); !c.Expires.IsZero() {
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

// freshness is the right part: how much has been read, how long it took, whether more comes in, and the zone of all times.
func (w *World) freshness(width int) []kit.Span {
	th := w.Theme
	zone := kit.Span{Text: "  " + w.Clock.ZoneName() + " ", Style: th.Muted}
	switch {
	case w.Connecting:
		return []kit.Span{{Text: "  connecting…", Style: th.Warning}, zone}
	case w.Session == nil:
		return []kit.Span{{Text: "  not connected", Style: th.Warning}, zone}
	}
	spans := []kit.Span{{Text: "  " + w.readText(width), Style: th.Text}}
	progress := w.Inventory.Live().Progress()
	switch at, frozen := w.Frozen(); {
	case frozen:
		spans = append(spans, kit.Span{Text: " · FROZEN " + at.In(w.Clock.Zone()).Format("15:04:05"), Style: th.Warning})
	case w.ScanEnded != "":
		spans = append(spans, kit.Span{Text: " · ended", Style: th.Warning})
	case w.Session.Scanner == nil:
		spans = append(spans, kit.Span{Text: " · offline", Style: th.Warning})
	case progress.FirstPass || progress.Total == 0:
		text := " · reading " + kit.Count(progress.Done) + "/" + kit.Count(progress.Total)
		if progress.Slow != "" && width >= 160 {
			text += ", slow: " + progress.Slow
		}
		spans = append(spans, kit.Span{Text: text, Style: th.Own})
	default:
		spans = append(spans, kit.Span{Text: " · " + words.Number(progress.Took.Seconds(), 1) + " s · live", Style: th.OK})
	}
	return append(spans, zone)
}

func (w *World) readText(width int) string {
	if w.home.pic == nil {
		return "0 regions read"
	}
	g := w.home.pic.all
	if width < 120 || w.Depth() > 1 && width < 160 {
		return kit.Count(g.Read) + "/" + kit.Count(g.Regions) + " regions"
	}
	text := kit.Count(g.Read) + " of " + words.Count(g.Regions, "region", "regions") + " read"
	if g.Disabled > 0 {
		text += ", " + kit.Count(g.Disabled) + " disabled"
	}
	return text
}

// HintLine is the demo's next step, "" where there is none or it was dismissed.
func (w *World) HintLine(width int) string {
	if !w.Demo || w.HintOff {
		return ""
	}
	text := w.hint()
	if text == "" {
		return ""
	}
	return kit.Spread(width, []kit.Span{{Text: " DEMO ", Style: w.Theme.Notice}, {Text: text, Style: w.Theme.Own}},
		[]kit.Span{{Text: "  D dismisses ", Style: w.Theme.Muted}})
}

// Start takes over what the case kept and begins to listen to the scan.
func (w *World) Start(s *Session) {
	w.Session = s
	w.Connecting, w.ConnectError = false, nil
	w.restore()
	if s.Scanner != nil {
		w.listen()
	} else {
		w.refreshTop(true)
	}
}

// kept is what a case holds for the screens.
type kept struct {
	marks       []model.Ref
	notes       map[model.Ref]string
	interrupted []*PlanEntry
	err         error
}

// restore reads marks, notes and interrupted plans from the case.
func (w *World) restore() {
	c, ctx := w.Session.Case, w.Loop.Context()
	if c == nil {
		return
	}
	background.Do(w.Loop, func() kept {
		var k kept
		var err error
		if k.marks, err = c.Marks(ctx); err != nil {
			return kept{err: err}
		}
		if k.notes, err = c.Notes(ctx); err != nil {
			return kept{err: err}
		}
		plans, err := c.Interrupted(ctx)
		for i := len(plans) - 1; i >= 0; i-- {
			k.interrupted = append(k.interrupted, &PlanEntry{Plan: plans[i], Interrupted: true})
		}
		k.err = err
		return k
	}, func(k kept) {
		if k.err != nil {
			w.Say(kit.Alarm, "the case could not be read: "+k.err.Error())
		}
		if k.notes != nil {
			w.Notes = k.notes
		}
		w.Plans = append(k.interrupted, w.Plans...)
		w.inChunks(k.marks, 0, func(part []model.Ref) int { return w.Marks.Put(part, true) }, func(n int) {
			if n > 0 {
				w.Say(kit.Info, words.Count(n, "mark was", "marks were")+" kept from before")
			}
		})
		w.OfferInterrupted()
	})
}

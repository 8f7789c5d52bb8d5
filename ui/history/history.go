// Package history is what has been read of CloudTrail, as the screens show it: the events, how far
// back each region was read, and who made what.
//
// It must not know a screen, nor how events are read: they come from a port.Lookup.
package history

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// Options are what a history needs.
type Options struct {
	Loop    *background.Loop
	Catalog *model.Catalog
	Now     func() time.Time
	// Window is how far back all events are read; those that tell of makers are read as far back as
	// AWS keeps them.
	Window time.Duration
	Say    func(level kit.Level, text string)
	// Refresh has the screen that is shown read again.
	Refresh func(loud bool)
	// Present is what is known of the account now, ApplyOverlay takes in who made what.
	Present      func() *model.Snapshot
	ApplyOverlay func(*model.OverlayBatch)
}

// History belongs to the update loop; its book is read and written beside it.
type History struct {
	o       Options
	lookup  port.Lookup
	account string
	book    *book
	regions map[string]*Reach
	// ended says in words why no more events come, "" while they do.
	ended string

	making background.Latest
	// madeOf are the generations of the book and of the inventory that makers were told of last.
	madeOf [2]uint64
}

// Reach is how far one region has been read.
type Reach struct {
	Region string
	// From and To are the part of the window of which all events were read; both are zero while
	// nothing was. Whole says that it is all of the window, Makers that all events that tell of makers
	// were read as well.
	From, To      time.Time
	Whole, Makers bool
	// Failure is why no more came, nil while it does.
	Failure *model.Failure
	// open are the questions on makers that have not been answered whole.
	open map[string]bool
}

// New returns a history of which nothing has been read.
func New(o Options) *History { return &History{o: o, regions: map[string]*Reach{}} }

// keptBack is how far back AWS keeps events (CloudTrail API Reference, LookupEvents).
const keptBack = 90 * 24 * time.Hour

// Connect begins to read an account's events as its regions become known; a nil lookup reads none.
func (h *History) Connect(caller model.Caller, lookup port.Lookup) {
	if lookup == nil {
		return
	}
	book, err := newBook(h.o.Catalog, caller.Partition)
	if err != nil {
		h.o.Say(kit.Alarm, "events cannot be kept: "+err.Error())
		return
	}
	h.lookup, h.account, h.book = lookup, caller.Account, book
	h.Look()
	h.follow()
}

// Reading says whether events are read at all.
func (h *History) Reading() bool { return h.book != nil }

// Absent says why there are no events at all, "" where there are.
func (h *History) Absent() string {
	if h.book == nil {
		return "no events are read here: that takes a connection to AWS"
	}
	return ""
}

// Ended says in words why no more events come, "" while they do.
func (h *History) Ended() string { return h.ended }

// Look asks about regions that have become known, and tells who made what came in.
func (h *History) Look() {
	if h.book == nil {
		return
	}
	snap := h.o.Present()
	for _, r := range snap.Regions {
		if r.Readable() && h.regions[r.Name] == nil {
			h.ask(r.Name)
		}
	}
	h.tellMakers(snap)
}

// ask puts the questions on one region: all events of the window, and those of all time that tell of
// makers.
func (h *History) ask(region string) {
	reach := &Reach{Region: region, open: map[string]bool{}}
	h.regions[region] = reach
	// What tells of makers from now on is among all events, which are asked for again and again.
	now, place := h.o.Now(), model.Place{Account: h.account, Region: region}
	questions := []port.Question{{Place: place, Since: now.Add(-h.o.Window)}}
	for _, name := range h.book.events() {
		_, name, _ = strings.Cut(name, ":")
		if !reach.open[name] {
			reach.open[name] = true
			questions = append(questions, port.Question{Place: place, By: port.ByEventName, Value: name, Since: now.Add(-keptBack), Until: now})
		}
	}
	lookup := h.lookup
	background.Watch(h.o.Loop, func() struct{} {
		lookup.Ask(questions...)
		return struct{}{}
	}, func(struct{}) {})
}

// follow takes in what is answered, until there is no more.
func (h *History) follow() {
	type news struct {
		answer *port.Answer
		fresh  int
		err    error
	}
	lookup, book, ctx := h.lookup, h.book, h.o.Loop.Context()
	background.Watch(h.o.Loop, func() news {
		a, err := lookup.Next(ctx)
		if err != nil {
			return news{err: err}
		}
		return news{answer: a, fresh: book.take(a.Records)}
	}, func(n news) {
		switch {
		case n.err == nil:
			h.note(n.answer)
			h.tellMakers(h.o.Present())
			h.o.Refresh(false)
			h.follow()
		case ctx.Err() != nil:
		default:
			h.ended = "no more events come"
			if !errors.Is(n.err, io.EOF) {
				h.ended += ": " + n.err.Error()
				h.o.Say(kit.Alarm, h.ended)
			}
			h.o.Refresh(false)
		}
	})
}

// note keeps how far a region has been read.
func (h *History) note(a *port.Answer) {
	r := h.regions[a.Question.Place.Region]
	if r == nil {
		return
	}
	r.Failure = a.Failure
	switch a.Question.By {
	case port.AnyEvent:
		if r.Whole = a.Complete; a.From.Before(a.To) || a.Complete {
			r.From, r.To = a.From, a.To
		}
	case port.ByEventName:
		if a.Complete {
			delete(r.open, a.Question.Value)
		}
		r.Makers = len(r.open) == 0
	default:
	}
}

// Reaches are how far the regions have been read, by their names.
func (h *History) Reaches() []*Reach {
	out := make([]*Reach, 0, len(h.regions))
	for _, r := range h.regions {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *Reach) int { return strings.Compare(a.Region, b.Region) })
	return out
}

// tellMakers says who made what, beside the loop, where something was read since.
func (h *History) tellMakers(snap *model.Snapshot) {
	now := [2]uint64{h.book.told(), snap.Generation - snap.OverlayGeneration}
	if now == h.madeOf || now[0] == 0 {
		return
	}
	h.madeOf = now
	book := h.book
	background.DoLatest(h.o.Loop, &h.making, true, func() *model.OverlayBatch { return book.makersOf(snap) }, func(b *model.OverlayBatch) {
		if b != nil {
			h.o.ApplyOverlay(b)
		}
	})
}

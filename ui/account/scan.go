package account

import (
	"errors"
	"io"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// Follow takes in what the scanner finds, until it ends. Batches come at most every 33 ms, so that
// one command at a time keeps up.
func (v *View) Follow() {
	scanner, ctx := v.scanner, v.o.Loop.Context()
	if scanner == nil {
		v.o.Refresh(true)
		return
	}
	type news struct {
		batch *model.Batch
		err   error
	}
	background.Watch(v.o.Loop, func() news {
		b, err := scanner.Next(ctx)
		return news{b, err}
	}, func(n news) {
		if n.err == nil {
			v.Apply(n.batch)
			v.Follow()
			return
		}
		if ctx.Err() != nil {
			return
		}
		v.ended = "the scan has ended: nothing new comes in"
		if !errors.Is(n.err, io.EOF) {
			v.ended = "the scan broke off: " + n.err.Error()
			v.o.Say(kit.Alarm, v.ended)
		}
		v.o.Refresh(false)
	})
}

// CannotRescan says why nothing can be read again, "" where it can.
func (v *View) CannotRescan() string {
	switch {
	case !v.connected:
		return "not connected yet"
	case v.scanner == nil:
		return "this case is open without AWS: nothing can be read again"
	}
	return ""
}

// Rescan has cells read again at once; no keys means all.
func (v *View) Rescan(what string, keys ...model.CellKey) {
	scanner := v.scanner
	said := "reading " + what + " again"
	if v.Progress().SignedOut != nil {
		said = "signing in again"
	}
	background.Do(v.o.Loop, func() struct{} {
		scanner.Rescan(keys...)
		return struct{}{}
	}, func(struct{}) { v.o.Say(kit.Info, said) })
}

// WatchRegions has the scanner look at some regions every few seconds.
func (v *View) WatchRegions(names ...string) {
	if scanner := v.scanner; scanner != nil {
		places := model.PlacesIn(v.caller.Account, names...)
		background.Watch(v.o.Loop, func() struct{} {
			scanner.Watch(places...)
			return struct{}{}
		}, func(struct{}) {})
	}
}

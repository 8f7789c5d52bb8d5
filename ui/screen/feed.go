package screen

import (
	"errors"
	"io"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// listen waits for the next batch of facts. Batches come at most every 33 ms, so that one command at a time keeps up.
func (w *World) listen() {
	scanner, ctx := w.Session.Scanner, w.Loop.Context()
	type news struct {
		batch *model.Batch
		err   error
	}
	background.Watch(w.Loop, func() news {
		b, err := scanner.Next(ctx)
		return news{b, err}
	}, func(n news) {
		if n.err == nil {
			w.Apply(n.batch)
			w.listen()
			return
		}
		if w.Loop.Context().Err() != nil {
			return
		}
		w.ScanEnded = "the scan has ended: nothing new comes in"
		if !errors.Is(n.err, io.EOF) {
			w.ScanEnded = "the scan broke off: " + n.err.Error()
			w.Say(kit.Alarm, w.ScanEnded)
		}
		w.refreshTop(false)
	})
}

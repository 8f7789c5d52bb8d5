package ui

import (
	"context"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/uitest"
)

// drive runs commands on goroutines and measures what the loop itself takes.
type drive struct {
	m     *Model
	msgs  chan tea.Msg
	times []time.Duration
}

func newDrive(b testing.TB, batch *model.Batch) (*drive, *uitest.Scanner) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b.Cleanup(cancel)
	scanner := &uitest.Scanner{Batches: make(chan *model.Batch, 100)}
	d := &drive{msgs: make(chan tea.Msg, 10000)}
	d.m = New(ctx, Options{Catalog: uitest.Catalog(b), Location: uitest.Seoul(), Now: func() time.Time { return uitest.Morning().Add(time.Minute) }, Connect: func(context.Context, Ask) (*Session, error) {
		return &Session{Scanner: scanner, Case: &uitest.Case{}, Runner: &uitest.Runner{}}, nil
	}})
	d.run(d.m.Init())
	d.send(tea.WindowSizeMsg{Width: 200, Height: 60})
	scanner.Batches <- batch
	d.until(func() bool { return d.m.console.Account.Known() == len(batch.Found) && !d.m.console.Busy() })
	return d, scanner
}

func (d *drive) run(cmd tea.Cmd) {
	if cmd != nil {
		go func() {
			if msg := cmd(); msg != nil {
				d.msgs <- msg
			}
		}()
	}
}

func (d *drive) send(msg tea.Msg) {
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, cmd := range batch {
			d.run(cmd)
		}
		return
	}
	began := time.Now()
	_, cmd := d.m.Update(msg)
	d.m.View()
	d.times = append(d.times, time.Since(began))
	d.run(cmd)
}

func (d *drive) until(done func() bool) {
	for !done() {
		d.send(<-d.msgs)
	}
}

// drain takes what has come in meanwhile.
func (d *drive) drain() {
	for {
		select {
		case msg := <-d.msgs:
			d.send(msg)
		default:
			return
		}
	}
}

// percentile is the p-th of the times that were measured.
func (d *drive) percentile(p float64) time.Duration {
	slices.Sort(d.times)
	return d.times[min(len(d.times)-1, int(float64(len(d.times))*p))]
}

// frameBudget is what one Update and View over 100,000 rows may take.
const frameBudget = 5 * time.Millisecond

// batchEvery is how often a scanner's batches come at most.
const batchEvery = 33 * time.Millisecond

// BenchmarkFrame drives a list of 100,000 resources at 200×60 while batches of 500 come in, and
// prints the 99th percentile of Update and View beside the bound.
func BenchmarkFrame(b *testing.B) {
	d, scanner := newDrive(b, uitest.Crowd(100_000))
	w := d.m.console
	d.send(uitest.Key(":"))
	for _, r := range "everything" {
		d.send(uitest.Key(string(r)))
	}
	d.send(uitest.Key("enter"))
	d.until(func() bool { return !w.Busy() })
	keys := []string{"j", "j", "pgdown", "G", "g", "right", "left", "space", "k"}
	d.times = nil
	grown := uitest.Crowd(100_000).Found
	fed, last := 0, time.Now()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		if time.Since(last) >= batchEvery {
			last = time.Now()
			at := fed * 500 % (len(grown) - 500)
			fed++
			scanner.Batches <- &model.Batch{At: uitest.Morning().Add(time.Duration(i) * time.Millisecond), Found: grown[at : at+500]}
		}
		d.send(uitest.Key(keys[i%len(keys)]))
		d.drain()
	}
	b.StopTimer()
	b.ReportMetric(float64(d.percentile(0.5).Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(d.percentile(0.99).Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(d.percentile(1).Microseconds())/1000, "max-ms")
	b.ReportMetric(float64(frameBudget.Microseconds())/1000, "bound-ms")
}

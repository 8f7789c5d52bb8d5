package ui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/uitest"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// driver is the whole console under test.
type driver struct {
	*uitest.Driver
	m       *Model
	scanner *uitest.Scanner
	kept    *uitest.Case
	runner  *uitest.Runner
	files   map[string]string
}

// program is the model as it is driven.
type program struct{ *Model }

func (p program) Busy() bool       { return p.console.Busy() }
func (p program) Connecting() bool { return p.console.connecting }

type setup struct {
	demo, readOnly, noRunner, offline bool
	batch                             *model.Batch
	session                           func(*Session)
	connect                           func(ctx context.Context, ask Ask) (*Session, error)
	noColor                           bool
	// catalog is uitest's own where it is nil.
	catalog *model.Catalog
}

// withConsole runs a test in a bubble with a console of 120×40 that has read the breach.
func withConsole(t *testing.T, s setup, test func(d *driver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		began := time.Now()
		d := &driver{
			scanner: &uitest.Scanner{Batches: make(chan *model.Batch, 1000)}, kept: &uitest.Case{},
			files: map[string]string{}, runner: &uitest.Runner{Run: &uitest.Run{News: make(chan *port.RunUpdate, 1000)}},
		}
		session := &Session{
			Caller: uitest.Caller(), Scanner: d.scanner, Runner: d.runner, Case: d.kept,
			ReadOnly: s.readOnly, ReadOnlyReason: "started with --read-only",
		}
		if s.noRunner {
			session.Runner = nil
		}
		if s.offline {
			session.Scanner = nil
		}
		if s.session != nil {
			s.session(session)
		}
		catalog := s.catalog
		if catalog == nil {
			catalog = uitest.Catalog(t)
		}
		connect := s.connect
		if connect == nil {
			connect = func(context.Context, Ask) (*Session, error) { return session, nil }
		}
		d.m = New(ctx, Options{
			Catalog: catalog, Connect: connect, Demo: s.demo, Version: "test", Location: uitest.Seoul(), NoColor: s.noColor,
			Now: func() time.Time { return uitest.Morning().Add(time.Since(began)) },
			WriteFile: func(name string, data []byte) (string, error) {
				time.Sleep(uitest.Wait)
				d.files[name] = string(data)
				return "/home/jm/" + name, nil
			},
		})
		d.Driver = uitest.Start(t, program{d.m})
		if s.batch != nil {
			d.scanner.Batches <- s.batch
		}
		d.WaitUntilIdle()
		test(d)
		cancel()
		time.Sleep(time.Minute)
	})
}

// answerEvents answers with the events of the night, of all regions but one whole.
func answerEvents(lookup *uitest.Lookup) {
	lookup.Answers <- uitest.Answer("us-east-1", 90*time.Hour, true, uitest.Night()...)
	for _, region := range []string{"ap-northeast-2", "eu-west-3", "sa-east-1"} {
		lookup.Answers <- uitest.Answer(region, 17*time.Hour, region != "sa-east-1")
	}
}

func (d *driver) feed(b *model.Batch) {
	d.T.Helper()
	d.scanner.Batches <- b
	d.WaitUntilIdle()
}

// golden compares the screen with the one that is kept.
func (d *driver) golden(name string) {
	d.T.Helper()
	d.picture(name)
	got := d.Screen()
	var lines []string
	for l := range strings.SplitSeq(got, "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	got = strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			d.T.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			d.T.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		d.T.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		d.T.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

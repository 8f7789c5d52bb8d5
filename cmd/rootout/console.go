package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui"
)

// consoleOptions say what a console shows.
type consoleOptions struct {
	globals *globals
	catalog *model.Catalog
	demo    bool
	// connect opens the session, after the first frame; its second result ends everything that it
	// began.
	connect func(ctx context.Context, ask asker) (*ui.Session, func(), error)
}

// interactive says whether there is a terminal to draw on and to ask at.
func interactive(streams stdio) bool {
	in, inOK := streams.in.(*os.File)
	out, outOK := streams.out.(*os.File)
	return inOK && outOK && term.IsTerminal(in.Fd()) && term.IsTerminal(out.Fd()) && os.Getenv("TERM") != "dumb"
}

// showConsole runs the screen until the operator leaves it, and then ends what the session began.
func showConsole(ctx context.Context, o consoleOptions, streams stdio) error {
	ends := &endings{}
	defer ends.run()
	err := ui.Run(ctx, ui.Options{
		Catalog: o.catalog, Demo: o.demo, Version: version(), Now: time.Now, Location: time.Local, Window: o.globals.since,
		NoColor: os.Getenv("NO_COLOR") != "",
		Connect: func(ctx context.Context, ask func(context.Context, string) (string, error)) (*ui.Session, error) {
			session, end, err := o.connect(ctx, ask)
			ends.add(end)
			return session, err
		},
		WriteFile: writeExport,
	}, streams.in, streams.out)
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil
	}
	return err
}

// endings are what has to be ended, the newest first. The session may still be opening when the
// screen is left.
type endings struct {
	mu   sync.Mutex
	list []func()
	over bool
}

func (e *endings) add(end func()) {
	if end == nil {
		return
	}
	e.mu.Lock()
	over := e.over
	if !over {
		e.list = append(e.list, end)
	}
	e.mu.Unlock()
	if over {
		end()
	}
}

func (e *endings) run() {
	e.mu.Lock()
	list := e.list
	e.list, e.over = nil, true
	e.mu.Unlock()
	for i := len(list) - 1; i >= 0; i-- {
		list[i]()
	}
}

// writeExport puts an export into the working directory, readable by its owner only.
func writeExport(name string, data []byte) (string, error) {
	path, err := filepath.Abs(filepath.Base(name))
	if err != nil {
		return "", err
	}
	return path, writeNew(path, data)
}

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
	connect func(ctx context.Context, ask asker) (*ui.Session, func() error, error)
}

// interactive says whether there is a terminal to draw on and to ask at.
func interactive(streams stdio) bool {
	in, inOK := streams.in.(*os.File)
	out, outOK := streams.out.(*os.File)
	return inOK && outOK && term.IsTerminal(in.Fd()) && term.IsTerminal(out.Fd()) && os.Getenv("TERM") != "dumb"
}

// showConsole runs the screen until the operator leaves it, and then ends what the session began.
func showConsole(ctx context.Context, o consoleOptions, streams stdio) (err error) {
	ends := &endings{}
	defer closeInto(&err, ends)
	look := lookOf(o.globals.config, o.catalog)
	err = ui.Run(ctx, ui.Options{
		Catalog: o.catalog, Demo: o.demo, Version: version(), Now: time.Now, Location: time.Local, Window: o.globals.since,
		NoColor: os.Getenv("NO_COLOR") != "", Skin: look.skin, Mouse: look.mouse, Columns: look.columns, Notices: look.notices,
		Connect: func(ctx context.Context, ask ui.Ask) (*ui.Session, error) {
			session, end, err := o.connect(ctx, ask)
			if endErr := ends.add(end); endErr != nil {
				err = errors.Join(err, endErr)
			}
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
	list []func() error
	over bool
}

// add keeps what has to be ended, or ends it at once when the screen was left before; its error
// goes to whoever opened it then.
func (e *endings) add(end func() error) error {
	if end == nil {
		return nil
	}
	e.mu.Lock()
	over := e.over
	if !over {
		e.list = append(e.list, end)
	}
	e.mu.Unlock()
	if over {
		return end()
	}
	return nil
}

// Close ends everything.
func (e *endings) Close() error {
	e.mu.Lock()
	list := e.list
	e.list, e.over = nil, true
	e.mu.Unlock()
	var errs []error
	for i := len(list) - 1; i >= 0; i-- {
		errs = append(errs, list[i]())
	}
	return errors.Join(errs...)
}

// writeExport puts an export into the working directory, readable by its owner only.
func writeExport(name string, data []byte) (string, error) {
	path, err := filepath.Abs(filepath.Base(name))
	if err != nil {
		return "", err
	}
	return path, writeNew(path, data)
}

package main

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/ui"
)

func newOpen(g *globals, streams stdio) *cobra.Command {
	return &cobra.Command{
		Use: "open FILE", Short: "Open a case in the console, without AWS", Args: oneFile("open FILE", "case file (rootout case list names them)"),
		RunE: func(cmd *cobra.Command, args []string) error { return openOffline(cmd.Context(), g, args[0], streams) },
	}
}

func openOffline(ctx context.Context, g *globals, path string, streams stdio) (err error) {
	catalog, _, err := kinds(time.Now)
	if err != nil {
		return err
	}
	if err := isThere("open", path); err != nil {
		return err
	}
	// The file is opened before the screen, so that one that is no case is refused in plain words.
	store, err := casefile.Open(ctx, path, casefile.Reader, casefile.Options{Catalog: catalog})
	if err != nil {
		return err
	}
	defer closeInto(&err, store)
	if !interactive(streams) {
		return usage("open: %w", errNoTerminal)
	}
	return showConsole(ctx, consoleOptions{
		globals: g, catalog: catalog,
		connect: func(ctx context.Context, _ asker) (*ui.Session, func() error, error) {
			batch, err := store.Load(ctx)
			if err != nil {
				return nil, nil, err
			}
			id := store.Identity()
			return &ui.Session{
				Caller:   model.Caller{Account: id.Account, Partition: id.Partition},
				Scanner:  &recording{batch: batch},
				Case:     store,
				ReadOnly: true, ReadOnlyReason: "this is a case file: there is no AWS behind it",
				Notices: []string{"offline: what the case held when it was closed"},
			}, nil, nil
		},
	}, streams)
}

// recording is a scanner over what a case holds: one batch, and then silence.
type recording struct {
	batch *model.Batch
	read  atomic.Bool
}

// Next implements port.Scanner.
func (r *recording) Next(ctx context.Context) (*model.Batch, error) {
	if !r.read.Swap(true) {
		return r.batch, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, io.EOF
}

// Rescan does nothing: there is nothing to read.
func (*recording) Rescan(...model.CellKey) {}

// Watch does nothing: there is nothing to read.
func (*recording) Watch(...model.Place) {}

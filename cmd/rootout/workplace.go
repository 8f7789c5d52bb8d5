package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

// workplace is what a command needs to make plans and carry them out without a screen: the account
// it is signed in to, the case, and a runner.
type workplace struct {
	conn  *aws.Connection
	store *casefile.Case
	defs  []kind.Def
	// skip are the regions that are not read, and waivers the refusals that are expected.
	skip    regionPatterns
	waivers []model.Waiver
	runner  *act.Runner
	keeper  *keeper
}

// openWorkplace signs in and opens the case that store finds for the caller.
func openWorkplace(
	ctx context.Context, g *globals, catalog *model.Catalog, defs []kind.Def, errs io.Writer,
	store func(model.Caller) (*casefile.Case, error),
) (*workplace, error) {
	protections, err := protectList(g.config, catalog, time.Now)
	if err != nil {
		return nil, err
	}
	for _, warning := range protections.warnings {
		fmt.Fprintln(errs, "rootout: "+warning)
	}
	waivers, err := waiveList(g.config, catalog)
	if err != nil {
		return nil, err
	}
	conn, err := aws.Connect(ctx, g.connection(g.ask))
	if err != nil {
		return nil, err
	}
	c, err := store(conn.Caller())
	if err != nil {
		conn.Close()
		return nil, err
	}
	if err := c.SetWaivers(ctx, waivers); err != nil {
		err = errors.Join(err, c.Close())
		conn.Close()
		return nil, err
	}
	k := &keeper{ctx: ctx, record: c.Record}
	runner := act.New(act.Options{
		AWS: conn, Defs: defs, Catalog: catalog, Store: c, Protections: protections.list, Speed: g.speed, Feed: k,
	})
	return &workplace{conn: conn, store: c, defs: defs, skip: g.skip, waivers: waivers, runner: runner, keeper: k}, nil
}

// Close closes the case and ends the connection, and tells what the case could not take in.
func (w *workplace) Close() error {
	w.runner.Close()
	err := w.store.Close()
	w.conn.Close()
	return errors.Join(w.keeper.failure(), err)
}

// look reads places, or everything when none is given. It reads every kind of them, since what
// forbids a step may be of another kind than what the step is about.
func (w *workplace) look(ctx context.Context, places ...model.Place) (*model.Snapshot, error) {
	return w.lookInto(ctx, model.NewInventory(), places...)
}

// carryOut runs a confirmed plan and prints how it goes. resume is the command that goes on with
// it.
func (w *workplace) carryOut(ctx context.Context, p *plan.Plan, phrase string, resume again, streams stdio) error {
	snapshot, err := w.lookFor(ctx, p)
	if err != nil {
		return err
	}
	going, err := w.runner.Start(ctx, snapshot, p, phrase)
	if err != nil {
		return err
	}
	return follow(ctx, going, p, resume, streams)
}

// keeper puts what a run reads into the case, where no screen does.
type keeper struct {
	ctx    context.Context //nolint:containedctx // The command's own: a feed is told facts and given no context.
	record func(context.Context, *model.Batch) error

	mu    sync.Mutex
	first error
}

// Publish implements job.Feed. A case tells once that it could not take something in, so the first
// error is kept.
func (k *keeper) Publish(b *model.Batch) {
	err := k.record(context.WithoutCancel(k.ctx), b)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.first == nil {
		k.first = err
	}
}

// failure is the first error of the case.
func (k *keeper) failure() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.first
}

// Focus implements job.Feed: nobody else is scanning.
func (*keeper) Focus(...model.Place) {}

// Rescan implements job.Feed: nobody else is scanning.
func (*keeper) Rescan(...model.CellKey) {}

var errNothingRun = errors.New("the case has no run to undo")

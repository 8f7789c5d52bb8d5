package main

import (
	"context"
	"errors"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

// workplace is what a command needs to carry plans out without a screen: the account it is signed
// in to, the case, and a runner.
type workplace struct {
	conn   *aws.Connection
	store  *casefile.Case
	defs   []kind.Def
	runner *act.Runner
}

// openWorkplace signs in and opens the case that store finds for the caller.
func openWorkplace(
	ctx context.Context, g *globals, catalog *model.Catalog, defs []kind.Def,
	store func(model.Caller) (*casefile.Case, error),
) (*workplace, error) {
	protections, err := protectList(g.config, catalog, time.Now)
	if err != nil {
		return nil, err
	}
	conn, err := aws.Connect(ctx, g.connection(nil))
	if err != nil {
		return nil, err
	}
	c, err := store(conn.Caller())
	if err != nil {
		conn.Close()
		return nil, err
	}
	runner := act.New(act.Options{
		AWS: conn, Defs: defs, Catalog: catalog, Store: c, Protections: protections, Speed: g.speed, Feed: keeper{ctx: ctx, store: c},
	})
	return &workplace{conn: conn, store: c, defs: defs, runner: runner}, nil
}

// Close closes the case and ends the connection.
func (w *workplace) Close() error {
	err := w.store.Close()
	w.conn.Close()
	return err
}

// look reads the regions of a plan, every kind of them, since what forbids a step may be of another
// kind than what the step is about.
func (w *workplace) look(ctx context.Context, p *plan.Plan) (*model.Snapshot, error) {
	looking := scan.Start(ctx, scan.Options{AWS: w.conn, Defs: w.defs, Sealer: w.store.Sealer(), Once: true, Only: p.Places()})
	snapshot, err := gather(ctx, looking, func(b *model.Batch) error { return w.store.Record(ctx, b) })
	looking.Close()
	if err != nil {
		return nil, err
	}
	return snapshot, w.store.Flush(ctx)
}

// carryOut runs a confirmed plan and prints how it goes. resume is the command that goes on with
// it.
func (w *workplace) carryOut(ctx context.Context, p *plan.Plan, phrase, resume string, streams stdio) error {
	snapshot, err := w.look(ctx, p)
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
	ctx   context.Context //nolint:containedctx // The command's own: a feed is told facts and given no context.
	store *casefile.Case
}

// Publish implements job.Feed. A case that cannot take it in says so when it is flushed and closed.
func (k keeper) Publish(b *model.Batch) { _ = k.store.Record(context.WithoutCancel(k.ctx), b) }

// Focus implements job.Feed: nobody else is scanning.
func (keeper) Focus(...model.Place) {}

// Rescan implements job.Feed: nobody else is scanning.
func (keeper) Rescan(...model.CellKey) {}

var errNothingRun = errors.New("the case holds no run that has begun")

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/all"
	"github.com/rootout/rootout/aws/lookup"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui"
)

// kinds are every kind of resource and the catalog of their declarations.
func kinds(now func() time.Time) (*model.Catalog, []kind.Def, error) {
	defs := all.All(all.Options{Now: now})
	catalog, err := kind.Catalog(defs)
	if err != nil {
		return nil, nil, fmt.Errorf("kinds: %w", err)
	}
	return catalog, defs, nil
}

// openCase opens the case that an invocation writes to: the named one, a new one, or the account's
// newest open one.
func openCase(ctx context.Context, g *globals, catalog *model.Catalog, account, partition string) (*casefile.Case, error) {
	o := casefile.Options{Dir: g.cases, Account: account, Partition: partition, Catalog: catalog}
	switch {
	case g.casePath != "" && !g.newCase:
		c, err := casefile.Open(ctx, g.casePath, casefile.Writer, o)
		if err != nil {
			return nil, err
		}
		if c.Identity().Account != account {
			return nil, errors.Join(refused("case %s is about account %s, you are in %s", g.casePath, c.Identity().Account, account), c.Close())
		}
		return c, nil
	case g.newCase:
		o.Path = g.casePath
		return casefile.Create(ctx, o)
	}
	path, found, err := casefile.Newest(ctx, g.cases, account)
	if err != nil {
		return nil, err
	}
	if found {
		return casefile.Open(ctx, path, casefile.Writer, o)
	}
	return casefile.Create(ctx, o)
}

// recorder hands on what a scanner finds after the case has taken it in.
type recorder struct {
	*scan.Scanner
	store *casefile.Case
}

// Next implements port.Scanner. A case that cannot take a batch in is shown as trouble and never
// blinds the screen.
func (r *recorder) Next(ctx context.Context) (*model.Batch, error) {
	b, err := r.Scanner.Next(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.store.Record(ctx, b); err != nil {
		b.Progress.Trouble = &model.Failure{Operation: "writing to the case", Message: model.Clean(err.Error())}
	}
	return b, nil
}

// openSession starts the scan of a connected account and everything that the console needs around
// it. cleanup ends it all: what runs first, since it writes to the case.
func openSession(ctx context.Context, g *globals, conn *aws.Connection, catalog *model.Catalog, defs []kind.Def, demo bool) (*ui.Session, func() error, error) {
	caller := conn.Caller()
	store, err := openCase(ctx, g, catalog, caller.Account, caller.Partition)
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	waivers, waiveErr := g.waivers(ctx, catalog, store, demo)
	scanner := scan.Start(ctx, scan.Options{
		AWS: conn, Defs: defs, Sealer: store.Sealer(), LeaveOut: g.skip.leftOut(), Waive: waive(waivers),
	})
	events := lookup.Start(ctx, lookup.Options{AWS: conn, Sealer: store.Sealer()})
	s := &ui.Session{
		Caller:   callerOf(ctx, conn),
		Scanner:  &recorder{Scanner: scanner, store: store},
		Case:     store,
		Lookup:   events,
		ReadOnly: g.readOnly,
	}
	for _, w := range conn.Warnings() {
		s.Notices = append(s.Notices, w.Text+" "+w.Next)
	}
	s.Notices = append(s.Notices, g.skip.unknown()...)
	if waiveErr != nil {
		s.Notices = append(s.Notices, "No refusal is waived: "+waiveErr.Error())
	}
	leave := func() {}
	protections, protectErr := protectList(g.config, catalog, time.Now)
	if demo {
		protections, protectErr = protected{}, nil
	}
	s.Notices = append(s.Notices, protections.warnings...)
	if protectErr != nil {
		s.Notices = append(s.Notices, "Nothing can be planned: "+protectErr.Error())
	}
	if g.readOnly {
		s.ReadOnlyReason = "rootout was started with --read-only"
	} else {
		runner := act.New(act.Options{
			AWS: conn, Defs: defs, Catalog: catalog, Store: store, Feed: scanner,
			Protections: protections.list, ProtectErr: protectErr, Speed: g.speed,
		})
		s.Runner, leave = runner, runner.Close
	}
	cleanup := func() error {
		leave()
		scanner.Close()
		events.Close()
		err := store.Close()
		conn.Close()
		return err
	}
	return s, cleanup, nil
}

// waivers are the refusals that the operator expects, which the case keeps. The demo has none.
func (g *globals) waivers(ctx context.Context, catalog *model.Catalog, store *casefile.Case, demo bool) ([]model.Waiver, error) {
	if demo {
		return nil, nil
	}
	waivers, err := waiveList(g.config, catalog)
	if err != nil {
		return nil, err
	}
	return waivers, store.SetWaivers(ctx, waivers)
}

// callerOf is who the connection is, and until when.
func callerOf(ctx context.Context, conn *aws.Connection) model.Caller {
	out := conn.Caller()
	if until, ok := conn.SignedInUntil(ctx); ok {
		out.Expires = until
	}
	return out
}

// freshSealer seals with a key of its own, for a scan that keeps nothing.
func freshSealer() model.Sealer {
	key := make([]byte, 32)
	// crypto/rand.Read never fails since Go 1.24.
	_, _ = rand.Read(key)
	return model.NewSealer(key)
}

// signedOutError is a scan that ended because AWS takes the credentials no longer.
type signedOutError struct{ state model.SignedOut }

func (e *signedOutError) Error() string {
	return "signed out: " + strings.TrimRight(e.state.Why, ". ") + ". " + strings.TrimRight(e.state.Next, ". ")
}

// gather reads one pass of a scan to its end. With a signedOutError comes what was read before. Each batch is handed to take, where there is one,
// before it is applied.
func gather(ctx context.Context, scanner port.Scanner, take func(*model.Batch) error) (*model.Snapshot, error) {
	return gatherInto(ctx, model.NewInventory(), scanner, take)
}

// gatherInto is gather into an inventory that holds something already.
func gatherInto(ctx context.Context, inventory *model.Inventory, scanner port.Scanner, take func(*model.Batch) error) (*model.Snapshot, error) {
	for {
		batch, err := scanner.Next(ctx)
		if errors.Is(err, io.EOF) {
			snapshot := inventory.Snapshot()
			if out := snapshot.Progress().SignedOut; out != nil {
				return snapshot, &signedOutError{state: *out}
			}
			return snapshot, nil
		}
		if err != nil {
			return nil, fmt.Errorf("scan: %w", err)
		}
		if take != nil {
			if err := take(batch); err != nil {
				return nil, err
			}
		}
		inventory.Apply(batch)
	}
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

// readingKeeps is how long what was read for a run stands for the next attempt to carry it out. A
// console starts a run over readings that are as old.
const readingKeeps = 2 * time.Minute

// reading is the entry of the journal that says that a run was confirmed and its places are being
// read.
type reading struct {
	Reading bool `json:"reading"`
}

// lookFor reads the places of a confirmed plan. What an attempt that was cut off has read a moment ago
// is not read again, place by place, so that an attempt gets further than the one before it however
// often the host dies. A run that ended well, and one that is begun for the first time, reads
// everything.
func (w *workplace) lookFor(ctx context.Context, p *plan.Plan) (*model.Snapshot, error) {
	since, err := w.readingSince(ctx, p)
	if err != nil {
		return nil, err
	}
	places := p.Places()
	kept, err := w.store.Load(ctx)
	if err != nil {
		return nil, err
	}
	fresh := freshPlaces(kept, w.kindsAt, places, since)
	inventory := model.NewInventory()
	inventory.Apply(only(kept, fresh))
	places = slices.DeleteFunc(places, func(at model.Place) bool { return slices.Contains(fresh, at) })
	if len(places) == 0 {
		return inventory.Snapshot(), nil
	}
	return w.lookInto(ctx, inventory, places...)
}

// readingSince is when the plan's places were first read for the run that is to go on, but not longer
// ago than readings keep. It writes down that they are read now where that is the first time.
func (w *workplace) readingSince(ctx context.Context, p *plan.Plan) (time.Time, error) {
	past, err := w.store.Journal(ctx, p.Digest)
	if err != nil {
		return time.Time{}, err
	}
	now := time.Now()
	if at := readingBegan(past); !at.IsZero() {
		if keeps := now.Add(-readingKeeps); at.Before(keeps) {
			return keeps, nil
		}
		return at, nil
	}
	payload, err := json.Marshal(reading{Reading: true})
	if err != nil {
		return time.Time{}, fmt.Errorf("run: %w", err)
	}
	_, err = w.store.Append(ctx, casefile.Entry{At: now, Plan: p.Digest, Kind: casefile.Note, Payload: payload})
	return now, err
}

// readingBegan is when the attempts began that have not come to an end; the zero time where there are
// none.
func readingBegan(past []casefile.Entry) time.Time {
	var began time.Time
	for _, e := range past {
		var r reading
		switch {
		case e.Kind == casefile.End:
			began = time.Time{}
		case e.Kind == casefile.Note && began.IsZero() && json.Unmarshal(e.Payload, &r) == nil && r.Reading:
			began = e.At
		}
	}
	return began
}

// freshPlaces are those of some places of which every cell has been counted since a moment.
func freshPlaces(kept *model.Batch, kindsAt func(model.Place) []model.KindID, places []model.Place, since time.Time) []model.Place {
	fresh := map[model.CellKey]bool{}
	for _, c := range kept.Cells {
		fresh[c.Key] = c.State.Complete() && !c.AsOf.Before(since)
	}
	return slices.DeleteFunc(slices.Clone(places), func(at model.Place) bool {
		return slices.ContainsFunc(kindsAt(at), func(id model.KindID) bool { return !fresh[at.Cell(id)] })
	})
}

// kindsAt are the kinds that are listed in a place.
func (w *workplace) kindsAt(at model.Place) []model.KindID {
	var ids []model.KindID
	for _, d := range w.defs {
		if (d.Scope == model.Global) == at.Global() {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// only is the part of an inventory that is of some places.
func only(b *model.Batch, places []model.Place) *model.Batch {
	out := &model.Batch{At: b.At, Regions: b.Regions}
	for _, f := range b.Found {
		if slices.Contains(places, f.Resource.Ref.Place) {
			out.Found = append(out.Found, f)
		}
	}
	for _, c := range b.Cells {
		if slices.Contains(places, c.Key.Place) {
			out.Cells = append(out.Cells, c)
		}
	}
	return out
}

// lookInto reads places into an inventory, or everything when none is given.
func (w *workplace) lookInto(ctx context.Context, inventory *model.Inventory, places ...model.Place) (*model.Snapshot, error) {
	looking := scan.Start(ctx, scan.Options{
		AWS: w.conn, Defs: w.defs, Sealer: w.store.Sealer(), Once: true, Only: places, LeaveOut: w.skip.leftOut(), Waive: waive(w.waivers),
	})
	snapshot, err := gatherInto(ctx, inventory, looking, func(b *model.Batch) error { return w.store.Record(ctx, b) })
	looking.Close()
	if err != nil {
		return nil, err
	}
	return snapshot, w.store.Flush(ctx)
}

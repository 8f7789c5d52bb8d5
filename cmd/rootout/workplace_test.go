package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/model"
)

// TestWorkplaceTellsWhatTheCaseCouldNotTakeIn looks that an error which the case returns once, while
// a run goes on, is told in the end.
func TestWorkplaceTellsWhatTheCaseCouldNotTakeIn(t *testing.T) {
	t.Parallel()
	a := startAccount(t, accountOptions{regions: 1, clusters: 1, tasks: 1, latency: time.Millisecond})
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	conn := a.connect(t)
	store, err := openCase(t.Context(), &globals{cases: t.TempDir()}, catalog, conn.Caller().Account, conn.Caller().Partition)
	if err != nil {
		t.Fatal(err)
	}
	full, later := errors.New("the disk is full"), errors.New("later")
	answers := []error{nil, full, nil, later}
	w := &workplace{conn: conn, store: store, defs: defs, runner: act.New(act.Options{}), keeper: &keeper{ctx: t.Context(), record: func(context.Context, *model.Batch) error {
		err := answers[0]
		answers = answers[1:]
		return err
	}}}
	for range answers {
		w.keeper.Publish(&model.Batch{})
	}
	if err := w.Close(); !errors.Is(err, full) || errors.Is(err, later) {
		t.Errorf("it closes with %v", err)
	}
}

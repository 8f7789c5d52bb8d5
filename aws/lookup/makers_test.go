package lookup_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/all"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/trail"
)

// TestEveryThingOfTheIntrudersHasItsMaker: what he made in regions that are enabled is known for his,
// and nothing honest is.
func TestEveryThingOfTheIntrudersHasItsMaker(t *testing.T) {
	seeds := uint64(2)
	if os.Getenv("ROOTOUT_SWEEP") != "" {
		seeds = 20
	}
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) { makersOfSeed(t, seed+1) })
	}
}

func makersOfSeed(t *testing.T, seed uint64) {
	t.Helper()
	scenario, err := breach.New(breach.Options{Seed: seed, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	key, secret, token := scenario.Responder()
	conn, err := aws.Connect(t.Context(), aws.Options{
		Transport: sim.New(scenario.Cloud, sim.Options{Latency: time.Millisecond}).Transport(), Region: "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	defs := all.All(all.Options{Now: time.Now})
	catalog, err := kind.Catalog(defs)
	if err != nil {
		t.Fatal(err)
	}
	inventory := model.NewInventory()
	s := scan.Start(t.Context(), scan.Options{AWS: conn, Defs: defs, Sealer: model.NewSealer([]byte("a key for tests, 16+ bytes")), Once: true})
	defer s.Close()
	for {
		b, err := s.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		inventory.Apply(b)
	}
	makers := trail.NewMakers(catalog, conn.Caller().Partition)
	for _, region := range scenario.Cloud.EventRegions() {
		for _, recorded := range scenario.Cloud.Events(region) {
			if e, err := trail.Parse(scenario.Cloud.Record(recorded)); err == nil {
				makers.Add(e)
			} else {
				t.Fatal(err)
			}
		}
	}
	inventory.ApplyOverlay(makers.Overlay(inventory.Snapshot()))
	truth := map[string]breach.Maker{}
	for _, m := range scenario.Makers() {
		truth[m.ARN] = m
	}
	his, known := 0, 0
	for r := range inventory.Snapshot().All {
		m, seen := truth[r.Thing()]
		switch {
		case !r.Counts || !seen:
		case r.Maker.Known() && r.Maker.ARN != m.Behind:
			t.Errorf("%s: %s is made by %s, and was by %s", r.Ref.Kind, r.Thing(), r.Maker.ARN, m.Behind)
		case r.Maker.Known():
			if known++; m.Intruder {
				his++
			}
		case m.Intruder && !strings.Contains(m.Owner, ":daemon/") || m.Event != "":
			// Nothing that AWS documents ties a task to the daemon that it was started for.
			t.Errorf("%s: %s is of nobody, and was made by %s with event %q for %q", r.Ref.Kind, r.Thing(), m.Behind, m.Event, m.Owner)
		}
	}
	if his < 1000 || known < his+20 {
		t.Errorf("seed %d: %d are known, %d of them his", seed, known, his)
	}
}

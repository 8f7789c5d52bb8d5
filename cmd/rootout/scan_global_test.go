package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
)

// globalReport is a scan of one region and of a kind of the account as a whole.
func globalReport(t *testing.T, where string, state model.CellState) *report {
	t.Helper()
	now := time.Date(2026, 10, 4, 12, 0, 0, 0, time.UTC)
	const account = "123456789012"
	catalog, err := model.NewCatalog(
		model.Kind{ID: "fair:stall", Title: "STALL", Order: 1}, model.Kind{ID: "world:user", Title: "USER", Order: 2, Scope: model.Global},
	)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := query.Parse(catalog, where, query.Options{NoRaw: true})
	if err != nil {
		t.Fatal(err)
	}
	region, global := model.Place{Account: account, Region: "us-east-1"}, model.Place{Account: account}
	inv := model.NewInventory()
	inv.Apply(&model.Batch{
		At: now, Regions: []model.Region{{Name: "us-east-1", Title: "N. Virginia", Status: model.EnabledByDefault}},
		Found: []model.Found{{Pass: 1, Resource: &model.Resource{
			Ref: model.Ref{Partition: "aws", Place: global, Kind: "world:user", ID: "supdev"}, Name: "supdev", Counts: true,
		}}},
		Cells: []model.Cell{
			{Key: region.Cell("fair:stall"), State: model.CellCounted, Pass: 1, AsOf: now},
			{Key: global.Cell("world:user"), State: state, Pass: 1, AsOf: now},
		},
	})
	inv.ApplyOverlay(&model.OverlayBatch{Source: "events", Set: map[model.Ref]model.About{
		{Partition: "aws", Place: global, Kind: "world:user", ID: "supdev"}: {
			Maker: model.Maker{ARN: "arn:aws:iam::123456789012:root", Source: model.FromEvent}, MadeAt: now.Add(-time.Hour), Verdict: model.Planted,
		},
	}})
	return &report{catalog: catalog, snapshot: inv.Snapshot(), caller: model.Caller{Account: account}, where: parsed, now: now}
}

// TestScanPrintsTheAccountAsAWhole: kinds without a region have cells and columns of their own, and
// what events say of a resource is in its record.
func TestScanPrintsTheAccountAsAWhole(t *testing.T) {
	r := globalReport(t, "kind:world:user", model.CellCounted)
	var out bytes.Buffer
	if err := r.writeJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got scanned
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Cells) != 2 || got.Cells[0].Kind != "world:user" || got.Cells[0].Region != "" || got.Cells[0].Account != "123456789012" || *got.Cells[0].Count != 1 {
		t.Errorf("cells %s", out.String())
	}
	if len(got.Resources) != 1 {
		t.Fatalf("resources %v", got.Resources)
	}
	res := got.Resources[0]
	if res["madeBy"] != "arn:aws:iam::123456789012:root" || res["madeAt"] != "2026-10-04T11:00:00Z" || res["verdict"] != "planted" || res["region"] != "" {
		t.Errorf("%v", res)
	}
	out.Reset()
	if err := r.writeText(&out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, want := range []string{"1 of 1 region read", "\nGLOBAL  USER\n           1\n", "\nREGION  KIND        STATE  NAME    AGE  $/h  ARN\nGLOBAL  world:user         supdev  60m    ?  world:user::supdev\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if err := r.complete(&out, true); err != nil {
		t.Errorf("all is counted: %v", err)
	}
}

// TestTroubleWithTheRegionsIsIncomplete, unless they were named.
func TestTroubleWithTheRegionsIsIncomplete(t *testing.T) {
	for where, wants := range map[string]bool{"": true, "kind:world:user": true, "region:us-east-1": false} {
		var errs bytes.Buffer
		r := globalReport(t, where, model.CellCounted)
		inv := model.NewInventory()
		batch := &model.Batch{Regions: r.snapshot.Regions, Progress: model.Progress{Trouble: &model.Failure{Operation: "account:ListRegions", Message: "cut"}}}
		for _, key := range r.snapshot.Cells() {
			batch.Cells = append(batch.Cells, r.snapshot.Cell(key))
		}
		inv.Apply(batch)
		r.snapshot = inv.Snapshot()
		err := r.complete(&errs, false)
		var ended *exit
		if errors.As(err, &ended) && ended.code == exitIncomplete != wants || (err != nil) != wants {
			t.Errorf("%q ends with %v", where, err)
		}
		if errs.String() != "rootout: account:ListRegions: cut\n" {
			t.Errorf("%q: %s", where, errs.String())
		}
	}
}

// TestWhatIsDeniedInTheAccountAsAWholeIsNamed: the scan must not end as complete.
func TestWhatIsDeniedInTheAccountAsAWholeIsNamed(t *testing.T) {
	var errs, out bytes.Buffer
	r := globalReport(t, "", model.CellDenied)
	err := r.complete(&errs, false)
	var ended *exit
	if !errors.As(err, &ended) || ended.code != exitIncomplete || !strings.Contains(errs.String(), "not counted: world:user in GLOBAL is denied") {
		t.Errorf("%v: %s", err, errs.String())
	}
	if err := r.writeText(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "1 of 1 region read, GLOBAL denied") || !strings.Contains(out.String(), "denied") {
		t.Errorf("%s", out.String())
	}
	if err := globalReport(t, "region:us-east-1", model.CellDenied).complete(&errs, false); err != nil {
		t.Errorf("the account as a whole was not asked for: %v", err)
	}
}

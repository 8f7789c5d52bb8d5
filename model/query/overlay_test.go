package query

import (
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// known lists a cluster, whose record names no maker and no time, and says something about it.
func known(t *testing.T, about model.About) *model.Resource {
	t.Helper()
	r := cluster("mine")
	inv := model.NewInventory()
	inv.Apply(&model.Batch{At: testNow(), Found: []model.Found{{Resource: r, Pass: 1}}})
	inv.ApplyOverlay(&model.OverlayBatch{Source: "events", Set: map[model.Ref]model.About{r.Ref: about}})
	return inv.Get(r.Ref)
}

// TestQueriesSeeWhatEventsSay: who made a thing, when, and its verdict come from beside AWS's
// record.
func TestQueriesSeeWhatEventsSay(t *testing.T) {
	r := known(t, model.About{
		Maker: model.Maker{ARN: idcRootARN, Source: model.FromEvent}, MadeAt: testNow().Add(-3 * time.Hour), Verdict: model.UnknownOrigin,
	})
	for text, want := range map[string]bool{
		"by:…/root": true, "maker:…/root": true, "madeby:…/root": true, "by:ci-42": false, "!by:ci-42": true, "by:unknown": false,
		"age<4h": true, "age<2h": false, "madeat>2026-10-01": true, "age:unknown": false,
		`verdict:"unknown origin"`: true, "verdict:unknown*": true, "verdict:planted": false, "!verdict:planted": true,
		"verdict:planted,stolen,unk*": true, "verdict:unknown": false, "verdict=planted": false,
		"assumed-role": true, // A bare word looks into the column of makers.
	} {
		if got := mustParse(t, text).Match(r, testEnv()); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// TestAGuessSelectsNothing: what is selected may be marked, and a guess must not mark.
func TestAGuessSelectsNothing(t *testing.T) {
	r := known(t, model.About{Maker: model.Maker{ARN: idcRootARN, Source: model.Guessed}})
	for text, want := range map[string]bool{
		"by:…/root": false, "!by:…/root": false, "by:*": false, "by:unknown": true, "verdict:planted": false, "!verdict:planted": false, "verdict:unknown": true,
		"age<100d": false, "assumed-role": false,
	} {
		if got := mustParse(t, text).Match(r, testEnv()); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if protects, reason := mustParse(t, "by:…/jm").Protects(r, testEnv()); !protects || reason == "" {
		t.Errorf("a guessed maker that may be another one protects: %v, %q", protects, reason)
	}
}

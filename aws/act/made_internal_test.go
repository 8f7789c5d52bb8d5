package act

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/act/execute"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// TestWhatIsKnownOfAStepByTheJournal: an answer that never reached the journal is no answer that
// says no.
func TestWhatIsKnownOfAStepByTheJournal(t *testing.T) {
	own, other := model.Ref{ID: "rule"}, model.Ref{ID: "newcomer"}
	entry := func(k casefile.EntryKind, payload any) casefile.Entry {
		data, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		return casefile.Entry{Step: "s1", Kind: k, Payload: data}
	}
	intent := entry(casefile.Intent, execute.Intent{Targets: []model.Ref{own}})
	spawned := entry(casefile.Intent, execute.Intent{Targets: []model.Ref{other}})
	good := entry(casefile.Result, execute.Result{OK: true})
	silent := entry(casefile.Result, execute.Result{Failure: &model.Failure{Message: "no route"}})
	refused := entry(casefile.Result, execute.Result{Failure: &model.Failure{Code: "ResourceNotFoundException"}})
	proven := entry(casefile.Verified, execute.Intent{Targets: []model.Ref{own}})
	of := &plan.Plan{Steps: []plan.Step{{ID: "s1", Targets: []model.Ref{own}}}}
	for name, c := range map[string]struct {
		past             []casefile.Entry
		done, open, lost bool
	}{
		"answered well":                    {past: []casefile.Entry{intent, good}, done: true},
		"killed before the answer":         {past: []casefile.Entry{intent}, open: true},
		"killed, then read to be done":     {past: []casefile.Entry{intent, proven}, done: true},
		"no answer":                        {past: []casefile.Entry{intent, silent}, lost: true},
		"no answer, then gone":             {past: []casefile.Entry{intent, silent, intent, refused, proven}, done: true},
		"no answer, then killed":           {past: []casefile.Entry{intent, silent, intent}, open: true, lost: true},
		"refused":                          {past: []casefile.Entry{intent, refused}},
		"refused, then gone by itself":     {past: []casefile.Entry{intent, refused, proven}},
		"killed, and done the second time": {past: []casefile.Entry{intent, intent, good, proven}, done: true},
		"gone before it was called":        {past: []casefile.Entry{proven}},
		"an intent of an older rootout":    {past: []casefile.Entry{entry(casefile.Intent, execute.Intent{})}, open: true},
		"an intent that cannot be read":    {past: []casefile.Entry{entry(casefile.Intent, "?")}, open: true},
		"killed while ending a newcomer":   {past: []casefile.Entry{spawned}},
		"a newcomer was ended": {
			past: []casefile.Entry{spawned, entry(casefile.Result, execute.Result{OK: true, Spawned: true})},
		},
	} {
		done, open, lost := madeSteps(of, c.past)
		if done["s1"] != c.done || open["s1"] != c.open || lost["s1"] != c.lost {
			t.Errorf("%s: done %t, open %t, lost %t", name, done["s1"], open["s1"], lost["s1"])
		}
	}
}

// TestAPauseLastsUntilItIsResumed, whatever the run begins meanwhile.
func TestAPauseLastsUntilItIsResumed(t *testing.T) {
	u := newUpdates()
	next := func() *port.RunUpdate {
		news, err := u.next(context.Background(), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return news
	}
	u.state(port.RunGoing)
	u.pause(&model.Failure{Code: "ExpiredToken"})
	u.state(port.RunVerifying)
	if got := next(); got.State != port.RunPaused || got.Paused == nil {
		t.Errorf("state %d, paused by %v", got.State, got.Paused)
	}
	u.resumed()
	if got := next(); got.State != port.RunVerifying || got.Paused != nil {
		t.Errorf("state %d, paused by %v", got.State, got.Paused)
	}
	u.pause(&model.Failure{Code: "ExpiredToken"})
	u.finish(&port.Summary{})
	if got := next(); got.State != port.RunDone || got.Paused != nil || got.Summary == nil {
		t.Errorf("state %d, paused by %v", got.State, got.Paused)
	}
}

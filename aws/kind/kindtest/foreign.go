package kindtest

import (
	"context"
	"maps"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/smithy-go"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/all"
	"github.com/rootout/rootout/aws/service"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// ForeignKind is the kind of Foreign.
const ForeignKind model.KindID = "unsimulated:thing"

// Foreign is a kind that is listed by a service which is not simulated, as an engineer has it who
// begins with the kind: its listing gets what the simulator answers for such a service.
func Foreign() kind.Def {
	link := func(r *model.Resource) string { return "https://example.com/" + kind.EscapePath(r.Ref.ID) }
	return kind.Def{
		Kind: model.Kind{
			ID: ForeignKind, Aliases: []string{"unsimulated"}, Title: "UNSIMULATED", Plural: "unsimulated things", Order: 1000, Bills: true,
			Phase: model.Drain, MadeBy: []model.EventOf{{Event: "unsimulated.amazonaws.com:CreateThing", IDs: []string{"{responseElements.thing.id}"}}}, Console: link,
			CLI: func(r *model.Resource) [][]string {
				return [][]string{kind.AWSCLI(r, "unsimulated", "describe-thing", "--arn", r.Ref.ID)}
			},
		},
		List: func(context.Context, *kind.Visit) error {
			return &smithy.OperationError{
				ServiceID: "Unsimulated", OperationName: "ListThings", Err: &smithy.GenericAPIError{Code: "UnknownOperationException"},
			}
		},
		Calls: []string{"unsimulated:ListThings"},
		Rule: plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: func(*model.Resource, *model.Graph) []plan.Step {
			return []plan.Step{{Op: "unsimulated:DeleteThing", Goal: plan.Gone, Proof: "it is not listed", UndoHow: "CreateThing"}}
		}})},
		Ops: map[string]kind.Op{"unsimulated:DeleteThing": {Call: func(context.Context, *kind.Visit, plan.Step) (kind.Answer, error) {
			return kind.Answer{}, nil
		}}},
		Read: func(context.Context, *kind.Visit, []model.Ref) (map[model.Ref]kind.Reading, error) {
			return map[model.Ref]kind.Reading{}, nil
		},
		ReadBatch: 1, ReadCalls: []string{"unsimulated:DescribeThing"},
	}
}

// IsSimulated says whether an account has the services that a kind is listed by. A listing that a
// simulated service does not know is no such case, and fails.
func IsSimulated(c *cloud.Cloud, d kind.Def) bool {
	simulated := map[string]bool{}
	for _, s := range c.Services() {
		simulated[service.Of(s.Wire.Name).Prefix] = true
	}
	for _, call := range d.Calls {
		prefix, _, _ := strings.Cut(call, ":")
		if !simulated[service.Of(prefix).Prefix] {
			return false
		}
	}
	return true
}

// Simulated are those of the kinds that an account has the services for; the others are named in
// the log of the test.
func Simulated(t testing.TB, c *cloud.Cloud, defs []kind.Def) []kind.Def {
	t.Helper()
	var out []kind.Def
	for _, d := range defs {
		if IsSimulated(c, d) {
			out = append(out, d)
		} else {
			t.Logf("%s is left out: its service is not simulated", d.ID)
		}
	}
	return out
}

// Simulated are the kinds of this world that can be listed in it; the others are named in the log.
func (w *World) Simulated() map[model.KindID]kind.Def {
	w.T.Helper()
	out := maps.Clone(w.Defs)
	for id, d := range w.Defs {
		if !IsSimulated(w.Cloud, d) {
			w.T.Logf("%s is left out: its service is not simulated", id)
			delete(out, id)
		}
	}
	return out
}

// Each runs a test of every kind in a world of its own that holds everything, in virtual time. A
// kind whose service is not simulated is skipped by name.
func Each(t *testing.T, test func(t *testing.T, w *World, d kind.Def)) {
	t.Helper()
	c := cloud.New(cloud.Options{Account: Account})
	for _, d := range append(all.All(all.Options{}), Foreign()) {
		t.Run(string(d.ID), func(t *testing.T) {
			if !IsSimulated(c, d) {
				t.Skipf("the service of %s is not simulated", d.ID)
			}
			synctest.Test(t, func(t *testing.T) { test(t, New(t, Everything), d) })
		})
	}
}

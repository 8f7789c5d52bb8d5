package autoscaling_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/model"
)

const id model.KindID = "application-autoscaling:target"

// TestSilenceAboutNamesProvesNothing: what is gone is what a listing of all targets does not show.
func TestSilenceAboutNamesProvesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Plenty)
		w.Scan(id)
		gone := model.Ref{Partition: "aws", Place: model.Place{Account: kindtest.Account, Region: kindtest.Region}, Kind: id, ID: "service/mine/gone"}
		refs := []model.Ref{gone}
		for ref := range w.Found() {
			refs = append(refs, ref)
		}
		w.Refuse = func(op, request string) string {
			if op == "application-autoscaling:DescribeScalableTargets" && strings.Contains(request, "ResourceIds") {
				t.Errorf("some are asked for by name: %s", request)
			}
			return ""
		}
		w.ForgetCalls()
		readings, err := w.Defs[id].Read(t.Context(), w.Visit(), refs)
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range refs {
			want := kind.Present
			if ref == gone {
				want = kind.Absent
			}
			if readings[ref].Presence != want {
				t.Errorf("%s is %v, want %v", ref.ID, readings[ref].Presence, want)
			}
		}
		if n := w.Calls()["application-autoscaling:DescribeScalableTargets"]; n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

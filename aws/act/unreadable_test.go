package act_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model/port"
)

// unreadable is AWS's answer to a deletion that nobody can read.
func unreadable(body string) error {
	return &aws.CallError{Service: "ecs", Operation: "DeleteCluster", Region: "us-east-1", Err: &aws.UnreadableError{
		Service: "ecs", Operation: "DeleteCluster", Region: "us-east-1", Member: "cluster.status", RequestID: "req-7", Body: []byte(body),
	}}
}

// TestAnAnswerThatCannotBeReadFailsItsCallOnly: it says which member of which answer, keeps the
// answer without the secrets in it, and does not stop what else is done in the region, however many
// such answers come.
func TestAnAnswerThatCannotBeReadFailsItsCallOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ids []string
		for i := range 9 {
			ids = append(ids, fmt.Sprintf("us-east-1/%d", i))
		}
		b := newToyBox(t, ids...)
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			if id == "us-east-1/8" {
				b.set(id, kind.Absent)
				return kind.Answer{}, nil
			}
			return kind.Answer{}, unreadable(`{"cluster":{"status":1,"environment":[{"name":"TOKEN","value":"hunter2"}]}}`)
		}
		summary, steps := b.run(b.plan())
		if summary.Gone != 1 || b.called("ecs:DeleteCluster") != 9 {
			t.Errorf("after %d calls %d are gone", b.called("ecs:DeleteCluster"), summary.Gone)
		}
		failed := 0
		for _, s := range steps {
			if s.State != port.StepFailed {
				continue
			}
			failed++
			for _, want := range []string{"ecs:DeleteCluster in us-east-1", "cluster.status", "req-7"} {
				if !strings.Contains(s.Why, want) {
					t.Errorf("the step says %q, without %s", s.Why, want)
				}
			}
		}
		kept := 0
		for _, e := range b.store.evidence {
			if strings.Contains(string(e.Data), "hunter2") {
				t.Errorf("%s holds a secret: %s", e.What, e.Data)
			}
			if e.What == "unreadable answer of ecs:DeleteCluster" && strings.Contains(string(e.Data), `"status":1`) {
				kept++
			}
		}
		if failed != 8 || kept != 8 {
			t.Errorf("%d steps failed and %d answers are kept", failed, kept)
		}
	})
}

// TestWhatWasDoneWithoutAReadableAnswerIsProven: the call got through all the same.
func TestWhatWasDoneWithoutAReadableAnswerIsProven(t *testing.T) {
	for _, body := range []string{"<html>sign in to the hotel</html>", `{"environment": "hunter2`} {
		synctest.Test(t, func(t *testing.T) {
			b := newToyBox(t, "us-east-1/a")
			b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
				b.set(id, kind.Absent)
				return kind.Answer{}, unreadable(body)
			}
			summary, steps := b.run(b.plan())
			if !summary.Complete() || steps["s1"].State != port.StepVerified || b.called("ecs:DeleteCluster") != 1 {
				t.Errorf("%+v: %s", summary, steps["s1"].Why)
			}
			for _, e := range b.store.evidence {
				if strings.HasPrefix(e.What, "unreadable") != strings.Contains(string(e.Data), "sha256") || strings.Contains(string(e.Data), "hunter2") {
					t.Errorf("%s holds %s", e.What, e.Data)
				}
				if strings.HasPrefix(e.What, "unreadable") && body[0] == '<' && !strings.Contains(string(e.Data), "hotel") {
					t.Errorf("the page is not kept: %s", e.Data)
				}
			}
		})
	}
}

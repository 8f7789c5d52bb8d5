package act_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
)

// asked are the ids that a Describe names.
func asked(body string) []string {
	var in struct{ Tasks, Services, Clusters []string }
	_ = json.Unmarshal([]byte(body), &in)
	return append(append(in.Tasks, in.Services...), in.Clusters...)
}

// TestAnAnswerThatIsNotWholeProvesNothing runs a removal where one region leaves out of its answers
// what it is asked about, or tells of another account's things that are gone: none of its targets
// is called gone by that, neither by a step nor in the final listing, and with whole answers the
// same plan ends.
func TestAnAnswerThatIsNotWholeProvesNothing(t *testing.T) {
	const region = "eu-west-1"
	for _, c := range []struct {
		operation, list, arn string
		kind                 model.KindID
	}{
		{"DescribeTasks", "tasks", "taskArn", "ecs:task"},
		{"DescribeServices", "services", "serviceArn", "ecs:service"},
		{"DescribeClusters", "clusters", "clusterArn", "ecs:cluster"},
	} {
		for name, record := range map[string]string{
			"nothing": "", "another account's that is gone": `{"` + c.arn + `":"THE-OTHER","status":"INACTIVE","lastStatus":"STOPPED"}`,
		} {
			t.Run(c.operation+" tells "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w, p, honest := planted(t, sim.Options{})
					r := w.ready()
					w.wire.answer = func(at, op, body string) string {
						if at != region || op != c.operation {
							return ""
						}
						var records []string
						for _, id := range asked(body) {
							if record != "" {
								records = append(records, strings.ReplaceAll(record, "THE-OTHER", strings.Replace(id, account, "999999999999", 1)))
							}
						}
						return `{"` + c.list + `":[` + strings.Join(records, ",") + `],"failures":[]}`
					}
					summary, steps := finish(t, w.start(r, p))
					for _, target := range p.Targets {
						why, left := summary.Left[target.Ref]
						switch {
						case target.Ref.Region != region && left:
							t.Errorf("%s is left: %s", target.Ref, why)
						case target.Ref.Region == region && target.Ref.Kind == c.kind && !left:
							t.Errorf("%s is called gone", target.Ref)
						case target.Ref.Region == region && target.Ref.Kind == c.kind &&
							!strings.Contains(why, "it tells of 0 of the ") && !strings.Contains(why, "has to succeed first"):
							t.Errorf("%s is left since %q", target.Ref, why)
						}
					}
					for _, s := range p.Steps {
						if s.Region == region && s.Kind == c.kind && steps[s.ID].State == port.StepVerified {
							t.Errorf("%s of %s is verified", s.Op, s.Targets[0])
						}
					}
					if summary.Complete() || len(summary.Uncounted) == 0 {
						t.Errorf("the run calls itself complete: %+v", summary)
					}
					w.wire.answer = nil
					again, _ := finish(t, w.again(p))
					w.checkEnd(p, again, honest)
				})
			})
		}
	}
}

// TestANamedStrangerIsNotStopped: what a cluster is said to hold right before it is deleted may be
// stopped with it, so that a task of another account must not pass for one of its own.
func TestANamedStrangerIsNotStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		r := w.ready()
		const stranger = "arn:aws:ecs:eu-west-1:999999999999:task/qx01/0123456789abcdef0123456789abcdef"
		w.wire.answer = func(region, op, body string) string {
			switch {
			case region != "eu-west-1" || !strings.Contains(body, "cluster/qx01"):
			case op == "ListTasks":
				return `{"taskArns":["` + stranger + `"]}`
			case op == "DescribeTasks" && strings.Contains(body, stranger):
				return `{"tasks":[{"taskArn":"` + stranger + `","clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/qx01",` +
					`"group":"service:qx01-service","lastStatus":"RUNNING"}],"failures":[]}`
			}
			return ""
		}
		_, steps := finish(t, w.start(r, p))
		for _, call := range w.wire.writes {
			if strings.Contains(call, stranger) {
				t.Errorf("%s", call)
			}
		}
		for _, s := range p.Steps {
			if s.Op != "ecs:DeleteCluster" || kind.Tail(s.Targets[0].ID) != "qx01" || s.Region != "eu-west-1" {
				continue
			}
			if st := steps[s.ID]; st.State == port.StepVerified || !strings.Contains(st.Why, "which is not of 123456789012 in eu-west-1") {
				t.Errorf("the cluster that is said to hold it is %s: %s", st.State, st.Why)
			}
		}
	})
}

// TestWhatTheLastListingCannotDescribeSaysWhy: a target that was read as gone and is listed again,
// without a state, is left for what is wrong with the answer.
func TestWhatTheLastListingCannotDescribeSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		p := b.plan()
		b.call = func(context.Context, string, string) (kind.Answer, error) { return kind.Answer{}, nil }
		b.read = func(string) (kind.Reading, error) {
			b.undescribed = aws.Lacking("toy:DescribeBoxes", "us-east-1", "it tells of 0 of the 1 that were asked for")
			return kind.Reading{Presence: kind.Absent}, nil
		}
		summary, _ := b.run(p)
		if why := summary.Left[boxRef("us-east-1/a")]; summary.Complete() || !strings.Contains(why, "toy:DescribeBoxes") || !strings.Contains(why, "it tells of 0 of the 1") {
			t.Errorf("it is left since %q", why)
		}
	})
}

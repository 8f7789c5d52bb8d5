package ecs_test

import (
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// failing is a reference to something in the tests' region.
func failing(id model.KindID, arn string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: kindtest.Account, Region: kindtest.Region}, Kind: id, ID: arn}
}

// TestAWSsOwnFailedEndsTheWait: what AWS says it could not delete is not waited for, and its reason
// is told.
func TestAWSsOwnFailedEndsTheWait(t *testing.T) {
	const (
		clusterARN  = "arn:aws:ecs:us-east-1:123456789012:cluster/c"
		providerARN = "arn:aws:ecs:us-east-1:123456789012:capacity-provider/p"
	)
	for name, x := range map[string]struct {
		kind        model.KindID
		arn, answer string
		state       kind.ProofState
		why         string
	}{
		"a provider": {
			"ecs:capacity-provider", providerARN,
			`{"capacityProviders":[{"capacityProviderArn":"` + providerARN + `","name":"p","status":"ACTIVE","updateStatus":"DELETE_FAILED","updateStatusReason":"the group is protected"}]}`,
			kind.Lost, "AWS has given up removing it: DELETE_FAILED, the group is protected",
		},
		"a provider on its way": {
			"ecs:capacity-provider", providerARN,
			`{"capacityProviders":[{"capacityProviderArn":"` + providerARN + `","name":"p","status":"ACTIVE","updateStatus":"DELETE_IN_PROGRESS"}]}`,
			kind.Pending, "ACTIVE DELETE_IN_PROGRESS",
		},
		"a cluster": {
			"ecs:cluster", clusterARN,
			`{"clusters":[{"clusterArn":"` + clusterARN + `","clusterName":"c","status":"FAILED","attachments":[{"details":[{"name":"statusReason","value":"no role"}]}]}]}`,
			kind.Lost, "AWS has given up removing it: FAILED, no role",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := kindtest.New(t, kindtest.Everything)
				w.Reply = func(string) string { return x.answer }
				ref := failing(x.kind, x.arn)
				readings, err := w.Defs[x.kind].Read(t.Context(), w.Visit(), []model.Ref{ref})
				if err != nil {
					t.Fatal(err)
				}
				if p := kind.Judge(plan.Gone, readings[ref]); p.State != x.state || p.Why != x.why {
					t.Errorf("%v: %s", p.State, p.Why)
				}
			})
		})
	}
}

// TestProvidersAreOffWhenAWSHasFinished: PutClusterCapacityProviders goes on after its answer.
func TestProvidersAreOffWhenAWSHasFinished(t *testing.T) {
	const clusterARN = "arn:aws:ecs:us-east-1:123456789012:cluster/c"
	for cluster, want := range map[string]kind.Proof{
		`"capacityProviders":["p"],"attachmentsStatus":"UPDATE_IN_PROGRESS"`: {Why: "the cluster's capacity providers are changing"},
		`"capacityProviders":[],"attachmentsStatus":"UPDATE_IN_PROGRESS"`:    {Why: "the cluster's capacity providers are changing"},
		`"capacityProviders":["p"],"attachmentsStatus":"UPDATE_COMPLETE"`:    {Why: "the cluster still names p"},
		`"capacityProviders":["p"],"attachmentsStatus":"UPDATE_FAILED"`: {
			State: kind.Lost, Why: "AWS has given up taking the providers off the cluster: UPDATE_FAILED",
		},
		`"capacityProviders":[],"attachmentsStatus":"UPDATE_COMPLETE"`: {State: kind.Reached},
		`"capacityProviders":[]`: {State: kind.Reached},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := kindtest.New(t, kindtest.Everything)
			w.Reply = func(string) string {
				return `{"clusters":[{"clusterArn":"` + clusterARN + `","status":"ACTIVE",` + cluster + `}]}`
			}
			step := plan.Step{
				Op: "ecs:PutClusterCapacityProviders", Params: map[string]string{"cluster": clusterARN},
				Targets: []model.Ref{failing("ecs:capacity-provider", "p")},
			}
			got, err := w.Defs["ecs:capacity-provider"].Ops[step.Op].Prove(t.Context(), w.Visit(), step, "")
			if err != nil || got.State != want.State || got.Why != want.Why {
				t.Errorf("%s: %v %q, %v", cluster, got.State, got.Why, err)
			}
		})
	}
}

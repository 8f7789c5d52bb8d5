package all_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/model"
)

func TestEveryKindIsListedWithWhatItDeclared(t *testing.T) {
	kindtest.Each(t, func(t *testing.T, w *kindtest.World, d kind.Def) {
		w.Scan(d.ID)
		for call := range w.Calls() {
			if !slices.Contains(d.Calls, call) {
				t.Errorf("listing %s called %s, which it did not declare", d.ID, call)
			}
		}
		if len(w.Of(d.ID)) == 0 {
			t.Errorf("listing %s found nothing", d.ID)
		}
	})
}

// TestForeignKindsAreToldApart: of a kind whose service is not simulated nothing is asked, and of
// all others everything is.
func TestForeignKindsAreToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		simulated := w.Simulated()
		if _, there := simulated[kindtest.ForeignKind]; there || len(simulated) < 10 {
			t.Errorf("of %d kinds %d are simulated, the foreign one %v", len(w.Defs), len(simulated), there)
		}
		if err := w.TryScan(kindtest.ForeignKind)[kindtest.ForeignKind]; aws.Classify(err) != aws.Unsupported {
			t.Errorf("listing a foreign kind says %v", err)
		}
		half := w.Defs["ecs:cluster"]
		half.Calls = append(slices.Clone(half.Calls), "ecs:ListNothing")
		if !kindtest.IsSimulated(w.Cloud, half) {
			t.Error("an operation that a simulated service does not know makes the kind foreign")
		}
	})
}

// TestWhatCostsSaysSo: a kind whose resources bill must say that it does, or an unknown price would
// be taken for none.
func TestWhatCostsSaysSo(t *testing.T) {
	billed := 0
	kindtest.Each(t, func(t *testing.T, w *kindtest.World, d kind.Def) {
		w.Scan(d.ID)
		for _, r := range w.Of(d.ID) {
			if r.Rate.Billed && !d.Bills {
				t.Fatalf("%s bills, and its kind does not say so", r.Thing())
			}
			if r.Rate.Billed {
				billed++
			}
		}
	})
	if billed == 0 {
		t.Error("nothing bills in the account of the test")
	}
}

func TestWhatIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		want := map[model.KindID]int{
			"ecs:cluster": 1, "ecs:service": 5, "ecs:daemon": 1, "ecs:container-instance": 2, "ecs:capacity-provider": 2,
			"events:rule": 2, "scheduler:schedule": 2,
		}
		for id, n := range want {
			if got := len(w.Of(id)); got != n {
				t.Errorf("%s: found %d, want %d", id, got, n)
			}
		}
		replica := w.Of("ecs:service")["replica"]
		for field, want := range map[string]string{
			"cluster": "mine", "desired": "3", "running": "3", "launch": "FARGATE", "scheduling": "replica", "controller": "ecs", "express": "no",
			"definition": "xmr:1",
		} {
			if got := w.Field(replica, field); got != want {
				t.Errorf("service replica, %s: %q, want %q", field, got, want)
			}
		}
		if got := w.Field(replica, "createdrole"); !strings.HasSuffix(got, "/AWSReservedSSO_AdministratorAccess_0123456789abcdef") {
			t.Errorf("the role that made the service: %q", got)
		}
		if replica.Maker.Source != model.MakerUnknown {
			t.Errorf("the role in createdBy was taken for the maker: %+v", replica.Maker)
		}
		if got := w.Field(w.Of("ecs:service")["express"], "express"); got != "yes" {
			t.Errorf("the Express service is not told from others: %s", got)
		}
		definition := w.Of("ecs:task-definition")["xmr:1"]
		if definition.Maker != (model.Maker{ARN: kindtest.Thief, Source: model.FromRegistered}) {
			t.Errorf("definition's maker is %+v", definition.Maker)
		}
		if w.Of("ecs:task-definition")["old:1"] == nil || w.Of("ecs:task-definition")["going:1"] != nil {
			t.Error("INACTIVE definitions count, DELETE_IN_PROGRESS ones do not")
		}
		rule := w.Of("events:rule")["nightly"]
		cluster := w.Of("ecs:cluster")["mine"]
		if !slices.Equal(rule.Owners, []model.Ref{cluster.Ref}) || !slices.Equal(rule.Uses, []model.Ref{definition.Ref}) {
			t.Errorf("rule owners %v uses %v", rule.Owners, rule.Uses)
		}
		if scaling := w.Of("application-autoscaling:target")["mine/replica"]; !slices.Equal(scaling.Owners, []model.Ref{replica.Ref}) {
			t.Errorf("scaling target's owners are %v", scaling.Owners)
		}
		provider := w.Of("ecs:capacity-provider")["fleet"]
		if len(provider.Owners) != 0 || len(provider.Leftovers) != 1 || provider.Leftovers[0].ID != "fleet-asg" || !slices.Contains(cluster.Uses, provider.Ref) {
			t.Errorf("provider fleet: owners %v, behind %v, cluster uses %v", provider.Owners, provider.Leftovers, cluster.Uses)
		}
		if managed := w.Of("ecs:capacity-provider")["managed"]; !slices.Equal(managed.Owners, []model.Ref{cluster.Ref}) {
			t.Errorf("a Managed Instances provider belongs to its cluster, not %v", managed.Owners)
		}
		machine := w.Of("ecs:container-instance")["i-0123456789abcdef0"]
		if len(machine.Leftovers) != 1 || machine.Leftovers[0].Type != "AWS::EC2::Instance" || !strings.Contains(machine.Leftovers[0].Console, "i-0123456789abcdef0") {
			t.Errorf("behind the container instance is %v", machine.Leftovers)
		}
	})
}

func TestNoSecretIsHandedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		sealed := 0
		for ref, raw := range w.Raw() {
			if strings.Contains(string(raw), kindtest.SecretValue) {
				t.Errorf("%s: the raw record holds an environment value", ref)
			}
			sealed += strings.Count(string(raw), `"sealed:20:`)
		}
		if sealed != 2 {
			t.Errorf("%d values were sealed, want the definition's and the override's", sealed)
		}
		for ref, r := range w.Found() {
			if strings.Contains(fmt.Sprintf("%+v", *r), kindtest.SecretValue) {
				t.Errorf("%s: the resource holds an environment value", ref)
			}
		}
	})
}

func TestOneDeniedRegionIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		faults, err := sim.ParseFaults("deny=" + kindtest.Region + ":ecs")
		if err != nil {
			t.Fatal(err)
		}
		w.Server.SetFaults(faults)
		errs := w.TryScan()
		for id := range w.Simulated() {
			err := errs[id]
			if ecsKind := id.Service() == "ecs"; ecsKind != (aws.Classify(err) == aws.Denied) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

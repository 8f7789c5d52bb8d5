package all_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/model"
)

// TestAnAnswerIsOfWhatWasAskedFor: a single thing that an answer leaves out, or has another one's
// record in the place of, makes its listing unreadable.
func TestAnAnswerIsOfWhatWasAskedFor(t *testing.T) {
	const (
		bus     = `{"EventBuses":[{"Name":"default"}]}`
		cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/mine"
		rule    = `"Arn":"arn:aws:events:us-east-1:123456789012:rule/r","State":"ENABLED"`
		target  = `"Target":{"Arn":"` + cluster + `"}`
		summary = `"Arn":"arn:aws:scheduler:us-east-1:123456789012:schedule/default/s","GroupName":"default","State":"ENABLED"`
	)
	schedules := `{"Schedules":[{` + summary + `,"Name":"s",` + target + `}]}`
	for name, c := range map[string]struct {
		kind    model.KindID
		replies map[string]string
	}{
		"another daemon":                  {"ecs:daemon", map[string]string{"ecs:DescribeDaemon": `{"daemon":{"daemonArn":"arn:aws:ecs:us-east-1:123456789012:daemon/mine/other"}}`}},
		"another revision":                {"ecs:task-definition", map[string]string{"ecs:DescribeTaskDefinition": `{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:us-east-1:123456789012:task-definition/other:1"}}`}},
		"a service of another cluster":    {"ecs:service", map[string]string{"ecs:ListServices": `{"serviceArns":["arn:aws:ecs:us-east-1:123456789012:service/other/web"]}`}},
		"an ARN without a name":           {"ecs:cluster", map[string]string{"ecs:ListClusters": `{"clusterArns":["arn:aws:ecs:us-east-1:123456789012:cluster/"]}`}},
		"no newest revision":              {"events:rule", map[string]string{"ecs:DescribeTaskDefinition": `{"tags":[]}`}},
		"another family's revision":       {"events:rule", map[string]string{"ecs:DescribeTaskDefinition": `{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:us-east-1:123456789012:task-definition/other:1"}}`}},
		"a rule of another name":          {"events:rule", map[string]string{"events:ListEventBuses": bus, "events:ListRules": `{"Rules":[{` + rule + `,"Name":"other"}]}`}},
		"a rule of another bus":           {"events:rule", map[string]string{"events:ListEventBuses": bus, "events:ListRules": `{"Rules":[{` + rule + `,"Name":"r","EventBusName":"other"}]}`}},
		"a schedule of another name":      {"scheduler:schedule", map[string]string{"scheduler:ListSchedules": `{"Schedules":[{` + summary + `,"Name":"other",` + target + `}]}`}},
		"a schedule that starts what":     {"scheduler:schedule", map[string]string{"scheduler:ListSchedules": `{"Schedules":[{` + summary + `,"Name":"s"}]}`}},
		"a schedule without its target":   {"scheduler:schedule", map[string]string{"scheduler:ListSchedules": schedules, "scheduler:GetSchedule": `{` + summary + `,"Name":"s"}`}},
		"another schedule in its place":   {"scheduler:schedule", map[string]string{"scheduler:ListSchedules": schedules, "scheduler:GetSchedule": strings.ReplaceAll(`{`+summary+`,"Name":"s",`+target+`}`, "default/s", "default/t")}},
		"a scaling target of no service":  {"application-autoscaling:target", map[string]string{"application-autoscaling:DescribeScalableTargets": `{"ScalableTargets":[{"ServiceNamespace":"ecs","ResourceId":"table/t","ScalableDimension":"ecs:service:DesiredCount"}]}`}},
		"a scaling target of no name":     {"application-autoscaling:target", map[string]string{"application-autoscaling:DescribeScalableTargets": `{"ScalableTargets":[{"ServiceNamespace":"ecs","ResourceId":"service/c/","ScalableDimension":"ecs:service:DesiredCount"}]}`}},
		"a provider that is none of ours": {"ecs:capacity-provider", map[string]string{"ecs:DescribeCapacityProviders": `{"capacityProviders":[{"capacityProviderArn":"` + cluster + `","name":"p","status":"ACTIVE"}],"failures":[]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := kindtest.New(t, kindtest.Everything)
				w.Reply = func(op string) string { return c.replies[op] }
				if err := w.TryScan(c.kind)[c.kind]; aws.Classify(err) != aws.Unreadable {
					t.Errorf("the listing says %v", err)
				}
			})
		})
	}
}

// TestWhatIsSaidOfOthersProtectsNothing: protection is believed of the tasks that were asked about.
func TestWhatIsSaidOfOthersProtectsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan("ecs:task")
		said := ""
		for ref := range w.Found() {
			said += `,{"taskArn":"` + strings.Replace(ref.ID, kindtest.Account, "999999999999", 1) + `","protectionEnabled":true}`
		}
		w.Forget()
		w.Reply = func(op string) string {
			if op == "ecs:GetTaskProtection" {
				return `{"protectedTasks":[` + said[1:] + `],"failures":[]}`
			}
			return ""
		}
		w.Scan("ecs:task")
		for _, r := range w.Of("ecs:task") {
			if got := w.Field(r, "protected"); got == "yes" {
				t.Errorf("%s is protected by what is said of another account's", r.Name)
			}
		}
	})
}

// TestTasksOfAnUndescribedClusterCount: nobody knows that it is gone.
func TestTasksOfAnUndescribedClusterCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan("ecs:task")
		counted := w.Count("ecs:task")
		w.Forget()
		w.Reply = func(op string) string {
			if op == "ecs:DescribeClusters" {
				return `{"clusters":[],"failures":[]}`
			}
			return ""
		}
		w.TryScan("ecs:task")
		if got := w.Count("ecs:task"); got != counted || counted == 0 {
			t.Errorf("%d tasks, want %d", got, counted)
		}
	})
}

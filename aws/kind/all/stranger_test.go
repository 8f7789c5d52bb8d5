package all_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/model"
)

// TestWhatIsNotOfThisPlaceIsNothingToRemove: an endpoint that names another account's things, another
// region's, or no things at all is not believed, and its listing is no complete one.
func TestWhatIsNotOfThisPlaceIsNothingToRemove(t *testing.T) {
	arns := map[string]string{
		"another account":   "arn:aws:SERVICE:" + kindtest.Region + ":999999999999:RESOURCE",
		"another region":    "arn:aws:SERVICE:mx-central-1:123456789012:RESOURCE",
		"another service":   "arn:aws:elsewhere:" + kindtest.Region + ":123456789012:RESOURCE",
		"another partition": "arn:aws-cn:SERVICE:" + kindtest.Region + ":123456789012:RESOURCE",
		"no ARN":            "RESOURCE\\u001b[2J",
	}
	for id, c := range map[model.KindID]struct {
		service, resource string
		replies           map[string]string
	}{
		"ecs:cluster": {"ecs", "cluster/evil", map[string]string{
			"ecs:ListClusters": `{"clusterArns":["THE-ONE"]}`, "ecs:DescribeClusters": `{"clusters":[{"clusterArn":"THE-ONE","clusterName":"evil","status":"ACTIVE"}],"failures":[]}`,
		}},
		"ecs:service":            {"ecs", "service/mine/evil", map[string]string{"ecs:ListServices": `{"serviceArns":["THE-ONE"]}`, "ecs:ListTasks": `{"taskArns":[]}`}},
		"ecs:task":               {"ecs", "task/mine/evil", map[string]string{"ecs:ListTasks": `{"taskArns":["THE-ONE"]}`}},
		"ecs:container-instance": {"ecs", "container-instance/mine/evil", map[string]string{"ecs:ListContainerInstances": `{"containerInstanceArns":["THE-ONE"]}`}},
		"ecs:daemon":             {"ecs", "daemon/mine/evil", map[string]string{"ecs:ListDaemons": `{"daemonSummariesList":[{"daemonArn":"THE-ONE","status":"ACTIVE"}]}`}},
		"ecs:capacity-provider": {"ecs", "capacity-provider/evil", map[string]string{
			"ecs:DescribeCapacityProviders": `{"capacityProviders":[{"capacityProviderArn":"THE-ONE","name":"evil","status":"ACTIVE"}],"failures":[]}`,
		}},
		"scheduler:schedule": {"scheduler", "schedule/default/evil", map[string]string{
			"scheduler:ListSchedules": `{"Schedules":[{"Arn":"THE-ONE","GroupName":"default","Name":"evil","State":"ENABLED","Target":{"Arn":"arn:aws:ecs:` + kindtest.Region + `:123456789012:cluster/mine"}}]}`,
		}},
		"ecs:task-definition": {"ecs", "task-definition/evil:1", map[string]string{
			"ecs:ListTaskDefinitions": `{"taskDefinitionArns":["THE-ONE"]}`, "ecs:DescribeTaskDefinition": `{"taskDefinition":{"taskDefinitionArn":"THE-ONE","status":"ACTIVE"}}`,
		}},
		"events:rule": {"events", "rule/evil", map[string]string{
			"events:ListRules":         `{"Rules":[{"Arn":"THE-ONE","Name":"evil","State":"ENABLED"}]}`,
			"events:ListTargetsByRule": `{"Targets":[{"Id":"1","Arn":"arn:aws:ecs:` + kindtest.Region + `:123456789012:cluster/mine","EcsParameters":{"TaskDefinitionArn":"evil"}}]}`,
		}},
		"application-autoscaling:target": {"application-autoscaling", "scalable-target/1", map[string]string{
			"application-autoscaling:DescribeScalableTargets": `{"ScalableTargets":[{"ServiceNamespace":"ecs","ResourceId":"service/mine/web","ScalableDimension":"ecs:service:DesiredCount","ScalableTargetARN":"THE-ONE","MinCapacity":1,"MaxCapacity":2,"RoleARN":"r","CreationTime":1}]}`,
		}},
	} {
		for name, arn := range arns {
			t.Run(string(id)+" of "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := kindtest.New(t, kindtest.Everything)
					arn := strings.NewReplacer("SERVICE", c.service, "RESOURCE", c.resource).Replace(arn)
					w.Reply = func(op string) string { return strings.ReplaceAll(c.replies[op], "THE-ONE", arn) }
					w.Refuse = func(op, request string) string {
						if strings.Contains(request, arn) {
							t.Errorf("%s is asked about it", op)
						}
						return ""
					}
					err := w.TryScan(id)[id]
					if aws.Classify(err) != aws.Unreadable || !strings.Contains(aws.Describe(err).Model().Error(), "which is not of 123456789012 in "+kindtest.Region) {
						t.Errorf("the listing says %v", err)
					}
					if err != nil && strings.ContainsRune(err.Error(), '\x1b') {
						t.Errorf("%q moves the terminal", err)
					}
					for ref := range w.Found() {
						if ref.Kind == id {
							t.Errorf("%s is taken for a thing of this place", ref)
						}
					}
				})
			})
		}
	}
}

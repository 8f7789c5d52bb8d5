package aws_test

import (
	"testing"

	"github.com/rootout/rootout/aws"
)

// TestRatesAreAWSs compares with rows of "Request throttling for the Amazon ECS API", of the CloudTrail and Account Management references.
func TestRatesAreAWSs(t *testing.T) {
	for _, test := range []struct {
		service, operation string
		burst              int
		perSecond          float64
		bucket             string
	}{
		{"ecs", "ListClusters", 50, 20, "ecs:cluster-read"},
		{"ECS", "DeleteCluster", 20, 1, "ecs:cluster-modify"},
		{"ecs", "StopTask", 100, 40, "ecs:cluster-resource-modify"},
		{"ecs", "DescribeTasks", 100, 20, "ecs:cluster-resource-read"},
		{"ecs", "DeleteService", 50, 5, "ecs:service-modify"},
		{"ecs", "DeregisterTaskDefinition", 20, 1, "ecs:task-definition-modify"},
		{"ecs", "DeleteTaskDefinitions", 5, 1, "ecs:task-definition-delete"},
		{"ecs", "DeleteCapacityProvider", 10, 1, "ecs:capacity-provider-modify"},
		{"ecs", "UpdateTaskProtection", 200, 80, "ecs:task-protection"},
		{"CloudTrail", "LookupEvents", 2, 2, "cloudtrail:lookup-events"},
		{"Account", "ListRegions", 5, 5, "account:ListRegions"},
		{"account", "EnableRegion", 1, 1, "account:EnableRegion"},
		{"EventBridge", "ListRules", 50, 50, "events:all"},
		{"CloudWatch Logs", "GetLogEvents", 25, 25, "logs:GetLogEvents"},
		{"CloudWatch Logs", "DescribeLogStreams", 5, 5, "logs:DescribeLogStreams"},
	} {
		limit := aws.LimitOf(test.service, test.operation)
		burst, perSecond, bucket := limit.Burst, limit.PerSecond, limit.Bucket
		if burst != test.burst || perSecond != test.perSecond || bucket != test.bucket {
			t.Errorf("%s:%s: %d and %v/s in %s, want %d and %v/s in %s",
				test.service, test.operation, burst, perSecond, bucket, test.burst, test.perSecond, test.bucket)
		}
	}
}

func TestEveryOperationHasABudget(t *testing.T) {
	c := guarded(t, static())
	families := map[string]string{}
	for _, op := range operations(c.Clients("eu-west-3")) {
		l := aws.LimitOf(op.service, op.name)
		if l.Burst < 1 || l.PerSecond <= 0 {
			t.Errorf("%s %s would wait for ever: %+v", op.service, op.name, l)
		}
		families[op.service+":"+op.name] = l.Bucket
	}
	// What the ECS table leaves out must not use up what it grants to others.
	for _, pair := range [][2]string{
		{"ecs:ListDaemons", "ecs:ListClusters"},
		{"ecs:DeleteDaemon", "ecs:DeleteCluster"},
		{"ecs:ListDaemons", "ecs:ListGateways"},
		{"ecs:DeleteTaskSet", "ecs:DeleteService"},
		{"ecs:DeleteExpressGatewayService", "ecs:DeleteGateway"},
	} {
		if families[pair[0]] == "" || families[pair[0]] == families[pair[1]] {
			t.Errorf("%s and %s share %q", pair[0], pair[1], families[pair[0]])
		}
	}
}

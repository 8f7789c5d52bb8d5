package aws_test

import (
	"testing"

	"github.com/rootout/rootout/aws/service"
)

func TestEveryOperationHasABudget(t *testing.T) {
	c := guarded(t, static())
	families := map[string]string{}
	for _, op := range operations(c.Clients("eu-west-3")) {
		l := service.Of(op.service).Limit(op.name)
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

package breach

import "time"

// targetMade records RegisterScalableTarget; Application Auto Scaling signs as
// application-autoscaling and records as autoscaling.
func (b *builder) targetMade(p post, who actor, at time.Time) {
	b.did(who, at, p.region, "autoscaling.amazonaws.com", "RegisterScalableTarget", map[string]any{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "resourceId": "service/" + p.cluster + "/" + p.service,
		"minCapacity": p.desired, "maxCapacity": 25,
	}, nil)
}

func (b *builder) ruleMade(p post, who actor, at time.Time, name, expression string) {
	const source = "events.amazonaws.com"
	b.did(who, at, p.region, source, "PutRule", map[string]any{"name": name, "scheduleExpression": expression, "state": "ENABLED"},
		map[string]any{"ruleArn": b.c.ARN("events", p.region, "rule/"+name)})
	b.did(who, at.Add(2*time.Second), p.region, source, "PutTargets", map[string]any{
		"rule": name, "targets": []map[string]any{{"id": "ecs", "arn": p.clusterARN(b.c)}},
	}, map[string]any{"failedEntryCount": 0, "failedEntries": []any{}})
}

func (b *builder) scheduleMade(p post, who actor, at time.Time, name string) {
	b.did(who, at, p.region, "scheduler.amazonaws.com", "CreateSchedule", map[string]any{
		"name": name, "target": map[string]any{"arn": p.clusterARN(b.c)},
	}, map[string]any{"scheduleArn": b.c.ARN("scheduler", p.region, "schedule/default/"+name)})
}

func (b *builder) expressMade(p post, who actor, at time.Time, arn string) {
	b.did(who, at, p.region, ecsSource, "CreateExpressGatewayService", map[string]any{
		"cluster": p.cluster, "serviceName": p.service, "cpu": itoa(expressCPU), "memory": itoa(expressMiB),
		"primaryContainer": map[string]any{"image": b.style.images[0]},
	}, map[string]any{"service": map[string]any{"serviceArn": arn, "serviceName": p.service, "cluster": p.cluster}})
}

func (b *builder) daemonMade(region string, who actor, at time.Time, cluster, provider, arn string) {
	b.did(who, at.Add(20*time.Second), region, ecsSource, "CreateCapacityProvider", map[string]any{"name": provider, "cluster": cluster},
		map[string]any{"capacityProvider": map[string]any{
			"capacityProviderArn": b.c.ARN("ecs", region, "capacity-provider/"+cluster+"/"+provider), "name": provider,
		}})
	b.did(who, at.Add(2*time.Minute), region, ecsSource, "CreateDaemon", map[string]any{"clusterArn": b.c.ARN("ecs", region, "cluster/"+cluster)},
		map[string]any{"daemonArn": arn, "status": "ACTIVE"})
}

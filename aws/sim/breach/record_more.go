package breach

import (
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
)

// targetMade records RegisterScalableTarget; Application Auto Scaling signs as
// application-autoscaling and records as autoscaling.
func (b *builder) targetMade(p post, who actor, at time.Time, arn string) {
	b.did(who, at, p.region, "autoscaling.amazonaws.com", "RegisterScalableTarget", map[string]any{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "resourceId": "service/" + p.cluster + "/" + p.service,
		"minCapacity": p.desired, "maxCapacity": 25,
	}, map[string]any{"scalableTargetARN": arn}, arn)
}

func (b *builder) ruleMade(p post, who actor, at time.Time, name, expression string) {
	const source = "events.amazonaws.com"
	arn := b.c.ARN("events", p.region, "rule/"+name)
	b.did(who, at, p.region, source, "PutRule", map[string]any{"name": name, "scheduleExpression": expression, "state": "ENABLED"},
		map[string]any{"ruleArn": arn}, arn)
	b.did(who, at.Add(2*time.Second), p.region, source, "PutTargets", map[string]any{
		"rule": name, "targets": []map[string]any{{"id": "ecs", "arn": p.clusterARN(b.c)}},
	}, map[string]any{"failedEntryCount": 0, "failedEntries": []any{}})
}

func (b *builder) scheduleMade(p post, who actor, at time.Time, name string) {
	arn := b.c.ARN("scheduler", p.region, "schedule/default/"+name)
	b.did(who, at, p.region, "scheduler.amazonaws.com", "CreateSchedule", map[string]any{
		"name": name, "target": map[string]any{"arn": p.clusterARN(b.c)},
	}, map[string]any{"scheduleArn": arn}, arn)
}

// expressMade records an Express Gateway service, and the task definition that ECS registers for it
// with the caller's own session.
func (b *builder) expressMade(region, cluster string, who actor, at time.Time, s ecs.ExpressSeed, made ecs.Seeded) {
	from, _ := b.c.TaskOrigin(region, made.Tasks[0])
	definition, arn := from.Definition, made.ARN
	b.did(who, at, region, ecsSource, "CreateExpressGatewayService", map[string]any{
		"cluster": cluster, "serviceName": s.Name, "cpu": itoa(max(s.CPU, 256)), "memory": itoa(max(s.MemoryMiB, 512)),
		"primaryContainer": map[string]any{"image": s.Image},
	}, map[string]any{"service": map[string]any{
		"serviceArn": arn, "serviceName": s.Name, "cluster": cluster,
		"activeConfigurations": []map[string]any{{"taskDefinitionArn": definition}},
	}}, arn)
	family, _, _ := strings.Cut(cloud.ShortName(definition), ":")
	via := who
	via.ip, via.agent, via.via = ecsSource, ecsSource, ecsSource
	b.registered(region, via, at.Add(time.Second), definition, family, s.Image, max(s.CPU, 256), max(s.MemoryMiB, 512))
}

// daemonMade records a managed daemon with its capacity provider and definition, and the machines
// that joined in between.
func (b *builder) daemonMade(region string, who actor, at time.Time, cluster, provider, arn string, machines []string) {
	providerARN := b.c.ARN("ecs", region, "capacity-provider/"+cluster+"/"+provider)
	b.did(who, at.Add(20*time.Second), region, ecsSource, "CreateCapacityProvider", map[string]any{"name": provider, "cluster": cluster},
		map[string]any{"capacityProvider": map[string]any{"capacityProviderArn": providerARN, "name": provider}}, providerARN)
	definition := b.c.ARN("ecs", region, "daemon-task-definition/"+cloud.ShortName(arn)+":1")
	b.did(who, at.Add(100*time.Second), region, ecsSource, "RegisterDaemonTaskDefinition", map[string]any{"family": cloud.ShortName(arn)},
		map[string]any{"daemonTaskDefinitionArn": definition}, b.plant(definition))
	b.did(who, at.Add(2*time.Minute), region, ecsSource, "CreateDaemon", map[string]any{
		"clusterArn": b.c.ARN("ecs", region, "cluster/"+cluster), "daemonName": cloud.ShortName(arn), "daemonTaskDefinitionArn": definition,
		"capacityProviderArns": []string{providerARN},
	}, map[string]any{"daemonArn": arn, "status": "ACTIVE"}, arn)
	for i, machine := range machines {
		b.joined(region, cluster, at.Add(time.Duration(90+i)*time.Second), machine)
	}
}

// joined records that a machine's agent has registered it, with the role of the machine.
func (b *builder) joined(region, cluster string, at time.Time, arn string) {
	machine := b.c.InstanceMachine(region, arn)
	const role, roleID = "ecsInstanceRole", "AROAINSTANCEROLE00001"
	who := actor{id: cloud.Identity{
		ARN: b.c.SessionARN(account, role, machine), UserID: roleID + ":" + machine, SessionCreated: at.Add(-40 * time.Second),
		AccessKeyID: "ASIA" + letters(machine, base32, 16),
	}, ip: "192.0.2.90", agent: "amazon-ecs-agent/1.101.1"}
	b.did(who, at, region, ecsSource, "RegisterContainerInstance", map[string]any{"cluster": cluster},
		map[string]any{"containerInstance": map[string]any{"containerInstanceArn": arn, "ec2InstanceId": machine, "status": "ACTIVE"}}, arn)
}

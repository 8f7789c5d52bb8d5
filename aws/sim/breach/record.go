package breach

import (
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
)

// The parameters of recorded calls, as small as records of a history of thousands need to be. They
// are written out only when somebody reads the event.
type (
	clusterAsked struct{ ClusterName string }
	clusterOut   struct {
		Cluster struct{ ClusterArn, ClusterName, Status string }
	}

	definitionOut struct {
		TaskDefinition struct{ TaskDefinitionArn, Family, Status, RegisteredBy string }
	}
	definitionNamed struct{ TaskDefinition string }

	serviceAsked struct {
		Cluster, ServiceName, TaskDefinition, LaunchType string
		DesiredCount                                     int32
		NetworkConfiguration                             map[string]map[string]string
	}
	serviceChanged struct {
		Cluster, Service, TaskDefinition string
		ForceNewDeployment               bool
	}
	serviceOut struct {
		Service struct{ ServiceArn, ServiceName, ClusterArn, Status string }
	}

	tasksAsked struct {
		Cluster, TaskDefinition, LaunchType, StartedBy string
		Count                                          int32
	}
	taskOut  struct{ TaskArn, ClusterArn, TaskDefinitionArn string }
	tasksOut struct{ Tasks []taskOut }

	regionAsked struct{ RegionName string }
	inCluster   struct{ Cluster string }
	several     struct{ Clusters []string }
	session     struct{ RoleArn, RoleSessionName string }
)

// did records a call that changed something, as the one that made the things of these ARNs.
func (b *builder) did(a actor, at time.Time, region, source, name string, request, response any, made ...string) {
	id := b.c.RecordEvent(cloud.TrailEvent{
		Time: at, Region: region, Source: source, Name: name, Identity: a.id, InvokedBy: a.via, SourceIP: a.ip, UserAgent: a.agent,
		Request: request, Response: response,
	})
	for _, arn := range made {
		b.made(arn, a, at, id)
	}
}

// read records a call that only looked.
func (b *builder) read(a actor, at time.Time, region, source, name string, request any) {
	b.c.RecordEvent(cloud.TrailEvent{
		Time: at, Region: region, Source: source, Name: name, Identity: a.id, SourceIP: a.ip, UserAgent: a.agent, Request: request, ReadOnly: true,
	})
}

// remembered says whether CloudTrail's history of 90 days reaches back to a moment.
func (b *builder) remembered(at time.Time) bool { return b.now.Sub(at) < 90*24*time.Hour }

const ecsSource = "ecs.amazonaws.com"

func (b *builder) clusterMade(region string, who actor, at time.Time, name string) {
	out := &clusterOut{}
	arn := b.c.ARN("ecs", region, "cluster/"+name)
	out.Cluster.ClusterArn, out.Cluster.ClusterName, out.Cluster.Status = arn, name, "ACTIVE"
	b.did(who, at, region, ecsSource, "CreateCluster", &clusterAsked{name}, out, arn)
}

func (b *builder) registered(region string, who actor, at time.Time, arn, family, image string, cpu, mib int) {
	out := &definitionOut{}
	out.TaskDefinition.TaskDefinitionArn, out.TaskDefinition.Family = arn, family
	out.TaskDefinition.Status, out.TaskDefinition.RegisteredBy = "ACTIVE", who.id.ARN
	b.did(who, at, region, ecsSource, "RegisterTaskDefinition", map[string]any{
		"family": family, "cpu": itoa(cpu), "memory": itoa(mib), "networkMode": "awsvpc", "requiresCompatibilities": []string{"FARGATE"},
		"containerDefinitions": []map[string]string{{"name": family, "image": image}},
	}, out, arn)
}

func (b *builder) deregistered(region string, who actor, at time.Time, arn string) {
	out := &definitionOut{}
	out.TaskDefinition.TaskDefinitionArn, out.TaskDefinition.Status = arn, "INACTIVE"
	b.did(who, at, region, ecsSource, "DeregisterTaskDefinition", &definitionNamed{arn}, out)
}

func (b *builder) serviceAnswer(region, cluster, name string) *serviceOut {
	out := &serviceOut{}
	out.Service.ServiceArn, out.Service.ServiceName = b.c.ARN("ecs", region, "service/"+cluster+"/"+name), name
	out.Service.ClusterArn, out.Service.Status = b.c.ARN("ecs", region, "cluster/"+cluster), "ACTIVE"
	return out
}

func (b *builder) serviceMade(region string, who actor, at time.Time, s ecs.ServiceSeed, made ecs.Seeded) {
	in := &serviceAsked{
		Cluster: s.Cluster, ServiceName: s.Name, TaskDefinition: s.TaskDefinition, LaunchType: "FARGATE", DesiredCount: int32(s.Desired),
	}
	if s.PublicIP {
		in.NetworkConfiguration = map[string]map[string]string{"awsvpcConfiguration": {"assignPublicIp": "ENABLED"}}
	}
	if s.Provider != "" {
		in.LaunchType = ""
	}
	b.did(who, at, region, ecsSource, "CreateService", in, b.serviceAnswer(region, s.Cluster, s.Name), made.ARN)
	for _, arn := range b.taskSets(s, made.ARN) {
		b.did(who, at.Add(time.Second), region, ecsSource, "CreateTaskSet", map[string]any{
			"cluster": s.Cluster, "service": s.Name, "taskDefinition": s.TaskDefinition, "launchType": "FARGATE",
			"scale": map[string]any{"value": 100, "unit": "PERCENT"},
		}, map[string]any{"taskSet": map[string]any{"taskSetArn": arn, "serviceArn": made.ARN, "status": "PRIMARY"}}, arn)
	}
}

func (b *builder) tasksRun(p post, who actor, at time.Time, tasks []string) {
	out := &tasksOut{}
	for _, arn := range tasks {
		out.Tasks = append(out.Tasks, taskOut{TaskArn: arn, ClusterArn: p.clusterARN(b.c)})
	}
	b.did(who, at, p.region, ecsSource, "RunTask", &tasksAsked{p.cluster, p.family, "FARGATE", "manual", int32(len(tasks))}, out, tasks...)
}

// fired records that a rule has started a task, as EventBridge does with the rule's role.
func (b *builder) fired(p post, at time.Time, role, rule, task string) {
	const session = "AwsEventBridge"
	from, _ := b.c.TaskOrigin(p.region, task)
	id := b.c.RecordServiceCall(cloud.ServiceCall{
		Time: at, Region: p.region, Source: ecsSource, Name: "RunTask", Role: role, Session: session, InvokedBy: "events.amazonaws.com",
		Request:  &tasksAsked{p.clusterARN(b.c), p.family, "FARGATE", from.StartedBy, 1},
		Response: &tasksOut{[]taskOut{{TaskArn: task, ClusterArn: p.clusterARN(b.c), TaskDefinitionArn: from.Definition}}},
	})
	b.s.makers[task] = making{
		by: b.c.SessionARN(account, cloud.ShortName(role), session), session: at, at: at, event: id, owner: rule,
	}
}

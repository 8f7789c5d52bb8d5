package breach

import (
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud/autoscaling"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/events"
)

// The honest clusters that other parts of the story touch.
const (
	webCluster  = "prod-web"
	dataCluster = "prod-data"
)

const day = 24 * time.Hour

// app is an honest service.
type app struct {
	region, cluster, service string
	// family names its definitions; empty means the service's name.
	family         string
	cpu, mib, runs int
	// by made it, that long ago, and registered the first of its revisions; the pipeline registered
	// the others since.
	by        actor
	age       time.Duration
	revisions int
	// seed says what is not ordinary about the service.
	seed func(*ecs.ServiceSeed)
}

// workload is what the company itself runs. Its names differ by seed in places; a Korean team names
// some things in Korean.
func (b *builder) workload() {
	b.inSeoul()
	b.inTokyo()
	b.machines()
	b.sameMinute()
}

func (b *builder) cluster(region, name string, by actor, age time.Duration, tags map[string]string, providers ...string) {
	arn := b.c.SeedCluster(region, ecs.ClusterSeed{Name: name, Tags: tags, CapacityProviders: providers})
	b.taken[name] = true
	at := b.ago(age)
	if b.remembered(at) {
		b.clusterMade(region, b.at(by, at), at, name)
		return
	}
	b.made(arn, by, at, "")
}

// ago is the moment that long before the making, at an hour at which people work.
func (b *builder) ago(age time.Duration) time.Time {
	if age < day {
		return b.now.Add(-age).Truncate(time.Second)
	}
	at := b.now.Add(-age).UTC().Truncate(day)
	return at.Add(time.Hour + b.upTo(8*time.Hour)) // 10:00 to 18:00 in Seoul.
}

func (b *builder) inSeoul() {
	p := &b.cast
	team := map[string]string{"team": "플랫폼", "Name": "운영 API"}
	batch := oneOf(b, "당근-배치", "정산-배치", "주문-배치")
	b.cluster(seoul, "prod-api", p.jm, 420*day, team, "FARGATE")
	b.cluster(seoul, batch, p.hana, 200*day, map[string]string{"team": "정산", "Name": "야간 정산"})
	b.cluster(seoul, "search", p.formerRoot, 151*day, map[string]string{"team": "검색"})
	apps := []app{
		{region: seoul, cluster: "prod-api", service: "orders-api", cpu: 512, mib: 1024, runs: b.between(2, 3), by: p.jm, age: 420 * day, revisions: b.between(5, 8)},
		{region: seoul, cluster: "prod-api", service: "users-api", cpu: 256, mib: 512, runs: 2, by: p.jm, age: 418 * day, revisions: b.between(3, 5)},
		{region: seoul, cluster: "prod-api", service: "gateway", cpu: 256, mib: 512, runs: 3, by: p.hana, age: 310 * day, revisions: b.between(2, 4)},
		{region: seoul, cluster: batch, service: "알림-발송", family: "notify-알림", cpu: 256, mib: 512, runs: 1, by: p.hana, age: 200 * day, revisions: 2},
		{region: seoul, cluster: "search", service: "search-indexer", cpu: 1024, mib: 2048, runs: 1, by: p.formerRoot, age: 150 * day, revisions: 1},
		{region: seoul, cluster: "search", service: "search-api", cpu: 512, mib: 1024, runs: 2, by: p.formerRoot, age: 150 * day, revisions: b.between(2, 3)},
	}
	for _, a := range apps {
		b.app(a)
	}
	scaled := autoscaling.ScalableTargetSeed{
		Cluster: "prod-api", Service: "gateway", Min: 2, Max: 10, CreatedAt: b.ago(300 * day), Policy: "gateway-cpu",
	}
	b.made(b.c.SeedScalableTarget(seoul, scaled), p.hana, scaled.CreatedAt, "")
	b.nightly(batch)
}

// nightly is the batch that a rule and a schedule start: each target names an ECS cluster, and
// neither is hostile.
func (b *builder) nightly(cluster string) {
	p := &b.cast
	settled := b.ago(140 * day)
	b.revision(app{region: seoul, service: "settlement-정산", cpu: 1024, mib: 2048}, p.hana, settled)
	b.revision(app{region: seoul, service: "reindex", cpu: 512, mib: 1024}, p.formerRoot, b.ago(149*day))
	b.made(b.c.SeedRule(seoul, events.RuleSeed{
		Name: "nightly-settlement", Schedule: "cron(0 17 * * ? *)", Cluster: cluster, TaskDefinition: "settlement-정산",
		Role: b.roleARN("ecsEventsRole"), Count: 1,
	}), p.hana, settled.Add(10*time.Minute), "")
	weekly := events.ScheduleSeed{
		Name: "reindex-weekly", Expression: "cron(30 18 ? * SUN *)", Cluster: "search", TaskDefinition: "reindex",
		Role: b.roleARN("ecsSchedulerRole"), Count: 1, CreatedAt: b.ago(149 * day),
	}
	b.made(b.c.SeedSchedule(seoul, weekly), p.formerRoot, weekly.CreatedAt, "")
}

func (b *builder) inTokyo() {
	p := &b.cast
	b.cluster(tokyo, webCluster, p.jm, 260*day, map[string]string{"team": "web"}, "FARGATE")
	b.cluster(tokyo, "reporting", p.formerRoot, 155*day, map[string]string{"Name": "보고서"})
	apps := []app{
		{region: tokyo, cluster: webCluster, service: "web", cpu: 512, mib: 1024, runs: b.between(2, 4), by: p.jm, age: 260 * day, revisions: b.between(4, 6)},
		{region: tokyo, cluster: webCluster, service: "imgproxy", cpu: 1024, mib: 2048, runs: 1, by: p.hana, age: 190 * day, revisions: 2},
		{region: tokyo, cluster: webCluster, service: "checkout", cpu: 256, mib: 512, runs: 2, by: p.hana, age: 95 * day, revisions: 1, seed: func(s *ecs.ServiceSeed) {
			s.Controller, s.TaskSets = ecstypes.DeploymentControllerTypeExternal, []float64{100}
		}},
		{region: tokyo, cluster: "reporting", service: "reports", cpu: 1024, mib: 2048, runs: 1, by: p.formerRoot, age: 155 * day, revisions: 2, seed: func(s *ecs.ServiceSeed) {
			s.Protected = b.now.Add(8 * time.Hour)
		}},
	}
	for _, a := range apps {
		b.app(a)
	}
	landing := ecs.ExpressSeed{
		Cluster: webCluster, Name: "landing", Image: image("landing", tokyo, 3), Min: 1, Max: 4, CreatedBy: p.jm.id.ARN,
		CreatedAt: b.ago(60 * day), StartTasksAt: b.ago(30 * day),
	}
	made := b.c.SeedExpressService(tokyo, landing)
	b.expressMade(tokyo, webCluster, b.sometime(p.jm, landing.CreatedAt), landing.CreatedAt, landing, made)
}

// machines is a cluster on EC2: an Auto Scaling group's capacity provider, its machines, a service
// on them and a daemon on each.
func (b *builder) machines() {
	p := &b.cast
	provider := b.c.SeedCapacityProvider(tokyo, ecs.CapacityProviderSeed{
		Name:             "data-asg",
		AutoScalingGroup: "arn:aws:autoscaling:" + tokyo + ":" + account + ":autoScalingGroup:" + b.uuid() + ":autoScalingGroupName/data",
	})
	b.cluster(tokyo, dataCluster, p.jm, 240*day, map[string]string{"team": "데이터"}, "data-asg")
	b.made(provider, p.jm, b.s.makers[b.c.ARN("ecs", tokyo, "cluster/"+dataCluster)].at.Add(-time.Minute), "")
	for range 3 {
		at := b.ago(20 * day)
		arn := b.c.SeedContainerInstance(tokyo, ecs.InstanceSeed{Cluster: dataCluster, Provider: "data-asg", RegisteredAt: at})
		b.joined(tokyo, dataCluster, at, arn)
	}
	b.app(app{region: tokyo, cluster: dataCluster, service: "kafka-connect", cpu: 1024, mib: 4096, runs: 2, by: p.hana, age: 230 * day, revisions: 1, seed: func(s *ecs.ServiceSeed) {
		s.Placement = ecs.Placement{Provider: "data-asg"}
	}})
	b.app(app{region: tokyo, cluster: dataCluster, service: "node-agent", cpu: 256, mib: 512, by: p.jm, age: 240 * day, revisions: 1, seed: func(s *ecs.ServiceSeed) {
		s.Placement, s.Scheduling = ecs.Placement{LaunchType: ecstypes.LaunchTypeEc2}, ecstypes.SchedulingStrategyDaemon
	}})
}

// sameMinute is a service that an honest administrator made while the intruder's script was in the
// same region.
func (b *builder) sameMinute() {
	at := b.start.Add(6 * time.Minute)
	b.app(app{
		region: seoul, cluster: "prod-api", service: "hotfix-주문", cpu: 256, mib: 512, runs: 1, by: b.cast.jm, age: b.now.Sub(at), revisions: 1,
	})
}

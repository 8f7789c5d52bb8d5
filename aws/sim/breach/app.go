package breach

import (
	"strconv"
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud/ecs"
)

// app seeds an honest service with its definitions and tasks, and records what CloudTrail still
// remembers of it.
func (b *builder) app(a app) {
	if a.family == "" {
		a.family = a.service
	}
	made := b.ago(a.age)
	last := b.revision(a, a.by, made.Add(-5*time.Minute))
	deployed := made
	for i := 1; i < a.revisions; i++ {
		// Deployments lie evenly between the making and yesterday, as the pipeline made them.
		share := time.Duration(float64(a.age-day) * float64(i) / float64(a.revisions))
		deployed = b.ago(a.age - share)
		who := b.at(b.cast.deploy, deployed)
		last = b.revision(a, who, deployed)
		if b.remembered(deployed) {
			b.did(who, deployed.Add(3*time.Second), a.region, ecsSource, "UpdateService",
				&serviceChanged{Cluster: a.cluster, Service: a.service, TaskDefinition: last},
				b.serviceAnswer(a.region, a.cluster, a.service))
		}
	}
	s := ecs.ServiceSeed{
		Cluster: a.cluster, Name: a.service, TaskDefinition: last, Desired: a.runs, CreatedAt: made, CreatedBy: a.by.id.ARN,
		StartTasksAt: deployed.Add(time.Minute), StartEvery: 20 * time.Second, Tags: map[string]string{"env": "prod"},
	}
	if a.seed != nil {
		a.seed(&s)
	}
	seeded := b.c.SeedService(a.region, s)
	b.appLogs(a.region, a.family, seeded.Tasks)
	if b.remembered(made) {
		b.serviceMade(a.region, b.at(a.by, made), made, s, seeded)
		return
	}
	b.made(seeded.ARN, a.by, made, "")
	for _, arn := range b.taskSets(s, seeded.ARN) {
		b.made(arn, a.by, made, "")
	}
}

// revision registers a revision of an app's definition and returns its ARN.
func (b *builder) revision(a app, by actor, at time.Time) string {
	if a.family == "" {
		a.family = a.service
	}
	seed := ecs.TaskDefinitionSeed{
		Family: a.family, CPU: a.cpu, MemoryMiB: a.mib, Images: []string{image(a.service, a.region, b.between(1, 90))},
		Env:      map[string]string{"DATABASE_URL": "postgres://app:invented@db.example.internal/" + a.service, "LOG_LEVEL": "info"},
		TaskRole: b.roleARN("app-task"), ExecutionRole: b.roleARN("ecsTaskExecutionRole"), RegisteredBy: by.id.ARN, RegisteredAt: at,
		EC2: a.cluster == dataCluster,
	}
	arn := b.c.SeedTaskDefinition(a.region, seed)
	b.c.SeedLogs(a.region, arn, "/ecs/"+a.family)
	if b.remembered(at) {
		if by.id.SessionCreated.IsZero() || by.id.SessionCreated.After(at) {
			by = b.at(by, at)
		}
		b.registered(a.region, by, at, arn, a.family, seed.Images[0], a.cpu, a.mib)
	} else {
		b.made(arn, by, at, "")
	}
	return arn
}

// image is one of the company's own registry, whose repositories have no Korean in their names.
func image(name, region string, build int) string {
	ascii := make([]byte, 0, len(name))
	for _, c := range []byte(name) {
		if c < 0x80 {
			ascii = append(ascii, c)
		}
	}
	repository := strings.Trim(string(ascii), "-")
	if repository == "" {
		repository = "app"
	}
	return account + ".dkr.ecr." + region + ".amazonaws.com/" + repository + ":build-" + strconv.Itoa(build)
}

package breach

import (
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
)

// post is a cluster of the intruder's with its service: what he remakes when he is awake and it is
// gone.
type post struct {
	region, cluster, service, family string
	desired                          int
}

func (p post) clusterARN(c *all.Cloud) string { return c.ARN("ecs", p.region, "cluster/"+p.cluster) }

func (p post) serviceARN(c *all.Cloud) string {
	return c.ARN("ecs", p.region, "service/"+p.cluster+"/"+p.service)
}

// intrusion makes all that the intruder's script made, region by region.
func (b *builder) intrusion() {
	b.shareOut()
	for i, q := range b.quotas {
		who := b.cast.first[i%len(b.cast.first)]
		definitions := b.register(q, who)
		b.makeClusters(q, who, definitions)
	}
}

// register registers the region's task definitions and returns the families that are ACTIVE; some
// have a first revision that was taken back.
func (b *builder) register(q quota, who actor) []string {
	families := b.between(1, 3)
	if q.region == virginia {
		families = b.between(5, 7)
	}
	var active []string
	at := q.begins
	for i := range families {
		family := b.fresh()
		if i == 0 {
			first := b.definition(q.region, family, who, at, ecstypes.TaskDefinitionStatusInactive)
			b.deregistered(q.region, who, at.Add(9*time.Second), first)
		}
		at = at.Add(b.upTo(3*time.Second) + 12*time.Second)
		arn := b.definition(q.region, family, who, at, ecstypes.TaskDefinitionStatusActive)
		if b.chatty(q.region) {
			b.c.SeedLogs(q.region, arn, "/ecs/"+family)
		}
		active = append(active, family)
	}
	return active
}

// definition registers a revision as the intruder does.
func (b *builder) definition(region, family string, who actor, at time.Time, status ecstypes.TaskDefinitionStatus) string {
	image := oneOf(b, b.style.images...)
	command := []string{"-o", "stratum+tcp://pool.example.net:3333", "-a", "rx/0", "-t", "16"}
	if b.rng.IntN(12) == 0 {
		command = append(command, "--title=\x1b[2Jidle \u202ecod.exe")
	}
	arn := b.plant(b.c.SeedTaskDefinition(region, ecs.TaskDefinitionSeed{
		Family: family, CPU: minerCPU, MemoryMiB: minerMiB, Images: []string{image}, Command: command,
		Env:          map[string]string{"WALLET": "4" + b.letters(base32, 40), "RIG": family},
		RegisteredBy: who.id.ARN, RegisteredAt: at, Status: status,
	}))
	b.registered(region, who, at, arn, family, image, minerCPU, minerMiB)
	return arn
}

// makeClusters makes the region's clusters, most of them with a service, and shares the region's
// tasks out among those.
func (b *builder) makeClusters(q quota, who actor, families []string) {
	at := q.begins.Add(20 * time.Second)
	empty := b.between(2, 4)
	if q.region == virginia {
		empty = 2
	}
	counts := b.deal(q, q.clusters-empty)
	for i := range q.clusters {
		p := post{region: q.region, cluster: b.fresh()}
		at = at.Add(time.Second + b.upTo(3*time.Second))
		b.plant(b.c.SeedCluster(p.region, ecs.ClusterSeed{Name: p.cluster}))
		b.clusterMade(p.region, who, at, p.cluster)
		if i >= len(counts) {
			continue
		}
		p.service, p.family, p.desired = p.cluster+b.style.suffix, oneOf(b, families...), counts[i]
		b.posts = append(b.posts, p)
		b.service(p, i, who, at.Add(2*time.Second))
	}
}

// service makes one service of the intruder's with the tasks that it has got; the special ones are
// the first with tasks of their region.
func (b *builder) service(p post, i int, who actor, at time.Time) {
	s := ecs.ServiceSeed{
		Cluster: p.cluster, Name: p.service, TaskDefinition: p.family, Desired: p.desired, Placement: ecs.Placement{PublicIP: true},
		CreatedAt: at, CreatedBy: who.id.ARN, StartTasksAt: at.Add(35*time.Second + b.upTo(25*time.Second)), StartEvery: 700 * time.Millisecond,
	}
	if i == 0 && b.is(p.region, oddExternal) {
		s.Controller, s.TaskSets = ecstypes.DeploymentControllerTypeExternal, []float64{100}
	}
	if i == 0 && b.is(p.region, oddProtected) {
		s.Protected = b.now.Add(36 * time.Hour)
	}
	seeded := b.c.SeedService(p.region, s)
	b.plant(seeded.ARN)
	b.serviceMade(p.region, who, at, s, seeded)
	if b.chatty(p.region) {
		b.minerLogs(p.region, p.family, seeded.Tasks, s.StartTasksAt)
	}
}

// deal shares a region's tasks out among its services: some get a handful (in us-east-1 10 to 25),
// the rest wait at 0 for a larger quota. The first service always gets some. Tasks that specials
// start are left out.
func (b *builder) deal(q quota, services int) []int {
	counts := make([]int, services)
	left, low, high := q.tasks-b.reserved(q.region), 1, 4
	if q.region == virginia {
		low, high = 10, 25
	}
	order := append([]int{0}, shifted(b.rng.Perm(services-1))...)
	for _, i := range order {
		n := min(left, b.between(low, high))
		if left-n < low && left <= high {
			n = left
		} else if left-n < low {
			n = left - low
		}
		counts[i] = n
		if left -= n; left == 0 {
			return counts
		}
	}
	counts[0] += left
	return counts
}

// shifted adds one to each.
func shifted(of []int) []int {
	for i := range of {
		of[i]++
	}
	return of
}

// chatty regions are those whose tasks write logs.
func (b *builder) chatty(region string) bool {
	return region == virginia || region == seoul || region == b.odd[oddLoose]
}

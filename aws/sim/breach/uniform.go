package breach

import (
	"fmt"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
)

// UniformOptions are the circumstances of an even account for measurements.
type UniformOptions struct {
	// Seed, Now and Speed are those of Options.
	Seed  uint64
	Now   func() time.Time
	Speed float64
	// Regions is how many of the 24 enabled regions hold something, Clusters how many clusters
	// stand in each with one service, Tasks how many tasks each service runs. 0 means 24, 20 and
	// 10.
	Regions, Clusters, Tasks int
}

// Uniform builds an account in which every region is alike and everything is the intruder's: by
// default 24 regions of 20 clusters, each with one service of 10 tasks, so 4,800 tasks. Ten regions
// are disabled and empty. The responder is the one of New; there is no history.
func Uniform(o UniformOptions) (*Scenario, error) {
	for _, n := range []struct {
		value *int
		usual int
		most  int
		what  string
	}{{&o.Regions, 24, 24, "regions"}, {&o.Clusters, 20, 10_000, "clusters"}, {&o.Tasks, 10, 5000, "tasks"}} {
		if *n.value == 0 {
			*n.value = n.usual
		}
		if *n.value < 0 || *n.value > n.most {
			return nil, fmt.Errorf("breach: %d %s: 1 to %d are possible", *n.value, n.what, n.most)
		}
	}
	b := newBuilder(Options{Seed: o.Seed, Now: o.Now, Speed: o.Speed})
	b.c.Locked(func(time.Time) {
		left := o.Regions
		for _, info := range cloud.Regions() {
			if left > 0 && b.isOpen(info.Name, b.now) {
				left--
				b.even(info.Name, o.Clusters, o.Tasks)
			}
		}
	})
	return b.s, nil
}

// even fills one region.
func (b *builder) even(region string, clusters, tasks int) {
	who, at := b.cast.first[0], b.start.Add(5*time.Minute)
	definition := b.plant(b.c.SeedTaskDefinition(region, ecs.TaskDefinitionSeed{
		Family: "miner", CPU: minerCPU, MemoryMiB: minerMiB, Images: []string{b.style.images[0]}, RegisteredBy: who.id.ARN, RegisteredAt: at,
	}))
	for i := range clusters {
		name := fmt.Sprintf("even-%04d", i)
		b.plant(b.c.SeedCluster(region, ecs.ClusterSeed{Name: name}))
		b.plant(b.c.SeedService(region, ecs.ServiceSeed{
			Cluster: name, Name: name + "-service", TaskDefinition: definition, Desired: tasks, Placement: ecs.Placement{PublicIP: true},
			CreatedAt: at, CreatedBy: who.id.ARN, StartTasksAt: at.Add(40 * time.Second),
		}).ARN)
	}
}

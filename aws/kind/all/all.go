// Package all lists every kind of resource that rootout knows.
//
// It is the one place where the families of kinds come together: whoever scans, plans or runs takes
// the list that All returns and names no kind. It must not know what any of them does.
package all

import (
	"time"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/autoscaling"
	"github.com/rootout/rootout/aws/kind/ecs"
	"github.com/rootout/rootout/aws/kind/events"
	"github.com/rootout/rootout/aws/kind/scheduler"
)

// Options are what kinds need from outside.
type Options struct {
	// Now is the clock that running costs are told by; time.Now if nil.
	Now func() time.Time
}

// All is every kind, once. Adding one takes its own file and a line here.
func All(o Options) []kind.Def {
	if o.Now == nil {
		o.Now = time.Now
	}
	return []kind.Def{
		ecs.Cluster(),
		ecs.Service(),
		ecs.Task(o.Now),
		ecs.TaskDefinition(),
		ecs.Daemon(),
		ecs.ContainerInstance(),
		ecs.CapacityProvider(),
		events.Rule(),
		scheduler.Schedule(),
		autoscaling.Target(),
	}
}

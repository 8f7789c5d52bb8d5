package ecs

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
)

// stopTimeout is how long a container has to stop where its definition says nothing of it (ECS API
// Reference, ContainerDefinition, stopTimeout).
const stopTimeout = 30 * time.Second

// stopTime is how long a task of a definition may take to stop: as long as its slowest container.
func stopTime(d *types.TaskDefinition) time.Duration {
	longest := time.Duration(0)
	for _, c := range d.ContainerDefinitions {
		own := stopTimeout
		if c.StopTimeout != nil {
			own = time.Duration(*c.StopTimeout) * time.Second
		}
		longest = max(longest, own)
	}
	return longest
}

// stopTime is how long a task takes to stop by its definition; 0 where nobody has read that.
func (k task) stopTime(r *model.Resource, g *model.Graph) time.Duration {
	for _, ref := range r.Uses {
		if d := g.Get(ref); d != nil && ref.Kind == ecsref.DefinitionKind {
			seconds, _ := k.stopSeconds(d).Number()
			return time.Duration(seconds) * time.Second
		}
	}
	return 0
}

// Package taskdef simulates the task definitions of Amazon ECS, and those of its managed daemons:
// families, revisions, sizes, and the long way to their deletion.
//
// It must not know what holds a definition: clusters, services and tasks are package ecs's.
package taskdef

import (
	"iter"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// StopTimeout is how long a container has to stop, unless its definition says otherwise (ECS API
// Reference, ContainerDefinition, stopTimeout).
const StopTimeout = 30 * time.Second

// Definitions are the task definitions of every place. The cloud's lock is held in all its methods
// but DefinitionOperations.
type Definitions struct {
	c      *cloud.Cloud
	stores *cloud.PerPlace[*Store]
}

// Store is the definitions of one place.
type Store struct {
	c        *cloud.Cloud
	place    cloud.Place
	families familyIndex[*Definition]
	daemons  familyIndex[*Daemon]
}

// New returns the definitions of an account.
func New(c *cloud.Cloud) *Definitions {
	return &Definitions{c: c, stores: cloud.NewPerPlace(func(p cloud.Place) *Store { return &Store{c: c, place: p} })}
}

// DefinitionsIn are those of a place.
func (x *Definitions) DefinitionsIn(p cloud.Place) *Store { return x.stores.At(p) }

// DefinitionOperations are those of ECS on task definitions.
func (x *Definitions) DefinitionOperations() []cloud.Operation {
	c := x.c
	return []cloud.Operation{
		cloud.Op(c, "RegisterTaskDefinition", false, x.registerTaskDefinition),
		cloud.Op(c, "DescribeTaskDefinition", true, x.describeTaskDefinition),
		cloud.Op(c, "ListTaskDefinitions", true, x.listTaskDefinitions),
		cloud.Op(c, "ListTaskDefinitionFamilies", true, x.listTaskDefinitionFamilies),
		cloud.Op(c, "DeregisterTaskDefinition", false, x.deregisterTaskDefinition),
		cloud.Op(c, "DeleteTaskDefinitions", false, x.deleteTaskDefinitions),
		cloud.Op(c, "RegisterDaemonTaskDefinition", false, x.registerDaemonTaskDefinition),
		cloud.Op(c, "ListDaemonTaskDefinitions", true, x.listDaemonTaskDefinitions),
		cloud.Op(c, "DescribeDaemonTaskDefinition", true, x.describeDaemonTaskDefinition),
		cloud.Op(c, "DeleteDaemonTaskDefinition", false, x.deleteDaemonTaskDefinition),
	}
}

// FindDaemon looks a daemon task definition up by family, family:revision or ARN; without a
// revision it is the latest ACTIVE one.
func (s *Store) FindDaemon(ref string) (*Daemon, bool) { return s.daemons.find(ref, (*Daemon).Active) }

// All visits the task definitions by family and revision.
func (s *Store) All() iter.Seq[*Definition] {
	return func(yield func(*Definition) bool) {
		for _, name := range s.families.names {
			for _, d := range s.families.by[name].revisions {
				if !yield(d) {
					return
				}
			}
		}
	}
}

package all

import (
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/autoscaling"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/events"
	"github.com/rootout/rootout/aws/sim/cloud/logs"
)

// Options are the circumstances of an account, and the first of the words in which a scenario or a
// test says what stands in it, named here so that it needs one package for them.
type Options = cloud.Options

// Identity is who calls.
type Identity = cloud.Identity

// ClusterSeed is a cluster to make.
type ClusterSeed = ecs.ClusterSeed

// TaskDefinitionSeed is a revision of a task definition to make.
type TaskDefinitionSeed = ecs.TaskDefinitionSeed

// ServiceSeed is a service to make.
type ServiceSeed = ecs.ServiceSeed

// ExpressSeed is an Express Gateway service to make.
type ExpressSeed = ecs.ExpressSeed

// TaskSeed is a task of nobody to make.
type TaskSeed = ecs.TaskSeed

// InstanceSeed is a container instance to make.
type InstanceSeed = ecs.InstanceSeed

// CapacityProviderSeed is a capacity provider to make.
type CapacityProviderSeed = ecs.CapacityProviderSeed

// DaemonSeed is a managed daemon to make.
type DaemonSeed = ecs.DaemonSeed

// ScalableTargetSeed is a scalable target over a service to make.
type ScalableTargetSeed = autoscaling.ScalableTargetSeed

// RuleSeed is a rule to make.
type RuleSeed = events.RuleSeed

// ScheduleSeed is a schedule to make.
type ScheduleSeed = events.ScheduleSeed

// Placement is where tasks run.
type Placement = ecs.Placement

// LogLine is one line of a log stream.
type LogLine = logs.LogLine

// Regions are the commercial regions in the order of their names.
func Regions() []cloud.RegionInfo { return cloud.Regions() }

// V1TokenPrefix marks a session token of version 1.
const V1TokenPrefix = cloud.V1TokenPrefix

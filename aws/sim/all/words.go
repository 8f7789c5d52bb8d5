package all

import (
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/autoscaling"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/events"
	"github.com/rootout/rootout/aws/sim/cloud/logs"
)

// The words in which a scenario or a test says what stands in an account, so that it names one
// package for them.
type (
	// Options are the circumstances of the account, Identity is who calls.
	Options  = cloud.Options
	Identity = cloud.Identity

	// ClusterSeed and what follows are resources of ECS to make.
	ClusterSeed          = ecs.ClusterSeed
	TaskDefinitionSeed   = ecs.TaskDefinitionSeed
	ServiceSeed          = ecs.ServiceSeed
	ExpressSeed          = ecs.ExpressSeed
	TaskSeed             = ecs.TaskSeed
	Placement            = ecs.Placement
	InstanceSeed         = ecs.InstanceSeed
	CapacityProviderSeed = ecs.CapacityProviderSeed
	DaemonSeed           = ecs.DaemonSeed

	// ScalableTargetSeed, RuleSeed and ScheduleSeed are what starts tasks again.
	ScalableTargetSeed = autoscaling.ScalableTargetSeed
	RuleSeed           = events.RuleSeed
	ScheduleSeed       = events.ScheduleSeed

	// LogLine is one line of a log stream.
	LogLine = logs.LogLine
)

// Regions are the commercial regions in the order of their names.
func Regions() []cloud.RegionInfo { return cloud.Regions() }

// V1TokenPrefix marks a session token of version 1.
const V1TokenPrefix = cloud.V1TokenPrefix

package ecs

import (
	"slices"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// resolve finds where tasks of a definition run. A launch type and a strategy exclude each other;
// with neither the cluster's default strategy counts, then EC2 (ECS API Reference, RunTask,
// launchType and capacityProviderStrategy). Of a strategy the item of the greatest weight wins, as
// if base and the others' weights were not there.
func (cl *cluster) resolve(launch ecstypes.LaunchType, strategy []ecstypes.CapacityProviderStrategyItem, network *ecstypes.NetworkConfiguration, d *taskdef.Definition) (*taskSpec, error) {
	if launch != "" && len(strategy) > 0 {
		return nil, api.Invalid("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.")
	}
	if launch == "" && len(strategy) == 0 {
		strategy = cl.strategy
	}
	spec := &taskSpec{launch: launch, network: network}
	if len(strategy) > 0 {
		best := slices.MaxFunc(strategy, func(a, b ecstypes.CapacityProviderStrategyItem) int { return int(a.Weight - b.Weight) })
		spec.provider = ptr.Val(best.CapacityProvider)
		if !slices.Contains(cl.providers, spec.provider) {
			return nil, api.Invalid("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.")
		}
		spec.launch = cl.launchOf(spec.provider)
	}
	if spec.launch == "" {
		spec.launch = ecstypes.LaunchTypeEc2
	}
	if d == nil {
		return spec, nil
	}
	if spec.launch == ecstypes.LaunchTypeFargate && !slices.Contains(d.TD.Compatibilities, ecstypes.CompatibilityFargate) {
		return nil, api.Invalid("Task definition does not support launch_type FARGATE.")
	}
	if d.TD.NetworkMode == ecstypes.NetworkModeAwsvpc && (network == nil || network.AwsvpcConfiguration == nil || len(network.AwsvpcConfiguration.Subnets) == 0) {
		return nil, api.Invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
	}
	return spec, nil
}

func (cl *cluster) launchOf(provider string) ecstypes.LaunchType {
	if api.IsFargate(provider) {
		return ecstypes.LaunchTypeFargate
	}
	if _, ok := cl.managed.Get(provider); ok {
		return ecstypes.LaunchTypeManagedInstances
	}
	return ecstypes.LaunchTypeEc2
}

// room finds the ACTIVE instance with the most memory left for one more task, and why there is none
// (ECS Developer Guide, "API failure reasons": AGENT, RESOURCE:CPU, RESOURCE:MEMORY). Managed
// Instances bring a new instance when theirs are full.
func (cl *cluster) room(spec *taskSpec, cpu, memory int, at time.Time) (best *instance, reason string) {
	reason = "No Container Instances were found in your cluster."
	for i := range cl.instances.All() {
		switch {
		case i.status != stActive || spec.provider != "" && i.provider != spec.provider:
		case !i.connected:
			reason = "AGENT"
		case i.cpu-i.usedCPU < cpu:
			reason = "RESOURCE:CPU"
		case i.memory-i.usedMemory < memory:
			reason = "RESOURCE:MEMORY"
		case best == nil || i.memory-i.usedMemory > best.memory-best.usedMemory:
			best = i
		}
	}
	if best == nil && spec.launch == ecstypes.LaunchTypeManagedInstances {
		if v, ok := cl.managed.Get(spec.provider); ok && !v.deleting {
			best = cl.addInstance(InstanceSeed{CPU: max(4096, cpu), MemoryMiB: max(16384, memory), Provider: v.name}, at)
		}
	}
	return best, reason
}

// onInstances says whether tasks of this launch type stand on container instances.
func onInstances(launch ecstypes.LaunchType) bool { return launch != ecstypes.LaunchTypeFargate }

// roomMade tells services that found no place to look again.
func (cl *cluster) roomMade(at time.Time) {
	for s := range cl.services.All() {
		if s.cramped || s.strategyDaemon() {
			s.wake(at, schedulerDelay)
		}
	}
}

package ecs

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// How long a provider takes to come and go, and a cluster to change its providers. AWS publishes no
// numbers; these are short enough for a rehearsal and long enough to be seen.
const (
	providerChange   = 10 * time.Second
	providerDelete   = 30 * time.Second
	attachmentChange = 10 * time.Second
)

// provider is a capacity provider other than FARGATE and FARGATE_SPOT.
type provider struct {
	// cluster is nil for a provider over an Auto Scaling group.
	cluster  *cluster
	name     string
	arn      string
	status   ecstypes.CapacityProviderStatus
	update   ecstypes.CapacityProviderUpdateStatus
	group    *ecstypes.AutoScalingGroupProvider
	managed  *ecstypes.ManagedInstancesProvider
	tags     []ecstypes.Tag
	deleting bool
}

func (v *provider) view() ecstypes.CapacityProvider {
	out := ecstypes.CapacityProvider{
		CapacityProviderArn: new(v.arn), Name: new(v.name), Status: v.status, UpdateStatus: v.update,
		AutoScalingGroupProvider: v.group, ManagedInstancesProvider: v.managed, Tags: v.tags,
		Type: ecstypes.CapacityProviderTypeEc2Autoscaling,
	}
	if v.cluster != nil {
		out.Cluster, out.Type = new(v.cluster.name), ecstypes.CapacityProviderTypeManagedInstances
	}
	return out
}

func (r *region) fargateProvider(name string) ecstypes.CapacityProvider {
	return api.FargateProvider(r.arn("capacity-provider/"+name), name)
}

// createCapacityProvider: exactly one kind of provider; the name must not begin with aws, ecs or
// fargate; a Managed Instances one is made in a cluster (ECS API Reference,
// CreateCapacityProvider).
func (e *ECS) createCapacityProvider(call cloud.Call, in *ecs.CreateCapacityProviderInput) (*ecs.CreateCapacityProviderOutput, error) {
	name, r := ptr.Val(in.Name), e.at(call.Place)
	low := strings.ToLower(name)
	if !api.ValidName(name) || strings.HasPrefix(low, "aws") || strings.HasPrefix(low, "ecs") || strings.HasPrefix(low, "fargate") {
		return nil, api.Invalid("The capacity provider name is invalid: %s", name)
	}
	if (in.AutoScalingGroupProvider == nil) == (in.ManagedInstancesProvider == nil) {
		return nil, api.Invalid("Specify either an Auto Scaling group provider or a managed instances provider.")
	}
	if in.AutoScalingGroupProvider != nil {
		if v, ok := r.providers.Get(name); ok && v.status != ecstypes.CapacityProviderStatusInactive {
			return nil, api.Invalid("The specified capacity provider already exists. Specify a unique name and try again.")
		}
		v := r.newProvider(name, in.AutoScalingGroupProvider)
		v.tags = in.Tags
		out := v.view()
		return &ecs.CreateCapacityProviderOutput{CapacityProvider: &out}, nil
	}
	cl, err := r.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if _, ok := cl.managed.Get(name); ok {
		return nil, api.Invalid("The specified capacity provider already exists. Specify a unique name and try again.")
	}
	mi := in.ManagedInstancesProvider
	v := cl.newManaged(name, &ecstypes.ManagedInstancesProvider{
		InfrastructureRoleArn: mi.InfrastructureRoleArn, InstanceLaunchTemplate: mi.InstanceLaunchTemplate, PropagateTags: mi.PropagateTags,
		InfrastructureOptimization: mi.InfrastructureOptimization, AutoRepairConfiguration: mi.AutoRepairConfiguration,
	})
	v.tags, v.status, v.update = in.Tags, ecstypes.CapacityProviderStatusProvisioning, ecstypes.CapacityProviderUpdateStatusCreateInProgress
	e.c.After(call.Now, providerChange, func(time.Time) {
		if !v.deleting {
			v.status, v.update = ecstypes.CapacityProviderStatusActive, ecstypes.CapacityProviderUpdateStatusCreateComplete
		}
	})
	out := v.view()
	return &ecs.CreateCapacityProviderOutput{CapacityProvider: &out}, nil
}

func (r *region) newProvider(name string, group *ecstypes.AutoScalingGroupProvider) *provider {
	v := &provider{
		name: name, arn: r.arn("capacity-provider/" + name), group: group,
		status: ecstypes.CapacityProviderStatusActive, update: ecstypes.CapacityProviderUpdateStatusCreateComplete,
	}
	r.providers.Set(name, v)
	return v
}

func (cl *cluster) newManaged(name string, mi *ecstypes.ManagedInstancesProvider) *provider {
	v := &provider{
		cluster: cl, name: name, arn: cl.r.arn("capacity-provider/" + cl.name + "/" + name), managed: mi,
		status: ecstypes.CapacityProviderStatusActive, update: ecstypes.CapacityProviderUpdateStatusCreateComplete,
	}
	cl.managed.Set(name, v)
	cl.providers = append(slices.Clone(cl.providers), name)
	return v
}

// describeCapacityProviders: up to 10 a page; with a cluster only that cluster's, Managed Instances
// ones among them (ECS API Reference, DescribeCapacityProviders, maxResults and cluster).
func (e *ECS) describeCapacityProviders(call cloud.Call, in *ecs.DescribeCapacityProvidersInput) (*ecs.DescribeCapacityProvidersOutput, error) {
	n, err := api.Limit(in.MaxResults, 10, 10)
	if err != nil {
		return nil, err
	}
	if len(in.CapacityProviders) > 100 {
		return nil, api.Between(len(in.CapacityProviders), 100, "Capacity providers")
	}
	all, err := e.at(call.Place).visibleProviders(in.Cluster)
	if err != nil {
		return nil, err
	}
	out := &ecs.DescribeCapacityProvidersOutput{CapacityProviders: []ecstypes.CapacityProvider{}, Failures: []ecstypes.Failure{}}
	if len(in.CapacityProviders) > 0 {
		var picked []ecstypes.CapacityProvider
		for _, ref := range in.CapacityProviders {
			i := slices.IndexFunc(all, func(v ecstypes.CapacityProvider) bool {
				return ptr.Val(v.Name) == ref || ptr.Val(v.CapacityProviderArn) == ref
			})
			if i < 0 {
				out.Failures = append(out.Failures, missing(e.at(call.Place).arn("capacity-provider/"+cloud.ShortName(ref))))
				continue
			}
			picked = append(picked, all[i])
		}
		all = picked
	}
	slices.SortFunc(all, func(a, b ecstypes.CapacityProvider) int {
		return strings.Compare(*a.CapacityProviderArn, *b.CapacityProviderArn)
	})
	items, next, ok := cloud.Page(all, func(v ecstypes.CapacityProvider) string { return *v.CapacityProviderArn }, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	for _, v := range items {
		if !slices.Contains(in.Include, ecstypes.CapacityProviderFieldTags) {
			v.Tags = nil
		}
		out.CapacityProviders = append(out.CapacityProviders, v)
	}
	out.NextToken = ptr.Opt(next)
	return out, nil
}

func (r *region) visibleProviders(cluster *string) ([]ecstypes.CapacityProvider, error) {
	var all []ecstypes.CapacityProvider
	if cluster == nil {
		all = append(all, r.fargateProvider("FARGATE"), r.fargateProvider("FARGATE_SPOT"))
		for v := range r.providers.All() {
			all = append(all, v.view())
		}
		return all, nil
	}
	cl, err := r.cluster(cluster)
	if err != nil {
		return nil, err
	}
	for _, name := range cl.providers {
		if api.IsFargate(name) {
			all = append(all, r.fargateProvider(name))
		} else if v, ok := r.providers.Get(name); ok {
			all = append(all, v.view())
		}
	}
	for v := range cl.managed.All() {
		all = append(all, v.view())
	}
	return all, nil
}

// deleteCapacityProvider: FARGATE and FARGATE_SPOT are reserved; the provider must be in no
// service's strategy and, for an Auto Scaling group, associated with no cluster (ECS API Reference,
// DeleteCapacityProvider). It is DEPROVISIONING for a while, then gone.
func (e *ECS) deleteCapacityProvider(call cloud.Call, in *ecs.DeleteCapacityProviderInput) (*ecs.DeleteCapacityProviderOutput, error) {
	r := e.at(call.Place)
	name := cloud.ShortName(ptr.Val(in.CapacityProvider))
	if api.IsFargate(name) {
		return nil, api.Invalid("The specified capacity provider is reserved and cannot be deleted: %s", name)
	}
	v, err := r.deletableProvider(name, in)
	if err != nil {
		return nil, err
	}
	v.deleting = true
	v.status, v.update = ecstypes.CapacityProviderStatusDeprovisioning, ecstypes.CapacityProviderUpdateStatusDeleteInProgress
	e.c.After(call.Now, providerDelete, func(at time.Time) {
		v.status, v.update = ecstypes.CapacityProviderStatusInactive, ecstypes.CapacityProviderUpdateStatusDeleteComplete
		if v.cluster == nil {
			r.providers.Delete(name)
			return
		}
		v.cluster.managed.Delete(name)
		v.cluster.providers = slices.DeleteFunc(slices.Clone(v.cluster.providers), func(s string) bool { return s == name })
		for _, i := range v.cluster.instances.Select(func(i *instance) bool { return i.provider == name && i.status != stInactive }) {
			i.leave(at)
		}
	})
	out := v.view()
	return &ecs.DeleteCapacityProviderOutput{CapacityProvider: &out}, nil
}

func (r *region) deletableProvider(name string, in *ecs.DeleteCapacityProviderInput) (*provider, error) {
	cluster := ptr.Val(in.Cluster)
	if resource, _, ok := api.SplitARN(ptr.Val(in.CapacityProvider)); ok && cluster == "" {
		if parts := strings.Split(resource, "/"); len(parts) == 3 {
			cluster = parts[1]
		}
	}
	if cluster == "" {
		v, ok := r.providers.Get(name)
		if !ok {
			return nil, api.Invalid("The specified capacity provider does not exist. Specify a valid name or ARN and try again.")
		}
		for _, cl := range r.clusters.Select(nil) {
			if cl.uses(name) {
				return nil, cloud.Errorf("ResourceInUseException", "The capacity provider cannot be deleted because it is associated with a service. Remove the capacity provider from the service's strategy and try again.")
			}
			if slices.Contains(cl.providers, name) {
				return nil, cloud.Errorf("ResourceInUseException", "The capacity provider cannot be deleted because it is associated with cluster: %s. Remove the capacity provider from the cluster and try again.", cl.name)
			}
		}
		return v, nil
	}
	cl, err := r.cluster(&cluster)
	if err != nil {
		return nil, err
	}
	v, ok := cl.managed.Get(name)
	if !ok {
		return nil, api.Invalid("The specified capacity provider does not exist. Specify a valid name or ARN and try again.")
	}
	if cl.uses(name) || cl.hasDaemonOn(v.arn) {
		return nil, cloud.Errorf("ResourceInUseException", "The capacity provider cannot be deleted because it is in use by a service, task or daemon.")
	}
	return v, nil
}

// putClusterCapacityProviders replaces the whole list: what is left out is taken off, unless
// something stands on it (ECS API Reference, PutClusterCapacityProviders: ResourceInUseException,
// UpdateInProgressException). Managed Instances providers are not touched by it.
func (e *ECS) putClusterCapacityProviders(call cloud.Call, in *ecs.PutClusterCapacityProvidersInput) (*ecs.PutClusterCapacityProvidersOutput, error) {
	r := e.at(call.Place)
	cl, err := r.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if call.Now.Before(cl.busyUntil) {
		return nil, cloud.Errorf("UpdateInProgressException", "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED state before they can be updated.")
	}
	if err := r.checkProviders(in.CapacityProviders, in.DefaultCapacityProviderStrategy); err != nil {
		return nil, err
	}
	for _, old := range cl.providers {
		if _, managed := cl.managed.Get(old); !managed && !slices.Contains(in.CapacityProviders, old) && cl.uses(old) {
			return nil, cloud.Errorf("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
		}
	}
	cl.setProviders(call.Now, in.CapacityProviders, in.DefaultCapacityProviderStrategy)
	return &ecs.PutClusterCapacityProvidersOutput{Cluster: clusterView(cl, call.Now)}, nil
}

func (r *region) checkProviders(names []string, strategy []ecstypes.CapacityProviderStrategyItem) error {
	for _, n := range names {
		if v, ok := r.providers.Get(n); !api.IsFargate(n) && (!ok || v.deleting) {
			return api.Invalid("The specified capacity provider does not exist. Specify a valid name or ARN and try again.")
		}
	}
	for _, s := range strategy {
		if !slices.Contains(names, ptr.Val(s.CapacityProvider)) {
			return api.Invalid("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.")
		}
	}
	return nil
}

func (cl *cluster) setProviders(now time.Time, names []string, strategy []ecstypes.CapacityProviderStrategyItem) {
	grouped := func(n string) bool {
		_, ok := cl.r.providers.Get(n)
		return ok
	}
	changed := slices.ContainsFunc(names, func(n string) bool { return grouped(n) && !slices.Contains(cl.providers, n) }) ||
		slices.ContainsFunc(cl.providers, func(n string) bool { return grouped(n) && !slices.Contains(names, n) })
	if changed {
		cl.busyUntil = cl.r.c.Later(now, attachmentChange)
	}
	next := slices.Clone(names)
	for v := range cl.managed.All() {
		next = append(next, v.name)
	}
	cl.providers, cl.strategy = next, strategy
}

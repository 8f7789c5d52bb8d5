package cloud

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// How long a provider takes to come and go, and a cluster to change its providers. AWS publishes no numbers; these are short enough for a
// rehearsal and long enough to be seen.
const (
	providerChange   = 10 * time.Second
	providerDelete   = 30 * time.Second
	attachmentChange = 10 * time.Second
)

// ecsProvider is a capacity provider other than FARGATE and FARGATE_SPOT.
type ecsProvider struct {
	// cluster is nil for a provider over an Auto Scaling group.
	cluster  *ecsCluster
	name     string
	arn      string
	status   ecstypes.CapacityProviderStatus
	update   ecstypes.CapacityProviderUpdateStatus
	group    *ecstypes.AutoScalingGroupProvider
	managed  *ecstypes.ManagedInstancesProvider
	tags     []ecstypes.Tag
	deleting bool
}

func (v *ecsProvider) view() ecstypes.CapacityProvider {
	out := ecstypes.CapacityProvider{
		CapacityProviderArn: str(v.arn), Name: str(v.name), Status: v.status, UpdateStatus: v.update,
		AutoScalingGroupProvider: v.group, ManagedInstancesProvider: v.managed, Tags: v.tags,
		Type: ecstypes.CapacityProviderTypeEc2Autoscaling,
	}
	if v.cluster != nil {
		out.Cluster, out.Type = str(v.cluster.name), ecstypes.CapacityProviderTypeManagedInstances
	}
	return out
}

func fargateProvider(c *Cloud, region, name string) ecstypes.CapacityProvider {
	kind := ecstypes.CapacityProviderTypeFargate
	if name == "FARGATE_SPOT" {
		kind = ecstypes.CapacityProviderTypeFargateSpot
	}
	return ecstypes.CapacityProvider{
		CapacityProviderArn: str(c.ARN("ecs", region, "capacity-provider/"+name)), Name: str(name),
		Status: ecstypes.CapacityProviderStatusActive, Type: kind,
	}
}

func isFargate(provider string) bool { return provider == "FARGATE" || provider == "FARGATE_SPOT" }

// createCapacityProvider: exactly one kind of provider; the name must not begin with aws, ecs or fargate; a Managed Instances one is made in a
// cluster (ECS API Reference, CreateCapacityProvider).
func (p *compute) createCapacityProvider(call Call, in *ecs.CreateCapacityProviderInput) (*ecs.CreateCapacityProviderOutput, error) {
	name, r := val(in.Name), p.region(call.Region)
	low := strings.ToLower(name)
	if !validName(name) || strings.HasPrefix(low, "aws") || strings.HasPrefix(low, "ecs") || strings.HasPrefix(low, "fargate") {
		return nil, invalid("The capacity provider name is invalid: %s", name)
	}
	if (in.AutoScalingGroupProvider == nil) == (in.ManagedInstancesProvider == nil) {
		return nil, invalid("Specify either an Auto Scaling group provider or a managed instances provider.")
	}
	if in.AutoScalingGroupProvider != nil {
		if v, ok := r.providers.get(name); ok && v.status != ecstypes.CapacityProviderStatusInactive {
			return nil, invalid("The specified capacity provider already exists. Specify a unique name and try again.")
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
	if _, ok := cl.managed.get(name); ok {
		return nil, invalid("The specified capacity provider already exists. Specify a unique name and try again.")
	}
	mi := in.ManagedInstancesProvider
	v := cl.newManaged(name, &ecstypes.ManagedInstancesProvider{
		InfrastructureRoleArn: mi.InfrastructureRoleArn, InstanceLaunchTemplate: mi.InstanceLaunchTemplate, PropagateTags: mi.PropagateTags,
		InfrastructureOptimization: mi.InfrastructureOptimization, AutoRepairConfiguration: mi.AutoRepairConfiguration,
	})
	v.tags, v.status, v.update = in.Tags, ecstypes.CapacityProviderStatusProvisioning, ecstypes.CapacityProviderUpdateStatusCreateInProgress
	p.after(call.Now, providerChange, func(time.Time) {
		if !v.deleting {
			v.status, v.update = ecstypes.CapacityProviderStatusActive, ecstypes.CapacityProviderUpdateStatusCreateComplete
		}
	})
	out := v.view()
	return &ecs.CreateCapacityProviderOutput{CapacityProvider: &out}, nil
}

func (r *ecsRegion) newProvider(name string, group *ecstypes.AutoScalingGroupProvider) *ecsProvider {
	v := &ecsProvider{
		name: name, arn: r.p.c.ARN("ecs", r.name, "capacity-provider/"+name), group: group,
		status: ecstypes.CapacityProviderStatusActive, update: ecstypes.CapacityProviderUpdateStatusCreateComplete,
	}
	r.providers.put(name, v)
	return v
}

func (cl *ecsCluster) newManaged(name string, mi *ecstypes.ManagedInstancesProvider) *ecsProvider {
	v := &ecsProvider{
		cluster: cl, name: name, arn: cl.r.p.c.ARN("ecs", cl.r.name, "capacity-provider/"+cl.name+"/"+name), managed: mi,
		status: ecstypes.CapacityProviderStatusActive, update: ecstypes.CapacityProviderUpdateStatusCreateComplete,
	}
	cl.managed.put(name, v)
	cl.providers = append(slices.Clone(cl.providers), name)
	return v
}

// describeCapacityProviders: up to 10 a page; with a cluster only that cluster's, Managed Instances ones among them (ECS API Reference,
// DescribeCapacityProviders, maxResults and cluster).
func (p *compute) describeCapacityProviders(call Call, in *ecs.DescribeCapacityProvidersInput) (*ecs.DescribeCapacityProvidersOutput, error) {
	n, err := limit(in.MaxResults, 10, 10)
	if err != nil {
		return nil, err
	}
	if len(in.CapacityProviders) > 100 {
		return nil, between(len(in.CapacityProviders), 100, "Capacity providers")
	}
	all, err := p.region(call.Region).visibleProviders(in.Cluster)
	if err != nil {
		return nil, err
	}
	out := &ecs.DescribeCapacityProvidersOutput{CapacityProviders: []ecstypes.CapacityProvider{}, Failures: []ecstypes.Failure{}}
	if len(in.CapacityProviders) > 0 {
		var picked []ecstypes.CapacityProvider
		for _, ref := range in.CapacityProviders {
			i := slices.IndexFunc(all, func(v ecstypes.CapacityProvider) bool { return val(v.Name) == ref || val(v.CapacityProviderArn) == ref })
			if i < 0 {
				out.Failures = append(out.Failures, missing(p.c.ARN("ecs", call.Region, "capacity-provider/"+tail(ref))))
				continue
			}
			picked = append(picked, all[i])
		}
		all = picked
	}
	slices.SortFunc(all, func(a, b ecstypes.CapacityProvider) int {
		return strings.Compare(*a.CapacityProviderArn, *b.CapacityProviderArn)
	})
	items, next := page(all, func(v ecstypes.CapacityProvider) string { return *v.CapacityProviderArn }, n, val(in.NextToken))
	for _, v := range items {
		if !slices.Contains(in.Include, ecstypes.CapacityProviderFieldTags) {
			v.Tags = nil
		}
		out.CapacityProviders = append(out.CapacityProviders, v)
	}
	out.NextToken = opt(next)
	return out, nil
}

func (r *ecsRegion) visibleProviders(cluster *string) ([]ecstypes.CapacityProvider, error) {
	var all []ecstypes.CapacityProvider
	if cluster == nil {
		all = append(all, fargateProvider(r.p.c, r.name, "FARGATE"), fargateProvider(r.p.c, r.name, "FARGATE_SPOT"))
		r.providers.each(func(v *ecsProvider) bool {
			all = append(all, v.view())
			return true
		})
		return all, nil
	}
	cl, err := r.cluster(cluster)
	if err != nil {
		return nil, err
	}
	for _, name := range cl.providers {
		if isFargate(name) {
			all = append(all, fargateProvider(r.p.c, r.name, name))
		} else if v, ok := r.providers.get(name); ok {
			all = append(all, v.view())
		}
	}
	cl.managed.each(func(v *ecsProvider) bool {
		all = append(all, v.view())
		return true
	})
	return all, nil
}

// deleteCapacityProvider: FARGATE and FARGATE_SPOT are reserved; the provider must be in no service's strategy and, for an Auto Scaling group,
// associated with no cluster (ECS API Reference, DeleteCapacityProvider). It is DEPROVISIONING for a while, then gone.
func (p *compute) deleteCapacityProvider(call Call, in *ecs.DeleteCapacityProviderInput) (*ecs.DeleteCapacityProviderOutput, error) {
	r := p.region(call.Region)
	name := tail(val(in.CapacityProvider))
	if isFargate(name) {
		return nil, invalid("The specified capacity provider is reserved and cannot be deleted: %s", name)
	}
	v, err := r.deletableProvider(name, in)
	if err != nil {
		return nil, err
	}
	v.deleting = true
	v.status, v.update = ecstypes.CapacityProviderStatusDeprovisioning, ecstypes.CapacityProviderUpdateStatusDeleteInProgress
	p.after(call.Now, providerDelete, func(at time.Time) {
		v.status, v.update = ecstypes.CapacityProviderStatusInactive, ecstypes.CapacityProviderUpdateStatusDeleteComplete
		if v.cluster == nil {
			r.providers.drop(name)
			return
		}
		v.cluster.managed.drop(name)
		v.cluster.providers = slices.DeleteFunc(slices.Clone(v.cluster.providers), func(s string) bool { return s == name })
		for _, i := range v.cluster.instances.all(func(i *ecsInstance) bool { return i.provider == name && i.status != stInactive }) {
			i.leave(at)
		}
	})
	out := v.view()
	return &ecs.DeleteCapacityProviderOutput{CapacityProvider: &out}, nil
}

func (r *ecsRegion) deletableProvider(name string, in *ecs.DeleteCapacityProviderInput) (*ecsProvider, error) {
	cluster := val(in.Cluster)
	if resource, _, ok := arnParts(val(in.CapacityProvider)); ok && cluster == "" {
		if parts := strings.Split(resource, "/"); len(parts) == 3 {
			cluster = parts[1]
		}
	}
	if cluster == "" {
		v, ok := r.providers.get(name)
		if !ok {
			return nil, invalid("The specified capacity provider does not exist. Specify a valid name or ARN and try again.")
		}
		for _, cl := range r.clusters.all(nil) {
			if cl.uses(name) {
				return nil, Errorf("ResourceInUseException", "The capacity provider cannot be deleted because it is associated with a service. Remove the capacity provider from the service's strategy and try again.")
			}
			if slices.Contains(cl.providers, name) {
				return nil, Errorf("ResourceInUseException", "The capacity provider cannot be deleted because it is associated with cluster: %s. Remove the capacity provider from the cluster and try again.", cl.name)
			}
		}
		return v, nil
	}
	cl, err := r.cluster(&cluster)
	if err != nil {
		return nil, err
	}
	v, ok := cl.managed.get(name)
	if !ok {
		return nil, invalid("The specified capacity provider does not exist. Specify a valid name or ARN and try again.")
	}
	if cl.uses(name) || cl.hasDaemonOn(v.arn) {
		return nil, Errorf("ResourceInUseException", "The capacity provider cannot be deleted because it is in use by a service, task or daemon.")
	}
	return v, nil
}

// putClusterCapacityProviders replaces the whole list: what is left out is taken off, unless something stands on it (ECS API Reference,
// PutClusterCapacityProviders: ResourceInUseException, UpdateInProgressException). Managed Instances providers are not touched by it.
func (p *compute) putClusterCapacityProviders(call Call, in *ecs.PutClusterCapacityProvidersInput) (*ecs.PutClusterCapacityProvidersOutput, error) {
	r := p.region(call.Region)
	cl, err := r.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if call.Now.Before(cl.busyUntil) {
		return nil, Errorf("UpdateInProgressException", "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED state before they can be updated.")
	}
	if err := r.checkProviders(in.CapacityProviders, in.DefaultCapacityProviderStrategy); err != nil {
		return nil, err
	}
	for _, old := range cl.providers {
		if _, managed := cl.managed.get(old); !managed && !slices.Contains(in.CapacityProviders, old) && cl.uses(old) {
			return nil, Errorf("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
		}
	}
	cl.setProviders(call.Now, in.CapacityProviders, in.DefaultCapacityProviderStrategy)
	return &ecs.PutClusterCapacityProvidersOutput{Cluster: clusterView(cl, call.Now)}, nil
}

func (r *ecsRegion) checkProviders(names []string, strategy []ecstypes.CapacityProviderStrategyItem) error {
	for _, n := range names {
		if v, ok := r.providers.get(n); !isFargate(n) && (!ok || v.deleting) {
			return invalid("The specified capacity provider does not exist. Specify a valid name or ARN and try again.")
		}
	}
	for _, s := range strategy {
		if !slices.Contains(names, val(s.CapacityProvider)) {
			return invalid("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.")
		}
	}
	return nil
}

func (cl *ecsCluster) setProviders(now time.Time, names []string, strategy []ecstypes.CapacityProviderStrategyItem) {
	grouped := func(n string) bool {
		_, ok := cl.r.providers.get(n)
		return ok
	}
	changed := slices.ContainsFunc(names, func(n string) bool { return grouped(n) && !slices.Contains(cl.providers, n) }) ||
		slices.ContainsFunc(cl.providers, func(n string) bool { return grouped(n) && !slices.Contains(names, n) })
	if changed {
		cl.busyUntil = cl.r.p.c.in(now, attachmentChange)
	}
	next := slices.Clone(names)
	cl.managed.each(func(v *ecsProvider) bool {
		next = append(next, v.name)
		return true
	})
	cl.providers, cl.strategy = next, strategy
}

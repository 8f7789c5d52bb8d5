package ecs

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// rememberedFor is how long ECS shows what is gone: stopped tasks "for at least one hour" (ECS API
// Reference, DescribeTasks); for INACTIVE clusters, services and instances it only says "for a
// period of time".
const rememberedFor = time.Hour

func (r *region) newCluster(name string) *cluster {
	cl := &cluster{
		r: r, name: name, status: stActive, arn: r.arn("cluster/" + name),
		settings: []ecstypes.ClusterSetting{{Name: ecstypes.ClusterSettingNameContainerInsights, Value: new("disabled")}},
		running:  map[ecstypes.LaunchType]int32{}, pending: map[ecstypes.LaunchType]int32{},
		serving: map[ecstypes.LaunchType]int32{}, draining: map[ecstypes.LaunchType]int32{},
	}
	r.clusters.Set(name, cl)
	return cl
}

func (e *ECS) listClusters(call cloud.Call, in *ecs.ListClustersInput) (*ecs.ListClustersOutput, error) {
	n, err := api.Limit(in.MaxResults, 100, 100)
	if err != nil {
		return nil, err
	}
	items, next, ok := e.at(call.Place).clusters.Page(func(cl *cluster) bool { return cl.status != stInactive }, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, api.BadToken()
	}
	out := &ecs.ListClustersOutput{ClusterArns: []string{}, NextToken: ptr.Opt(next)}
	for _, cl := range items {
		out.ClusterArns = append(out.ClusterArns, cl.arn)
	}
	return out, nil
}

// describeClusters describes up to 100 clusters, the default one if none is named (ECS API
// Reference, DescribeClusters).
func (e *ECS) describeClusters(call cloud.Call, in *ecs.DescribeClustersInput) (*ecs.DescribeClustersOutput, error) {
	refs := in.Clusters
	if len(refs) == 0 {
		refs = []string{"default"}
	}
	if err := api.Between(len(refs), 100, "Clusters"); err != nil {
		return nil, err
	}
	r := e.at(call.Place)
	out := &ecs.DescribeClustersOutput{Clusters: []ecstypes.Cluster{}, Failures: []ecstypes.Failure{}}
	for _, ref := range refs {
		if cl := r.findCluster(ref); cl != nil {
			out.Clusters = append(out.Clusters, cl.view(call.Now, in.Include...))
		} else {
			out.Failures = append(out.Failures, missing(e.at(call.Place).arn("cluster/"+cloud.ShortName(ref))))
		}
	}
	return out, nil
}

func (cl *cluster) view(now time.Time, include ...ecstypes.ClusterField) ecstypes.Cluster {
	v := ecstypes.Cluster{
		ClusterArn: new(cl.arn), ClusterName: new(cl.name), Status: new(cl.status),
		CapacityProviders: append([]string{}, cl.providers...), DefaultCapacityProviderStrategy: cl.strategy,
		RegisteredContainerInstancesCount: int32(cl.registered()),
		ServiceConnectDefaults:            cl.connect,
		Settings:                          []ecstypes.ClusterSetting{}, Statistics: []ecstypes.KeyValuePair{}, Tags: []ecstypes.Tag{},
	}
	for _, n := range cl.running {
		v.RunningTasksCount += n
	}
	for _, n := range cl.pending {
		v.PendingTasksCount += n
	}
	for _, n := range cl.serving {
		v.ActiveServicesCount += n
	}
	for _, f := range include {
		switch f {
		case ecstypes.ClusterFieldStatistics:
			v.Statistics = cl.statistics()
		case ecstypes.ClusterFieldSettings:
			v.Settings = cl.settings
		case ecstypes.ClusterFieldTags:
			v.Tags = append([]ecstypes.Tag{}, cl.tags...)
		case ecstypes.ClusterFieldConfigurations:
			v.Configuration = cl.configuration
		case ecstypes.ClusterFieldAttachments:
			v.Attachments, v.AttachmentsStatus = cl.attachments(now)
		}
	}
	return v
}

// statistics are the eight of the ECS API Reference, Cluster, statistics; one of them is spelled
// with a capital there.
func (cl *cluster) statistics() []ecstypes.KeyValuePair {
	kv := func(name string, counts map[ecstypes.LaunchType]int32, of ecstypes.LaunchType) ecstypes.KeyValuePair {
		return ecstypes.KeyValuePair{Name: new(name), Value: new(strconv.Itoa(int(counts[of])))}
	}
	const ec2, fargate = ecstypes.LaunchTypeEc2, ecstypes.LaunchTypeFargate
	return []ecstypes.KeyValuePair{
		kv("runningEC2TasksCount", cl.running, ec2), kv("RunningFargateTasksCount", cl.running, fargate),
		kv("pendingEC2TasksCount", cl.pending, ec2), kv("pendingFargateTasksCount", cl.pending, fargate),
		kv("activeEC2ServiceCount", cl.serving, ec2), kv("activeFargateServiceCount", cl.serving, fargate),
		kv("drainingEC2ServiceCount", cl.draining, ec2), kv("drainingFargateServiceCount", cl.draining, fargate),
	}
}

// attachments are what capacity providers of Auto Scaling groups bring along (ECS API Reference,
// Cluster, attachments).
func (cl *cluster) attachments(now time.Time) ([]ecstypes.Attachment, *string) {
	var out []ecstypes.Attachment
	for _, name := range cl.providers {
		if _, ok := cl.r.providers.Get(name); ok {
			status := "CREATED"
			if now.Before(cl.busyUntil) {
				status = "PRECREATED"
			}
			out = append(out, ecstypes.Attachment{
				Id: new(cl.name + "-" + name), Type: new("as_policy"), Status: new(status),
				Details: []ecstypes.KeyValuePair{{Name: new("capacityProviderName"), Value: new(name)}},
			})
		}
	}
	switch {
	case now.Before(cl.busyUntil):
		return out, new("UPDATE_IN_PROGRESS")
	case len(out) > 0:
		return out, new("UPDATE_COMPLETE")
	}
	return out, nil
}

func (e *ECS) createCluster(call cloud.Call, in *ecs.CreateClusterInput) (*ecs.CreateClusterOutput, error) {
	name := ptr.Val(in.ClusterName)
	if name == "" {
		name = "default"
	}
	if !api.ValidName(name) {
		return nil, api.Invalid("Cluster name is invalid. It can have up to 255 letters, numbers, underscores, and hyphens.")
	}
	r := e.at(call.Place)
	if cl, ok := r.clusters.Get(name); ok && cl.status != stInactive {
		// CreateCluster on a name that exists answers with the cluster that is there, as repeated
		// calls in the wild show.
		return &ecs.CreateClusterOutput{Cluster: clusterView(cl, call.Now)}, nil
	}
	if err := r.checkProviders(in.CapacityProviders, in.DefaultCapacityProviderStrategy); err != nil {
		return nil, err
	}
	cl := r.newCluster(name)
	cl.tags, cl.configuration = in.Tags, in.Configuration
	if len(in.Settings) > 0 {
		cl.settings = in.Settings
	}
	cl.setConnect(in.ServiceConnectDefaults)
	cl.setProviders(call.Now, in.CapacityProviders, in.DefaultCapacityProviderStrategy)
	return &ecs.CreateClusterOutput{Cluster: clusterView(cl, call.Now)}, nil
}

func clusterView(cl *cluster, now time.Time) *ecstypes.Cluster {
	v := cl.view(now, ecstypes.ClusterFieldSettings, ecstypes.ClusterFieldTags, ecstypes.ClusterFieldConfigurations, ecstypes.ClusterFieldAttachments)
	return &v
}

func (cl *cluster) setConnect(in *ecstypes.ClusterServiceConnectDefaultsRequest) {
	if in == nil {
		return
	}
	cl.connect = nil
	if ptr.Val(in.Namespace) != "" {
		cl.connect = &ecstypes.ClusterServiceConnectDefaults{Namespace: in.Namespace}
	}
}

func (e *ECS) updateCluster(call cloud.Call, in *ecs.UpdateClusterInput) (*ecs.UpdateClusterOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if len(in.Settings) > 0 {
		cl.settings = in.Settings
	}
	if in.Configuration != nil {
		cl.configuration = in.Configuration
	}
	cl.setConnect(in.ServiceConnectDefaults)
	return &ecs.UpdateClusterOutput{Cluster: clusterView(cl, call.Now)}, nil
}

func (e *ECS) updateClusterSettings(call cloud.Call, in *ecs.UpdateClusterSettingsInput) (*ecs.UpdateClusterSettingsOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	cl.settings = in.Settings
	return &ecs.UpdateClusterSettingsOutput{Cluster: clusterView(cl, call.Now)}, nil
}

// deleteCluster refuses while anything is left in the cluster. Errors and their order: ECS API
// Reference, DeleteCluster; services count while ACTIVE or DRAINING, tasks until their lastStatus
// is STOPPED, instances while ACTIVE or DRAINING; FARGATE providers do not count.
func (e *ECS) deleteCluster(call cloud.Call, in *ecs.DeleteClusterInput) (*ecs.DeleteClusterOutput, error) {
	cl, err := e.at(call.Place).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	switch {
	case call.Now.Before(cl.busyUntil):
		return nil, cloud.Errorf("UpdateInProgressException", "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED state before the cluster can be deleted.")
	case cl.registered() > 0:
		return nil, cloud.Errorf("ClusterContainsContainerInstancesException", "The Cluster cannot be deleted while Container Instances are active or draining.")
	case cl.hasServices():
		return nil, cloud.Errorf("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
	case cl.live > 0:
		return nil, cloud.Errorf("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
	case cl.managed.Len() > 0:
		return nil, cloud.Errorf("ClusterContainsCapacityProviderException", "The Cluster cannot be deleted while Capacity Providers are active.")
	}
	cl.status, cl.tags, cl.providers, cl.strategy = stInactive, nil, nil, nil
	e.c.After(call.Now, rememberedFor, func(time.Time) {
		if now, ok := cl.r.clusters.Get(cl.name); ok && now == cl {
			cl.r.clusters.Delete(cl.name)
		}
	})
	return &ecs.DeleteClusterOutput{Cluster: clusterView(cl, call.Now)}, nil
}

func (cl *cluster) hasServices() bool {
	for s := range cl.services.All() {
		if s.status != stInactive {
			return true
		}
	}
	return false
}

// registered counts the container instances that are ACTIVE or DRAINING.
func (cl *cluster) registered() int {
	n := 0
	for i := range cl.instances.All() {
		if i.status != stInactive {
			n++
		}
	}
	return n
}

// uses says whether the cluster's services, task sets or live tasks stand on a capacity provider.
func (cl *cluster) uses(provider string) bool {
	named := func(s []ecstypes.CapacityProviderStrategyItem) bool {
		return slices.ContainsFunc(s, func(i ecstypes.CapacityProviderStrategyItem) bool { return ptr.Val(i.CapacityProvider) == provider })
	}
	for s := range cl.services.All() {
		if s.status != stInactive && (named(s.strategy) || s.spec.provider == provider) {
			return true
		}
	}
	for t := range cl.tasks.All() {
		if t.provider == provider && t.status != taskStopped {
			return true
		}
	}
	return false
}

package ecs

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// tagsOf finds where the tags of a resource are kept. Capacity providers, clusters, services,
// tasks, instances, task sets, daemons and both kinds of definitions have tags (ECS API Reference,
// TagResource, resourceArn).
func (e *ECS) tagsOf(call cloud.Call, arn string) (*[]ecstypes.Tag, error) {
	gone := api.Invalid("The specified resource does not exist: %s", arn)
	resource, region, ok := api.SplitARN(arn)
	if !ok || region != call.Region {
		return nil, api.Invalid("Invalid ARN: %s", arn)
	}
	r := e.at(call.Place)
	parts := strings.Split(resource, "/")
	switch parts[0] {
	case "task-definition":
		if d, ok := r.definitions.Find(arn); ok {
			return &d.Tags, nil
		}
		return nil, gone
	case "daemon-task-definition":
		if d, ok := r.definitions.FindDaemon(arn); ok {
			return &d.Tags, nil
		}
		return nil, gone
	case "capacity-provider":
		if v, ok := r.providers.Get(parts[len(parts)-1]); ok && len(parts) == 2 {
			return &v.tags, nil
		}
	}
	if len(parts) < 2 {
		return nil, gone
	}
	cl, ok := r.clusters.Get(parts[1])
	switch {
	case !ok:
		return nil, cloud.Errorf("ClusterNotFoundException", "Cluster not found.")
	case cl.status == stInactive:
		// As seen in the wild, of TagResource and ListTagsForResource (cloud-nuke#145,
		// terraform-provider-aws#35524).
		return nil, api.Invalid("The specified cluster is inactive. Specify an active cluster and try again.")
	}
	if tags := cl.tagsOf(parts, arn); tags != nil {
		return tags, nil
	}
	return nil, gone
}

func (cl *cluster) tagsOf(parts []string, arn string) *[]ecstypes.Tag {
	name := parts[len(parts)-1]
	switch parts[0] {
	case "cluster":
		return &cl.tags
	case "service":
		if s, ok := cl.services.Get(name); ok && s.status != stInactive {
			return &s.tags
		}
	case "task":
		if t, ok := cl.tasks.Get(name); ok && t.desired != taskStopped {
			return &t.tags
		}
	case "container-instance":
		if i, ok := cl.instances.Get(name); ok && i.status != stInactive {
			return &i.tags
		}
	case "capacity-provider":
		if v, ok := cl.managed.Get(name); ok {
			return &v.tags
		}
	case "daemon":
		if d, ok := cl.daemons.Get(name); ok {
			return &d.tags
		}
	case "task-set":
		if s, ok := cl.services.Get(parts[min(2, len(parts)-1)]); ok {
			if ts, err := s.taskSet(&arn); err == nil {
				return &ts.tags
			}
		}
	}
	return nil
}

func (e *ECS) listTagsForResource(call cloud.Call, in *ecs.ListTagsForResourceInput) (*ecs.ListTagsForResourceOutput, error) {
	tags, err := e.tagsOf(call, ptr.Val(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	return &ecs.ListTagsForResourceOutput{Tags: append([]ecstypes.Tag{}, *tags...)}, nil
}

// tagResource: what the resource has then is held to the limits too (ECS API Reference, TagResource,
// tags).
func (e *ECS) tagResource(call cloud.Call, in *ecs.TagResourceInput) (*ecs.TagResourceOutput, error) {
	tags, err := e.tagsOf(call, ptr.Val(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	merged := api.MergeTags(*tags, in.Tags)
	if err := api.CheckTags(merged); err != nil {
		return nil, err
	}
	*tags = merged
	return &ecs.TagResourceOutput{}, nil
}

func (e *ECS) untagResource(call cloud.Call, in *ecs.UntagResourceInput) (*ecs.UntagResourceOutput, error) {
	tags, err := e.tagsOf(call, ptr.Val(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	*tags = slices.DeleteFunc(slices.Clone(*tags), func(t ecstypes.Tag) bool { return slices.Contains(in.TagKeys, ptr.Val(t.Key)) })
	return &ecs.UntagResourceOutput{}, nil
}

package cloud

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// tagList makes tags in the order of their keys.
func tagList(m map[string]string) []ecstypes.Tag {
	var out []ecstypes.Tag
	for k, v := range m {
		out = append(out, ecstypes.Tag{Key: str(k), Value: str(v)})
	}
	slices.SortFunc(out, func(a, b ecstypes.Tag) int { return strings.Compare(*a.Key, *b.Key) })
	return out
}

// tagsOf finds where the tags of a resource are kept. Capacity providers, clusters, services, tasks, instances, task sets, daemons and both
// kinds of definitions have tags (ECS API Reference, TagResource, resourceArn).
func (p *compute) tagsOf(call Call, arn string) (*[]ecstypes.Tag, error) {
	gone := invalid("The specified resource does not exist: %s", arn)
	resource, region, ok := arnParts(arn)
	if !ok || region != call.Region {
		return nil, invalid("Invalid ARN: %s", arn)
	}
	r := p.region(region)
	parts := strings.Split(resource, "/")
	switch parts[0] {
	case "task-definition":
		if d, ok := r.families.find(arn, (*ecsDefinition).active); ok {
			return &d.tags, nil
		}
		return nil, gone
	case "daemon-task-definition":
		if d, ok := r.daemonFamilies.find(arn, (*ecsDaemonDefinition).active); ok {
			return &d.tags, nil
		}
		return nil, gone
	case "capacity-provider":
		if v, ok := r.providers.get(parts[len(parts)-1]); ok && len(parts) == 2 {
			return &v.tags, nil
		}
	}
	if len(parts) < 2 {
		return nil, gone
	}
	cl, ok := r.clusters.get(parts[1])
	if !ok || cl.status == stInactive {
		return nil, Errorf("ClusterNotFoundException", "Cluster not found.")
	}
	if tags := cl.tagsOf(parts, arn); tags != nil {
		return tags, nil
	}
	return nil, gone
}

func (cl *ecsCluster) tagsOf(parts []string, arn string) *[]ecstypes.Tag {
	name := parts[len(parts)-1]
	switch parts[0] {
	case "cluster":
		return &cl.tags
	case "service":
		if s, ok := cl.services.get(name); ok && s.status != stInactive {
			return &s.tags
		}
	case "task":
		if t, ok := cl.tasks.get(name); ok && t.desired != taskStopped {
			return &t.tags
		}
	case "container-instance":
		if i, ok := cl.instances.get(name); ok && i.status != stInactive {
			return &i.tags
		}
	case "capacity-provider":
		if v, ok := cl.managed.get(name); ok {
			return &v.tags
		}
	case "daemon":
		if d, ok := cl.daemons.get(name); ok {
			return &d.tags
		}
	case "task-set":
		if s, ok := cl.services.get(parts[min(2, len(parts)-1)]); ok {
			if ts, err := s.taskSet(&arn); err == nil {
				return &ts.tags
			}
		}
	}
	return nil
}

func (p *compute) listTagsForResource(call Call, in *ecs.ListTagsForResourceInput) (*ecs.ListTagsForResourceOutput, error) {
	tags, err := p.tagsOf(call, val(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	return &ecs.ListTagsForResourceOutput{Tags: append([]ecstypes.Tag{}, *tags...)}, nil
}

// tagResource: at most 50 tags, no key that begins with aws: (ECS API Reference, TagResource, tags).
func (p *compute) tagResource(call Call, in *ecs.TagResourceInput) (*ecs.TagResourceOutput, error) {
	tags, err := p.tagsOf(call, val(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	for _, t := range in.Tags {
		if strings.HasPrefix(strings.ToLower(val(t.Key)), "aws:") {
			return nil, invalid("Tag keys that begin with aws: are reserved.")
		}
	}
	merged := mergeTags(*tags, in.Tags)
	if len(merged) > 50 {
		return nil, invalid("A resource can have at most 50 tags.")
	}
	*tags = merged
	return &ecs.TagResourceOutput{}, nil
}

func (p *compute) untagResource(call Call, in *ecs.UntagResourceInput) (*ecs.UntagResourceOutput, error) {
	tags, err := p.tagsOf(call, val(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	*tags = slices.DeleteFunc(slices.Clone(*tags), func(t ecstypes.Tag) bool { return slices.Contains(in.TagKeys, val(t.Key)) })
	return &ecs.UntagResourceOutput{}, nil
}

// listAccountSettings shows the settings of an account that has changed none: long ARNs, no Container Insights (ECS Developer Guide, "Access
// Amazon ECS features with account settings"). Without effectiveSettings AWS lists only what was set explicitly.
func (p *compute) listAccountSettings(_ Call, in *ecs.ListAccountSettingsInput) (*ecs.ListAccountSettingsOutput, error) {
	out := &ecs.ListAccountSettingsOutput{Settings: []ecstypes.Setting{}}
	if !in.EffectiveSettings {
		return out, nil
	}
	for _, s := range [][2]string{
		{"containerInsights", "disabled"},
		{"containerInstanceLongArnFormat", "enabled"},
		{"serviceLongArnFormat", "enabled"},
		{"taskLongArnFormat", "enabled"},
		{"awsvpcTrunking", "disabled"},
		{"tagResourceAuthorization", "on"},
	} {
		if (in.Name == "" || string(in.Name) == s[0]) && (in.Value == nil || *in.Value == s[1]) {
			out.Settings = append(out.Settings, ecstypes.Setting{
				Name: ecstypes.SettingName(s[0]), Value: str(s[1]), PrincipalArn: str("arn:" + p.c.opts.Partition + ":iam::" + p.c.opts.Account + ":root"),
			})
		}
	}
	return out, nil
}

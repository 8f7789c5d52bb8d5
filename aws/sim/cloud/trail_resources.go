package cloud

import "strings"

// resourceMembers say, by service, which members of a request ("in.") or response ("out.") name a resource, and of which type. LookupEvents
// computes its Resources itself and names what records leave out; AWS publishes no list, so this one holds what a search by name is tried on.
func resourceMembers(source string) [][2]string {
	switch source {
	case "ecs.amazonaws.com":
		return [][2]string{
			{"in.clusterName", "AWS::ECS::Cluster"},
			{"in.cluster", "AWS::ECS::Cluster"},
			{"in.serviceName", "AWS::ECS::Service"},
			{"in.service", "AWS::ECS::Service"},
			{"in.taskDefinition", "AWS::ECS::TaskDefinition"},
			{"out.taskDefinition.taskDefinitionArn", "AWS::ECS::TaskDefinition"},
		}
	case "iam.amazonaws.com":
		return [][2]string{
			{"in.userName", "AWS::IAM::User"},
			{"in.roleName", "AWS::IAM::Role"},
			{"in.groupName", "AWS::IAM::Group"},
			{"in.policyArn", "AWS::IAM::Policy"},
			{"in.accessKeyId", "AWS::IAM::AccessKey"},
			{"out.accessKey.accessKeyId", "AWS::IAM::AccessKey"},
		}
	case "sts.amazonaws.com":
		return [][2]string{
			{"in.roleArn", "AWS::IAM::Role"},
			{"out.credentials.accessKeyId", "AWS::IAM::AccessKey"},
			{"out.assumedRoleUser.arn", "AWS::STS::AssumedRole"},
		}
	case "events.amazonaws.com":
		return [][2]string{{"in.rule", "AWS::Events::Rule"}, {"in.name", "AWS::Events::Rule"}}
	}
	return nil
}

// resources are what LookupEvents names beside the event; the trail's lock is held.
func (e *TrailEvent) resources() []TrailResource {
	if e.Resources != nil || e.found != nil {
		return append(e.found, e.Resources...)
	}
	e.found = []TrailResource{}
	members := resourceMembers(e.Source)
	if len(members) == 0 {
		return e.found
	}
	in, out := parameters(e.Request), parameters(e.Response)
	for _, m := range members {
		side, path, _ := strings.Cut(m[0], ".")
		value := in
		if side == "out" {
			value = out
		}
		for step := range strings.SplitSeq(path, ".") {
			members, _ := value.(map[string]any)
			value = members[step]
		}
		if name, ok := value.(string); ok && name != "" {
			e.found = append(e.found, TrailResource{Type: m[1], Name: name})
		}
	}
	return e.found
}

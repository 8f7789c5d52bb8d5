package api

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// Referring tells which members of requests name things of ECS, and of which kind: "" is any. What
// else may hold an ARN (roles, target groups, Auto Scaling groups) belongs to other services.
func Referring(member string) (kind string, ok bool) {
	switch member {
	case "Cluster", "Clusters", "ClusterArn":
		return "cluster", true
	case "Service", "Services", "ServiceArn":
		return "service", true
	case "Task", "Tasks":
		return "task", true
	case "TaskDefinition", "TaskDefinitions", "TaskDefinitionArn":
		return "task-definition", true
	case "ContainerInstance", "ContainerInstances":
		return "container-instance", true
	case "CapacityProvider", "CapacityProviders", "CapacityProviderArns":
		return "capacity-provider", true
	case "TaskSet", "TaskSets", "PrimaryTaskSet":
		return "task-set", true
	case "DaemonArn":
		return "daemon", true
	case "DaemonTaskDefinition", "DaemonTaskDefinitionArn":
		return "daemon-task-definition", true
	case "DaemonRevisionArns":
		return "daemon-revision", true
	case "ResourceArn":
		return "", true
	}
	return "", false
}

// references visits what a request names of ECS until visit refuses one.
func references(input any, visit func(kind, ref string) error) error {
	v := reflect.ValueOf(input).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		kind, ok := Referring(name)
		// ListTasks takes a service by its name or ARN; CreateService names a new one.
		if _, lists := input.(*ecs.ListTasksInput); lists && name == "ServiceName" {
			kind, ok = "service", true
		}
		if !ok {
			continue
		}
		var refs []string
		switch f := v.Field(i).Interface().(type) {
		case *string:
			refs = []string{ptr.Val(f)}
		case []string:
			refs = f
		}
		for _, ref := range refs {
			if err := visit(kind, ref); err != nil {
				return err
			}
		}
	}
	return nil
}

// CheckReferences refuses a request that names anything by an ARN that is none of this place's ECS.
// "Invalid Region in ARN" is what ECS says of another region's, whatever the operation (aws-cli#3175,
// amazon-ecs-cli#821); of another account's, service's or kind's thing its words are not published.
func CheckReferences(p cloud.Place, partition string, input any) error {
	return references(input, func(kind, ref string) error {
		if !strings.HasPrefix(ref, "arn:") {
			return nil
		}
		a, err := arn.Parse(ref)
		if err != nil || strings.Count(a.Resource, "/") == 0 {
			return Invalid("Invalid identifier: Unexpected number of separators")
		}
		found, _, _ := strings.Cut(a.Resource, "/")
		switch {
		case a.Partition != partition:
			return Invalid("Invalid Partition in ARN")
		case a.Service != "ecs":
			return Invalid("Invalid Service in ARN")
		case a.Region != p.Region:
			return Invalid("Invalid Region in ARN")
		case a.AccountID != p.Account:
			return Invalid("Invalid identifier: Identifier is for %s. Your accountId is %s", a.AccountID, p.Account)
		case kind != "" && found != kind:
			return Invalid("Unsupported resource type: %s", found)
		}
		return nil
	})
}

// CheckWords refuses a word that is not in ECS's list for it, as in "include should be one of
// [ATTACHMENTS,SETTINGS,STATISTICS,TAGS]" (terraform-provider-aws#23342).
func CheckWords(input any) error {
	u, found := cloud.FindUnlisted(input)
	if !found {
		return nil
	}
	var words strings.Builder
	for _, r := range u.Member[strings.LastIndexByte(u.Member, '.')+1:] {
		if r >= 'A' && r <= 'Z' {
			words.WriteByte(' ')
			r += 'a' - 'A'
		}
		words.WriteRune(r)
	}
	return Invalid("%s should be one of [%s]", words.String(), strings.Join(u.Allowed, ","))
}

// CheckTags refuses tags that ECS does not take (ECS API Reference, Tag).
func CheckTags(tags []ecstypes.Tag) error {
	list := make([]cloud.Tag, len(tags))
	for i, t := range tags {
		list[i] = cloud.Tag{Key: ptr.Val(t.Key), Value: ptr.Val(t.Value)}
	}
	if wrong := cloud.CheckTags(list); wrong != "" {
		return Invalid("%s", wrong)
	}
	return nil
}

// CheckToken refuses a client token that is too long or has other characters than those from ! to ~
// (ECS API Reference, CreateService and RunTask, clientToken).
func CheckToken(token *string, most int) error {
	t := ptr.Val(token)
	if len(t) > most || strings.ContainsFunc(t, func(r rune) bool { return r < 33 || r > 126 }) {
		return Invalid("clientToken can have up to %d ASCII characters in the range of 33-126.", most)
	}
	return nil
}

// Check is what ECS checks alike in all of its operations: words, tags and ARNs.
func Check(c *cloud.Cloud) func(cloud.Call, any) error {
	return func(call cloud.Call, input any) error {
		if err := CheckWords(input); err != nil {
			return err
		}
		if f := reflect.Indirect(reflect.ValueOf(input)).FieldByName("Tags"); f.IsValid() {
			if tags, ok := f.Interface().([]ecstypes.Tag); ok {
				if err := CheckTags(tags); err != nil {
					return err
				}
			}
		}
		return CheckReferences(call.Place, c.Partition(), input)
	}
}
